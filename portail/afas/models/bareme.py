"""What a Caf retains beside the published figures: never changed, a newer row replaces."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf


class ChiffreBareme(models.Model):
    """A figure that a Caf entered for an exercice, with its source; the newest of a code counts.

    `nature` is empty for a figure that all natures of the type share.
    """

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="chiffres")
    type = models.SlugField(max_length=20)
    code = models.SlugField(max_length=60)
    nature = models.SlugField(max_length=30, blank=True, default="")
    exercice = models.PositiveSmallIntegerField()
    valeur = models.DecimalField(max_digits=16, decimal_places=6)
    source = models.CharField(max_length=300)
    entered_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="saisi par")
    entered_at = models.DateTimeField("saisi le", db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="chiffre_bareme_has_a_source")]
        indexes = [models.Index(fields=["caf", "type", "exercice"], name="chiffre_bareme_place")]

    def __str__(self) -> str:
        return f"{self.code} {self.exercice}"


class SeuilControle(models.Model):
    """A threshold of the checks that a Caf chose; the newest of a code counts."""

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="seuils")
    type = models.SlugField(max_length=20)
    code = models.SlugField(max_length=60)
    valeur = models.DecimalField(max_digits=12, decimal_places=4)
    entered_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["caf", "type"], name="seuil_controle_place")]

    def __str__(self) -> str:
        return f"{self.code} {self.valeur}"
