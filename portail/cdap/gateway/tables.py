"""The files kept in the portal's own tables."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from portail.cdap.definitions import decoded
from portail.cdap.definitions.contenu import NomPartie
from portail.cdap.gateway.coffre import Coffre, coffre_of
from portail.cdap.gateway.sources import Fiche, Trace
from portail.cdap.models import Dossier
from portail.conventions.models import Caf

# Written out in SQL: it runs for every tab.
_PARTIES = "SELECT {columns} FROM cdap_dossier WHERE caf_id = %s AND numero = %s"


class Tables:
    """Reads one row by its key, and of it only the parts asked for."""

    is_far = False

    def __init__(self, caf: Caf) -> None:
        self.caf = caf
        self.coffre: Coffre = coffre_of(caf.code)

    def fiche(self, numero: int) -> Fiche | None:
        found = Dossier.objects.filter(caf=self.caf, numero=numero).values_list("numero", "closed_on").first()
        return Fiche(*found) if found else None

    def parties(self, numero: int, names: Collection[NomPartie], trace: Trace | None = None) -> dict[NomPartie, Any]:
        statement = _PARTIES.format(columns=", ".join(NomPartie(name) for name in names))
        row = (trace.read if trace else _row)(statement, [self.caf.pk, numero])
        if row is None:
            raise LookupError(numero)
        kept = zip(names, row, strict=True)
        return {name: decoded(name, self.coffre.open(content, numero, name)) for name, content in kept}

    def search(self, nom: str, ne_le: date, most: int) -> list[Fiche]:
        known = self.coffre.empreintes(nom, ne_le)
        rows = Dossier.objects.filter(Q(empreinte_1__in=known) | Q(empreinte_2__in=known), caf=self.caf)
        return [Fiche(*found) for found in rows.order_by("numero").values_list("numero", "closed_on")[:most]]


def _row(statement: str, values: list[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()
