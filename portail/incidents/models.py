"""What is reported about the security of the portal, and what is said of it until it is closed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from portail.comptes.models import Utilisateur
from portail.conventions.enums import Fonction
from portail.conventions.models import Caf, Convention
from portail.incidents.enums import EtatIncident, NatureIncident

FOLLOWING = (Fonction.ADMINISTRATEUR, Fonction.AUDITEUR)
NOTIFICATION = timedelta(hours=72)  # RGPD, article 33


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, acteur) -> "IncidentQuerySet":
        """Who reported it; the Cafs that follow it; who administers a convention it touches, unless it is about him."""
        if acteur.caf is not None and acteur.fonction in FOLLOWING:
            return self.filter(cafs=acteur.caf)
        own = Incident.objects.order_by().filter(declarant=acteur.utilisateur)
        about_him = [acteur.utilisateur.pk, *([acteur.suppleant.titulaire] if acteur.suppleant else [])]
        touched = Incident.conventions.through.objects.filter(convention__in=acteur.administered)
        theirs = touched.exclude(incident__concerne__in=about_him)
        # A union rather than « or »: each half is found by its index.
        return self.filter(pk__in=own.values("pk").union(theirs.values("incident")))

    def awaiting(self) -> "IncidentQuerySet":
        return self.filter(etat=EtatIncident.SIGNALE)

    def late(self) -> "IncidentQuerySet":
        """Nobody took them in charge in time, or the Cnil is not told of a breach in time."""
        now = timezone.now()
        untaken = Q(etat=EtatIncident.SIGNALE, declared_at__lt=now - charge_delay())
        untold = Q(is_breach=True, notified_on=None, aware_at__lt=now - NOTIFICATION) & ~Q(etat=EtatIncident.CLOS)
        return self.filter(untaken | untold)


def charge_delay() -> timedelta:
    """How long an incident may wait before somebody of the Caf takes it in charge."""
    return timedelta(hours=settings.PORTAIL["INCIDENT_HOURS"])


class Incident(models.Model):
    """Reported by a person, about himself, about somebody he manages, or about a thing; followed by the Caf."""

    nature = models.CharField(max_length=16, choices=NatureIncident)
    noticed_on = models.DateField("constaté le")
    recit = models.TextField("ce qui s'est passé")
    objet = models.CharField("ce qui est concerné", max_length=300, blank=True)
    declarant = models.ForeignKey(Utilisateur, models.PROTECT, related_name="incidents_declares")
    concerne = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="incidents")
    cafs = models.ManyToManyField(Caf, related_name="incidents")
    conventions = models.ManyToManyField(Convention, related_name="incidents")
    etat = models.CharField("état", max_length=16, choices=EtatIncident, default=EtatIncident.SIGNALE)
    declared_at = models.DateTimeField("signalé le", db_default=Now())
    cut_at = models.DateTimeField("accès coupé le", null=True, blank=True)
    taken_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField("pris en charge le", null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    is_breach = models.BooleanField("violation de données personnelles", null=True, blank=True)
    aware_at = models.DateTimeField("connaissance de la violation", null=True, blank=True)
    notified_on = models.DateField("notifiée à la Cnil le", null=True, blank=True)
    closed_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    conclusion = models.TextField(blank=True)
    mesures = models.TextField("mesures prises", blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(etat=EtatIncident.SIGNALE, taken_by=None, taken_at=None)
                | ~Q(etat=EtatIncident.SIGNALE) & Q(taken_by__isnull=False, taken_at__isnull=False),
                name="incident_taken",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatIncident.CLOS, closed_by__isnull=False, closed_at__isnull=False)
                & Q(is_breach__isnull=False)
                & ~Q(conclusion="")
                & ~Q(mesures="")
                | ~Q(etat=EtatIncident.CLOS) & Q(closed_by=None, closed_at=None),
                name="incident_closed",
            ),
            models.CheckConstraint(
                condition=~Q(is_breach=True) | Q(aware_at__isnull=False), name="incident_breach_has_an_hour"
            ),
        ]
        indexes = [
            models.Index(fields=["-declared_at", "-id"], name="incident_declared"),
            models.Index(fields=["declared_at"], condition=Q(etat="signale"), name="incident_awaiting"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """« INC-2026-000012 »: what one says on the telephone."""
        return f"INC-{timezone.localtime(self.declared_at):%Y}-{self.pk:06d}"

    @property
    def is_untaken(self) -> bool:
        """Has it waited too long?"""
        return self.etat == EtatIncident.SIGNALE and timezone.now() - self.declared_at > charge_delay()

    @property
    def notify_before(self) -> datetime | None:
        """Until when the Cnil must be told (RGPD, article 33); None once told, or closed without."""
        is_told = self.notified_on is not None or self.etat == EtatIncident.CLOS
        if not self.is_breach or self.aware_at is None or is_told:
            return None
        return self.aware_at + NOTIFICATION


class NoteIncident(models.Model):
    """What the Caf or the declarant adds; never changed. `is_internal` is read by the Caf only."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="notes")
    author = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    text = models.TextField("note")
    is_internal = models.BooleanField("réservée à la Caf", default=False)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="note_incident_says_something")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.pk}"
