"""Consultations as they were made some time ago: rows of the journal of consultations, without their files."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from portail.cdap.actions import gardes as actions
from portail.cdap.models import (
    Alerte,
    Consultation,
    DemandeJustification,
    Echantillon,
    ReglageGarde,
    Veille,
)
from portail.cdap.queries.gardes import Vu
from tests.cdap.scene import Scene

PARIS = ZoneInfo("Europe/Paris")


def consulted(scene: Scene, name: str = "garban", *, at: datetime | None = None, **other: Any) -> Consultation:
    """A row as the act writes it; a weekday's noon is not asked for: tests that need it say when."""
    convention = scene.cast.conventions["farandole"]
    given = {
        "utilisateur": scene.cast.people[name],
        "organisme": convention.organisme,
        "convention": convention,
        "caf": scene.caf,
        "profil": "cdap.t1",
        "numero": 9_100_000,
        "voie": "numero",
        "issue": "ouvert",
        "finalite": "Accompagnement social",
        "motif": "Demande d'aide pour la cantine",
        "address": "192.0.2.1",
        "at": at or timezone.now(),
    }
    return Consultation.objects.create(**given | other)


def walked(scene: Scene, count: int, name: str = "garban", *, step: int = 1, **other: Any) -> None:
    """So many numbers, one a second, the last a second ago."""
    now = timezone.now()
    for rank in range(count):
        at = now - timedelta(seconds=count - rank)
        consulted(scene, name, at=at, numero=9_100_000 + step * rank, **other)


def chosen(scene: Scene, **valeurs: int) -> None:
    """What the Caf chose for its watch."""
    for code, valeur in valeurs.items():
        ReglageGarde.objects.create(caf=scene.caf, code=code, valeur=valeur, entered_by=scene.cast.people["marchand"])


def quiet(scene: Scene) -> None:
    """Nights and Sundays say nothing: tests run at any hour."""
    chosen(scene, seuil_nuit=100_000)


def watched(since: timedelta = timedelta(hours=1)) -> list[Alerte]:
    """The alerts that one watch makes of what was consulted since then."""
    before = set(Alerte.objects.values_list("pk", flat=True))
    for which in (Veille.MESURES, Veille.FAMILLE):
        Veille.objects.update_or_create(pk=which, defaults={"until": timezone.now() - since})
        actions.watch(which)
    return list(Alerte.objects.exclude(pk__in=before).order_by("detecteur"))


def alerte_of(scene: Scene, niveau: int = 2, name: str = "garban", **other: Any) -> Alerte:
    """An alert of this level, as a watch makes it."""
    quiet(scene)
    chosen(scene, niveau_suite=niveau)
    walked(scene, 8, name, **other)
    return next(each for each in watched() if each.detecteur == "suite")


def build_gardes(scene: Scene) -> None:
    """Alerts about Garban, open and asked; one that suspends Robine; a consultation of Garban's that he justified."""
    now = timezone.now()
    row = consulted(scene, at=now - timedelta(minutes=1))
    garban = scene.cast.people["garban"].pk
    place = (garban, row.organisme_id, row.convention_id, scene.caf.pk)
    robine = (scene.cast.people["robine"].pk, *place[1:])
    actions.raise_alertes(
        Vu(*who, code, niveau, 8, now - timedelta(hours=1), now)
        for who, code, niveau in ((place, "nuit", 1), (place, "suite", 2), (robine, "suite", 3))
    )
    echantillon = Echantillon.objects.create(caf=scene.caf, mois=now.date().replace(day=1), graine=row.id, taille=1)
    DemandeJustification.objects.create(
        echantillon=echantillon,
        consultation=row.id,
        consulted_at=row.at,
        utilisateur_id=garban,
        organisme=row.organisme,
        convention=row.convention,
        due_on=now.date() + timedelta(days=9),
        etat="repondue",
        texte="Aide pour la cantine.",
    )
