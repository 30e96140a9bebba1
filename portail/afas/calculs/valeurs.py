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

    An empty field has no value. In a formula, an optional number left empty counts for nothing, and so does a field
    that the nature does not have.
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

        :raises Absent: when a compulsory or a computed field has none
        """
        known, champ = self.get(code), self.champs.get(code)
        if known is not None:
            return known
        if champ is None or not (champ.obligatoire or champ.calcul):
            return Decimal(0)
        raise Absent(code)

    def terme(self, code: str) -> Terme:
        """The term as a formula reads it."""
        champ = self.champs[code]
        label = f"{champ.libelle} ({champ.tranche})" if champ.tranche else champ.libelle
        known = self.get(code)
        if known is None and not champ.obligatoire and not champ.calcul:
            return Terme(code, label, Decimal(0), champ.unite, "laissé vide : compte pour 0")
        return Terme(code, label, known, champ.unite, "calculé" if champ.calcul else "déclaré")

    def _worked_out(self, code: str) -> Decimal | None:
        champ = self.champs.get(code)
        if champ is None:
            return None
        if champ.calcul is None:
            return read_number(self.entered.get(code))
        try:
            return rounded(champ.calcul.value(self.value), Decimal(champ.decimales))
        except Absent:
            return None


def read_number(kept: Any) -> Decimal | None:
    """A kept value as an exact number; « oui » is 1, « non » is 0; None when empty or not a number."""
    if kept in (None, ""):
        return None
    if kept in ("oui", "non"):
        return Decimal(int(kept == "oui"))
    try:
        number = Decimal(str(kept))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def missing(definition: Definition, nature: str, volet: str, entered: Entered) -> list[Champ]:
    """The compulsory fields of a volet that hold nothing usable: empty, not a number, or negative."""
    return [
        champ
        for champ in definition.champs(volet, nature).values()
        if champ.obligatoire and not _is_given(champ, entered.get(champ.code))
    ]


def _is_given(champ: Champ, kept: Any) -> bool:
    if champ.format == "texte":
        return bool(str(kept or "").strip())
    number = read_number(kept)
    return number is not None and number >= 0


def gathered(definition: Definition, nature: str, volets: Iterable[tuple[str, Entered]]) -> Valeurs:
    """All volets of a declaration together: the sheets of its lieux added up, then the finances.

    `volets` are pairs (kind of volet, values entered there).
    """
    volets = list(volets)
    champs: dict[str, Champ] = {}
    entered: dict[str, Decimal | None] = {}
    by_lieu: dict[str, Decimal | None] = {}
    for kind in VoletKind.values:
        own = definition.champs(kind, nature)
        champs |= own
        sheets = [Valeurs(own, values) for of, values in volets if of == kind]
        for code, champ in own.items():
            if champ.calcul is None:
                entered[code] = _together(champ, [sheet.get(code) for sheet in sheets])
            elif champ.par_lieu:
                by_lieu[code] = _together(champ, [sheet.get(code) for sheet in sheets])
    return Valeurs(champs, entered, by_lieu)


def _together(champ: Champ, numbers: list[Decimal | None]) -> Decimal | None:
    """One number of several lieux; a lieu without its compulsory or computed one leaves no value."""
    given = [number for number in numbers if number is not None]
    if not given or ((champ.obligatoire or champ.calcul) and len(given) < len(numbers)):
        return None
    if champ.cumul in ("maximum", "minimum"):
        return max(given) if champ.cumul == "maximum" else min(given)
    total = sum(given, Decimal(0))
    return total / len(given) if champ.cumul == "moyenne" else total
