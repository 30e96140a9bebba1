"""The list of incidents."""

import django_tables2 as tables
from django.urls import reverse

from portail.incidents.models import Incident
from portail.incidents.queries import delay_in_words
from portail.ui.tables import DayColumn, LinkedColumn, StatutColumn, Table
from portail.ui.templatetags.ui import component


class IncidentTable(Table):
    noun = "incident,incidents"
    row_header = "reference"
    empty_title = "Aucun incident"
    empty_advice = "Ce que vous signalez, et ce que vous avez à suivre, apparaît ici."

    reference = LinkedColumn(
        "Référence",
        order_by=("pk",),
        url=lambda incident: reverse("incidents:incident_view", args=[incident.pk]),
    )
    declared_at = DayColumn(verbose_name="Signalé le")
    nature = tables.Column("Nature", accessor="get_nature_display", order_by=("nature", "-pk"))
    organisme = tables.Column("Organisme", accessor="pk", orderable=False)
    etat = StatutColumn(verbose_name="État", orderable=False)
    delai = tables.Column("Ce qui est dû", accessor="pk", orderable=False)
    taken_by = tables.Column("Suivi par", accessor="taken_by__nom_complet", orderable=False)

    class Meta:
        model = Incident
        fields = ("reference", "declared_at", "nature", "organisme", "etat", "delai", "taken_by")

    def render_organisme(self, record: Incident) -> str:
        names = {convention.organisme.raison_sociale for convention in record.conventions.all()}
        return ", ".join(sorted(names)) or ", ".join(caf.nom for caf in record.cafs.all())

    def value_organisme(self, record: Incident) -> str:
        return self.render_organisme(record)

    def render_delai(self, record: Incident) -> str:
        words = delay_in_words(record)
        if "dépassé" in words:
            return component("ui/components/status.html", value="echec", label=words)
        return words or "–"

    def value_delai(self, record: Incident) -> str:
        return delay_in_words(record)
