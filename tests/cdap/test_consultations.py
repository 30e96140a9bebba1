"""A file is asked for and read: what is shown, what is refused, what is written of it."""

from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from portail.cdap.enums import Issue
from portail.cdap.models import Consultation
from portail.journal.models import JournalEntry
from tests.cdap.scene import CLOSED, ELSEWHERE, NUMERO, OPPOSED, UNKNOWN, Scene, asked

pytestmark = pytest.mark.django_db
ASK = "/consulter-dossier/demander/"


def typed(scene: Scene, numero: int | str = NUMERO, **other: Any) -> dict[str, Any]:
    return asked(scene, "garban", "cdap.t1") | {"numero": str(numero)} | other


def test_a_social_worker_reads_the_ten_tabs(dossiers: Scene, client_of: Any) -> None:
    client = client_of("garban")

    sent = client.post(ASK, typed(dossiers))

    assert sent.status_code == 302
    page = client.get(sent["Location"])
    assert page.status_code == 200
    assert page.content.count(b'hx-target="#dossier"') == 10
    assert "Ottiline CANARES" in page.content.decode()


@pytest.mark.parametrize(
    ("numero", "issue"),
    [(UNKNOWN, Issue.INCONNU), (CLOSED, Issue.CLOS), (OPPOSED, Issue.OPPOSE), (ELSEWHERE, Issue.HORS_CAF)],
)
def test_what_may_not_be_shown_is_refused_in_the_same_words(
    dossiers: Scene, client_of: Any, numero: int, issue: Issue
) -> None:
    caf = {"caf": str(dossiers.other.pk)} if numero == ELSEWHERE else {}

    answer = client_of("garban").post(ASK, typed(dossiers, numero, **caf))

    assert answer.status_code == 422
    assert "Aucun dossier ne peut être consulté avec ces éléments" in unescape(answer.content.decode())
    assert Consultation.objects.get().issue == issue


def test_nothing_is_shown_that_is_not_written(dossiers: Scene, client_of: Any) -> None:
    client = client_of("garban")
    before = JournalEntry.objects.filter(kind__startswith="cdap.").count()

    consultation = dossiers.consult("garban", profil="cdap.t1")
    assert consultation is not None
    client.get(reverse("cdap:onglet_view", args=[consultation.id, "famille"]))

    told = JournalEntry.objects.filter(kind__startswith="cdap.").order_by("pk")
    assert [entry.kind for entry in told][before:] == ["cdap.dossier.consulted", "cdap.onglet.read"]
    assert all(f"consultation:{consultation.id}" in entry.subjects for entry in told)
    assert str(NUMERO) not in "".join(str(entry.facts) for entry in told)
