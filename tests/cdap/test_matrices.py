"""The matrix of a Caf: proposed by one, in force by another, obeyed at the next page."""

from typing import Any

import pytest
from django.urls import reverse

from portail.cdap.actions import matrices as actions
from portail.cdap.definitions import DEMONSTRATION
from portail.cdap.definitions.matrice import WrongMatriceError, read_matrice
from portail.cdap.forms.matrices import box
from portail.cdap.models import VersionMatrice
from portail.cdap.queries.matrices import matrice_of
from portail.conventions.enums import Fonction
from portail.conventions.models import AgentCaf
from tests.cdap.scene import Scene
from tests.habilitations.facts import refusal_of, sentences_of

pytestmark = pytest.mark.django_db
PROPOSE = "/consulter-dossier/profils/proposer/"
ONLY_QF = {profil: frozenset({"qf.valeur"}) for profil in DEMONSTRATION}


def other_administrateur(scene: Scene) -> Any:
    """Gestin becomes an administrateur of the same Caf."""
    gestin = scene.cast.people["gestin"]
    AgentCaf.objects.filter(utilisateur=gestin).update(fonction=Fonction.ADMINISTRATEUR)
    return scene.cast.acteur("gestin")


def proposed(scene: Scene) -> VersionMatrice:
    return actions.propose(by=scene.cast.acteur("marchand"), contenu=ONLY_QF, motif="Acte de la Cnaf", seen=0)


def test_a_matrix_counts_once_another_person_has_validated_it(dossiers: Scene, client_of: Any) -> None:
    marchand, gestin = dossiers.cast.acteur("marchand"), other_administrateur(dossiers)
    told = sentences_of(lambda: proposed(dossiers))
    version = VersionMatrice.objects.get()
    assert matrice_of(dossiers.caf.pk) == DEMONSTRATION
    assert "un autre administrateur" in refusal_of(lambda: actions.validate(by=marchand, version=version))

    told += sentences_of(lambda: actions.validate(by=gestin, version=version))

    assert matrice_of(dossiers.caf.pk) == ONLY_QF
    assert matrice_of(dossiers.other.pk) == DEMONSTRATION
    assert told == [
        "Marc Marchand a proposé une matrice des profils (Acte de la Cnaf).",
        "Gaëlle Gestin a mis en vigueur la matrice des profils (Acte de la Cnaf).",
    ]
    consultation = dossiers.consult("garban", profil="cdap.t1")
    assert consultation is not None
    answers = {
        onglet: client_of("garban").get(reverse("cdap:onglet_view", args=[consultation.id, onglet])).status_code
        for onglet in ("synthese", "ressources")
    }
    assert answers == {"synthese": 403, "ressources": 200}


def test_a_matrix_is_refused_with_a_reason_and_another_may_be_proposed(dossiers: Scene) -> None:
    gestin = other_administrateur(dossiers)
    version = proposed(dossiers)
    assert "attend déjà" in refusal_of(lambda: proposed(dossiers))

    told = sentences_of(lambda: actions.refuse(by=gestin, version=version, motif="Trop étroite"))

    assert told == ["Gaëlle Gestin a refusé la matrice des profils (Trop étroite)."]
    assert "Refusée" in refusal_of(lambda: actions.validate(by=gestin, version=version))
    assert proposed(dossiers).etat == "proposee"


def test_what_changes_is_shown_before_it_is_proposed(dossiers: Scene, client_of: Any) -> None:
    client = client_of("marchand")
    boxes = {box(profil, code): "on" for profil, codes in DEMONSTRATION.items() for code in codes}
    same = client.post(PROPOSE, boxes | {"vu": "0", "motif": "Acte"})
    boxes.pop(box("cdap.t5", "qf.valeur"))

    shown = client.post(PROPOSE, boxes | {"vu": "0", "motif": "Acte"})

    assert same.status_code == 422
    page = shown.content.decode()
    assert (shown.status_code, page.count("N&#x27;ouvre plus") + page.count("N'ouvre plus")) == (200, 1)
    assert "Ressources : Quotient familial" in page
    assert "2\u00a0personnes ont ce profil" in page
    assert not VersionMatrice.objects.exists()
    assert client.post(PROPOSE, boxes | {"vu": "0", "motif": "Acte", "confirm": "1"}).status_code == 302
    assert "qf.valeur" not in VersionMatrice.objects.get().contenu["cdap.t5"]


def test_a_matrix_made_on_an_older_one_is_not_proposed(dossiers: Scene) -> None:
    gestin = other_administrateur(dossiers)
    actions.validate(by=gestin, version=proposed(dossiers))

    refusal = refusal_of(
        lambda: actions.propose(by=gestin, contenu=DEMONSTRATION, motif="Acte", seen=0),
    )

    assert "La matrice a changé entre-temps" in refusal


@pytest.mark.parametrize("profils", [{"cdap.t9": ["*"]}, {"cdap.t1": ["famille.nir"]}, {"cdap.t1": ["inconnu.*"]}])
def test_a_wrong_matrix_is_told(profils: dict[str, list[str]]) -> None:
    with pytest.raises(WrongMatriceError):
        read_matrice(profils)
