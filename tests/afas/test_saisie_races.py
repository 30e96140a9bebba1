"""Sixteen people at once on a sheet: every field is there, the same field has one winner, a state is left once."""

from functools import partial

import pytest
from django.utils import timezone

from portail.afas.actions import saisie, soumission
from portail.afas.enums import EtatDeclaration, EtatVolet, VoletKind
from portail.afas.models import EtapeDeclaration, Profil, SaisieVolet
from portail.courriels.models import Courriel
from tests.afas.scene import Scene, build_scene
from tests.cast import build_cast
from tests.habilitations.test_races import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    """Committed, so that every thread sees it; Guy supplies the finances too."""
    scene = build_scene(build_cast())
    Profil.objects.create(
        rattachement=scene.cast.rattachements["guy"],
        role="finances",
        activite=scene.activite,
        opens_on=timezone.localdate(),
        opened_by=scene.cast.people["bruet"],
    )
    return scene


def test_sixteen_fields_typed_at_once_are_all_there(scene: Scene) -> None:
    codes = ("c60", "c61", "c62", "c63a", "c63b", "c64", "c65", "c66", "c67", "c68", "c86", "p708", "p741", "p742",
             "p743", "p744")  # fmt: skip
    volet, acteurs = scene.volet(VoletKind.FINANCIER), [scene.cast.acteur(name) for name in ("robine", "guy")]

    told = at_once(
        *[
            partial(saisie.enter, by=acteurs[n % 2], volet=volet, frappes={code: ("", str(n + 1))})
            for n, code in enumerate(codes)
        ]
    )

    volet.refresh_from_db()
    assert [each for each in told if isinstance(each, Exception)] == []
    assert volet.valeurs == {code: str(n + 1) for n, code in enumerate(codes)}
    assert SaisieVolet.objects.count() == volet.edition == THREADS
    assert EtapeDeclaration.objects.count() == 1


def test_the_same_field_has_one_winner_and_the_other_is_told(scene: Scene) -> None:
    volet, names = scene.volet(VoletKind.FINANCIER), ("robine", "guy")
    acteurs = {name: scene.cast.acteur(name) for name in names}

    told = at_once(
        *[
            partial(saisie.enter, by=acteurs[name], volet=volet, frappes={"c60": ("", value)})
            for name, value in (("robine", "100"), ("guy", "200"))
        ]
    )

    volet.refresh_from_db()
    won = [saved.changes["c60"][1] for saved in told if saved.changes]
    lost = [saved.conflits["c60"] for saved in told if saved.conflits]
    assert won == [volet.valeurs["c60"]]
    assert [(conflit.theirs, {conflit.typed} | set(won)) for conflit in lost] == [(won[0], {"100", "200"})]


def test_a_sheet_is_submitted_by_one_of_sixteen_and_the_approbateur_told_once(scene: Scene) -> None:
    scene.filled()
    robine = scene.cast.acteur("robine")
    for lieu in (0, 1):
        soumission.submit(by=robine, volet=scene.volet(lieu=lieu))
    volet = scene.volet(VoletKind.FINANCIER)

    told = at_once(*[lambda: soumission.submit(by=robine, volet=volet)] * THREADS)

    volet.refresh_from_db()
    scene.declaration.refresh_from_db()
    assert len([each for each in told if not isinstance(each, Exception)]) == 1
    assert (volet.etat, scene.declaration.etat) == (EtatVolet.SOUMIS, EtatDeclaration.A_APPROUVER)
    assert Courriel.objects.filter(kind="afas_a_approuver").count() == 1


def test_typing_while_it_is_submitted_is_saved_before_or_refused(scene: Scene) -> None:
    scene.filled()
    robine, guy, volet = scene.cast.acteur("robine"), scene.cast.acteur("guy"), scene.volet(VoletKind.FINANCIER)

    submitted, saved = at_once(
        lambda: soumission.submit(by=robine, volet=volet),
        lambda: saisie.enter(by=guy, volet=volet, frappes={"c61": ("", "7")}),
    )

    volet.refresh_from_db()
    assert volet.etat == EtatVolet.SOUMIS
    assert ("c61" in volet.valeurs) is not isinstance(saved, Exception)
    assert not isinstance(submitted, Exception)
