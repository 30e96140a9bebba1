"""Opens, keeps and ends what lets a person in."""

from portail.comptes.actions.changements import (
    ask_courriel_change,
    confirm_courriel,
    issue_confirmation,
    prepare_confirmation,
    tell_courriel_changed,
)
from portail.comptes.actions.connexion import REFUSED, SignIn, sign_in
from portail.comptes.actions.lanes import DELAYS, LONGEST_DELAY
from portail.comptes.actions.passwords import (
    accept_regle,
    check_password,
    choose_password,
    publish_regle,
    refuse_regle,
)
from portail.comptes.actions.provisional import (
    ask_reset,
    issue_provisional,
    prepare_identifiant,
    prepare_provisional,
    resend_identifiant,
    resend_provisional,
    reset_address,
    send_reset,
    welcome,
)
from portail.comptes.actions.sessions import (
    cut_access,
    drop_brouillon,
    end_oldest_sessions,
    end_session,
    end_sessions,
    keep_brouillon,
    purge_ended_sessions,
    record_sign_out,
    revoke_all_sessions,
)

__all__ = [
    "DELAYS",
    "LONGEST_DELAY",
    "REFUSED",
    "SignIn",
    "accept_regle",
    "ask_courriel_change",
    "ask_reset",
    "check_password",
    "choose_password",
    "confirm_courriel",
    "cut_access",
    "drop_brouillon",
    "end_oldest_sessions",
    "end_session",
    "end_sessions",
    "issue_confirmation",
    "issue_provisional",
    "keep_brouillon",
    "prepare_confirmation",
    "prepare_identifiant",
    "prepare_provisional",
    "publish_regle",
    "purge_ended_sessions",
    "record_sign_out",
    "refuse_regle",
    "resend_identifiant",
    "resend_provisional",
    "reset_address",
    "revoke_all_sessions",
    "send_reset",
    "sign_in",
    "tell_courriel_changed",
    "welcome",
]
