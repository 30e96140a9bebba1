"""People, their sessions and what lets them in; and what « dated » means for every table of the portal."""

from portail.comptes.models.dates import (
    Dated,
    DatedQuerySet,
    DateRange,
    Opened,
    SortKey,
    at_day,
    closes_after_opening,
    midnight,
    rows_found,
)
from portail.comptes.models.sessions import Session, SignInLane, browser_in_words
from portail.comptes.models.utilisateurs import (
    AcceptationRegle,
    Brouillon,
    ChangementCourriel,
    MotDePasseProvisoire,
    Poste,
    RegleUsage,
    Utilisateur,
)

__all__ = [
    "AcceptationRegle",
    "Brouillon",
    "ChangementCourriel",
    "DateRange",
    "Dated",
    "DatedQuerySet",
    "MotDePasseProvisoire",
    "Opened",
    "Poste",
    "RegleUsage",
    "Session",
    "SignInLane",
    "SortKey",
    "Utilisateur",
    "at_day",
    "browser_in_words",
    "closes_after_opening",
    "midnight",
    "rows_found",
]
