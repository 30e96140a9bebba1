"""What each Caf chose for the watch: its own settings, else the portal's."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from portail.cdap.definitions.gardes import DAY, HOUR, REGLAGES, THEMES, Reglage
from portail.cdap.enums import Niveau
from portail.cdap.models import Consultation, ReglageGarde
from portail.habilitations.acteur import Acteur
from portail.ui.templatetags.ui import counted


def in_words(reglage: Reglage, valeur: int) -> str:
    """« 40 consultations », « Avertir la personne »."""
    if reglage.code.startswith("niveau_"):
        return Niveau(valeur).label
    return (
        counted(valeur, f"{reglage.unite.removesuffix('s')},{reglage.unite}")
        if reglage.unite != "fois"
        else f"{valeur} fois"
    )


@dataclass(frozen=True)
class ReglageLu:
    """A setting as a Caf reads it."""

    reglage: Reglage
    own: ReglageGarde | None = None

    @property
    def code(self) -> str:
        return self.reglage.code

    @property
    def libelle(self) -> str:
        return self.reglage.libelle

    @property
    def valeur(self) -> int:
        return self.own.valeur if self.own else self.reglage.valeur

    @property
    def valeur_written(self) -> str:
        return in_words(self.reglage, self.valeur)

    @property
    def portail_written(self) -> str:
        return in_words(self.reglage, self.reglage.valeur)

    @property
    def origine(self) -> str:
        return "Votre Caf" if self.own else "Portail"

    @property
    def entered_by(self) -> str:
        return self.own.entered_by.nom_complet if self.own else ""


def values_of(caf: int) -> dict[str, int]:
    """Every setting of the Caf by its code, in one read."""
    chosen = ReglageGarde.objects.filter(caf=caf).order_by("pk").values_list("code", "valeur")
    return {code: each.valeur for code, each in REGLAGES.items()} | dict(chosen)


def values_by_caf() -> Callable[[int], dict[str, int]]:
    """Caf → every setting by its code; one read for all Cafs."""
    chosen: defaultdict[int, dict[str, int]] = defaultdict(
        lambda: {code: each.valeur for code, each in REGLAGES.items()}
    )
    for caf, code, valeur in ReglageGarde.objects.order_by("pk").values_list("caf", "code", "valeur"):
        chosen[caf][code] = valeur
    return chosen.__getitem__


def reglages_of(acteur: Acteur) -> list[ReglageLu]:
    """Every setting as it now stands, in the order of the page."""
    rows = ReglageGarde.objects.filter(caf=acteur.caf).select_related("entered_by").order_by("pk")
    newest = {row.code: row for row in rows}
    return [ReglageLu(each, newest.get(code)) for code, each in REGLAGES.items()]


def reglages_by_theme(acteur: Acteur) -> dict[str, list[ReglageLu]]:
    """The same, by what they are about."""
    read = {each.code: each for each in reglages_of(acteur)}
    return {theme: [read[each.code] for each in reglages] for theme, reglages in THEMES.items()}


def reglage_for(acteur: Acteur, reglage: str) -> ReglageLu:
    """:raises ReglageGarde.DoesNotExist: for another code, or a person of no Caf"""
    if acteur.caf is None or reglage not in REGLAGES:
        raise ReglageGarde.DoesNotExist
    return next(each for each in reglages_of(acteur) if each.code == reglage)


def reglage_history_of(acteur: Acteur, reglage: ReglageLu) -> list[ReglageGarde]:
    """What the Caf chose, the newest first."""
    rows = ReglageGarde.objects.filter(caf=acteur.caf, code=reglage.code)
    return list(rows.select_related("entered_by").order_by("-pk"))


def effects_of(acteur: Acteur, reglage: ReglageLu, valeur: int) -> list[str]:
    """Whom the new value touches, counted over what was consulted of the Caf's files in the last 24 hours."""
    column = {"personne": "utilisateur", "organisme": "organisme"}.get(reglage.code.split("_")[1])
    if not reglage.code.startswith("quota_") or column is None:
        return ["Ce qui est déjà vu ou demandé ne change pas."]
    window = HOUR if reglage.code.endswith("heure") else DAY
    rows = Consultation.objects.filter(caf=acteur.caf, at__gt=timezone.now() - window).order_by()
    reached = rows.values(column).annotate(n=Count("id")).filter(n__gte=valeur).count()
    who = (
        counted(reached, "personne,personnes") if column == "utilisateur" else counted(reached, "organisme,organismes")
    )
    return [f"Qui a déjà atteint cette limite et devra attendre : {who}."]
