"""What each change of a basket does: the real act, with what was typed in its form."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from portail.conventionnement import actions as conventionnement
from portail.conventionnement.models import Bulletin
from portail.conventions.models import Convention, Rattachement
from portail.habilitations import actions, queries
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.actions.appartenances import add_to_groupe, close_appartenances
from portail.habilitations.actions.batch import Batch, batch
from portail.habilitations.actions.common import together
from portail.habilitations.actions.personnes import person
from portail.habilitations.models import Groupe
from portail.simulations.enums import NatureChangement
from portail.simulations.models import Changement
from portail.simulations.queries import members_on
from portail.ui.rules import Refused, constraint_sentence

_GONE = "Ce groupe n'est plus parmi ceux que vous gérez : retirez ce changement du panier."
_ALREADY = "Cette personne appartient déjà à ce groupe à ces dates."
_BREAKS = "Ce changement en contredit un autre du panier, ou ce qui est enregistré : corrigez-le."
SHOWN = 50  # names kept under each reason


@dataclass
class Essai:
    """What came of a change: how many acts were done, and for each reason whom it stops."""

    done: int = 0
    refused: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, sentence: str, *labels: str) -> None:
        self.refused.setdefault(sentence, []).extend(labels)

    def told(self) -> list[dict[str, Any]]:
        """As it is kept and shown."""
        return [{"why": why, "who": who[:SHOWN], "count": len(who)} for why, who in self.refused.items()]


def carry_out(by: Acteur, convention: Convention, changement: Changement, *, is_trial: bool) -> Essai:
    """Does the change, whole or for the people whom nothing stops; a trial holds nobody up."""
    try:
        with transaction.atomic(), together([convention], by.on, is_trial=is_trial), _suspension_known(convention, by):
            essai = ACTS[NatureChangement(changement.nature)](by, convention, changement)
            _check_now()
        return essai
    except Refused as refusal:
        sentence = str(refusal)
    except IntegrityError as error:
        sentence = constraint_sentence(error) or _BREAKS
    essai = Essai()
    essai.refuse(sentence)
    return essai


@contextmanager
def _suspension_known(convention: Convention, by: Acteur) -> Iterator[None]:
    """Asked once for all the acts of a change; the rules read it."""
    convention.known_suspension = (by.on, convention.suspensions.open_on(by.on).exists())  # type: ignore[attr-defined]
    try:
        yield
    finally:
        convention.__dict__.pop("known_suspension", None)


def _check_now() -> None:
    """What the base checks at commit is checked at once: a trial never comes to it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _groupe(by: Acteur, convention: Convention, pk: int | None) -> Groupe:
    try:
        found = queries.groupe_for(by, convention.pk, pk or 0)
    except Groupe.DoesNotExist as missing:
        raise Refused(_GONE) from missing
    found.convention = convention
    if found.parent is not None:
        found.parent.convention = convention
    return found


def _day(told: str) -> date | None:
    return date.fromisoformat(told) if told else None


def _roles(by: Acteur, convention: Convention, changement: Changement) -> Essai:
    groupe = _groupe(by, convention, changement.groupe_id)
    actions.set_roles(by=by, groupe=groupe, wanted=set(changement.values["roles"]))
    return Essai(1)


def _edit_groupe(by: Acteur, convention: Convention, changement: Changement) -> Essai:
    groupe, typed = _groupe(by, convention, changement.groupe_id), changement.values
    actions.edit_groupe(
        by=by,
        groupe=groupe,
        code=typed["code"],
        libelle=typed["libelle"],
        opens_on=date.fromisoformat(typed["opens_on"]),
        closes_on=_day(typed["closes_on"]),
        edition=groupe.edition,
    )
    return Essai(1)


def _new_groupe(by: Acteur, convention: Convention, changement: Changement) -> Essai:
    typed = changement.values
    opens_on = date.fromisoformat(typed["opens_on"])
    groupe = actions.create_groupe(
        by=by,
        convention=convention,
        code=typed["code"],
        libelle=typed["libelle"],
        opens_on=opens_on,
        closes_on=_day(typed["closes_on"]),
        parent=_groupe(by, convention, changement.groupe_id) if changement.groupe_id else None,
        responsable=_responsable(by, convention, typed["responsable"]),
    )
    if by.caf is None:  # a responsable answers for the sub-group he has just made
        by = acteur_for(by.utilisateur, on=by.on, organisme=convention.organisme_id)
    if typed["roles"]:
        actions.set_roles(by=by, groupe=groupe, wanted=set(typed["roles"]))
    essai = _add(by, convention, groupe, typed)
    essai.done += 1
    return essai


