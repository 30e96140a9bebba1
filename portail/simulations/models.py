"""Changes tried on a whole convention without being made, and the difference of rights they would make."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portail.comptes.models import Utilisateur
from portail.conventionnement.models import VersionConvention
from portail.conventions.models import Caf, Convention
from portail.habilitations import roles
from portail.habilitations.models import Groupe
from portail.simulations.enums import EtatSimulation, NatureChangement, Sens


class Simulation(models.Model):
    """A basket of changes of one convention, tried as if made on a day; read-only for ever once applied.

    `caf` when an agent made it: the partner does not see it.
    """

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="simulations")
    libelle = models.CharField("nom", max_length=80)
    jour = models.DateField(null=True, blank=True, help_text="the day tried; none is the day of the calculation")
    etat = models.CharField("état", max_length=12, choices=EtatSimulation, default=EtatSimulation.BROUILLON)
    edition = models.PositiveIntegerField(default=1, help_text="raised by each change: one applies what one saw")
    caf = models.ForeignKey(Caf, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="préparée par")
    created_at = models.DateTimeField("préparée le", db_default=Now())
    total = models.PositiveIntegerField(default=0, help_text="changes to go through by the work under way")
    done = models.PositiveIntegerField(default=0)
    sentence = models.TextField(blank=True, help_text="why it stopped, or what moved")
    moved: Any = models.JSONField(default=list, help_text="what moved: who, shown before, now")
    bilan: Any = models.JSONField(default=dict, help_text="totals of the difference, quotas passed")
    empreinte = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the whole difference")
    base = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the rights it was worked out against")
    computed_on = models.DateField(null=True, blank=True, help_text="the day it was worked out for")
    computed_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    version = models.ForeignKey(VersionConvention, models.PROTECT, null=True, blank=True, related_name="simulations")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(etat=EtatSimulation.APPLIQUEE) | Q(applied_by__isnull=False, applied_at__isnull=False),
                name="simulation_applied_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"simulation n° {self.pk}"


class Changement(models.Model):
    """One change of a simulation: what is typed in the form of the real act, and what came of trying it."""

    simulation = models.ForeignKey(Simulation, models.PROTECT, related_name="changements")
    rang = models.PositiveIntegerField()
    nature = models.CharField(max_length=12, choices=NatureChangement)
    groupe = models.ForeignKey(Groupe, models.PROTECT, null=True, blank=True, related_name="+")
    libelle = models.TextField(help_text="the change in words, as on the day it was typed")
    values: Any = models.JSONField(help_text="what was typed, days as AAAA-MM-JJ")
    done = models.PositiveIntegerField(default=0, help_text="acts carried out")
    refusals: Any = models.JSONField(default=list, help_text="each reason with the people it stops")

    class Meta:
        ordering = ["rang"]
        constraints = [models.UniqueConstraint(fields=["simulation", "rang"], name="changement_rang")]

    def __str__(self) -> str:
        return self.libelle

    @property
    def is_refused(self) -> bool:
        """Nothing of it could be done."""
        return bool(self.refusals) and not self.done


class LigneSimulation(models.Model):
    """A right that a person gains or loses, from a day to a day (none: no end)."""

    simulation = models.ForeignKey(Simulation, models.PROTECT, related_name="lignes")
    sens = models.CharField(max_length=5, choices=Sens)
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    service = models.CharField(max_length=20)
    role = models.CharField(max_length=40)
    opens_on = models.DateField()
    closes_on = models.DateField(null=True, blank=True)
    is_last = models.BooleanField(default=False, help_text="the person ends with no right at all here")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["simulation", "sens", "role"], name="ligne_simulation_sens")]

    def __str__(self) -> str:
        return f"{self.get_sens_display()} {self.role} {self.utilisateur_id}"

    @property
    def service_label(self) -> str:
        return roles.SERVICES[self.service].libelle if self.service in roles.SERVICES else self.service

    @property
    def role_label(self) -> str:
        return roles.label(self.role)

    @property
    def role_name(self) -> str:
        return roles.role(self.role).libelle
