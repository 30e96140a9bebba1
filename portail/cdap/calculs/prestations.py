"""What benefits come to, in cents a month: as near as public sources allow, for synthetic files only.

The RSA and the allocations familiales of two children were checked against published figures. The other rates are
recollections, the housing aid and the prime d'activité are fictions of the right order: nobody is paid by them.
"""

from collections.abc import Sequence

from portail.cdap.definitions.montants import Montants

_MOST_CHILDREN_AF = 20  # years of age that end it
_ISOLE, _ISOLE_CHILD = 1.28412, 0.42804


def rsa_base(montants: Montants, adults: int, children: int, *, is_majore: bool = False) -> int:
    """What the household is brought up to: base × (1; 1.5 for a second person; + 0.3; + 0.4 from the third child)."""
    if is_majore:
        return round(montants.rsa * (_ISOLE + _ISOLE_CHILD * children))
    others = (adults - 1) + min(children, 2)
    coefficient = 1 + (0.5 + 0.3 * (others - 1) if others else 0) + 0.4 * max(children - 2, 0)
    return round(montants.rsa * coefficient)


def rsa(base: int, ressources: int) -> int:
    """What is paid beside the resources of the month; nothing under 6 € (REC)."""
    due = base - ressources
    return due if due >= 600 else 0


def ppa(montants: Montants, coefficient: float, activite: int, ressources: int) -> int:
    """A fiction of the prime d'activité: forfait + 61 % of the earnings - the resources, at least 15 €."""
    if activite <= 0:
        return 0
    forfait = montants.ppa * coefficient
    due = round(forfait + 0.61 * activite - max(ressources, forfait))
    return due if due >= 1500 else 0


def allocations_familiales(montants: Montants, children: int, ressources: int) -> int:
    """From two children on; whole, half or a quarter by the resources of the year N-2 (cents)."""
    if children < 2:
        return 0
    rate = montants.parts["af_deux"] + montants.parts["af_suivant"] * (children - 2)
    more = montants.plafonds["af_par_enfant"] * (children - 2)
    euros = ressources / 100
    halved = sum(euros > montants.plafonds[name] + more for name in ("af_entieres", "af_moitie"))
    return round(montants.bmaf * rate * 0.995 / 2**halved)


def complement_familial(montants: Montants, ages: Sequence[int], ressources: int) -> int:
    """From three children of 3 to 20, under the ceiling (REC)."""
    enough = sum(3 <= age <= _MOST_CHILDREN_AF for age in ages) >= 3
    return montants.part("cf") if enough and ressources / 100 < montants.plafonds["cf"] else 0


def allocation_de_base(montants: Montants, ages: Sequence[int], ressources: int) -> int:
    """Of the Paje, one a family, while a child is under three; half of it above the ceiling, then nothing (REC)."""
    ceiling = montants.plafonds["ab"]
    if not any(age < 3 for age in ages) or ressources / 100 >= ceiling * 1.2:
        return 0
    whole = montants.part("ab")
    return whole if ressources / 100 < ceiling else round(whole / 2)


def rentree_scolaire(montants: Montants, ages: Sequence[int], ressources: int) -> int:
    """Once a year, by age at the start of school: 6 to 10, 11 to 14, 15 to 17; under the ceiling."""
    at_school = [age for age in ages if 6 <= age <= 17]
    ceiling = montants.plafonds["ars"] + montants.plafonds["ars_par_enfant"] * (len(at_school) - 1)
    if not at_school or ressources / 100 >= ceiling:
        return 0
    return sum(montants.part("ars_6" if age <= 10 else "ars_11" if age <= 14 else "ars_15") for age in at_school)


def aide_au_logement(montants: Montants, persons: int, loyer: int, ressources: int) -> int:
    """A fiction of the housing aid: the rent up to a ceiling that grows with the household, less a share of the
    resources of the month; never more than nine tenths of the rent, nothing under 10 €."""
    ceiling = montants.loyer_plafond * (1 + 0.18 * (persons - 1))
    kept = max(0, ressources - montants.rsa) * 0.33
    aide = round(min(min(loyer, ceiling) * 0.92 - kept, loyer * 0.9))
    return aide if aide >= 1000 else 0
