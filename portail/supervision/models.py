"""What was known of the rights, and who wants to be told of which anomaly."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from portail.comptes.models import DatedQuerySet, Utilisateur
from portail.conventions.models import BulletinAdhesion, Convention, Rattachement, RoleBulletin
from portail.habilitations.models import Appartenance, Groupe


class HabilitationConnue(models.Model):
    """An effective right as the portal knew it at the instant of `queries.connu.known_at`; now, outside of it.

    Same columns and same definition as `Habilitation`, read over the versions that a trigger keeps of every row.
    """

    utilisateur = models.ForeignKey(Utilisateur, models.DO_NOTHING, related_name="+")
    rattachement = models.ForeignKey(Rattachement, models.DO_NOTHING, related_name="+")
    convention = models.ForeignKey(Convention, models.DO_NOTHING, related_name="+")
    bulletin = models.ForeignKey(BulletinAdhesion, models.DO_NOTHING, related_name="+")
    role_bulletin = models.ForeignKey(RoleBulletin, models.DO_NOTHING, related_name="+")
    appartenance = models.OneToOneField(Appartenance, models.DO_NOTHING, related_name="+", primary_key=True)
    groupe = models.ForeignKey(Groupe, models.DO_NOTHING, related_name="+")
    service = models.CharField(max_length=20)
    role = models.CharField(max_length=40)
    period = DateRangeField()

    objects = DatedQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "supervision_habilitationconnue"

    def __str__(self) -> str:
        return f"{self.utilisateur_id} {self.role}"


class Abonnement(models.Model):
    """A person wants a mail each week while an anomaly has cases in his perimeter; `anomalie` is its code."""

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="abonnements")
    anomalie = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    told_on = models.DateField("dernier envoi", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "anomalie"],
                name="abonnement_once",
                violation_error_message="Vous êtes déjà abonné à cette anomalie.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} {self.anomalie}"


class Usage(models.Model):
    """What a month was for a convention, whole (`service` empty) or for one service; made by a nightly job.

    Sign-ins are of the whole convention only: nobody signs in to a service.
    """

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="usages")
    mois = models.DateField("mois", help_text="its first day")
    service = models.SlugField(max_length=20, blank=True)
    habilites = models.PositiveIntegerField("personnes habilitées", default=0)
    ouvertes = models.PositiveIntegerField("habilitations ouvertes", default=0)
    terminees = models.PositiveIntegerField("habilitations terminées", default=0)
    connexions = models.PositiveIntegerField(default=0)
    connectes = models.PositiveIntegerField("personnes connectées", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["convention", "mois", "service"], name="usage_once")]
        indexes = [models.Index(fields=["mois"], name="usage_mois")]

    def __str__(self) -> str:
        return f"{self.convention_id} {self.mois} {self.service}"
