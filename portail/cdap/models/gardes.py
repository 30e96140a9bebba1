"""Who watches the consultations: the settings of each Caf, how far the watch went, what it saw."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.timezone import localtime

from portail.cdap.definitions import gardes
from portail.cdap.enums import EtatAlerte, Niveau
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf, Convention, Organisme
from portail.habilitations.models import SuspensionUsage

OPEN = (EtatAlerte.OUVERTE, EtatAlerte.DEMANDEE, EtatAlerte.REPONDUE)


class ReglageGarde(models.Model):
    """A quota, a threshold or a level that a Caf chose; never changed, the newest of a code counts."""

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="reglages_garde")
    code = models.SlugField(max_length=60)
    valeur = models.PositiveIntegerField()
    entered_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["caf", "code", "-id"], name="reglage_garde_place")]

    def __str__(self) -> str:
        return f"{self.code} {self.valeur}"


class Veille(models.Model):
    """Up to when the consultations were watched: one row for each of the two watches, held by who watches."""

    MESURES, FAMILLE = 1, 2

    until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk__in=(1, 2)), name="veille_once")]

    def __str__(self) -> str:
        return f"{localtime(self.until):%d/%m/%Y %H:%M:%S}"


class AlerteQuerySet(models.QuerySet["Alerte"]):
    def visible_to(self, acteur: Any) -> Self:
        """Those of the conventions that his Caf leads; for who consults, those about himself."""
        if acteur.caf is not None:
            return self.filter(caf=acteur.caf)
        return self.filter(utilisateur=acteur.utilisateur)

    def open(self) -> Self:
        return self.filter(etat__in=OPEN)


class Alerte(models.Model):
    """A manner of consulting that a detector saw; one open for a person, a detector, a day and a Caf.

    `nombre` is what was measured between `depuis` and `jusqua`; nothing of a file stands here. `caf` is the Caf pivot
    of the convention: it alone may suspend.
    """

    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="alertes_cdap")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="alertes_cdap")
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="alertes_cdap")
    caf = models.ForeignKey(Caf, models.PROTECT, related_name="alertes_cdap")
    detecteur = models.SlugField(max_length=20)
    niveau = models.PositiveSmallIntegerField(choices=Niveau)
    jour = models.DateField()
    depuis = models.DateTimeField()
    jusqua = models.DateTimeField()
    nombre = models.PositiveIntegerField()
    etat = models.CharField("état", max_length=10, choices=EtatAlerte, default=EtatAlerte.OUVERTE)
    detected_at = models.DateTimeField("vue le", db_default=Now())
    read_at = models.DateTimeField("lue par la personne le", null=True, blank=True)
    asked_at = models.DateTimeField("justification demandée le", null=True, blank=True)
    reponse = models.TextField("réponse de la personne", blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    decided_by = models.ForeignKey(
        Utilisateur, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidée par"
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decision = models.CharField("motif de la décision", max_length=300, blank=True)
    suspensions = models.ManyToManyField(SuspensionUsage, related_name="alertes_cdap")

    objects = AlerteQuerySet.as_manager()

    class Meta:
        ordering = ["-detected_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "detecteur", "jour", "caf"],
                condition=Q(etat__in=OPEN),
                name="alerte_one_open",
                violation_error_message="Cette alerte est déjà ouverte.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=OPEN, decided_at=None) | ~Q(etat__in=OPEN) & Q(decided_at__isnull=False),
                name="alerte_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["caf", "-detected_at", "-id"], name="alerte_caf"),
            models.Index(fields=["utilisateur", "detecteur", "-decided_at"], name="alerte_utilisateur"),
        ]

    def __str__(self) -> str:
        return f"Alerte n° {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.etat in OPEN

    @property
    def libelle(self) -> str:
        return gardes.TOUS[self.detecteur].libelle

    @property
    def phrase(self) -> str:
        return gardes.phrase(self.detecteur, self.nombre)
