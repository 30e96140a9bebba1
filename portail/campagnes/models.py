"""Campaigns: who must look again at which membership, what was answered, what came of it; and audit packs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from portail.campagnes.enums import Effet, EtatCampagne, EtatDossier, Niveau, RegleFin, Reponse
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf, Convention, Organisme, Rattachement
from portail.habilitations import roles
from portail.habilitations.models import Appartenance, Groupe


class Archive(models.Model):
    """A ZIP file made by the portal, kept with its SHA-256."""

    contenu = models.BinaryField()
    empreinte = models.CharField(max_length=64, help_text="SHA-256 of the file")
    taille = models.PositiveIntegerField(help_text="bytes")
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.empreinte


class Campagne(models.Model):
    """Memberships to be confirmed by a day, by those who know; launched by a Caf, or by a partner for one convention.

    `perimetre` keeps the question asked, `conventions` the conventions it found.
    """

    libelle = models.CharField("intitulé", max_length=120)
    caf = models.ForeignKey(Caf, models.PROTECT, null=True, related_name="campagnes")
    convention = models.ForeignKey(Convention, models.PROTECT, null=True, related_name="campagnes")
    perimetre = models.JSONField(default=dict)
    conventions = ArrayField(models.BigIntegerField(), default=list)
    ends_on = models.DateField("échéance", help_text="last day for answers")
    regle = models.CharField("sans réponse", max_length=12, choices=RegleFin)
    regle_on = models.DateField(null=True, help_text="last day of what the rule limits")
    etat = models.CharField("état", max_length=12, choices=EtatCampagne, default=EtatCampagne.PREPARATION)
    total = models.PositiveIntegerField("lignes", default=0)
    to_do = models.PositiveIntegerField(default=0, help_text="units of the work under way")
    done = models.PositiveIntegerField(default=0)
    sentence = models.TextField(blank=True, help_text="why it stopped")
    rappel = models.PositiveSmallIntegerField(null=True, help_text="the last reminder sent, in days before the end")
    asked_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="préparée par")
    asked_at = models.DateTimeField("préparée le", db_default=Now())
    decided_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, related_name="+")
    launched_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    preuve = models.ForeignKey(Archive, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(caf=None, convention__isnull=False) | Q(caf__isnull=False, convention=None),
                name="campagne_of_a_caf_or_of_a_convention",
            ),
            models.CheckConstraint(
                condition=Q(regle=RegleFin.LIMITE, regle_on__isnull=False)
                | ~Q(regle=RegleFin.LIMITE) & Q(regle_on=None),
                name="campagne_rule_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def numero(self) -> int:
        return self.pk

    @property
    def regle_in_words(self) -> str:
        """« Limiter l'appartenance à une date : le 31/12/2026 »."""
        return self.get_regle_display() + (f" : le {self.regle_on:%d/%m/%Y}" if self.regle_on else "")


