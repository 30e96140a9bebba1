"""What an organisme runs and declares about, kept by the Caf, and who does what for it."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from portail.afas.definitions import type_of
from portail.afas.enums import RoleProfil, Validation
from portail.afas.roles import DECLARER, HABILITER
from portail.comptes.models import Dated, DatedQuerySet, Opened, SortKey, Utilisateur, closes_after_opening
from portail.conventions.models import Caf, Convention, Organisme, Rattachement
from portail.habilitations.models import Habilitation


class ActiviteQuerySet(DatedQuerySet):
    def visible_to(self, acteur: Any) -> Self:
        """All of one's Caf; for a partner, all he gives profiles on, and those he has a profile on that day."""
        if acteur.caf is not None:
            return self.filter(caf=acteur.caf)
        return self.given_by_or_in(acteur, Profil.objects.of(acteur))

    def given_by(self, acteur: Any) -> Self:
        """Those on which this person gives profiles that day; none for a Caf."""
        return self.filter(_is_under(_habilited(acteur)))

    def given_by_or_in(self, acteur: Any, profils: "ProfilQuerySet") -> Self:
        """Those on which this person gives profiles, and those of these profiles.

        Two sets added up, not one condition or the other: the base then finds each by its index.
        """
        held = profils.order_by().values("activite")
        if not _habilited(acteur):
            return self.filter(pk__in=held)
        return self.filter(pk__in=held.union(Activite.objects.given_by(acteur).order_by().values("pk")))

    def under(self, convention: int) -> Self:
        """Those that the people of this convention may have profiles on."""
        return self.filter(_is_under({convention}))


def _habilited(acteur: Any) -> set[int]:
    """The conventions under which he gives profiles."""
    return {right.convention for right in acteur.rights if right.role == HABILITER.code}


def _is_under(conventions: set[int]) -> Exists:
    """Is the activité of the organisme of one of these conventions, and of a Caf that it covers?"""
    covering = Convention.cafs.through.objects.filter(
        convention__in=conventions, convention__organisme=OuterRef("organisme"), caf=OuterRef("caf")
    )
    return Exists(covering)


class Activite(Dated):
    """A service or an equipment that a Caf finances: one type, one nature (S0: « Service » for ALSH)."""

    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="activites")
    caf = models.ForeignKey(Caf, models.PROTECT, related_name="activites")
    libelle = models.CharField("libellé", max_length=160)
    type = models.SlugField("type d'activité", max_length=20)
    nature = models.SlugField("nature d'activité", max_length=30)
    numero_dossier = models.CharField("n° de dossier", max_length=20)
    capacite = models.PositiveIntegerField("capacité", null=True, blank=True)
    edition = models.PositiveIntegerField(default=0)
    sort_key = models.GeneratedField(
        expression=SortKey(F("libelle"), models.Value("")),
        output_field=models.CharField(max_length=250, db_collation="C"),
        db_persist=True,
    )

    objects = ActiviteQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caf", "numero_dossier"],
                name="activite_numero_dossier",
                violation_error_message="Une autre activité de cette Caf porte déjà ce numéro de dossier.",
            ),
            closes_after_opening("activite_dates"),
        ]
        indexes = [models.Index(fields=["caf", "type", "nature"], name="activite_caf_type")]

    def __str__(self) -> str:
        return self.libelle

    @property
    def type_label(self) -> str:
        return type_of(self.type).libelle

    @property
    def nature_label(self) -> str:
        return type_of(self.type).natures.get(self.nature, self.nature)


class LieuImplantation(Dated):
    """Where an activité takes place; its sheet of the volet activité is filled in there (S0)."""

    activite = models.ForeignKey(Activite, models.PROTECT, related_name="lieux")
    libelle = models.CharField("libellé", max_length=160)
    adresse = models.CharField(max_length=200, blank=True)
    code_postal = models.CharField(max_length=5, blank=True)
    commune = models.CharField(max_length=80, blank=True)
    capacite = models.PositiveIntegerField("capacité", null=True, blank=True)

    class Meta:
        ordering = ["libelle", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activite", "libelle"],
                name="lieu_implantation_once",
                violation_error_message="Cette activité a déjà un lieu d'implantation de ce nom.",
            ),
            closes_after_opening("lieu_implantation_dates"),
        ]

    def __str__(self) -> str:
        return self.libelle


_TWICE = "Cette personne a déjà ce rôle à ces dates."


