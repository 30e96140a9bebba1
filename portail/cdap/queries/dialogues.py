"""Reads of the dialogues: those of a person, those that wait for the Caf, one thread."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from portail.cdap.definitions.champs import DIALOGUE
from portail.cdap.definitions.sujets import SUJETS
from portail.cdap.enums import EtatDialogue
from portail.cdap.gateway.scelles import MESSAGE
from portail.cdap.models import DelaiDialogue, Dialogue, MessageDialogue, SujetDialogue
from portail.cdap.models.dialogues import AWAITS_CAF
from portail.cdap.queries.titres import places_opening, titres_of
from portail.comptes.models import Utilisateur
from portail.conventions.enums import Fonction
from portail.conventions.models import AgentCaf, Caf
from portail.habilitations.acteur import Acteur

_SHOWN = ("caf", "organisme", "opened_by", "porteur", "agent")


# What a person may reach


def writing_places(acteur: Acteur) -> set[tuple[int, int]]:
    """(convention, Caf) where a profile that he holds today opens the dialogue."""
    return {(titre.convention, caf.pk) for titre, caf in places_opening(DIALOGUE, titres_of(acteur))}


def own_dialogues(acteur: Acteur) -> QuerySet[Dialogue]:
    """His own, whatever he may do today: one who lost his profile still reads what he was answered."""
    return Dialogue.objects.visible_to(acteur).select_related(*_SHOWN)


def colleagues_dialogues(acteur: Acteur) -> QuerySet[Dialogue]:
    """Those of his colleagues that he could take over: open, under a convention of his, where his profile writes."""
    places = Q(pk__in=[])
    for convention, caf in writing_places(acteur):
        places |= Q(convention=convention, caf=caf)
    own = Q(opened_by=acteur.utilisateur) | Q(porteur=acteur.utilisateur)
    return Dialogue.objects.filter(places).exclude(own | Q(etat=EtatDialogue.CLOS)).select_related(*_SHOWN)


def dialogue_for(acteur: Acteur, pk: int) -> Dialogue:
    return own_dialogues(acteur).get(pk=pk)


def dialogue_to_resume_for(acteur: Acteur, pk: int) -> Dialogue:
    """One of a colleague that he could take over."""
    if acteur.caf is not None:
        raise Dialogue.DoesNotExist
    return colleagues_dialogues(acteur).get(pk=pk)


# The queue of the Caf


def queue_for(acteur: Acteur) -> QuerySet[Dialogue]:
    """Those of his Caf, who has waited longest first; none for a partner."""
    if acteur.caf is None:
        return Dialogue.objects.none()
    return Dialogue.objects.filter(caf=acteur.caf).select_related(*_SHOWN).order_by("last_at", "pk")


def awaiting_for(acteur: Acteur) -> QuerySet[Dialogue]:
    """Those that wait for somebody of the Caf, or for him."""
    return queue_for(acteur).filter(Q(agent=None) | Q(agent=acteur.utilisateur), etat__in=AWAITS_CAF)


def gestionnaires_of(caf: Caf, on: date) -> QuerySet[Utilisateur]:
    """Who answers there that day."""
    agents = AgentCaf.objects.open_on(on).filter(caf=caf, fonction=Fonction.GESTIONNAIRE)
    return Utilisateur.objects.filter(agents__in=agents).order_by("sort_key")


def delai_of(caf: Caf) -> int:
    """Within how many days this Caf means to answer."""
    kept = DelaiDialogue.objects.filter(caf=caf).values_list("jours", flat=True).first()
    return kept if kept is not None else settings.PORTAIL["CDAP_DIALOGUE_DAYS"]


def late_before(caf: Caf) -> datetime:
    """A message older than this, still without answer, is late."""
    return timezone.now() - timedelta(days=delai_of(caf))


def waiting_days(dialogue: Dialogue) -> int | None:
    """Whole days since the last message, while it waits for the Caf."""
    return (timezone.now() - dialogue.last_at).days if dialogue.etat in AWAITS_CAF else None


# Subjects


def sujets_of(caf: Caf, on: date) -> list[str]:
    """What one may write to this Caf about that day: its own list, else the one shipped."""
    own = SujetDialogue.objects.filter(caf=caf)
    found = list(own.open_on(on).values_list("libelle", flat=True))
    return found if found or own.exists() else list(SUJETS)


def sujets_for(acteur: Acteur) -> QuerySet[SujetDialogue]:
    return SujetDialogue.objects.visible_to(acteur).order_by("libelle", "pk")


def sujet_for(acteur: Acteur, pk: int) -> SujetDialogue:
    return sujets_for(acteur).get(pk=pk)


# The messages


@dataclass(frozen=True)
class Message:
    """A message as it is read; `is_note` when the portal says it by itself."""

    author: str
    is_agent: bool
    at: datetime
    text: str
    is_note: bool


def thread_of(dialogue: Dialogue) -> list[Message]:
    """Its messages, the first one first, out of the vault."""
    return [
        Message(
            kept.author.nom_complet,
            kept.author.is_agent,
            kept.written_at,
            MESSAGE.open(dialogue.caf, kept.pk, kept.text).decode(),
            kept.is_note,
        )
        for kept in dialogue.messages.select_related("author")
    ]


def sealed_message(dialogue: Dialogue, author: Utilisateur, text: str, *, is_note: bool = False) -> MessageDialogue:
    """A message closed in the vault, not kept yet."""
    number = uuid.uuid4()
    sealed = MESSAGE.close(dialogue.caf, number, text.encode())
    return MessageDialogue(
        id=number, dialogue=dialogue, author=author, text=sealed, is_note=is_note, written_at=timezone.now()
    )
