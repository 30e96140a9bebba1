"""A file asked for by name and birth date: exact, few, and always written."""

from datetime import date
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from portail.cdap.enums import Issue, Voie
from portail.cdap.models import Consultation, Dossier, Opposition
from tests.cdap.scene import NE_LE, NOM, NUMERO, Scene, asked, keep

pytestmark = pytest.mark.django_db
TOO_MANY = 4


def typed(scene: Scene, nom: str = NOM, ne_le: date = NE_LE) -> dict[str, Any]:
    return asked(scene, "garban", "cdap.t1") | {"nom": nom, "ne_le": f"{ne_le:%d/%m/%Y}"}


def searched(scene: Scene, client_of: Any, **who: Any) -> Any:
    return client_of("garban").post(reverse("cdap:consultation_search"), typed(scene, **who))


def written() -> list[tuple[int, str, str]]:
    return list(Consultation.objects.order_by("numero").values_list("numero", "issue", "voie"))


@pytest.fixture
def alone(dossiers: Scene) -> Scene:
    """One file only answers to this name."""
    Dossier.objects.exclude(numero=NUMERO).delete()
    return dossiers


@pytest.mark.parametrize("nom", [NOM, "CANARES", " canarès ", "Can-arés"])
def test_the_name_is_found_however_it_is_accented_or_spaced(alone: Scene, client_of: Any, nom: str) -> None:
    sent = searched(alone, client_of, nom=nom)

    assert sent.status_code == 302
    assert written() == [(NUMERO, Issue.OUVERT, Voie.IDENTITE)]
    assert "Ottiline" in client_of("garban").get(sent["Location"]).content.decode()


@pytest.mark.parametrize("who", [{"nom": "Canar"}, {"ne_le": date(1987, 3, 15)}, {"nom": "Ottiline"}])
def test_nothing_near_answers_and_the_search_is_written(alone: Scene, client_of: Any, who: dict[str, Any]) -> None:
    sent = searched(alone, client_of, **who)

    assert sent.status_code == 422
    assert "Aucun dossier ne peut être consulté avec ces éléments" in unescape(sent.content.decode())
    assert written() == [(0, Issue.INCONNU, Voie.IDENTITE)]


def test_a_file_closed_to_the_portal_answers_as_one_that_is_not_there(alone: Scene, client_of: Any) -> None:
    marchand = alone.cast.people["marchand"]
    Opposition.objects.create(
        caf=alone.caf, numero=NUMERO, opens_on=NE_LE, source="Demande écrite", entered_by=marchand
    )

    sent = searched(alone, client_of)

    assert "Aucun dossier ne peut être consulté avec ces éléments" in unescape(sent.content.decode())
    assert written() == [(NUMERO, Issue.OPPOSE, Voie.IDENTITE)]


def test_several_are_listed_and_each_is_written(alone: Scene, client_of: Any) -> None:
    keep(alone.caf, NUMERO + 10)

    sent = searched(alone, client_of)

    assert "2\N{NO-BREAK SPACE}dossiers répondent" in sent.content.decode()
    assert [numero for numero, *_ in written()] == [NUMERO, NUMERO + 10]


def test_too_many_tell_nothing_and_the_search_is_written(alone: Scene, client_of: Any) -> None:
    for each in range(TOO_MANY):
        keep(alone.caf, NUMERO + 10 + each)

    sent = searched(alone, client_of)

    assert sent.status_code == 422
    page = unescape(sent.content.decode())
    assert "Trop de dossiers répondent à ces éléments" in page
    assert str(NUMERO) not in page
    assert f'value="{NOM}"' in page
    assert written() == [(0, Issue.NOMBREUX, Voie.IDENTITE)]
