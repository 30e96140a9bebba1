"""The money of the first Caf: a rule, accounts checked by two, a lot answered by the bank, another that waits."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils import timezone

from portail.afas.actions import comptes, lots
from portail.afas.actions.comptes import Coordonnees
from portail.afas.actions.versements import apply_regle, enter_regle
from portail.afas.models import CompteBancaire, LotPaiement
from portail.afas.queries.lots import content_of, payable, sum_of
from portail.conventions.enums import Fonction
from portail.conventions.models import AgentCaf, Organisme
from portail.demo.actions.common import Play, Said
from portail.habilitations.acteur import Acteur

_CAF = "132"
_BIC = "DEMOFRPP"


@dataclass(frozen=True)
class _Binome:
    """Two gestionnaires: what one enters, the other validates."""

    saisit: Acteur
    valide: Acteur


def play_versements(play: Play) -> None:
    """The first acomptes are paid but one, whose account is being corrected; the second ones wait to be validated."""
    binome = _Binome(*_gestionnaires(play))
    _enter_regle(play, binome.saisit)
    for said in play.story["compte"]:
        comptes.validate_compte(by=binome.valide, compte=_enter_compte(binome.saisit, said))
    corrected = play.story["compte_corrige"]
    _send(play, binome, rejected=corrected["organisme"])
    _enter_compte(binome.saisit, corrected)
    second = max(play.day(rang["due"]) for rang in play.story["regle_acompte"]["rangs"])
    _prepare(play, binome.saisit, second)


def _gestionnaires(play: Play) -> tuple[Acteur, Acteur]:
    caf, fonction = play.cafs[_CAF], Fonction.GESTIONNAIRE
    agents = AgentCaf.objects.filter(caf=caf, fonction=fonction).select_related("utilisateur")
    first, second = agents.order_by("utilisateur__identifiant")[:2]
    return (
        Acteur(first.utilisateur, play.today, caf=caf, fonction=fonction.value),
        Acteur(second.utilisateur, play.today, caf=caf, fonction=fonction.value),
    )


def _enter_regle(play: Play, by: Acteur) -> None:
    said = play.story["regle_acompte"]
    regle = enter_regle(
        by=by,
        exercice=play.today.year,
        kind="",
        plafond=Decimal(said["plafond"]),
        rangs=[(Decimal(rang["taux"]), play.day(rang["due"])) for rang in said["rangs"]],
        source=said["source"],
    )
    apply_regle(regle.pk)


def _enter_compte(by: Acteur, said: Said) -> CompteBancaire:
    """Of the Caf itself when the story names no organisation."""
    organisme = Organisme.objects.get(raison_sociale=said["organisme"]) if "organisme" in said else None
    given = Coordonnees(said["titulaire"], said["iban"], _BIC, said["source"])
    return comptes.enter_compte(by=by, organisme=organisme, coordonnees=given)


def _prepare(play: Play, by: Acteur, on: date) -> LotPaiement:
    return lots.prepare(by=by, execution_on=on, seen=sum_of(payable(play.cafs[_CAF], on)))


def _send(play: Play, binome: _Binome, *, rejected: str) -> None:
    """All that is payable today; the bank rejects what went to this organisation, and pays the rest."""
    lot = _prepare(play, binome.saisit, play.today)
    lots.validate(by=binome.valide, lot=lot)
    lots.download(by=binome.saisit, lot=lot)
    rejetes = content_of(lot).filter(organisme__raison_sociale=rejected)
    told = {"lot": lot, "rejetes": rejetes, "at": timezone.localtime()}
    content = render_to_string("demo/retour_banque.xml", told).encode()
    lots.answer(by=binome.saisit, lot=lot, file_name=f"retour-{lot.reference}.xml", content=content)
