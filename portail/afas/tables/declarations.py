"""« Mes déclarations »."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from portail.afas.enums import FROZEN, OPEN_TO_ENTRY, EtatDeclaration, RoleProfil
from portail.afas.models import Declaration
from portail.ui.tables import LinkedColumn, StatutColumn, Table
from portail.ui.templatetags.ui import component, day, in_words

_ACTIVITE = "activite__sort_key"


def declaration_url(declaration: Declaration) -> str:
    return reverse("afas:declaration_view", args=[declaration.pk])


def is_late(declaration: Declaration) -> bool:
    """Past its due date, and the Caf does not have it."""
    return declaration.etat not in FROZEN and declaration.echeance.due_on < timezone.localdate()


def roles_expected(declaration: Any) -> str:
    """Who has to do something now; `declaration` is one of `queries.declarations.listed_for`."""
    if declaration.etat == EtatDeclaration.A_APPROUVER:
        return RoleProfil.APPROBATEUR.label
    if declaration.etat not in OPEN_TO_ENTRY:
        return "" if declaration.etat == EtatDeclaration.PAYEE else "Caf"
    wanted = ((declaration.wants_activite, RoleProfil.ACTIVITE), (declaration.wants_finances, RoleProfil.FINANCES))
    return ", ".join(role.label for is_wanted, role in wanted if is_wanted) or "Fournisseurs"


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

    def render_attendu(self, record: Any) -> str:
        expected = roles_expected(record) or "–"
        return format_html("<strong>Vous</strong> : {}", expected) if record.awaits_me else expected

    def value_attendu(self, record: Any) -> str:
        return roles_expected(record)
