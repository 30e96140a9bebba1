"""What always holds of the calculations, whatever is declared."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.afas.calculs import Retenu, calculated, constats, figures, gathered, missing
from portail.afas.calculs.ecriture import in_french
from portail.afas.definitions import type_of, types
from portail.afas.definitions.expressions import Absent, Expression
from portail.afas.enums import Phase, VoletKind
from tests.afas.scene import FINANCES, SHEET

PSU = {code: (Decimal(value), "essai") for code, value in
       {"plafond_107": "10.05", "plafond_120": "9.40", "plafond_107_sans": "9.50", "plafond_120_sans": "8.90",
        "mixite_seuil_1": "0.87", "mixite_seuil_2": "1.15", "mixite_seuil_3": "1.46", "handicap_plafond": "1300",
        "preparation_place": "3"}.items()}  # fmt: skip
HOURS = st.integers(min_value=0, max_value=500_000)
EUROS = st.decimals(min_value=0, max_value=10_000_000, places=2)


def _psu(realisees, facturees, charges=10_000_000, participations=0, **other):
    sheet = {"capacite": "100", "jours_ouverture": "366", "amplitude": "24", "couches": "oui", "repas": "oui",
             "enfants": "100", "heures_realisees_m4": str(realisees), "heures_realisees_p4": "0",
             "heures_facturees": str(facturees), "gestion_privee": "non", "revalorisation": "non"}  # fmt: skip
    accounts = {"c60": "0", "c64": str(charges), "p70641": str(participations), "taux_rg": "100"}
    definition, type_ = type_of("eaje").definition(2025), type_of("eaje")
    volets = [(VoletKind.ACTIVITE, sheet | other), (VoletKind.FINANCIER, accounts)]
    return calculated(definition, "psu", gathered(definition, "psu", volets), figures(type_, "psu", 2025, PSU))


def _line(calcul, code):
    return next(line.valeur for line in calcul.lignes if line.ligne.code == code)


def _alsh(heures, charges, taux_rg=100, plafond="2.07"):
    sheet = {"capacite": "100", "jours_ouverture": "366", "amplitude": "24", "heures_realisees_m6": "0",
             "heures_realisees_p6": str(heures)}  # fmt: skip
    accounts = {"c60": "0", "c64": str(charges), "taux_rg": str(taux_rg)}
    definition, nature = type_of("alsh").definition(2025), "extrascolaire"
    volets = [(VoletKind.ACTIVITE, sheet), (VoletKind.FINANCIER, accounts)]
    own = {"prix_plafond": (Decimal(plafond), "essai")}
    return calculated(
        definition, nature, gathered(definition, nature, volets), figures(type_of("alsh"), nature, 2025, own)
    )


# The plafond of the Psu, 2025


@pytest.mark.parametrize(
    ("facturees", "plafond"),
    [(100_000, "10.05"), (107_000, "10.05"), (113_500, "9.725"), (120_000, "9.40"), (150_000, "9.40")],
)
def test_the_plafond_goes_down_in_a_straight_line_from_107_to_120(facturees, plafond):
    assert _line(_psu(100_000, facturees), "prix_plafond") == Decimal(plafond)


@given(st.integers(min_value=90_000, max_value=140_000))
def test_the_plafond_never_rises_with_the_rate_and_never_jumps(facturees):
    here, next_ = (_line(_psu(100_000, hours), "prix_plafond") for hours in (facturees, facturees + 1))

    assert Decimal(0) <= here - next_ <= Decimal("0.0001")


def test_without_meals_the_other_plafond_counts():
    assert _line(_psu(100_000, 100_000, repas="non"), "prix_plafond") == Decimal("9.50")


# What always holds


@given(HOURS, HOURS, EUROS, EUROS)
def test_a_psu_is_never_negative_nor_higher_than_its_part_of_the_charges(realisees, facturees, charges, participations):
    calcul = _psu(realisees, facturees, charges, participations)

    assert 0 <= _line(calcul, "prestation") <= charges * Decimal("0.66") + Decimal("0.01")
    assert calcul.montant == sum(_line(calcul, code) for code in ("prestation", "mixite"))


@given(HOURS, EUROS, st.integers(min_value=0, max_value=100))
def test_a_leisure_centre_never_gets_more_than_thirty_per_cent(heures, charges, taux_rg):
    montant = _alsh(heures, charges, taux_rg).montant

    assert 0 <= montant <= min(charges * Decimal("0.3"), heures * Decimal("0.621")) + Decimal("0.01")


@given(HOURS, EUROS, EUROS)
def test_more_charges_never_lower_a_right(heures, charges, more):
    assert _alsh(heures, charges + more).montant >= _alsh(heures, charges).montant


@given(HOURS, st.integers(min_value=0, max_value=50_000), EUROS)
def test_more_hours_never_lower_a_right(heures, more, charges):
    assert _alsh(heures + more, charges).montant >= _alsh(heures, charges).montant - Decimal("0.01")


# What is missing


def test_only_what_the_result_depends_on_is_asked_for():
    calcul = _psu(100_000, 100_000)

    assert calcul.montant is not None
    assert calcul.missing_figures == calcul.missing_fields == ()
    assert "plafond_120" not in {t.code for line in calcul.lignes for t in line.termes}


def test_a_figure_that_nobody_passes_is_missing_never_nothing():
    definition = type_of("rpe").definition(2025)
    volets = [(VoletKind.ACTIVITE, {"etp": "1", "mission_guichet": "non", "mission_analyse": "non",
                                    "mission_promotion": "non"}),
              (VoletKind.FINANCIER, {"c60": "1", "c64": "1"})]  # fmt: skip

    calcul = calculated(definition, "rpe", gathered(definition, "rpe", volets), {})

    assert calcul.montant is None
    assert {figure.code for figure in calcul.missing_figures} == {"plafond_etp", "taux_ps"}


def test_a_condition_without_answer_needs_all_it_may_lead_to():
    def value_of(name):
        if name == "c":
            raise Absent(name)
        return Decimal(1)

    assert Expression("a if c > 0 else min(b, a)").needed(value_of) == ("c", "a", "b")
    assert Expression("a if b > 0 else c").needed(value_of) == ("b", "a")
    assert Expression("a if 1 / (b - b) > 0 else b").needed(value_of) == ("b", "a")


@pytest.mark.parametrize("code", sorted(types()))
def test_an_empty_volet_misses_every_compulsory_field_and_a_full_one_none(code):
    type_ = types()[code]
    for definition in type_.definitions.values():
        for nature in type_.natures:
            for volet in VoletKind.values:
                fields = definition.champs(volet, nature).values()
                compulsory = [champ for champ in fields if champ.obligatoire]
                full = {champ.code: "oui" if champ.format == "oui_non" else "0" for champ in compulsory}

                assert missing(definition, nature, volet, {}) == compulsory
                assert missing(definition, nature, volet, full) == []


@pytest.mark.parametrize("kept", ["", "abc", "-1", "NaN", "Infinity", None])
def test_what_is_no_usable_number_is_missing(kept):
    definition = type_of("alsh").definition(2025)
    full = {"capacite": "0", "jours_ouverture": "0", "amplitude": "0", "heures_realisees_p6": "0"}

    assert missing(definition, "adolescents", VoletKind.ACTIVITE, full) == []
    found = missing(definition, "adolescents", VoletKind.ACTIVITE, full | {"amplitude": kept})
    assert [champ.code for champ in found] == ["amplitude"]


# Lieux, thresholds, last year


def test_the_capacity_is_worked_out_lieu_by_lieu():
    definition = type_of("alsh").definition(2025)
    lieux = [("40", "100", "10", "9000", "11000"), ("20", "90", "9", "1000", "2000")]
    names = ("capacite", "jours_ouverture", "amplitude", "heures_realisees_m6", "heures_realisees_p6")
    sheets = [(VoletKind.ACTIVITE, dict(zip(names, lieu, strict=True))) for lieu in lieux]

    valeurs = gathered(definition, "extrascolaire", sheets)

    assert valeurs.get("capacite_theorique") == 40 * 100 * 10 + 20 * 90 * 9
    assert valeurs.get("taux_occupation") == Decimal("40.93")


def test_couches_count_when_every_lieu_gives_them():
    definition = type_of("eaje").definition(2025)
    sheets = [(VoletKind.ACTIVITE, {"couches": said}) for said in ("oui", "non")]

    assert gathered(definition, "psu", sheets).get("couches") == 0


def test_an_empty_account_is_read_as_nothing_so_that_one_side_alone_blocks():
    definition = type_of("alsh").definition(2025)
    volets = [(VoletKind.FINANCIER, {"c60": "1", "c64": "1", "c86": "100", "taux_rg": "100"})]

    found = {c.controle.code: c for c in constats(definition, "periscolaire", Phase.REEL,
                                                  gathered(definition, "periscolaire", volets))}  # fmt: skip

    assert found["C09"].is_blocking
    assert [(terme.code, terme.valeur) for terme in found["C09"].termes] == [("c86", 100), ("p87", 0)]
    assert found["C09"].termes[1].source == "laissé vide : compte pour 0"


def test_the_caf_s_threshold_takes_the_place_of_ours_and_an_unknown_one_does_nothing():
    definition = type_of("alsh").definition(2025)
    now, before = (
        gathered(definition, "adolescents", [(VoletKind.FINANCIER, {"c60": "0", "c64": charges, "taux_rg": "100"})])
        for charges in ("130", "100")
    )

    def says(seuils):
        found = constats(definition, "adolescents", Phase.REEL, now, n1=before, seuils=seuils)
        return next(constat for constat in found if constat.controle.code == "C05-charges")

    assert says(None).asks_justification
    assert says({"seuil_variation": Decimal(30), "total_charges": Decimal(0)}).holds is True
    assert [t.libelle for t in says(None).termes][-1] == "Variation admise par rapport à l'année précédente"
    assert ("Total des charges", Decimal(100), "réel de l'année précédente") in [
        (t.libelle, t.valeur, t.source) for t in says(None).termes
    ]


def test_the_declaration_of_the_tests_is_complete_and_all_its_checks_hold():
    definition, nature = type_of("alsh").definition(2025), "extrascolaire"
    volets = [(VoletKind.ACTIVITE, SHEET), (VoletKind.ACTIVITE, SHEET), (VoletKind.FINANCIER, FINANCES)]
    valeurs = gathered(definition, nature, volets)

    assert [missing(definition, nature, *volet) for volet in volets] == [[], [], []]
    for phase in Phase.values:
        found = constats(definition, nature, phase, valeurs, n1=valeurs, precedent=valeurs)
        assert [constat.controle.code for constat in found if constat.holds is not True] == []


def test_no_check_compares_half_a_year_with_a_whole_one():
    compared = [
        (type_.code, controle.code)
        for type_ in types().values()
        for definition in type_.definitions.values()
        for controle in definition.controles
        if any(term.startswith("n1_") for term in controle.expression.terms)
        and set(controle.phases) & {Phase.ACTUALISE_JUIN, Phase.ACTUALISE_SEPTEMBRE}
    ]

    assert compared == []


def test_a_caf_s_figure_says_its_own_source_and_a_published_one_how_sure_it_is():
    published = figures(type_of("alsh"), "periscolaire", 2025)
    own = figures(type_of("alsh"), "periscolaire", 2025, {"taux_ps": (Decimal(31), "circulaire")})

    assert (published["taux_ps"].valeur, published["taux_ps"].surete) == (30, "M")
    assert published["taux_ps"].source.endswith("(exercice 2023, reconduit)")
    assert own["taux_ps"] == Retenu("taux_ps", "Taux de la prestation de service", Decimal(31), "%", "circulaire")
    assert figures(type_of("rpe"), "rpe", 2025)["plafond_etp"].source == "aucune source publiée"


@pytest.mark.parametrize(
    ("value", "unite", "written"),
    [
        ("1.970000", "€/h", "1,97\u00a0€/h"),
        ("9.4", "€/h", "9,40\u00a0€/h"),
        ("5.2615", "€/h", "5,2615\u00a0€/h"),
        ("32.50", "%", "32,5\u00a0%"),
        ("10000", "€/place", "10\u202f000\u00a0€/place"),
        ("1234.5", "€", "1\u202f234,50\u00a0€"),
        ("1E+2", "%", "100\u00a0%"),
        ("-3", "", "−3"),
        ("0.00", "", "0"),
    ],
)
def test_numbers_are_written_in_french(value, unite, written):
    assert in_french(Decimal(value), unite) == written
