"""Writes docs/metier/types-activite.md from the definitions: `python -m tests.afas.render`."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from portail.afas.calculs.ecriture import in_french
from portail.afas.definitions import SURETE, Champ, Chiffre, Controle, Definition, Groupe, TypeActivite, types
from portail.afas.enums import Phase

FILE = Path(__file__).parents[2] / "docs" / "metier" / "types-activite.md"
_HEADER = """# Ce que chaque type d'activité déclare, et ce qu'il ouvre

Champs, contrôles, formule et chiffres de chaque type. Ce fichier est produit par `python -m tests.afas.render` à partir
de `portail/afas/definitions/` ; les tests vérifient qu'il est à jour : il ne se modifie pas à la main.

- Un champ **obligatoire** porte une étoile ; un champ *calculé* ne se saisit jamais.
- Un contrôle **bloque** la transmission, ou demande une **justification**. Ses seuils sont ceux du portail, en
  l'absence de source publiée ; chaque Caf peut choisir les siens.
- Un chiffre dit combien sa source est sûre. Un chiffre **manquant** n'a été publié nulle part : la Caf le saisit dans
  « Barèmes », avec sa source, et aucun droit qui en dépend ne se calcule avant. Un chiffre d'un exercice ne vaut pour
  les suivants que s'il est dit reconduit.
- Les comptes 60 à 68, 86, 70 à 79 et 87 du volet financier sont communs à tous les types : ils sont décrits une fois,
  à la fin.
"""
_SHARED = {"charges", "produits"}
_LEVELS = {"bloquant": "bloque", "a_justifier": "justification"}


def render() -> str:
    """The whole file."""
    parts = [line for each in types().values() for line in _type(each)]
    first = next(iter(types().values()))
    accounts = [g for g in first.definition(min(first.definitions)).financier if g.code in _SHARED]
    return "\n".join([_HEADER, *parts, "## Plan comptable commun", "", *_fields(accounts, first)])


def _type(type_: TypeActivite) -> Iterator[str]:
    yield f"## {type_.libelle} (`{type_.code}`)"
    yield ""
    yield f"Natures : {', '.join(type_.natures.values())}."
    if type_.left_out:
        yield ""
        yield "Ce que le calcul ne comprend pas :"
        yield ""
        yield from (f"- {said}" for said in type_.left_out)
    yield ""
    years = sorted(type_.definitions)
    for since, after in zip(years, [*years[1:], None], strict=True):
        yield from _definition(type_, type_.definitions[since], after)
    yield from _figures(type_)


def _definition(type_: TypeActivite, definition: Definition, after: int | None) -> Iterator[str]:
    first, last = definition.since, after - 1 if after else None
    yield (
        f"### Exercice {first}" if first == last else f"### Exercices {first} {f'à {last}' if last else 'et suivants'}"
    )
    yield ""
    own = [groupe for groupe in definition.financier if groupe.code not in _SHARED]
    yield from _fields([*definition.activite, *own], type_)
    compulsory = [c.libelle for g in definition.financier if g.code in _SHARED for c in g.champs if c.obligatoire]
    yield f"Comptes obligatoires : {' ; '.join(compulsory)}."
    yield ""
    yield "| Contrôle | Règle | Natures | Échéances | Effet |"
    yield "|---|---|---|---|---|"
    yield from (_check(controle, type_) for controle in definition.controles)
    yield ""
    yield "| Seuil | Valeur du portail |"
    yield "|---|---|"
    yield from (f"| {s.libelle} | {in_french(s.valeur, s.unite)} |" for s in definition.thresholds)
    yield ""
    yield "| Ligne du calcul | Formule | Natures | Source |"
    yield "|---|---|---|---|"
    for line in definition.lignes:
        yield f"| {line.libelle} | {line.mots} | {_natures(line.natures, type_)} | {line.source} |"
    yield ""


def _fields(groupes: Iterable[Groupe], type_: TypeActivite) -> Iterator[str]:
    yield "| Champ | Code | Unité | Natures | Aide |"
    yield "|---|---|---|---|---|"
    for groupe in groupes:
        yield from (_field(champ, type_) for champ in groupe.champs)
    yield ""


def _field(champ: Champ, type_: TypeActivite) -> str:
    label = f"{champ.libelle} – {champ.tranche}" if champ.tranche else champ.libelle
    label = f"*{label}*" if champ.calcul else f"{label} \\*" if champ.obligatoire else label
    unit = champ.unite or ("oui ou non" if champ.format == "oui_non" else "")
    helped = champ.aide or (f"Calculé : `{champ.calcul.text}`" if champ.calcul else "")
    said = " ".join(filter(None, [helped, f"({champ.source}.)" if champ.source else ""]))
    return f"| {label} | `{champ.code}` | {unit} | {_natures(champ.natures, type_)} | {said} |"


def _check(controle: Controle, type_: TypeActivite) -> str:
    whole = len(controle.phases) == len(Phase)
    phases = "toutes" if whole else ", ".join(Phase(each).label for each in controle.phases)
    cells = [f"{controle.code} – {controle.libelle}", controle.mots, _natures(controle.natures, type_), phases]
    return f"| {' | '.join([*cells, _LEVELS[controle.niveau]])} |"


def _figures(type_: TypeActivite) -> Iterator[str]:
    yield "### Chiffres du barème"
    yield ""
    yield "| Chiffre | Nature | Exercice | Valeur | Source | Sûreté |"
    yield "|---|---|---|---|---|---|"
    yield from (_figure(figure, type_) for figure in type_.chiffres)
    yield ""


def _figure(figure: Chiffre, type_: TypeActivite) -> str:
    nature = type_.natures[figure.nature] if figure.nature else "toutes"
    exercice = f"{figure.exercice} et suivants" if figure.is_carried else str(figure.exercice)
    value = in_french(figure.valeur, figure.unite) if figure.valeur is not None else "**manquant**"
    cells = [figure.libelle, nature, exercice, value, figure.source, SURETE.get(figure.surete, "")]
    return f"| {' | '.join(cells)} |"


def _natures(natures: tuple[str, ...], type_: TypeActivite) -> str:
    return ", ".join(type_.natures[each] for each in natures) if natures else "toutes"


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
