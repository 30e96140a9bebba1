"""A thread with the Caf: opened from a file, answered by both sides, followed, closed."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portail.cdap import events
from portail.cdap.enums import EtatDialogue
from portail.cdap.models import Consultation, Dialogue, MessageDialogue
from portail.cdap.queries.dialogues import gestionnaires_of, sealed_message
from portail.cdap.rules import dialogues as rules
from portail.comptes.models import Utilisateur
from portail.courriels import actions as courriels
from portail.courriels.events import Kind
from portail.courriels.models import Courriel
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Difference, Refused, Stale
from portail.ui.templatetags.ui import elided

_E = EtatDialogue
_TOGETHER = timedelta(minutes=10)  # threads given to somebody one after the other are told in one mail
_NOT_THERE = "Cette personne n'est pas gestionnaire de votre Caf aujourd'hui."


@transaction.atomic
def open_dialogue(*, by: Acteur, consultation: Consultation, sujet: str, text: str) -> Dialogue:
    """Writes to the Caf about the file that he reads.

    :raises Refused: when a rule forbids it
    """
    allow(rules.refuse_opening(by, consultation) or rules.refuse_sujet(consultation.caf, sujet, by))
    dialogue = Dialogue.objects.create(
        caf=consultation.caf,
        numero=consultation.numero,
        consultation=consultation.id,
        convention_id=consultation.convention_id,
        organisme_id=consultation.organisme_id,
        sujet=sujet,
        opened_by=by.utilisateur,
        opened_at=timezone.now(),
        porteur=by.utilisateur,
        last_at=timezone.now(),
    )
    _write(dialogue, by, text)
    _record(events.DIALOGUE_OPENED, by, dialogue, caf=consultation.caf.nom, sujet=sujet)
    _tell_caf(dialogue, by.on)
    return dialogue


@transaction.atomic
def answer(*, by: Acteur, dialogue: Dialogue, text: str, is_awaiting: bool = False) -> MessageDialogue:
    """Adds to the thread and tells the other side; the Caf says whether it awaits something of the partner.

    :raises Refused: when a rule forbids it, or it was closed or given to somebody else meanwhile
    """
    dialogue = _held(dialogue)
    allow(rules.refuse_writing(by, dialogue))
    message = _write(dialogue, by, text)
    if by.caf is not None:
        dialogue.agent, dialogue.is_unread = by.utilisateur, True
        _move(dialogue, _E.EN_ATTENTE if is_awaiting else _E.REPONDU)
    else:
        dialogue.is_unread = False
        _move(dialogue, _E.PRIS_EN_CHARGE if dialogue.agent_id else _E.NOUVEAU)
    _record(events.DIALOGUE_ANSWERED, by, dialogue)
    if by.caf is not None:
        _tell(events.DIALOGUE_MESSAGE, dialogue, dialogue.porteur)
    else:
        _tell_caf(dialogue, by.on)
    return message


@transaction.atomic
def acknowledge(*, by: Acteur, dialogue: Dialogue) -> None:
    """Says that the partner has read what the Caf wrote.

    :raises Refused: when a rule forbids it
    """
    dialogue = _held(dialogue)
    allow(rules.refuse_acknowledging(by, dialogue))
    dialogue.is_unread = False
    dialogue.save(update_fields=["is_unread"])
    _record(events.DIALOGUE_ACKNOWLEDGED, by, dialogue)


def note_reading(*, by: Acteur, dialogue: Dialogue) -> None:
    """The thread is about to be shown: the journal says so first."""
    _record(events.DIALOGUE_READ, by, dialogue)


@transaction.atomic
def resume(*, by: Acteur, dialogue: Dialogue) -> None:
    """A colleague goes on with it: from now on he is told of the answers, and reads what was said.

    Who followed it so far is told that he no longer does.

    :raises Refused: when a rule forbids it
    :raises Stale: when somebody else has taken it over meanwhile
    """
    seen = dialogue.porteur
    dialogue = _held(dialogue)
    allow(rules.refuse_resuming(by, dialogue))
    _refuse_moved("Suivi par", seen, dialogue.porteur)
    dialogue.porteur = by.utilisateur
    dialogue.save(update_fields=["porteur"])
    _note(dialogue, by, f"{by.nom_complet} reprend ce dialogue à la suite {elided(seen.nom_complet)}.")
    _record(events.DIALOGUE_RESUMED, by, dialogue, porteur=seen.nom_complet)
    _tell(events.DIALOGUE_IS_RESUMED, dialogue, seen)


@transaction.atomic
def take(*, by: Acteur, dialogue: Dialogue) -> None:
    """A gestionnaire takes it: it is his from now on.

    :raises Refused: when a rule forbids it
    :raises Stale: when somebody else has it
    """
    dialogue = _held(dialogue)
    allow(rules.refuse_assigning(by, dialogue))
    if dialogue.agent_id == by.utilisateur.pk:
        return
    _refuse_moved("Suivi par", None, dialogue.agent)
    _give(dialogue, by.utilisateur)
    _record(events.DIALOGUE_TAKEN, by, dialogue)


@transaction.atomic
def assign(*, by: Acteur, dialogue: Dialogue, agent: Utilisateur) -> None:
    """Gives it to a gestionnaire of the Caf, himself perhaps; another is told.

    :raises Refused: when a rule forbids it
    """
    dialogue = _held(dialogue)
    allow(rules.refuse_assigning(by, dialogue))
    if not gestionnaires_of(dialogue.caf, by.on).filter(pk=agent.pk).exists():
        raise Refused(_NOT_THERE)
    if dialogue.agent_id == agent.pk:
        return
    _give(dialogue, agent)
    _record(events.DIALOGUE_ASSIGNED, by, dialogue, agent=agent.nom_complet)
    if agent != by.utilisateur:
        _tell_assigned(dialogue, agent)


@transaction.atomic
def close(*, by: Acteur, dialogue: Dialogue) -> None:
    """Ends it, from either side; who follows it on the other is told.

    :raises Refused: when a rule forbids it, or it was closed meanwhile
    """
    dialogue = _held(dialogue)
    allow(rules.refuse_closing(by, dialogue))
    dialogue.etat, dialogue.is_unread = _E.CLOS, dialogue.is_unread and by.caf is not None
    dialogue.save(update_fields=["etat", "is_unread"])
    _note(dialogue, by, f"{by.nom_complet} clôt ce dialogue.")
    _record(events.DIALOGUE_CLOSED, by, dialogue)
    other = dialogue.porteur if by.caf is not None else dialogue.agent
    if other is not None:
        _tell(events.DIALOGUE_IS_CLOSED, dialogue, other)


@transaction.atomic
def reopen(*, by: Acteur, dialogue: Dialogue) -> None:
    """A gestionnaire takes a closed thread up again; the partner is told.

    :raises Refused: when a rule forbids it, or it was reopened meanwhile
    """
    dialogue = _held(dialogue)
    allow(rules.refuse_reopening(by, dialogue))
    dialogue.etat, dialogue.agent, dialogue.last_at = _E.PRIS_EN_CHARGE, by.utilisateur, timezone.now()
    dialogue.save(update_fields=["etat", "agent", "last_at"])
    _note(dialogue, by, f"{by.nom_complet} rouvre ce dialogue.")
    _record(events.DIALOGUE_REOPENED, by, dialogue)
    _tell(events.DIALOGUE_IS_REOPENED, dialogue, dialogue.porteur)


def _held(dialogue: Dialogue) -> Dialogue:
    """The thread as it now is, nobody else changing it until the transaction ends.

    Locked first and read afterwards: who waited for the lock would be given the people of before.
    """
    Dialogue.objects.select_for_update().get(pk=dialogue.pk)
    return Dialogue.objects.select_related("caf", "porteur", "agent").get(pk=dialogue.pk)


def _refuse_moved(label: str, seen: Utilisateur | None, now: Utilisateur | None) -> None:
    if seen != now:
        told = [person.nom_complet if person else "Personne" for person in (seen, now)]
        raise Stale([Difference(label, *told)])


def _give(dialogue: Dialogue, agent: Utilisateur) -> None:
    dialogue.agent = agent
    if dialogue.etat == _E.NOUVEAU:
        dialogue.etat = _E.PRIS_EN_CHARGE
    dialogue.save(update_fields=["agent", "etat"])


def _move(dialogue: Dialogue, etat: EtatDialogue) -> None:
    dialogue.etat, dialogue.last_at = etat, timezone.now()
    dialogue.save(update_fields=["etat", "last_at", "agent", "is_unread"])


def _write(dialogue: Dialogue, by: Acteur, text: str) -> MessageDialogue:
    message = sealed_message(dialogue, by.utilisateur, text)
    message.save(force_insert=True)
    return message


def _note(dialogue: Dialogue, by: Acteur, text: str) -> None:
    sealed_message(dialogue, by.utilisateur, text, is_note=True).save(force_insert=True)


def _record(kind: Any, by: Acteur, dialogue: Dialogue, **facts: Any) -> None:
    """Never what was written, nor about whom."""
    about = [dialogue, dialogue.asked_in]
    journal.record(kind, by=by, about=about, dialogue=f"dialogue n° {dialogue.pk}", **facts)


def _tell_caf(dialogue: Dialogue, on: date) -> None:
    """Of a message: who follows it there; when nobody does, or no longer works there, the address of the Caf."""
    if dialogue.agent is not None and gestionnaires_of(dialogue.caf, on).filter(pk=dialogue.agent.pk).exists():
        _tell(events.DIALOGUE_MESSAGE, dialogue, dialogue.agent)
    else:
        _owe(events.DIALOGUE_MESSAGE, dialogue, dialogue.caf.courriel, dialogue.caf.nom)


def _tell(kind: Kind, dialogue: Dialogue, person: Utilisateur) -> None:
    _owe(kind, dialogue, person.courriel, person.nom_complet)


def _owe(kind: Kind, dialogue: Dialogue, to: str, to_label: str) -> None:
    """The subject is one of the list of the Caf, and the link opens nothing to who is not signed in."""
    link = settings.PUBLIC_URL + reverse("cdap:dialogue_view", args=[dialogue.pk])
    facts = {"sujet": dialogue.sujet, "link": link}
    courriels.enqueue(kind, to=to, to_label=to_label, about=[dialogue], facts=facts)


def _tell_assigned(dialogue: Dialogue, agent: Utilisateur) -> None:
    """Once for all those that he is given until the mail leaves."""
    kind, now = events.DIALOGUES_ARE_ASSIGNED, timezone.now()
    if Courriel.objects.filter(kind=kind.code, to=agent.courriel, due_at__gt=now).exists():
        return
    link = f"{settings.PUBLIC_URL}{reverse('cdap:dialogue_queue')}?agent=moi"
    facts = {"caf": dialogue.caf.nom, "link": link}
    courriels.enqueue(
        kind, to=agent.courriel, to_label=agent.nom_complet, about=[dialogue], facts=facts, not_before=now + _TOGETHER
    )
