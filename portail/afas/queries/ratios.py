"""The ratios of an activité over the years, beside the mean of its Caf; nobody else's figure can be read from it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portail.afas.calculs.ratios import ratios
from portail.afas.definitions import Champ, definition_of
from portail.afas.definitions.ratios import ratios_for
from portail.afas.enums import FROZEN, Phase
from portail.afas.models import Activite, VersionDeclaration
from portail.afas.queries.tableaux import YEARS
from portail.habilitations.acteur import Acteur
from portail.ui.templatetags.ui_charts import Chart, Serie, amount

STRUCTURES, ORGANISMES = 5, 3  # fewer others, and a mean would tell of one of them
Known = dict[str, Decimal | None]


@dataclass(frozen=True)
class LigneRatio:
    """A ratio of an activité: its value of each year (the oldest first), and the mean of the Caf for the last one."""

    ratio: Champ
    exercices: list[int]
    valeurs: list[Decimal | None]
    moyenne: Decimal | None

    def told(self, value: Decimal | None) -> str:
        return amount(value, self.ratio.unite, self.ratio.decimales)

    @property
    def valeurs_in_words(self) -> list[tuple[str, str]]:
        """(exercice, value)."""
        return [(str(year), self.told(value)) for year, value in zip(self.exercices, self.valeurs, strict=True)]

    @property
    def moyenne_in_words(self) -> str:
        return self.told(self.moyenne)

    @property
    def place(self) -> str:
        """« 12 % de plus », « 3 % de moins », « dans la moyenne »; empty when it cannot be said."""
        own = self.valeurs[-1]
        if own is None or not self.moyenne:
            return ""
        gap = ((own - self.moyenne) / self.moyenne * 100).quantize(Decimal(1), ROUND_HALF_UP)
        if not gap:
            return "dans la moyenne"
        return f"{amount(abs(gap))}\u00a0% de\u00a0{'plus' if gap > 0 else 'moins'}"


@dataclass(frozen=True)
class Ratios:
    """The ratios of the last exercices whose réel was transmitted."""

    exercices: list[int]
    lignes: list[LigneRatio]

    @property
    def has_mean(self) -> bool:
        return any(ligne.moyenne is not None for ligne in self.lignes)

    def chosen(self, code: str) -> LigneRatio | None:
        """The ratio of this code, else the first."""
        return next((each for each in self.lignes if each.ratio.code == code), self.lignes[0] if self.lignes else None)


def ratios_of(acteur: Acteur, activite: Activite) -> Ratios:
    """From the réels transmitted; the mean is that of the last exercice, once its échéance is over."""
    known = dict(_own(activite))
    years = sorted(known)[-YEARS:]
    if not years:
        return Ratios([], [])
    definition, _ = known[years[-1]]
    means = means_of(acteur, activite, years[-1])
    lignes = [
        LigneRatio(ratio, years, [known[year][1].get(ratio.code) for year in years], means.get(ratio.code))
        for ratio in ratios_for(definition, activite.nature)
    ]
    return Ratios(years, lignes)


def chart_of(ratios: Ratios, ligne: LigneRatio) -> Chart:
    """The years of a ratio; the mean beside the last one."""
    series = [Serie("Cette activité", ligne.valeurs)]
    if ligne.moyenne is not None:
        series.append(Serie("Moyenne de la Caf", [*[None] * (len(ratios.exercices) - 1), ligne.moyenne]))
    ratio, years = ligne.ratio, [str(year) for year in ratios.exercices]
    return Chart(
        f"Évolution : {ratio.libelle}", years, series, unit=ratio.unite, decimals=ratio.decimales, first="Exercice"
    )


def means_of(acteur: Acteur, activite: Activite, exercice: int) -> Known:
    """The mean of each ratio over the other organisations' activités of the same Caf, type and nature.

    Nothing before the last day of the échéance has passed, nor from fewer than five structures of three organisations:
    means read one after the other while declarations come in would tell each figure. How many there are is not told.
    """
    others = _transmitted(exercice=exercice).filter(
        declaration__caf=activite.caf_id,
        declaration__activite__type=activite.type,
        declaration__activite__nature=activite.nature,
        declaration__echeance__due_on__lt=acteur.on,
    )
    rows = others.exclude(declaration__activite__organisme=activite.organisme_id).values_list(
        "declaration__activite__organisme", "declaration__definition", "contenu__volets"
    )
    told: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    for organisme, definition, volets in rows:
        for code, value in _worked_out(definition, activite.nature, volets).items():
            if value is not None:
                told[code].append((organisme, value))
    return {code: _mean(values) for code, values in told.items()}


def _mean(values: list[tuple[int, Decimal]]) -> Decimal | None:
    if len(values) < STRUCTURES or len({organisme for organisme, _ in values}) < ORGANISMES:
        return None
    return sum((value for _, value in values), Decimal(0)) / len(values)


def _own(activite: Activite) -> Iterable[tuple[int, tuple[str, Known]]]:
    """(exercice, (definition, ratios)) of its own réels."""
    rows = _transmitted().filter(declaration__activite=activite)
    for exercice, definition, volets in rows.values_list(
        "declaration__echeance__exercice", "declaration__definition", "contenu__volets"
    ):
        yield exercice, (definition, _worked_out(definition, activite.nature, volets))


def _transmitted(**echeance: Any) -> Any:
    """The last version of each réel that the Caf holds: one being corrected tells nothing meanwhile."""
    wanted = {f"declaration__echeance__{name}": value for name, value in echeance.items()}
    rows = VersionDeclaration.objects.filter(
        declaration__etat__in=FROZEN, declaration__echeance__phase=Phase.REEL, **wanted
    )
    return rows.order_by("declaration_id", "-numero").distinct("declaration_id")


def _worked_out(definition: str, nature: str, volets: list[dict[str, Any]]) -> Known:
    return ratios(definition_of(definition), nature, [(volet["kind"], volet["valeurs"]) for volet in volets])
