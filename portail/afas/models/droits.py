"""What the Caf asks of a declaration, and the right it worked out."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portail.afas.models.declarations import Declaration, VersionDeclaration
from portail.comptes.models import Utilisateur


class DemandeComplement(models.Model):
    """What the Caf asks before it decides: a thread with the partner, until it is closed."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="demandes")
    objet = models.CharField(max_length=200)
    due_on = models.DateField("réponse attendue le")
    asked_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("demandé le", db_default=Now())
    closed_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField("clos le", null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration"], condition=Q(closed_at=None), name="demande_complement_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="demande_complement_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.objet


class Droit(models.Model):
    """A calculation of the right that a transmitted version opens, kept whole: the newest of a declaration counts.

    `lignes` are the lines as they were worked out, each with its terms and their sources; `empreinte` is their
    SHA-256, so that a second run is seen to give the same.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="droits")
    version = models.ForeignKey(VersionDeclaration, models.PROTECT, related_name="droits")
    montant = models.DecimalField(max_digits=14, decimal_places=2)
    lignes = models.JSONField()
    empreinte = models.CharField(max_length=64)
    calculated_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, related_name="+")
    calculated_at = models.DateTimeField("calculé le", db_default=Now())

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.montant}"
