"""What was loaded of files: which document, when, how many lines and what became of each; never what they hold."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from portail.cdap.enums import EtatChargement
from portail.conventions.models import Caf


class ChargementDossiersQuerySet(models.QuerySet["ChargementDossiers"]):
    def visible_to(self, acteur: Any) -> Self:
        """Those that brought lines of his Caf; none to a partner."""
        if acteur.caf is None:
            return self.none()
        return self.filter(pk__in=TrancheChargement.objects.filter(caf=acteur.caf).values("chargement"))


class ChargementDossiers(models.Model):
    """A file of files, loaded once; stopped at any moment, it goes on where its last slice ended."""

    fichier = models.CharField("fichier", max_length=200)
    empreinte = models.CharField(max_length=64, help_text="SHA-256 of the file")
    par_tranche = models.PositiveIntegerField(help_text="lines of a slice")
    started_at = models.DateTimeField("commencé le", db_default=Now())
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)

    objects = ChargementDossiersQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["empreinte"], condition=Q(ended_at=None), name="chargement_resumed_once"),
            models.CheckConstraint(condition=Q(par_tranche__gte=1), name="chargement_par_tranche"),
        ]

    def __str__(self) -> str:
        return f"{self.fichier} ({self.empreinte[:8]})"

    @property
    def etat(self) -> EtatChargement:
        return EtatChargement.NON_TERMINE if self.ended_at is None else EtatChargement.TERMINE


class TrancheChargement(models.Model):
    """The lines of one Caf in one slice, written with them in one transaction; `caf` is None where it is not known.

    `refus`: for each line refused, its number and the reason, which never repeats what the line holds.
    """

    chargement = models.ForeignKey(ChargementDossiers, models.PROTECT, related_name="tranches")
    rang = models.PositiveIntegerField()
    caf = models.ForeignKey(Caf, models.PROTECT, related_name="+", null=True)
    lues = models.PositiveIntegerField()
    chargees = models.PositiveIntegerField()
    remplacees = models.PositiveIntegerField()
    refusees = models.PositiveIntegerField()
    refus = models.JSONField(default=list)

    class Meta:
        ordering = ["chargement", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["chargement", "rang", "caf"], nulls_distinct=False, name="tranche_once"),
            models.CheckConstraint(
                condition=Q(lues=F("chargees") + F("remplacees") + F("refusees")), name="tranche_lines_accounted_for"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chargement_id}/{self.rang}"
