"""Which roles ask for a proof, whoever opens them: told by the services, which stand above."""

_ASKING: set[str] = set()


def ask_proof(role: str) -> None:
    """Whatever bulletin opens this role from now on, it acts only with a checked proof."""
    _ASKING.add(role)


def asks_proof(role: str) -> bool:
    return role in _ASKING
