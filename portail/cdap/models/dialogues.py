"""What a partner writes to the Caf from a file, and the answers."""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portail.cdap.enums import EtatDialogue
from portail.cdap.models.consultations import Consultation
from portail.cdap.models.dossiers import NUMERO_DIGITS
from portail.comptes.models import Dated, DatedQuerySet, Utilisateur, closes_after_opening
from portail.conventions.models import Caf, Convention, Organisme, never_twice

AWAITS_CAF = (EtatDialogue.NOUVEAU, EtatDialogue.PRIS_EN_CHARGE)
_E = EtatDialogue


class SujetDialogueQuerySet(DatedQuerySet):
    def visible_to(self, acteur: Any) -> Self:
        """Those of his own Caf; a partner reads them in the form only."""
        return self.filter(caf=acteur.caf) if acteur.caf is not None else self.none()


class SujetDialogue(Dated):
    """What one may write to this Caf about; a Caf that has none uses the list that is shipped."""

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="sujets_dialogue")
    libelle = models.CharField("libellé", max_length=120)

    objects = SujetDialogueQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["libelle", "pk"]
        constraints = [
            never_twice("sujet_dialogue_once", "caf", "libelle", message="Ce sujet est déjà dans la liste."),
            closes_after_opening("sujet_dialogue_dates"),
            models.CheckConstraint(condition=~Q(libelle=""), name="sujet_dialogue_named"),
        ]

    def __str__(self) -> str:
        return self.libelle


class DelaiDialogue(models.Model):
    """Within how many days this Caf means to answer; a Caf that has none follows the setting of the portal."""

    caf = models.OneToOneField(Caf, models.PROTECT, related_name="delai_dialogue")
    jours = models.PositiveSmallIntegerField("délai de réponse, en jours")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(jours__gte=1, jours__lte=90), name="delai_dialogue_days")]

    def __str__(self) -> str:
        return f"{self.caf} : {self.jours}"


class DialogueQuerySet(models.QuerySet["Dialogue"]):
    def visible_to(self, acteur: Any) -> Self:
        """Those of its Caf for the Caf; for a person those he opened or took over, for the organisation he acts for."""
        if acteur.caf is not None:
            return self.filter(caf=acteur.caf)
        own = Q(opened_by=acteur.utilisateur) | Q(porteur=acteur.utilisateur)
        return self.filter(own, organisme__in={place.organisme for place in acteur.places})


class Dialogue(models.Model):
    """A thread about a file that was consulted. Reading it opens nothing of the file: it knows only its number.

    `porteur` is who follows it for the partner: who opened it, then who took it over. `last_at` is the instant of the
    last message; `is_unread`: the Caf wrote and nobody of the partner has said that he read it.
    """

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="dialogues", db_index=False)
    numero = models.PositiveIntegerField("numéro allocataire")
    consultation = models.UUIDField()
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="+")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="+")
    sujet = models.CharField(max_length=120)
    etat = models.CharField("état", max_length=15, choices=EtatDialogue, default=EtatDialogue.NOUVEAU)
    opened_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="ouvert par")
    opened_at = models.DateTimeField("ouvert le", db_default=Now())
    porteur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="suivi chez le partenaire")
    agent = models.ForeignKey(
        Utilisateur, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="suivi à la Caf"
    )
    last_at = models.DateTimeField("dernier message")
    is_unread = models.BooleanField("à lire", default=False)

    objects = DialogueQuerySet.as_manager()

    class Meta:
        ordering = ["-last_at", "-pk"]
        indexes = [
            models.Index(fields=["caf", "etat", "last_at"], name="dialogue_queue"),
            models.Index(fields=["caf", "-last_at"], name="dialogue_caf"),
            models.Index(fields=["convention", "-last_at"], name="dialogue_open", condition=~Q(etat=_E.CLOS)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(etat__in=(_E.PRIS_EN_CHARGE, _E.EN_ATTENTE, _E.REPONDU)) | Q(agent__isnull=False),
                name="dialogue_followed",
            ),
            models.CheckConstraint(condition=Q(numero__gte=1, numero__lt=10**NUMERO_DIGITS), name="dialogue_numero"),
        ]

    def __str__(self) -> str:
        return f"Dialogue n°\u00a0{self.pk}"

    @property
    def numero_written(self) -> str:
        return f"{self.numero:0{NUMERO_DIGITS}d}"

    @property
    def asked_in(self) -> Consultation:
        """The consultation it was opened from, as the journal names it."""
        return Consultation(id=self.consultation)


class MessageDialogue(models.Model):
    """One message, closed in the vault: a person writes there about an allocataire. Never changed.

    `is_note` for what the portal says by itself: who took the thread over, who reopened it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="messages")
    author = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    text = models.BinaryField()
    is_note = models.BooleanField(default=False)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.dialogue_id} {self.pk}"
