"""The rules give the published figures; a synthetic file is coherent, believable, nobody's, and always the same."""

import re
from collections import Counter
from datetime import date

import pytest

from portail.cdap.calculs import prestations
from portail.cdap.calculs.fiction import AIDES, DossierFictif, dossier_fictif
from portail.cdap.calculs.quotient import COUNTED, parts, quotient_familial
from portail.cdap.definitions import codes as lists
from portail.cdap.definitions.contenu import NomPartie, decoded, encoded
from portail.cdap.definitions.fiction import fiction
from portail.cdap.definitions.montants import montants, montants_of

ON = date(2026, 11, 21)


@pytest.fixture(scope="module")
def made() -> list[DossierFictif]:
    return [dossier_fictif(7, "132", 9_000_000 + rank, ON) for rank in range(1500)]


# The rules, against published figures


@pytest.mark.parametrize(
    ("adults", "children", "is_majore", "cents"),
    [(1, 0, False, 64_652), (2, 3, False, 161_630), (1, 4, True, 193_715), (1, 1, False, 96_978)],
)
def test_the_rsa_of_2025(adults: int, children: int, is_majore: bool, cents: int) -> None:
    assert prestations.rsa_base(montants(2025), adults, children, is_majore=is_majore) == cents


@pytest.mark.parametrize(("annee", "cents"), [(2024, 14_852), (2025, 15_104), (2026, 15_240)])
def test_the_allocations_familiales_of_two_children(annee: int, cents: int) -> None:
    assert prestations.allocations_familiales(montants(annee), 2, 0) == cents


def test_the_allocations_familiales_are_halved_twice_by_the_resources() -> None:
    amounts = [prestations.allocations_familiales(montants(2024), 2, euros * 100) for euros in (74_966, 74_967, 99_923)]

    assert amounts == [14_852, 7_426, 3_713]
    assert prestations.allocations_familiales(montants(2024), 1, 0) == 0


def test_a_year_of_amounts_begins_in_april() -> None:
    assert montants_of(date(2026, 3, 1)) == montants(2025)
    assert montants_of(date(2026, 4, 1)) == montants(2026)
    assert montants(2031) == montants(2026)


@pytest.mark.parametrize(
    ("children", "disabled", "halves"), [(0, 0, 4), (1, 0, 5), (2, 0, 6), (3, 0, 8), (4, 0, 9), (2, 1, 7)]
)
def test_the_parts(children: int, disabled: int, halves: int) -> None:
    assert parts(children, disabled) == halves


def test_the_quotient_familial_worked_by_hand() -> None:
    assert quotient_familial(2_400_000, {"AF": 15_105, "ALF": 21_000, "ARS": 42_348}, parts(2)) == 787
    assert quotient_familial(None, {"AF": 15_105}, parts(2)) is None
    assert quotient_familial(0, {}, parts(0)) == 0


# The files


def test_the_same_seed_gives_the_same_file(made: list[DossierFictif]) -> None:
    again = dossier_fictif(7, "132", 9_000_010, ON)

    assert again == made[10]
    assert again != dossier_fictif(8, "132", 9_000_010, ON)
    assert again != dossier_fictif(7, "061", 9_000_010, ON)


def test_a_file_is_kept_and_read_as_it_was_made(made: list[DossierFictif]) -> None:
    for dossier in made[:50]:
        assert {name: decoded(name, encoded(partie)) for name, partie in dossier.parties.items()} == dossier.parties


def test_a_quotient_counts_what_was_due_in_its_month(made: list[DossierFictif]) -> None:
    """Where nothing was suspended, what was paid of a month is what its quotient counts."""
    seen = 0
    for dossier in made:
        ressources = dossier.parties[NomPartie.RESSOURCES]
        if any(droit.etat == "suspendu" for droit in dossier.parties[NomPartie.DROITS].lignes):
            continue
        lignes = dossier.parties[NomPartie.PAIEMENTS].lignes
        for known in ressources.quotients[-8:-2]:
            if known.valeur is None:
                continue
            year = [ligne for ligne in ressources.lignes if ligne.annee == known.mois.year - 2 and not ligne.mois]
            paid = {ligne.prestation: ligne.brut for ligne in lignes if ligne.mois == known.mois}
            expected = quotient_familial(round(sum(ligne.montant for ligne in year) * 0.9), paid, known.parts)
            assert known.valeur == expected, dossier.numero
            seen += 1
    assert seen > 5_000


