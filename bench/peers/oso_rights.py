"""oso (its Python library): a policy in Polar over objects already in memory, today's rows loaded beforehand.

Two policies. `policy` is oso used for what it is, as its guide to roles does: the policy says which of a person's
groups count and walks up the chain. `lookup` leaves to oso one membership test: Python finds the groups, and the chain
was resolved before. The second is faster and no longer decides anything.
"""

from __future__ import annotations

import functools
import time
from typing import Any

from bench.peers.rights import places, rows
from bench.servers import serve

POLICIES = {
    "policy": """
allow(utilisateur: Utilisateur, role: String, convention: Convention) if
    groupe in utilisateur.groupes and
    groupe.convention = convention and
    holds(groupe, role);
holds(groupe: Groupe, role: String) if
    role in groupe.roles and
    above(groupe, role);
above(groupe: Groupe, _: String) if
    groupe.parent = nil;
above(groupe: Groupe, role: String) if
    not groupe.parent = nil and
    holds(groupe.parent, role);
""",
    "lookup": """
allow(utilisateur: Utilisateur, role: String, convention: Convention) if
    groupe in utilisateur.groupes_of(convention) and
    role in groupe.roles;
""",
}


class Convention:
    """A convention, the same object for every mention."""


class Groupe:
    """A group, its parent, its convention and the roles it holds today."""

    def __init__(self, convention: Convention) -> None:
        self.convention = convention
        self.parent: Groupe | None = None
        self.roles: list[str] = []


class Utilisateur:
    """A person and his groups of today, also by convention."""

    def __init__(self) -> None:
        self.groupes: list[Groupe] = []
        self.by_convention: dict[Convention, list[Groupe]] = {}

    def groupes_of(self, convention: Convention) -> list[Groupe]:
        return self.by_convention.get(convention, [])


_people: dict[int, Utilisateur] = {}
_conventions: dict[int, Convention] = {}
_policies: dict[str, Any] = {}


def load() -> dict[str, Any]:
    """Build the objects and the policies; the seconds it took, or why oso cannot be had here."""
    try:
        from oso import Oso  # noqa: PLC0415
    except ImportError as error:
        return {"missing": str(error)}
    began = time.perf_counter()
    _build()
    for name, policy in POLICIES.items():
        _policies[name] = Oso()
        for known in (Utilisateur, Groupe, Convention):
            _policies[name].register_class(known)
        _policies[name].load_str(policy)
    return {"seconds": time.perf_counter() - began}


def _build() -> None:
    members, held = rows()
    groupes = {}
    for groupe, parent, convention in places():
        at = _conventions.setdefault(convention, Convention())
        groupes[groupe] = Groupe(at)
        groupes[groupe].parent = groupes.get(parent) if parent else None
    for groupe, _, role in held:
        groupes[groupe].roles.append(role)
    for utilisateur, groupe, convention in members:
        person = _people.setdefault(utilisateur, Utilisateur())
        person.groupes.append(groupes[groupe])
        person.by_convention.setdefault(_conventions[convention], []).append(groupes[groupe])


def answer(questions: list[list[Any]], policy: str) -> dict[str, Any]:
    """The answers and the seconds they took."""
    nobody, oso = Utilisateur(), _policies[policy]
    words = [(_people.get(who, nobody), role, _conventions[where]) for who, role, where in questions]
    began = time.perf_counter()
    answers = [oso.is_allowed(*each) for each in words]
    return {"seconds": time.perf_counter() - began, "answers": answers}


if __name__ == "__main__":
    serve(
        {
            "load": load,
            "lookup": functools.partial(answer, policy="lookup"),
            "policy": functools.partial(answer, policy="policy"),
        }
    )
