"""Sixteen gestionnaires enter the same figure at once: one is retained, the others are told of it."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from portail.afas.actions import baremes as actions
from portail.afas.models import ChiffreBareme, SeuilControle
from portail.afas.queries import baremes as queries
from portail.ui.rules import Stale
from tests.cast import Cast, build_cast
from tests.habilitations.test_races import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Committed, so that every thread sees it."""
    return build_cast()


def _told(act: Any) -> Any:
    try:
        return act()
    except Stale as stale:
        return stale


def test_one_figure_is_retained(cast: Cast) -> None:
    acteur = cast.acteur("gestin")
    chiffre = queries.chiffre_for(acteur, "rpe", timezone.localdate().year, "plafond_etp")

    def entering(number: int) -> Any:
        valeur = Decimal(60_000 + number)
        return lambda: _told(
            lambda: actions.enter_chiffre(by=acteur, chiffre=chiffre, valeur=valeur, source="Circulaire", seen=None)
        )

    told = at_once(*(entering(number) for number in range(THREADS)))

    assert sum(isinstance(each, ChiffreBareme) for each in told) == 1
    assert sum(isinstance(each, Stale) for each in told) == THREADS - 1
    assert ChiffreBareme.objects.count() == 1


def test_one_threshold_is_retained(cast: Cast) -> None:
    acteur = cast.acteur("gestin")
    seuil = queries.seuil_for(acteur, "rpe", "seuil_variation")

    def choosing(number: int) -> Any:
        return lambda: _told(
            lambda: actions.choose_seuil(by=acteur, seuil=seuil, valeur=Decimal(30 + number), seen=None)
        )

    told = at_once(*(choosing(number) for number in range(THREADS)))

    assert sum(isinstance(each, SeuilControle) for each in told) == 1
    assert SeuilControle.objects.count() == 1
