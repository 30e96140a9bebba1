"""The gateway to a Caf's own system, against a real one that can be slow, wrong, down, huge or redirecting."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from portail.cdap.definitions.contenu import NomPartie
from portail.cdap.enums import Issue
from portail.cdap.gateway import UnavailableError, source_of
from portail.cdap.gateway.annuaire import annuaire
from portail.cdap.gateway.http import Http, etats, systeme_of
from portail.cdap.gateway.tables import Tables
from portail.cdap.models import Consultation, Dossier
from portail.journal.models import JournalEntry
from tests.cdap.scene import CLOSED, ELSEWHERE, NE_LE, NOM, NUMERO, OPPOSED, UNKNOWN, Scene
from tests.cdap.systeme import WRONG, SystemeFictif, listening, write_annuaire
from tests.cdap.test_consultations import ASK, typed

pytestmark = pytest.mark.django_db
SENTENCE = "ne répond pas pour le moment : réessayez dans quelques minutes"
THREE = b'{"dossiers": [%s]}' % b", ".join(b'{"numero": %d, "closed_on": null}' % numero for numero in (1, 2, 3))
MISBEHAVING = [*WRONG, "lent", "goutte", "raccroche", "redirige", "comprime"]


@pytest.fixture
def system(tmp_path: Path, settings: Any) -> Iterator[SystemeFictif]:
    """The system of the Caf of Farandole, which keeps its files by itself."""
    with listening() as system:
        settings.CDAP_SOURCES = str(write_annuaire(tmp_path, system.url, failures=3, pause_seconds=1))
        yield system


def http_of(scene: Scene) -> Http:
    source = source_of(scene.caf)
    assert isinstance(source, Http)
    return source


def failed(source: Http, times: int = 1) -> float:
    """Seconds that the longest of these vain questions took."""
    longest = 0.0
    for _ in range(times):
        started = time.monotonic()
        with pytest.raises(UnavailableError, match=SENTENCE):
            source.fiche(NUMERO)
        longest = max(longest, time.monotonic() - started)
    return longest


def test_only_the_caf_that_the_operator_named_is_asked_over_http(dossiers: Scene, system: SystemeFictif) -> None:
    assert isinstance(source_of(dossiers.caf), Http)
    assert isinstance(source_of(dossiers.other), Tables)
    assert source_of(dossiers.other).fiche(ELSEWHERE) is not None
    assert system.asked == []


def test_both_gateways_tell_the_same_of_the_same_file(dossiers: Scene, system: SystemeFictif) -> None:
    http, tables = http_of(dossiers), Tables(dossiers.caf)

    for numero in (NUMERO, CLOSED, OPPOSED, UNKNOWN):
        assert http.fiche(numero) == tables.fiche(numero)
    assert http.parties(NUMERO, list(NomPartie)) == tables.parties(NUMERO, list(NomPartie))
    for name in NomPartie:
        assert http.parties(NUMERO, [name]) == tables.parties(NUMERO, [name])
    for nom, ne_le in ((NOM, NE_LE), ("Inconnu", NE_LE)):
        # The fictitious system has one file only of that name.
        assert http.search(nom, ne_le, 4) == tables.search(nom, ne_le, 4)[:1]
    for source in (http, tables):
        with pytest.raises(LookupError):
            source.parties(UNKNOWN, [NomPartie.RSA])


def test_what_is_asked_is_what_was_agreed(dossiers: Scene, system: SystemeFictif, client_of: Any) -> None:
    asked = client_of("garban").post(ASK, typed(dossiers))
    client_of("garban").get(reverse("cdap:onglet_view", args=[Consultation.objects.get().id, "rsa"]))

    assert asked.status_code == 302
    paths = [each.path.partition("/dossiers")[2] for each in system.asked]
    assert paths == [f"/{NUMERO}", f"/{NUMERO}/parties?noms=rsa"]
    consulted = JournalEntry.objects.get(kind="cdap.dossier.consulted")
    assert system.asked[0].headers["X-Request-Id"] == consulted.request


def test_a_social_worker_reads_a_file_that_his_caf_keeps_itself(
    dossiers: Scene, system: SystemeFictif, client_of: Any
) -> None:
    Dossier.objects.all().delete()
    client = client_of("garban")

    page = client.get(client.post(ASK, typed(dossiers))["Location"])

    assert "Ottiline CANARES" in unescape(page.content.decode())


@pytest.mark.parametrize(("numero", "issue"), [(UNKNOWN, Issue.INCONNU), (CLOSED, Issue.CLOS), (OPPOSED, Issue.OPPOSE)])
def test_the_refusals_are_the_same_words_as_with_the_tables(
    dossiers: Scene, system: SystemeFictif, client_of: Any, numero: int, issue: Issue
) -> None:
    answer = client_of("garban").post(ASK, typed(dossiers, numero))

    assert answer.status_code == 422
    assert "Aucun dossier ne peut être consulté avec ces éléments" in unescape(answer.content.decode())
    assert Consultation.objects.get().issue == issue
    assert len(system.asked) == 1


@pytest.mark.parametrize("manner", MISBEHAVING)
def test_whatever_goes_wrong_is_told_in_the_same_sentence_in_time(
    dossiers: Scene, system: SystemeFictif, manner: str
) -> None:
    system.manner = manner

    # One limit to connect, one to read, what is read past the limit before it is noticed, and a busy machine.
    assert failed(http_of(dossiers)) < 0.3 + 0.4 + 0.4 + 0.4


def test_a_system_that_is_down_is_told_at_once(dossiers: Scene, tmp_path: Path, settings: Any) -> None:
    with listening() as system:
        settings.CDAP_SOURCES = str(write_annuaire(tmp_path, system.url))

    assert failed(http_of(dossiers)) < 0.5


@pytest.mark.parametrize("manner", MISBEHAVING)
def test_a_page_says_so_and_nothing_is_written(
    dossiers: Scene, system: SystemeFictif, client_of: Any, manner: str
) -> None:
    system.manner = manner

    answer = client_of("garban").post(ASK, typed(dossiers))

    assert answer.status_code == 422
    assert f"Le système de la {dossiers.caf.nom} {SENTENCE}" in unescape(answer.content.decode())
    assert not Consultation.objects.exists()


def test_a_wrong_part_is_never_shown(dossiers: Scene, system: SystemeFictif) -> None:
    http = http_of(dossiers)
    wrong = (
        {"numero": NUMERO, "parties": {"rsa": {"etat": 3}}},
        {"numero": NUMERO, "parties": {"ressources": {"lignes": [], "quotients": []}, "rsa": {}}},
        {"numero": UNKNOWN, "parties": {"rsa": {}}},
        {"numero": NUMERO, "parties": {}},
    )
    for told in wrong:
        system.answer = lambda _, told=told: (200, "application/json", str(told).replace("'", '"').encode())  # type: ignore[method-assign]
        with pytest.raises(UnavailableError):
            http.parties(NUMERO, [NomPartie.RSA])
        systeme_of(annuaire()["132"])._breaker.close()


def test_more_files_than_wanted_are_a_wrong_answer(dossiers: Scene, system: SystemeFictif) -> None:
    system.answer = lambda _: (200, "application/json", THREE)  # type: ignore[method-assign]

    with pytest.raises(UnavailableError):
        http_of(dossiers).search(NOM, NE_LE, 2)


def test_a_broken_reading_is_asked_once_more_and_a_slow_one_is_not(dossiers: Scene, system: SystemeFictif) -> None:
    http = http_of(dossiers)
    system.manner = "raccroche une fois"
    assert http.fiche(NUMERO) is not None
    assert len(system.asked) == 2

    system.asked.clear()
    system.manner = "lent"
    failed(http)
    assert len(system.asked) == 1

    system.asked.clear()
    system.manner = "raccroche"
    with pytest.raises(UnavailableError):
        http.search(NOM, NE_LE, 4)
    assert len(system.asked) == 1


def test_no_redirect_is_followed(dossiers: Scene, system: SystemeFictif) -> None:
    system.manner = "redirige"

    failed(http_of(dossiers))

    assert len(system.asked) == 1


def test_a_failing_system_is_left_alone_then_asked_again(dossiers: Scene, system: SystemeFictif) -> None:
    http = http_of(dossiers)
    assert http.fiche(NUMERO) is not None
    system.manner = "en panne"
    failed(http, times=3)
    asked = len(system.asked)

    assert failed(http, times=5) < 0.2
    assert len(system.asked) == asked
    assert etats()[0].left_alone_since is not None

    time.sleep(1.05)
    failed(http)
    assert len(system.asked) == asked + 1
    assert failed(http) < 0.2

    time.sleep(1.05)
    system.manner = "juste"
    assert http.fiche(NUMERO) is not None
    state = etats()[0]
    assert state.left_alone_since is None
    assert state.answered_at is not None


def test_an_unknown_number_is_not_a_failure(dossiers: Scene, system: SystemeFictif) -> None:
    http = http_of(dossiers)

    assert [http.fiche(UNKNOWN) for _ in range(10)] == [None] * 10
    assert http.fiche(NUMERO) is not None


def test_one_slow_answer_does_not_hold_the_others(dossiers: Scene, system: SystemeFictif) -> None:
    """Several persons ask at once: the breaker counts what happens and lets them all through."""
    systeme, right = systeme_of(annuaire()["132"]), system.answer

    def slow(asked: Any) -> Any:
        time.sleep(0.2)
        return right(asked)

    system.answer = slow  # type: ignore[method-assign]
    started = time.monotonic()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: systeme.ask("GET", f"/dossiers/{NUMERO}", bytes), range(6)))

    assert all(answers)
    assert time.monotonic() - started < 0.9


@pytest.mark.parametrize("manner", ["juste", *MISBEHAVING])
def test_no_log_tells_a_number_or_an_answer(
    dossiers: Scene, system: SystemeFictif, caplog: pytest.LogCaptureFixture, manner: str
) -> None:
    system.manner = manner
    caplog.set_level(logging.DEBUG, logger="portail")
    http = http_of(dossiers)

    if manner == "juste":
        assert [http.fiche(numero) is None for numero in (NUMERO, UNKNOWN)] == [False, True]
    else:
        with pytest.raises(UnavailableError) as told:
            http.fiche(NUMERO)
        assert str(NUMERO) not in str(told.value)
        assert told.value.__cause__ is None

    assert str(NUMERO) not in caplog.text
    assert str(UNKNOWN) not in caplog.text
    assert ("Système de la Caf 132" in caplog.text) == (manner != "juste")


def test_the_library_says_nothing_of_the_addresses_it_asks(settings: Any) -> None:
    assert settings.LOGGING["loggers"]["urllib3"]["level"] == "WARNING"


def test_the_state_of_the_portal_tells_the_caf_how_its_own_system_answers(
    dossiers: Scene, system: SystemeFictif, client_of: Any
) -> None:
    def told(name: str) -> str:
        return unescape(client_of(name).get(reverse("supervision:sante_view")).content.decode())

    assert "Pas encore demandé" in told("auditeau")
    assert "Dossiers de la Caf" not in told("horsain")

    http_of(dossiers).fiche(NUMERO)
    assert "<dd>Répond</dd>" in told("marchand")

    system.manner = "en panne"
    failed(http_of(dossiers), times=3)
    assert "<strong>Ne répond pas</strong>" in told("marchand")
