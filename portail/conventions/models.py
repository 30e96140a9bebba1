"""Cafs, partner organisations, what binds them and who serves there."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import BigIntegerField, Expression, ExpressionWrapper, F, Q
from django.db.models.functions import Lower, Now

from portail.comptes.models import Dated, DatedQuerySet, Opened, SortKey, Utilisateur, closes_after_opening
from portail.conventions.enums import Etat, EtatSuccession, Fonction, Partie, Qualite


def never_twice(name: str, *fields: str | Expression, message: str) -> ExclusionConstraint:
    """No two rows with the same `fields` may be open on the same day."""
    return ExclusionConstraint(
        name=name,
        expressions=[*((field, RangeOperators.EQUAL) for field in fields), ("period", RangeOperators.OVERLAPS)],
        violation_error_message=message,
    )


class Caf(models.Model):
    code = models.CharField(max_length=3, unique=True)
    nom = models.CharField(max_length=120)
    courriel = models.EmailField()
    telephone = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{3}$"), name="caf_code_shape")]

    def __str__(self) -> str:
        return f"Caf {self.code}"


class TypeOrganisme(models.Model):
    """A kind of partner; `prefixe` opens its people's identifiants (S0: ENF), `roles` are what it normally gets."""

    code = models.SlugField(max_length=40, unique=True)
    libelle = models.CharField("libellé", max_length=80)
    prefixe = models.CharField("préfixe des identifiants", max_length=3)
    roles = ArrayField(models.CharField(max_length=40), default=list, verbose_name="rôles habituels")
    closed_on = models.DateField("fermé le", null=True, blank=True)

    class Meta:
        ordering = ["libelle"]
        constraints = [
            models.CheckConstraint(condition=Q(prefixe__regex=r"^[A-Z]{3}$"), name="type_organisme_prefixe_shape"),
            models.UniqueConstraint(
                Lower("libelle"),
                name="type_organisme_libelle",
                violation_error_message="Ce libellé est déjà celui d'un autre type : choisissez-en un autre.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle


class Organisme(models.Model):
    raison_sociale = models.CharField(max_length=160)
    siret = models.CharField("SIRET", max_length=14, unique=True)
    type = models.ForeignKey(TypeOrganisme, models.PROTECT, related_name="organismes")
    adresse = models.CharField(max_length=200)
    code_postal = models.CharField(max_length=5)
    commune = models.CharField(max_length=80)
    closed_on = models.DateField("fermé le", null=True, blank=True)
    edition = models.PositiveIntegerField(default=0)
    sort_key = models.GeneratedField(
        expression=SortKey(F("raison_sociale"), models.Value("")),
        output_field=models.CharField(max_length=250, db_collation="C"),
        db_persist=True,
    )

    class Meta:
        ordering = ["sort_key", "pk"]
        constraints = [models.CheckConstraint(condition=Q(siret__regex=r"^[0-9]{14}$"), name="organisme_siret_shape")]

    def __str__(self) -> str:
        return self.raison_sociale


class ConventionQuerySet(DatedQuerySet):
    def visible_to(self, acteur: Any) -> Self:
        """The conventions in this person's perimeter: his own Caf's, or those he serves."""
        if acteur.caf is not None:
            return self.filter(cafs=acteur.caf.pk)
        return self.filter(pk__in=acteur.administered | acteur.answered_for)

    def with_suspension(self, on: date) -> Self:
        """Adds `is_suspended`: is there a suspension that day?"""
        suspended = Suspension.objects.open_on(on).filter(convention=models.OuterRef("pk"))
        return self.annotate(is_suspended=models.Exists(suspended))


class Convention(Dated):
    """What binds a Caf and a partner; nothing may be used outside its dates, or before it is validated."""

    numero = models.PositiveIntegerField(unique=True, help_text="the five digits of its people's identifiants")
    libelle = models.CharField("libellé", max_length=160)
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="conventions")
    caf_pivot = models.ForeignKey(Caf, models.PROTECT, related_name="conventions_pivot", verbose_name="Caf pivot")
    cafs = models.ManyToManyField(Caf, related_name="conventions", verbose_name="Caf couvertes")
    etat = models.CharField("état", max_length=12, choices=Etat, default=Etat.BROUILLON)
    validated_on = models.DateField("validée le", null=True, blank=True)
    finalites = ArrayField(models.CharField(max_length=200), default=list, verbose_name="finalités")
    next_suffix = models.PositiveIntegerField(default=0, help_text="rank of the next identifiant")
    sort_key = models.GeneratedField(
        expression=SortKey(F("libelle"), models.Value("")),
        output_field=models.CharField(max_length=250, db_collation="C"),
        db_persist=True,
    )

    objects = ConventionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(etat=Etat.VALIDEE, validated_on__isnull=False)
                | ~Q(etat=Etat.VALIDEE) & Q(validated_on=None),
                name="convention_validated_on",
            ),
            models.CheckConstraint(condition=Q(numero__gte=1, numero__lte=99_999), name="convention_numero_range"),
            closes_after_opening("convention_dates"),
        ]

    def __str__(self) -> str:
        return self.libelle


