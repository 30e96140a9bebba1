"""The scenarios of a type: calculations worked by hand, played by the very functions that serve the screens."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from portail.afas.calculs import Calcul, Constat, Valeurs, calculated, constats, figures, gathered
from portail.afas.definitions import HERE, types
from portail.afas.enums import Phase


@dataclass(frozen=True)
class Scenario:
    """What is declared, with which figures, and what has to come out."""

    type: str
    said: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.type} : {self.said['nom']}"

    @property
    def exercice(self) -> int:
        return int(self.said["exercice"])

    @property
    def nature(self) -> str:
        return self.said["nature"]

    @property
    def definition(self) -> Any:
        return types()[self.type].definition(self.exercice)

    def valeurs(self, name: str = "volets") -> Valeurs | None:
        """The values declared; `n1` and `precedent` name those of another declaration."""
        if name not in self.said:
            return None
        sheets = [(kind, values) for sheet in self.said[name] for kind, values in sheet.items()]
        return gathered(self.definition, self.nature, sheets)

    def calcul(self) -> Calcul:
        """With the published figures, and those that the scenario gives (« plafond-agc »: for one nature)."""
        own = {}
        for key, value in self.said.get("chiffres", {}).items():
            code, _, nature = key.partition("-")
            if nature in ("", self.nature):
                own[code] = (Decimal(value), "scénario")
        retained = figures(types()[self.type], self.nature, self.exercice, own)
        return calculated(self.definition, self.nature, self.valeurs(), retained)

    def constats(self) -> list[Constat]:
        phase = self.said.get("phase", Phase.REEL)
        before = {name: self.valeurs(name) for name in ("n1", "precedent")}
        return constats(self.definition, self.nature, phase, self.valeurs(), **before)


def scenarios() -> Iterator[Scenario]:
    """Every scenario of every type; numbers are read as they are written, never as floats."""
    for code in types():
        text = (HERE / code / "scenarios.yaml").read_text(encoding="utf-8")
        for said in yaml.load(text, Loader=yaml.BaseLoader):  # noqa: S506 -- strings, lists and mappings only
            yield Scenario(code, said)
