"""The monthly sample: the same for the same seed, justified by who consulted, examined by the Caf."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portail.cdap.actions import echantillons as actions
from portail.cdap.enums import EtatJustification
from portail.cdap.models import Alerte, DemandeJustification, Echantillon
from portail.cdap.queries.echantillons import drawn, next_month
from portail.courriels.models import Courriel
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.cdap.gardes import PARIS, chosen, consulted
from tests.cdap.scene import Scene

pytestmark = pytest.mark.django_db
MOIS, ON = date(2026, 10, 1), date(2026, 11, 1)
GRAINE = uuid.UUID("6f1c1f52-0000-4000-8000-000000000000")


def month(scene: Scene, count: int = 30, name: str = "garban") -> None:
    for rank in range(count):
        at = datetime(2026, 10, 1 + rank % 28, 10, rank, tzinfo=PARIS)
        consulted(scene, name, at=at, numero=9_100_000 + rank)


def demande_of(scene: Scene) -> DemandeJustification:
    chosen(scene, echantillon_taille=1)
    month(scene, 3)
    actions.draw(scene.caf, MOIS, timezone.localdate())
    return DemandeJustification.objects.get()


def test_the_same_seed_gives_the_same_consultations(dossiers: Scene) -> None:
    month(dossiers)
    consulted(dossiers, at=datetime(2026, 9, 30, 23, 59, tzinfo=PARIS))
    consulted(dossiers, at=datetime(2026, 11, 1, 0, 0, tzinfo=PARIS))
    consulted(dossiers, at=datetime(2026, 10, 5, 9, 0, tzinfo=PARIS), issue="inconnu")

    first = drawn(caf=dossiers.caf.pk, mois=MOIS, graine=GRAINE, count=10)

    assert first == drawn(caf=dossiers.caf.pk, mois=MOIS, graine=GRAINE, count=10)
    assert len({each[0] for each in first}) == 10
    whole = drawn(caf=dossiers.caf.pk, mois=MOIS, graine=GRAINE, count=100)
    assert len({each[0] for each in whole}) == len(whole) == 30
    assert drawn(caf=dossiers.other.pk, mois=MOIS, graine=GRAINE, count=10) == []


def test_a_caf_that_fails_stops_no_other(dossiers: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    draw, first = actions.values_of, min(dossiers.caf.pk, dossiers.other.pk)

    def values_of(caf: int) -> dict[str, int]:
        return {} if caf == first else draw(caf)

    monkeypatch.setattr(actions, "values_of", values_of)
    with pytest.raises(ExceptionGroup):
        actions.draw_all(ON)

    assert Echantillon.objects.get().caf_id == max(dossiers.caf.pk, dossiers.other.pk)


def test_every_consultation_may_be_drawn(dossiers: Scene) -> None:
    month(dossiers, 10)

    seen = {drawn(caf=dossiers.caf.pk, mois=MOIS, graine=uuid.uuid4(), count=1)[0][0] for _ in range(200)}

    assert len(seen) >= 5


def test_a_month_is_drawn_once_for_each_caf_and_people_are_told(dossiers: Scene) -> None:
    chosen(dossiers, echantillon_taille=4)
    month(dossiers)

    assert (actions.draw_all(ON), actions.draw_all(ON)) == (2, 0)

    echantillon = Echantillon.objects.get(caf=dossiers.caf)
    assert (echantillon.taille, echantillon.demandes.count()) == (4, 4)
    told = JournalEntry.objects.filter(
        kind="cdap.echantillon.drawn", subjects__contains=[f"echantillon:{echantillon.pk}"]
    )
    assert told.get().facts["graine"] == str(echantillon.graine)
    mail = Courriel.objects.get(kind="cdap_justification")
    assert mail.facts == {"caf": "Caf 132", "demandes": "4\u00a0consultations", "due_on": "16/11/2026"}


def test_a_caf_that_wants_none_draws_none(dossiers: Scene) -> None:
    chosen(dossiers, echantillon_taille=0)
    month(dossiers)

    assert actions.draw(dossiers.caf, MOIS, ON) is None


def test_what_is_not_justified_in_time_stops_consulting(dossiers: Scene) -> None:
    demande = demande_of(dossiers)
    assert dossiers.consult("garban", profil="cdap.t1") is not None

    DemandeJustification.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Refused, match="a dépassé son délai"):
        dossiers.consult("garban", profil="cdap.t1")
    actions.justify(by=dossiers.cast.acteur("garban"), demande=demande, texte="Aide pour la cantine.")

    assert dossiers.consult("garban", profil="cdap.t1") is not None


def test_a_reminder_comes_once(dossiers: Scene) -> None:
    demande = demande_of(dossiers)
    before = demande.due_on - timedelta(days=2)

    assert (actions.remind(timezone.localdate()), actions.remind(before), actions.remind(before)) == (0, 1, 0)
    assert Courriel.objects.filter(kind="cdap_justification_rappel").count() == 1
    assert JournalEntry.objects.filter(kind="cdap.justification.reminded").count() == 1


def test_the_caf_accepts(dossiers: Scene) -> None:
    demande, marchand = demande_of(dossiers), dossiers.cast.acteur("marchand")
    with pytest.raises(Refused, match="n'est pas à examiner"):
        actions.examine(by=marchand, demande=demande, is_accepted=True)

    actions.justify(by=dossiers.cast.acteur("garban"), demande=demande, texte="Aide pour la cantine.")
    actions.examine(by=marchand, demande=demande, is_accepted=True)

    demande.refresh_from_db()
    assert demande.etat == EtatJustification.ACCEPTEE
    assert not Alerte.objects.exists()
    assert JournalEntry.objects.filter(kind="cdap.justification.given").exists()
    assert JournalEntry.objects.filter(kind="cdap.justification.accepted").exists()


def test_a_refusal_opens_an_alert(dossiers: Scene) -> None:
    demande = demande_of(dossiers)
    actions.justify(by=dossiers.cast.acteur("garban"), demande=demande, texte="Je ne sais plus.")

    actions.examine(
        by=dossiers.cast.acteur("marchand"), demande=demande, is_accepted=False, refusal="Aucun suivi en cours."
    )

    alerte = Alerte.objects.get()
    assert (alerte.detecteur, alerte.etat) == ("justification", "demandee")
    assert JournalEntry.objects.filter(kind="cdap.justification.refused").exists()
    assert Courriel.objects.filter(kind="cdap_justification_refusee").exists()


def test_months_follow_each_other() -> None:
    assert [next_month(date(2026, 11, 1)), next_month(date(2026, 12, 1))] == [date(2026, 12, 1), date(2027, 1, 1)]


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_to_justify_is_listed_in_as_many_reads(
    dossiers: Scene, client_of: Any, django_assert_num_queries: Any, count: int
) -> None:
    chosen(dossiers, echantillon_taille=count)
    month(dossiers, 5)
    actions.draw(dossiers.caf, MOIS, timezone.localdate())
    client = client_of("marchand")
    client.get("/consulter-dossier/a-justifier/")

    with django_assert_num_queries(4):
        page = client.get("/consulter-dossier/a-justifier/")

    assert page.content.decode().count("/consulter-dossier/a-justifier/") >= count
