"""What a right makes due: to the cent, within the cap, once; how an indu is recovered."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from portail.afas.actions import versements as actions
from portail.afas.calculs.versements import Rang, acomptes, balance
from portail.afas.enums import EtatVersement, NatureVersement, Phase
from portail.afas.models import Declaration, Versement
from tests.afas.scene import Scene
from tests.afas.versements import PREVISIONNEL, REEL, Tresor, build_tresor, today
from tests.habilitations.facts import refusal_of, sentences_of

CENTS = st.decimals(min_value="0", max_value="9999999.99", places=2)
TAUX = st.decimals(min_value="0.01", max_value="60", places=2)


@pytest.fixture
def tresor(scene: Scene) -> Tresor:
    return build_tresor(scene)


def amounts(rows: list[Versement]) -> list[str]:
    return [f"{each.nature} {each.rang} {each.montant} {each.etat}" for each in rows]


def kept(tresor: Tresor) -> list[str]:
    rows = Versement.objects.exclude(etat=EtatVersement.ANNULE)
    return amounts(list(rows.order_by("nature", "rang")))


# The arithmetic


@given(
    droits=st.lists(CENTS, min_size=1, max_size=3),
    taux=st.lists(TAUX, min_size=1, max_size=4),
    plafond=st.decimals(min_value="0.01", max_value="100", places=2),
    paid=st.integers(min_value=0, max_value=4),
    reel=CENTS,
)
def test_acomptes_never_pass_the_cap_and_the_balance_makes_up_the_right_to_the_cent(
    droits: list[Decimal], taux: list[Decimal], plafond: Decimal, paid: int, reel: Decimal
) -> None:
    rangs = [Rang(rang, each, today()) for rang, each in enumerate(taux, 1)]
    engages: dict[int, Decimal] = {}
    for turn, droit in enumerate(droits):
        planned = acomptes(rangs, plafond, previsionnel=droits[0], dernier=droit, engages=engages)
        assert all(each.montant > 0 and each.montant.as_tuple().exponent == -2 for each in planned)
        if planned:
            cap = min(droits[0], droit) * plafond / 100
            assert sum(engages.values()) + sum(each.montant for each in planned) <= cap
        engages |= {each.rang: each.montant for each in planned[: paid if turn == 0 else 1]}

    left, lines = balance(reel, engages)

    assert sum(engages.values()) + left == reel
    assert lines[-1].valeur == left


def test_two_halves_rounded_up_do_not_pass_the_cap() -> None:
    rangs = [Rang(rang, Decimal(35), today()) for rang in (1, 2)]

    planned = acomptes(rangs, Decimal(70), previsionnel=Decimal("0.99"), dernier=Decimal("0.99"), engages={})

    assert [each.montant for each in planned] == [Decimal("0.35"), Decimal("0.34")]


# Acomptes


def test_without_a_rule_nothing_is_due_and_the_rule_entered_later_makes_it_due(tresor: Tresor) -> None:
    assert tresor.due(PREVISIONNEL, "10000") == []

    regle = tresor.regle()
    assert actions.apply_regle(regle.pk) == 1

    assert kept(tresor) == ["acompte 1 3500.00 a_payer", "acompte 2 3500.00 a_payer"]


def test_the_rule_of_the_type_goes_before_that_of_all(tresor: Tresor) -> None:
    tresor.regle((50, today()), kind="alsh")
    tresor.regle((20, today()))

    assert amounts(tresor.due(PREVISIONNEL, "10000")) == ["acompte 1 5000.00 a_payer"]


def test_asked_again_it_gives_the_same_rows(tresor: Tresor) -> None:
    tresor.regle()
    droit = tresor.droit(PREVISIONNEL, "10000.01")

    first = actions.due_after(droit.declaration, droit, tresor.gestin)
    again = actions.due_after(droit.declaration, droit, tresor.gestin)

    assert [each.pk for each in first] == [each.pk for each in again]
    assert amounts(again) == ["acompte 1 3500.00 a_payer", "acompte 2 3500.00 a_payer"]


def test_an_actualise_changes_what_is_not_paid_yet_within_the_cap(tresor: Tresor) -> None:
    tresor.accounts()
    tresor.regle((35, today()), (35, today() + timedelta(days=60)))
    tresor.due(PREVISIONNEL, "10000")
    tresor.paid()

    tresor.due(Phase.ACTUALISE_JUIN, "16000")
    assert kept(tresor) == ["acompte 1 3500.00 paye", "acompte 2 3500.00 a_payer"]

    tresor.due(Phase.ACTUALISE_SEPTEMBRE, "8000")
    assert kept(tresor) == ["acompte 1 3500.00 paye", "acompte 2 2100.00 a_payer"]

    tresor.due(Phase.ACTUALISE_SEPTEMBRE, "4000")
    assert kept(tresor) == ["acompte 1 3500.00 paye"]


def test_every_amount_says_where_it_comes_from(tresor: Tresor) -> None:
    tresor.regle()

    (first, _) = tresor.due(PREVISIONNEL, "10000")

    told = [(line["libelle"], line["valeur"], line["unite"]) for line in first.lignes]
    assert told == [
        ("Dernier droit connu", "10000", "€"),
        ("Taux de l'acompte 1", "35.00", "%"),
        ("Droit × taux", "3500.00", "€"),
        ("Plafond de tous les acomptes", "7000.00", "€"),
        ("Acomptes déjà retenus", "0.00", "€"),
    ]


def test_each_amount_is_told_to_the_journal(tresor: Tresor) -> None:
    tresor.regle((35, today()))

    told = sentences_of(lambda: tresor.due(PREVISIONNEL, "1000"))

    assert told == [
        f"Gaëlle Gestin a rendu dû : Acompte 1 de l'exercice {tresor.exercice}, 350,00\u00a0€, pour ESC Farandole "
        "Istres."
    ]


# The balance


def test_the_balance_is_the_right_less_what_was_paid_and_ends_the_acomptes(tresor: Tresor) -> None:
    tresor.accounts()
    tresor.regle((35, today()), (35, today() + timedelta(days=60)))
    tresor.due(PREVISIONNEL, "10000")
    tresor.paid()

    told = sentences_of(lambda: tresor.due(REEL, "9000.10"))

    assert kept(tresor) == ["acompte 1 3500.00 paye", "solde 1 5500.10 a_payer"]
    assert "a annulé : Acompte 2" in told[0]
    assert tresor.due(Phase.ACTUALISE_JUIN, "20000") == []


def test_paid_too_much_is_an_indu(tresor: Tresor) -> None:
    _indu(tresor, "3000")

    assert kept(tresor) == ["acompte 1 3500.00 paye", "indu 1 500.00 a_recuperer"]


def _indu(tresor: Tresor, reel: str) -> Versement:
    tresor.accounts()
    tresor.regle((35, today()))
    tresor.due(PREVISIONNEL, "10000")
    tresor.paid()
    (indu,) = tresor.due(REEL, reel)
    return indu


def test_a_right_exactly_paid_leaves_nothing(tresor: Tresor) -> None:
    tresor.accounts()
    tresor.regle((35, today()))
    tresor.due(PREVISIONNEL, "10000")
    tresor.paid()

    assert tresor.due(REEL, "3500") == []
    assert tresor.due(Phase.ACTUALISE_SEPTEMBRE, "20000") == []


def test_a_previsionnel_asked_again_does_not_undo_the_last_actualise(tresor: Tresor) -> None:
    tresor.regle((35, today()))
    droit = tresor.droit(PREVISIONNEL, "10000")
    actions.due_after(droit.declaration, droit, tresor.gestin)
    tresor.due(Phase.ACTUALISE_JUIN, "8000")

    (acompte,) = actions.due_after(droit.declaration, droit, tresor.gestin)

    assert (acompte.montant, acompte.droit.montant) == (Decimal("2800.00"), Decimal(8000))


def test_a_newer_right_replaces_a_balance_that_has_not_left_and_no_other(tresor: Tresor) -> None:
    tresor.accounts()
    tresor.due(REEL, "1000")
    assert amounts(tresor.due(REEL, "1200")) == ["solde 1 1200.00 a_payer"]
    tresor.sent()
    droit = tresor.droit(REEL, "1300")

    refusal = refusal_of(lambda: actions.due_after(droit.declaration, droit, tresor.gestin))

    assert "ne se recalcule plus" in refusal


def test_the_base_keeps_a_balance_from_being_due_twice(tresor: Tresor) -> None:
    (solde,) = tresor.due(REEL, "1000")
    same = {name: getattr(solde, name) for name in ("caf", "organisme", "activite", "exercice", "droit", "due_on")}

    for nature, etat in (("solde", "a_payer"), ("indu", "a_recuperer")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Versement.objects.create(**same, nature=nature, montant=1, etat=etat)


# An indu


def _next_payment(tresor: Tresor, montant: str) -> Versement:
    """The balance of another exercice of the same organisation."""
    tresor.exercice -= 1
    (solde,) = tresor.due(REEL, montant)
    return solde


def test_an_indu_is_kept_back_from_the_next_payment(tresor: Tresor) -> None:
    indu, solde = _indu(tresor, "3000"), _next_payment(tresor, "1200")

    told = sentences_of(lambda: actions.set_off(by=tresor.gestin, indu=indu, sur=solde))

    indu.refresh_from_db()
    solde.refresh_from_db()
    assert (indu.etat, indu.net, solde.net) == (EtatVersement.RECUPERE, 0, Decimal("700.00"))
    assert "500,00\u00a0€" in told[0]
    assert tresor.lot().total == Decimal("700.00")


def test_a_payment_kept_back_whole_is_paid_and_its_declaration_too(tresor: Tresor) -> None:
    indu, solde = _indu(tresor, "3000"), _next_payment(tresor, "200")

    actions.set_off(by=tresor.gestin, indu=indu, sur=solde)

    indu.refresh_from_db()
    solde.refresh_from_db()
    assert (indu.etat, indu.net, solde.etat) == ("a_recuperer", Decimal("300.00"), "paye")
    assert Declaration.objects.get(pk=solde.droit.declaration_id).etat == "payee"


def test_a_payment_that_no_longer_happens_gives_the_indu_back(tresor: Tresor) -> None:
    indu, solde = _indu(tresor, "3000"), _next_payment(tresor, "1200")
    actions.set_off(by=tresor.gestin, indu=indu, sur=solde)

    tresor.due(REEL, "1500")

    indu.refresh_from_db()
    assert (indu.etat, indu.net) == ("a_recuperer", Decimal("500.00"))
    assert Versement.objects.get(nature=NatureVersement.COMPENSATION).etat == "annule"


def test_what_is_given_back_is_noted_until_nothing_is_left(tresor: Tresor) -> None:
    indu = _indu(tresor, "3000")
    given = {"by": tresor.gestin, "indu": indu, "received_on": today(), "reference": "Chèque 12"}

    refusal = refusal_of(lambda: actions.reimburse(**given, montant=Decimal("500.01")))
    told = sentences_of(lambda: actions.reimburse(**given, montant=Decimal("499.99")))
    actions.reimburse(**given, montant=Decimal("0.01"))

    indu.refresh_from_db()
    assert "entre 0,01 et 500,00 €" in refusal
    assert "(Chèque 12)" in told[0]
    assert indu.etat == EtatVersement.RECUPERE
    assert "plus rien" in refusal_of(lambda: actions.reimburse(**given, montant=Decimal("0.01")))


def test_an_indu_is_not_kept_back_from_somebody_else_s_payment(tresor: Tresor) -> None:
    indu, solde = _indu(tresor, "3000"), _next_payment(tresor, "1200")
    voisine = tresor.scene.cast.conventions["voisine"].organisme
    Versement.objects.filter(pk=solde.pk).update(organisme=voisine)

    assert "même organisme" in refusal_of(lambda: actions.set_off(by=tresor.gestin, indu=indu, sur=solde))


@pytest.mark.parametrize("who", ["marchand", "auditeau", "bruet", "horsain"])
def test_money_is_a_gestionnaire_s(tresor: Tresor, who: str) -> None:
    indu = _indu(tresor, "3000")
    acteur = tresor.scene.cast.acteur(who)
    given = {"montant": Decimal(1), "received_on": today(), "reference": "x"}

    assert "gestionnaire" in refusal_of(lambda: actions.reimburse(by=acteur, indu=indu, **given))


def test_a_rule_whose_rates_pass_the_cap_is_refused(tresor: Tresor) -> None:
    assert "dépasse le plafond" in refusal_of(lambda: tresor.regle((40, today()), (40, today())))
