"""Writes docs/metier/droits.md from the table of the rights: `python -m tests.permissions.render`."""

import os
from pathlib import Path

import django

from tests.permissions.matrix import AREAS, PEOPLE, Row, rows, rule_key
from tests.permissions.sentences import RULES

FILE = Path(__file__).parents[2] / "docs" / "metier" / "droits.md"
# What each has for himself: the table of the tests asks for one person's.
OWN = {"comptes:session_end": "la personne elle-même"}
_ACTS = {"GET": "lire", "POST": "envoyer", "DELETE": "effacer"}
_HEADER = """# Les droits, page par page

Qui peut ouvrir quelle page et faire quel acte. Ce fichier est produit par `python -m tests.permissions.render` à partir
de la table des tests (`tests/permissions/matrix.py`), dont chaque case est demandée au portail à chaque exécution des
tests : il ne se modifie pas à la main.

« Qui peut » s'entend sur les objets de son propre périmètre : sur ceux d'un autre organisme ou d'une autre Caf, la
réponse est celle d'une page qui n'existe pas ; pour les services, ce sont les personnes du jeu d'essai qui en ont un
rôle. Une personne non connectée, ou partie, est renvoyée à la connexion ; une
personne dont le premier accès n'est pas achevé est renvoyée aux règles d'usage, puis au choix de son mot de passe.
"""


def render() -> str:
    from tests.permissions.routes import routes  # noqa: PLC0415 - the resolver needs Django set up

    by_name = {route.name: route for route in routes()}
    lines = [_HEADER]
    for area in AREAS:
        lines += [f"## {area}", "", "| Page | Adresse | Acte | Règle | Qui peut |", "|---|---|---|---|---|"]
        lines += [_line(row, by_name[row.name]) for row in rows() if row.area == area]
        lines.append("")
    return "\n".join(lines)


def _line(row: Row, route: object) -> str:
    cells = [row.name, f"`{route.path}`", _ACTS[row.method], _rule(route.view.rule), _who(row, route.view.rule)]  # type: ignore[attr-defined]
    return f"| {' | '.join(cells)} |"


def _rule(rule: object) -> str:
    return f"Page publique : {rule}." if isinstance(rule, str) else RULES[rule_key(rule)]


def _who(row: Row, rule: object) -> str:
    """The parts played by those who may, in the order of the cast."""
    if row.name in OWN:
        return OWN[row.name]
    if isinstance(rule, str):
        return "tout le monde" + (", sauf pendant un premier accès" if row.answers["bollie"] == "1er" else "")
    if set(PEOPLE) - set(row.allowed) <= {"anonyme", "rocu", "bollie"}:
        return "toute personne connectée" + ("" if "bollie" in row.allowed else ", premier accès achevé")
    return ", ".join(PEOPLE[who] for who in row.allowed) or "personne du jeu d'essai"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    FILE.write_text(render(), encoding="utf-8")
