"""When what must be declared: kept by each Caf, per exercice, type and phase."""

from django.db import models
from django.db.models import F, Q

from portail.afas.definitions import type_of
from portail.afas.enums import Phase
from portail.conventions.models import Caf


class Echeance(models.Model):
    """What a type of activité declares about an exercice, between two days (both included).

    On `opens_on` the job opens a declaration for each activité of the type; after `due_on` it is late.
    """

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="echeances")
    exercice = models.PositiveSmallIntegerField()
    type = models.SlugField("type d'activité", max_length=20)
    phase = models.CharField(max_length=20, choices=Phase)
    opens_on = models.DateField("ouverte le")
    due_on = models.DateField("à rendre le")
    opened_at = models.DateTimeField("déclarations ouvertes le", null=True, blank=True)
    edition = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-exercice", "opens_on", "type", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caf", "exercice", "type", "phase"],
                name="echeance_once",
                violation_error_message="Cette échéance figure déjà au calendrier.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")),
                name="echeance_dates",
                violation_error_message="La date limite précède l'ouverture.",
            ),
            models.CheckConstraint(condition=Q(exercice__gte=2000, exercice__lte=2100), name="echeance_exercice"),
        ]

    def __str__(self) -> str:
        return f"{self.get_phase_display()} {self.exercice}"

    @property
    def type_label(self) -> str:
        return type_of(self.type).libelle