class LigneCampagne(models.Model):
    """A person in a group, with what that gave on the day the campaign was prepared; who must say if it still serves.

    `edition` is raised by each answer: one changes the answer one saw.
    """

    campagne = models.ForeignKey(Campagne, models.PROTECT, related_name="lignes")
    appartenance = models.ForeignKey(Appartenance, models.PROTECT, related_name="+")
    rattachement = models.ForeignKey(Rattachement, models.PROTECT, related_name="+")
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    groupe = models.ForeignKey(Groupe, models.PROTECT, related_name="+")
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=40))
    opens_on = models.DateField("membre depuis le")
    closes_on = models.DateField("jusqu'au", null=True)
    last_login = models.DateTimeField("dernière connexion", null=True)
    niveau = models.CharField(max_length=16, choices=Niveau)
    relecteur = models.ForeignKey(Utilisateur, models.PROTECT, null=True, related_name="+")
    reponse = models.CharField("réponse", max_length=12, choices=Reponse, blank=True)
    limite_on = models.DateField(null=True)
    motif = models.CharField("remarque", max_length=300, blank=True)
    answered_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("répondu le", null=True)
    edition = models.PositiveIntegerField(default=0)
    effet = models.CharField(max_length=12, choices=Effet, blank=True)
    sentence = models.TextField(blank=True, help_text="why the effect is not what was asked")
    trace = models.JSONField(default=dict, help_text="the dates before and after, for taking it back")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campagne", "appartenance"], name="ligne_campagne_once"),
            models.CheckConstraint(
                condition=~Q(relecteur=F("utilisateur")) & ~Q(answered_by=F("utilisateur")),
                name="ligne_campagne_never_by_himself",
                violation_error_message="Personne ne revoit ses propres accès.",
            ),
            models.CheckConstraint(
                condition=Q(niveau=Niveau.CAF, relecteur=None) | ~Q(niveau=Niveau.CAF) & Q(relecteur__isnull=False),
                name="ligne_campagne_has_its_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(reponse=Reponse.LIMITER, limite_on__isnull=False)
                | ~Q(reponse=Reponse.LIMITER) & Q(limite_on=None),
                name="ligne_campagne_limit_has_its_day",
            ),
        ]
        indexes = [models.Index(fields=["campagne", "niveau", "relecteur"], name="ligne_campagne_reviewers")]

    def __str__(self) -> str:
        return f"{self.campagne_id} {self.appartenance_id}"

    @property
    def roles_in_words(self) -> str:
        return roles.labels(self.roles)

    @property
    def reponse_in_words(self) -> str:
        """« Limiter à une date : le 31/12/2026 »; « Sans réponse »."""
        if not self.reponse:
            return "Sans réponse"
        return self.get_reponse_display() + (f" : le {self.limite_on:%d/%m/%Y}" if self.limite_on else "")

    @property
    def relecteur_in_words(self) -> str:
        return self.relecteur.nom_complet if self.relecteur else "Administrateurs de la Caf"


class ReponseCampagne(models.Model):
    """An answer as it was given; a correction is another one, and both stay."""

    ligne = models.ForeignKey(LigneCampagne, models.PROTECT, related_name="reponses")
    reponse = models.CharField(max_length=12, choices=Reponse)
    limite_on = models.DateField(null=True)
    motif = models.CharField(max_length=300, blank=True)
    given_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["given_at", "pk"]

    def __str__(self) -> str:
        return f"{self.ligne_id} {self.reponse}"

    @property
    def in_words(self) -> str:
        return self.get_reponse_display() + (f" : le {self.limite_on:%d/%m/%Y}" if self.limite_on else "")


class DossierAudit(models.Model):
    """The proofs of a scope over a period, gathered in one file for who asked; erased after some days.

    Of a whole Caf, of one of its organisations, or of one convention.
    """

    caf = models.ForeignKey(Caf, models.PROTECT, null=True, related_name="+")
    organisme = models.ForeignKey(Organisme, models.PROTECT, null=True, related_name="+")
    convention = models.ForeignKey(Convention, models.PROTECT, null=True, related_name="+")
    since = models.DateField("du")
    until = models.DateField("au")
    etat = models.CharField("état", max_length=12, choices=EtatDossier, default=EtatDossier.EN_COURS)
    to_do = models.PositiveIntegerField(default=0, help_text="files to make")
    done = models.PositiveIntegerField(default=0)
    sentence = models.TextField(blank=True, help_text="why it stopped")
    asked_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="demandé par")
    asked_at = models.DateTimeField("demandé le", db_default=Now())
    ended_at = models.DateTimeField(null=True)
    archive = models.ForeignKey(Archive, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="dossier_audit_dates",
                violation_error_message="La fin de la période précède son début.",
            ),
            models.CheckConstraint(
                condition=Q(caf__isnull=False) | Q(convention__isnull=False), name="dossier_audit_has_a_scope"
            ),
        ]

    def __str__(self) -> str:
        return self.perimetre_in_words

    @property
    def perimetre_in_words(self) -> str:
        """« Convention Accueils de loisirs », « Organisme … », « Caf … »."""
        if self.convention is not None:
            return f"Convention « {self.convention.libelle} »"
        return f"Organisme « {self.organisme} »" if self.organisme is not None else (self.caf.nom if self.caf else "")


class PieceDossier(models.Model):
    """A file of an audit pack being made; erased once the whole is."""

    dossier = models.ForeignKey(DossierAudit, models.CASCADE, related_name="pieces")
    nom = models.CharField(max_length=60)
    contenu = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "nom"], name="piece_dossier_once")]

    def __str__(self) -> str:
        return self.nom
