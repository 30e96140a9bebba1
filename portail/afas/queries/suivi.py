"""What the page of a declaration tells: who does what, what is left, the totals, the checks, the steps."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from portail.afas.calculs import Constat, Terme
from portail.afas.enums import OPEN_TO_ENTRY, EtatDeclaration, EtatVolet, RoleProfil, Validation, VoletKind
from portail.afas.models import Declaration, Justification, MessageDeclaration, PieceDeclaration, Profil, Volet
from portail.afas.queries.comparaisons import Avant, Contexte
from portail.afas.queries.declarations import Portee, reads_all
from portail.afas.queries.profils import declaring
from portail.habilitations.acteur import Acteur
from portail.ui.templatetags.ui import counted, instant

_SHEET = "volet à soumettre,volets à soumettre"
_ACTIVITE = RoleProfil.ACTIVITE


@dataclass(frozen=True)
class Charge:
    """What a role has to do for the declaration now, and who holds it; `uncovered` names the lieux that nobody has.

    `shut_out`: those who were given the role and may not declare any more.
    """

    role: RoleProfil
    people: str
    left: str
    uncovered: str = ""
    shut_out: str = ""

    @property
    def is_done(self) -> bool:
        return not self.left


def charges_of(declaration: Declaration, volets: Iterable[Volet], on: date) -> list[Charge]:
    """For each role, its people of the day and what is left; an approbateur not yet validated is said so."""
    profils = Profil.objects.open_on(on).filter(activite=declaration.activite_id)
    held = list(profils.exclude(validation=Validation.REFUSEE).select_related("rattachement__utilisateur", "lieu"))
    able = declaring({profil.rattachement_id for profil in held}, on)
    acting = [profil for profil in held if profil.rattachement_id in able]
    sheets = list(volets)
    left, uncovered = _left(declaration, sheets), _uncovered(sheets, acting)
    return [
        Charge(
            role,
            _named([p for p in acting if p.role == role]),
            left[role],
            uncovered if role == _ACTIVITE else "",
            _named([p for p in held if p.role == role and p not in acting]),
        )
        for role in RoleProfil
    ]


def _uncovered(volets: Iterable[Volet], held: Iterable[Profil]) -> str:
    """The lieux whose sheet is still to be submitted, and that no supplier has; nothing while none is named at all."""
    covering = [profil.lieu_id for profil in held if profil.role == _ACTIVITE]
    if not covering or None in covering:
        return ""
    waiting = [volet.lieu for volet in volets if volet.etat != EtatVolet.SOUMIS and volet.lieu is not None]
    return ", ".join(sorted(lieu.libelle for lieu in waiting if lieu.pk not in covering))


def _named(profils: Iterable[Profil]) -> str:
    """« Paul Robine (Zénith, L'éclair), Gilles Garban »: each once, with the lieux he has."""
    found: dict[str, set[str]] = defaultdict(set)
    for profil in profils:
        about = found[profil.rattachement.utilisateur.nom_complet]
        if profil.validation == Validation.EN_ATTENTE:
            about.add("en attente de validation par la Caf")
        elif profil.lieu is not None:
            about.add(profil.lieu.libelle)
    return ", ".join(f"{name} ({', '.join(sorted(about))})" if about else name for name, about in sorted(found.items()))


def _left(declaration: Declaration, volets: list[Volet]) -> dict[RoleProfil, str]:
    """In words, nothing when the role has done its part."""
    if declaration.etat == EtatDeclaration.A_APPROUVER:
        return {RoleProfil.ACTIVITE: "", RoleProfil.FINANCES: "", RoleProfil.APPROBATEUR: "à approuver et transmettre"}
    if declaration.etat not in OPEN_TO_ENTRY:
        return dict.fromkeys(RoleProfil, "")
    waiting = [volet.kind for volet in volets if volet.etat != EtatVolet.SOUMIS]
    activite, finances = waiting.count(VoletKind.ACTIVITE), waiting.count(VoletKind.FINANCIER)
    return {
        RoleProfil.ACTIVITE: counted(activite, _SHEET) if activite else "",
        RoleProfil.FINANCES: counted(finances, _SHEET) if finances else "",
        RoleProfil.APPROBATEUR: "à signer quand tout sera soumis",
    }


_NEXT = {
    EtatDeclaration.A_SAISIR: "Les fournisseurs remplissent et soumettent leurs volets, puis l'approbateur signe.",
    EtatDeclaration.EN_COURS: "Quand tous les volets sont soumis, la déclaration attend l'approbateur.",
    EtatDeclaration.A_APPROUVER: "L'approbateur relit et signe : la déclaration part alors à la Caf. Il peut aussi la "
    "renvoyer aux fournisseurs, avec un motif.",
    EtatDeclaration.TRANSMISE: "La Caf a reçu la déclaration. Un gestionnaire va la prendre en charge.",
    EtatDeclaration.EN_TRAITEMENT: "La Caf l'examine. Elle peut demander un complément, ou calculer le droit.",
    EtatDeclaration.A_COMPLETER: "Les fournisseurs corrigent et soumettent de nouveau leurs volets ; l'approbateur "
    "signe une nouvelle version. La précédente reste lisible.",
    EtatDeclaration.TRAITEE: "Le droit est calculé. La Caf va vous en envoyer la notification.",
    EtatDeclaration.NOTIFIEE: "La notification est partie. Le versement suit.",
    EtatDeclaration.PAYEE: "Tout est fait : le versement est confirmé.",
}


def next_step(declaration: Declaration) -> str:
    """What happens next, in words."""
    return _NEXT[EtatDeclaration(declaration.etat)]


def awaited_of(declaration: Declaration, volets: Iterable[Volet], portee: Portee) -> str:
    """What waits for this person here, in words; nothing when it is for somebody else to act."""
    activite = declaration.activite_id
    if declaration.etat == EtatDeclaration.A_APPROUVER and activite in portee.approbation:
        return "Cette déclaration attend votre approbation."
    if declaration.etat not in OPEN_TO_ENTRY:
        return ""
    mine = [volet for volet in volets if volet.etat != EtatVolet.SOUMIS and portee.types(volet, activite)]
    if not mine:
        return ""
    asked = f"Vous avez {counted(len(mine), 'volet à remplir et soumettre,volets à remplir et soumettre')}."
    return f"{asked} {_why_again(declaration)}".strip()


_AGAIN = {"refuser": "L'approbateur", "completer": "La Caf", "corriger": "L'approbateur"}


def _why_again(declaration: Declaration) -> str:
    """The reason for which it was last given back to the suppliers, in the words of who did; else nothing."""
    last = declaration.etapes.exclude(motif="").order_by("-pk").first()
    if last is None or last.code not in _AGAIN:
        return ""
    return f"{_AGAIN[last.code]} écrit, le {instant(last.at)} : « {last.motif} »"


@dataclass(frozen=True)
class Total:
    """A figure worked out of the sheets, beside what it was."""

    terme: Terme
    precedent: Decimal | None
    n1: Decimal | None


def totals_of(contexte: Contexte) -> list[Total]:
    """Every computed field that has a value, of the activity then of the finances."""
    valeurs = contexte.valeurs
    codes = [code for code, champ in valeurs.champs.items() if champ.calcul and valeurs.get(code) is not None]
    return [Total(valeurs.terme(code), _before(contexte.precedent, code), _before(contexte.n1, code)) for code in codes]


def _before(avant: Avant | None, code: str) -> Decimal | None:
    return avant.valeurs.get(code) if avant is not None else None


@dataclass(frozen=True)
class Alerte:
    """A check that does not hold, with its justification if any."""

    constat: Constat
    justification: Justification | None


def alertes_of(declaration: Declaration, constats: Iterable[Constat]) -> list[Alerte]:
    """Those that block, then those to be justified."""
    rows = Justification.objects.filter(declaration=declaration, version=declaration.version).select_related("by")
    given = {each.controle: each for each in rows.order_by("pk")}
    failing = [each for each in constats if each.holds is False]
    ordered = sorted(failing, key=lambda each: not each.is_blocking)
    return [Alerte(each, given.get(each.controle.code)) for each in ordered]


def comments_of(declaration: Declaration) -> QuerySet[MessageDeclaration]:
    """Between the partner's people; those of a complement asked by the Caf are elsewhere."""
    return declaration.messages.filter(demande=None).select_related("author").order_by("pk")


def pieces_of(acteur: Acteur, declaration: Declaration) -> list[PieceDeclaration]:
    """The files he may know of: all, or his own when he reads some lieux only."""
    rows = declaration.pieces.select_related("deposited_by").order_by("-pk")
    if not reads_all(acteur, declaration):
        rows = rows.filter(deposited_by=acteur.utilisateur)
    return list(rows)


_STEPS = {
    "commencer": "Saisie commencée",
    "proposer": "Tous les volets soumis",
    "reprendre": "Saisie reprise",
    "refuser": "Renvoyée aux fournisseurs",
    "transmettre": "Signée et transmise à la Caf",
    "prendre": "Prise en charge par la Caf",
    "completer": "Complément demandé par la Caf",
    "corriger": "Correction demandée par l'approbateur",
    "traiter": "Droit calculé",
    "rouvrir": "Traitement repris",
    "notifier": "Notification envoyée",
    "payer": "Versement confirmé",
}


def timeline_of(declaration: Declaration) -> list[dict[str, Any]]:
    """Its steps, the last first."""
    return [*_steps(declaration), {"at": declaration.opened_at, "title": "Déclaration ouverte", "by": "", "text": ""}]


def _steps(declaration: Declaration) -> Iterator[dict[str, Any]]:
    for etape in declaration.etapes.select_related("by").order_by("-pk"):
        by = etape.by.nom_complet if etape.by else "Le système"
        yield {"at": etape.at, "title": _STEPS[etape.code], "by": by, "text": etape.motif}


def piece_for(acteur: Acteur, pk: int) -> PieceDeclaration:
    """A file of a declaration that he may find."""
    rows = PieceDeclaration.objects.select_related("declaration__activite__organisme", "declaration__echeance")
    return rows.get(pk=pk, declaration__in=Declaration.objects.visible_to(acteur).order_by().values("pk"))
