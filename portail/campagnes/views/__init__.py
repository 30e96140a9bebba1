"""Screens of « Campagnes », of « Mes revues » and of « Dossiers d'audit »."""

from portail.campagnes.views.campagnes import (
    campagne_create,
    campagne_list,
    campagne_view,
    ligne_export,
    ligne_list,
    preuve_download,
)
from portail.campagnes.views.decisions import (
    campagne_apply,
    campagne_close,
    campagne_drop,
    campagne_launch,
    campagne_undo,
)
from portail.campagnes.views.dossiers import dossier_create, dossier_download, dossier_list, dossier_view
from portail.campagnes.views.revues import revue_export, revue_list, revue_lot, revue_view

__all__ = [
    "campagne_apply",
    "campagne_close",
    "campagne_create",
    "campagne_drop",
    "campagne_launch",
    "campagne_list",
    "campagne_undo",
    "campagne_view",
    "dossier_create",
    "dossier_download",
    "dossier_list",
    "dossier_view",
    "ligne_export",
    "ligne_list",
    "preuve_download",
    "revue_export",
    "revue_list",
    "revue_lot",
    "revue_view",
]
