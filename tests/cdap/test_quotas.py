"""The quota stops a walk, to the last one, and says until when."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portail.cdap.actions.consultations import consult, search
from portail.cdap.models import Consultation
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.cast import build_cast
from tests.cdap.gardes import chosen, consulted
from tests.cdap.scene import NE_LE, NOM, Scene, build_scene
from tests.cdap.test_consultations import ASK, typed
from tests.habilitations.test_races import THREADS, at_once


@pytest.mark.django_db
class TestQuota:
    def test_stops_who_reached_it_and_writes_the_refusal(self, dossiers: Scene, client_of: Any) -> None:
        chosen(dossiers, quota_personne_heure=2)
        client = client_of("garban")
        asked = [client.post(ASK, typed(dossiers)) for _ in range(3)]

        assert [answer.status_code for answer in asked] == [302, 302, 422]
        told = asked[2].content.decode()
        assert "la limite de 2 consultations en une heure" in told
        assert f"à partir de {timezone.localtime(timezone.now() + timedelta(hours=1)):%H}" in told
        assert "caf132@example.fr" in told
        assert Consultation.objects.count() == 2
        refused = JournalEntry.objects.get(result="refuse")
        assert "la limite de 2 consultations" in refused.facts["motif"]

    def test_slides(self, dossiers: Scene) -> None:
        chosen(dossiers, quota_personne_heure=1)
        consulted(dossiers, at=timezone.now() - timedelta(minutes=61))

        assert dossiers.consult("garban", profil="cdap.t1") is not None

    @pytest.mark.parametrize("window", ["heure", "jour"])
    def test_of_the_organisation_stops_everybody_in_it(self, dossiers: Scene, window: str) -> None:
        chosen(dossiers, **{f"quota_organisme_{window}": 1})
        consulted(dossiers, "robine")

        with pytest.raises(Refused, match="Votre organisme a atteint la limite de 1 consultations"):
            dossiers.consult("garban", profil="cdap.t1")

    def test_of_the_day_lasts_longer_than_that_of_the_hour(self, dossiers: Scene) -> None:
        chosen(dossiers, quota_personne_heure=1, quota_personne_jour=1)
        consulted(dossiers)

        with pytest.raises(Refused, match="en 24 heures"):
            dossiers.consult("garban", profil="cdap.t1")

    def test_leaves_room_for_all_that_a_search_may_find(self, dossiers: Scene) -> None:
        chosen(dossiers, quota_personne_heure=3)
        consulted(dossiers)
        demande = dossiers.demande("garban", profil="cdap.t1")

        with pytest.raises(Refused, match="la limite de 3 consultations"):
            search(by=dossiers.cast.acteur("garban"), demande=demande, nom=NOM, ne_le=NE_LE)


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_never_pass_the_quota(transactional_db: None) -> None:
    scene = build_scene(build_cast())
    chosen(scene, quota_personne_heure=5)
    demande, garban = scene.demande("garban", profil="cdap.t1"), scene.cast.acteur("garban")

    told = at_once(*[lambda: consult(by=garban, demande=demande, numero=9012345)] * THREADS)

    assert sum(isinstance(each, Consultation) for each in told) == 5
    assert sum(isinstance(each, Refused) for each in told) == THREADS - 5
    assert Consultation.objects.count() == 5
