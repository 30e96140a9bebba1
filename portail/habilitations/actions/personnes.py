"""The lines of an act on many people of a convention: each is the action of the single form."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from portail.comptes import actions as comptes
from portail.conventions.models import Rattachement
from portail.habilitations import rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.appartenances import add_to_groupe
from portail.habilitations.actions.common import allow
from portail.habilitations.actions.lots import Line
from portail.habilitations.actions.renouvellements import renewals
from portail.habilitations.actions.utilisateurs import closable, close_known
from portail.habilitations.models import Groupe
from portail.habilitations.queries.horizon import termes_of
from portail.ui.rules import Refused

People = Sequence[Rattachement]


def person(rattachement: Rattachement) -> str:
    """« Olivia Robine (ENF01302XB) »."""
    return f"{rattachement.utilisateur.nom_complet} ({rattachement.utilisateur.identifiant})"


def additions(by: Acteur, people: People, groupe: Groupe, opens_on: date, closes_on: date | None) -> Iterator[Line]:
    """Everybody into one group, between the same days."""
    end = f" au {closes_on:%d/%m/%Y}" if closes_on else ""
    told = f"{groupe.libelle}, du {opens_on:%d/%m/%Y}{end}"
    for each in people:
        groupe.convention = each.convention
        act = partial(add_to_groupe, by=by, groupe=groupe, rattachement=each, opens_on=opens_on, closes_on=closes_on)
        yield Line(f"rattachement:{each.pk}", person(each), told, act)


def prolongations(by: Acteur, people: People, until: date) -> Iterator[Line]:
    """What ends before that day: everybody's access, then the memberships."""
    termes = termes_of(people, by.on, until)
    ending = {terme.rattachement_id for terme in termes}
    for each in people:
        if each.pk not in ending:
            sentence = f"Rien ne se termine pour cette personne avant le {until:%d/%m/%Y}, ou sa fin a été décidée."
            yield Line(f"rattachement:{each.pk}", person(each), "", partial(_refuse, sentence))
    yield from renewals(by, termes, until)


def _refuse(sentence: str) -> None:
    raise Refused(sentence)


def closings(by: Acteur, people: People, closes_on: date, motif: str) -> Iterator[Line]:
    """The end of everybody's access under the convention."""
    for each, facts in closable(people):
        act = partial(close_known, by, each, facts, closes_on, motif)
        yield Line(f"rattachement:{each.pk}", person(each), f"dernier jour : {closes_on:%d/%m/%Y}", act)


def resends(by: Acteur, people: People) -> Iterator[Line]:
    """Everybody's identifiant, by mail (S0)."""
    for each in people:
        told = f"courriel à {each.utilisateur.courriel}"
        yield Line(f"rattachement:{each.pk}", person(each), told, partial(_resend, by, each))


def _resend(by: Acteur, rattachement: Rattachement) -> None:
    allow(rules.refuse_resending(by, rattachement))
    comptes.resend_identifiant(by=by, utilisateur=rattachement.utilisateur, about=[rattachement.convention])
