"""Lists of simulations, and the difference of one."""

from datetime import datetime

import django_tables2 as tables
from django.urls import reverse

from portail.simulations.models import LigneSimulation, Simulation
from portail.ui.tables import DayColumn, LinkedColumn, StatutColumn, Table
from portail.ui.templatetags.ui import instant


def simulation_url(simulation: Simulation) -> str:
    return reverse("simulations:simulation_view", args=[simulation.pk])


class SimulationTable(Table):
    noun = "simulation,simulations"
    row_header = "libelle"
    empty_title = "Aucune simulation"
    empty_advice = "Ouvrez une convention, puis « Simuler » : rien ne change tant que vous n'appliquez pas."

    pk = tables.Column("N°")
    libelle = LinkedColumn("Nom", url=simulation_url)
    convention = tables.Column("Convention", accessor="convention__libelle", order_by=("convention__sort_key", "pk"))
    created_by = tables.Column(
        "Préparée par", accessor="created_by__nom_complet", order_by=("created_by__sort_key", "pk")
    )
    created_at = tables.Column("Le")
    jour = DayColumn(verbose_name="Jour d'effet")
    etat = StatutColumn(verbose_name="État")

    class Meta:
        model = Simulation
        fields = ("pk", "libelle", "convention", "created_by", "created_at", "jour", "etat")

    def render_created_at(self, value: datetime) -> str:
        return instant(value)

    def value_etat(self, record: Simulation) -> str:
        return record.get_etat_display()


class LigneTable(Table):
    noun = "droit change,droits changent"
    row_header = "nom"
    caption = "Différence des droits"
    empty_title = "Aucun droit ne change"
    empty_advice = "Personne ne perd ni ne gagne de droit, ou vos filtres ne trouvent rien."

    sens = tables.Column("Sens", accessor="get_sens_display", order_by=("sens", "pk"))
    nom = tables.Column(
        "Personne", accessor="utilisateur__nom_complet", order_by=("utilisateur__sort_key", "utilisateur_id", "pk")
    )
    identifiant = tables.Column("Identifiant", accessor="utilisateur__identifiant")
    service = tables.Column("Service", accessor="service_label", order_by=("service", "role", "pk"))
    role = tables.Column("Rôle", accessor="role_label", order_by=("role", "pk"))
    opens_on = DayColumn(verbose_name="Du", order_by=("opens_on", "pk"))
    closes_on = DayColumn(verbose_name="Au", order_by=("closes_on", "pk"))
    is_last = tables.Column("Après", order_by=("is_last", "pk"))

    class Meta:
        model = LigneSimulation
        fields = ("sens", "nom", "identifiant", "service", "role", "opens_on", "closes_on", "is_last")

    def render_is_last(self, value: bool) -> str:
        return "Ne garde aucun droit" if value else "Garde d'autres droits"

    def render_role(self, record: LigneSimulation) -> str:
        return record.role_name

    value_role = render_role
    value_is_last = render_is_last
