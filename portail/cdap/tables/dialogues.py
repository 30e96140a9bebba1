"""« Mes dialogues » of a partner, « Dialogues » of the Caf, its subjects."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from portail.cdap.enums import EtatDialogue
from portail.cdap.models import Dialogue, SujetDialogue
from portail.cdap.queries.dialogues import waiting_days
from portail.ui.tables import (
    ActionsColumn,
    ClosingColumn,
    DayColumn,
    LinkedColumn,
    RowAction,
    StatutColumn,
    Table,
    TickColumn,
)
from portail.ui.templatetags.ui import component, counted, instant

LOT = "lot"
# How each state looks: the icons that the other queues use for the same thing.
LOOKS = {
    EtatDialogue.NOUVEAU: "a_faire",
    EtatDialogue.PRIS_EN_CHARGE: "pris_en_charge",
    EtatDialogue.EN_ATTENTE: "a_completer",
    EtatDialogue.REPONDU: "valide",
    EtatDialogue.CLOS: "clos",
}


def etat_drawn(dialogue: Dialogue) -> str:
    return component(
        "ui/components/status.html",
        value=LOOKS[EtatDialogue(dialogue.etat)],
        label=dialogue.get_etat_display(),
    )


def dialogue_url(dialogue: Dialogue) -> str:
    return reverse("cdap:dialogue_view", args=[dialogue.pk])


def resume_url(dialogue: Dialogue) -> str:
    return reverse("cdap:dialogue_resume", args=[dialogue.pk])


class _DialogueTable(Table):
    """What both sides see of a thread; the number is on the page, and never in an export."""

    noun = "dialogue,dialogues"
    row_header = "sujet"

    sujet = LinkedColumn("Sujet", url=dialogue_url, order_by=("sujet", "pk"))
    numero = tables.Column("Dossier", accessor="numero_written", order_by=("numero", "pk"), exclude_from_export=True)
    etat = StatutColumn(verbose_name="État", order_by=("etat", "pk"))
    last_at = tables.Column("Dernier message", order_by=("last_at", "pk"))

    class Meta:
        model = Dialogue
        fields: tuple[str, ...] = ()

    def render_etat(self, record: Dialogue) -> str:
        return etat_drawn(record)

    def value_etat(self, record: Dialogue) -> str:
        return record.get_etat_display()

    def render_last_at(self, record: Dialogue) -> str:
        return instant(record.last_at)

    def value_last_at(self, record: Dialogue) -> str:
        return instant(record.last_at)


class MesDialoguesTable(_DialogueTable):
    """« Mes dialogues »; those of colleagues lead to the page that takes them over."""

    empty_title = "Aucun dialogue"
    empty_advice = "Pour écrire à la Caf, demandez un dossier, puis choisissez « Dialogue »."

    caf = tables.Column("Caf", accessor="caf__nom", order_by=("caf__code", "pk"))
    porteur = tables.Column("Suivi par", accessor="porteur__nom_complet", order_by=("porteur__sort_key", "pk"))

    class Meta(_DialogueTable.Meta):
        sequence = ("sujet", "numero", "caf", "etat", "last_at", "porteur")

    def __init__(self, *args: Any, is_of_colleagues: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_of_colleagues = is_of_colleagues

    def render_sujet(self, record: Dialogue) -> str:
        if self.is_of_colleagues:
            return format_html(
                '<a href="{}">{}</a> <span class="note">à reprendre</span>', resume_url(record), record.sujet
            )
        unread = "réponse à lire" if record.is_unread else ""
        return format_html(
            '<a href="{}">{}</a> <span class="note">{}</span>', dialogue_url(record), record.sujet, unread
        )

    def value_sujet(self, record: Dialogue) -> str:
        return record.sujet


class DialogueQueueTable(_DialogueTable):
    """« Dialogues »: who writes about what, since when it waits, who follows it."""

    empty_title = "Aucun dialogue"
    empty_advice = "Rien n'attend la Caf avec ces critères : modifiez-les, ou réinitialisez-les."

    choix = TickColumn(form=LOT, row_name="sujet")
    organisme = tables.Column("Organisme", accessor="organisme__raison_sociale", order_by=("organisme__sort_key", "pk"))
    porteur = tables.Column("Écrit par", accessor="porteur__nom_complet", order_by=("porteur__sort_key", "pk"))
    agent = tables.Column(
        "Suivi par", accessor="agent__nom_complet", default="Personne", order_by=("agent__sort_key", "pk")
    )
    attente = tables.Column("Attend depuis", accessor="last_at", order_by=("last_at", "pk"))

    class Meta(_DialogueTable.Meta):
        sequence = ("choix", "sujet", "organisme", "porteur", "numero", "etat", "attente", "agent")
        exclude = ("last_at",)

    def __init__(self, *args: Any, is_working: bool, delai: int, **kwargs: Any) -> None:
        super().__init__(*args, exclude=("last_at",) if is_working else ("last_at", "choix"), **kwargs)
        self.delai = delai

    def render_attente(self, record: Dialogue) -> str:
        words = self.value_attente(record)
        days = waiting_days(record)
        if days is None or days < self.delai:
            return words or "–"
        return component("ui/components/status.html", value="echec", label=f"{words}, en retard")

    def value_attente(self, record: Dialogue) -> str:
        days = waiting_days(record)
        if days is None:
            return ""
        return counted(days, "jour,jours") if days else "aujourd'hui"


def _sujet_actions(sujet: SujetDialogue, table: "SujetTable") -> list[RowAction]:
    if not table.is_managing or not sujet.is_open(table.on):
        return []
    return [RowAction("Ne plus proposer", reverse("cdap:sujet_end", args=[sujet.pk]), posts=True)]


class SujetTable(Table):
    noun = "sujet,sujets"
    row_header = "libelle"
    empty_title = "La liste livrée est en service"
    empty_advice = "Votre Caf n'a pas encore écrit sa liste : les partenaires choisissent dans celle qui est livrée."

    libelle = tables.Column("Sujet", order_by=("libelle", "pk"))
    opens_on = DayColumn(verbose_name="Proposé depuis le", order_by=("opens_on", "pk"))
    closes_on = ClosingColumn("Jusqu'au", order_by=("closes_on", "pk"))
    actions = ActionsColumn(_sujet_actions, row_name="libelle")

    class Meta:
        model = SujetDialogue
        fields = ("libelle", "opens_on", "closes_on", "actions")

    def __init__(self, *args: Any, is_managing: bool, on: date, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if is_managing else ("actions",), **kwargs)
        self.is_managing, self.on = is_managing, on
