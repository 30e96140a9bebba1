"""What was consulted, or tried: never changed, never deleted."""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models.functions import Now

from portail.cdap.enums import Issue, Voie
from portail.cdap.models.dossiers import NUMERO_DIGITS
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf, Convention, Organisme

# Nothing that they name is ever deleted there, and each would be checked at every consultation.
_FOREIGN: dict[str, Any] = {"db_constraint": False, "db_index": False}


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, acteur: Any) -> Self:
        """Its own for who consults; every one of its Caf for the Caf."""
        if acteur.caf is not None:
            return self.filter(caf=acteur.caf)
        return self.filter(utilisateur=acteur.utilisateur.pk)


class Consultation(models.Model):
    """A person asked for a file, with a purpose and a motive; written before anything is shown, whatever the answer.

    `numero` is what was typed; `issue` is not told to who asked. Partitioned by month.
    """

    pk = models.CompositePrimaryKey("at", "id")
    id = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(db_default=Now())
    utilisateur = models.ForeignKey(Utilisateur, models.DO_NOTHING, related_name="+", **_FOREIGN)
    organisme = models.ForeignKey(Organisme, models.DO_NOTHING, related_name="+", **_FOREIGN)
    convention = models.ForeignKey(Convention, models.DO_NOTHING, related_name="+", **_FOREIGN)
    caf = models.ForeignKey(Caf, models.DO_NOTHING, related_name="+", **_FOREIGN)
    profil = models.CharField(max_length=40)
    numero = models.PositiveIntegerField()
    voie = models.CharField(max_length=10, choices=Voie)
    issue = models.CharField(max_length=10, choices=Issue)
    finalite = models.CharField("finalité", max_length=200)
    motif = models.CharField(max_length=300)
    address = models.CharField(max_length=45, blank=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        db_table = "cdap_consultation"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["id"], name="consultation_id"),
            models.Index(fields=["utilisateur", "-at"], name="consultation_utilisateur"),
            models.Index(fields=["organisme", "-at"], name="consultation_organisme"),
            models.Index(fields=["caf", "-at"], name="consultation_caf"),
            models.Index(fields=["caf", "numero", "-at"], name="consultation_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.numero:0{NUMERO_DIGITS}d}"

    @property
    def journal_number(self) -> uuid.UUID:
        return self.id