class ProfilQuerySet(DatedQuerySet):
    def acting(self) -> Self:
        """Those that need nothing more of the Caf."""
        return self.filter(validation__in=(Validation.SANS_OBJET, Validation.VALIDEE))

    def with_able(self, day: date) -> Self:
        """Adds `is_able`: may their person declare that day or later (AFAS-Déclarer)?"""
        rights = Habilitation.objects.filter(role=DECLARER.code, period__overlap=(day, None))
        return self.annotate(is_able=Exists(rights.filter(rattachement=OuterRef("rattachement"))))

    def signing(self, day: date) -> Self:
        """The approbateurs who may sign that day: validated by the Caf, and still allowed to declare."""
        rights = Habilitation.objects.open_on(day).filter(role=DECLARER.code, rattachement=OuterRef("rattachement"))
        return self.open_on(day).filter(Exists(rights), validation=Validation.VALIDEE)

    def standing(self, day: date) -> Self:
        """Those that act that day or may act later: not ended, not withdrawn, not refused."""
        return self.not_ended_on(day).filter(period__isempty=False).exclude(validation=Validation.REFUSEE)

    def waiting(self, day: date) -> Self:
        """Approbateurs of whom the Caf has said nothing yet."""
        return self.standing(day).filter(validation=Validation.EN_ATTENTE)

    def of(self, acteur: Any) -> Self:
        """The profiles this person may use that day: open, validated, under a convention that lets him declare."""
        declaring = {right.convention for right in acteur.rights if right.role == DECLARER.code}
        return (
            self.open_on(acteur.on)
            .acting()
            .filter(rattachement__utilisateur=acteur.utilisateur, rattachement__convention__in=declaring)
        )


class Profil(Opened):
    """A role on an activité, or on one of its lieux (activity supplier only), from a day to a day (S0).

    An approbateur waits for the Caf; while he follows another (`remplace`), that one stays in post until the Caf has
    said yes. At every date at most two suppliers of each kind and one validated approbateur: the base keeps it.
    """

    rattachement = models.ForeignKey(Rattachement, models.PROTECT, related_name="profils")
    role = models.CharField("rôle", max_length=12, choices=RoleProfil)
    activite = models.ForeignKey(Activite, models.PROTECT, related_name="profils")
    lieu = models.ForeignKey(LieuImplantation, models.PROTECT, null=True, blank=True, related_name="profils")
    validation = models.CharField(max_length=12, choices=Validation, default=Validation.SANS_OBJET)
    remplace = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="remplacants")
    decided_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    refusal = models.CharField("motif du refus", max_length=300, blank=True)

    objects = ProfilQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["role", "opens_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lieu=None) | Q(role=RoleProfil.ACTIVITE), name="profil_lieu_for_activity_supplier"
            ),
            models.CheckConstraint(
                condition=Q(role=RoleProfil.APPROBATEUR) & ~Q(validation=Validation.SANS_OBJET)
                | ~Q(role=RoleProfil.APPROBATEUR) & Q(validation=Validation.SANS_OBJET),
                name="profil_validation",
            ),
            models.CheckConstraint(
                condition=Q(validation__in=(Validation.SANS_OBJET, Validation.EN_ATTENTE), decided_at=None, refusal="")
                | Q(validation=Validation.VALIDEE, decided_at__isnull=False, refusal="")
                | Q(validation=Validation.REFUSEE, decided_at__isnull=False) & ~Q(refusal=""),
                name="profil_decided",
            ),
            ExclusionConstraint(
                name="profil_activite_once",
                expressions=[
                    ("rattachement", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("activite", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(lieu=None) & ~Q(validation=Validation.REFUSEE),
                violation_error_message=_TWICE,
            ),
            ExclusionConstraint(
                name="profil_lieu_once",
                expressions=[
                    ("rattachement", RangeOperators.EQUAL),
                    ("lieu", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(lieu__isnull=False),
                violation_error_message=_TWICE,
            ),
            ExclusionConstraint(
                name="profil_one_approbateur",
                expressions=[("activite", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(validation=Validation.VALIDEE),
                violation_error_message="Cette activité a déjà un approbateur à ces dates.",
            ),
            models.UniqueConstraint(
                fields=["activite"],
                condition=Q(validation=Validation.EN_ATTENTE, closes_on=None),
                name="profil_one_waiting",
                violation_error_message="Un approbateur attend déjà la validation de la Caf pour cette activité.",
            ),
            models.CheckConstraint(condition=Q(remplace=None) | ~Q(remplace=F("pk")), name="profil_not_after_himself"),
            closes_after_opening("profil_dates"),
        ]
        indexes = [models.Index(fields=["validation"], condition=Q(validation="en_attente"), name="profil_waiting")]

    # What the trigger of the base says of the limits that no constraint can state (S3).
    triggered: ClassVar = {
        "profil_persons": "Deux personnes ont déjà ce rôle à ces dates : mettez fin à l'une des deux d'abord."
    }

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.activite_id}"
