"""What is declared: sheets typed by several people, frozen when it is transmitted."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portail.afas.enums import EtatDeclaration, EtatVolet, SourceSaisie, VoletKind
from portail.afas.models.activites import Activite, LieuImplantation
from portail.afas.models.echeances import Echeance
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def visible_to(self, acteur: Any) -> Self:
        """Those of one's Caf; for a partner, those of the activités on which he has a profile, or gives them."""
        if acteur.caf is not None:
            return self.filter(caf=acteur.caf)
        return self.filter(activite__in=Activite.objects.visible_to(acteur).order_by().values("pk"))


class Declaration(models.Model):
    """What an activité declares at an échéance; `version` is the one being written or last transmitted.

    `definition` (« alsh/2023 ») is the form by which it is declared; `caf` is the activité's. What the queue of the Caf
    sorts by (`alertes`, the variations, `is_first`) is of the last version transmitted, written as it is received.
    """

    activite = models.ForeignKey(Activite, models.PROTECT, related_name="declarations")
    echeance = models.ForeignKey(Echeance, models.PROTECT, related_name="declarations")
    caf = models.ForeignKey(Caf, models.PROTECT, related_name="+")
    definition = models.CharField(max_length=30)
    etat = models.CharField("état", max_length=16, choices=EtatDeclaration, default=EtatDeclaration.A_SAISIR)
    version = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField("ouverte le", db_default=Now())
    changed_at = models.DateTimeField("dernière étape le", db_default=Now())
    transmitted_at = models.DateTimeField("transmise le", null=True, blank=True)
    traitant = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    alertes = models.PositiveSmallIntegerField("alertes justifiées", default=0, db_default=0)
    variation_charges = models.DecimalField(
        "variation des charges",
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="% of the réel N-1",
    )
    variation_activite = models.DecimalField(
        "variation de l'activité", max_digits=8, decimal_places=1, null=True, blank=True, help_text="the same"
    )
    is_first = models.BooleanField("première déclaration", default=False, db_default=False)
    edition = models.PositiveIntegerField(default=0)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["activite", "echeance"], name="declaration_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="declaration_version"),
        ]
        indexes = [
            models.Index(fields=["caf", "etat"], name="declaration_caf_etat"),
            models.Index(
                fields=["caf", "transmitted_at", "id"],
                condition=Q(transmitted_at__isnull=False),
                name="declaration_caf_transmise",
            ),
            models.Index(
                fields=["caf", "transmitted_at", "id"],
                condition=Q(etat__in=("transmise", "en_traitement")),
                name="declaration_a_traiter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activite} – {self.echeance}"


class Volet(models.Model):
    """A sheet: the activity of one lieu (or of the activité itself), or its finances.

    `valeurs` holds field code → decimal with a point, « oui » / « non » or a text; an empty field is absent.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="volets")
    kind = models.CharField(max_length=12, choices=VoletKind)
    lieu = models.ForeignKey(LieuImplantation, models.PROTECT, null=True, blank=True, related_name="+")
    etat = models.CharField("état", max_length=8, choices=EtatVolet, default=EtatVolet.VIDE)
    valeurs = models.JSONField(default=dict)
    edition = models.PositiveIntegerField(default=0)
    submitted_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField("soumis le", null=True, blank=True)

    class Meta:
        ordering = ["kind", "lieu__libelle", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "kind", "lieu"], nulls_distinct=False, name="volet_once"),
            models.CheckConstraint(condition=Q(lieu=None) | Q(kind=VoletKind.ACTIVITE), name="volet_lieu"),
            models.CheckConstraint(
                condition=Q(etat=EtatVolet.SOUMIS, submitted_by__isnull=False, submitted_at__isnull=False)
                | ~Q(etat=EtatVolet.SOUMIS) & Q(submitted_by=None, submitted_at=None),
                name="volet_submitted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.lieu or ''}".strip()


class SaisieVolet(models.Model):
    """A save that was acknowledged: who, when, which fields from what to what. Never changed."""

    volet = models.ForeignKey(Volet, models.PROTECT, related_name="saisies")
    by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    source = models.CharField(max_length=8, choices=SourceSaisie, default=SourceSaisie.SAISIE)
    changes = models.JSONField(help_text="field code → [before, after]")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.volet_id} {self.pk}"


class VersionDeclaration(models.Model):
    """What was transmitted, frozen: `contenu` is the whole of it, `empreinte` its SHA-256, `code` opens its receipt."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="versions")
    numero = models.PositiveSmallIntegerField()
    contenu = models.JSONField()
    empreinte = models.CharField(max_length=64)
    code = models.CharField("code de vérification", max_length=19, unique=True)
    motif = models.CharField("motif de la correction", max_length=300, blank=True)
    approved_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="approuvée par")
    approved_at = models.DateTimeField("approuvée le")

    class Meta:
        ordering = ["-numero"]
        constraints = [models.UniqueConstraint(fields=["declaration", "numero"], name="version_declaration_once")]

    def __str__(self) -> str:
        return f"{self.declaration_id} v{self.numero}"


class Justification(models.Model):
    """Why a check that does not hold is right all the same; the last one of a version counts."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="justifications")
    version = models.PositiveSmallIntegerField()
    controle = models.CharField(max_length=30)
    text = models.CharField("justification", max_length=1000)
    by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["declaration", "version"], name="justification_version")]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.controle}"


class EtapeDeclaration(models.Model):
    """A step that was taken (`enums.TRANSITIONS`): never changed, the timeline of the declaration."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="etapes")
    code = models.CharField(max_length=12)
    vers = models.CharField(max_length=16, choices=EtatDeclaration)
    version = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now())
    motif = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.code}"


class MessageDeclaration(models.Model):
    """A comment between the partner's people, or a message of a complement asked by the Caf. Never changed."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="messages")
    demande = models.ForeignKey(
        "afas.DemandeComplement", models.PROTECT, null=True, blank=True, related_name="messages"
    )
    author = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    text = models.TextField("message")
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="message_declaration_says_something")]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.pk}"


class PieceDeclaration(models.Model):
    """A file joined to a declaration, kept on the disk under a name of its own."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="pieces")
    libelle = models.CharField("libellé", max_length=120)
    deposited_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    deposited_at = models.DateTimeField("déposée le", db_default=Now())
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    file_name = models.CharField("fichier", max_length=120)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField("taille", help_text="bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    stored_as = models.CharField(max_length=32, unique=True, help_text="name of the file on the disk")
    is_scanned = models.BooleanField("analysée", default=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.libelle
