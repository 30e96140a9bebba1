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
from portail.habilitations.enums import UNDER_WAY, EtatImport, Verdict


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
