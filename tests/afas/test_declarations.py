"""Who sees and reads which declaration, what it is compared with, and what waits for whom."""

from typing import Any

import pytest
from django.utils import timezone

from portail.afas.enums import EtatDeclaration, Phase, RoleProfil
from portail.afas.models import Declaration, Profil, SeuilControle
from portail.afas.queries.comparaisons import constats_of, context_of
from portail.afas.queries.declarations import (
    Portee,
    awaiting,
    declaration_for,
    declarations_for,
    portee_of,
    reads_all,
    volets_for,
)
from portail.afas.rules.declarations import refuse_commenting, refuse_joining
from tests.afas.processing import declared, transmit, transmitted
from tests.afas.scene import Scene

pytestmark = pytest.mark.django_db


def is_awaiting(scene: Scene, name: str) -> bool:
    acteur = scene.cast.acteur(name)
    return declarations_for(acteur).filter(awaiting(portee_of(acteur))).exists()


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("bruet", True),
        ("robine", True),
        ("garban", True),
        ("guy", False),
        ("voisin", False),
        ("marchand", True),
        ("gestin", True),
        ("auditeau", True),
        ("horsain", False),
    ],
)
def test_a_declaration_is_seen_within_ones_perimeter(scene: Scene, name: str, sees: bool) -> None:
    acteur = scene.cast.acteur(name)

    assert declarations_for(acteur).filter(pk=scene.declaration.pk).exists() is sees
    if not sees:
        with pytest.raises(Declaration.DoesNotExist):
            declaration_for(acteur, scene.declaration.pk)


def test_a_supplier_of_one_lieu_reads_only_his_sheet(scene: Scene) -> None:
    robine = scene.cast.acteur("robine")
    assert len(volets_for(robine, scene.declaration)) == 3

    Profil.objects.filter(rattachement__utilisateur=robine.utilisateur).exclude(lieu=scene.lieux[1]).delete()

    assert not reads_all(robine, scene.declaration)
    assert volets_for(robine, scene.declaration) == [scene.volet(lieu=1)]


@pytest.mark.parametrize("name", ["bruet", "garban", "gestin", "auditeau"])
def test_who_gives_profiles_approves_or_works_at_the_caf_reads_all(scene: Scene, name: str) -> None:
    acteur = scene.cast.acteur(name)

    assert reads_all(acteur, scene.declaration)
    assert len(volets_for(acteur, scene.declaration)) == 3


def test_a_supplier_types_his_own_sheets(scene: Scene) -> None:
    robine, garban = portee_of(scene.cast.acteur("robine")), portee_of(scene.cast.acteur("garban"))

    assert all(robine.types(volet, scene.activite.pk) for volet in scene.declaration.volets.all())
    assert not any(garban.types(volet, scene.activite.pk) for volet in scene.declaration.volets.all())


def test_a_supplier_of_the_whole_activite_types_every_lieu(scene: Scene) -> None:
    Profil.objects.filter(rattachement=scene.cast.rattachements["robine"]).delete()
    Profil.objects.create(
        rattachement=scene.cast.rattachements["robine"],
        role=RoleProfil.ACTIVITE,
        activite=scene.activite,
        opens_on=timezone.localdate(),
    )
    portee = portee_of(scene.cast.acteur("robine"))

    assert [portee.types(volet, scene.activite.pk) for volet in scene.declaration.volets.all()] == [True, True, False]


def test_what_waits_for_whom(scene: Scene) -> None:
    assert (is_awaiting(scene, "robine"), is_awaiting(scene, "garban"), is_awaiting(scene, "bruet")) == (
        True,
        False,
        False,
    )

    scene.filled(is_submitted=True)

    assert (is_awaiting(scene, "robine"), is_awaiting(scene, "garban")) == (False, True)


def test_the_context_compares_with_what_was_transmitted(scene: Scene) -> None:
    scene.filled()
    exercice = scene.echeance.exercice
    transmitted(scene, exercice=exercice - 1, c60="1000")
    corrected = declared(scene, Phase.ACTUALISE_JUIN, exercice, c60="2000")

    contexte = context_of(scene.declaration)
    assert contexte.n1 is not None
    assert contexte.n1.valeurs.get("c60") == 1000
    assert contexte.precedent is None

    transmit(scene, corrected)
    Declaration.objects.filter(pk=corrected.pk).update(etat=EtatDeclaration.A_COMPLETER)
    corrected.volets.update(valeurs={"c60": "3000"})  # being corrected: it still says what was signed
    precedent = context_of(scene.declaration).precedent
    assert precedent is not None
    assert precedent.valeurs.get("c60") == 2000


def constat(scene: Scene, code: str) -> Any:
    return next(each for each in constats_of(context_of(scene.declaration)) if each.controle.code == code)


def test_checks_take_the_thresholds_of_the_caf(scene: Scene) -> None:
    scene.filled()
    transmitted(scene, exercice=scene.echeance.exercice - 1, c60="16000")
    assert constat(scene, "C05-charges").asks_justification

    for valeur in (10, 50):
        SeuilControle.objects.create(
            caf=scene.activite.caf,
            type="alsh",
            code="seuil_variation",
            valeur=valeur,
            entered_by=scene.cast.people["gestin"],
        )

    assert constat(scene, "C05-charges").holds


def test_a_profile_is_of_no_use_while_acting_for_somebody_else(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    robine = scene.cast.acteur("robine")
    assert portee_of(robine).reach == {scene.activite.pk}

    monkeypatch.setattr(robine, "suppleant", object())

    assert portee_of(robine) == Portee()
    assert "en suppléance" in str(refuse_commenting(robine, scene.declaration))
    assert "en suppléance" in str(refuse_joining(robine, scene.declaration))
