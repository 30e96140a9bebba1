"""What was answered is done, membership by membership, by the act that closes one; and may be taken back."""

from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from portail.campagnes import events
from portail.campagnes.actions.preparation import about
from portail.campagnes.actions.preuves import make_proof
from portail.campagnes.enums import OPEN, Effet, EtatCampagne, RegleFin, Reponse
from portail.campagnes.models import Campagne, LigneCampagne
from portail.campagnes.queries import changing, decision_of, effects_of
from portail.conventions.models import Convention
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions import close_appartenance, edit_appartenance
from portail.habilitations.actions.common import together
from portail.habilitations.actions.preview import Change, Manque, Right, preview
from portail.habilitations.models import Appartenance
from portail.journal import actions as journal
from portail.ui.rules import Refused, Stale, constraint_sentence

LINES_AT_ONCE = 200
TRIED = 100  # changes tried for the preview; beyond, the list of the lines says what they change
_RELATED = ("appartenance__groupe", "appartenance__rattachement__utilisateur", "answered_by")
_TOUCHED = "Quelqu'un a changé cette appartenance depuis : elle est laissée telle quelle."


def plan_application(campagne: Campagne) -> None:
    """What changes nothing is told at once; what changes something is left to the worker."""
    waiting = campagne.lignes.filter(effet="")
    waiting.filter(reponse=Reponse.GARDER).update(effet=Effet.GARDE)
    if campagne.regle == RegleFin.INCHANGE:
        waiting.filter(reponse__in=OPEN).update(effet=Effet.INCHANGE)
    campagne.to_do, campagne.done = waiting.filter(changing(campagne)).count(), 0


def _next(campagne: Campagne, condition: Q) -> list[LigneCampagne]:
    """Some lines of one convention."""
    rows = campagne.lignes.filter(condition)
    first = rows.order_by("convention_id", "pk").values_list("convention_id", flat=True).first()
    if first is None:
        return []
    return list(rows.filter(convention=first).select_related(*_RELATED).order_by("pk")[:LINES_AT_ONCE])


def _under(lignes: list[LigneCampagne]) -> Convention:
    """Their convention, the same object for all of them."""
    convention = Convention.objects.select_related("caf_pivot", "organisme").get(pk=lignes[0].convention_id)
    for ligne in lignes:
        ligne.appartenance.groupe.convention = ligne.appartenance.rattachement.convention = convention
    return convention


def foreseen(by: Acteur, campagne: Campagne) -> Change | None:
    """Who would lose what, by the very acts taken back; None when there are too many to try while somebody waits."""
    rows = campagne.lignes.filter(changing(campagne), effet="").order_by("convention_id", "pk")
    if rows.count() > TRIED:
        return None
    lignes = list(rows.select_related(*_RELATED))
    losses: list[Right] = []
    manques: list[Manque] = []
    for _, group in groupby(lignes, key=lambda ligne: ligne.convention_id):
        theirs = list(group)
        convention = _under(theirs)
        change = preview(convention, by.on, partial(_apply_all, by, campagne, theirs))
        losses += change.losses
        manques += change.manques
    return Change([], losses, manques=manques)


def _apply_all(by: Acteur, campagne: Campagne, lignes: list[LigneCampagne]) -> None:
    for ligne in lignes:
        _apply(by, campagne, ligne)


def apply_batch(by: Acteur, campagne: Campagne) -> None:
    """The next lines; after the last ones, the proofs."""
    lignes = _next(campagne, Q(effet=""))
    if not lignes:
        _finish(by, campagne, EtatCampagne.APPLIQUEE)
        return
    with together([_under(lignes)], by.on):
        _read_again(lignes)
        _apply_all(by, campagne, lignes)
    _keep(campagne, lignes)


def _read_again(lignes: list[LigneCampagne]) -> None:
    """The memberships as they now are: somebody may have changed one before the convention was held."""
    fresh = Appartenance.objects.in_bulk([ligne.appartenance_id for ligne in lignes])
    for ligne in lignes:
        before, row = ligne.appartenance, fresh[ligne.appartenance_id]
        row.groupe, row.rattachement = before.groupe, before.rattachement
        ligne.appartenance = row


def _apply(by: Acteur, campagne: Campagne, ligne: LigneCampagne) -> None:
    effet, closes_on = decision_of(campagne, ligne, by.on)
    membership = ligne.appartenance
    if closes_on is None:
        ligne.effet = effet
        return
    if membership.closes_on is not None and membership.closes_on <= closes_on:
        ligne.effet, ligne.sentence = Effet.DEJA_FINI, f"Dernier jour : {membership.closes_on:%d/%m/%Y}."
        return
    before = _dates(membership)
    motif = f"Campagne n° {campagne.pk} : {_reason(ligne)}"[:300]
    if refusal := _attempt(close_appartenance, by=by, appartenance=membership, closes_on=closes_on, motif=motif):
        ligne.effet, ligne.sentence = Effet.REFUSE, refusal
        return
    membership.refresh_from_db(fields=["closes_on", "closed_by", "closed_at", "closing_reason"])
    ligne.effet, ligne.trace = effet, {"before": before, "after": _dates(membership)}
    ligne.sentence = f"Dernier jour : {membership.closes_on:%d/%m/%Y}."


