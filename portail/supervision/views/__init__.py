"""Screens of « Supervision » and of « Suivi des habilitations »."""

from portail.supervision.views.anomalies import anomalie_export, anomalie_follow, anomalie_list, anomalie_view
from portail.supervision.views.habilitations import habilitation_export, habilitation_list, habilitation_view
from portail.supervision.views.journal import journal_export, journal_list, sante_view
from portail.supervision.views.usages import usage_export, usage_view

__all__ = [
    "anomalie_export",
    "anomalie_follow",
    "anomalie_list",
    "anomalie_view",
    "habilitation_export",
    "habilitation_list",
    "habilitation_view",
    "journal_export",
    "journal_list",
    "sante_view",
    "usage_export",
    "usage_view",
]
