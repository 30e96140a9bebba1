"""A file is asked for, a tab is read: written first, shown after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db import transaction

from portail.cdap import events
from portail.cdap.actions.gardes import hold
from portail.cdap.calculs.lecture import BlocLu, needed, read
from portail.cdap.definitions.champs import Onglet
from portail.cdap.enums import Issue, Voie
from portail.cdap.gateway import Fiche, Source, Tables, UnavailableError, source_of
from portail.cdap.models import Consultation, Opposition
from portail.cdap.queries.consultations import Lecture
from portail.cdap.queries.titres import Titre
from portail.cdap.rules import consultations as rules
from portail.cdap.rules.gardes import refuse_more
from portail.conventions.models import Caf, Convention, Organisme
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.habilitations.roles import role
from portail.journal import actions as journal
from portail.journal.events import CURRENT
from portail.ui.rules import Refused

T = TypeVar("T")
MOST_FOUND = 3
NOBODY = 0  # the number written of a search that found no file, or too many


@dataclass(frozen=True)
class Demande:
    """Why a file is asked for, and in which quality."""

    titre: Titre
    caf: Caf
    finalite: str
    motif: str

    @property
    def is_within(self) -> bool:
        """Of a Caf of his convention."""
        return self.caf in self.titre.cafs


@transaction.atomic
def consult(*, by: Acteur, demande: Demande, numero: int) -> Consultation | None:
    """Asks for the file of this number; None when it may not be shown, whatever the reason: they are all alike.

    Written in any case, with what was found, once the quotas leave room. Every case asks the same questions of the
    base and of the Caf's system.

    :raises Refused: when a rule forbids to ask
    :raises UnavailableError: when the Caf's system does not answer
    """
    allow(rules.refuse_consulting(by) or rules.refuse_finalite(demande.titre, demande.finalite))
    fiche = _answer(by, demande, 1, lambda source: source.fiche(numero))
    return _opened(_consulted(by, demande, {numero: fiche}, Voie.NUMERO)[0])


@transaction.atomic
def search(*, by: Acteur, demande: Demande, nom: str, ne_le: date) -> list[Consultation] | None:
    """The files in which an adult has this very name and birth date: each is consulted, and so written.

    None when they are too many to tell the person apart. Without any, or with too many, the search is written with
    the number 0. Nobody, and a person whose file may not be shown, ask the same questions.

    :raises Refused: when a rule forbids it
    :raises UnavailableError: when the Caf's system does not answer
    """
    allow(rules.refuse_consulting(by) or rules.refuse_finalite(demande.titre, demande.finalite))
    allow(rules.refuse_searching(demande.titre, demande.caf.pk))
    found = _answer(by, demande, MOST_FOUND, lambda source: source.search(nom, ne_le, MOST_FOUND + 1))
    if len(found) > MOST_FOUND and demande.is_within:
        _record(by, demande, NOBODY, Issue.NOMBREUX, Voie.IDENTITE)
        return None
    fiches: dict[int, Fiche | None] = {fiche.numero: fiche for fiche in found[:MOST_FOUND]}
    written = _consulted(by, demande, fiches or {NOBODY: None}, Voie.IDENTITE)
    return [each for each in written if _opened(each)]


def _answer(by: Acteur, demande: Demande, wanted: int, ask: Callable[[Source], T]) -> T:
    """What the keeper of the files says, asked before the quotas are held: nobody waits for who waits for a Caf.

    A Caf's system is asked by nobody who has no room left, and of no file outside his Cafs: the portal's tables take
    the question. Whatever it says, its silence included, comes after the quotas.
    """
    source = source_of(demande.caf) if demande.is_within else Tables(demande.caf)
    if source.is_far:
        allow(refuse_more(by, demande, wanted))
    try:
        told = ask(source)
    except UnavailableError:
        hold(by, demande, wanted)
        raise
    hold(by, demande, wanted)
    return told


def _consulted(by: Acteur, demande: Demande, fiches: Mapping[int, Fiche | None], voie: Voie) -> list[Consultation]:
    """Writes each number with what became of it; one question for all the oppositions, asked of nobody too."""
    rows = Opposition.objects.open_on(by.on).filter(caf=demande.caf, numero__in=list(fiches))
    opposed = set(rows.values_list("numero", flat=True))
    return [
        _record(by, demande, numero, _issue(demande, fiche, is_opposed=numero in opposed, on=by.on), voie)
        for numero, fiche in fiches.items()
    ]


def _issue(demande: Demande, fiche: Fiche | None, *, is_opposed: bool, on: date) -> Issue:
    if not demande.is_within:
        return Issue.HORS_CAF
    if fiche is None:
        return Issue.INCONNU
    if is_opposed:
        return Issue.OPPOSE
    return Issue.CLOS if fiche.is_closed(on) else Issue.OUVERT


def _opened(consultation: Consultation) -> Consultation | None:
    return consultation if consultation.issue == Issue.OUVERT else None


def _record(by: Acteur, demande: Demande, numero: int, issue: Issue, voie: Voie) -> Consultation:
    titre = demande.titre
    consultation = Consultation.objects.create(
        utilisateur=by.utilisateur,
        organisme_id=titre.organisme,
        convention_id=titre.convention,
        caf=demande.caf,
        profil=titre.role,
        numero=numero,
        voie=voie,
        issue=issue,
        finalite=demande.finalite,
        motif=demande.motif,
        address=CURRENT.get().address,
    )
    journal.record(
        events.CONSULTED,
        by=by,
        about=[consultation, Convention(pk=titre.convention), Organisme(pk=titre.organisme)],
        caf=demande.caf.nom,
        profil=titre.role_label,
        finalite=demande.finalite,
    )
    return consultation


def read_onglet(*, by: Acteur, lecture: Lecture, onglet: Onglet) -> list[BlocLu]:
    """What the profile opens of this tab: what is read of the file comes with the journal's trace of it, or not at all.

    :raises Refused: when a rule forbids it, or the file is gone
    :raises UnavailableError: when the Caf's system does not answer
    """
    allow(rules.refuse_onglet(by, (lecture, onglet)))
    consultation = lecture.consultation
    trace = journal.recorded_by_reading(
        events.ONGLET_READ,
        by=by,
        about=[consultation, Convention(pk=consultation.convention_id)],
        onglet=onglet.libelle,
        caf=consultation.caf.nom,
        profil=role(consultation.profil).libelle,
    )
    names = needed(onglet.code, lecture.opened)
    try:
        parties = source_of(consultation.caf).parties(consultation.numero, names, trace)
    except LookupError:
        raise Refused(rules.NO_FILE)
    return read(onglet.code, parties, lecture.opened)
