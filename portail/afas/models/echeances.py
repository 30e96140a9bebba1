"""When what must be declared: kept by each Caf, per exercice, type and phase."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from portail.afas.definitions import type_of
from portail.afas.enums import Phase
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf


class Echeance(models.Model):
    """What a type of activité declares about an exercice, between two days (both included).

    On `opens_on` the job opens a declaration for each activité of the type; after `due_on` it is late.
    """

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="echeances")
    exercice = models.PositiveSmallIntegerField()
    type = models.SlugField("type d'activité", max_length=20)
    phase = models.CharField(max_length=20, choices=Phase)
    opens_on = models.DateField("ouverte le")
    due_on = models.DateField("à rendre le")
    opened_at = models.DateTimeField("déclarations ouvertes le", null=True, blank=True)
    edition = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-exercice", "opens_on", "type", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caf", "exercice", "type", "phase"],
                name="echeance_once",
                violation_error_message="Cette échéance figure déjà au calendrier.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")),
                name="echeance_dates",
                violation_error_message="La date limite précède l'ouverture.",
            ),
            models.CheckConstraint(condition=Q(exercice__gte=2000, exercice__lte=2100), name="echeance_exercice"),
        ]
        indexes = [models.Index(fields=["due_on"], name="echeance_due_on")]

    def __str__(self) -> str:
        return f"{self.get_phase_display()} {self.exercice}"

    @property
    def type_label(self) -> str:
        return type_of(self.type).libelle

    @property
    def label(self) -> str:
        """« Réel 2026, Relais petite enfance »: names it among those of other types."""
        return f"{self}, {self.type_label}"

    def situation(self, on: date) -> str:
        """`a_venir`, `ouverte` or `echue` that day; late declarations may still be given once it is over."""
        if self.opened_at is None:
            return "a_venir"
        return "ouverte" if on <= self.due_on else "echue"


class AvisEcheance(models.Model):
    """A mail about an échéance owed to a person, once: the appel, or a reminder of a due date.

    `days` is how many days before the due date the reminder is for (below zero: after it) and `due_on` that date, so
    that a date moved is told anew; both are None for the appel.
    """

    echeance = models.ForeignKey(Echeance, models.PROTECT, related_name="avis")
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    days = models.SmallIntegerField(null=True)
    due_on = models.DateField(null=True)
    told_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["echeance", "utilisateur", "days", "due_on"], nulls_distinct=False, name="avis_echeance_once"
            ),
            models.CheckConstraint(
                condition=Q(days=None, due_on=None) | Q(days__isnull=False, due_on__isnull=False),
                name="avis_echeance_appel_or_reminder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.echeance_id} {self.utilisateur_id} {self.days}"
