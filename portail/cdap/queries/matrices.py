"""The matrix in force: what each profile opens."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Count, QuerySet

from portail.cdap.definitions import DEMONSTRATION
from portail.cdap.definitions.champs import ACTES, CHAMPS, ONGLETS, Onglet, champs_of
from portail.cdap.definitions.matrice import Matrice
from portail.cdap.enums import EtatMatrice
from portail.cdap.models import VersionMatrice
from portail.cdap.roles import SERVICE
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Habilitation
from portail.habilitations.roles import Role


def matrice_of(caf: int) -> Matrice:
    """That of this Caf; the one shipped as a demonstration as long as the Caf has none of its own."""
    return matrices_of([caf])[caf]


def matrices_of(cafs: Collection[int]) -> dict[int, Matrice]:
    """That of each of these Cafs, in one read."""
    rows = VersionMatrice.objects.filter(caf__in=cafs, etat=EtatMatrice.EN_VIGUEUR).order_by()
    own = {
        caf: {profil: frozenset(codes) for profil, codes in contenu.items()}
        for caf, contenu in rows.values_list("caf", "contenu")
    }
    return {caf: own.get(caf, DEMONSTRATION) for caf in cafs}


def opened_by(caf: int, profil: str) -> frozenset[str]:
    """What the profile opens in the files of this Caf; nothing for a profile that its matrix does not name."""
    return matrice_of(caf).get(profil, frozenset())


@lru_cache(maxsize=512)  # the same few sets of codes on every page of every tab
def onglets_of(opened: frozenset[str]) -> tuple[Onglet, ...]:
    """The tabs of which something is opened, in the order of the page."""
    return tuple(
        onglet
        for onglet in ONGLETS.values()
        if any(champ.code in opened for _, champs in champs_of(onglet.code) for champ in champs)
    )


def in_force(caf: int) -> int:
    """The number of the version in force; 0 when it is the one shipped."""
    rows = VersionMatrice.objects.filter(caf=caf, etat=EtatMatrice.EN_VIGUEUR)
    return rows.values_list("pk", flat=True).first() or 0


def versions_for(acteur: Acteur) -> QuerySet[VersionMatrice]:
    """Those of his Caf, the last proposed first."""
    return VersionMatrice.objects.visible_to(acteur).select_related("caf", "proposed_by", "decided_by")


def version_for(acteur: Acteur, pk: int) -> VersionMatrice:
    return versions_for(acteur).get(pk=pk)


def contenu_of(version: VersionMatrice) -> Matrice:
    return {profil: frozenset(codes) for profil, codes in version.contenu.items()}


@dataclass(frozen=True)
class Ecart:
    """What a profile gains and loses from one matrix to another, in the order of the pages; how many people have it."""

    role: Role
    people: int
    gained: list[str]
    lost: list[str]


def ecarts(caf: int, after: Matrice, on: date) -> list[Ecart]:
    """What this matrix changes in that of the Caf, for the profiles that change."""
    found, before, people = [], matrice_of(caf), holders(caf, on)
    for role in SERVICE.roles:
        old, new = before.get(role.code, frozenset()), after.get(role.code, frozenset())
        if old != new:
            found.append(Ecart(role, people.get(role.code, 0), labels(new - old), labels(old - new)))
    return found


def labels(codes: Collection[str]) -> list[str]:
    """« Paiements : Montant », in the order of the pages, acts last."""
    read = [f"{ONGLETS[champ.onglet].libelle} : {champ.libelle}" for champ in CHAMPS.values() if champ.code in codes]
    return read + [words for code, words in ACTES.items() if code in codes]


@dataclass(frozen=True)
class Ligne:
    """A field or an act, and for each profile in the order of the service whether it is opened."""

    code: str
    libelle: str
    opened: list[tuple[Role, bool]]


@dataclass(frozen=True)
class Section:
    """A tab, or the acts."""

    code: str
    libelle: str
    lignes: list[Ligne]


def sections(matrice: Matrice) -> list[Section]:
    """The whole matrix as a page shows it."""
    tabs = [
        Section(onglet.code, onglet.libelle, [_ligne(matrice, champ.code, champ.libelle) for champ in fields])
        for onglet in ONGLETS.values()
        for fields in [[champ for champ in CHAMPS.values() if champ.onglet == onglet.code]]
    ]
    acts = [_ligne(matrice, code, words) for code, words in ACTES.items()]
    return [*tabs, Section("actes", "Ce que le profil peut faire de plus", acts)]


def _ligne(matrice: Matrice, code: str, libelle: str) -> Ligne:
    return Ligne(code, libelle, [(role, code in matrice.get(role.code, frozenset())) for role in SERVICE.roles])


def holders(caf: int, on: date) -> dict[str, int]:
    """Profile → how many people may use it that day in the files of this Caf."""
    rows = Habilitation.objects.open_on(on).filter(service=SERVICE.code, convention__cafs=caf).order_by()
    counted = rows.values_list("role").annotate(people=Count("utilisateur", distinct=True))
    return dict(counted)
