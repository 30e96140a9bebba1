"""What the Caf told of a right, and the rights of a year worked out again to see that they are the same."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portail.afas.models.declarations import Declaration
from portail.afas.models.droits import Droit
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf


class NotificationDroit(models.Model):
    """The right that the Caf told the partner, as it stood that day: `contenu` is the whole letter, `empreinte` its
    SHA-256, `code` lets anybody check the PDF. Never changed.
    """

    declaration = models.OneToOneField(Declaration, models.PROTECT, related_name="notification")
    droit = models.ForeignKey(Droit, models.PROTECT, related_name="notifications")
    contenu = models.JSONField()
    empreinte = models.CharField(max_length=64)
    code = models.CharField("code de vérification", max_length=19, unique=True)
    notified_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="notifié par")
    notified_at = models.DateTimeField("notifié le", db_default=Now())

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.code


class RecalculDroits(models.Model):
    """All the rights of a Caf for an exercice worked out again beside those kept: nothing is replaced by it.

    `last` is the last declaration looked at: a work that was stopped goes on after it.
    """

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="+")
    exercice = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, related_name="+", verbose_name="demandé par")
    asked_at = models.DateTimeField("demandé le", db_default=Now())
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    last = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caf", "exercice"],
                condition=Q(finished_at=None),
                name="recalcul_droits_one_at_work",
                violation_error_message="Les droits de cet exercice sont déjà en cours de recalcul.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.caf} {self.exercice}"


class EcartRecalcul(models.Model):
    """A right that a new calculation finds otherwise: `montant` is None when something is missing now (`manque`)."""

    recalcul = models.ForeignKey(RecalculDroits, models.PROTECT, related_name="ecarts")
    droit = models.ForeignKey(Droit, models.PROTECT, related_name="+")
    montant = models.DecimalField("montant recalculé", max_digits=14, decimal_places=2, null=True, blank=True)
    manque = models.CharField("ce qui manque", max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["recalcul", "droit"], name="ecart_recalcul_once")]

    def __str__(self) -> str:
        return f"{self.recalcul_id} {self.droit_id}"
