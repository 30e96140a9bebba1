"""What goes with activités and profiles: files of activités to confirm, and the daily word to each Caf."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf


class ImportActivites(models.Model):
    """A file of activités that an agent gave: its lines as they were read, until he confirms or forgets it.

    `lignes` are lists [row of the spreadsheet, {column → text}]; what each would do is worked out when it is looked at.
    """

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="+")
    file_name = models.CharField("fichier", max_length=120)
    lignes = models.JSONField()
    given_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="donné par")
    given_at = models.DateTimeField("donné le", db_default=Now())
    applied_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField("appliqué le", null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at=None, applied_by=None) | Q(applied_at__isnull=False, applied_by__isnull=False),
                name="import_activites_applied",
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class SyntheseProfils(models.Model):
    """Up to which entry of the journal a Caf has been told of the changes of profiles."""

    caf = models.OneToOneField(Caf, models.PROTECT, related_name="synthese_profils")
    last_entry = models.BigIntegerField(default=0)
    told_at = models.DateTimeField("envoyée le", null=True, blank=True)

    def __str__(self) -> str:
        return str(self.caf)
