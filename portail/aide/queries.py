"""Which fiches there are, and whom each is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.core.exceptions import ObjectDoesNotExist

from portail.aide.calculs import found
from portail.aide.definitions import PUBLICS, SITE, TACHES, Fiche, fiches
from portail.conventions.enums import Fonction
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur

MINE = "moi"


@dataclass(frozen=True)
class Groupe:
    """The fiches of one service and one task."""

    service: str
    tache: str
    fiches: list[Fiche]


def publics_of(acteur: Acteur) -> set[str]:
    """What the person is, in the words of the fiches."""
    held = {code for service in roles.SERVICES for code in acteur.roles_of(service)}
    partner = {"partenaire.administrateur"} if acteur.administered else set()
    partner |= {"partenaire.responsable"} if acteur.answered_for else set()
    return held | partner | ({f"caf.{Fonction(acteur.fonction)}"} if acteur.fonction else set()) | {"tous"}


def fiche_for(acteur: Acteur, fiche: str) -> Fiche:
    """Everybody reads every fiche."""
    if fiche not in fiches():
        raise ObjectDoesNotExist
    return fiches()[fiche]


def fiches_for(acteur: Acteur, asked: str, service: str, public: str) -> list[Fiche]:
    """Those that answer these words, of this service, for this public (MINE: for the person); the best first."""
    wanted = publics_of(acteur) if public == MINE else {public, "tous"} if public else set()
    kept = [
        each
        for each in fiches().values()
        if (not service or each.service == service) and (not public or wanted & set(each.publics))
    ]
    return found(kept, asked)


def grouped(found: Sequence[Fiche]) -> list[Groupe]:
    """Service by service in the order of the registry, the site first; task by task."""
    services = [SITE, *roles.SERVICES]
    key = lambda each: (services.index(each.service), TACHES.index(each.tache))  # noqa: E731
    return [
        Groupe(service_label(services[service]), TACHES[tache], list(rows))
        for (service, tache), rows in groupby(sorted(found, key=key), key)
    ]


def see_also(fiche: Fiche) -> list[Fiche]:
    return [fiches()[code] for code in fiche.voir]


def service_label(code: str) -> str:
    return "Le portail" if code == SITE else roles.service_label(code)


def service_choices() -> list[tuple[str, str]]:
    """The services that have a fiche."""
    told = {each.service for each in fiches().values()}
    return [(code, service_label(code)) for code in (SITE, *roles.SERVICES) if code in told]


def public_choices() -> list[tuple[str, str]]:
    """Those for whom there is a fiche of their own; the profiles first."""
    told = {public for each in fiches().values() for public in each.publics}
    held = [role.code for service in roles.SERVICES.values() for role in service.roles]
    return [(code, public_label(code)) for code in (*held, *PUBLICS) if code in told and code != "tous"]


def public_label(code: str) -> str:
    """« T1 – Travailleur social », « Auditeur »."""
    return PUBLICS.get(code) or roles.role(code).libelle
