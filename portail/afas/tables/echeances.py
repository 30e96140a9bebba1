"""The calendar of a Caf."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from portail.afas.filters.echeances import SITUATIONS
from portail.afas.models import Echeance
from portail.afas.rules.echeances import refuse_editing_echeance, refuse_opening, refuse_removing
from portail.ui.tables import ActionsColumn, DayColumn, LinkedColumn, RowAction, Table
from portail.ui.templatetags.ui import component, day, in_words

LOOKS = {"a_venir": "a_venir", "ouverte": "ouvert", "echue": "clos"}
_ACTS = (
    ("Modifier les dates", "afas:echeance_edit", refuse_editing_echeance),
    ("Ouvrir maintenant", "afas:echeance_open", refuse_opening),
    ("Retirer du calendrier", "afas:echeance_remove", refuse_removing),
)


def echeance_url(echeance: Echeance) -> str:
    return reverse("afas:echeance_view", args=[echeance.pk])


def echeance_acts(acteur: Any, echeance: Echeance) -> list[RowAction]:
    """What this person may do with it."""
    return [
        RowAction(label, reverse(url_name, args=[echeance.pk]))
        for label, url_name, refuse in _ACTS
        if refuse(acteur, echeance) is None
    ]


def _row_acts(echeance: Echeance, table: Any) -> list[RowAction]:
    return echeance_acts(table.request.acteur, echeance)


class EcheanceTable(Table):
    noun = "échéance,échéances"
    row_header = "phase"
    empty_title = "Aucune échéance"
    empty_advice = "Le gestionnaire de la Caf crée un exercice entier, ou une échéance à la fois."

    exercice = tables.Column("Exercice", order_by=("exercice", "opens_on", "type", "pk"))
    phase = LinkedColumn("Échéance", accessor="get_phase_display", order_by=("opens_on", "pk"), url=echeance_url)
    type = tables.Column("Type d'activité", accessor="type_label", order_by=("type", "opens_on", "pk"))
    opens_on = DayColumn(verbose_name="Ouverte le")
    due_on = tables.Column("À rendre le")
    situation = tables.Column("État", accessor="pk", orderable=False)
    total = tables.Column("Déclarations")
    transmitted = tables.Column("Transmises", orderable=False)
    actions = ActionsColumn(_row_acts, row_name="label")

    class Meta:
        model = Echeance
        fields = ("exercice", "phase", "type", "opens_on", "due_on", "situation", "total", "transmitted", "actions")

    def render_due_on(self, value: Any) -> str:
        return format_html('{} <span class="note">{}</span>', day(value), in_words(value))

    def value_due_on(self, value: Any) -> Any:
        return value

    def render_situation(self, record: Echeance) -> str:
        situation = record.situation(timezone.localdate())
        return component("ui/components/status.html", value=LOOKS[situation], label=SITUATIONS[situation])

    def value_situation(self, record: Echeance) -> str:
        return SITUATIONS[record.situation(timezone.localdate())]

    def render_transmitted(self, record: Echeance) -> str:
        return f"{record.transmitted} sur {record.total}" if record.total else "–"  # type: ignore[attr-defined]

    def value_transmitted(self, record: Echeance) -> int:
        return record.transmitted  # type: ignore[attr-defined]


class PropositionTable(Table):
    """The échéances of an exercice, before they are written."""

    noun = "échéance,échéances"
    row_header = "phase"
    empty_title = "Rien à ajouter"
    empty_advice = "Le calendrier a déjà tout cet exercice, ou l'exercice précédent n'a rien pour ces types."

    type = tables.Column("Type d'activité", accessor="type_label", orderable=False)
    phase = tables.Column("Échéance", accessor="get_phase_display", orderable=False)
    opens_on = DayColumn(verbose_name="Ouverte le", orderable=False)
    due_on = DayColumn(verbose_name="À rendre le", orderable=False)

    class Meta:
        model = Echeance
        fields = ("type", "phase", "opens_on", "due_on")
