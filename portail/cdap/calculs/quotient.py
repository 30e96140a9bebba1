"""Quotient familial, by the grid of the Caf (two published simulators, M)."""

from collections.abc import Mapping

# Counted with the resources (published list, M); the others (birth grant, school start, childcare) are not.
COUNTED = frozenset({"AF", "CF", "ASF", "AEEH", "AJPP", "AB", "PREPARE", "APL", "ALF", "ALS", "RSA", "PPA", "AAH"})
_ADULTS = 4


def parts(children: int, disabled: int = 0) -> int:
    """In halves: 4 for the adults, alone or a couple; 1 for a child, 2 for the third; 1 more for a disabled child."""
    return _ADULTS + children + (children >= 3) + disabled


def quotient_familial(ressources: int | None, prestations: Mapping[str, int], halves: int) -> int | None:
    """In whole euros. `ressources`: of the year N-2 after deductions, in cents; `prestations`: cents of the month.

    None when the resources are not known: « non connu », never 0.
    """
    if ressources is None:
        return None
    monthly = ressources / 12 + sum(amount for code, amount in prestations.items() if code in COUNTED)
    return round(monthly / halves * 2 / 100)
