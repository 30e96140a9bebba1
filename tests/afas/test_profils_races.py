"""Sixteen people at once on the profiles of an activité: never more than S3 allows, losers read why."""

import pytest

from portail.afas.actions.profils import end_profil, give_profils, validate_approbateur
from portail.afas.enums import RoleProfil, Validation
from portail.afas.models import Profil
from portail.conventions.models import Rattachement
from portail.habilitations import actions
from portail.habilitations.actions.utilisateurs import Fiche
from portail.ui.rules import Refused, constraint_sentence
from tests.afas.scene import Scene, build_scene
from tests.cast import build_cast
from tests.habilitations.facts import in_days, today
from tests.habilitations.test_races import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    """Committed, so that every thread sees it."""
    return build_scene(build_cast())


def _colleagues(scene: Scene) -> list[Rattachement]:
    """Sixteen people who may declare."""
    bruet = scene.cast.acteur("bruet")
    people = []
    for rank in range(THREADS):
        fiche = Fiche(nom=f"Seize{rank}", prenom="Sam", courriel=f"seize{rank}@example.fr", opens_on=today())
        person = actions.create_utilisateur(by=bruet, convention=scene.cast.conventions["farandole"], fiche=fiche)
        assert person is not None
        actions.add_to_groupe(
            by=bruet, groupe=scene.cast.groupe("AFAS-DEC"), rattachement=person, opens_on=today(), closes_on=None
        )
        people.append(Rattachement.objects.select_related("utilisateur", "convention").get(pk=person.pk))
    return people


def test_one_more_supplier_of_the_finances_and_no_third(scene: Scene) -> None:
    bruet = scene.cast.acteur("bruet")

    told = at_once(
        *[
            lambda person=person: give_profils(
                by=bruet,
                rattachement=person,
                role=RoleProfil.FINANCES,
                opens_on=today(),
                portees=[(scene.activite, None)],
            )
            for person in _colleagues(scene)
        ]
    )

    assert Profil.objects.filter(activite=scene.activite, role=RoleProfil.FINANCES).count() == 2
    lost = [each for each in told if isinstance(each, Exception)]
    assert (len(lost), {type(each) for each in lost}) == (THREADS - 1, {Refused})
    assert all("a déjà deux personnes" in str(each) for each in lost)


def test_the_base_alone_keeps_the_limit(scene: Scene) -> None:
    """Rows written without asking any rule: the trigger serialises them."""
    told = at_once(
        *[
            lambda person=person: Profil.objects.create(
                rattachement=person, role=RoleProfil.ACTIVITE, activite=scene.activite, opens_on=in_days(1)
            )
            for person in _colleagues(scene)
        ]
    )

    assert Profil.objects.filter(activite=scene.activite, role=RoleProfil.ACTIVITE, lieu=None).count() == 2
    lost = [each for each in told if isinstance(each, Exception)]
    assert {constraint_sentence(each) for each in lost} == {
        "Deux personnes ont déjà ce rôle à ces dates : mettez fin à l'une des deux d'abord."
    }


def test_one_approbateur_is_proposed_and_validated_once(scene: Scene) -> None:
    bruet, gestin = scene.cast.acteur("bruet"), scene.cast.acteur("gestin")

    at_once(
        *[
            lambda person=person: give_profils(
                by=bruet,
                rattachement=person,
                role=RoleProfil.APPROBATEUR,
                opens_on=today(),
                portees=[(scene.activite, None)],
            )
            for person in _colleagues(scene)
        ]
    )
    waiting = Profil.objects.waiting(today()).get()
    told = at_once(*[lambda: validate_approbateur(by=gestin, profil=waiting)] * (THREADS // 2))

    assert len([each for each in told if not isinstance(each, Exception)]) == 1
    validated = Profil.objects.filter(activite=scene.activite, validation=Validation.VALIDEE)
    assert validated.open_on(today()).count() == 1


def test_ended_and_validated_at_once_one_of_both_is_done(scene: Scene) -> None:
    bruet, gestin = scene.cast.acteur("bruet"), scene.cast.acteur("gestin")
    guy = scene.cast.rattachement("guy")
    proposed = give_profils(
        by=bruet,
        rattachement=guy,
        role=RoleProfil.APPROBATEUR,
        opens_on=today(),
        portees=[(scene.activite, None)],
    )[0]

    told = at_once(
        *[lambda: validate_approbateur(by=gestin, profil=proposed)] * (THREADS // 2),
        *[lambda: end_profil(by=bruet, profil=proposed, closes_on=in_days(-1), motif="Erreur")] * (THREADS // 2),
    )

    assert all(each is None or isinstance(each, Refused) for each in told)
    open_ones = Profil.objects.filter(activite=scene.activite, validation=Validation.VALIDEE).open_on(today())
    assert open_ones.count() <= 1
