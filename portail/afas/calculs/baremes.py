"""The figures retained for an exercice: a Caf's own, else the published ones, else none."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portail.afas.definitions import Chiffre, TypeActivite

NO_SOURCE = "aucune source publiée"


@dataclass(frozen=True)
class Retenu:
    """A figure of a barème as retained for a calculation; `valeur` is None when nobody has given it.

    `surete` says how sure a published figure is; empty for what a Caf entered, or nobody gave.
    """

    code: str
    libelle: str
    valeur: Decimal | None
    unite: str
    source: str
    surete: str = ""


def without_value(code: str) -> Retenu:
    return Retenu(code, code, None, "", NO_SOURCE)


def retained(published: Chiffre, exercice: int) -> Retenu:
    """The published figure; its source says so when it comes from an earlier exercice, or is not there."""
    return Retenu(
        published.code,
        published.libelle,
        published.valeur,
        published.unite,
        published.source_for(exercice) if published.valeur is not None else NO_SOURCE,
        published.surete if published.valeur is not None else "",
    )


def figures(
    type_: TypeActivite, nature: str, exercice: int, own: Mapping[str, tuple[Decimal, str]] | None = None
) -> dict[str, Retenu]:
    """Each figure that the formula of the nature needs, by its code; `own` are a Caf's: (value, source) by code."""
    found = {}
    for published in type_.figures(exercice, nature):
        retenu = retained(published, exercice)
        if own and published.code in own:
            valeur, source = own[published.code]
            retenu = Retenu(published.code, published.libelle, valeur, published.unite, source)
        found[published.code] = retenu
    return found
