"""Lots of payments: prepared by one, validated by another, sent to the bank, answered by it."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.afas import events
from portail.afas.actions.comptes import lock_caf
from portail.afas.actions.versements import settle
from portail.afas.enums import EtatLot, EtatVersement
from portail.afas.gateway.retours import PAID, REJECTED, Retour, Statut, Unreadable, read_answer
from portail.afas.gateway.virements import Compte, Invalid, Virement, payment_file
from portail.afas.models import CompteBancaire, LotPaiement, RetourBanque, Versement
from portail.afas.queries import lots as queries
from portail.afas.queries.comptes import debtor_of, is_changing
from portail.afas.rules import lots as rules
from portail.afas.rules.versements import refuse_noting
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Refused
from portail.ui.templatetags.ui import counted, euros

NOUN = "versement,versements"


@transaction.atomic
def prepare(*, by: Acteur, execution_on: date, seen: tuple[int, Decimal]) -> LotPaiement:
    """Puts in a lot what can be paid that day, exactly as it was shown (`seen`: how many, how much).

    :raises Refused: when a rule forbids it, or something changed since it was shown
    """
    allow(rules.refuse_preparing_lot(by))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    lock_caf(by.caf)
    debiteur = _debtor(by.caf)
    most = queries.most_in_a_lot()
    found = list(queries.payable(by.caf, execution_on).select_for_update(of=("self",))[:most])
    total = sum((each.net for each in found), Decimal("0.00"))
    allow(rules.refuse_content((len(found), total), seen))
    annee = timezone.localdate().year
    lot = LotPaiement.objects.create(
        caf=by.caf,
        annee=annee,
        numero=queries.next_numero(by.caf, annee),
        execution_on=execution_on,
        nombre=len(found),
        total=total,
        debiteur=debiteur,
        prepared_by=by.utilisateur,
        prepared_at=timezone.now(),
    )
    queries.rows_of(found).update(lot=lot, compte=queries.account_of(by.caf), etat=EtatVersement.EN_LOT)
    _record(events.LOT_PREPARED, by, lot, nombre=counted(lot.nombre, NOUN), total=euros(lot.total))
    return lot


def _debtor(caf: Caf) -> CompteBancaire:
    debiteur = debtor_of(caf)
    allow(rules.refuse_debtor(debiteur, is_changing=is_changing(caf, None)))
    assert debiteur is not None  # noqa: S101 -- the rule has just said so
    return debiteur


@transaction.atomic
def abandon(*, by: Acteur, lot: LotPaiement) -> None:
    """Its payments can be put in another lot; its number is not used again.

    :raises Refused: when a rule forbids it
    """
    lot = _held(lot)
    allow(rules.refuse_abandoning_lot(by, lot))
    lot.etat = EtatLot.ABANDONNE
    lot.save(update_fields=["etat"])
    Versement.objects.filter(lot=lot).update(lot=None, compte=None, etat=EtatVersement.A_PAYER)
    _record(events.LOT_ABANDONED, by, lot)


@transaction.atomic
def validate(*, by: Acteur, lot: LotPaiement) -> None:
    """The second person: makes the payment file, that never changes again. Whoever calls has checked his password.

    :raises Refused: when a rule forbids it, or an account changed since the lot was prepared
    """
    lot = _held(lot)
    allow(rules.refuse_validating_lot(by, lot) or rules.refuse_moved(queries.moved_accounts(lot)))
    if _debtor(lot.caf).pk != lot.debiteur_id:
        raise Refused("Le compte de la Caf a changé depuis la préparation : abandonnez ce lot, puis préparez-en un.")
    try:
        lot.fichier = _file_of(lot)
    except Invalid as invalid:
        raise Refused(f"Le fichier de virement ne respecte pas son schéma, rien n'est validé : {invalid}") from invalid
    lot.empreinte = hashlib.sha256(lot.fichier.encode()).hexdigest()
    lot.etat, lot.validated_by, lot.validated_at = EtatLot.VALIDE, by.utilisateur, timezone.now()
    lot.save(update_fields=["fichier", "empreinte", "etat", "validated_by", "validated_at"])
    _record(
        events.LOT_VALIDATED,
        by,
        lot,
        nombre=counted(lot.nombre, NOUN),
        total=euros(lot.total),
        empreinte=lot.empreinte,
    )


def _file_of(lot: LotPaiement) -> str:
    rows = list(queries.content_of(lot))
    if (len(rows), sum(each.net for each in rows)) != (lot.nombre, lot.total):
        raise Refused("Le contenu de ce lot n'est plus celui de sa préparation : abandonnez-le.")
    virements = [
        Virement(each.bank_reference, _bank(each.compte), each.net, f"{each.libelle} {each.activite.libelle}")
        for each in rows
    ]
    return payment_file(lot.reference, _bank(lot.debiteur), virements, lot.execution_on)


def _bank(compte: CompteBancaire | None) -> Compte:
    assert compte is not None  # noqa: S101 -- no payment is in a lot without its account
    return Compte(compte.titulaire, compte.iban, compte.bic)


@transaction.atomic
def download(*, by: Acteur, lot: LotPaiement) -> str:
    """The payment file; from the first time on its payments are with the bank.

    :raises Refused: when a rule forbids it, or the file is not what was validated
    """
    lot = _held(lot)
    allow(rules.refuse_downloading_lot(by, lot))
    if hashlib.sha256(lot.fichier.encode()).hexdigest() != lot.empreinte:
        raise Refused("Ce fichier n'est plus celui qui a été validé : ne l'envoyez pas, appelez l'exploitant.")
    if lot.etat == EtatLot.VALIDE:
        lot.etat, lot.sent_by, lot.sent_at = EtatLot.ENVOYE, by.utilisateur, timezone.now()
        lot.save(update_fields=["etat", "sent_by", "sent_at"])
        Versement.objects.filter(lot=lot, etat=EtatVersement.EN_LOT).update(etat=EtatVersement.ENVOYE)
    _record(events.LOT_DOWNLOADED, by, lot)
    return lot.fichier


@transaction.atomic
def answer(*, by: Acteur, lot: LotPaiement, file_name: str, content: bytes) -> RetourBanque:
    """Reads the bank's answer: each payment that it names is paid, or rejected with its reason; all or nothing.

    The declarations paid by it are so behind, by a job.

    :raises Refused: when a rule forbids it, it is another lot's, was read already, or contradicts what was read
    """
    lot = _held(lot)
    allow(rules.refuse_answering_lot(by, lot))
    try:
        retour = read_answer(content)
    except Unreadable as unreadable:
        raise Refused(str(unreadable)) from unreadable
    allow(rules.refuse_other_lot(lot, retour))
    empreinte = hashlib.sha256(content).hexdigest()
    if RetourBanque.objects.filter(lot=lot, empreinte=empreinte).exists():
        raise Refused("Ce retour de la banque a déjà été lu : rien n'a été changé.")
    told = _told(lot, retour)
    paid, rejected = _paid(told), _rejected(told)
    made = RetourBanque.objects.create(
        lot=lot,
        message=retour.message,
        file_name=file_name[:120],
        empreinte=empreinte,
        received_by=by.utilisateur,
        received_at=timezone.now(),
        payes=len(paid),
        rejetes=len(rejected),
        attendus=lot.versements.filter(etat=EtatVersement.ENVOYE).count(),
    )
    app.configure_task("afas.settle_lot", queue="imports").defer(pk=lot.pk)
    _end_when_over(lot)
    _record(events.LOT_ANSWERED, by, lot, payes=made.payes, rejetes=made.rejetes, attendus=made.attendus)
    return made


def _told(lot: LotPaiement, retour: Retour) -> list[tuple[Versement, Statut]]:
    """Each payment of the lot of which the answer says something, by its name or by that of all."""
    rows = list(queries.content_of(lot).select_related("droit").select_for_update(of=("self",)))
    by_reference = {each.bank_reference: each for each in rows}
    told: dict[int, tuple[Versement, Statut]] = {}
    if (of_all := retour.of_all) is not None:
        told = {each.pk: (each, of_all) for each in rows if each.etat == EtatVersement.ENVOYE}
    for statut in retour.statuts:
        if statut.reference:
            versement = by_reference.get(statut.reference)
            allow(rules.refuse_statut(versement, statut))
            assert versement is not None  # noqa: S101 -- the rule has just said so
            told[versement.pk] = (versement, statut)
    return [pair for pair in told.values() if pair[0].etat == EtatVersement.ENVOYE]


def _paid(told: Sequence[tuple[Versement, Statut]]) -> list[Versement]:
    paid = [versement for versement, statut in told if statut.code in PAID]
    queries.rows_of(paid).update(etat=EtatVersement.PAYE, paid_on=timezone.localdate())
    return paid


def _rejected(told: Sequence[tuple[Versement, Statut]]) -> list[Versement]:
    by_reason: defaultdict[str, list[Versement]] = defaultdict(list)
    for versement, statut in told:
        if statut.code in REJECTED:
            by_reason[statut.reason].append(versement)
    for reason, rejected in by_reason.items():
        queries.rows_of(rejected).update(etat=EtatVersement.REJETE, motif=f"Rejeté par la banque. {reason}.")
    return [versement for rejected in by_reason.values() for versement in rejected]


@transaction.atomic
def note(*, by: Acteur, versement: Versement, is_paid: bool, noted_on: date, reference: str) -> None:
    """What the statement of the account says of a payment that the bank did not answer for.

    :raises Refused: when a rule forbids it, or the bank answered meanwhile
    """
    assert versement.lot is not None  # noqa: S101 -- only what is in a lot was sent
    lot = _held(versement.lot)
    sent = queries.content_of(lot).select_for_update(of=("self",)).get(pk=versement.pk)
    allow(refuse_noting(by, sent))
    if is_paid:
        sent.etat, sent.paid_on = EtatVersement.PAYE, noted_on
    else:
        sent.etat, sent.motif = EtatVersement.REJETE, f"Revenu le {noted_on:%d/%m/%Y}, d'après le relevé ({reference})."
    sent.save(update_fields=["etat", "paid_on", "motif"])
    about = [sent, lot, sent.activite, sent.organisme]
    journal.record(
        events.VERSEMENT_NOTED,
        by=by,
        about=about,
        versement=sent.libelle,
        montant=euros(sent.net),
        issue="payé" if is_paid else "rejeté",
        le=f"{noted_on:%d/%m/%Y}",
        reference=reference,
    )
    _end_when_over(lot)
    if is_paid:
        app.configure_task("afas.settle_lot", queue="imports").defer(pk=lot.pk)


def _end_when_over(lot: LotPaiement) -> None:
    if queries.is_over(lot):
        lot.etat = EtatLot.TERMINE
        lot.save(update_fields=["etat"])


def settle_lot(pk: int) -> None:
    """The declarations of which this lot made the last payment are paid. Safe to run again."""
    declarations = (
        Versement.objects.filter(lot=pk, etat=EtatVersement.PAYE).order_by().values_list("droit__declaration")
    )
    for (declaration,) in declarations.distinct():
        with transaction.atomic():
            settle([declaration], by=journal.SYSTEM)


def _held(lot: LotPaiement) -> LotPaiement:
    """The lot as it now is, while no account of the Caf and no other lot changes."""
    lock_caf(lot.caf)
    rows = LotPaiement.objects.select_for_update(of=("self",)).select_related("caf", "debiteur")
    return rows.get(pk=lot.pk)


def _record(kind: Any, by: Acteur, lot: LotPaiement, **facts: Any) -> None:
    journal.record(kind, by=by, about=[lot], lot=lot.reference, **facts)
