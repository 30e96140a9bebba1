"""The matrix shipped: profile → the codes it opens. Checked when it is read: a wrong one stops the start."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from portail.cdap.definitions.champs import ACTES, BLOCS, CHAMPS, everything
from portail.cdap.roles import SERVICE

Matrice = Mapping[str, frozenset[str]]


class WrongMatriceError(Exception):
    """A matrix opens what does not exist, or to a profile that the service does not have."""


def read_matrice(profils: Mapping[str, Iterable[str]]) -> Matrice:
    """Patterns written out.

    :raises WrongMatriceError: naming what it does not know
    """
    if unknown := set(profils) - {role.code for role in SERVICE.roles}:
        raise WrongMatriceError(f"Profils inconnus : {', '.join(sorted(unknown))}.")
    return {profil: frozenset(_written_out(patterns)) for profil, patterns in profils.items()}


def _written_out(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        bloc, _, name = pattern.partition(".")
        if pattern == "*":
            yield from everything()
        elif name == "*" and bloc in BLOCS:
            yield from (code for code, champ in CHAMPS.items() if champ.bloc == bloc)
        elif pattern in CHAMPS or pattern in ACTES:
            yield pattern
        else:
            raise WrongMatriceError(f"La matrice ouvre « {pattern} », que le dossier n'a pas.")


DEMONSTRATION: Matrice = read_matrice(
    tomllib.loads(Path(__file__).with_name("matrice.toml").read_text("utf-8"))["profils"]
)
