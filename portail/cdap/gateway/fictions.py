"""Synthetic files as a lot to load, or as documents."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portail.cdap.calculs.fiction import dossier_fictif
from portail.cdap.definitions.fiction import FIRST_NUMERO, LAST_NUMERO
from portail.cdap.gateway.fichiers import write_csv, write_parquet
from portail.cdap.gateway.lignes import TrancheFictive

MOST = LAST_NUMERO - FIRST_NUMERO + 1  # files of one Caf


@dataclass(frozen=True)
class Fictions:
    """So many files, shared out evenly among these Cafs; the same every time."""

    count: int
    cafs: Sequence[str]
    seed: int
    on: date

    @property
    def nom(self) -> str:
        return f"Dossiers fictifs ({self.count}, graine {self.seed}, au {self.on:%d/%m/%Y})"

    def empreinte(self) -> str:
        told = f"fictions/{self.count}/{','.join(self.cafs)}/{self.seed}/{self.on.isoformat()}"
        return hashlib.sha256(told.encode()).hexdigest()

    def total(self) -> int:
        return self.count

    def tranches(self, size: int) -> Iterator[TrancheFictive]:
        rang = 0
        for caf, count in self._shares():
            for start in range(0, count, size):
                most = min(size, count - start)
                yield TrancheFictive(rang, self.seed, caf, FIRST_NUMERO + start, most, self.on)
                rang += 1

    def _shares(self) -> Iterator[tuple[str, int]]:
        each, more = divmod(self.count, len(self.cafs))
        for rank, caf in enumerate(self.cafs):
            yield caf, each + (rank < more)


def write_document(folder: Path, tranche: TrancheFictive, extension: str) -> int:
    """One document of the folder; how many files it holds."""
    numeros = range(tranche.premier, tranche.premier + tranche.count)
    dossiers = (dossier_fictif(tranche.seed, tranche.caf, numero, tranche.on) for numero in numeros)
    path = folder / f"dossiers-{tranche.rang:05d}.{extension}"
    (write_parquet if extension == "parquet" else write_csv)(path, tranche.caf, dossiers)
    return tranche.count
