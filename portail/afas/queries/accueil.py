"""What « Accueil AFAS » shows: what waits for this person today, where each échéance stands, what nobody covers."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from portail.afas.enums import FROZEN, OPEN_TO_ENTRY, EtatCompte, EtatDeclaration, EtatLot
from portail.afas.models import Activite, CompteBancaire, Echeance, LotPaiement, Profil
from portail.afas.queries.declarations import awaiting, declarations_for, portee_of
from portail.afas.queries.profils import waiting_for
from portail.afas.queries.traitement import to_process_for
from portail.afas.roles import HABILITER
from portail.conventions.models import Convention
from portail.habilitations.acteur import Acteur
from portail.ui.templatetags.ui import counted

SHOWN = 10


class Attente(NamedTuple):
    """Something that waits for the person: how many declarations, and the filters of the list that show them."""

    label: str
    query: str
    is_late: bool = False


def attentes_of(acteur: Acteur) -> list[Attente]:
    """What is his to do, the most pressing first; nothing for who has no profile, nor for the Caf."""
    portee = portee_of(acteur)
    if not portee.reach:
        return []
    is_late = Q(echeance__due_on__lt=acteur.on)
    found = (
        declarations_for(acteur)
        .filter(awaiting(portee))
        .aggregate(
            late=Count("pk", filter=is_late),
            asked=Count("pk", filter=Q(etat=EtatDeclaration.A_COMPLETER)),
            to_sign=Count("pk", filter=Q(etat=EtatDeclaration.A_APPROUVER)),
            to_type=Count("pk", filter=Q(etat__in=OPEN_TO_ENTRY[:2])),
        )
    )
    lines = [
        (found["late"], "déclaration en retard,déclarations en retard", "attente=retard_moi", True),
        (found["asked"], "déclaration à compléter,déclarations à compléter", "etat=a_completer&attente=moi", False),
        (found["to_sign"], "déclaration à approuver,déclarations à approuver", "etat=a_approuver&attente=moi", False),
        (found["to_type"], "déclaration à saisir,déclarations à saisir", "attente=saisie", False),
    ]
    return [Attente(counted(count, noun), query, late) for count, noun, query, late in lines if count]


class AFaire(NamedTuple):
    """Something that waits for a gestionnaire of the Caf, and the list that shows it."""

    label: str
    url_name: str


def to_do_for(acteur: Acteur) -> list[AFaire]:
    """What waits at the Caf: for him among the declarations, for any gestionnaire elsewhere."""
    accounts = CompteBancaire.objects.filter(caf=acteur.caf, etat=EtatCompte.EN_ATTENTE)
    lots = LotPaiement.objects.filter(caf=acteur.caf, etat=EtatLot.PREPARE)
    found = (
        (to_process_for(acteur), "déclaration à traiter,déclarations à traiter", "afas:traitement_list"),
        (waiting_for(acteur), "approbateur à valider,approbateurs à valider", "afas:approbateur_list"),
        (accounts, "compte bancaire à valider,comptes bancaires à valider", "afas:compte_list"),
        (lots, "lot de paiement à valider,lots de paiement à valider", "afas:lot_list"),
    )
    counts = ((rows.order_by().count(), noun, url_name) for rows, noun, url_name in found)
    return [AFaire(counted(count, noun), url_name) for count, noun, url_name in counts if count]


@dataclass(frozen=True)
class Avancement:
    """How far the declarations that this person sees are, at one échéance."""

    echeance: Echeance
    total: int
    transmitted: int
    is_over: bool

    @property
    def anchor(self) -> str:
        return f"echeance-{self.echeance.pk}"

    @property
    def text(self) -> str:
        return f"{counted(self.transmitted, 'transmise')} sur {counted(self.total, 'déclaration')}"


def avancements_of(acteur: Acteur) -> list[Avancement]:
    """The échéances at which something is still to transmit, the nearest due date first, then those to come."""
    rows = declarations_for(acteur).order_by().values_list("echeance")
    counts = rows.annotate(total=Count("pk"), transmitted=Count("pk", filter=Q(etat__in=FROZEN)))
    found = {echeance: (total, done) for echeance, total, done in counts if done < total}
    echeances = Echeance.objects.filter(pk__in=found).order_by("due_on", "type", "pk")[:SHOWN]
    return [Avancement(each, *found[each.pk], is_over=each.due_on < acteur.on) for each in echeances]


def uncovered_for(acteur: Acteur) -> QuerySet[Activite]:
    """The open activités whose profiles he gives, and for which nobody validated may sign today."""
    conventions = {right.convention for right in acteur.rights if right.role == HABILITER.code}
    covering = Convention.cafs.through.objects.filter(
        convention__in=conventions, convention__organisme=OuterRef("organisme"), caf=OuterRef("caf")
    )
    approving = Profil.objects.signing(acteur.on).filter(activite=OuterRef("pk"))
    return Activite.objects.open_on(acteur.on).filter(Exists(covering), ~Exists(approving)).order_by("sort_key", "pk")


def next_echeance(acteur: Acteur, on: date) -> Echeance | None:
    """The next one to open for the activités he sees; None when the calendar does not say."""
    kinds = Activite.objects.visible_to(acteur).filter(caf=OuterRef("caf"), type=OuterRef("type"))
    coming = Echeance.objects.filter(Exists(kinds), opened_at=None, opens_on__gte=on)
    return coming.order_by("opens_on", "pk").first()
