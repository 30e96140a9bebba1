"""What a right makes due, to the cent: acomptes within their cap, then the balance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from portail.afas.calculs.valeurs import Terme

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Rang:
    """One acompte of a rule; `taux` in percent."""

    rang: int
    taux: Decimal
    due_on: date


@dataclass(frozen=True)
class Acompte:
    rang: int
    montant: Decimal
    due_on: date
    lignes: tuple[Terme, ...]


def acomptes(
    rangs: Sequence[Rang],
    plafond: Decimal,
    *,
    previsionnel: Decimal,
    dernier: Decimal,
    engages: Mapping[int, Decimal],
) -> list[Acompte]:
    """The acomptes not committed yet, worked out on the last right known.

    With those committed (`engages`: rank → amount) they never exceed `plafond` percent of the smaller of the right
    prévisionnel and the last one; an acompte of nothing is left out.
    """
    base = max(min(previsionnel, dernier), NOTHING)
    cap = (base * plafond / 100).quantize(CENT, ROUND_DOWN)
    left = cap - sum(engages.values(), NOTHING)
    planned = []
    for each in sorted(rangs, key=lambda rang: rang.rang):
        if each.rang in engages:
            continue
        wanted = (dernier * each.taux / 100).quantize(CENT, ROUND_HALF_UP)
        montant = max(min(wanted, left), NOTHING)
        if montant:
            already = cap - left
            left -= montant
            planned.append(Acompte(each.rang, montant, each.due_on, _lines(each, dernier, wanted, cap, already)))
    return planned


def _lines(rang: Rang, dernier: Decimal, wanted: Decimal, cap: Decimal, already: Decimal) -> tuple[Terme, ...]:
    return (
        Terme("droit", "Dernier droit connu", dernier, "€", "notification"),
        Terme("taux", f"Taux de l'acompte {rang.rang}", rang.taux, "%", "règle d'acompte"),
        Terme("calcule", "Droit × taux", wanted, "€", "calculé"),
        Terme("plafond", "Plafond de tous les acomptes", cap, "€", "règle d'acompte, sur le plus petit droit connu"),
        Terme("deja", "Acomptes déjà retenus", already, "€", "acomptes précédents"),
    )


def balance(reel: Decimal, engages: Mapping[int, Decimal]) -> tuple[Decimal, tuple[Terme, ...]]:
    """What is left once the acomptes are taken off the right réel, and its lines; negative, it is an indu."""
    lines = [Terme("droit", "Droit réel", reel, "€", "notification")]
    lines += [
        Terme(f"acompte_{rang}", f"Acompte {rang}", montant, "€", "versé, ou en cours de versement")
        for rang, montant in sorted(engages.items())
    ]
    left = reel - sum(engages.values(), NOTHING)
    lines.append(Terme("reste", "Droit réel moins acomptes", left, "€", "calculé"))
    return left, tuple(lines)
