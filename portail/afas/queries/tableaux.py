"""What an activité was granted, year by year: the newest right of each of its declarations."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from portail.afas.enums import EtatDeclaration, EtatVersement, NatureVersement, Phase
from portail.afas.models import Activite, Declaration, Droit, Echeance, Profil, Versement
from portail.habilitations.acteur import Acteur
from portail.ui.templatetags.ui_charts import Chart, Serie

YEARS = 4  # exercices shown side by side
_TOLD = (EtatDeclaration.NOTIFIEE, EtatDeclaration.PAYEE)
_COMING = (EtatVersement.A_PAYER, EtatVersement.EN_LOT, EtatVersement.ENVOYE)
_Amounts = dict[tuple[int, str], Decimal]


def activites_for(acteur: Acteur) -> QuerySet[Activite]:
    """Those whose figures he reads: all of his Caf; for a partner, those he gives profiles on or holds a whole one of.

    Who supplies the activity of one lieu only reads neither the finances nor the amounts.
    """
    rows = Activite.objects.select_related("organisme", "caf").order_by("sort_key", "pk")
    if acteur.caf is not None:
        return rows.filter(caf=acteur.caf)
    return rows.given_by_or_in(acteur, Profil.objects.of(acteur).filter(lieu=None))


def activite_for(acteur: Acteur, pk: int) -> Activite:
    return activites_for(acteur).get(pk=pk)


def exercices_of(activites: QuerySet[Activite]) -> list[int]:
    """The exercices about which something was declared, the newest first."""
    asked = Declaration.objects.filter(activite__in=activites.order_by().values("pk")).values("echeance")
    rows = Echeance.objects.filter(pk__in=asked).order_by("-exercice").values_list("exercice", flat=True)
    return list(rows.distinct())


def with_amounts(activites: QuerySet[Activite], exercice: int) -> QuerySet[Activite]:
    """The same, each with its amount of each phase of this exercice (named by the phase); None where there is none."""
    return activites.annotate(**{phase: _amount_of(exercice, phase) for phase in Phase.values})


def _amount_of(exercice: int, phase: str) -> Subquery:
    rows = Droit.objects.filter(
        declaration__activite=OuterRef("pk"),
        declaration__echeance__exercice=exercice,
        declaration__echeance__phase=phase,
    )
    return Subquery(rows.order_by("-pk").values("montant")[:1])


def amounts_of(activites: QuerySet[Activite], exercices: Sequence[int]) -> _Amounts:
    """(exercice, phase) → what these activités were granted together, by the newest right of each declaration."""
    told = newest(
        Droit.objects.filter(
            declaration__activite__in=activites.order_by().values("pk"), declaration__echeance__exercice__in=exercices
        )
    )
    rows = told.values_list("declaration__echeance__exercice", "declaration__echeance__phase").annotate(Sum("montant"))
    return {(exercice, phase): total for exercice, phase, total in rows}


def newest(droits: QuerySet[Droit]) -> QuerySet[Droit]:
    """Of these, the last of each declaration: the one that counts."""
    last = droits.order_by("declaration_id", "-pk").distinct("declaration_id")
    return Droit.objects.filter(pk__in=last.values("pk")).order_by()


def chart_of(amounts: _Amounts, exercices: Sequence[int]) -> Chart:
    """The amounts of each phase, exercice by exercice, the oldest first."""
    years = sorted(exercices)[-YEARS:]
    series = [Serie(phase.label, [amounts.get((year, phase)) for year in years]) for phase in Phase]
    return Chart("Aides par exercice", [str(year) for year in years], series, unit="€", decimals=2, first="Exercice")


@dataclass(frozen=True)
class Etape:
    """Where a declaration of the exercice stands, and what it opens; `is_told` when the Caf has notified it."""

    declaration: Declaration
    montant: Decimal | None

    @property
    def is_told(self) -> bool:
        return self.declaration.etat in _TOLD


def etapes_of(activite: Activite) -> dict[int, list[Etape]]:
    """The declarations of each exercice in the order of the year, the newest exercice first."""
    rows = (
        Declaration.objects.filter(activite=activite).select_related("echeance").order_by("-echeance__exercice", "pk")
    )
    told = newest(Droit.objects.filter(declaration__activite=activite))
    amounts = dict(told.values_list("declaration_id", "montant"))
    found: dict[int, list[Etape]] = defaultdict(list)
    for declaration in rows:
        found[declaration.echeance.exercice].append(Etape(declaration, amounts.get(declaration.pk)))
    order = list(Phase.values)
    return {
        exercice: sorted(etapes, key=lambda etape: order.index(etape.declaration.echeance.phase))
        for exercice, etapes in found.items()
    }


def amounts_in(etapes: dict[int, list[Any]]) -> _Amounts:
    """The same as `amounts_of`, of one activité already read."""
    return {
        (exercice, etape.declaration.echeance.phase): etape.montant
        for exercice, known in etapes.items()
        for etape in known
        if etape.montant is not None
    }


def paid_of(acteur: Acteur, activite: Activite) -> list[dict[str, Any]]:
    """Per exercice, the newest first: acomptes and solde paid, what is still to come, what is to be given back.

    Nothing for who does not read the money of the activité.
    """
    paid = Q(etat=EtatVersement.PAYE)
    wanted: dict[str, Any] = {
        "acomptes": paid & Q(nature=NatureVersement.ACOMPTE),
        "solde": paid & Q(nature=NatureVersement.SOLDE),
        "a_venir": Q(etat__in=_COMING, nature__in=(NatureVersement.ACOMPTE, NatureVersement.SOLDE)),
        "indu": Q(nature=NatureVersement.INDU) & ~Q(etat=EtatVersement.ANNULE),
    }
    rows = Versement.objects.visible_to(acteur).filter(activite=activite).order_by("-exercice").values("exercice")
    summed: Any = rows.annotate(**{name: Sum("montant", filter=which) for name, which in wanted.items()})
    return list(summed[:YEARS])
