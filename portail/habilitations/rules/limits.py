"""What nothing goes beyond: dates, quotas of the bulletins, at least one administrateur on each day."""

from collections.abc import Collection
from datetime import date

from portail.comptes.models import Dated
from portail.conventions.models import BulletinAdhesion, Convention, Rattachement
from portail.habilitations import queries, roles
from portail.habilitations.queries.successions import days_left_without
from portail.ui.rules import Refusal


def refuse_losing_administrateur(
    rattachement: Rattachement, on: date, kept: tuple[date, date | None] | None = None
) -> str | None:
    """A convention has an administrateur on each day from this one on; `kept` are the days left to this one."""
    missing = days_left_without(rattachement, on, kept)
    if missing is None:
        return None
    propose = ("Proposer un successeur", "habilitations:succession_create", rattachement.convention_id)
    if missing.first > on:
        return Refusal(
            f"La convention n'aurait plus d'administrateur à partir du {missing.first:%d/%m/%Y} : "
            "un successeur doit d'abord être proposé à la Caf, et accepté par elle.",
            remedy=propose,
        )
    return Refusal(
        "C'est le seul administrateur de la convention : un successeur doit d'abord être proposé à la Caf, et accepté "
        "par elle.",
        remedy=propose,
    )


def refuse_dates(
    opens_on: date, closes_on: date | None, *, within: Collection[tuple[str, date, date | None]] = ()
) -> str | None:
    """The end comes after the beginning, and both lie within what carries them."""
    if closes_on and closes_on < opens_on:
        return "La date de clôture précède la date d'ouverture."
    for label, first, last in within:
        if opens_on < first:
            return f"La date d'ouverture précède celle {label} ({first:%d/%m/%Y})."
        if last and opens_on > last:
            return f"La date d'ouverture vient après la clôture {label} ({last:%d/%m/%Y})."
        if last and closes_on and closes_on > last:
            return f"La date de clôture dépasse celle {label} ({last:%d/%m/%Y})."
    return None


def refuse_ending(fact: Dated, closes_on: date) -> str | None:
    """What is over by then is not ended a second time."""
    if fact.closes_on is not None and fact.closes_on <= closes_on:
        return f"C'est déjà clôturé au {fact.closes_on:%d/%m/%Y}."
    return None


def refuse_quota(convention: Convention, on: date) -> str | None:
    """A bulletin may limit how many people use its service."""
    for bulletin in queries.limited_bulletins(convention, on):
        if refusal := refuse_too_many(bulletin, queries.people_counted(bulletin, on).count()):
            return refusal
    return None


def refuse_too_many(bulletin: BulletinAdhesion, count: int) -> str | None:
    if bulletin.max_utilisateurs is not None and count > bulletin.max_utilisateurs:
        label = roles.service(bulletin.service).libelle
        return (
            f"Le bulletin d'adhésion limite « {label} » à {bulletin.max_utilisateurs} utilisateurs : "
            f"il y en aurait {count}. Retirez quelqu'un, ou demandez à votre Caf d'élever la limite."
        )
    return None