class Suspension(Dated):
    """Days on which a validated convention opens nothing; decided by the Caf, with its reason."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="suspensions")
    motif = models.CharField(max_length=300)
    decided_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            never_twice("suspension_once", "convention", message="La convention est déjà suspendue à ces dates."),
            closes_after_opening("suspension_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.convention} {self.opens_on}"


class ContratService(models.Model):
    """Rules of use, interlocuteurs of both sides and incident procedure, annexed to a convention (S3)."""

    convention = models.OneToOneField(Convention, models.PROTECT, related_name="contrat_service")
    gestion_habilitations = models.TextField("gestion des habilitations")
    procedure_incident = models.TextField("traitement des incidents")

    def __str__(self) -> str:
        return str(self.convention)


class Interlocuteur(models.Model):
    contrat_service = models.ForeignKey(ContratService, models.PROTECT, related_name="interlocuteurs")
    partie = models.CharField(max_length=12, choices=Partie)
    qualite = models.CharField("qualité", max_length=24, choices=Qualite)
    nom = models.CharField(max_length=160)
    courriel = models.EmailField()
    telephone = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["partie", "qualite"]
        constraints = [
            models.UniqueConstraint(fields=["contrat_service", "partie", "qualite"], name="interlocuteur_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_qualite_display()} {self.nom}"


class BulletinAdhesion(Dated):
    """Opens one service under a convention: the ceiling of every habilitation of that service there (S3)."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="bulletins")
    service = models.SlugField(max_length=20)
    max_utilisateurs = models.PositiveIntegerField("nombre maximal d'utilisateurs", null=True, blank=True)

    class Meta:
        ordering = ["service", "opens_on"]
        constraints = [
            never_twice(
                "bulletin_once",
                "convention",
                "service",
                message="Un bulletin d'adhésion de ce service est déjà ouvert à ces dates.",
            ),
            closes_after_opening("bulletin_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.convention}"


class RoleBulletin(Dated):
    """A role the partner may hand out under a bulletin; `role` is a code of the registry (`cdap.t1`).

    From `justificatif_since` on, it acts only for who has a checked proof (ADR 0013).
    """

    bulletin = models.ForeignKey(BulletinAdhesion, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=40)
    justificatif_since = models.DateField(
        "justificatif exigé depuis", null=True, blank=True, help_text="None: the role asks for no proof"
    )

    class Meta:
        ordering = ["role"]
        constraints = [
            never_twice("role_bulletin_once", "bulletin", "role", message="Ce rôle figure déjà au bulletin."),
            closes_after_opening("role_bulletin_dates"),
        ]

    def __str__(self) -> str:
        return self.role


class Rattachement(Opened):
    """A person serving under a convention, from a day to a day."""

    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="rattachements")
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="rattachements")

    class Meta:
        constraints = [
            never_twice(
                "rattachement_once",
                # Not the bare column: the planner would think this index cheaper than that of the key, and read it
                # three times slower for each person that a list looks for.
                ExpressionWrapper(F("utilisateur") + 0, output_field=BigIntegerField()),
                "convention",
                message="Cette personne est déjà rattachée à la convention à ces dates.",
            ),
            closes_after_opening("rattachement_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} {self.convention_id}"


class Administrateur(Opened):
    """Administers users, groups and habilitations of a convention for the partner; holds no role by that (S3)."""

    rattachement = models.ForeignKey(Rattachement, models.PROTECT, related_name="administrations")

    class Meta:
        constraints = [
            never_twice(
                "administrateur_once", "rattachement", message="Cette personne est déjà administrateur à ces dates."
            ),
            closes_after_opening("administrateur_dates"),
        ]

    def __str__(self) -> str:
        return str(self.rattachement)


class AgentCaf(Opened):
    """A person who works at a Caf, and what he does in the portal."""

    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="agents")
    caf = models.ForeignKey(Caf, models.PROTECT, related_name="agents")
    fonction = models.CharField(max_length=16, choices=Fonction)

    class Meta:
        constraints = [
            never_twice(
                "agent_caf_once", "utilisateur", message="Cette personne a déjà une fonction dans une Caf à ces dates."
            ),
            closes_after_opening("agent_caf_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} {self.caf}"


class DemandeRattachement(models.Model):
    """A partner asked for a person who is already known here: the Caf decides, the partner learns nothing (Q9)."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="demandes_rattachement")
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    nom = models.CharField(max_length=80)
    prenom = models.CharField(max_length=80)
    opens_on = models.DateField()
    closes_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    is_granted = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "utilisateur"], condition=Q(decided_at=None), name="demande_rattachement_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, is_granted=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, is_granted__isnull=False),
                name="demande_rattachement_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"


class Succession(models.Model):
    """An administrateur partenaire proposes who comes after him: somebody of the convention, or a new person.

    Nothing changes before the Caf accepts; then the successor administers from `effective_on` and, with
    `ends_titulaire`, the titulaire until the eve.
    """

    titulaire = models.ForeignKey(Rattachement, models.PROTECT, related_name="successions")
    successeur = models.ForeignKey(Rattachement, models.PROTECT, null=True, blank=True, related_name="+")
    nom = models.CharField(max_length=80, blank=True)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    courriel = models.EmailField("adresse mail", blank=True)
    effective_on = models.DateField("à partir du")
    ends_titulaire = models.BooleanField("fin du titulaire la veille", default=True)
    motif = models.CharField(max_length=300)
    etat = models.CharField("état", max_length=12, choices=EtatSuccession, default=EtatSuccession.PROPOSEE)
    proposed_at = models.DateTimeField("proposée le", db_default=Now())
    decided_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decision = models.CharField("motif de la décision", max_length=300, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["titulaire"],
                condition=Q(etat=EtatSuccession.PROPOSEE),
                name="succession_once",
                violation_error_message="Vous avez déjà proposé un successeur : retirez d'abord cette proposition.",
            ),
            models.CheckConstraint(
                condition=Q(successeur__isnull=False) | ~Q(nom="") & ~Q(prenom="") & ~Q(courriel=""),
                name="succession_names_somebody",
            ),
            models.CheckConstraint(
                condition=Q(successeur=None) | ~Q(successeur=F("titulaire")), name="succession_not_oneself"
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatSuccession.PROPOSEE, decided_by=None, decided_at=None)
                | ~Q(etat=EtatSuccession.PROPOSEE) & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="succession_decided",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatSuccession.ACCEPTEE) | Q(successeur__isnull=False),
                name="succession_accepted_for_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatSuccession.REFUSEE) | ~Q(decision=""), name="succession_refused_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.titulaire_id} → {self.nom_propose}"

    @property
    def nom_propose(self) -> str:
        """Who is proposed, by name."""
        return self.successeur.utilisateur.nom_complet if self.successeur else f"{self.prenom} {self.nom}"
