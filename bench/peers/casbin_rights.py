"""pycasbin, RBAC with domains, in its fastest set-up: policies indexed by domain and role (FastEnforcer).

Two helps that its users do not get: today's rights are computed for it, by SQL, before the clock runs; and its role
manager's name matching is switched off, without which the convention of 10,000 people takes minutes at its first
question. Every convention is asked about once before the clock runs.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import casbin
from casbin.model import FastModel
from casbin.persist import Adapter

from bench.peers.rights import rows
from bench.servers import serve

logging.disable(logging.WARNING)
MODEL = """
[request_definition]
r = sub, dom, role
[policy_definition]
p = grp, dom, role
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.grp, r.dom)
"""
INDEX = [1, 2]


class Rows(Adapter):
    """Hands the rows over as they are; `add_policies` looks each one up in a list, which takes hours."""

    def load_policy(self, model: Any) -> None:
        members, held = rows()
        for groupe, convention, role in held:
            model["p"]["p"].policy.append((f"g{groupe}", str(convention), role))
        for utilisateur, groupe, convention in members:
            model["g"]["g"].policy.append((f"u{utilisateur}", f"g{groupe}", str(convention)))


def load() -> dict[str, Any]:
    """Build the enforcer; the seconds it took."""
    global _enforcer
    began = time.perf_counter()
    model = FastModel(INDEX)
    model.load_model_from_text(MODEL)
    _enforcer = casbin.FastEnforcer(model, Rows(), cache_key_order=INDEX)
    _enforcer.get_role_manager().matching_func = None
    return {"seconds": time.perf_counter() - began}


_enforcer: Any = None


def indexed(questions: list[list[Any]]) -> dict[str, Any]:
    """The answers and the seconds they took."""
    words = [(f"u{utilisateur}", str(convention), role) for utilisateur, role, convention in questions]
    began = time.perf_counter()
    answers = [_enforcer.enforce(*each) for each in words]
    return {"seconds": time.perf_counter() - began, "answers": answers}


if __name__ == "__main__":
    serve({"load": load, "indexed": indexed})
