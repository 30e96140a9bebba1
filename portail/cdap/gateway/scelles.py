"""What the vault closes elsewhere than in the files: which columns, bound to which row, of which Caf."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.functions import Substr

from portail.cdap.gateway.coffre import Coffre, coffre_of
from portail.cdap.models import Attestation, EnvoiPostal, LotPostal, MessageDialogue
from portail.conventions.models import Caf


@dataclass(frozen=True)
class Scelle:
    """A column of a table, closed row by row.

    `noun`: one and many of it · `row`: the field that its place names · `caf`: the way to its Caf · `batch`: how many
    are held in memory together when the keys change.
    """

    model: type[models.Model]
    column: str
    noun: str
    row: str = "pk"
    caf: str = "caf"
    batch: int = 500

    def close(self, caf: Caf, row: object, content: bytes) -> bytes:
        return coffre_of(caf.code).close_at(content, self._table, row, self.column)

    def open(self, caf: Caf, row: object, kept: bytes | memoryview | None) -> bytes:
        """:raises AlteredError: when it was not closed for this very row, or its key is not there"""
        return coffre_of(caf.code).open_at(bytes(kept or b""), self._table, row, self.column)

    def old(self, caf: Caf, current: int) -> models.QuerySet[Any]:
        """Those of this Caf that another key than `current` closed, in the order of their rows."""
        version = Substr(self.column, 1, 1, output_field=models.BinaryField())
        kept = self.model._default_manager.filter(**{self.caf: caf, f"{self.column}__isnull": False})
        return kept.alias(version=version).exclude(version=bytes([current])).order_by("pk")

    def close_anew(self, coffre: Coffre, kept: Any) -> None:
        """Puts in `kept`, which is not saved, what the newest key makes of it.

        :raises AlteredError: as `open`
        """
        place = self._table, getattr(kept, self.row), self.column
        content = coffre.open_at(bytes(getattr(kept, self.column)), *place)
        setattr(kept, self.column, coffre.close_at(content, *place))

    @property
    def _table(self) -> str:
        return self.model._meta.db_table


MESSAGE = Scelle(MessageDialogue, "text", "message de dialogue,messages de dialogue", caf="dialogue__caf")
ATTESTATION = Scelle(Attestation, "contenu", "attestation,attestations")
ADRESSE = Scelle(EnvoiPostal, "adresse", "adresse de courrier,adresses de courriers", row="attestation_id")
LOT = Scelle(LotPostal, "fichier", "lot de courriers,lots de courriers", batch=5)
SCELLES = (MESSAGE, ATTESTATION, ADRESSE, LOT)
