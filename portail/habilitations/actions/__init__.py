"""The only writers of people under a convention, groups, memberships and roles.

Each action locks the convention's row, asks its rule about the state as it then is, writes, and journals.
"""

from portail.habilitations.actions.acces import ask_acces, grant_acces, refuse_acces
from portail.habilitations.actions.appartenances import add_to_groupe, close_appartenance, edit_appartenance
from portail.habilitations.actions.avis import tell_ends
from portail.habilitations.actions.departs import departure
from portail.habilitations.actions.groupes import (
    close_groupe,
    create_groupe,
    edit_groupe,
    end_responsable,
    name_responsable,
    set_roles,
)
from portail.habilitations.actions.lots import Moved, carry_out, rehearse
from portail.habilitations.actions.personnes import additions, closings, prolongations, resends
from portail.habilitations.actions.preview import Change, preview
from portail.habilitations.actions.renouvellements import renew, renewals
from portail.habilitations.actions.successions import (
    accept_succession,
    propose_successor,
    refuse_succession,
    withdraw_succession,
)
from portail.habilitations.actions.suppleances import end_suppleance, name_suppleant, switch_suppleance
from portail.habilitations.actions.usages import note_use, reinstate, reinstatements, watch_usages
from portail.habilitations.actions.utilisateurs import (
    close_utilisateur,
    create_utilisateur,
    decide_demande,
    edit_utilisateur,
    name_administrateur,
    record_export,
    switch_organisation,
)

__all__ = [
    "Change",
    "Moved",
    "accept_succession",
    "add_to_groupe",
    "additions",
    "ask_acces",
    "carry_out",
    "close_appartenance",
    "close_groupe",
    "close_utilisateur",
    "closings",
    "create_groupe",
    "create_utilisateur",
    "decide_demande",
    "departure",
    "edit_appartenance",
    "edit_groupe",
    "edit_utilisateur",
    "end_responsable",
    "end_suppleance",
    "grant_acces",
    "name_administrateur",
    "name_responsable",
    "name_suppleant",
    "note_use",
    "preview",
    "prolongations",
    "propose_successor",
    "record_export",
    "refuse_acces",
    "refuse_succession",
    "rehearse",
    "reinstate",
    "reinstatements",
    "renew",
    "renewals",
    "resends",
    "set_roles",
    "switch_organisation",
    "switch_suppleance",
    "tell_ends",
    "watch_usages",
    "withdraw_succession",
]
