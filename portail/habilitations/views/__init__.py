"""Screens of « Gestion des habilitations »."""

from portail.habilitations.views.acces import acces_create, acces_decide, acces_list
from portail.habilitations.views.appartenances import (
    appartenance_close,
    appartenance_create,
    appartenance_edit,
    appartenance_list,
    membre_add,
    membre_list,
)
from portail.habilitations.views.conventions import (
    convention_export,
    convention_history,
    convention_list,
    convention_switch,
    convention_view,
    courriel_list,
)
from portail.habilitations.views.demandes import demande_decide, demande_list
from portail.habilitations.views.departs import depart_create
from portail.habilitations.views.groupes import (
    groupe_close,
    groupe_create,
    groupe_edit,
    groupe_list,
    groupe_roles,
    groupe_view,
    responsable_end,
    responsable_list,
    sous_groupe_create,
)
from portail.habilitations.views.horizon import (
    horizon_export,
    horizon_list,
    horizon_renew,
    terme_export,
    terme_list,
    terme_renew,
)
from portail.habilitations.views.lots import utilisateur_lot
from portail.habilitations.views.utilisateurs import (
    identifiant_resend,
    provisional_resend,
    utilisateur_close,
    utilisateur_create,
    utilisateur_edit,
    utilisateur_export,
    utilisateur_list,
    utilisateur_suggest,
    utilisateur_view,
)

__all__ = [
    "acces_create",
    "acces_decide",
    "acces_list",
    "appartenance_close",
    "appartenance_create",
    "appartenance_edit",
    "appartenance_list",
    "convention_export",
    "convention_history",
    "convention_list",
    "convention_switch",
    "convention_view",
    "courriel_list",
    "demande_decide",
    "demande_list",
    "depart_create",
    "groupe_close",
    "groupe_create",
    "groupe_edit",
    "groupe_list",
    "groupe_roles",
    "groupe_view",
    "horizon_export",
    "horizon_list",
    "horizon_renew",
    "identifiant_resend",
    "membre_add",
    "membre_list",
    "provisional_resend",
    "responsable_end",
    "responsable_list",
    "sous_groupe_create",
    "terme_export",
    "terme_list",
    "terme_renew",
    "utilisateur_close",
    "utilisateur_create",
    "utilisateur_edit",
    "utilisateur_export",
    "utilisateur_list",
    "utilisateur_lot",
    "utilisateur_suggest",
    "utilisateur_view",
]
