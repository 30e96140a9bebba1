"""The last use that each person made of each service, and what stops for want of use (S4)."""

from django.db import models
from django.db.models.functions import Greatest

from portail.comptes.models import Opened, closes_after_opening
from portail.conventions.models import Rattachement, never_twice
from portail.habilitations import roles


class UsageService(models.Model):
    """A service that a person may use under a convention: since when the year is counted, when he last used it.

    A row per service with a right, kept by the job of the morning; the use itself is noted when he opens the service.
    """

    rattachement = models.ForeignKey(Rattachement, models.PROTECT, related_name="usages")
    service = models.SlugField(max_length=20)
    counted_from = models.DateField(help_text="first day of the right, or the day it was reinstated")
    last_on = models.DateField("dernière utilisation", null=True, blank=True)
    is_held = models.BooleanField(default=True, help_text="this morning there was a right, or a suspension of it")
    reference = models.GeneratedField(
        expression=Greatest("counted_from", "last_on"), output_field=models.DateField(), db_persist=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rattachement", "service"], name="usage_service_once")]
        indexes = [
            models.Index(fields=["reference"], condition=models.Q(is_held=True), name="usage_service_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.rattachement_id}"

    @property
    def label(self) -> str:
        return roles.service_label(self.service)


class SuspensionUsage(Opened):
    """Days on which a person may not use a service: not used in a year, or stopped by the Caf, which said why.

    `motif` is empty for want of use; what the Caf stopped, the Caf alone reinstates. Reinstated by `closed_by`.
    """

    rattachement = models.ForeignKey(Rattachement, models.PROTECT, related_name="suspensions_usage")
    service = models.SlugField(max_length=20)
    unused_since = models.DateField(help_text="last use, or beginning of the count; the day itself when stopped")
    motif = models.CharField("motif de la Caf", max_length=300, blank=True, db_default="")

    class Meta:
        constraints = [
            never_twice(
                "suspension_usage_once", "rattachement", "service", message="Ce service est déjà suspendu à ces dates."
            ),
            closes_after_opening("suspension_usage_dates"),
        ]
        indexes = [models.Index(fields=["rattachement", "service"], name="suspension_usage_service")]

    def __str__(self) -> str:
        return f"{self.service} {self.rattachement_id} {self.opens_on}"

    @property
    def label(self) -> str:
        return roles.service_label(self.service)
