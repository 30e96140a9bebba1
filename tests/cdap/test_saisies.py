"""What is typed wrongly to ask for a file: said in plain French beside its field, kept, and nothing is consulted."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from portail.cdap.models import Consultation
from tests.cdap.scene import NOM, Scene, asked

pytestmark = pytest.mark.django_db
ASK, SEARCH = reverse("cdap:consultation_create"), reverse("cdap:consultation_search")
TO_COME = timezone.localdate() + timedelta(days=1)


@pytest.mark.parametrize(
    ("path", "wrong", "sentence"),
    [
        (ASK, {"numero": "ABC12"}, "Un numéro allocataire a de 1 à 7 chiffres, et parfois une lettre à la fin."),
        (ASK, {"numero": "0"}, "Un numéro allocataire a de 1 à 7 chiffres, et parfois une lettre à la fin."),
        (ASK, {"motif": "    "}, "Écrivez pourquoi vous avez besoin de ce dossier aujourd'hui."),
        (ASK, {"motif": "ok"}, "Écrivez le motif en quelques mots."),
        (ASK, {"titre": ""}, "Choisissez à quel titre vous consultez."),
        (SEARCH, {"ne_le": TO_COME.isoformat()}, "Cette date est à venir : vérifiez l'année de naissance."),
        (SEARCH, {"ne_le": "31/02/1987"}, "Le 31/02/1987 n'existe pas : vérifiez le jour et le mois."),
    ],
)
def test_is_said_and_kept_and_consults_nothing(
    dossiers: Scene, client_of: Any, path: str, wrong: dict[str, str], sentence: str
) -> None:
    sent = asked(dossiers, "garban", "cdap.t1") | {"numero": "9012345", "nom": NOM, "ne_le": "1987-03-14"} | wrong

    answer = client_of("garban").post(path, sent)

    assert answer.status_code == 422
    page = unescape(answer.content.decode())
    assert sentence in page
    for name in ("numero",) if path == ASK else ("nom",):
        assert f'value="{sent[name]}"' in page
    if sent["motif"].strip():
        assert sent["motif"] in page
    assert not Consultation.objects.exists()


def test_one_convention_is_named_once_beside_the_profiles(dossiers: Scene, client_of: Any) -> None:
    page = unescape(client_of("garban").get(ASK).content.decode())

    assert ">T1 – Travailleur social</option>" in page
    assert page.count("Au titre de la convention « Convention Farandole ».") == 1