def test_parts_agree_with_each_other(made: list[DossierFictif]) -> None:
    for dossier in made:
        part = dossier.parties
        paid, rights = part[NomPartie.PAIEMENTS].lignes, part[NomPartie.DROITS].lignes
        children = [who for who in part[NomPartie.FAMILLE].personnes if who.role == "ENF"]
        opened = {droit.prestation for droit in rights if droit.etat == "ouvert"}
        assert len(opened & {*AIDES}) <= 1
        assert ("RSA" in opened) == (part[NomPartie.RSA].etat == "2")
        assert part[NomPartie.LOGEMENT].aide in {"", *(droit.prestation for droit in rights)}
        assert all(ligne.brut <= part[NomPartie.LOGEMENT].loyer for ligne in paid if ligne.prestation in AIDES)
        assert all(0 <= ligne.retenue <= ligne.brut for ligne in paid)
        assert all(ligne.paye_le <= (dossier.closed_on or ON) for ligne in paid)
        assert "AF" not in opened or sum(child.a_charge for child in children) >= 2
        assert all(droit.etat == "clos" for droit in rights) or dossier.closed_on is None
        for creance in part[NomPartie.CREANCES].lignes:
            assert creance.initial == creance.solde + sum(ligne.retenue for ligne in paid)


def test_households_and_benefits_have_the_weights_of_the_country(made: list[DossierFictif]) -> None:
    held = Counter[str]()
    for dossier in made:
        held.update({d.prestation for d in dossier.parties[NomPartie.DROITS].lignes if d.etat == "ouvert"})
        held["clos"] += dossier.closed_on is not None
        held["enfants"] += any(who.role == "ENF" for who in dossier.parties[NomPartie.FAMILLE].personnes)
    shares = {code: 100 * count / len(made) for code, count in held.items()}

    assert 10 < shares["RSA"] < 20
    assert 20 < shares["PPA"] < 40
    assert 28 < sum(shares.get(code, 0) for code in AIDES) < 48
    assert 28 < shares["AF"] < 45
    assert 5 < shares["AAH"] < 13
    assert 1 < shares["clos"] < 7
    assert 50 < shares["enfants"] < 68


def test_nobody_real_is_in_a_file(made: list[DossierFictif]) -> None:
    for dossier in made:
        identite = dossier.parties[NomPartie.IDENTITE]
        assert 9_000_000 <= dossier.numero <= 9_999_999
        assert re.fullmatch(r"(01 99 00|06 39 98) \d\d \d\d", identite.telephone)
        assert identite.courriel == "" or identite.courriel.endswith("@example.fr")
        assert identite.commune in fiction()["communes"]
        assert {who.nom_naissance for who in dossier.parties[NomPartie.FAMILLE].personnes} <= {*fiction()["noms"]}


def test_every_code_is_of_the_closed_lists(made: list[DossierFictif]) -> None:
    of = {
        NomPartie.DROITS: {"prestation": "prestation", "etat": "droit", "motif": "motif_droit"},
        NomPartie.CREANCES: {"nature": "creance", "recours": "recours"},
        NomPartie.COURRIERS: {"sens": "courrier", "type": "type_courrier", "etat": "etat_courrier"},
        NomPartie.RESSOURCES: {"nature": "ressource", "abattement": "abattement"},
        NomPartie.PAIEMENTS: {"destinataire": "destinataire", "mode": "mode", "prestation": "prestation"},
    }
    known = lists.codes()
    for dossier in made:
        for part, fields in of.items():
            for ligne in dossier.parties[part].lignes:
                for name, code_list in fields.items():
                    assert (getattr(ligne, name) or "") in {"", *known[code_list]}
    assert known["prestation"].keys() >= COUNTED
