"""Several people at once on the same thread or the same letter: one does it, the others are told why they did not."""

from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.urls import reverse

from portail.cdap.actions import attestations, courriers
from portail.cdap.models import Dialogue, EnvoiPostal, LotPostal
from portail.conventions.models import AgentCaf
from tests.cast import build_cast
from tests.cdap.echanges import attested, opened
from tests.cdap.scene import Scene, build_scene
from tests.client import PortailClient
from tests.habilitations.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dossiers(transactional_db: None) -> Scene:
    """Committed, so that every thread sees it."""
    return build_scene(build_cast())


def signed_in(scene: Scene, name: str) -> PortailClient:
    client = PortailClient()
    client.force_login(scene.cast.people[name], backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def test_of_two_agents_who_take_the_same_thread_one_gets_409(dossiers: Scene) -> None:
    AgentCaf.objects.filter(utilisateur=dossiers.cast.people["auditeau"]).update(fonction="gestionnaire")
    address = reverse("cdap:dialogue_take", args=[opened(dossiers).pk])
    clients = [signed_in(dossiers, name) for name in ("gestin", "auditeau")]

    told = at_once(*(lambda client=client: client.post(address).status_code for client in clients))

    assert sorted(told) == [302, 409]
    assert Dialogue.objects.get().agent_id is not None


def test_a_letter_is_asked_once_and_goes_in_one_lot(dossiers: Scene) -> None:
    garban, gestin = dossiers.cast.acteur("garban"), dossiers.cast.acteur("gestin")
    made = [attested(dossiers) for _ in range(4)]

    asked: list[Any] = at_once(*(lambda one=one: attestations.post(by=garban, attestation=one) for one in made))
    lots: list[Any] = at_once(*(lambda: courriers.prepare_lot(by=gestin) for _ in range(4)))

    assert [type(each) for each in asked].count(IntegrityError) == 3
    assert EnvoiPostal.objects.count() == 1
    assert [type(each) for each in lots].count(LotPostal) == 1
