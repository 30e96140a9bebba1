"""Their part of the table of the rights: see `tests.permissions.afas`."""

AREAS: dict[str, str] = {}
RULES: dict[str, str] = {}
