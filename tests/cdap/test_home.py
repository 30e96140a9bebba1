"""The home of the service: files to come back to for a partner, what it follows and sets for the Caf."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from portail.cdap.models import Opposition
from tests.cdap.gardes import consulted
from tests.cdap.scene import ELSEWHERE, NUMERO, Scene

pytestmark = pytest.mark.django_db
HOME = reverse("cdap:home")
OPEN = "Dossiers encore ouverts"


def shown(client: Any) -> str:
    return client.get(HOME).content.decode()


def test_a_file_is_come_back_to_while_it_is_open_and_said_once(dossiers: Scene, client_of: Any) -> None:
    assert OPEN not in shown(client_of("garban"))
    for _ in range(2):
        dossiers.consult("garban", profil="cdap.t1")

    page = shown(client_of("garban"))
    assert page.count(f"Dossier n° {NUMERO}") == 1
    assert "Demander un dossier" in page
    assert OPEN not in shown(client_of("guy"))


def test_neither_a_refusal_nor_an_old_or_opposed_file_is_there(dossiers: Scene, client_of: Any) -> None:
    dossiers.consult("garban", ELSEWHERE, profil="cdap.t1")
    over = timedelta(minutes=settings.PORTAIL["CDAP_CONSULTATION_MINUTES"] + 1)
    consulted(dossiers, at=timezone.now() - over, numero=NUMERO)
    assert OPEN not in shown(client_of("garban"))

    dossiers.consult("garban", profil="cdap.t1")
    since, clerk = timezone.localdate(), dossiers.cast.people["gestin"]
    Opposition.objects.create(caf=dossiers.caf, numero=NUMERO, opens_on=since, source="Courrier", entered_by=clerk)
    assert OPEN not in shown(client_of("garban"))


@pytest.mark.parametrize(("name", "traces"), [("marchand", True), ("gestin", False), ("auditeau", False)])
def test_the_caf_finds_every_page_it_may_open(dossiers: Scene, client_of: Any, name: str, traces: bool) -> None:
    client = client_of(name)
    page = shown(client)

    assert "Demander un dossier" not in page
    for each in ("dialogue_queue", "envoi_list", "matrice_view", "sujet_list", "reglage_list", "chargement_list"):
        assert f'href="{reverse(f"cdap:{each}")}"' in page
        assert client.get(reverse(f"cdap:{each}")).status_code == 200
    assert (f'href="{reverse("cdap:dossier_trace")}"' in page) is traces