def _responsable(by: Acteur, convention: Convention, pk: int | None) -> Rattachement | None:
    if pk is None:
        return None
    found = queries.nameable_in(by, convention).filter(pk=pk).first()
    if found is None:
        raise Refused("La personne choisie comme responsable n'a plus d'accès ouvert : choisissez-en une autre.")
    return found


def _add_people(by: Acteur, convention: Convention, changement: Changement) -> Essai:
    return _add(by, convention, _groupe(by, convention, changement.groupe_id), changement.values)


def _add(by: Acteur, convention: Convention, groupe: Groupe, typed: dict[str, Any]) -> Essai:
    """Everybody into the group, as an import does it: reads and writes made together."""
    essai, people = Essai(), _people(by, convention, typed)
    opens_on, closes_on = max(date.fromisoformat(typed["opens_on"]), groupe.opens_on), _day(typed["closes_on"])
    with batch(by, convention, is_trial=False) as one:
        one.load(people, [])
        for each in people:
            try:
                with one.line(touches=False):
                    _refuse_twice(one, each, groupe, opens_on, closes_on)
                    added = add_to_groupe(
                        by=by, groupe=groupe, rattachement=each, opens_on=opens_on, closes_on=closes_on
                    )
                    one.keep_quota(each, [added])
                essai.done += 1
            except Refused as refusal:
                essai.refuse(str(refusal), person(each))
    return essai


def _refuse_twice(one: Batch, each: Rattachement, groupe: Groupe, opens_on: date, closes_on: date | None) -> None:
    for pk, first, last in one.memberships.get(each.pk, []):
        meets = (closes_on is None or first <= closes_on) and (last is None or last >= max(first, opens_on))
        if pk == groupe.pk and meets:
            raise Refused(_ALREADY)


def _people(by: Acteur, convention: Convention, typed: dict[str, Any]) -> list[Rattachement]:
    """Those named, and the members of the group they come from."""
    wanted = set(typed["people"])
    if typed["source"]:
        source = _groupe(by, convention, typed["source"])
        wanted |= set(queries.members_of(source).open_on(by.on).order_by().values_list("rattachement", flat=True))
    people = list(queries.rattachements_for(by, convention).filter(pk__in=wanted))
    for each in people:
        each.convention = convention
    return people


def _remove_people(by: Acteur, convention: Convention, changement: Changement) -> Essai:
    groupe, typed = _groupe(by, convention, changement.groupe_id), changement.values
    eve = by.on - timedelta(days=1)
    closes_on = max(_day(typed["on"]) or eve, eve)
    members = members_on(groupe, by.on)
    if not typed["tous"]:
        wanted = set(typed["people"])
        members = [each for each in members if each.rattachement_id in wanted]
    for member in members:
        member.rattachement.convention = convention
    if not members:
        raise Refused("Aucune de ces personnes n'est dans le groupe ce jour-là : il n'y a rien à retirer.")
    refused = close_appartenances(
        by=by, groupe=groupe, appartenances=members, closes_on=closes_on, motif=typed["motif"]
    )
    essai = Essai(len(members) - len(refused))
    for member, sentence in refused:
        essai.refuse(sentence, person(member.rattachement))
    return essai


def _bulletin(by: Acteur, convention: Convention, changement: Changement) -> Essai:
    conventionnement.try_bulletin(by=by, convention=convention, bulletins=[Bulletin.read(changement.values)])
    return Essai(1)


def _suspend(by: Acteur, convention: Convention, changement: Changement) -> Essai:
    typed = changement.values
    conventionnement.suspend_convention(
        by=by,
        convention=convention,
        opens_on=date.fromisoformat(typed["opens_on"]),
        closes_on=_day(typed["closes_on"]),
        motif=typed["motif"],
    )
    return Essai(1)


def _close(by: Acteur, convention: Convention, changement: Changement) -> Essai:
    typed = changement.values
    closes_on = date.fromisoformat(typed["closes_on"])
    conventionnement.close_convention(by=by, convention=convention, closes_on=closes_on, motif=typed["motif"])
    convention.closes_on = closes_on
    return Essai(1)


ACTS: dict[NatureChangement, Callable[[Acteur, Convention, Changement], Essai]] = {
    NatureChangement.ROLES: _roles,
    NatureChangement.GROUPE: _edit_groupe,
    NatureChangement.SOUS_GROUPE: _new_groupe,
    NatureChangement.AJOUT: _add_people,
    NatureChangement.RETRAIT: _remove_people,
    NatureChangement.BULLETIN: _bulletin,
    NatureChangement.SUSPENSION: _suspend,
    NatureChangement.CLOTURE: _close,
}
