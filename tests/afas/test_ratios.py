"""Ratios are data; the Caf's mean tells of nobody."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portail.afas.calculs.ratios import ratios
from portail.afas.definitions import DefinitionError, type_of
from portail.afas.definitions import ratios as definitions
from portail.afas.enums import EtatDeclaration, Phase, VoletKind
from portail.afas.models import Declaration
from portail.afas.queries.ratios import chart_of, means_of, ratios_of
from tests.afas.declared import activite_like, declared, echeance_of, organisme_like
from tests.afas.scene import FINANCES, SHEET

VOLETS = [(VoletKind.ACTIVITE, SHEET), (VoletKind.FINANCIER, FINANCES | {"p70641": "2000", "p7452": "1000"})]


def alsh():
    return type_of("alsh").definition(2025)


def test_ratios_are_worked_out_from_what_was_declared():
    # By hand: 46,000.10 € of charges, 20,000.50 hours, 40 places, 100 days, 10 hours; 49,000.10 € of produits.
    assert ratios(alsh(), "extrascolaire", VOLETS) == {
        "prix_de_revient": Decimal("2.30"),
        "taux_occupation": Decimal("50.0"),
        "participation_heure": Decimal("0.10"),
        "part_personnel": Decimal("91.3"),
        "part_caf": Decimal("2.0"),
    }


def test_a_ratio_without_its_terms_has_no_value():
    found = ratios(alsh(), "extrascolaire", [(VoletKind.ACTIVITE, {}), (VoletKind.FINANCIER, FINANCES)])

    assert found["prix_de_revient"] is None
    assert found["part_personnel"] == Decimal("91.3")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('calcul = "total_charges / nulle_part"', "rien ne donne les ratios essai"),
        ('calcul = "total_charges"', "écrit deux fois"),
    ],
)
def test_a_wrong_ratio_stops_the_start(tmp_path, monkeypatch, text, message):
    told = f'[[ratios]]\ncode = "essai"\nlibelle = "Essai"\n{text}\n'
    for folder in ("commun", "alsh"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "ratios.toml").write_text(told)
    monkeypatch.setattr(definitions, "HERE", tmp_path)
    definitions.known_ratios.cache_clear()
    definitions.ratios_for.cache_clear()
    try:
        with pytest.raises(DefinitionError, match=message):
            definitions.check_ratios()
    finally:
        definitions.known_ratios.cache_clear()
        definitions.ratios_for.cache_clear()


@pytest.fixture
def over(scene):
    """The réel of last year, whose due date has passed, transmitted by Farandole."""
    echeance = echeance_of(scene, scene.echeance.exercice, late=1)
    declared(scene, scene.activite, echeance)
    return echeance


def others(scene, echeance, number, *, organismes=5, charges="22000"):
    """As many activités, of so many other organisations."""
    held = [organisme_like(scene) for _ in range(organismes)]
    return [
        declared(scene, activite_like(scene, organisme=held[rank % organismes]), echeance, charges=charges)
        for rank in range(number)
    ]


def mean(scene, on=None):
    acteur = scene.cast.acteur("bruet", on)
    return means_of(acteur, scene.activite, scene.echeance.exercice).get("prix_de_revient")


@pytest.mark.django_db
def test_the_mean_is_that_of_the_others(scene, over):
    others(scene, over, 4)
    assert mean(scene) is None

    others(scene, over, 1)

    # By hand: 26,000 € over 20,000.50 hours is 1.30 €, five times; Farandole's 2.30 € counts for nothing.
    assert mean(scene) == Decimal("1.30")


@pytest.mark.django_db
def test_two_organisations_are_too_few(scene, over):
    others(scene, over, 6, organismes=2)

    assert mean(scene) is None


@pytest.mark.django_db
def test_nothing_is_told_before_the_due_date_has_passed(scene, over):
    others(scene, over, 5)

    assert mean(scene, on=over.due_on) is None
    assert mean(scene, on=over.due_on + timedelta(days=1)) is not None


@pytest.mark.django_db
def test_only_the_same_caf_nature_and_year_count(scene, over):
    others(scene, over, 4)
    for change in ({"nature": "periscolaire"}, {"caf": scene.cast.cafs["061"]}):
        activite = activite_like(scene)
        type(activite).objects.filter(pk=activite.pk).update(**change)
        activite.refresh_from_db()
        declared(scene, activite, over)
    declared(scene, activite_like(scene), echeance_of(scene, over.exercice - 1, late=300))
    own = activite_like(scene, organisme=scene.activite.organisme)
    declared(scene, own, over)

    assert mean(scene) is None


@pytest.mark.django_db
def test_what_is_being_corrected_counts_for_nothing(scene, over):
    last = others(scene, over, 5)[-1]
    Declaration.objects.filter(pk=last.pk).update(etat=EtatDeclaration.A_COMPLETER)

    assert mean(scene) is None


@pytest.mark.django_db
def test_the_years_stand_side_by_side_with_the_place(scene, over):
    declared(scene, scene.activite, echeance_of(scene, over.exercice - 1, late=300), charges="40000")
    declared(scene, scene.activite, echeance_of(scene, over.exercice, Phase.PREVISIONNEL), charges="1")
    others(scene, over, 5)

    found = ratios_of(scene.cast.acteur("bruet"), scene.activite)

    first = found.chosen("prix_de_revient")
    assert found.exercices == [over.exercice - 1, over.exercice]
    assert [told for _, told in first.valeurs_in_words] == ["2,20\xa0€", "2,30\xa0€"]
    assert first.moyenne_in_words == "1,30\xa0€"
    assert first.place == "77\xa0% de\xa0plus"
    assert [serie.values for serie in chart_of(found, first).series] == [
        [Decimal("2.20"), Decimal("2.30")],
        [None, Decimal("1.30")],
    ]


@pytest.mark.django_db
def test_the_last_version_counts(scene, over):
    declared(scene, scene.activite, over, charges="0")

    found = ratios_of(scene.cast.acteur("bruet"), scene.activite)

    assert [told for _, told in found.chosen("prix_de_revient").valeurs_in_words] == ["0,20\xa0€"]
