"""Files of allocataires: encrypted part by part, one partition for each Caf; and who objected to being consulted."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portail.comptes.models import Dated, DatedQuerySet, Utilisateur, closes_after_opening
from portail.conventions.models import Caf, never_twice

NUMERO_DIGITS = 7


class Dossier(models.Model):
    """A file as the gateway of the tables reads it; its number has a meaning only within its Caf.

    Each part is what the vault made of it (`gateway.coffre`): bound to this Caf, number and part, and unreadable
    without the key, which is not in the base. `empreintes` find a person by name and birth date, one for each adult;
    `noms` tell whether a given name is one of the household, and nothing to who compares two files.
    """

    pk = models.CompositePrimaryKey("caf_id", "numero")
    caf = models.ForeignKey(Caf, models.PROTECT, related_name="+", db_index=False)
    numero = models.PositiveIntegerField()
    closed_on = models.DateField(null=True, blank=True)
    loaded_at = models.DateTimeField(db_default=Now())
    empreinte_1 = models.BinaryField(null=True)
    empreinte_2 = models.BinaryField(null=True)
    noms = models.BinaryField(null=True)
    identite = models.BinaryField()
    famille = models.BinaryField()
    paiements = models.BinaryField()
    droits = models.BinaryField()
    ressources = models.BinaryField()
    rsa = models.BinaryField()
    courriers = models.BinaryField()
    logement = models.BinaryField()
    creances = models.BinaryField()

    class Meta:
        db_table = "cdap_dossier"
        indexes = [
            models.Index(fields=["empreinte_1"], name="dossier_empreinte_1"),
            models.Index(fields=["empreinte_2"], name="dossier_empreinte_2", condition=Q(empreinte_2__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.numero:0{NUMERO_DIGITS}d}"


class OppositionQuerySet(DatedQuerySet):
    def visible_to(self, acteur: Any) -> Self:
        """Those of his own Caf; a partner never knows of any."""
        return self.filter(caf=acteur.caf) if acteur.caf is not None else self.none()


class Opposition(Dated):
    """A person does not want partners to consult his file; kept by his Caf, never told to a partner."""

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="oppositions")
    numero = models.PositiveIntegerField("numéro allocataire")
    source = models.CharField("demande reçue", max_length=300)
    entered_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="saisie par")
    entered_at = models.DateTimeField("saisie le", db_default=Now())
    ended_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", null=True, verbose_name="levée par")
    motif = models.CharField("motif de fin", max_length=300, blank=True)

    objects = OppositionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            never_twice("opposition_once", "caf", "numero", message="Une opposition est déjà ouverte à ces dates."),
            closes_after_opening("opposition_dates"),
            models.CheckConstraint(condition=Q(numero__gte=1, numero__lt=10**NUMERO_DIGITS), name="opposition_numero"),
        ]

    def __str__(self) -> str:
        return f"{self.numero:0{NUMERO_DIGITS}d}"
