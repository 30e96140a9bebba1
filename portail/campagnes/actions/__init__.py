"""The only writers of campaigns, of answers and of audit packs."""

from portail.campagnes.actions.campagnes import (
    apply_campagne,
    carry_on,
    carry_on_all,
    close_answers,
    close_ended,
    create_campagne,
    drop,
    launch,
    undo_campagne,
)
from portail.campagnes.actions.dossiers import ask_dossier, make, make_all, purge_dossiers, read_dossier
from portail.campagnes.actions.preuves import read_proof
from portail.campagnes.actions.rappels import remind
from portail.campagnes.actions.revues import answer

__all__ = [
    "answer",
    "apply_campagne",
    "ask_dossier",
    "carry_on",
    "carry_on_all",
    "close_answers",
    "close_ended",
    "create_campagne",
    "drop",
    "launch",
    "make",
    "make_all",
    "purge_dossiers",
    "read_dossier",
    "read_proof",
    "remind",
    "undo_campagne",
]
