"""« Mes déclarations »."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from portail.afas.enums import FROZEN, EtatDeclaration, RoleProfil
from portail.afas.models import Declaration
from portail.afas.queries.declarations import Portee, is_awaiting, roles_expected
from portail.ui.tables import LinkedColumn, StatutColumn, Table
from portail.ui.templatetags.ui import component, day, in_words

_ACTIVITE = "activite__sort_key"


def declaration_url(declaration: Declaration) -> str:
    return reverse("afas:declaration_view", args=[declaration.pk])


def is_late(declaration: Declaration) -> bool:
    """Past its due date, and the Caf does not have it."""
    return declaration.etat not in FROZEN and declaration.echeance.due_on < timezone.localdate()


_SHORT = {
    RoleProfil.ACTIVITE: "données d'activité",
    RoleProfil.FINANCES: "données financières",
    RoleProfil.APPROBATEUR: "approbation",
}


def expected_in_words(declaration: Declaration) -> str:
    """« données d'activité, données financières », « Caf », or nothing once all is paid."""
    if declaration.etat in FROZEN:
        return "" if declaration.etat == EtatDeclaration.PAYEE else "Caf"
    return ", ".join(_SHORT[role] for role in roles_expected(declaration))


class DeclarationTable(Table):
    noun = "déclaration,déclarations"
    row_header = "activite"
    empty_title = "Aucune déclaration"
    empty_advice = (
        "Une déclaration s'ouvre le jour de son échéance, pour chaque activité où vous avez un profil. "
        "Si vous en attendiez une, réinitialisez les filtres, ou demandez un profil à qui les donne."
    )

    exercice = tables.Column(
        "Exercice", accessor="echeance__exercice", order_by=("echeance__exercice", _ACTIVITE, "pk")
    )
    phase = tables.Column(
        "Échéance", accessor="echeance__get_phase_display", order_by=("echeance__opens_on", _ACTIVITE, "pk")
    )
    activite = LinkedColumn("Activité", accessor="activite__libelle", order_by=(_ACTIVITE, "-pk"), url=declaration_url)
    organisme = tables.Column(
        "Organisme", accessor="activite__organisme__raison_sociale", order_by=("activite__organisme__sort_key", "-pk")
    )
    type = tables.Column(
        "Type et nature", accessor="activite__type_label", order_by=("activite__type", "activite__nature", "-pk")
    )
    due_on = tables.Column("À rendre le", accessor="echeance__due_on", order_by=("echeance__due_on", _ACTIVITE, "pk"))
    etat = StatutColumn(verbose_name="État", order_by=("etat", _ACTIVITE, "-pk"))
    attendu = tables.Column("Rôle attendu", accessor="pk", orderable=False)

    class Meta:
        model = Declaration
        fields = ("exercice", "phase", "activite", "organisme", "type", "due_on", "etat", "attendu")

    def __init__(self, *args: Any, portee: Portee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.portee = portee

    def render_type(self, record: Declaration) -> str:
        return format_html('{} <span class="note">{}</span>', record.activite.type_label, record.activite.nature_label)

    def value_type(self, record: Declaration) -> str:
        return f"{record.activite.type_label} – {record.activite.nature_label}"

    def render_due_on(self, value: Any, record: Declaration) -> str:
        if is_late(record):
            late = component("ui/components/status.html", value="echec", label=f"En retard ({in_words(value)})")
            return format_html("{} {}", day(value), late)
        told = "" if record.etat in FROZEN else in_words(value)
        return format_html('{} <span class="note">{}</span>', day(value), told)

    def value_due_on(self, value: Any) -> Any:
        return value

    def render_etat(self, record: Declaration) -> Any:
        return component("ui/components/status.html", value=record.etat, label=record.get_etat_display())

    def value_etat(self, record: Declaration) -> str:
        return record.get_etat_display()

    def render_attendu(self, record: Declaration) -> str:
        words = expected_in_words(record)
        if is_awaiting(record, self.portee):
            return format_html("<strong>Vous</strong> : {}", words)
        return words or "–"

    def value_attendu(self, record: Declaration) -> str:
        return expected_in_words(record)
