"""Bank accounts: entered by one, decided by another; the partner is told of every change at the address we knew."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from portail.afas import events
from portail.afas.enums import EtatCompte
from portail.afas.models import CompteBancaire
from portail.afas.queries.comptes import told_of
from portail.afas.rules import comptes as rules
from portail.comptes.actions import reset_address
from portail.conventions.models import Caf, Organisme
from portail.courriels import actions as courriels
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal


@dataclass(frozen=True)
class Coordonnees:
    """A bank account as typed, already read: no spaces, key checked; `source` is what proves it."""

    titulaire: str
    iban: str
    bic: str
    source: str


def lock_caf(caf: Caf) -> None:
    """One change at a time of the accounts and the lots of a Caf."""
    Caf.objects.select_for_update(no_key=True, of=("self",)).get(pk=caf.pk)


@transaction.atomic
def enter_compte(*, by: Acteur, organisme: Organisme | None, coordonnees: Coordonnees) -> CompteBancaire:
    """An account that waits for somebody else; until then nothing is paid to the organisation.

    Without `organisme`, the account from which the Caf pays.

    :raises Refused: when a rule forbids it
    """
    allow(rules.refuse_entering_compte(by))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    lock_caf(by.caf)
    made = CompteBancaire.objects.create(
        caf=by.caf, organisme=organisme, entered_by=by.utilisateur, entered_at=timezone.now(), **vars(coordonnees)
    )
    _record(events.COMPTE_ENTERED, by, made)
    _tell(events.COMPTE_TO_CHECK, made, {})
    return made


@transaction.atomic
def validate_compte(*, by: Acteur, compte: CompteBancaire) -> None:
    """From now on the organisation is paid there, and no longer at the account before.

    :raises Refused: when a rule forbids it
    """
    compte = _held(compte)
    allow(rules.refuse_deciding_compte(by, compte))
    now = timezone.now()
    before = CompteBancaire.objects.filter(caf=compte.caf_id, organisme=compte.organisme_id, etat=EtatCompte.VALIDE)
    before.update(etat=EtatCompte.REMPLACE, replaced_at=now)
    compte.etat, compte.decided_by, compte.decided_at = EtatCompte.VALIDE, by.utilisateur, now
    compte.save(update_fields=["etat", "decided_by", "decided_at"])
    _record(events.COMPTE_VALIDATED, by, compte)
    _tell(events.COMPTE_IS_DECIDED, compte, {"is_valid": True, "motif": ""})


@transaction.atomic
def refuse_compte(*, by: Acteur, compte: CompteBancaire, motif: str) -> None:
    """The account serves no payment; the one before, if any, serves again.

    :raises Refused: when a rule forbids it, or no reason is given
    """
    compte = _held(compte)
    allow(rules.refuse_deciding_compte(by, compte) or rules.refuse_no_motif(motif))
    compte.etat, compte.decided_by, compte.decided_at = EtatCompte.REFUSE, by.utilisateur, timezone.now()
    compte.refusal = motif
    compte.save(update_fields=["etat", "decided_by", "decided_at", "refusal"])
    _record(events.COMPTE_REFUSED, by, compte, motif=motif)
    _tell(events.COMPTE_IS_DECIDED, compte, {"is_valid": False, "motif": motif})


def _held(compte: CompteBancaire) -> CompteBancaire:
    """The account as it now is, that nobody else changes meanwhile, nor pays to."""
    lock_caf(compte.caf)
    rows = CompteBancaire.objects.select_for_update(of=("self",)).select_related("organisme", "caf")
    return rows.get(pk=compte.pk)


def _record(kind: Any, by: Acteur, compte: CompteBancaire, **facts: Any) -> None:
    about = [compte, *([compte.organisme] if compte.organisme else [])]
    journal.record(kind, by=by, about=about, iban=compte.masked, titulaire=compte.titulaire, **facts)


def _tell(kind: Any, compte: CompteBancaire, facts: dict[str, Any]) -> None:
    """Those who administer the organisation; for the Caf's own account, the Caf."""
    told = {"iban": compte.masked, "caf": compte.caf.nom} | facts
    if compte.organisme is None:
        facts_of_caf = told | {"organisme": compte.caf.nom}
        courriels.enqueue(kind, to=compte.caf.courriel, to_label=compte.caf.nom, about=[compte], facts=facts_of_caf)
        return
    for person in told_of(compte.organisme, compte.caf, timezone.localdate()):
        courriels.enqueue(
            kind,
            to=reset_address(person),
            to_label=person.nom_complet,
            about=[compte, person],
            facts=told | {"organisme": compte.organisme.raison_sociale},
        )
