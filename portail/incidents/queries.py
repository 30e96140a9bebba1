"""Reads of the incidents."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from portail.comptes.models import Utilisateur
from portail.conventions.enums import Qualite
from portail.conventions.models import Administrateur, AgentCaf, Caf, Convention, Interlocuteur, Rattachement
from portail.habilitations.acteur import Acteur
from portail.incidents.enums import CUTTING, EtatIncident, NatureIncident
from portail.incidents.models import Incident, NoteIncident, charge_delay
from portail.journal.events import sentence
from portail.journal.models import JournalEntry
from portail.journal.queries import entries_about


def incidents_for(acteur: Acteur) -> QuerySet[Incident]:
    """Those in his perimeter, the last reported first."""
    rows = Incident.objects.visible_to(acteur).select_related("declarant", "concerne", "taken_by", "closed_by")
    return rows.prefetch_related("conventions__organisme", "cafs").order_by("-declared_at", "-pk")


def incident_for(acteur: Acteur, pk: int) -> Incident:
    return incidents_for(acteur).get(pk=pk)


def own_sign_in(acteur: Acteur, pk: str) -> JournalEntry | None:
    """The sign-in of his that he says is not his."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    mine = JournalEntry.objects.filter(
        kind__startswith="comptes.session.", subjects__contains=[f"utilisateur:{acteur.utilisateur.pk}"]
    )
    return mine.filter(pk=int(pk)).first()


def cuts(nature: str, *, is_own: bool) -> bool:
    """Is the access of the person concerned closed at once? What one sees of others is no reason to close one's own."""
    return nature in CUTTING and not (is_own and nature == NatureIncident.ACCES)


def conventions_of(utilisateur: Utilisateur) -> list[Convention]:
    """Where the person serves, or served last."""
    served = Rattachement.objects.filter(utilisateur=utilisateur)
    now = served.not_ended_on(timezone.localdate())
    rows = Convention.objects.filter(rattachements__in=now if now.exists() else served)
    return list(rows.select_related("caf_pivot").distinct().order_by("pk"))


def cafs_of(utilisateur: Utilisateur, conventions: list[Convention]) -> list[Caf]:
    """Who follows an incident about the person: the Cafs of his conventions, or the one he works for."""
    if utilisateur.is_agent:
        return [agent.caf for agent in AgentCaf.objects.filter(utilisateur=utilisateur).select_related("caf")[:1]]
    return list({convention.caf_pivot_id: convention.caf_pivot for convention in conventions}.values())


def told_of(conventions: list[Convention], cafs: list[Caf], *, but: set[int]) -> dict[str, str]:
    """Mail address → name of who is told: administrateurs, responsables sécurité of both sides, the Cafs; each once."""
    on = timezone.localdate()
    duties = Administrateur.objects.open_on(on).filter(
        rattachement__convention__in=conventions, rattachement__period__contains=on
    )
    people = Utilisateur.objects.filter(rattachements__administrations__in=duties).exclude(pk__in=but)
    safety = Interlocuteur.objects.filter(
        contrat_service__convention__in=conventions, qualite=Qualite.RESPONSABLE_SECURITE
    )
    left_out = {person.courriel.casefold() for person in Utilisateur.objects.filter(pk__in=but)}
    everybody: list[tuple[str, str]] = [(person.courriel, person.nom_complet) for person in people]
    everybody += [(person.courriel, person.nom) for person in safety] + [(caf.courriel, caf.nom) for caf in cafs]
    told: dict[str, tuple[str, str]] = {}
    for courriel, name in everybody:
        if courriel.casefold() not in left_out:
            told.setdefault(courriel.casefold(), (courriel, name))
    return dict(told.values())


def places_of(acteur: Acteur, incident: Incident) -> list[Rattachement]:
    """Where the person concerned serves under a convention whose Caf pivot this is: what can be closed from here."""
    if incident.concerne is None or acteur.caf is None:
        return []
    rows = Rattachement.objects.not_ended_on(acteur.on).filter(
        utilisateur=incident.concerne, convention__caf_pivot=acteur.caf
    )
    return list(rows.select_related("convention").order_by("pk"))


def delay_in_words(incident: Incident) -> str:
    """What is due, and how long is left: to take it in charge, then to tell the Cnil of a breach."""
    now = timezone.now()
    if incident.etat == EtatIncident.SIGNALE:
        due = incident.declared_at + charge_delay()
        left = _hours(due - now)
        return f"À prendre en charge : {left}"
    if (due_to_cnil := incident.notify_before) is not None:
        return f"Cnil à notifier (article 33 du RGPD) : {_hours(due_to_cnil - now)}"
    return ""


def _hours(left: timedelta) -> str:
    hours = int(abs(left).total_seconds() // 3600)
    return f"il reste {hours} h" if left > timedelta() else f"délai dépassé de {hours} h"


def timeline_of(acteur: Acteur, incident: Incident) -> list[dict[str, Any]]:
    """Notes and steps together, the last first; what the Caf keeps for itself is left out for the others."""
    return sorted([*_notes(acteur, incident), *_steps(incident)], key=_instant, reverse=True)


def _instant(entry: dict[str, Any]) -> datetime:
    return entry["at"]


def _notes(acteur: Acteur, incident: Incident) -> Iterator[dict[str, Any]]:
    notes = NoteIncident.objects.filter(incident=incident).select_related("author")
    for note in notes if acteur.caf is not None else notes.filter(is_internal=False):
        title = f"Note : {note.author.nom_complet}" + (" (réservée à la Caf)" if note.is_internal else "")
        yield {"at": note.written_at, "title": title, "text": note.text, "icon": "pencil", "by": "", "tone": ""}


def _steps(incident: Incident) -> Iterator[dict[str, Any]]:
    for entry in entries_about(incident).exclude(kind="incidents.note.added"):
        title = sentence(entry.kind, entry.by_label, entry.facts)
        yield {"at": entry.recorded_at, "title": title, "by": entry.organisation, "text": "", "icon": "", "tone": ""}
