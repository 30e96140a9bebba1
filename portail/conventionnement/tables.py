"""Lists of organisations and of their kinds."""

from collections.abc import Iterator

import django_tables2 as tables
from django.urls import reverse

from portail.conventions.models import Organisme, TypeOrganisme
from portail.habilitations import roles
from portail.ui.tables import ActionsColumn, DayColumn, LinkedColumn, RowAction, StatutColumn, Table


def organisme_url(organisme: Organisme) -> str:
    return reverse("conventionnement:organisme_view", args=[organisme.pk])


class OrganismeTable(Table):
    noun = "organisme,organismes"
    row_header = "raison_sociale"
    empty_title = "Aucun organisme"
    empty_advice = "Modifiez vos critères de recherche, ou enregistrez un organisme partenaire."

    raison_sociale = LinkedColumn("Raison sociale", order_by=("sort_key", "pk"), url=organisme_url)
    siret = tables.Column("SIRET")
    type = tables.Column("Type", order_by=("type__libelle", "sort_key"))
    code_postal = tables.Column("Code postal")
    commune = tables.Column("Commune")
    statut = StatutColumn(verbose_name="Statut", empty_values=(), orderable=False)

    class Meta:
        model = Organisme
        fields = ("raison_sociale", "siret", "type", "code_postal", "commune", "statut")

    def render_statut(self, record: Organisme) -> str:
        return self.columns["statut"].column.render("cloture" if record.closed_on else "ouvert")

    def value_statut(self, record: Organisme) -> str:
        return f"Fermé le {record.closed_on:%d/%m/%Y}" if record.closed_on else "Ouvert"


def type_actions(type_: TypeOrganisme, table: "TypeTable") -> Iterator[RowAction]:
    if table.may_manage and not type_.closed_on:
        yield RowAction("Modifier", reverse("conventionnement:type_edit", args=[type_.pk]))
        yield RowAction("Fermer", reverse("conventionnement:type_close", args=[type_.pk]))


class TypeTable(Table):
    noun = "type d'organisme,types d'organismes"
    row_header = "libelle"

    libelle = tables.Column("Libellé")
    prefixe = tables.Column("Préfixe")
    usual = tables.Column("Rôles habituels", accessor="roles", orderable=False, empty_values=())
    organismes = tables.Column("Organismes", accessor="organismes_count", orderable=False)
    closed_on = DayColumn(verbose_name="Fermé le")
    actions = ActionsColumn(type_actions, row_name="libelle")

    class Meta:
        model = TypeOrganisme
        fields = ("libelle", "prefixe", "usual", "organismes", "closed_on")

    def __init__(self, *args: object, may_manage: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.may_manage = may_manage

    def render_usual(self, value: list[str]) -> str:
        return roles.labels(value) if value else "Tous"
