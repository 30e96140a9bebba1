"""What ends, and what is asked for."""

from collections.abc import Callable
from datetime import date
from functools import cached_property

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from portail.habilitations import roles
from portail.habilitations.enums import Nature
from portail.habilitations.models import DemandeAcces, Terme
from portail.habilitations.tables import LOT
from portail.ui.tables import DayColumn, LinkedColumn, Table, TickColumn
from portail.ui.templatetags.ui import day, in_words


def terme_url(terme: Terme) -> str:
    """Where one sees what ends: the person, the group or the convention."""
    if terme.rattachement is not None:
        return reverse("habilitations:utilisateur_view", args=[terme.convention_id, terme.rattachement_id])
    if terme.groupe_id is not None:
        return reverse("habilitations:groupe_view", args=[terme.convention_id, terme.groupe_id])
    return reverse("habilitations:convention_view", args=[terme.convention_id])


class TermeTable(Table):
    """« Horizon »: what ends, when, which rights stop with it, what one can do."""

    noun = "échéance,échéances"
    row_header = "what"
    empty_title = "Rien ne se termine"
    empty_advice = "Aucun accès, aucun groupe, aucun rôle ne se termine dans la période et avec les filtres choisis."

    choix = TickColumn(form=LOT, row_name="what")
    nature = tables.Column("Nature", accessor="get_nature_display", orderable=False)
    what = LinkedColumn("Qui ou quoi", order_by=("sort_key", "pk"), url=terme_url)
    convention = tables.Column("Convention", accessor="convention__libelle", orderable=False)
    closes_on = tables.Column("Dernier jour", order_by=("closes_on", "sort_key", "pk"))
    lost = tables.Column("Ce qui s'arrête", empty_values=(), orderable=False)
    remedy = tables.Column("Que faire", empty_values=(), orderable=False)

    class Meta:
        model = Terme
        fields = ("choix", "nature", "what", "convention", "closes_on", "lost", "remedy")

    def __init__(self, *args: object, lost: Callable[[list[Terme]], dict[str, str]], renew_url: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.rights_lost, self.renew_url = lost, renew_url

    @cached_property
    def lost_by_line(self) -> dict[str, str]:
        return self.rights_lost([row.record for row in self.paginated_rows])

    def render_closes_on(self, value: date) -> str:
        return format_html('{} <span class="note">{}</span>', day(value), in_words(value))

    def value_closes_on(self, value: date) -> date:
        return value

    def render_lost(self, record: Terme) -> str:
        if record.nature == Nature.ADMINISTRATEUR:
            return "L'administration de la convention"
        if record.nature == Nature.RESPONSABLE:
            return "La gestion du groupe"
        return self.lost_by_line.get(record.pk, "Aucun droit en cours")

    def value_lost(self, record: Terme) -> str:
        return self.render_lost(record)

    def render_remedy(self, record: Terme) -> str:
        if record.is_decided:
            return f"Fin décidée : {record.closing_reason}" if record.closing_reason else "Fin décidée"
        if record.nature == Nature.JUSTIFICATIF:
            return "Déposer un nouveau justificatif"
        if not record.is_renewable:
            return "Par un avenant à la convention"
        if not self.renew_url:
            return ""
        return format_html(
            '<a href="{}?choix={}">Renouveler<span class="visually-hidden"> : {}</span></a>',
            self.renew_url,
            record.pk,
            record.what,
        )

    def value_remedy(self, record: Terme) -> str:
        return "Renouveler" if record.is_renewable else self.render_remedy(record)


class DemandeAccesTable(Table):
    noun = "demande en attente,demandes en attente"
    row_header = "personne"
    empty_title = "Aucune demande en attente"
    empty_advice = "Les demandes d'accès de vos collaborateurs apparaîtront ici."

    personne = LinkedColumn(
        "Personne",
        accessor="rattachement__utilisateur__nom_complet",
        order_by=("rattachement__utilisateur__sort_key", "pk"),
        url=lambda demande: reverse("habilitations:acces_decide", args=[demande.pk]),
    )
    convention = tables.Column("Convention", accessor="rattachement__convention__libelle", orderable=False)
    service = tables.Column("Service")
    motif = tables.Column("Motif", orderable=False)
    wished_until = DayColumn(verbose_name="Jusqu'au")
    asked_at = DayColumn(verbose_name="Demandé le")

    class Meta:
        model = DemandeAcces
        fields = ("personne", "convention", "service", "motif", "wished_until", "asked_at")

    def render_service(self, value: str) -> str:
        return roles.SERVICES[value].libelle if value in roles.SERVICES else value
