"""The files of the proofs: what may be kept, how it lies, leaves, is analysed and destroyed."""

import socket
import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from portail.habilitations import gateway
from portail.habilitations.actions import justificatifs
from portail.habilitations.models import Justificatif
from portail.habilitations.rules import justificatifs as rules
from tests.cast import Cast
from tests.habilitations.facts import mails_of, refusal_of, sentences_of
from tests.habilitations.proofs import JPEG, PNG, T1, checked, deposit
from tests.permissions.world import PDF

EICAR = PDF + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE %%EOF"


@pytest.mark.parametrize(("content", "name"), [(PDF, "a.pdf"), (JPEG, "a.jpg"), (PNG, "a.png")])
def test_what_may_be_kept(content: bytes, name: str) -> None:
    media_type = rules.media_type_of(content)
    assert rules.refuse_file(content) is None
    assert rules.cleaned_name(name, media_type) == name


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04" + b"\0" * 50,
        b"<html>%PDF-1.4 %%EOF",
        b"MZ" + PDF,
        PDF[:12],
        b"%PDF-1.4" + b"\0" * 3000,
        JPEG[:9],
    ],
)
def test_what_may_not_be_kept_whatever_its_name(asked: Cast, content: bytes) -> None:
    assert refusal_of(lambda: deposit(asked, content=content)).startswith("Ce fichier n'est pas un PDF")


