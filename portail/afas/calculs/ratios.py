"""The ratios of an activité, out of what it declared."""

from collections.abc import Iterable
from decimal import Decimal

from portail.afas.calculs.valeurs import Entered, Valeurs, gathered
from portail.afas.definitions import Definition
from portail.afas.definitions.ratios import ratios_for


def ratios(definition: Definition, nature: str, volets: Iterable[tuple[str, Entered]]) -> dict[str, Decimal | None]:
    """The value of each ratio by its code, rounded; None when a term is missing or it would divide by nothing."""
    declared = gathered(definition, nature, volets)
    wanted = {ratio.code: ratio for ratio in ratios_for(definition.version, nature)}
    worked = Valeurs({**declared.champs, **wanted}, declared.entered)
    return {code: worked.get(code) for code in wanted}
