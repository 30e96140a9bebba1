"""Groups, who is in them, which roles they hold; and the effective right, one SQL view."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from portail.comptes.models import DatedQuerySet, Opened, Utilisateur, closes_after_opening
from portail.conventions.models import (
    BulletinAdhesion,
    Convention,
    Rattachement,
    RoleBulletin,
    never_twice,
)
from portail.habilitations import roles
from portail.habilitations.enums import UNDER_WAY, EtatImport, Nature, Verdict
from portail.habilitations.models.justificatifs import Justificatif
from portail.habilitations.models.usages import SuspensionUsage, UsageService

__all__ = [
    "Appartenance",
    "AvisTerme",
    "DemandeAcces",
    "Groupe",
    "GroupeAncestor",
    "GroupeQuerySet",
    "Habilitation",
    "ImportUtilisateurs",
    "Justificatif",
    "LigneImport",
    "Responsable",
    "RoleGroupe",
    "SuspensionUsage",
    "Terme",
    "UsageService",
]


class GroupeQuerySet(DatedQuerySet):
    def visible_to(self, acteur) -> "GroupeQuerySet":
        """All groups of the conventions he administers or whose Caf he works for, else those he answers for."""
        if acteur.caf is not None:
            return self.filter(convention__cafs=acteur.caf.pk)
        return self.filter(Q(convention__in=acteur.administered) | Q(pk__in=acteur.managed_groupes))


class Groupe(Opened):
    """People who share roles; a sub-group holds only roles its direct parent holds (S2). Its parent never changes."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="groupes")
    code = models.CharField(max_length=20)
    libelle = models.CharField("libellé", max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="sous_groupes")
    niveau = models.PositiveSmallIntegerField(default=1, editable=False, help_text="1 at the top; set by the database")
    edition = models.PositiveIntegerField(default=1)

    objects = GroupeQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "code"],
                name="groupe_code_unique",
                violation_error_message="Un groupe de cette convention porte déjà ce code.",
            ),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="groupe_not_its_own_parent"),
            closes_after_opening("groupe_dates"),
        ]

    def __str__(self) -> str:
        return self.libelle


class GroupeAncestor(models.Model):
    """Each group and each group above it, itself included (distance 0); kept by a database trigger."""

    groupe = models.ForeignKey(Groupe, models.CASCADE, related_name="ancestors")
    ancestor = models.ForeignKey(Groupe, models.CASCADE, related_name="descendants")
    distance = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["groupe", "ancestor"], name="groupe_ancestor_once")]

    def __str__(self) -> str:
        return f"{self.groupe_id} < {self.ancestor_id}"


