"""Who may do what in « Consulter un dossier » and « Aide en ligne »: the parts of the table, as in AFAS.

A part has AREAS (rows of the table) and RULES (their sentences).
"""

from tests.permissions.cdap import aide

PARTS = (aide,)
AREAS: dict[str, str] = {area: table for part in PARTS for area, table in part.AREAS.items()}
RULES: dict[str, str] = {rule: sentence for part in PARTS for rule, sentence in part.RULES.items()}
