"""Mails owed and sent."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Statut(models.TextChoices):
    TO_SEND = "a_envoyer", "À envoyer"
    SENT = "envoye", "Envoyé"
    FAILED = "echec", "Échec"


class CourrielQuerySet(models.QuerySet["Courriel"]):
    def due(self, now) -> "CourrielQuerySet":
        """Those to send now, oldest first."""
        return self.filter(statut=Statut.TO_SEND, due_at__lte=now).order_by("pk")


class Courriel(models.Model):
    """A mail owed to one person; its text is made when it leaves, so that no secret is ever stored.

    `facts` feed the templates `courriels/<kind>.txt` and `.html`; `subjects` name whom it concerns, as in the journal.
    """

    kind = models.CharField(max_length=60)
    to = models.EmailField()
    to_label = models.CharField(max_length=200)
    subjects = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    statut = models.CharField(max_length=12, choices=Statut, default=Statut.TO_SEND)
    enqueued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=200, blank=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["subjects"], opclasses=["jsonb_path_ops"], name="courriel_subjects"),
            models.Index(fields=["due_at"], condition=Q(statut="a_envoyer"), name="courriel_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(statut="envoye", sent_at__isnull=False) | ~Q(statut="envoye") & Q(sent_at=None),
                name="courriel_sent_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
