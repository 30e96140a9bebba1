"""The figures that an exercice is worked out by."""

from portail.afas.calculs import Retenu
from portail.afas.definitions import Chiffre, type_of
from portail.afas.models import ChiffreBareme
from portail.conventions.models import Caf

_NONE = "aucune source publiée"


def figures_for(caf: Caf, type_code: str, nature: str, exercice: int) -> dict[str, Retenu]:
    """Every figure of the type by its code: the Caf's newest for the exercice, else the published one, else none."""
    of_type = [each for each in type_of(type_code).chiffres if not each.natures or nature in each.natures]
    published = {each.code: each for each in of_type if each.exercice == exercice}
    rows = ChiffreBareme.objects.filter(caf=caf, type=type_code, exercice=exercice).order_by("pk")
    entered = {row.code: row for row in rows}
    return {each.code: _retained(each, published.get(each.code), entered.get(each.code)) for each in of_type}


def _retained(named: Chiffre, published: Chiffre | None, entered: ChiffreBareme | None) -> Retenu:
    if entered is not None:
        return Retenu(named.code, named.libelle, entered.valeur, named.unite, entered.source)
    if published is None or published.valeur is None:
        return Retenu(named.code, named.libelle, None, named.unite, _NONE)
    return Retenu(named.code, named.libelle, published.valeur, named.unite, published.source)
