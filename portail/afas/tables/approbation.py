"""The list of what waits for a signature."""

from collections.abc import Mapping

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone

from portail.afas.models import Declaration
from portail.afas.queries.recapitulatifs import controles_in_words
from portail.afas.queries.versions import Contenu, contents_of
from portail.habilitations.tables import LOT
from portail.ui.tables import DayColumn, LinkedColumn, Table, TickColumn
from portail.ui.templatetags.ui import component, day, in_words


def _url(declaration: Declaration) -> str:
    return reverse("afas:declaration_approve", args=[declaration.pk])


class ApprobationTable(Table):
    noun = "déclaration à approuver,déclarations à approuver"
    row_header = "activite"
    empty_title = "Rien n'attend votre signature"
    empty_advice = "Une déclaration apparaît ici quand tous ses volets sont soumis par leurs fournisseurs."

    choix = TickColumn(form=LOT, row_name="activite__libelle")
    activite = LinkedColumn("Activité", accessor="activite__libelle", order_by=("activite__sort_key", "pk"), url=_url)
    type = tables.Column("Type", accessor="activite__type_label", order_by=("activite__type", "activite__sort_key"))
    echeance = tables.Column("Échéance", order_by=("-echeance__exercice", "echeance__phase", "pk"))
    due_on = tables.Column("À rendre le", accessor="echeance__due_on", order_by=("echeance__due_on", "pk"))
    changed_at = DayColumn(verbose_name="Soumise le", order_by=("changed_at", "pk"))
    controles = tables.Column("Contrôles", accessor="pk", orderable=False)

    class Meta:
        model = Declaration
        fields = ("choix", "activite", "type", "echeance", "due_on", "changed_at", "controles")

    def read_contents(self) -> "ApprobationTable":
        """Reads what the rows shown say: those of the page, or all of them for an export."""
        shown = self.page.object_list if getattr(self, "page", None) else self.rows
        self.contenus: Mapping[int, Contenu] = contents_of([row.record for row in shown])
        return self

    def render_due_on(self, record: Declaration) -> str:
        due_on = record.echeance.due_on
        if due_on < timezone.localdate():
            return component("ui/components/status.html", value="echec", label=f"{day(due_on)}, {in_words(due_on)}")
        return f"{day(due_on)} ({in_words(due_on)})"

    def value_due_on(self, record: Declaration) -> str:
        return day(record.echeance.due_on)

    def render_controles(self, record: Declaration) -> str:
        return controles_in_words(self.contenus[record.pk])

    def value_controles(self, record: Declaration) -> str:
        return self.render_controles(record)
