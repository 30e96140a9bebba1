"""The synthetic base of AFAS is what it says; the clients note what was acknowledged, and a loss is seen."""

import pytest
from django.db import connection

from bench import clients, data
from bench.afas import base, rush
from portail.afas.enums import RoleProfil
from portail.afas.models import Activite, Declaration, Droit, Profil, VersionDeclaration, Volet
from portail.conventions.models import Caf
from portail.habilitations.models import Habilitation

TINY = data.Size("tiny", users=320, conventions=80)
LOAD = base.Load(TINY.conventions, 2)


@pytest.fixture
def rows():
    with connection.cursor() as cursor:
        for statement in data.statements(TINY):
            cursor.execute(statement)
        data.renumber(cursor)
        for statement in base.statements(LOAD):
            cursor.execute(statement)
        cursor.execute("ANALYZE")  # the checks of the keys are planned on what is there


@pytest.mark.django_db
def test_the_base_has_the_activites_and_declarations_it_says(rows):
    of_caf = Activite.objects.filter(caf=base.CAF).count()

    assert Caf.objects.count() == base.CAFS
    assert Activite.objects.count() == LOAD.total == 160
    assert of_caf == LOAD.activites  # convention 78
    assert Declaration.objects.filter(echeance__exercice=base.LAST).count() == 4 * LOAD.total
    assert Declaration.objects.filter(echeance__exercice=base.NOW).count() == of_caf
    transmitted = Declaration.objects.filter(transmitted_at__isnull=False).count()
    assert VersionDeclaration.objects.count() == transmitted > 3 * LOAD.total
    assert not Droit.objects.filter(declaration__caf=base.CAF).exists()
    assert Volet.objects.filter(declaration__activite__lieux__isnull=False, kind="activite", lieu=None).count() == 0


@pytest.mark.django_db
def test_everybody_holds_a_profile_that_he_may_use(rows):
    held = Profil.objects.filter(role=RoleProfil.APPROBATEUR).values("rattachement__utilisateur")
    may = Habilitation.objects.filter(role="afas.declarer", utilisateur__in=held, period__contains=base.date.today())

    assert Profil.objects.count() == 4 * LOAD.total
    assert may.exists()


def test_hidden_fields_are_sent_back_as_they_are():
    page = b"""<form><input type="hidden" name="cle" value="1"><input name="nom" value="x">
               <input type="hidden" name="vu" value="a&amp;b"></form>"""

    assert clients.hidden_of(page) == {"cle": "1", "vu": "a&b"}
    assert clients.token_of("session=s; csrf=t") == "t"


def test_a_value_acknowledged_that_the_base_does_not_hold_is_lost():
    ledger = {"1": {"capacite": "41", "enfants": "60"}, "2": {"capacite": "7"}}

    assert rush.lost(ledger, {"1": {"capacite": "41", "enfants": "60"}, "2": {"capacite": "7"}}) == []
    assert rush.lost(ledger, {"1": {"capacite": "40", "enfants": "60"}}) == [
        "1.capacite: told 41, holds 40",
        "2.capacite: told 7, holds None",
    ]
