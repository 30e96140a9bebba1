"""A sheet as a file: what it holds, and the model of an import."""

from typing import Any

import django_tables2 as tables

from portail.afas.forms.reprise import CODE, VALUE
from portail.ui.tables import Table


class VoletTable(Table):
    """One line per field: the code by which an import knows it, then what a person reads."""

    noun = "champ,champs"

    code = tables.Column(CODE)
    label = tables.Column("Libellé")
    value = tables.Column(VALUE, default="")
    unite = tables.Column("Unité", default="")
    n1 = tables.Column("Réel de l'année précédente", default="")
    precedent = tables.Column("Déclaration précédente de l'exercice", default="")
    groupe = tables.Column("Groupe")

    class Meta:
        attrs: dict[str, Any] = {}
