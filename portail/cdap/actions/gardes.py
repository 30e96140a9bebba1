"""Abuse stopped or seen: the quota held, alerts made and followed, settings chosen."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from portail.cdap import events
from portail.cdap.enums import EtatAlerte, Niveau
from portail.cdap.models import Alerte, ReglageGarde, Veille
from portail.cdap.queries.gardes import Vu, tour
from portail.cdap.queries.reglages import ReglageLu, in_words, reglage_for
from portail.cdap.roles import SERVICE
from portail.cdap.rules import gardes as rules
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf, Rattachement
from portail.courriels import actions as courriels
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.habilitations.actions.usages import reinstate as reinstate_usage
from portail.habilitations.actions.usages import stop
from portail.habilitations.models import UsageService
from portail.journal import actions as journal
from portail.ui.rules import Difference, Stale

_HOLD = "SELECT pg_advisory_xact_lock(7203011, %s), pg_advisory_xact_lock(7203012, %s)"


def hold(by: Acteur, demande: rules.Demande, wanted: int = 1) -> None:
    """Goes on when nothing forbids `wanted` more consultations, and lets nobody else of the organisation count until
    the end of the transaction: sixteen at once never pass the quota, not by one.

    :raises Refused: when a quota is reached, or a justification comes first
    """
    with connection.cursor() as cursor:
        # The organisation first for everybody: nobody waits for who waits for him.
        cursor.execute(_HOLD, [demande.titre.organisme, by.utilisateur.pk])
    allow(rules.refuse_more(by, demande, wanted))


# Settings


@transaction.atomic
def choose_reglage(*, by: Acteur, reglage: ReglageLu, valeur: int, seen: int | None) -> ReglageGarde:
    """From now on the Caf watches with this value; `seen` is the row that the person saw, None for the portal's.

    :raises Refused: when a rule forbids it
    :raises Stale: when somebody has chosen another one meanwhile
    """
    allow(rules.refuse_setting(by, reglage))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    Caf.objects.select_for_update(no_key=True).get(pk=by.caf.pk)
    now = reglage_for(by, reglage.code)
    if (now.own.pk if now.own else None) != seen:
        raise Stale([Difference(now.libelle, "", f"{now.valeur_written}, par {now.entered_by}")])
    made = ReglageGarde.objects.create(caf=by.caf, code=reglage.code, valeur=valeur, entered_by=by.utilisateur)
    journal.record(
        events.REGLAGE_CHOSEN,
        by=by,
        about=[made, by.caf],
        reglage=reglage.libelle,
        valeur=in_words(reglage.reglage, valeur),
    )
    return made


# Alerts

OVERLAP = timedelta(minutes=2)  # a consultation is seen once its transaction has ended: one may come late
_FIRST = timedelta(hours=1)


@transaction.atomic
def watch(which: int = Veille.MESURES) -> int:
    """Looks at what was consulted since the last time; how many new alerts.

    Names are compared in a watch of their own (`Veille.FAMILLE`): they cost more, and the others never wait for them.
    Safe to run twice: what was seen raises nothing again. While another worker watches, nothing is done.
    """
    now = timezone.now()
    Veille.objects.get_or_create(pk=which, defaults={"until": now - _FIRST})
    veille = Veille.objects.select_for_update(skip_locked=True).filter(pk=which).first()
    if veille is None:
        return 0
    made = raise_alertes(tour(veille.until - OVERLAP, now).seen(names=which == Veille.FAMILLE))
    veille.until = now
    veille.save(update_fields=["until"])
    return len(made)


@transaction.atomic
def raise_alertes(seen: Iterable[Vu]) -> list[Alerte]:
    """The new alerts among what was seen; one already open for the person, the detector, the day and the Caf is
    brought up to date. Each does at once what its level says."""
    made = []
    for vu in seen:
        alerte, is_new = Alerte.objects.open().get_or_create(
            utilisateur_id=vu.utilisateur,
            caf_id=vu.caf,
            detecteur=vu.detecteur,
            jour=timezone.localdate(vu.jusqua),
            defaults={
                "organisme_id": vu.organisme,
                "convention_id": vu.convention,
                "niveau": vu.niveau,
                "depuis": vu.depuis,
                "jusqua": vu.jusqua,
                "nombre": vu.nombre,
            },
        )
        if is_new:
            made.append(alerte)
            _begin(alerte)
        elif vu.nombre > alerte.nombre or vu.jusqua > alerte.jusqua:
            alerte.nombre, alerte.jusqua = max(vu.nombre, alerte.nombre), max(vu.jusqua, alerte.jusqua)
            alerte.save(update_fields=["nombre", "jusqua"])
    return made


def _begin(alerte: Alerte) -> None:
    _record(events.ALERTE_RAISED, journal.SYSTEM, alerte, detecteur=alerte.libelle)
    _tell_caf(alerte)
    if alerte.niveau == Niveau.AVERTIR:
        _tell(events.ALERTE_SEEN, alerte)
    elif alerte.niveau == Niveau.JUSTIFIER:
        _ask(journal.SYSTEM, alerte)
    else:
        _suspend(journal.SYSTEM, alerte, f"{alerte.libelle}.")


def _ask(by: journal.Author, alerte: Alerte) -> None:
    alerte.etat, alerte.asked_at = EtatAlerte.DEMANDEE, timezone.now()
    alerte.save(update_fields=["etat", "asked_at"])
    _record(events.ALERTE_ASKED, by, alerte, detecteur=alerte.libelle)
    _tell(events.ALERTE_TO_JUSTIFY, alerte)


def _suspend(by: journal.Author, alerte: Alerte, motif: str) -> None:
    """Stops the service at once wherever the person serves under a convention that this Caf leads."""
    on = timezone.localdate()
    places = Rattachement.objects.open_on(on).filter(
        utilisateur=alerte.utilisateur_id, convention__caf_pivot=alerte.caf_id
    )
    for place in places.select_related("convention", "utilisateur").order_by("convention_id"):
        alerte.suspensions.add(stop(by=by, rattachement=place, service=SERVICE.code, on=on, motif=motif))
    _decide(by, alerte, EtatAlerte.SUSPENSION, motif)
    _record(events.ALERTE_SUSPENDED, by, alerte, motif=motif)
    _tell(events.ALERTE_IS_SUSPENDED, alerte)


def _decide(by: journal.Author, alerte: Alerte, etat: EtatAlerte, motif: str) -> None:
    alerte.etat, alerte.decided_at, alerte.decision = etat, timezone.now(), motif
    alerte.decided_by = by.utilisateur if isinstance(by, Acteur) else None
    alerte.save(update_fields=["etat", "decided_at", "decision", "decided_by"])


@transaction.atomic
def ask_justification(*, by: Acteur, alerte: Alerte) -> None:
    """The person must answer before he consults further.

    :raises Refused: when a rule forbids it
    """
    alerte = _held(alerte)
    allow(rules.refuse_asking_justification(by, alerte))
    _ask(by, alerte)


@transaction.atomic
def answer(*, by: Acteur, alerte: Alerte, texte: str) -> None:
    """What the person says of it; he may consult again until the Caf decides, unless it has suspended him.

    :raises Refused: when a rule forbids it
    """
    alerte = _held(alerte)
    allow(rules.refuse_answering_alerte(by, alerte))
    alerte.reponse, alerte.answered_at = texte, timezone.now()
    if alerte.etat == EtatAlerte.DEMANDEE:
        alerte.etat = EtatAlerte.REPONDUE
    alerte.save(update_fields=["etat", "reponse", "answered_at"])
    _record(events.ALERTE_ANSWERED, by, alerte)
    _tell_caf(alerte)


@transaction.atomic
def acknowledge(*, by: Acteur, alerte: Alerte) -> None:
    """The person has read the warning: it is shown no more.

    :raises Refused: when a rule forbids it
    """
    alerte = _held(alerte)
    allow(rules.refuse_acknowledging(by, alerte))
    if alerte.read_at is None:
        alerte.read_at = timezone.now()
        alerte.save(update_fields=["read_at"])
        _record(events.ALERTE_READ, by, alerte)


@transaction.atomic
def decide(*, by: Acteur, alerte: Alerte, etat: EtatAlerte, motif: str) -> None:
    """« Justifiée », « Sans suite » or « Suspension », with its reason; the person is told.

    :raises Refused: when a rule forbids it
    """
    alerte = _held(alerte)
    allow(rules.refuse_following_alerte(by, alerte))
    if etat == EtatAlerte.SUSPENSION:
        _suspend(by, alerte, motif)
        return
    _decide(by, alerte, etat, motif)
    _record(events.ALERTE_CLOSED, by, alerte, etat=alerte.get_etat_display())
    _tell(events.ALERTE_IS_CLOSED, alerte)


@transaction.atomic
def reinstate(*, by: Acteur, alerte: Alerte, motif: str) -> None:
    """The service opens again today wherever this alert stopped it; the person is told.

    :raises Refused: when a rule forbids it
    """
    alerte = _held(alerte)
    allow(rules.refuse_reinstating_alerte(by, alerte))
    stopped = alerte.suspensions.open_on(by.on)  # type: ignore[attr-defined]
    for suspension in stopped.order_by("rattachement__convention_id"):
        usage = UsageService.objects.select_related("rattachement__convention", "rattachement__utilisateur").get(
            rattachement=suspension.rattachement_id, service=suspension.service
        )
        reinstate_usage(by=by, usage=usage, motif=motif)
    _record(events.ALERTE_REINSTATED, by, alerte, motif=motif)


def _held(alerte: Alerte) -> Alerte:
    """The alert as it now is, that nobody else changes meanwhile."""
    rows = Alerte.objects.select_for_update(of=("self",)).select_related("utilisateur", "caf")
    return rows.get(pk=alerte.pk)


def _record(kind: object, by: journal.Author, alerte: Alerte, **facts: str) -> None:
    utilisateur: Utilisateur = alerte.utilisateur
    journal.record(
        kind,  # type: ignore[arg-type]
        by=by,
        about=[alerte, utilisateur, alerte.convention, alerte.organisme],
        alerte=str(alerte),
        utilisateur=utilisateur.nom_complet,
        **facts,  # type: ignore[arg-type]
    )


def _tell(kind: object, alerte: Alerte) -> None:
    person = alerte.utilisateur
    facts = {"alerte": str(alerte), "caf": alerte.caf.nom, "etat": alerte.get_etat_display()}
    courriels.enqueue(kind, to=person.courriel, to_label=person.nom_complet, about=[alerte], facts=facts)  # type: ignore[arg-type]


def _tell_caf(alerte: Alerte) -> None:
    facts = {"alerte": str(alerte), "detecteur": alerte.libelle, "is_answered": bool(alerte.reponse)}
    caf = alerte.caf
    courriels.enqueue(events.ALERTE_FOR_CAF, to=caf.courriel, to_label=caf.nom, about=[alerte], facts=facts)
