"""People, the règles d'usage they accept, what they were typing."""

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower, Now
from django.utils import timezone

from portail.comptes.models.dates import Dated, DatedQuerySet, SortKey, closes_after_opening, rows_found


class Poste(models.TextChoices):
    SEDENTAIRE = "sedentaire", "Sédentaire (possède un poste fixe)"
    ITINERANT = "itinerant", "Itinérant (poste de travail variable)"


# Written out in SQL: it runs for every page, and composing it would cost more than running it.
# The version of the règles d'usage in force, and the one that the person `t` accepted.
REGLES = """
       (SELECT version FROM comptes_regleusage WHERE published_at <= statement_timestamp()
        ORDER BY version DESC LIMIT 1),
       (SELECT r.version FROM comptes_acceptationregle a JOIN comptes_regleusage r ON r.id = a.regle_id
        WHERE a.utilisateur_id = t.id ORDER BY r.version DESC LIMIT 1)
"""
REGLES_NAMES = ("regle_in_force", "regle_accepted")
_SIGNED_IN = "SELECT {columns}, {regles} FROM comptes_utilisateur t WHERE t.id = %s".replace("{regles}", REGLES)
_SIGNING_IN = """
SELECT {columns},
       EXISTS (SELECT FROM comptes_motdepasseprovisoire m WHERE m.utilisateur_id = t.id AND m.digest = %s
               AND m.used_at IS NULL AND m.expires_at > %s) AS is_provisional
FROM comptes_utilisateur t WHERE t.identifiant = %s
"""


class UtilisateurQuerySet(DatedQuerySet):
    def signed_in(self, pk: Any) -> Any:
        """The person of a session, with the version of the règles d'usage in force and the one he accepted."""
        return next(rows_found(self.model, _SIGNED_IN, [pk], REGLES_NAMES), None)

    def signing_in(self, identifiant: str, provisional: bytes) -> Any:
        """Who has this identifiant, None when nobody; `is_provisional`: is that the digest of what he was sent?"""
        values = [provisional, timezone.now(), identifiant]
        return next(rows_found(self.model, _SIGNING_IN, values, ("is_provisional",)), None)

    def with_courriel(self, courriel: str) -> Self:
        """Who has this mail address, whatever the case: at most one person, found by the index that keeps him alone."""
        return self.alias(mail=Lower("courriel")).filter(mail=Lower(Value(courriel)))

    def get_by_natural_key(self, identifiant: str) -> Any:
        return self.get(identifiant=identifiant.upper())


class Utilisateur(AbstractBaseUser, Dated):
    """A person's one identity, whatever the conventions and services served (S3)."""

    identifiant = models.CharField(max_length=16, unique=True)
    nom = models.CharField(max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    courriel = models.EmailField("adresse mail")
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    poste = models.CharField(max_length=12, choices=Poste, blank=True)
    is_agent = models.BooleanField("agent d'une Caf", default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    edition = models.PositiveIntegerField(default=1, help_text="raised by each change; a stale form is refused")
    password_changed_at = models.DateTimeField(null=True, blank=True)
    courriel_changed_at = models.DateTimeField(null=True, blank=True)
    previous_courriel = models.EmailField(blank=True, help_text="where a reset goes in the day after a change")
    sort_key = models.GeneratedField(
        expression=SortKey(F("nom"), F("prenom")),
        output_field=models.CharField(max_length=250, db_collation="C"),
        db_persist=True,
    )

    USERNAME_FIELD = "identifiant"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    objects = UtilisateurQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("courriel"),
                name="utilisateur_courriel_unique",
                violation_error_message="Cette adresse mail ne peut pas être utilisée.",
            ),
            models.CheckConstraint(
                condition=Q(identifiant__regex=r"^[A-Z]{3}[0-9]{5}[A-Z]{2,6}$"), name="utilisateur_identifiant_shape"
            ),
            closes_after_opening("utilisateur_dates"),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="utilisateur_sort_key"),
            GinIndex(fields=["sort_key"], opclasses=["gin_trgm_ops"], name="utilisateur_sort_key_trgm"),
        ]

    def __str__(self) -> str:
        return self.identifiant

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.is_open(timezone.localdate())

    # the journal's author: see journal.actions.Author
    @property
    def journal_name(self) -> str:
        return self.identifiant

    @property
    def journal_label(self) -> str:
        return self.nom_complet

    @property
    def journal_organisation(self) -> str:
        return ""


class MotDePasseProvisoire(models.Model):
    """The one provisional password of a person: a newer one replaces it, one use ends it (S3, S4)."""

    utilisateur = models.OneToOneField(Utilisateur, models.PROTECT, related_name="mot_de_passe_provisoire")
    digest = models.BinaryField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.utilisateur)


class RegleUsage(models.Model):
    """A version of the règles d'usage; the newest published one must be accepted to enter."""

    version = models.PositiveIntegerField(unique=True)
    published_at = models.DateTimeField()
    sections: Any = models.JSONField(help_text='[{"title", "paragraphs": [], "points": []}]')

    def __str__(self) -> str:
        return f"v{self.version}"


class AcceptationRegle(models.Model):
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="acceptations")
    regle = models.ForeignKey(RegleUsage, models.PROTECT, related_name="acceptations")
    accepted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["utilisateur", "regle"], name="acceptation_once")]

    def __str__(self) -> str:
        return f"{self.utilisateur} {self.regle}"


class ChangementCourriel(models.Model):
    """A new mail address waiting to be confirmed from its mailbox; the link holds a secret, only its digest is here."""

    utilisateur = models.OneToOneField(Utilisateur, models.CASCADE, related_name="changement_courriel")
    courriel = models.EmailField()
    digest = models.BinaryField(null=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.utilisateur)


class Brouillon(models.Model):
    """What a person had typed in a form when the session ended; offered to the same person only."""

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="brouillons")
    path = models.CharField(max_length=300)
    data = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["utilisateur", "path"], name="brouillon_once")]

    def __str__(self) -> str:
        return self.path
