"""What a right makes due, how an indu is recovered, what the bank rejected paid again."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.afas import events
from portail.afas.actions.common import held, move
from portail.afas.calculs import Terme
from portail.afas.calculs.versements import Acompte, Rang, acomptes, balance
from portail.afas.enums import COMMITTED, EtatDeclaration, EtatVersement, NatureVersement, Phase
from portail.afas.models import Activite, Declaration, Droit, RegleAcompte, Versement
from portail.afas.queries import versements as queries
from portail.afas.rules import versements as rules
from portail.comptes.models import Utilisateur
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.templatetags.ui import euros

_BALANCED = "Remplacé par le solde : l'acompte n'était pas encore payé."


@transaction.atomic
def due_after(declaration: Declaration, droit: Droit, by: journal.Author) -> list[Versement]:
    """What this right, just notified, makes due: acomptes by the rule of the Caf, or the balance of the exercice.

    Safe to ask again: the same right gives the same amounts. Without a rule nothing is due yet; a balance ends the
    acomptes.

    :raises Refused: when another balance of the exercice is already on its way
    """
    activite = Activite.objects.select_for_update(no_key=True, of=("self",)).get(pk=declaration.activite_id)
    exercice = declaration.echeance.exercice
    owed = queries.owed_of(activite, exercice)
    work = _Due(activite, exercice, droit, by, owed)
    if declaration.echeance.phase == Phase.REEL:
        return work.balanced()
    return work.spread()


class _Due:
    """One right of one exercice of an activité, and what was due there before it."""

    def __init__(
        self, activite: Activite, exercice: int, droit: Droit, by: journal.Author, owed: list[Versement]
    ) -> None:
        self.activite, self.exercice, self.droit, self.by = activite, exercice, droit, by
        self.balances = [each for each in owed if each.nature != NatureVersement.ACOMPTE]
        self.acomptes = [each for each in owed if each.nature == NatureVersement.ACOMPTE]
        self.engages = {each.rang: each.montant for each in self.acomptes if each.etat in COMMITTED}
        self.free = {each.rang: each for each in self.acomptes if each.etat not in COMMITTED}

    def spread(self) -> list[Versement]:
        """The acomptes not committed yet become what the last right gives them, within the cap."""
        regle = queries.regle_for(self.activite.caf, self.exercice, self.activite.type)
        droits = queries.droits_of(self.activite, self.exercice, self.droit)
        if regle is None or self.balances or Phase.REEL in droits:
            return []
        self.droit = last = [*droits.values()][-1]
        planned = acomptes(
            [Rang(each.rang, each.taux, each.due_on) for each in regle.rangs.all()],
            regle.plafond,
            previsionnel=droits.get(Phase.PREVISIONNEL, last).montant,
            dernier=last.montant,
            engages=self.engages,
        )
        for rang in set(self.free) - {each.rang for each in planned}:
            cancel(self.free[rang], "Le plafond des acomptes est atteint.", by=self.by)
        return [self.acompte(each) for each in planned]

    def acompte(self, planned: Acompte) -> Versement:
        before = self.free.get(planned.rang)
        if before is None:
            return self.added(NatureVersement.ACOMPTE, planned.montant, planned.lignes, planned.due_on, planned.rang)
        if before.etat == EtatVersement.A_PAYER and before.montant == planned.montant:
            before.due_on, before.droit, before.lignes = planned.due_on, self.droit, _kept(planned.lignes)
            before.save(update_fields=["due_on", "droit", "lignes"])
            return before
        if before.etat == EtatVersement.REJETE and before.montant == planned.montant:
            return before  # the Caf puts right why the bank refused it, then pays it again
        cancel(before, "Remplacé par le calcul d'un nouveau droit.", by=self.by)
        return self.added(NatureVersement.ACOMPTE, planned.montant, planned.lignes, planned.due_on, planned.rang)

    def balanced(self) -> list[Versement]:
        """Droit réel less the acomptes paid or on their way; the others are no longer paid."""
        if self.balances and self.balances[0].droit_id == self.droit.pk:
            return self.balances
        for existing in self.balances:
            allow(rules.refuse_late_balance(existing))
            cancel(existing, "Remplacé par le calcul d'un nouveau droit.", by=self.by)
        for free in self.free.values():
            cancel(free, _BALANCED, by=self.by)
        left, lines = balance(self.droit.montant, self.engages)
        if not left:
            return []
        nature = NatureVersement.SOLDE if left > 0 else NatureVersement.INDU
        return [self.added(nature, abs(left), lines, timezone.localdate())]

    def added(self, nature: str, montant: Decimal, lines: Iterable[Terme], due_on: date, rang: int = 1) -> Versement:
        is_indu = nature == NatureVersement.INDU
        made = Versement.objects.create(
            caf_id=self.activite.caf_id,
            organisme_id=self.activite.organisme_id,
            activite=self.activite,
            exercice=self.exercice,
            nature=nature,
            rang=rang,
            montant=montant,
            droit=self.droit,
            lignes=_kept(lines),
            due_on=due_on,
            etat=EtatVersement.A_RECUPERER if is_indu else EtatVersement.A_PAYER,
            decided_by=_person(self.by),
        )
        _record(events.VERSEMENT_DUE, self.by, made, montant=euros(montant))
        return made


def _kept(lines: Iterable[Terme]) -> list[dict[str, Any]]:
    return [asdict(line) | {"valeur": None if line.valeur is None else str(line.valeur)} for line in lines]


def _person(by: journal.Author) -> Utilisateur | None:
    utilisateur = getattr(by, "utilisateur", None)
    return utilisateur if isinstance(utilisateur, Utilisateur) else None


def cancel(versement: Versement, motif: str, *, by: journal.Author) -> None:
    """Takes away what is not on its way; an indu that was kept back from it has to be recovered otherwise."""
    for compensation in Versement.objects.filter(sur=versement, etat=EtatVersement.FAIT).select_related("indu"):
        _give_back(compensation)
    versement.etat, versement.motif = EtatVersement.ANNULE, motif
    versement.save(update_fields=["etat", "motif"])
    _record(events.VERSEMENT_CANCELLED, by, versement, motif=motif)


def _give_back(compensation: Versement) -> None:
    rows = Versement.objects.select_for_update(of=("self",))
    indu = rows.get(recuperations=compensation.pk)
    indu.compense -= compensation.montant
    indu.etat = EtatVersement.A_RECUPERER
    indu.save(update_fields=["compense", "etat"])
    compensation.etat, compensation.motif = EtatVersement.ANNULE, "Le versement n'a plus lieu."
    compensation.save(update_fields=["etat", "motif"])


# An indu recovered


@transaction.atomic
def set_off(*, by: Acteur, indu: Versement, sur: Versement) -> Versement:
    """Keeps back from a payment what is left of the indu, or all of the payment when that is less.

    :raises Refused: when a rule forbids it, or the payment is in a lot meanwhile
    """
    indu, sur = _held_together(indu, sur)
    allow(rules.refuse_recovering(by, indu) or rules.refuse_compensating(indu, sur))
    montant = min(indu.net, sur.net)
    sur.compense += montant
    if not sur.net:
        sur.etat, sur.paid_on = EtatVersement.PAYE, timezone.localdate()
    sur.save(update_fields=["compense", "etat", "paid_on"])
    made = _recovery(by, indu, NatureVersement.COMPENSATION, montant, sur=sur)
    _record(events.INDU_COMPENSATED, by, indu, montant=euros(montant), sur=sur.libelle)
    settle([sur.droit.declaration_id], by=by)
    return made


@transaction.atomic
def reimburse(*, by: Acteur, indu: Versement, montant: Decimal, received_on: date, reference: str) -> Versement:
    """Notes what the organisation has given back of an indu.

    :raises Refused: when a rule forbids it, or it is more than is left
    """
    (indu,) = _held_together(indu)
    allow(rules.refuse_recovering(by, indu) or rules.refuse_amount(indu, montant))
    made = _recovery(by, indu, NatureVersement.REMBOURSEMENT, montant, motif=reference, paid_on=received_on)
    _record(events.INDU_REIMBURSED, by, indu, montant=euros(montant), reference=reference)
    return made


def _recovery(by: Acteur, indu: Versement, nature: str, montant: Decimal, **more: Any) -> Versement:
    indu.compense += montant
    if not indu.net:
        indu.etat = EtatVersement.RECUPERE
    indu.save(update_fields=["compense", "etat"])
    same = ("caf_id", "organisme_id", "activite_id", "exercice", "droit_id")
    return Versement.objects.create(
        **{name: getattr(indu, name) for name in same},
        **{"due_on": timezone.localdate()} | more,
        nature=nature,
        montant=montant,
        indu=indu,
        etat=EtatVersement.FAIT,
        decided_by=by.utilisateur,
    )


def _held_together(*versements: Versement) -> list[Versement]:
    """As they now are, in the order given, locked in the order of all."""
    rows = Versement.objects.select_for_update(of=("self",)).select_related("droit", "organisme", "activite")
    now = {each.pk: each for each in rows.filter(pk__in=[each.pk for each in versements]).order_by("pk")}
    return [now[each.pk] for each in versements]


# Paid, or rejected then paid again


@transaction.atomic
def resume(*, by: Acteur, versement: Versement) -> Versement:
    """A payment that the bank rejected has to be paid again; the rejected one stays in its lot, as it was.

    :raises Refused: when a rule forbids it
    """
    (rejected,) = _held_together(versement)
    allow(rules.refuse_resuming(by, rejected))
    rejected.etat = EtatVersement.ANNULE
    rejected.motif = f"{rejected.motif} Remis à payer."[:300]
    rejected.save(update_fields=["etat", "motif"])
    same = ("caf_id", "organisme_id", "activite_id", "exercice", "nature", "rang", "montant", "compense", "droit_id")
    again = Versement.objects.create(
        **{name: getattr(rejected, name) for name in same},
        lignes=rejected.lignes,
        due_on=rejected.due_on,
        etat=EtatVersement.A_PAYER,
        decided_by=by.utilisateur,
    )
    Versement.objects.filter(sur=rejected, etat=EtatVersement.FAIT).update(sur=again)
    _record(events.VERSEMENT_RESUMED, by, again, montant=euros(again.net))
    return again


def settle(declarations: Iterable[int], *, by: journal.Author) -> None:
    """A notified declaration of which every payment is made is paid."""
    wanted = set(declarations)
    for pk in sorted(wanted - queries.unsettled(wanted)):
        declaration = held(Declaration(pk=pk))
        if declaration.etat == EtatDeclaration.NOTIFIEE:
            move(declaration, "payer", by=by)


# The rule of acomptes


@transaction.atomic
def enter_regle(
    *, by: Acteur, exercice: int, kind: str, plafond: Decimal, rangs: list[tuple[Decimal, date]], source: str
) -> RegleAcompte:
    """A newer rule takes the place of the one before; acomptes not on their way are worked out again behind.

    :raises Refused: when a rule forbids it
    """
    allow(rules.refuse_entering_regle(by) or rules.refuse_rangs([taux for taux, _ in rangs], plafond))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    regle = RegleAcompte.objects.create(
        caf=by.caf, exercice=exercice, type=kind, plafond=plafond, source=source, entered_by=by.utilisateur
    )
    for rang, (taux, due_on) in enumerate(rangs, 1):
        regle.rangs.create(rang=rang, taux=taux, due_on=due_on)
    journal.record(
        events.REGLE_ENTERED, by=by, about=[regle], exercice=exercice, plafond=str(plafond), rangs=len(rangs)
    )
    app.configure_task("afas.apply_regle", queue="imports").defer(pk=regle.pk)
    return regle


def apply_regle(pk: int) -> int:
    """Works out again the acomptes that a rule decides; how many activités. Safe to run again."""
    regle = RegleAcompte.objects.get(pk=pk)
    done = 0
    for declaration in queries.under_rule(regle.caf_id, regle.exercice, regle.type).select_related("echeance"):
        droit = declaration.droits.first()
        if droit is not None:
            droit.declaration = declaration
            due_after(declaration, droit, journal.SYSTEM)
            done += 1
    return done


def _record(kind: Any, by: journal.Author, versement: Versement, **facts: Any) -> None:
    about = [versement, versement.activite, versement.organisme]
    journal.record(kind, by=by, about=about, versement=versement.libelle, activite=versement.activite.libelle, **facts)
