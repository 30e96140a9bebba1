"""Proofs of a person: a role that asks for one acts only on the days a checked proof covers."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portail.comptes.models import Opened, Utilisateur, closes_after_opening
from portail.habilitations import roles
from portail.habilitations.enums import Analyse, EtatJustificatif


class Justificatif(Opened):
    """A file that proves what a role asks of the person, whatever the convention; its dates count once it is checked.

    `opened_by` checked or refused it; `closed_by` withdrew it.
    """

    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="justificatifs")
    role = models.CharField(max_length=40)
    etat = models.CharField("état", max_length=8, choices=EtatJustificatif, default=EtatJustificatif.DEPOSE)
    refusal = models.CharField("motif du refus", max_length=300, blank=True)
    decided_at = models.DateTimeField("vérifié le", null=True, blank=True)
    deposited_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="déposé par")
    deposited_at = models.DateTimeField("déposé le", db_default=Now())
    recontrolled_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    recontrolled_at = models.DateTimeField("contrôlé par la Caf le", null=True, blank=True)
    file_name = models.CharField("fichier", max_length=120)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField("taille", help_text="bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    stored_as = models.CharField(max_length=32, unique=True, help_text="name of the file on the disk")
    analyse = models.CharField("analyse antivirus", max_length=12, choices=Analyse, default=Analyse.ABSENTE)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-deposited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "role"],
                condition=Q(etat=EtatJustificatif.DEPOSE),
                name="justificatif_one_to_check",
                violation_error_message="Un justificatif attend déjà d'être vérifié pour ce rôle.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatJustificatif.DEPOSE, decided_at=None, opened_by=None, refusal="")
                | Q(etat=EtatJustificatif.VERIFIE, decided_at__isnull=False, opened_by__isnull=False, refusal="")
                | Q(etat=EtatJustificatif.REFUSE, decided_at__isnull=False) & ~Q(refusal=""),
                name="justificatif_decided",
            ),
            models.CheckConstraint(condition=~Q(opened_by=models.F("utilisateur")), name="justificatif_not_by_himself"),
            closes_after_opening("justificatif_dates"),
        ]
        indexes = [
            models.Index(
                fields=["utilisateur", "role"], condition=Q(etat=EtatJustificatif.VERIFIE), name="justificatif_verifie"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.utilisateur_id}"

    @property
    def label(self) -> str:
        """What the role asks for: « Diplôme de travail social »."""
        return roles.proof_label(self.role)

    def situation(self, on: date) -> str:
        """`depose`, `refuse`, `retire`; once checked, `a_venir`, `verifie` or `echu` that day."""
        if self.etat != EtatJustificatif.VERIFIE:
            return self.etat
        if self.closed_at is not None and not self.is_open(on):
            return "retire"
        return {"a_venir": "a_venir", "ouvert": "verifie", "cloture": "echu"}[self.statut(on)]
