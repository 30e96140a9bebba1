"""Reminders: at each step once, to who still has something to give, and no longer than the settings say."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portail.afas.actions import appels
from portail.afas.enums import EtatDeclaration, EtatVolet, VoletKind
from portail.afas.models import AvisEcheance, Echeance, Profil, Volet
from portail.afas.queries.echeances import reminders_of
from portail.afas.tasks import open_due, open_echeance, remind
from portail.courriels.models import Courriel
from portail.habilitations.models import Appartenance
from tests.afas.scene import Scene
from tests.habilitations.facts import in_days, mails_of, today

pytestmark = pytest.mark.django_db

LATE = [(-1, -1), (-7, -1), (-8, -8), (-84, -78), (-85, None)]
BOTH = ["garban@example.fr", "robine@example.fr"]


def called(scene: Scene, days_left: int) -> None:
    """The people were called long ago; the échéance is due in so many days."""
    appels.call(today())
    AvisEcheance.objects.update(told_at=timezone.now() - timedelta(days=90))
    Echeance.objects.filter(pk=scene.echeance.pk).update(opens_on=in_days(-100), due_on=in_days(days_left))


def reminded() -> list[str]:
    return sorted(to for kind, to in mails_of(lambda: appels.remind(today())) if kind == "afas_rappel_echeance")


@pytest.mark.parametrize(
    ("left", "days"),
    [
        (31, None),
        (30, 30),
        (16, 30),
        (15, 15),
        (4, 15),
        (3, 3),
        (0, 3),
        (-1, -1),
        (-7, -1),
        (-8, -8),
        (-84, -78),
        (-85, None),
    ],
)
def test_the_steps_of_the_reminders(left: int, days: int | None) -> None:
    assert reminders_of(in_days(left), today()) == days


def test_each_step_is_told_once(scene: Scene) -> None:
    called(scene, 30)
    assert (reminded(), reminded()) == (BOTH, [])

    Echeance.objects.update(due_on=in_days(12))
    assert (reminded(), reminded()) == (BOTH, [])


def test_a_day_moved_is_reminded_anew(scene: Scene) -> None:
    called(scene, 3)
    reminded()
    Echeance.objects.update(due_on=in_days(2))

    assert reminded() == BOTH


def test_who_was_called_after_the_day_of_a_reminder_is_not_reminded(scene: Scene) -> None:
    Echeance.objects.update(due_on=in_days(20))
    appels.call(today())

    assert reminded() == []


def test_late_ones_are_told_each_week(scene: Scene) -> None:
    called(scene, -1)
    assert reminded() == BOTH
    assert Courriel.objects.latest("pk").facts["days"] == -1

    Echeance.objects.update(due_on=in_days(-8))
    assert reminded() == BOTH


def test_who_has_given_his_part_is_left_alone(scene: Scene) -> None:
    called(scene, 3)
    submitted = {"etat": EtatVolet.SOUMIS, "submitted_by": scene.cast.people["robine"], "submitted_at": timezone.now()}
    Volet.objects.filter(kind=VoletKind.ACTIVITE).update(**submitted)
    assert reminded() == BOTH  # her finances are still to give

    AvisEcheance.objects.exclude(days=None).delete()
    Volet.objects.update(**submitted)
    assert reminded() == ["garban@example.fr"]


def test_nobody_is_reminded_of_what_was_transmitted(scene: Scene) -> None:
    called(scene, 3)
    scene.become(EtatDeclaration.TRANSMISE)

    assert reminded() == []


def test_who_may_declare_no_more_is_not_told(scene: Scene) -> None:
    called(scene, 3)
    Appartenance.objects.filter(rattachement=scene.cast.rattachements["robine"]).update(
        closes_on=in_days(-1), opens_on=in_days(-9)
    )

    assert reminded() == ["garban@example.fr"]


def test_a_profile_given_later_is_called_then(scene: Scene) -> None:
    appels.call(today())
    profil = scene.profil("robine", "finances")
    Profil.objects.create(
        rattachement=scene.cast.rattachements["guy"],
        role=profil.role,
        activite=profil.activite,
        opens_on=profil.opens_on,
    )

    assert mails_of(lambda: appels.call(today(), activites=[scene.activite])) == [
        ("afas_appel_echeance", "guy@example.fr")
    ]
    assert mails_of(lambda: appels.call(today(), activites=[])) == []


def test_the_jobs_of_the_morning_run(scene: Scene) -> None:
    def run() -> Any:
        open_due(timestamp=0)
        open_echeance(pk=scene.echeance.pk)
        remind(timestamp=0)

    assert {kind for kind, _ in mails_of(run)} == {"afas_appel_echeance"}
