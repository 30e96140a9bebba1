"""Reads of the lots: what can be paid that day, what is held back and why, what a lot holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from portail.afas.enums import EtatCompte, EtatLot, EtatVersement, NatureVersement
from portail.afas.models import CompteBancaire, LotPaiement, RetourBanque, Versement
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur

_TO_PARTNER = (NatureVersement.ACOMPTE, NatureVersement.SOLDE)
_FINAL = (EtatVersement.PAYE, EtatVersement.REJETE, EtatVersement.ANNULE)


def lots_for(acteur: Acteur) -> QuerySet[LotPaiement]:
    """Those of his Caf, the last prepared first; without their file, that only its download reads."""
    rows = LotPaiement.objects.filter(caf=acteur.caf).defer("fichier")
    return rows.select_related("caf", "debiteur", "prepared_by", "validated_by").order_by("-pk")


def lot_for(acteur: Acteur, pk: int) -> LotPaiement:
    return lots_for(acteur).get(pk=pk)


def content_of(lot: LotPaiement) -> QuerySet[Versement]:
    """Its payments, as they were put in it."""
    rows = Versement.objects.filter(lot=lot).select_related("organisme", "activite", "compte", "lot__caf")
    return rows.defer("lot__fichier").order_by("organisme__sort_key", "pk")


def rows_of(versements: Iterable[Versement]) -> QuerySet[Versement]:
    """The rows of these payments, to be written together."""
    return Versement.objects.filter(pk__in=[each.pk for each in versements]).order_by()


def account_of(caf: Caf) -> Subquery:
    """For a row of payments, the account to which this Caf pays its organisation."""
    accounts = CompteBancaire.objects.filter(caf=caf, organisme=OuterRef("organisme"), etat=EtatCompte.VALIDE)
    return Subquery(accounts.order_by().values("pk")[:1])


def retours_of(lot: LotPaiement) -> QuerySet[RetourBanque]:
    return RetourBanque.objects.filter(lot=lot).select_related("received_by")


def sum_of(rows: QuerySet[Versement]) -> tuple[int, Decimal]:
    """How many payments, and what is left to pay of them."""
    found = rows.order_by().aggregate(nombre=Count("pk"), net=Sum(F("montant") - F("compense")))
    return found["nombre"], found["net"] or Decimal("0.00")


def _to_pay(caf: Caf) -> Any:
    accounts = CompteBancaire.objects.filter(caf=caf, organisme=OuterRef("organisme")).order_by()
    rows = Versement.objects.filter(caf=caf, etat=EtatVersement.A_PAYER, nature__in=_TO_PARTNER)
    return rows.annotate(
        account=account_of(caf),
        is_changing=Exists(accounts.filter(etat=EtatCompte.EN_ATTENTE)),
    )


def payable(caf: Caf, on: date) -> QuerySet[Versement]:
    """What can be paid that day, to an account that is validated and not changing; the first in the lot first."""
    rows = _to_pay(caf).filter(due_on__lte=on, account__isnull=False, is_changing=False)
    return rows.select_related("organisme", "activite").order_by("due_on", "pk")


def chosen(caf: Caf, on: date) -> list[Versement]:
    """What a lot of that day would hold: no more than a lot may."""
    return list(payable(caf, on)[: most_in_a_lot()])


@dataclass(frozen=True)
class Retenue:
    """Why some payments are held back: how many, how much, and what to do."""

    raison: str
    conseil: str
    nombre: int
    montant: Decimal


def held_back(caf: Caf, on: date) -> list[Retenue]:
    """What is due by that day and is not in the lot, then what is due later."""
    rows = _to_pay(caf)
    due = rows.filter(due_on__lte=on)
    reasons = [
        (
            due.filter(is_changing=True),
            "Compte bancaire en attente de validation",
            "Un autre gestionnaire que celui qui l'a saisi doit le valider, dans « Comptes bancaires ».",
        ),
        (
            due.filter(is_changing=False, account=None),
            "Aucun compte bancaire validé",
            "Saisissez le compte de l'organisme dans « Comptes bancaires ».",
        ),
        (rows.filter(due_on__gt=on), "Pas encore payable à cette date", "Il entrera dans un lot de sa date."),
    ]
    told = [(raison, conseil, *sum_of(found)) for found, raison, conseil in reasons]
    return [Retenue(*each) for each in told if each[2]]


def with_open_indu(chosen: list[Versement]) -> int:
    """How many organisations among them owe an indu that nobody has decided how to recover."""
    rows = Versement.objects.filter(etat=EtatVersement.A_RECUPERER, caf__in={each.caf_id for each in chosen})
    owing = set(rows.order_by().values_list("organisme", flat=True))
    return len(owing & {each.organisme_id for each in chosen})


def totals_by_state(lot: LotPaiement) -> list[tuple[str, str, int, Decimal]]:
    """(code, words, how many, how much) of what became of its payments."""
    rows = Versement.objects.filter(lot=lot).order_by().values("etat")
    found = rows.annotate(nombre=Count("pk"), reste=Sum(F("montant") - F("compense")))
    told = {row["etat"]: (row["nombre"], row["reste"]) for row in found}
    return [(etat.value, str(etat.label), *told[etat.value]) for etat in EtatVersement if etat.value in told]


def most_in_a_lot() -> int:
    return settings.PORTAIL["AFAS_LOT_VERSEMENTS"]


def next_numero(caf: Caf, annee: int) -> int:
    """The number after the last of the year; the caller holds the Caf."""
    last = LotPaiement.objects.filter(caf=caf, annee=annee).order_by("-numero").values_list("numero", flat=True)
    return (last.first() or 0) + 1


def moved_accounts(lot: LotPaiement) -> list[str]:
    """The organisations whose account is no longer the one of the lot, or is changing."""
    accounts = CompteBancaire.objects.filter(caf=lot.caf_id, organisme=OuterRef("organisme")).order_by()
    rows: Any = Versement.objects.filter(lot=lot).annotate(
        account=account_of(lot.caf),
        is_changing=Exists(accounts.filter(etat=EtatCompte.EN_ATTENTE)),
    )
    moved = rows.filter(Q(is_changing=True) | Q(account=None) | ~Q(account=F("compte")))
    return sorted(set(moved.order_by().values_list("organisme__raison_sociale", flat=True)))


def is_over(lot: LotPaiement) -> bool:
    """Has the bank said the last word on each of its payments?"""
    return lot.etat == EtatLot.ENVOYE and not Versement.objects.filter(lot=lot).exclude(etat__in=_FINAL).exists()
