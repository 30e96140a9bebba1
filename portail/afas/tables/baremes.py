"""The lists of figures and of thresholds."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from portail.afas.enums import EtatChiffre
from portail.afas.queries.baremes import ChiffreLu, SeuilLu
from portail.ui.tables import ActionsColumn, LinkedColumn, RowAction, Table
from portail.ui.templatetags.ui import NOTHING, component

_LOOKS = {
    EtatChiffre.MANQUANT: "echec",
    EtatChiffre.A_CONFIRMER: "a_confirmer",
    EtatChiffre.PUBLIE: "valide",
    EtatChiffre.SAISI: "signee",
}


def chiffre_url(page: str, chiffre: ChiffreLu) -> str:
    return reverse(f"afas:{page}", args=[chiffre.type.code, chiffre.exercice, chiffre.published.key])


def seuil_url(page: str, seuil: SeuilLu) -> str:
    return reverse(f"afas:{page}", args=[seuil.type.code, seuil.seuil.code])


def etat_of(chiffre: ChiffreLu) -> str:
    """The état, icon and word."""
    return component("ui/components/status.html", value=_LOOKS[chiffre.etat], label=chiffre.etat.label)


class _EditableTable(Table):
    """The act of each row, for those who may."""

    def __init__(self, *args: Any, may_edit: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if may_edit else ("actions",), **kwargs)


class ChiffreTable(_EditableTable):
    noun = "chiffre,chiffres"
    caption = "Chiffres du barème, ceux qui manquent d'abord"
    row_header = "libelle"
    empty_title = "Aucun chiffre"
    empty_advice = "Modifiez ou réinitialisez vos critères : chaque exercice a ses chiffres."

    libelle = LinkedColumn("Chiffre", url=lambda chiffre: chiffre_url("chiffre_view", chiffre))
    type_label = tables.Column("Type d'activité", order_by=("type_label", "nature_label"))
    nature_label = tables.Column("Nature", visible=False)  # under the type on the screen
    exercice = tables.Column("Exercice", visible=False)  # of the filter on the screen; said in the file
    valeur = tables.Column("Valeur")
    etat = tables.Column("État", order_by=("etat_rank",))
    source = tables.Column("Source", orderable=False, empty_values=())
    surete = tables.Column("Sûreté", visible=False)  # under the source on the screen
    entered_by = tables.Column("Saisi par", visible=False)
    actions = ActionsColumn(
        lambda row, table: [RowAction("Saisir une valeur", chiffre_url("chiffre_create", row))], row_name="libelle"
    )

    def render_source(self, record: ChiffreLu) -> str:
        if record.valeur is None:
            return NOTHING
        said = f"saisi par {record.entered_by}" if record.own else record.surete
        return format_html('{} <span class="note">{}</span>', record.source, said)

    def value_source(self, record: ChiffreLu) -> str:
        return record.source

    def render_type_label(self, record: ChiffreLu) -> str:
        return format_html('{} <span class="note">{}</span>', record.type_label, record.nature_label)

    def value_type_label(self, record: ChiffreLu) -> str:
        return record.type_label

    def render_valeur(self, record: ChiffreLu) -> str:
        return record.valeur_written

    def value_valeur(self, record: ChiffreLu) -> str:
        return record.valeur_written

    def render_etat(self, record: ChiffreLu) -> str:
        return etat_of(record)

    def value_etat(self, record: ChiffreLu) -> str:
        return record.etat.label


class SeuilTable(_EditableTable):
    noun = "seuil,seuils"
    caption = "Seuils des contrôles de cohérence"
    row_header = "libelle"

    libelle = LinkedColumn("Seuil", url=lambda seuil: seuil_url("seuil_view", seuil))
    type_label = tables.Column("Type d'activité")
    valeur = tables.Column("Valeur")
    portail_written = tables.Column("Valeur du portail", orderable=False)
    origine = tables.Column("Choisi par")
    entered_by = tables.Column("Saisi par")
    actions = ActionsColumn(
        lambda row, table: [RowAction("Choisir une valeur", seuil_url("seuil_create", row))], row_name="libelle"
    )

    def render_valeur(self, record: SeuilLu) -> str:
        return record.valeur_written

    def value_valeur(self, record: SeuilLu) -> str:
        return record.valeur_written