class RoleGroupe(Opened):
    """A role held by a group, from a day to a day."""

    groupe = models.ForeignKey(Groupe, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=40)

    class Meta:
        ordering = ["role", "opens_on"]
        constraints = [
            never_twice("role_groupe_once", "groupe", "role", message="Le groupe a déjà ce rôle à ces dates."),
            closes_after_opening("role_groupe_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.groupe_id}"


class Appartenance(Opened):
    """A person in a group, from a day to a day (S0)."""

    rattachement = models.ForeignKey(Rattachement, models.PROTECT, related_name="appartenances")
    groupe = models.ForeignKey(Groupe, models.PROTECT, related_name="appartenances")

    class Meta:
        constraints = [
            never_twice(
                "appartenance_once",
                "rattachement",
                "groupe",
                message="Cette personne appartient déjà à ce groupe à ces dates.",
            ),
            closes_after_opening("appartenance_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.rattachement_id} {self.groupe_id}"


class Responsable(Opened):
    """Answers for the members, roles and sub-groups of a group and of all below it (S2, S3)."""

    groupe = models.ForeignKey(Groupe, models.PROTECT, related_name="responsables")
    rattachement = models.ForeignKey(Rattachement, models.PROTECT, related_name="responsabilites")

    class Meta:
        constraints = [
            never_twice(
                "responsable_once", "groupe", "rattachement", message="Cette personne est déjà responsable du groupe."
            ),
            closes_after_opening("responsable_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.rattachement_id} {self.groupe_id}"


class Suppleance(Opened):
    """Some days during which a person lends another of the same convention what he may manage there.

    Lends no more than he has at each request: nothing is copied. `opened_by` is always the titulaire himself.
    """

    titulaire = models.ForeignKey(Rattachement, models.PROTECT, related_name="suppleances_donnees")
    suppleant = models.ForeignKey(Rattachement, models.PROTECT, related_name="suppleances_recues")
    motif = models.CharField(max_length=300)

    class Meta:
        ordering = ["-opens_on", "pk"]
        constraints = [
            never_twice(
                "suppleance_once",
                "titulaire",
                "suppleant",
                message="Cette personne est déjà votre suppléante pendant une partie de ces jours.",
            ),
            models.CheckConstraint(condition=~Q(titulaire=F("suppleant")), name="suppleance_not_oneself"),
            models.CheckConstraint(condition=Q(closes_on__isnull=False), name="suppleance_has_an_end"),
            closes_after_opening("suppleance_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.titulaire_id} → {self.suppleant_id}"


class Habilitation(models.Model):
    """An effective right: this person may use this role of this service under this convention during `period`.

    Read from the SQL view `habilitations_habilitation`, the one definition (domain.md §3). One row per chain
    (membership) and per uninterrupted period.
    """

    utilisateur = models.ForeignKey(Utilisateur, models.DO_NOTHING, related_name="habilitations")
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
        db_table = "habilitations_habilitation"

    def __str__(self) -> str:
        return f"{self.utilisateur_id} {self.role}"


class ImportUtilisateurs(models.Model):
    """People of a convention given in a file: rehearsed, then confirmed, then if need be taken back.

    The file itself is kept only as its lines, and these for some days.
    """

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="imports")
    file_name = models.CharField("fichier", max_length=120)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    etat = models.CharField("état", max_length=12, choices=EtatImport, default=EtatImport.REPETITION)
    edition = models.PositiveIntegerField(default=1, help_text="raised by each rehearsal: one confirms what one saw")
    total = models.PositiveIntegerField("lignes")
    done = models.PositiveIntegerField(default=0, help_text="lines gone through by the work under way")
    sentence = models.TextField(blank=True, help_text="why it stopped, or what moved")
    asked_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="déposé par")
    asked_at = models.DateTimeField("déposé le", db_default=Now())
    decided_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention"],
                condition=Q(etat__in=UNDER_WAY),
                name="import_utilisateurs_one_under_way",
                violation_error_message="Un autre import est en cours pour cette convention : "
                "terminez-le ou abandonnez-le d'abord.",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class LigneImport(models.Model):
    """One person in a file: what was read, and what comes of it."""

    import_utilisateurs = models.ForeignKey(ImportUtilisateurs, models.CASCADE, related_name="lignes")
    rang = models.PositiveIntegerField("ligne", help_text="as the spreadsheet numbers it")
    values = models.JSONField(help_text="what each column says, days as AAAA-MM-JJ")
    mistakes = models.JSONField(default=list, help_text="what is wrong in the cells themselves")
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    reasons = models.JSONField(default=list)
    trace = models.JSONField(default=dict, help_text="what was written, for taking it back")

    class Meta:
        ordering = ["rang"]
        constraints = [models.UniqueConstraint(fields=["import_utilisateurs", "rang"], name="ligne_import_once")]
        indexes = [models.Index(fields=["import_utilisateurs", "verdict", "rang"], name="ligne_import_verdict")]

    def __str__(self) -> str:
        return f"{self.import_utilisateurs_id} {self.rang}"


class Terme(models.Model):
    """Something that ends on a day: what, whose, under which convention.

    Read from the SQL view `habilitations_terme`. What a later row of the same kind goes on with is left out;
    `is_decided` when somebody closed it, rather than its date having been set from the beginning.
    """

    id = models.CharField(max_length=40, primary_key=True)
    nature = models.CharField(max_length=16, choices=Nature)
    object_id = models.BigIntegerField()
    convention = models.ForeignKey(Convention, models.DO_NOTHING, related_name="+")
    rattachement = models.ForeignKey(Rattachement, models.DO_NOTHING, related_name="+", null=True)
    groupe = models.ForeignKey(Groupe, models.DO_NOTHING, related_name="+", null=True)
    code = models.CharField(max_length=40, help_text="the role of a RoleGroupe, the service of a bulletin")
    opens_on = models.DateField()
    closes_on = models.DateField("date de clôture")
    is_decided = models.BooleanField()
    closing_reason = models.CharField(max_length=300)
    sort_key = models.CharField(max_length=250)

    class Meta:
        managed = False
        db_table = "habilitations_terme"

    def __str__(self) -> str:
        return self.id

    @property
    def what(self) -> str:
        """Who or what ends, in words."""
        person = self.rattachement.utilisateur if self.rattachement else None
        parts = [f"{person.nom_complet} ({person.identifiant})"] if person else []
        parts += [self.groupe.libelle] if self.groupe else []
        if self.nature == Nature.ROLE:
            parts.append(roles.label(self.code))
        elif self.nature == Nature.JUSTIFICATIF:
            parts.append(roles.proof_label(self.code))
        elif self.nature == Nature.BULLETIN:
            parts.append(roles.service_label(self.code))
        elif self.nature == Nature.CONVENTION:
            parts.append(self.convention.libelle)
        return ", ".join(parts)

    @property
    def is_renewable(self) -> bool:
        """Could somebody of the partner prolong it?"""
        otherwise = (Nature.CONVENTION, Nature.BULLETIN, Nature.ADMINISTRATEUR, Nature.JUSTIFICATIF)
        return self.nature not in otherwise and not self.is_decided


class AvisTerme(models.Model):
    """An end told beforehand, once for each number of days chosen in the settings; a date moved is told anew."""

    terme = models.CharField(max_length=40)
    closes_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["terme", "closes_on", "days"], name="avis_terme_once")]

    def __str__(self) -> str:
        return f"{self.terme} J-{self.days}"


class DemandeAcces(models.Model):
    """A person asks, from a grey tile, for a service that his convention opens; who manages a group decides."""

    rattachement = models.ForeignKey(Rattachement, models.PROTECT, related_name="demandes_acces")
    service = models.SlugField(max_length=20)
    motif = models.CharField(max_length=500)
    wished_until = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    appartenance = models.ForeignKey(Appartenance, models.PROTECT, null=True, blank=True, related_name="demandes")
    refusal = models.CharField("motif du refus", max_length=300, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rattachement", "service"],
                condition=Q(decided_at=None),
                name="demande_acces_once",
                violation_error_message="Vous avez déjà une demande en attente pour ce service.",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, appartenance=None, refusal="")
                | Q(decided_at__isnull=False, decided_by__isnull=False, appartenance__isnull=False, refusal="")
                | Q(decided_at__isnull=False, decided_by__isnull=False, appartenance=None) & ~Q(refusal=""),
                name="demande_acces_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.rattachement_id}"

    @property
    def etat(self) -> str:
        """`en_attente`, `accordee` or `refusee`."""
        if self.decided_at is None:
            return "en_attente"
        return "refusee" if self.refusal else "accordee"
