"""« Usage annuel »: who used which service when, and when it stops for want of use."""

from collections.abc import Iterator
from datetime import date

import django_tables2 as tables
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html

from portail.habilitations.models import UsageService
from portail.habilitations.tables import LOT, utilisateur_url
from portail.ui.tables import ActionsColumn, DayColumn, LinkedColumn, RowAction, Table, TickColumn
from portail.ui.templatetags.ui import component, day, in_words


def usage_actions(usage: UsageService, table: "UsageTable") -> Iterator[RowAction]:
    if table.reinstate_url and usage.suspended_on is not None:  # type: ignore[attr-defined]
        yield RowAction("Rétablir", f"{table.reinstate_url}?choix={usage.pk}")


def is_due(usage: UsageService) -> bool:
    """Would it be suspended one day for want of use? Not what is already, nor what ended."""
    return usage.suspended_on is None and usage.rattachement.statut_today != "cloture"  # type: ignore[attr-defined]


def etat_in_words(usage: UsageService) -> tuple[str, str]:
    """The look of its status, and the word: « Suspendu », « Bientôt suspendu », « Utilisé », « Jamais utilisé »."""
    if usage.suspended_on is not None:  # type: ignore[attr-defined]
        return "suspendu", f"Suspendu depuis le {usage.suspended_on:%d/%m/%Y}"  # type: ignore[attr-defined]
    left = (usage.due_on - timezone.localdate()).days  # type: ignore[attr-defined]
    if is_due(usage) and left <= settings.PORTAIL["USAGE_AVIS_DAYS"]:
        return "a_venir", "Bientôt suspendu"
    return ("ouvert", "Utilisé") if usage.last_on else ("jamais", "Jamais utilisé")


class UsageTable(Table):
    noun = "service suivi,services suivis"
    caption = "Dernière utilisation de chaque service"
    row_header = "personne"
    empty_title = "Aucun service à suivre"
    empty_advice = "Les services de chaque personne apparaissent ici le lendemain du jour où un groupe les lui donne."

    choix = TickColumn(form=LOT, row_name="rattachement__utilisateur__nom_complet")
    personne = LinkedColumn(
        "Personne",
        accessor="rattachement__utilisateur__nom_complet",
        order_by=("rattachement__utilisateur__sort_key", "pk"),
        url=lambda usage: utilisateur_url(usage.rattachement),
    )
    identifiant = tables.Column("Identifiant", accessor="rattachement__utilisateur__identifiant", orderable=False)
    service = tables.Column("Service", accessor="label", order_by=("service", "pk"))
    last_on = DayColumn(verbose_name="Dernière utilisation", order_by=("last_on", "pk"), default="Jamais")
    etat = tables.Column("État", accessor="pk", orderable=False)
    due_on = tables.Column("Suspension le", order_by=("reference", "pk"))
    actions = ActionsColumn(usage_actions, row_name="rattachement__utilisateur__nom_complet")

    class Meta:
        model = UsageService
        fields = ("choix", "personne", "identifiant", "service", "last_on", "etat", "due_on")

    def __init__(self, *args: object, reinstate_url: str = "", hidden: tuple[str, ...] = (), **kwargs: object) -> None:
        super().__init__(*args, exclude=hidden if reinstate_url else ("choix", *hidden), **kwargs)
        self.reinstate_url = reinstate_url

    def render_etat(self, record: UsageService) -> str:
        value, label = etat_in_words(record)
        return component("ui/components/status.html", value=value, label=label)

    def value_etat(self, record: UsageService) -> str:
        return etat_in_words(record)[1]

    def render_due_on(self, record: UsageService, value: date) -> str:
        if not is_due(record):
            return "–"
        return format_html('{} <span class="note">{}</span>', day(value), in_words(value))

    def value_due_on(self, record: UsageService, value: date) -> date | str:
        return value if is_due(record) else ""
