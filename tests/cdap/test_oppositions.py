"""Who objects is no longer consulted, and no partner is told."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portail.cdap.actions import oppositions as actions
from portail.cdap.models import Opposition
from tests.cdap.scene import NUMERO, OPPOSED, Scene
from tests.habilitations.facts import refusal_of, sentences_of

pytestmark = pytest.mark.django_db
LIST = "/consulter-dossier/oppositions/"


def test_an_opposition_closes_the_file_at_once_and_its_end_opens_it_tomorrow(dossiers: Scene) -> None:
    marchand = dossiers.cast.acteur("marchand")
    told = sentences_of(lambda: actions.enter(by=marchand, numero=NUMERO, source="Courrier"))
    assert dossiers.consult("garban", profil="cdap.t1") is None
    opposition = Opposition.objects.get(numero=NUMERO)
    assert "déjà enregistrée" in refusal_of(lambda: actions.enter(by=marchand, numero=NUMERO, source="Courrier"))

    told += sentences_of(lambda: actions.end(by=marchand, opposition=opposition, motif="Demande écrite"))

    assert dossiers.consult("garban", profil="cdap.t1") is None
    assert "est levée" in refusal_of(lambda: actions.end(by=marchand, opposition=opposition, motif="Encore"))
    assert told == [
        "Marc Marchand a enregistré l'opposition d'un allocataire.",
        "Marc Marchand a levé l'opposition d'un allocataire (Demande écrite).",
    ]


def test_a_number_is_found_without_standing_in_an_address(dossiers: Scene, client_of: Any) -> None:
    client = client_of("auditeau")

    found = client.post(f"{LIST}chercher/", {"numero": str(OPPOSED)}).content.decode()
    none = client.post(f"{LIST}chercher/", {"numero": str(NUMERO)}).content.decode()
    wrong = client.post(f"{LIST}chercher/", {"numero": "abc"})

    assert str(OPPOSED) in found
    assert "Aucune opposition" in none
    assert wrong.status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_whatever_it_holds(dossiers: Scene, client_of: Any, rows: int) -> None:
    marchand = dossiers.cast.acteur("marchand")
    for n in range(rows - 1):
        actions.enter(by=marchand, numero=9_000_001 + n, source="Courrier")
    client = client_of("marchand")
    client.get(LIST)

    with CaptureQueriesContext(connection) as asked:
        client.get(LIST)

    assert len(asked) == 4
