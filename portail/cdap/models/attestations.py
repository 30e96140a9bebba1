"""Attestations handed out from a file, and those that the Caf posts to the allocataire."""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portail.cdap.enums import EtatEnvoi, EtatLotPostal, KindAttestation
from portail.cdap.models.consultations import Consultation
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf, Convention, Organisme


class AttestationQuerySet(models.QuerySet["Attestation"]):
    def visible_to(self, acteur: Any) -> Self:
        """Those of its Caf for the Caf; for a person those he asked for, for the organisation he acts for."""
        if acteur.caf is not None:
            return self.filter(caf=acteur.caf)
        return self.filter(issued_by=acteur.utilisateur, organisme__in={place.organisme for place in acteur.places})


class Attestation(models.Model):
    """What was attested of a file, frozen: the content is closed in the vault, `empreinte` is its SHA-256.

    `mois` is the month it is about. Never changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    caf = models.ForeignKey(Caf, models.PROTECT, related_name="attestations", db_index=False)
    numero = models.PositiveIntegerField("numéro allocataire")
    kind = models.CharField("attestation", max_length=10, choices=KindAttestation)
    mois = models.DateField()
    consultation = models.UUIDField()
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="+")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="+")
    profil = models.CharField(max_length=40)
    issued_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", db_index=False)
    issued_at = models.DateTimeField("délivrée le")
    contenu = models.BinaryField()
    code = models.CharField("code de vérification", max_length=19, unique=True)
    empreinte = models.CharField(max_length=64)

    objects = AttestationQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        indexes = [
            models.Index(fields=["issued_by", "-issued_at"], name="attestation_issued_by"),
            models.Index(fields=["caf", "-issued_at"], name="attestation_caf"),
        ]
        constraints = [models.CheckConstraint(condition=Q(mois__day=1), name="attestation_month")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def asked_in(self) -> Consultation:
        """The consultation it was made from, as the journal names it."""
        return Consultation(id=self.consultation)


class OfItsCafQuerySet(models.QuerySet[Any]):
    def visible_to(self, acteur: Any) -> Self:
        """Those of his own Caf; a partner learns of a letter from his attestations."""
        return self.filter(caf=acteur.caf) if acteur.caf is not None else self.none()


class LotPostal(models.Model):
    """Letters printed and posted together. `fichier` is closed in the vault, and gone once they are posted."""

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="lots_postaux")
    etat = models.CharField("état", max_length=12, choices=EtatLotPostal, default=EtatLotPostal.PREPARATION)
    nombre = models.PositiveIntegerField()
    made_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="préparé par")
    made_at = models.DateTimeField("préparé le", db_default=Now())
    fichier = models.BinaryField(null=True)
    empreinte = models.CharField(max_length=64, blank=True)
    posted_on = models.DateField("posté le", null=True, blank=True)

    objects = OfItsCafQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(etat=EtatLotPostal.PRET, fichier__isnull=False)
                | ~Q(etat=EtatLotPostal.PRET) & Q(fichier__isnull=True),
                name="lot_postal_file",
            ),
        ]

    def __str__(self) -> str:
        return f"Lot n°\u00a0{self.pk}"


class EnvoiPostal(models.Model):
    """An attestation to post to the allocataire at the address of his file, which the partner never sees here."""

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="envois", db_index=False)
    numero = models.PositiveIntegerField("numéro allocataire")
    kind = models.CharField("attestation", max_length=10, choices=KindAttestation)
    mois = models.DateField()
    attestation = models.OneToOneField(Attestation, models.PROTECT, related_name="envoi")
    adresse = models.BinaryField()
    etat = models.CharField("état", max_length=10, choices=EtatEnvoi, default=EtatEnvoi.A_ENVOYER)
    asked_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="demandé par")
    asked_at = models.DateTimeField("demandé le", db_default=Now())
    lot = models.ForeignKey(LotPostal, models.PROTECT, related_name="envois", null=True, blank=True)
    posted_on = models.DateField("posté le", null=True, blank=True)
    returned_on = models.DateField("revenu le", null=True, blank=True)

    objects = OfItsCafQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["caf", "etat", "asked_at"], name="envoi_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["caf", "numero", "kind", "mois"],
                name="envoi_once",
                violation_error_message="Cette attestation a déjà été demandée par courrier pour ce mois : la personne "
                "la recevra, ou l'a reçue.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatEnvoi.A_ENVOYER, lot__isnull=True)
                | ~Q(etat=EtatEnvoi.A_ENVOYER) & Q(lot__isnull=False),
                name="envoi_in_a_lot",
            ),
        ]

    def __str__(self) -> str:
        return f"Courrier n°\u00a0{self.pk}"
