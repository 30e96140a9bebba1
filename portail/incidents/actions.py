"""The only writers of incidents: reported with what it closes at once, followed by the Caf to its end."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from portail.comptes import actions as comptes
from portail.comptes.models import Utilisateur
from portail.conventions.models import Rattachement
from portail.courriels import actions as courriels
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.incidents import events, queries, rules
from portail.incidents.enums import EtatIncident, NatureIncident
from portail.incidents.models import Incident, NoteIncident, charge_delay
from portail.journal import actions as journal


@dataclass(frozen=True)
class Signalement:
    """What the form of an incident says."""

    nature: str
    noticed_on: date
    recit: str
    objet: str = ""


@transaction.atomic
def report(*, by: Acteur, signalement: Signalement, about: Rattachement | None = None) -> Incident:
    """Opens an incident, closes at once the access it endangers, and tells who must know.

    About somebody else under a convention when `about` is given, else about oneself.

    :raises Refused: when a rule forbids it
    """
    if about is not None:
        allow(rules.refuse_reporting_for(by, about))
    concerne = about.utilisateur if about else by.utilisateur
    is_cut = queries.cuts(signalement.nature, is_own=about is None)
    everywhere = queries.conventions_of(concerne)
    cafs = queries.cafs_of(concerne, everywhere)
    incident = Incident.objects.create(
        declarant=by.utilisateur,
        concerne=concerne if about or is_cut else None,
        cut_at=timezone.now() if is_cut else None,
        declared_at=timezone.now(),
        **vars(signalement),
    )
    incident.cafs.set(cafs)
    incident.conventions.set([about.convention_id] if about else [place.convention for place in by.places])
    _record(events.REPORTED, by, incident, nature=incident.get_nature_display())
    if is_cut:
        _cut(by, incident, concerne)
    for courriel, name in queries.told_of(everywhere, cafs, but={by.utilisateur.pk, concerne.pk}).items():
        _tell(events.INCIDENT_REPORTED, incident, to=courriel, to_label=name, nature=incident.get_nature_display())
    return incident


def _cut(by: Acteur, incident: Incident, utilisateur: Utilisateur) -> None:
    comptes.cut_access(utilisateur)
    _record(events.CUT, by, incident, about=[utilisateur], utilisateur=utilisateur.nom_complet)
    _tell(events.ACCESS_CUT, incident, to=comptes.reset_address(utilisateur), to_label=utilisateur.nom_complet)


@transaction.atomic
def cut(*, by: Acteur, incident: Incident) -> None:
    """Closes the access of the person concerned, when that was not done as it was reported.

    :raises Refused: when a rule forbids it
    """
    incident = _held(incident)
    allow(rules.refuse_cutting(by, incident))
    incident.cut_at = timezone.now()
    incident.save(update_fields=["cut_at"])
    assert incident.concerne is not None  # noqa: S101 -- the rule has just said so
    _cut(by, incident, incident.concerne)


@transaction.atomic
def take(*, by: Acteur, incident: Incident) -> None:
    """Somebody of the Caf answers for it from now on; who reported it is told.

    :raises Refused: when a rule forbids it, or somebody else has taken it meanwhile
    """
    incident = _held(incident)
    allow(rules.refuse_taking(by, incident))
    incident.etat, incident.taken_by, incident.taken_at = EtatIncident.PRIS_EN_CHARGE, by.utilisateur, timezone.now()
    incident.save(update_fields=["etat", "taken_by", "taken_at"])
    _record(events.TAKEN, by, incident)
    _tell_declarant(events.INCIDENT_TAKEN, incident)


@transaction.atomic
def analyse(
    *, by: Acteur, incident: Incident, is_breach: bool | None, aware_at: datetime | None, notified_on: date | None
) -> None:
    """What the analysis says so far: a breach of personal data or not, known since when, told to the Cnil when.

    :raises Refused: when a rule forbids it
    """
    incident = _held(incident)
    allow(rules.refuse_analysing(by, incident))
    incident.etat = EtatIncident.EN_ANALYSE
    _qualify(incident, is_breach, aware_at, notified_on)
    incident.save(update_fields=["etat", *_QUALIFIED])
    _record(events.ANALYSED, by, incident, breach=_breach_in_words(incident))


_QUALIFIED = ("is_breach", "aware_at", "notified_on")


def _qualify(incident: Incident, is_breach: bool | None, aware_at: datetime | None, notified_on: date | None) -> None:
    """A breach is known at the latest since it was reported, unless another hour is given."""
    incident.is_breach = is_breach
    incident.aware_at = (aware_at or incident.declared_at) if is_breach else None
    incident.notified_on = notified_on if is_breach else None


def _breach_in_words(incident: Incident) -> str:
    words = {None: "violation de données à déterminer", True: "violation de données personnelles"}
    return words.get(incident.is_breach, "pas de violation de données personnelles")


@transaction.atomic
def note(*, by: Acteur, incident: Incident, text: str, is_internal: bool = False) -> NoteIncident:
    """Adds what one knows; only the Caf keeps a note for itself.

    :raises Refused: when a rule forbids it
    """
    incident = _held(incident)
    allow(rules.refuse_noting(by, incident))
    is_internal = is_internal and by.caf is not None
    added = NoteIncident.objects.create(
        incident=incident, author=by.utilisateur, text=text, is_internal=is_internal, written_at=timezone.now()
    )
    _record(events.NOTED, by, incident)
    return added


@transaction.atomic
def close(
    *,
    by: Acteur,
    incident: Incident,
    conclusion: str,
    mesures: str,
    is_breach: bool,
    aware_at: datetime | None = None,
    notified_on: date | None = None,
) -> None:
    """Ends it, with what was found and done; who reported it is told.

    :raises Refused: when a rule forbids it
    """
    incident = _held(incident)
    allow(rules.refuse_analysing(by, incident))
    _qualify(incident, is_breach, aware_at, notified_on)
    incident.etat, incident.closed_by, incident.closed_at = EtatIncident.CLOS, by.utilisateur, timezone.now()
    incident.conclusion, incident.mesures = conclusion, mesures
    incident.save(update_fields=["etat", "closed_by", "closed_at", "conclusion", "mesures", *_QUALIFIED])
    _record(events.CLOSED, by, incident, breach=_breach_in_words(incident))
    _tell_declarant(events.INCIDENT_CLOSED, incident)


@transaction.atomic
def remind() -> int:
    """Tells the Cafs, once, of what nobody took in charge in time; how many incidents. Safe to run by two at once."""
    late = Incident.objects.awaiting().filter(declared_at__lt=timezone.now() - charge_delay(), reminded_at=None)
    incidents = list(late.select_for_update(skip_locked=True).order_by("pk"))
    for incident in incidents:
        incident.reminded_at = timezone.now()
        incident.save(update_fields=["reminded_at"])
        for caf in incident.cafs.all():
            nature = NatureIncident(incident.nature).label
            _tell(events.INCIDENT_WAITING, incident, to=caf.courriel, to_label=caf.nom, nature=nature)
        _record(events.REMINDED, journal.SYSTEM, incident)
    return len(incidents)


def _held(incident: Incident) -> Incident:
    """The incident as it now is, that nobody else changes meanwhile."""
    rows = Incident.objects.select_for_update(of=("self",)).select_related("declarant", "concerne")
    return rows.get(pk=incident.pk)


def _record(
    kind: object, by: journal.Author, incident: Incident, *, about: list[Utilisateur] | None = None, **facts: str
) -> None:
    journal.record(kind, by=by, about=[incident, *(about or [])], reference=incident.reference, **facts)  # type: ignore[arg-type]


def _tell(kind: object, incident: Incident, *, to: str, to_label: str, nature: str = "") -> None:
    facts = {"reference": incident.reference, "nature": nature, "incident": incident.pk}
    courriels.enqueue(kind, to=to, to_label=to_label, about=[incident], facts=facts)  # type: ignore[arg-type]


def _tell_declarant(kind: object, incident: Incident) -> None:
    person = incident.declarant
    _tell(kind, incident, to=person.courriel, to_label=person.nom_complet)
