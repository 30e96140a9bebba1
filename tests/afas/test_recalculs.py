"""All the rights of a year worked out again: equal, or listed; nothing replaced; goes on where it was stopped."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from portail.afas import tasks
from portail.afas.actions import recalculs
from portail.afas.enums import Phase
from portail.afas.models import Droit, EcartRecalcul, RecalculDroits
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.afas.processing import computed, figures
from tests.afas.scene import Scene

pytestmark = pytest.mark.django_db


def run(scene: Scene) -> RecalculDroits:
    recalcul = recalculs.start_recalcul(caf=scene.activite.caf, exercice=scene.echeance.exercice)
    recalculs.carry_on(recalcul.pk)
    recalcul.refresh_from_db()
    return recalcul


def test_nothing_changed_nothing_differs(scene: Scene):
    figures(scene)
    computed(scene)
    computed(scene, Phase.PREVISIONNEL)

    recalcul = run(scene)

    assert (recalcul.total, recalcul.done) == (2, 2)
    assert recalcul.finished_at is not None
    assert not EcartRecalcul.objects.exists()
    kinds = set(JournalEntry.objects.values_list("kind", flat=True))
    assert {"afas.recalcul.asked", "afas.recalcul.finished"} <= kinds


def test_what_a_newer_figure_changes_is_listed_and_not_replaced(scene: Scene, client_of):
    figures(scene)
    declaration = computed(scene)
    kept = declaration.droits.get()
    figures(scene, "15")

    recalcul = run(scene)

    ecart = EcartRecalcul.objects.get()
    assert ecart.droit == kept
    assert ecart.montant is not None
    assert ecart.montant != kept.montant
    assert list(Droit.objects.all()) == [kept]
    page = client_of("auditeau").get(reverse("afas:recalcul_view", args=[recalcul.pk])).content.decode()
    assert "1\xa0droit différent" in page
    assert "ESC Farandole Istres" in page


def test_it_goes_on_where_it_was_stopped(scene: Scene, monkeypatch):
    monkeypatch.setattr(recalculs, "STEP", 1)
    figures(scene)
    for phase in (Phase.REEL, Phase.PREVISIONNEL, Phase.ACTUALISE_JUIN):
        computed(scene, phase)
    figures(scene, "15")
    recalcul = recalculs.start_recalcul(caf=scene.activite.caf, exercice=scene.echeance.exercice)
    recalculs._one_step(recalcul.pk)

    assert recalculs.start_recalcul(caf=scene.activite.caf, exercice=scene.echeance.exercice) == recalcul
    tasks.carry_on_recalculs(timestamp=0)

    recalcul.refresh_from_db()
    assert recalcul.done == 3
    assert recalcul.finished_at is not None
    assert EcartRecalcul.objects.count() == 3


def test_it_is_asked_for_once(scene: Scene):
    figures(scene)
    computed(scene)
    gestin, exercice = scene.cast.acteur("gestin"), scene.echeance.exercice
    recalculs.ask_recalcul(by=gestin, exercice=exercice)

    with pytest.raises(IntegrityError, match="recalcul_droits_one_at_work"):
        recalculs.ask_recalcul(by=gestin, exercice=exercice)


def test_without_a_right_there_is_nothing_to_do(scene: Scene):
    with pytest.raises(Refused, match="Aucun droit"):
        recalculs.ask_recalcul(by=scene.cast.acteur("gestin"), exercice=2001)


def test_a_worker_does_what_the_button_asks(scene: Scene, client_of):
    figures(scene)
    computed(scene)
    client = client_of("gestin")

    answer = client.post(reverse("afas:recalcul_create"), {"exercice": scene.echeance.exercice})

    job = ProcrastinateJob.objects.get(task_name="afas.carry_on_recalcul")
    assert "Vous pouvez quitter cette page" in client.get(answer["Location"]).content.decode()
    tasks.carry_on_recalcul(**job.args)
    assert "Aucun écart" in client.get(answer["Location"]).content.decode()
    assert "En cours" not in client.get(reverse("afas:recalcul_list")).content.decode()


def test_the_command_lists_what_differs(scene: Scene):
    figures(scene)
    computed(scene)
    out = StringIO()
    call_command("recompute_droits", caf="132", exercice=scene.echeance.exercice, stdout=out)
    assert out.getvalue() == "Droits recalculés : 1 ; différents : 0.\n"

    figures(scene, "15")
    out = StringIO()
    call_command("recompute_droits", caf="132", exercice=scene.echeance.exercice, stdout=out)

    assert "différents : 1." in out.getvalue()
    assert "→" in out.getvalue()


@pytest.mark.parametrize(("caf", "why"), [("999", "Aucune Caf"), ("132", "Aucun droit")])
def test_the_command_says_what_is_wrong(scene: Scene, caf, why):
    with pytest.raises(CommandError, match=why):
        call_command("recompute_droits", caf=caf, exercice=2001)


@pytest.mark.parametrize("number", [1, 3])
def test_the_differences_ask_as_many_queries_for_many(scene: Scene, client_of, django_assert_num_queries, number):
    figures(scene)
    for phase in list(Phase.values)[:number]:
        computed(scene, phase)
    figures(scene, "15")
    url = reverse("afas:recalcul_view", args=[run(scene).pk])
    client = client_of("gestin")

    with django_assert_num_queries(5):
        client.get(url)
