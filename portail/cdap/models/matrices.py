"""Which profile opens which field: the matrix of a Caf, version after version."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.timezone import localtime

from portail.cdap.enums import EtatMatrice
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf


class VersionMatriceQuerySet(models.QuerySet["VersionMatrice"]):
    def visible_to(self, acteur: Any) -> Self:
        return self.filter(caf=acteur.caf) if acteur.caf is not None else self.none()


class VersionMatrice(models.Model):
    """The whole matrix as one person proposed it; in force once another has validated it, until the next.

    `contenu` is profile → sorted codes it opens.
    """

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="matrices")
    contenu = models.JSONField()
    motif = models.CharField("raison du changement", max_length=300)
    etat = models.CharField("état", max_length=10, choices=EtatMatrice, default=EtatMatrice.PROPOSEE)
    proposed_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="proposée par")
    proposed_at = models.DateTimeField("proposée le", db_default=Now())
    decided_by = models.ForeignKey(
        Utilisateur, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="décidée par"
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    refusal = models.CharField("motif du refus", max_length=300, blank=True)

    objects = VersionMatriceQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caf"],
                condition=Q(etat=EtatMatrice.PROPOSEE),
                name="matrice_proposed_once",
                violation_error_message="Une matrice attend déjà d'être validée.",
            ),
            models.UniqueConstraint(
                fields=["caf"],
                condition=Q(etat=EtatMatrice.EN_VIGUEUR),
                name="matrice_in_force_once",
                violation_error_message="Une autre matrice vient d'entrer en vigueur.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")), name="matrice_four_eyes"
            ),
        ]

    def __str__(self) -> str:
        return f"Matrice du {localtime(self.proposed_at):%d/%m/%Y}"
