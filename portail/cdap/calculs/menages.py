"""Fictitious households: who lives there, on what, where. Drawn; all else of a file follows by the rules."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from portail.cdap.definitions.fiction import drawn, fiction

RETIRED = 62
_YEAR = 365.25
# Nature of the yearly resources of an adult, by his situation.
NATURES = {"SAL": "001", "IND": "030", "CHO": "010", "INV": "021", "RET": "022", "ETU": "001"}
EARNING = frozenset({"SAL", "IND"})
_RISE = 0.985  # a year earlier, everybody earned a little less


@dataclass(frozen=True)
class Adulte:
    """`revenu`: net cents a month now, of the nature of his situation."""

    sexe: int
    nom: str
    nom_usage: str
    prenoms: str
    ne_le: date
    nationalite: str
    situation: str
    revenu: int

    def revenu_of(self, annee: int, now: int) -> int:
        """Cents of a whole year before now."""
        return round(self.revenu * 12 * _RISE ** (now - annee))


@dataclass(frozen=True)
class Enfant:
    sexe: int
    nom: str
    prenoms: str
    ne_le: date
    is_alterne: bool = False
    is_handicape: bool = False

    def age(self, on: date) -> int:
        """In whole years; negative before the birth."""
        return on.year - self.ne_le.year - ((on.month, on.day) < (self.ne_le.month, self.ne_le.day))


@dataclass(frozen=True)
class Loge:
    """How the household is housed; amounts in cents a month."""

    occupation: str
    entree_le: date
    bailleur: str = ""
    loyer: int = 0
    charges: int = 0
    is_conventionne: bool = False


@dataclass(frozen=True)
class Menage:
    adultes: list[Adulte]
    enfants: list[Enfant]
    loge: Loge
    sitfam: str
    since: date  # of this family situation
    is_known: bool  # are its resources of N-2 known?
    affilie_le: date

    @property
    def is_couple(self) -> bool:
        return len(self.adultes) == 2

    @property
    def is_alone_with_children(self) -> bool:
        return not self.is_couple and bool(self.enfants)

    def enfants_a_charge(self, on: date, until: int = 20) -> list[Enfant]:
        """Born, and under this age."""
        return [enfant for enfant in self.enfants if 0 <= enfant.age(on) < until]

    def ressources(self, annee: int, now: int) -> int | None:
        """Of a whole year, after the 10 % taken off what is earned (cents); None when not known."""
        if not self.is_known:
            return None
        return round(sum(adulte.revenu_of(annee, now) for adulte in self.adultes) * 0.9)


def menage(draw: Random, on: date) -> Menage:
    """A household as it stands on this day."""
    kind, _, count = drawn(draw, "menages").partition("_")
    adultes = _adultes(draw, kind, on)
    enfants = _enfants(draw, adultes, int(count) if count.isdecimal() else 0, on)
    eldest = max((enfant.age(on) for enfant in enfants), default=0)
    since = on - timedelta(days=draw.randint(60, 2000 + 365 * eldest))
    return Menage(
        adultes=adultes,
        enfants=enfants,
        loge=_loge(draw, len(adultes) + len(enfants), on),
        sitfam=_sitfam(draw, kind),
        since=since,
        is_known=draw.random() > 0.03,
        affilie_le=min(since, on - timedelta(days=draw.randint(400, 4000))),
    )


def _adultes(draw: Random, kind: str, on: date) -> list[Adulte]:
    words = fiction()
    with_children = kind in ("couple", "parent")
    sexe = {"femme": 2, "homme": 1}.get(kind) or (2 if draw.random() < (0.82 if kind == "parent" else 0.6) else 1)
    age = (
        draw.randint(23, 52) if with_children else draw.choices((draw.randint(18, 30), draw.randint(31, 85)), (4, 6))[0]
    )
    first = _adulte(draw, sexe, draw.choice(words["noms"]), age, on)
    if kind != "couple":
        return [first]
    nom = draw.choice(words["noms"])
    usage = first.nom if sexe == 1 and draw.random() < 0.4 else ""
    return [first, _adulte(draw, 3 - sexe, nom, max(20, age + draw.randint(-4, 5)), on, usage)]


def _adulte(draw: Random, sexe: int, nom: str, age: int, on: date, usage: str = "") -> Adulte:
    situation = "RET" if age >= RETIRED else "SAN" if age < 20 and draw.random() < 0.4 else drawn(draw, "situations")
    return Adulte(
        sexe=sexe,
        nom=nom,
        nom_usage=usage,
        prenoms=_prenom(draw, sexe),
        ne_le=_born(draw, on, age),
        nationalite=draw.choices("FCA", (88, 4, 8))[0],
        situation=situation,
        revenu=_revenu(draw, situation),
    )


def _prenom(draw: Random, sexe: int) -> str:
    return str(draw.choice(fiction()[f"prenoms_{sexe}"]))


def _born(draw: Random, on: date, age: int) -> date:
    """A day that gives this age, or the next year's eve of it."""
    return on - timedelta(days=int(age * _YEAR) + draw.randint(1, 364))


def _revenu(draw: Random, situation: str) -> int:
    """Cents a month, rounded to the euro."""
    if situation in EARNING:
        low, _, high = drawn(draw, "salaires").partition("-")
        return draw.randint(int(low), int(high)) * 100
    least, most = {"CHO": (620, 1600), "INV": (0, 900), "RET": (750, 1700), "ETU": (0, 500)}.get(situation, (0, 0))
    return draw.randint(least, most) * 100 if most else 0


def _enfants(draw: Random, adultes: list[Adulte], count: int, on: date) -> list[Enfant]:
    if not count:
        return []
    parent = adultes[0]
    youngest = max(0, (on - parent.ne_le).days // 365 - 42)
    oldest = min(21, max(youngest + 1, (on - parent.ne_le).days // 365 - 19))
    ages = sorted(draw.choices(range(youngest, oldest), k=count), reverse=True)
    alterne = len(adultes) == 1 and draw.random() < 0.12
    nom = adultes[-1].nom if draw.random() < 0.6 else parent.nom
    born = sorted(_born(draw, on, age) for age in ages)
    sexes = [1 + (draw.random() < 0.49) for _ in born]
    return [
        Enfant(sexe, nom, _prenom(draw, sexe), day, alterne, draw.random() < 0.02)
        for sexe, day in zip(sexes, born, strict=True)
    ]


def _sitfam(draw: Random, kind: str) -> str:
    if kind == "couple":
        return draw.choices(("MAR", "PAC", "VIM"), (55, 15, 30))[0]
    if kind == "parent":
        return draw.choices(("SEF", "DIV", "CEL", "VEU", "ISO"), (38, 27, 27, 4, 4))[0]
    return draw.choices(("CEL", "DIV", "SEF", "VEU"), (74, 16, 5, 5))[0]


def _loge(draw: Random, persons: int, on: date) -> Loge:
    occupation, entree = drawn(draw, "occupations"), on - timedelta(days=draw.randint(20, 5000))
    if occupation not in ("LOC", "FOY", "ACC"):
        return Loge(occupation, entree)
    loyer = draw.randint(330, 520) + 65 * (persons - 1)
    if occupation == "ACC":
        return Loge(occupation, entree, loyer=(loyer + 200) * 100)
    bailleur = draw.choice(fiction()["bailleurs"])
    is_social = bailleur[:4] not in ("M. P", "SCI ")
    return Loge(occupation, entree, bailleur, loyer * 100, draw.randint(25, 90) * 100, is_social)
