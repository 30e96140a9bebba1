"""What can be wrong in a definition, said at start rather than to who declares."""

from collections import Counter
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from portail.afas.definitions.expressions import Expression
from portail.afas.definitions.shapes import (
    ALL_PHASES,
    CUMULS,
    FORMATS,
    N1,
    NIVEAUX,
    PRECEDENT,
    SURETE,
    Champ,
    Controle,
    Definition,
    DefinitionError,
    Ligne,
    TypeActivite,
)


def checked(made: TypeActivite, folder: Path) -> TypeActivite:
    """The type itself when nothing is wrong in it.

    :raises DefinitionError: naming everything that is
    """
    found = [
        *_of_the_type(made, folder),
        *_figures(made),
        *(wrong for each in made.definitions.values() for wrong in _of(made, each)),
    ]
    if found:
        raise DefinitionError(" ; ".join(found))
    return made


def _of_the_type(made: TypeActivite, folder: Path) -> Iterator[str]:
    if not made.definitions:
        yield f"{made.code} n'a aucun dossier d'année"
    if not made.natures:
        yield f"{made.code} n'a aucune nature"
    if not (folder / "scenarios.yaml").is_file():
        yield f"{made.code} n'a pas de scenarios.yaml"


def _figures(made: TypeActivite) -> Iterator[str]:
    """A figure stands once for an exercice, and never without its source."""
    for key, exercice in _twice((figure.key, figure.exercice) for figure in made.chiffres):
        yield f"{made.code} : le chiffre {key} est écrit deux fois pour {exercice}"
    for code in {f.code for f in made.chiffres if f.nature} & {f.code for f in made.chiffres if not f.nature}:
        yield f"{made.code} : le chiffre {code} vaut pour toutes les natures, ou pour chacune, pas les deux"
    for figure in made.chiffres:
        if figure.nature and figure.nature not in made.natures:
            yield f"{made.code} : le chiffre {figure.key} dit une nature inconnue"
        if figure.valeur is not None and (not figure.source or figure.surete not in SURETE):
            yield f"{made.code} : le chiffre {figure.key} de {figure.exercice} n'a pas de source ou de sûreté"


def _of(type_: TypeActivite, made: Definition) -> Iterator[str]:
    for wrong in (*_names(type_, made), *_fields(made), *_controles(made)):
        yield f"{made.version} : {wrong}"
    for nature in type_.natures:
        for wrong in (*_computed(made, nature), *_checks(made, nature), *_formula(type_, made, nature)):
            yield f"{made.version}, {nature} : {wrong}"


def _twice(items: Iterable) -> list:
    return [each for each, times in Counter(items).items() if times > 1]


def _names(type_: TypeActivite, made: Definition) -> Iterator[str]:
    """One name says one thing: a field, a line, a figure or a threshold."""
    kinds = [
        {champ.code for champ in made.every_champ},
        {ligne.code for ligne in made.lignes},
        {figure.code for figure in type_.chiffres},
        list(made.seuils),
    ]
    for name in _twice(name for kind in kinds for name in kind):
        yield f"le nom {name} est pris deux fois"
    for controle in _twice(controle.code for controle in made.controles):
        yield f"le contrôle {controle} est écrit deux fois"
    said: list[Champ | Ligne | Controle] = [*made.every_champ, *made.lignes, *made.controles]
    for each in said:
        if unknown := set(each.natures) - set(type_.natures):
            yield f"{each.code} dit des natures inconnues : {', '.join(sorted(unknown))}"


def _fields(made: Definition) -> Iterator[str]:
    for champ in made.every_champ:
        if champ.format not in FORMATS or champ.cumul not in CUMULS or champ.decimales not in range(7):
            yield f"le champ {champ.code} a un format, un cumul ou des décimales inconnus"
        if champ.calcul and champ.obligatoire:
            yield f"le champ {champ.code} est calculé : il ne peut pas être obligatoire"
        if champ.par_lieu and not champ.calcul:
            yield f"le champ {champ.code} n'est pas calculé : il est déjà saisi par lieu"


def _controles(made: Definition) -> Iterator[str]:
    for controle in made.controles:
        if controle.niveau not in NIVEAUX:
            yield f"le contrôle {controle.code} n'est ni bloquant ni à justifier"
        if unknown := set(controle.phases) - set(ALL_PHASES):
            yield f"le contrôle {controle.code} dit des phases inconnues : {', '.join(sorted(unknown))}"


def _numbers(made: Definition, nature: str) -> dict[str, Champ]:
    """The fields of a nature that a formula may read."""
    return {champ.code: champ for champ in made.every_champ if champ.is_for(nature) and champ.format != "texte"}


def _computed(made: Definition, nature: str) -> Iterator[str]:
    """A computed field reads fields of the definition, and never itself, even through another."""
    known = {champ.code for champ in made.every_champ if champ.format != "texte"}
    formulas = {code: champ.calcul for code, champ in _numbers(made, nature).items() if champ.calcul}
    for code in _twice(champ.code for champ in made.every_champ if champ.is_for(nature)):
        yield f"le champ {code} est écrit deux fois"
    for code, formula in formulas.items():
        yield from _unknown(code, formula, known)
    try:
        TopologicalSorter({code: formula.terms for code, formula in formulas.items()}).prepare()
    except CycleError as cycle:
        yield f"{cycle.args[1][0]} se calcule à partir de lui-même"


def _unknown(code: str, formula: Expression, known: Iterable[str]) -> Iterator[str]:
    for term in formula.terms:
        if term not in known:
            yield f"{code} demande « {term} », que rien ne donne"


def _checks(made: Definition, nature: str) -> Iterator[str]:
    """A check of a nature reads what this nature has, now or before, and thresholds."""
    numbers = set(_numbers(made, nature))
    known = numbers | {f"{before}{code}" for before in (N1, PRECEDENT) for code in numbers} | set(made.seuils)
    for controle in made.controles:
        if not controle.natures or nature in controle.natures:
            yield from _unknown(controle.code, controle.expression, known)


def _formula(type_: TypeActivite, made: Definition, nature: str) -> Iterator[str]:
    """Each line reads fields, figures and lines before it; all lead to the last, that is the amount."""
    lines = made.lignes_for(nature)
    if not lines or lines[-1].unite != "€" or lines[-1].decimales != 2:
        yield "la dernière ligne de la formule n'est pas un montant en euros, à deux décimales"
    for code in _twice(ligne.code for ligne in lines):
        yield f"la ligne {code} est écrite deux fois"
    known = {champ.code for champ in made.every_champ} | {ligne.code for ligne in made.lignes}
    known -= {ligne.code for ligne in lines}
    figures = {figure.code for figure in type_.chiffres if figure.is_for(nature)}
    used = {term for ligne in lines for term in ligne.expression.terms}
    for ligne in lines:
        yield from _unknown(ligne.code, ligne.expression, known | figures)
        known.add(ligne.code)
    for ligne in lines[:-1]:
        if ligne.code not in used:
            yield f"la ligne {ligne.code} ne mène pas au montant"
