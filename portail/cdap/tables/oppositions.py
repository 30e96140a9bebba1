"""The oppositions of a Caf."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse

from portail.cdap.models import Opposition
from portail.cdap.models.dossiers import NUMERO_DIGITS
from portail.ui.tables import ActionsColumn, DayColumn, RowAction, Table


class OppositionTable(Table):
    noun = "opposition,oppositions"
    row_header = "numero"
    empty_title = "Aucune opposition"
    empty_advice = "Quand une personne refuse que les partenaires consultent son dossier, enregistrez-le ici."

    numero = tables.Column("Numéro allocataire", order_by=("numero", "pk"))
    opens_on = DayColumn(verbose_name="Depuis le", order_by=("opens_on", "pk"))
    closes_on = DayColumn(verbose_name="Levée le", order_by=("closes_on", "pk"))
    source = tables.Column("Demande reçue", orderable=False)
    entered_by = tables.Column("Saisie par", accessor="entered_by__nom_complet", orderable=False)
    motif = tables.Column("Motif de fin", orderable=False)
    actions = ActionsColumn(
        lambda row, table: (
            [RowAction("Lever l'opposition", reverse("cdap:opposition_end", args=[row.pk]))]
            if row.closes_on is None
            else []
        ),
        row_name="numero",
    )

    class Meta:
        model = Opposition
        fields = ("numero", "opens_on", "closes_on", "source", "entered_by", "motif")

    def __init__(self, *args: Any, may_edit: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if may_edit else ("actions",), **kwargs)

    def render_numero(self, value: int) -> str:
        return f"{value:0{NUMERO_DIGITS}d}"

    value_numero = render_numero
