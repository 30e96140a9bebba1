"""The rights of a fictitious household in a month, worked out by the rules of `prestations`."""

from calendar import monthrange
from datetime import date
from functools import cache

from portail.cdap.calculs import prestations as rules
from portail.cdap.calculs.menages import EARNING, Loge, Menage
from portail.cdap.definitions.montants import Montants, montants_of

# Paid once, in a month: no right that lasts.
ONCE = frozenset({"ARS", "PN"})
RENT_ALLOWANCE = 0.12  # of the RSA, taken off it when the housing is helped (REC)
_NO_LIMIT = 10**10  # cents: resources that are not known open nothing that depends on them
_START_OF_SCHOOL = 8


@cache
def first_of(day: date) -> date:
    return day.replace(day=1)


@cache
def month_after(mois: date, count: int = 1) -> date:
    """The first day of a month so many months later; earlier with a negative count."""
    year, month = divmod(mois.year * 12 + mois.month - 1 + count, 12)
    return date(year, month + 1, 1)


@cache
def end_of(mois: date) -> date:
    return mois.replace(day=monthrange(mois.year, mois.month)[1])


@cache
def paid_on(mois: date) -> date:
    """On the 5th of the next month (press, M)."""
    return month_after(mois).replace(day=5)


class Compte:
    """The rights of one household, month by month; the same circumstances are worked out once."""

    def __init__(self, menage: Menage, now: date) -> None:
        self.menage, self.now = menage, now
        self._known: dict[tuple[object, ...], dict[str, int]] = {}
        self._ressources: dict[int, int | None] = {}

    def droits(self, mois: date) -> dict[str, int]:
        """Benefit → cents of that month, those that are due only."""
        if mois < first_of(self.menage.affilie_le):
            return {}
        ages = tuple(enfant.age(end_of(mois)) for enfant in self.menage.enfants)
        is_housed = mois >= first_of(self.menage.loge.entree_le)
        circumstances = (montants_of(mois).bmaf, mois.year, ages, is_housed)
        if circumstances not in self._known:
            self._known[circumstances] = self._lasting(mois, is_housed)
        return self._known[circumstances] | self._once(mois)

    def ressources(self, mois: date) -> int | None:
        """Of the year that counts in this month: N-2."""
        annee = mois.year - 2
        if annee not in self._ressources:
            self._ressources[annee] = self.menage.ressources(annee, self.now.year)
        return self._ressources[annee]

    def _lasting(self, mois: date, is_housed: bool) -> dict[str, int]:
        montants, menage = montants_of(mois), self.menage
        enfants = menage.enfants_a_charge(end_of(mois))
        ages = [enfant.age(end_of(mois)) for enfant in enfants]
        known = self.ressources(mois)
        annual = _NO_LIMIT if known is None else known
        earned = sum(adulte.revenu for adulte in menage.adultes)
        due = {
            "AF": rules.allocations_familiales(montants, len(ages), annual),
            "CF": rules.complement_familial(montants, ages, annual),
            "AB": rules.allocation_de_base(montants, ages, annual),
            "ASF": montants.part("asf") * len(ages) if self._has_asf() else 0,
            "AEEH": montants.part("aeeh", is_taxed=False) * sum(enfant.is_handicape for enfant in enfants),
            "AAH": self._aah(montants),
        }
        if is_housed and known is not None:
            due[_aide_of(menage.loge, bool(ages))] = self._aide(montants, len(ages), earned)
        if known is not None:
            due |= self._minima(montants, ages, earned, due)
        return {code: amount for code, amount in due.items() if amount > 0}

    def _has_asf(self) -> bool:
        menage = self.menage
        return menage.is_alone_with_children and not menage.enfants[0].is_alterne and menage.sitfam in ("SEF", "CEL")

    def _aah(self, montants: Montants) -> int:
        return max((montants.aah - a.revenu for a in self.menage.adultes if a.situation == "INV"), default=0)

    def _aide(self, montants: Montants, children: int, earned: int) -> int:
        loge = self.menage.loge
        if loge.occupation not in ("LOC", "FOY"):
            return 0
        return rules.aide_au_logement(montants, len(self.menage.adultes) + children, loge.loyer, earned)

    def _minima(self, montants: Montants, ages: list[int], earned: int, due: dict[str, int]) -> dict[str, int]:
        """RSA and prime d'activité, from what the household has this month, other benefits included."""
        menage = self.menage
        if all(adulte.situation in ("ETU", "RET") for adulte in menage.adultes):
            return {}
        adults, children = len(menage.adultes), len(ages)
        has = earned + sum(due.get(code, 0) for code in ("AF", "CF", "ASF", "AAH"))
        housed = any(due.get(code) for code in ("APL", "ALF", "ALS")) or menage.loge.occupation in ("PRO", "HEB")
        has += round(montants.rsa * RENT_ALLOWANCE) if housed else 0
        majore = self.is_majore(ages)
        base = rules.rsa_base(montants, adults, children, is_majore=majore)
        working = sum(adulte.revenu for adulte in menage.adultes if adulte.situation in EARNING)
        is_old_enough = bool(ages) or (self.now - menage.adultes[0].ne_le).days > 25 * 365.25
        return {
            "RSA": rules.rsa(base, has) if is_old_enough else 0,
            "PPA": rules.ppa(montants, base / montants.rsa, working, has),
        }

    def is_majore(self, ages: list[int]) -> bool:
        """Alone with a child under three (REC)."""
        return self.menage.is_alone_with_children and any(age < 3 for age in ages)

    def _once(self, mois: date) -> dict[str, int]:
        montants, found = montants_of(mois), {}
        known = self.ressources(mois)
        if known is None:
            return {}
        if mois.month == _START_OF_SCHOOL:
            ages = [enfant.age(date(mois.year, 12, 31)) for enfant in self.menage.enfants]
            found["ARS"] = rules.rentree_scolaire(montants, ages, known)
        born = sum(first_of(enfant.ne_le) == mois for enfant in self.menage.enfants)
        if born and known / 100 < montants.plafonds["ab"]:
            found["PN"] = montants.part("prime_naissance") * born
        return {code: amount for code, amount in found.items() if amount > 0}


def _aide_of(loge: Loge, has_children: bool) -> str:
    """APL first, then ALF, then ALS: never two (official site, H)."""
    if loge.is_conventionne:
        return "APL"
    return "ALF" if has_children else "ALS"


def months_until(on: date, count: int) -> list[date]:
    """So many months, the oldest first; the last is that of this day."""
    return [month_after(first_of(on), -n) for n in range(count - 1, -1, -1)]
