"""The monthly sample: consultations drawn at random, each to be justified by who made it."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.timezone import localtime

from portail.cdap.enums import EtatJustification
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf, Convention, Organisme


class Echantillon(models.Model):
    """What was drawn of a month for a Caf: `graine` gives the same consultations again."""

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="echantillons")
    mois = models.DateField()
    graine = models.UUIDField()
    taille = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField("tiré le", db_default=Now())

    class Meta:
        ordering = ["-mois", "caf"]
        constraints = [models.UniqueConstraint(fields=["caf", "mois"], name="echantillon_once")]

    def __str__(self) -> str:
        return f"{self.caf} {self.mois:%m/%Y}"


class DemandeJustificationQuerySet(models.QuerySet["DemandeJustification"]):
    def visible_to(self, acteur: Any) -> Self:
        """Those of its own files for a Caf; his own for who consulted."""
        if acteur.caf is not None:
            return self.filter(echantillon__caf=acteur.caf)
        return self.filter(utilisateur=acteur.utilisateur)


class DemandeJustification(models.Model):
    """A consultation drawn at random: its person says why it was needed, the Caf accepts or refuses."""

    echantillon = models.ForeignKey(Echantillon, models.PROTECT, related_name="demandes")
    consultation = models.UUIDField()
    consulted_at = models.DateTimeField("consultation du")
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="justifications_cdap")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="justifications_cdap")
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="+")
    due_on = models.DateField("à justifier avant le")
    etat = models.CharField("état", max_length=10, choices=EtatJustification, default=EtatJustification.DEMANDEE)
    texte = models.TextField("justification", blank=True)
    answered_at = models.DateTimeField("justifiée le", null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("examinée le", null=True, blank=True)
    refusal = models.CharField("motif du refus", max_length=300, blank=True)

    objects = DemandeJustificationQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["echantillon", "consultation"], name="demande_justification_once"),
            models.CheckConstraint(
                condition=~Q(etat=EtatJustification.REFUSEE) | ~Q(refusal=""), name="demande_justification_refusal"
            ),
        ]
        indexes = [
            models.Index(fields=["utilisateur", "etat", "due_on"], name="justification_utilisateur"),
        ]

    def __str__(self) -> str:
        return f"Consultation du {localtime(self.consulted_at):%d/%m/%Y}"
