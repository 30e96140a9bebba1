"""Typing a sheet: each field for itself, so that two people never lose what they typed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portail.afas import events
from portail.afas.actions.common import held, move
from portail.afas.calculs.nombres import is_same
from portail.afas.definitions import Champ
from portail.afas.enums import EtatDeclaration, EtatVolet, SourceSaisie
from portail.afas.models import Declaration, SaisieVolet, Volet
from portail.afas.queries.comparaisons import context_of
from portail.afas.queries.saisie import Derniere, entered_champs, full_label, label_of, last_saisies, to_copy
from portail.afas.rules.saisie import refuse_typing
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.journal.events import Kind
from portail.ui.rules import Refused

Frappes = Mapping[str, tuple[str, str]]  # field code → (what was seen, what was typed)
_MOVED = (
    "Ce volet a changé depuis la vérification ({champs}) : rien n'a été enregistré. "
    "Recommencez pour voir les valeurs d'aujourd'hui."
)


@dataclass(frozen=True)
class Conflit:
    """A field that somebody else changed meanwhile to another value: both are told, nothing was overwritten."""

    champ: Champ
    theirs: str
    typed: str
    derniere: Derniere | None


@dataclass
class Enregistrement:
    """What a save did: the sheet as it now is, the fields written, those to choose between, at what time."""

    volet: Volet
    at: datetime
    changes: dict[str, list[str]] = field(default_factory=dict)
    conflits: dict[str, Conflit] = field(default_factory=dict)


def held_volet(volet: Volet) -> Volet:
    """The sheet and its declaration as they now are, that nobody else changes meanwhile."""
    declaration = held(volet.declaration)
    fresh = Volet.objects.select_related("lieu", "submitted_by").get(pk=volet.pk)
    fresh.declaration = declaration
    return fresh


@transaction.atomic
def enter(*, by: Acteur, volet: Volet, frappes: Frappes, checked: Collection[str] = ()) -> Enregistrement:
    """Writes the fields that this person changed; `checked` are those taken from last year that he looked at.

    A field that is as it was seen is left alone; one that somebody else changed to another value comes back as a
    conflict. Nothing is written when nothing changed.

    :raises Refused: when a rule forbids it
    """
    volet = held_volet(volet)
    allow(refuse_typing(by, volet))
    saved = _merged(by, volet, frappes)
    saved.changes |= {
        code: [volet.valeurs[code]] * 2 for code in checked if code in volet.valeurs.keys() - saved.changes
    }
    _write(by, saved, SourceSaisie.SAISIE)
    return saved


@transaction.atomic
def fill(*, by: Acteur, volet: Volet, frappes: Frappes, source: SourceSaisie) -> Enregistrement:
    """Writes all of these fields exactly as they were shown, or none.

    :raises Refused: when a rule forbids it, or one of them changed meanwhile
    """
    volet = held_volet(volet)
    allow(refuse_typing(by, volet))
    saved = _merged(by, volet, frappes, minds_own=True)
    if saved.conflits:
        raise Refused(_MOVED.format(champs=", ".join(full_label(c.champ) for c in saved.conflits.values())))
    _write(by, saved, source)
    return saved


@transaction.atomic
def copy(*, by: Acteur, volet: Volet, groupes: Collection[str]) -> Enregistrement:
    """Fills the empty fields of these groups with the values of last year's réel, each to be checked.

    :raises Refused: when a rule forbids it, or nothing is left to fill
    """
    volet = held_volet(volet)
    allow(refuse_typing(by, volet))
    found = to_copy(volet, context_of(volet.declaration))
    values = {code: value for groupe, each in found if groupe.code in groupes for code, value in each.items()}
    if not values:
        raise Refused("Aucun champ vide de ces groupes n'a de valeur l'année précédente : rien n'est à reprendre.")
    saved = _merged(by, volet, {code: ("", value) for code, value in values.items()})
    _write(by, saved, SourceSaisie.COPIE)
    return saved


def _merged(by: Acteur, volet: Volet, frappes: Frappes, *, minds_own: bool = False) -> Enregistrement:
    """The fields that change, and those that somebody else changed meanwhile.

    What the same person typed since, in another tab or in an answer that was lost, is no conflict, unless
    `minds_own`.
    """
    champs = entered_champs(volet)
    saved = Enregistrement(volet, timezone.now())
    dernieres: dict[str, Derniere] | None = None
    for code, (seen, typed) in frappes.items():
        champ, now = champs[code], volet.valeurs.get(code, "")
        if is_same(champ, typed, seen) or is_same(champ, typed, now):
            continue
        if not is_same(champ, seen, now):
            dernieres = last_saisies(volet) if dernieres is None else dernieres
            last = dernieres.get(code)
            if minds_own or last is None or last.by != by.utilisateur.pk:
                saved.conflits[code] = Conflit(champ, now, typed, last)
                continue
        saved.changes[code] = [now, typed]
    return saved


def _write(by: Acteur, saved: Enregistrement, source: SourceSaisie) -> None:
    """Keeps the changes, one row of who typed what, and the journal at most once a day."""
    if not saved.changes:
        return
    volet, declaration = saved.volet, saved.volet.declaration
    is_first = not SaisieVolet.objects.filter(
        volet=volet, by=by.utilisateur, at__date=timezone.localdate(saved.at)
    ).exists()
    values = volet.valeurs | {code: after for code, (_, after) in saved.changes.items()}
    volet.valeurs = {code: value for code, value in values.items() if value != ""}
    volet.etat = EtatVolet.EN_COURS
    volet.edition += 1
    volet.save(update_fields=["valeurs", "etat", "edition"])
    SaisieVolet.objects.create(volet=volet, by=by.utilisateur, at=saved.at, source=source, changes=saved.changes)
    if declaration.etat == EtatDeclaration.A_SAISIR:
        move(declaration, "commencer", by=by)
    if is_first or source != SourceSaisie.SAISIE:
        how = SourceSaisie(source).label.lower()
        record(events.VOLET_SAVED, by, declaration, volet=label_of(volet), declaration=str(declaration), source=how)


def record(kind: Kind, by: Acteur, about: Declaration, **facts: Any) -> None:
    """The fact in the journal of the declaration, of its activité and of its organisme."""
    journal.record(kind, by=by, about=[about, about.activite, about.activite.organisme], **facts)