def _reason(ligne: LigneCampagne) -> str:
    if ligne.answered_by is None or ligne.reponse == Reponse.NE_SAIT_PAS:
        return "personne n'a confirmé que cet accès sert encore."
    return f"{ligne.get_reponse_display().lower()}, d'après {ligne.answered_by.nom_complet}."


def _dates(row: Appartenance) -> dict[str, Any]:
    return {
        "closes_on": row.closes_on.isoformat() if row.closes_on else None,
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "closing_reason": row.closing_reason,
    }


def _attempt(act: Any, **arguments: Any) -> str:
    """Carries out one act by itself; the sentence of its refusal, or nothing."""
    try:
        with transaction.atomic():
            act(**arguments)
    except (Refused, Stale) as refusal:
        return str(refusal)
    except IntegrityError as error:
        return constraint_sentence(error) or "Une autre ligne l'empêche."
    return ""


def _keep(campagne: Campagne, lignes: list[LigneCampagne]) -> None:
    LigneCampagne.objects.bulk_update(lignes, ["effet", "sentence", "trace"])
    campagne.done += len(lignes)
    campagne.save(update_fields=["done"])


def undo_batch(by: Acteur, campagne: Campagne) -> None:
    """Puts back the next memberships that nobody touched since; after the last ones, the proofs anew."""
    lignes = _next(campagne, Q(effet__in=[Effet.LIMITE, Effet.RETIRE]))
    if not lignes:
        _finish(by, campagne, EtatCampagne.ANNULEE)
        return
    with together([_under(lignes)], by.on):
        _read_again(lignes)
        for ligne in lignes:
            _undo(by, ligne)
    _keep(campagne, lignes)


def _undo(by: Acteur, ligne: LigneCampagne) -> None:
    membership, before = ligne.appartenance, ligne.trace["before"]
    if _dates(membership) != ligne.trace["after"]:
        ligne.effet, ligne.sentence = Effet.LAISSE, _TOUCHED
    elif refusal := _attempt(_put_back, by=by, membership=membership, before=before):
        ligne.effet, ligne.sentence = Effet.LAISSE, refusal
    else:
        ligne.effet, ligne.sentence = Effet.RESTAURE, ""


def _put_back(by: Acteur, membership: Appartenance, before: dict[str, Any]) -> None:
    """The end it had; one that somebody had decided is decided again, for the same reason."""
    closes_on = date.fromisoformat(before["closes_on"]) if before["closes_on"] else None
    seen = (membership.opens_on, membership.closes_on)
    was_decided = closes_on is not None and before["closed_at"] is not None
    wanted = None if was_decided else closes_on
    edit_appartenance(by=by, appartenance=membership, opens_on=seen[0], closes_on=wanted, seen=seen)
    if was_decided and closes_on is not None:
        close_appartenance(by=by, appartenance=membership, closes_on=closes_on, motif=before["closing_reason"])


_TALLY = {
    Effet.GARDE: "gardé,gardés",
    Effet.INCHANGE: "inchangé sans réponse,inchangés sans réponse",
    Effet.LIMITE: "limité,limités",
    Effet.RETIRE: "retiré,retirés",
    Effet.DEJA_FINI: "qui finissait déjà plus tôt,qui finissaient déjà plus tôt",
    Effet.REFUSE: "refusé,refusés",
    Effet.RESTAURE: "rétabli,rétablis",
    Effet.LAISSE: "laissé tel quel,laissés tels quels",
}


def _finish(by: Acteur, campagne: Campagne, to: EtatCampagne) -> None:
    found = effects_of(campagne)
    bilan = ", ".join(
        f"{found[effet]} {words.split(',')[found[effet] > 1]}" for effet, words in _TALLY.items() if effet in found
    )
    now = timezone.now()
    campagne.etat, campagne.ended_at = to, now
    if to == EtatCampagne.APPLIQUEE:
        campagne.applied_at = now
    kind = events.APPLIED if to == EtatCampagne.APPLIQUEE else events.UNDONE
    journal.record(
        kind, by=by, about=about(campagne), numero=campagne.pk, campagne=campagne.libelle, bilan=bilan or "aucune ligne"
    )
    make_proof(by, campagne)
    campagne.save(update_fields=["etat", "ended_at", "applied_at", "preuve"])
