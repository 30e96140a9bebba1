"""Values of a declaration, the computed ones included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from portail.afas.definitions import Champ, Definition
from portail.afas.definitions.expressions import Absent, rounded
from portail.afas.enums import VoletKind

Entered = Mapping[str, str]  # field code → what is kept of it: a decimal with a point, « oui » / « non », or a text


@dataclass(frozen=True)
class Terme:
    """One term of a formula as it is read: « Total des charges : 12 500,00 € », and where it comes from."""

    code: str
    libelle: str
    valeur: Decimal | None
    unite: str = ""
    source: str = ""


@dataclass(eq=False)
class Valeurs:
    """The fields of one volet, or of a whole declaration; computed fields are worked out when asked.

    An empty field has no value. In a sum of the accounts, an account left empty counts for nothing.
    """

    champs: Mapping[str, Champ]
    entered: Mapping[str, Any]
    _known: dict[str, Decimal | None] = field(default_factory=dict)

    def get(self, code: str) -> Decimal | None:
        """The value of a number, None when it is empty or cannot be worked out."""
        if code not in self._known:
            self._known[code] = self._worked_out(code)
        return self._known[code]

    def value(self, code: str) -> Decimal:
        """The same for a formula.

        :raises Absent: when there is none
        """
        if (known := self.get(code)) is None:
            raise Absent(code)
        return known

    def terme(self, code: str) -> Terme:
        champ = self.champs[code]
        label = f"{champ.libelle} ({champ.tranche})" if champ.tranche else champ.libelle
        return Terme(code, label, self.get(code), champ.unite, "calculé" if champ.calcul else "déclaré")

    def _worked_out(self, code: str) -> Decimal | None:
        champ = self.champs.get(code)
        if champ is None:
            return None
        if champ.calcul is None:
            return read_number(self.entered.get(code))
        try:
            return rounded(champ.calcul.value(self._term), Decimal(champ.decimales))
        except Absent:
            return None

    def _term(self, code: str) -> Decimal:
        """A field that this nature does not have, or an optional number left empty, counts for nothing in a sum."""
        champ = self.champs.get(code)
        known = self.get(code)
        if known is None and (champ is None or not champ.obligatoire) and not (champ and champ.calcul):
            return Decimal(0)
        return self.value(code)


def read_number(kept: Any) -> Decimal | None:
    """A kept value as an exact number; « oui » is 1, « non » is 0; None when empty or not a number."""
    if kept in (None, ""):
        return None
    if kept in ("oui", "non"):
        return Decimal(int(kept == "oui"))
    try:
        return Decimal(str(kept))
    except InvalidOperation:
        return None


def gathered(definition: Definition, nature: str, volets: Iterable[tuple[str, Entered]]) -> Valeurs:
    """All volets of a declaration together: the sheets of its lieux added up, then the finances.

    `volets` are pairs (kind of volet, values entered there).
    """
    volets = list(volets)
    champs = {
        **definition.champs(VoletKind.ACTIVITE, nature),
        **definition.champs(VoletKind.FINANCIER, nature),
    }
    entered: dict[str, Decimal | None] = {}
    for kind in VoletKind.values:
        sheets = [values for of, values in volets if of == kind]
        for code, champ in definition.champs(kind, nature).items():
            if champ.calcul is None:
                entered[code] = _together(champ, [read_number(sheet.get(code)) for sheet in sheets])
    return Valeurs(champs, entered)


def _together(champ: Champ, numbers: list[Decimal | None]) -> Decimal | None:
    """One number of several lieux; a lieu that has not answered leaves a compulsory field without a value."""
    given = [number for number in numbers if number is not None]
    if not given or (champ.obligatoire and len(given) < len(numbers)):
        return None
    if champ.cumul == "maximum":
        return max(given)
    total = sum(given, Decimal(0))
    return total / len(given) if champ.cumul == "moyenne" else total
