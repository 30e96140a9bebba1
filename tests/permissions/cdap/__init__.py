"""Who may do what in « Consulter un dossier »: the parts of the table; see `tests.permissions.afas`."""

from tests.permissions.cdap import dossiers

PARTS = (dossiers,)
AREAS: dict[str, str] = {area: table for part in PARTS for area, table in part.AREAS.items()}
RULES: dict[str, str] = {rule: sentence for part in PARTS for rule, sentence in part.RULES.items()}
