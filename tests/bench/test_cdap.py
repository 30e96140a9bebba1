"""The bases of « Consulter un dossier » are what they say; what is measured on them is what the product does."""

import pytest
from django.db import connection

from bench import data
from bench.cdap import base, gardes, gardes_inside
from portail.cdap.models import Alerte, Consultation, Echantillon
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf, Rattachement

TINY = data.Size("tiny", users=320, conventions=80)
ROWS, FILES = 2_000, 40
_FILES = """
INSERT INTO cdap_dossier (caf_id, numero, empreinte_1, identite, famille, paiements, droits, ressources, rsa, courriers,
                          logement, creances)
SELECT caf, 9000000 + n, '', '', '', '', '', '', '', '', '', '' FROM generate_series(1, 5) caf, generate_series(1, %s) n
"""
pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> None:
    with connection.cursor() as cursor:
        for statement in [*data.statements(TINY), *gardes.statements(ROWS, TINY)]:
            cursor.execute(statement)
        data.renumber(cursor)
        cursor.execute("UPDATE conventions_convention SET finalites = '{Instruire une aide}'")
        cursor.execute(_FILES, [FILES])


def test_a_year_of_consultations_is_spread_over_people_and_cafs(rows: None) -> None:
    assert Consultation.objects.count() == ROWS
    assert Caf.objects.count() == gardes.CAFS == Consultation.objects.order_by().values("caf").distinct().count()
    assert Consultation.objects.order_by().values("utilisateur").distinct().count() == TINY.users
    assert Consultation.objects.filter(issue="inconnu").count() == ROWS // 20


def test_readers_are_people_of_one_convention_whose_caf_has_files(rows: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(base.READERS, [50])
        found = cursor.fetchall()

    assert len({person for person, _ in found}) == len(found) > 16
    assert {caf for _, caf in found} <= {1, 2, 3, 4, 5}
    for person, caf in found:
        assert Rattachement.objects.filter(utilisateur=person, convention__cafs=caf).exists()


def test_the_walk_is_seen_through_the_rush_and_samples_are_drawn(rows: None) -> None:
    seen = gardes_inside.watch(rush=1, every=30)

    assert seen["consultations"] == 30 + gardes_inside.OVERLAP
    assert seen["alertes"] == 1 == Alerte.objects.filter(detecteur="suite").count()
    assert Utilisateur.objects.filter(pk=Alerte.objects.get(detecteur="suite").utilisateur_id).exists()
    assert gardes_inside.draw()["drawn"] > 0
    assert Echantillon.objects.count() == gardes.CAFS
