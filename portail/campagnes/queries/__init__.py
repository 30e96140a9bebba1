"""Campaigns in the perimeter of who asks, their scope, and where they stand."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from portail.campagnes.enums import OPEN, Effet, Niveau, RegleFin, Reponse
from portail.campagnes.models import Campagne, LigneCampagne
from portail.conventions.models import Convention
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.supervision.queries.habilitations import Search, conventions_asked

SCOPE = ("organisme", "convention", "service", "role", "groupe", "sans_usage")


def campagnes_for(acteur: Acteur) -> QuerySet[Campagne]:
    """Those of his Caf, and those of the conventions it leads or that he administers; the newest first."""
    if acteur.caf is not None:
        mine = Q(caf=acteur.caf.pk) | Q(convention__caf_pivot=acteur.caf.pk)
    else:
        mine = Q(convention__in=acteur.administered)
    return Campagne.objects.filter(mine).select_related("caf", "convention__organisme", "asked_by").order_by("-pk")


def campagne_for(acteur: Acteur, pk: int) -> Campagne:
    return campagnes_for(acteur).get(pk=pk)


def campagne_export_for(acteur: Acteur, pk: int, extension: str) -> tuple[Campagne, str]:
    return campagne_for(acteur, pk), extension


def administered_by(acteur: Acteur) -> QuerySet[Convention]:
    """The conventions for which he may launch a campaign, when he is of the partner."""
    return Convention.objects.filter(pk__in=acteur.administered).order_by("sort_key", "pk")


def conventions_in(acteur: Acteur, perimetre: dict[str, Any]) -> list[int]:
    """The conventions of the scope whose rights he may change: those his Caf leads, or the one he administers."""
    if acteur.caf is None:
        rows = administered_by(acteur).filter(numero=perimetre.get("convention") or 0)
        return list(rows.values_list("pk", flat=True))
    asked = Search(jour=acteur.on, organisme=perimetre.get("organisme", ""), convention=perimetre.get("convention", ""))
    led = Convention.objects.filter(pk__in=conventions_asked(acteur, asked), caf_pivot=acteur.caf.pk)
    return list(led.order_by("pk").values_list("pk", flat=True))


def scope_in_words(campagne: Campagne) -> str:
    """« Toutes les habilitations de la Caf du Nord », then what narrows it."""
    asked = campagne.perimetre
    parts = [f"Convention « {campagne.convention.libelle} »"] if campagne.convention else []
    parts += [campagne.caf.nom] if campagne.caf else []
    if campagne.caf_id is not None:
        parts += [f"organisme « {asked['organisme']} »"] if asked.get("organisme") else []
        parts += [f"convention « {asked['convention']} »"] if asked.get("convention") else []
    if asked.get("service"):
        code = asked["service"]
        parts.append(f"service « {roles.SERVICES[code].libelle if code in roles.SERVICES else code} »")
    parts += [f"rôle « {roles.label(asked['role'])} »"] if asked.get("role") else []
    parts += [f"groupe « {asked['groupe']} »"] if asked.get("groupe") else []
    if asked.get("sans_usage"):
        parts.append(f"personnes sans connexion depuis {asked['sans_usage']} mois")
    return ", ".join(parts)


@dataclass(frozen=True)
class Progress:
    """How many lines a campaign has, and how they were answered."""

    total: int
    answered: int
    by_answer: dict[str, int]

    @property
    def open(self) -> int:
        return self.total - self.answered


def progress_of(campagne: Campagne) -> Progress:
    rows = campagne.lignes.values_list("reponse").annotate(count=Count("pk")).order_by()
    found = dict(rows)
    total = sum(found.values())
    return Progress(total, total - sum(found.get(each, 0) for each in OPEN), found)


def effects_of(campagne: Campagne) -> dict[str, int]:
    """How many lines of each effect."""
    return dict(campagne.lignes.exclude(effet="").values_list("effet").annotate(count=Count("pk")).order_by())


def reviewers_of(campagne: Campagne) -> QuerySet[Any]:
    """Each reviewer with his lines and those still open, the latest first; the Caf's administrateurs are one."""
    is_open = Q(reponse__in=OPEN)
    rows = campagne.lignes.values("relecteur", "niveau", "relecteur__nom", "relecteur__prenom")
    told = rows.annotate(lines=Count("pk"), left=Count("pk", filter=is_open), last=Max("answered_at"))
    return told.order_by("-left", "relecteur__nom", "relecteur")


def lines_of(campagne: Campagne) -> QuerySet[LigneCampagne]:
    rows = campagne.lignes.select_related(
        "utilisateur", "groupe", "convention", "rattachement", "relecteur", "answered_by", "campagne"
    )
    return rows.order_by("utilisateur__sort_key", "pk")


def changing(campagne: Campagne) -> Q:
    """The lines that the campaign closes or limits."""
    asked = Q(reponse__in=[Reponse.RETIRER, Reponse.LIMITER])
    if campagne.regle != RegleFin.INCHANGE:
        asked |= Q(reponse__in=OPEN)
    return asked


def decision_of(campagne: Campagne, ligne: LigneCampagne, on: date) -> tuple[Effet, date | None]:
    """What becomes of a line, with the last day of a membership that ends, never before yesterday (ADR 0009)."""
    eve = on - timedelta(days=1)
    if ligne.reponse == Reponse.GARDER:
        return Effet.GARDE, None
    if ligne.reponse == Reponse.LIMITER:
        return Effet.LIMITE, max(ligne.limite_on or eve, eve)
    if ligne.reponse == Reponse.RETIRER or campagne.regle == RegleFin.RETIRE:
        return Effet.RETIRE, eve
    if campagne.regle == RegleFin.LIMITE:
        return Effet.LIMITE, max(campagne.regle_on or eve, eve)
    return Effet.INCHANGE, None


def at_caf(campagne: Campagne) -> int:
    """How many lines only the Caf can answer."""
    return campagne.lignes.filter(niveau=Niveau.CAF).count()
