"""Reads of what is due and paid, and of the rule by which it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from portail.afas.definitions import type_of
from portail.afas.enums import COMMITTED, OWED, EtatDeclaration, EtatVersement, NatureVersement, Phase
from portail.afas.models import Activite, Declaration, Droit, RegleAcompte, Versement
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur
from portail.journal.events import sentence
from portail.journal.models import JournalEntry

_NOTIFIED = (EtatDeclaration.NOTIFIEE, EtatDeclaration.PAYEE)


def versements_for(acteur: Acteur) -> QuerySet[Versement]:
    """Those in his perimeter, the last due first."""
    rows = Versement.objects.visible_to(acteur).select_related("organisme", "activite", "lot__caf", "compte", "caf")
    return rows.defer("lot__fichier").order_by("-due_on", "-pk")  # a file may be long, and is read alone


def versement_for(acteur: Acteur, pk: int) -> Versement:
    return versements_for(acteur).select_related("droit__declaration__echeance", "indu", "sur", "decided_by").get(pk=pk)


def due_of(acteur: Acteur, declaration: Declaration) -> QuerySet[Versement]:
    """What the rights of this declaration made due, of what he reads."""
    return versements_for(acteur).filter(droit__declaration=declaration, nature__in=OWED).order_by("due_on", "pk")


def linked_to(versement: Versement) -> list[Versement]:
    """The compensations and reimbursements of an indu; what was kept back from a payment."""
    rows = Versement.objects.filter(Q(indu=versement) | Q(sur=versement))
    return list(rows.select_related("indu", "sur").order_by("pk"))


def told_of(entries: Iterable[JournalEntry]) -> list[tuple[JournalEntry, str]]:
    """Each entry with its sentence."""
    return [(entry, sentence(entry.kind, entry.by_label, entry.facts)) for entry in entries]


def totals_of(rows: QuerySet[Versement]) -> list[dict[str, Any]]:
    """How many and how much, by nature then state, in the order in which money moves."""
    found = rows.order_by().values("nature", "etat").annotate(nombre=Count("pk"), montant=Sum("montant"))
    natures, etats = list(NatureVersement.values), list(EtatVersement.values)
    told = [
        {
            "nature": NatureVersement(row["nature"]).label,
            "etat": row["etat"],
            "label": EtatVersement(row["etat"]).label,
            "nombre": row["nombre"],
            "montant": row["montant"],
            "place": (natures.index(row["nature"]), etats.index(row["etat"])),
        }
        for row in found
    ]
    return sorted(told, key=_place)


def _place(row: dict[str, Any]) -> Any:
    return row["place"]


def regle_for(caf: Caf, exercice: int, kind: str) -> RegleAcompte | None:
    """The rule in force: the newest for this type of activité, else the newest for all."""
    rows = RegleAcompte.objects.filter(caf=caf, exercice=exercice).prefetch_related("rangs")
    return rows.filter(type=kind).first() or rows.filter(type="").first()


def regles_for(acteur: Acteur) -> QuerySet[RegleAcompte]:
    rows = RegleAcompte.objects.filter(caf=acteur.caf).select_related("entered_by").prefetch_related("rangs")
    return rows.order_by("-exercice", "type", "-pk")


def regles_by_place(acteur: Acteur) -> list[tuple[RegleAcompte, bool]]:
    """Every rule, and whether it is the one in force for its exercice and type."""
    seen: set[tuple[int, str]] = set()
    told = []
    for regle in regles_for(acteur):
        place = (regle.exercice, regle.type)
        told.append((regle, place not in seen))
        seen.add(place)
    return told


def droits_of(activite: Activite, exercice: int, given: Droit) -> dict[str, Droit]:
    """Phase → the right notified for it, in the order of the year, the newest of each declaration.

    `given` counts as notified.
    """
    rows = Droit.objects.filter(
        declaration__activite=activite,
        declaration__echeance__exercice=exercice,
        declaration__etat__in=_NOTIFIED,
    )
    newest = rows.order_by("declaration_id", "-pk").distinct("declaration_id").select_related("declaration__echeance")
    found = {droit.declaration.echeance.phase: droit for droit in [*newest, given]}
    return {phase: found[phase] for phase in Phase.values if phase in found}


def owed_of(activite: Activite, exercice: int) -> list[Versement]:
    """What the rights of the exercice made due and nobody cancelled, held until the end of the transaction."""
    rows = Versement.objects.select_for_update(of=("self",)).filter(
        activite=activite, exercice=exercice, nature__in=OWED
    )
    return list(rows.exclude(etat=EtatVersement.ANNULE).order_by("pk"))


def payable_beside(indu: Versement) -> QuerySet[Versement]:
    """The payments to the same organisation from which this indu may be kept back, the nearest first."""
    rows = Versement.objects.filter(caf=indu.caf_id, organisme=indu.organisme_id, etat=EtatVersement.A_PAYER)
    return rows.filter(compense__lt=F("montant")).select_related("activite").order_by("due_on", "pk")


def unsettled(declarations: Iterable[int]) -> set[int]:
    """Those of these declarations of which a payment is still awaited."""
    waiting = Versement.objects.filter(droit__declaration__in=list(declarations)).exclude(
        etat__in=(EtatVersement.PAYE, EtatVersement.ANNULE)
    )
    return set(waiting.order_by().values_list("droit__declaration", flat=True))


def droits_without_rule(caf: Caf) -> list[tuple[int, str]]:
    """(exercice, type of activité) of which a right prévisionnel is notified and no rule of acomptes is known."""
    rows = Declaration.objects.filter(caf=caf, etat__in=_NOTIFIED).exclude(echeance__phase=Phase.REEL)
    found = rows.order_by().values_list("echeance__exercice", "activite__type").distinct()
    known = set(RegleAcompte.objects.filter(caf=caf).order_by().values_list("exercice", "type"))
    missing = sorted(pair for pair in found if pair not in known and (pair[0], "") not in known)
    return [(exercice, type_of(kind).libelle) for exercice, kind in missing]


def _ruled(caf: int, exercice: int, kind: str) -> Q:
    """What is of this type of activité; for all types, what is of none that has a rule of its own."""
    own = RegleAcompte.objects.filter(caf=caf, exercice=exercice).exclude(type="").values("type")
    return Q(activite__type=kind) if kind else ~Q(activite__type__in=own)


def under_rule(caf: int, exercice: int, kind: str) -> QuerySet[Declaration]:
    """The notified declarations whose acomptes such a rule decides, one by activité: the last of the exercice."""
    rows = Declaration.objects.filter(caf=caf, echeance__exercice=exercice, etat__in=_NOTIFIED).exclude(
        echeance__phase=Phase.REEL
    )
    return rows.filter(_ruled(caf, exercice, kind)).order_by("activite_id", "-pk").distinct("activite_id")


@dataclass(frozen=True)
class EffetsRegle:
    """What a rule not yet entered would touch: activités with a right, acomptes worked out again, or kept."""

    activites: int
    free: int
    committed: int


def effects_of_rule(caf: Caf, exercice: int, kind: str) -> EffetsRegle:
    rows = Versement.objects.filter(caf=caf, exercice=exercice, nature=NatureVersement.ACOMPTE)
    rows = rows.exclude(etat=EtatVersement.ANNULE).filter(_ruled(caf.pk, exercice, kind))
    counts = rows.aggregate(committed=Count("pk", filter=Q(etat__in=COMMITTED)), total=Count("pk"))
    return EffetsRegle(
        activites=under_rule(caf.pk, exercice, kind).count(),
        free=counts["total"] - counts["committed"],
        committed=counts["committed"],
    )
