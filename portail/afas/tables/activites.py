"""Lists of the activités and of the lines of an import."""

from collections.abc import Iterator

import django_tables2 as tables
from django.urls import reverse

from portail.afas.models import Activite
from portail.afas.rules.activites import refuse_keeping_activite
from portail.habilitations.acteur import Acteur
from portail.ui.tables import ActionsColumn, ClosingColumn, DayColumn, LinkedColumn, RowAction, StatutColumn, Table


def activite_actions(activite: Activite, table: "ActiviteTable") -> Iterator[RowAction]:
    if refuse_keeping_activite(table.acteur, activite) is None:
        yield RowAction("Modifier", reverse("afas:activite_edit", args=[activite.pk]))
        yield RowAction("Ajouter un lieu d'implantation", reverse("afas:lieu_create", args=[activite.pk]))
        yield RowAction("Clôturer", reverse("afas:activite_close", args=[activite.pk]))


class ActiviteTable(Table):
    noun = "activité,activités"
    row_header = "libelle"
    empty_title = "Aucune activité"
    empty_advice = "Modifiez vos critères, créez une activité ou importez-en une liste."

    libelle = LinkedColumn(
        "Activité",
        order_by=("sort_key", "pk"),
        url=lambda activite: reverse("afas:activite_view", args=[activite.pk]),
    )
    organisme = tables.Column(
        "Organisme", accessor="organisme__raison_sociale", order_by=("organisme__sort_key", "sort_key", "pk")
    )
    type = tables.Column("Type", accessor="type_label", order_by=("type", "nature", "sort_key", "pk"))
    nature = tables.Column("Nature", accessor="nature_label", order_by=("nature", "sort_key", "pk"))
    numero_dossier = tables.Column("N° de dossier")
    capacite = tables.Column("Capacité")
    opens_on = DayColumn(verbose_name="Ouverture")
    closes_on = ClosingColumn("Clôture")
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    actions = ActionsColumn(activite_actions, row_name="libelle")

    class Meta:
        model = Activite
        fields = (
            "libelle",
            "organisme",
            "type",
            "nature",
            "numero_dossier",
            "capacite",
            "opens_on",
            "closes_on",
            "statut",
        )

    def __init__(self, *args: object, acteur: Acteur, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.acteur = acteur


class LigneTable(Table):
    """The lines of a file, with what each would do."""

    noun = "ligne,lignes"
    row_header = "rang"

    rang = tables.Column("Ligne", orderable=False)
    organisme = tables.Column("Organisme", orderable=False)
    libelle = tables.Column("Activité", orderable=False)
    numero_dossier = tables.Column("N° de dossier", orderable=False)
    verdict = StatutColumn(verbose_name="Résultat", orderable=False)
    why = tables.Column("Explications", orderable=False)


class ModeleTable(Table):
    """The template of an import: its titles and one example; the columns are given with it."""
