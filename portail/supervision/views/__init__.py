"""Screens of « Supervision » and of « Suivi des habilitations »."""

from portail.supervision.views.habilitations import habilitation_export, habilitation_list, habilitation_view
from portail.supervision.views.journal import journal_list, sante_view

__all__ = [
    "habilitation_export",
    "habilitation_list",
    "habilitation_view",
    "journal_list",
    "sante_view",
]
