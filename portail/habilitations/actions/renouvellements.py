"""What comes to its end goes on until a later day, within what carries it."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction

from portail.conventions.models import Administrateur, Rattachement
from portail.habilitations import events, roles, rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.appartenances import add_to_groupe, edit_appartenance
from portail.habilitations.actions.common import allow, forget_closing, keep_quota, lock
from portail.habilitations.actions.groupes import edit_groupe
from portail.habilitations.actions.lots import Line
from portail.habilitations.actions.utilisateurs import Fiche, edit_utilisateur
from portail.habilitations.models import Appartenance, Groupe, Responsable, RoleGroupe, Terme
from portail.habilitations.queries.horizon import Fact, facts_of, last_day_of_role
from portail.journal import actions as journal


def renewals(by: Acteur, termes: list[Terme], until: date) -> Iterator[Line]:
    """A line of renewal for each end, carriers before what they carry; each asks its own rule."""
    for terme, fact in facts_of(termes):
        told = f"{terme.closes_on:%d/%m/%Y} → {until:%d/%m/%Y}"
        yield Line(terme.pk, label_of(terme), told, partial(renew, by=by, terme=terme, fact=fact, until=until))


def label_of(terme: Terme) -> str:
    """« Appartenance à un groupe : Olivia Robine (ENF…), Accueil »."""
    return f"{terme.get_nature_display()} : {terme.what}"


@transaction.atomic
def renew(*, by: Acteur, terme: Terme, fact: Fact | None, until: date) -> None:
    """Has one thing last until that day, by the action of its own form where it has one.

    What is over already opens anew today: the days in between stay closed, as they were. Only a group and a person's
    access, which carry other things, are prolonged as they are.

    :raises Refused: when a rule forbids it
    """
    lock(terme.convention)
    allow(rules.refuse_renewing(terme, until, by.on))
    _RENEW[type(fact)](by, fact, until)


def _renew_rattachement(by: Acteur, rattachement: Rattachement, until: date) -> None:
    person = rattachement.utilisateur
    person.refresh_from_db(fields=["edition"])  # the same person may stand in this lot under another convention
    names = ("nom", "prenom", "courriel", "telephone", "poste")
    fiche = Fiche(**{name: getattr(person, name) for name in names}, opens_on=rattachement.opens_on, closes_on=until)
    edit_utilisateur(by=by, rattachement=rattachement, fiche=fiche, edition=person.edition)


def _renew_groupe(by: Acteur, groupe: Groupe, until: date) -> None:
    if groupe.parent is not None:
        groupe.parent.refresh_from_db(fields=["opens_on", "closes_on"])
    edit_groupe(
        by=by,
        groupe=groupe,
        code=groupe.code,
        libelle=groupe.libelle,
        opens_on=groupe.opens_on,
        closes_on=until,
        edition=groupe.edition,
    )


def _renew_appartenance(by: Acteur, appartenance: Appartenance, until: date) -> None:
    groupe, rattachement = appartenance.groupe, appartenance.rattachement
    if appartenance.statut(by.on) == "cloture":
        add_to_groupe(by=by, groupe=groupe, rattachement=rattachement, opens_on=by.on, closes_on=until)
    else:
        seen = (appartenance.opens_on, appartenance.closes_on)
        edit_appartenance(by=by, appartenance=appartenance, opens_on=seen[0], closes_on=until, seen=seen)


def _renew_role(by: Acteur, row: RoleGroupe, until: date) -> None:
    groupe = row.groupe
    allow(rules.refuse_managing_groupe(by, groupe) or rules.refuse_bound_groupe(by, groupe))
    allow(rules.refuse_renewing_role(groupe, row.role, by.on))
    within = [("du groupe", groupe.opens_on, groupe.closes_on), ("de la convention", *_days(groupe.convention))]
    if carrier := last_day_of_role(groupe, row.role, by.on):
        within.append(carrier)
    row = _prolonged(row, by, until, within)
    keep_quota(groupe.convention, by.on)
    journal.record(
        events.ROLE_RENEWED,
        by=by,
        about=[groupe, groupe.convention],
        groupe=groupe.libelle,
        role=roles.label(row.role),
        until=f"{until:%d/%m/%Y}",
    )


def _renew_responsable(by: Acteur, row: Responsable, until: date) -> None:
    groupe, rattachement = row.groupe, row.rattachement
    allow(rules.refuse_ending_responsable(by, row))
    within = [
        ("du groupe", groupe.opens_on, groupe.closes_on),
        ("de l'accès de cette personne", *_days(rattachement)),
    ]
    _prolonged(row, by, until, within)
    journal.record(
        events.RESPONSABLE_RENEWED,
        by=by,
        about=[rattachement.utilisateur, groupe, groupe.convention],
        utilisateur=rattachement.utilisateur.nom_complet,
        groupe=groupe.libelle,
        until=f"{until:%d/%m/%Y}",
    )


def _renew_administrateur(by: Acteur, row: Administrateur, until: date) -> None:
    rattachement = row.rattachement
    allow(rules.refuse_renewing_administrateur(by, rattachement.convention))
    _prolonged(row, by, until, [("de l'accès de cette personne", *_days(rattachement))])
    journal.record(
        events.ADMINISTRATEUR_RENEWED,
        by=by,
        about=[rattachement.utilisateur, rattachement.convention],
        utilisateur=rattachement.utilisateur.nom_complet,
        until=f"{until:%d/%m/%Y}",
    )


def _days(carrier: Any) -> tuple[date, date | None]:
    return carrier.opens_on, carrier.closes_on


def _prolonged(row: Any, by: Acteur, until: date, within: list[tuple[str, date, date | None]]) -> Any:
    """The row with its new end; when it was over, a new one from today."""
    if row.statut(by.on) == "cloture":
        row.pk, row.opens_on, row.opened_by = None, by.on, by.utilisateur
        row._state.adding = True
    allow(rules.refuse_dates(row.opens_on, until, within=within))
    row.closes_on = until
    forget_closing(row)
    row.save()
    return row


_RENEW: dict[type, Callable[[Acteur, Any, date], None]] = {
    Rattachement: _renew_rattachement,
    Groupe: _renew_groupe,
    Appartenance: _renew_appartenance,
    RoleGroupe: _renew_role,
    Responsable: _renew_responsable,
    Administrateur: _renew_administrateur,
}
