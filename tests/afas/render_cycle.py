"""Writes docs/metier/cycle-de-vie-declaration.md from the table of transitions: `python -m tests.afas.render_cycle`."""

from pathlib import Path

from portail.afas.enums import FROZEN, OPEN_TO_ENTRY, TRANSITIONS, EtatDeclaration, Transition

FILE = Path(__file__).parents[2] / "docs" / "metier" / "cycle-de-vie-declaration.md"
_HEADER = """# La vie d'une déclaration

Les états d'une déclaration AFAS et les étapes qui mènent de l'un à l'autre. Ce fichier est produit par
`python -m tests.afas.render_cycle` à partir de la table `portail/afas/enums.py` : il ne se modifie pas à la main.
Aucune
autre étape n'existe ; chacune est inscrite dans l'historique de la déclaration et au journal.
"""


def render() -> str:
    return "\n".join([_HEADER, *_diagram(), "", *_states(), "", *_steps(), ""])


def _diagram() -> list[str]:
    """As Mermaid draws it."""
    names = [f'    state "{etat.label}" as {etat.value}' for etat in EtatDeclaration]
    arrows = [
        f"    {origin.value} --> {transition.vers.value} : {transition.code}"
        for transition in TRANSITIONS.values()
        for origin in transition.de
    ]
    first, last = EtatDeclaration.A_SAISIR.value, EtatDeclaration.PAYEE.value
    drawn = ["stateDiagram-v2", *names, f"    [*] --> {first}", *arrows, f"    {last} --> [*]"]
    return ["```mermaid", *drawn, "```"]


def _states() -> list[str]:
    lines = ["## États", "", "| État | Se saisit | Figé |", "|---|---|---|"]
    return [*lines, *(f"| {e.label} | {_said(e in OPEN_TO_ENTRY)} | {_said(e in FROZEN)} |" for e in EtatDeclaration)]


def _steps() -> list[str]:
    lines = ["## Étapes", "", "| Étape | De | Vers | Qui | Quand | Motif |", "|---|---|---|---|---|---|"]
    return [*lines, *(_step(transition) for transition in TRANSITIONS.values())]


def _step(transition: Transition) -> str:
    origins = ", ".join(origin.label for origin in transition.de)
    cells = (f"`{transition.code}`", origins, transition.vers.label, transition.qui, transition.quand)
    return f"| {' | '.join(cells)} | {_said(transition.asks_motif)} |"


def _said(is_so: bool) -> str:
    return "oui" if is_so else ""


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