def test_a_file_too_long_is_refused(asked: Cast, settings: Any) -> None:
    settings.PORTAIL = settings.PORTAIL | {"JUSTIFICATIF_BYTES": 1000}

    assert refusal_of(lambda: deposit(asked, content=PDF + b"\0" * 1000)).startswith("Ce fichier dépasse")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\moi\\diplôme 2019.PDF", "diplôme 2019.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ('x";\r\nSet-Cookie: a.pdf', "x__Set-Cookie_ a.pdf"),
        ("", "justificatif.pdf"),
        ("é" * 300 + ".pdf", "é" * 100 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert rules.cleaned_name(given, "application/pdf") == kept


def test_it_lies_under_a_name_that_says_nothing_readable_by_its_owner_only(asked: Cast) -> None:
    given = deposit(asked)

    path = gateway.folder() / given.stored_as
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert gateway.content_of("../settings.py") is None


def test_it_is_always_saved_never_shown(asked: Cast, client_of: Any) -> None:
    given = deposit(asked)

    response = client_of("bruet").get(reverse("habilitations:justificatif_file", args=[given.pk]))

    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''dipl%C3%B4me.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_who_opens_it_is_in_the_journal_even_when_the_file_is_lost(asked: Cast, client_of: Any) -> None:
    given = deposit(asked)
    gateway.destroy(given.stored_as)
    url = reverse("habilitations:justificatif_file", args=[given.pk])

    said = sentences_of(lambda: client_of("bruet").get(url))

    assert said[0].startswith("Stéphane Bruet a ouvert le fichier du justificatif")
    assert "ne se trouve plus sur le serveur" in said[1]


def _broken(*_: Any, **__: Any) -> None:
    raise ConnectionError


def test_useless_files_are_destroyed_and_their_decisions_kept(asked: Cast) -> None:
    refused, kept = deposit(asked), None
    justificatifs.refuse_justificatif(by=asked.acteur("bruet"), justificatif=refused, refusal="Illisible.")
    kept = checked(asked)
    orphan = gateway.keep(b"orphan")

    with time_machine.travel(timezone.now() + timedelta(days=32), tick=False):
        said = sentences_of(lambda: justificatifs.purge_files(timezone.localdate()))

    refused.refresh_from_db()
    assert refused.purged_at is not None
    assert said == ["Le système a détruit des fichiers de justificatifs sans effet (1)."]
    assert [gateway.content_of(name) for name in (refused.stored_as, kept.stored_as, orphan)] == [None, PDF, None]
    assert rules.refuse_opening_file(asked.acteur("bruet"), refused) is not None


def test_no_file_is_destroyed_before_the_base_says_so(asked: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = deposit(asked)
    justificatifs.refuse_justificatif(by=asked.acteur("bruet"), justificatif=refused, refusal="Illisible.")
    monkeypatch.setattr(justificatifs.journal, "record", _broken)

    with time_machine.travel(timezone.now() + timedelta(days=32), tick=False), pytest.raises(ConnectionError):
        justificatifs.purge_files(timezone.localdate())

    refused.refresh_from_db()
    assert (refused.purged_at, gateway.content_of(refused.stored_as)) == (None, PDF)


# The antivirus


class FakeClamd(threading.Thread):
    """A clamd that knows one virus, and speaks INSTREAM as clamd(8) says."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(path))
        self.listening.listen()

    def run(self) -> None:
        while True:
            try:
                talk, _ = self.listening.accept()
            except OSError:
                return
            with talk, talk.makefile("rb") as sent:
                assert sent.read(10) == b"zINSTREAM\0"
                content = b""
                while length := int.from_bytes(sent.read(4), "big"):
                    content += sent.read(length)
                found = b"stream: Eicar-Test-Signature FOUND\0" if b"EICAR" in content else b"stream: OK\0"
                talk.sendall(found)


@pytest.fixture
def clamd(settings: Any, tmp_path: Path) -> Iterator[None]:
    path = tmp_path / "clamd.ctl"
    fake = FakeClamd(path)
    fake.start()
    settings.ANTIVIRUS = f"unix:{path}"
    yield
    fake.listening.close()


@pytest.mark.usefixtures("clamd")
def test_clamd_is_asked() -> None:
    assert gateway.virus_in(PDF * 5000) == ""
    assert gateway.virus_in(EICAR) == "Eicar-Test-Signature"


@pytest.mark.usefixtures("clamd")
def test_a_file_waits_for_the_antivirus_before_anybody_reads_it(asked: Cast) -> None:
    sent = mails_of(lambda: deposit(asked))
    given = Justificatif.objects.get()
    bruet = asked.acteur("bruet")
    assert sent == []
    assert rules.refuse_opening_file(bruet, given).startswith("L'analyse antivirus")
    assert rules.refuse_checking(bruet, given).startswith("L'analyse antivirus")

    assert mails_of(justificatifs.scan_all) == [("justificatif_a_verifier", "bruet@example.fr")]

    given.refresh_from_db()
    assert (given.analyse, rules.refuse_checking(bruet, given)) == ("saine", None)


@pytest.mark.usefixtures("clamd")
def test_a_lost_file_does_not_keep_the_others_from_the_antivirus(asked: Cast) -> None:
    lost, given = deposit(asked), deposit(asked, "guy")
    gateway.destroy(lost.stored_as)

    with pytest.raises(ExceptionGroup) as failed:
        justificatifs.scan_all()

    given.refresh_from_db()
    assert given.analyse == "saine"
    assert f"justificatif {lost.pk} ne se trouve pas" in str(failed.value.exceptions[0])


@pytest.mark.usefixtures("clamd")
def test_an_infected_file_is_destroyed_and_refused(asked: Cast, django_capture_on_commit_callbacks: Any) -> None:
    given = deposit(asked, content=EICAR)
    sent: list[Any] = []

    with django_capture_on_commit_callbacks(execute=True):
        said = sentences_of(lambda: sent.extend(mails_of(lambda: justificatifs.scan(given.pk))))

    given.refresh_from_db()
    assert (given.etat, given.analyse) == ("refuse", "infectee")
    assert given.refusal.startswith("Un virus a été trouvé dans ce fichier")
    assert gateway.content_of(given.stored_as) is None
    assert said[0].endswith("porteur d'un virus : Eicar-Test-Signature.")
    assert sent == [("justificatif_refuse", "garban@example.fr")]


def test_without_answer_the_file_goes_on_waiting(asked: Cast, settings: Any, tmp_path: Path) -> None:
    settings.ANTIVIRUS = f"unix:{tmp_path / 'nobody'}"
    given = deposit(asked)

    with pytest.raises(OSError, match=r"No such file|Errno"):
        justificatifs.scan(given.pk)

    given.refresh_from_db()
    assert given.analyse == "en_cours"


def test_without_antivirus_the_screen_says_so(asked: Cast, client_of: Any) -> None:
    page = client_of("garban").get(reverse("habilitations:justificatif_create", args=[T1])).content.decode()

    assert "aucun antivirus n&#x27;est configuré" in page or "aucun antivirus n'est configuré" in page
