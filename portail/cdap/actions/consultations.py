"""A file is asked for, a tab is read: written first, shown after."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from portail.cdap import events
from portail.cdap.actions.gardes import hold
from portail.cdap.calculs.lecture import BlocLu, needed, read
from portail.cdap.definitions.champs import Onglet
from portail.cdap.enums import Issue, Voie
from portail.cdap.gateway import Fiche, source_of
from portail.cdap.models import Consultation, Opposition
from portail.cdap.queries.consultations import Lecture
from portail.cdap.queries.titres import Titre
from portail.cdap.rules import consultations as rules
from portail.conventions.models import Caf, Convention, Organisme
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.habilitations.roles import role
from portail.journal import actions as journal
from portail.journal.events import CURRENT
from portail.ui.rules import Refused


@dataclass(frozen=True)
class Demande:
    """Why a file is asked for, and in which quality."""

    titre: Titre
    caf: Caf
    finalite: str
    motif: str


@transaction.atomic
def consult(*, by: Acteur, demande: Demande, numero: int) -> Consultation | None:
    """Asks for the file of this number; None when it may not be shown, whatever the reason: they are all alike.

    Written in any case, with what was found, once the quotas leave room. Every case asks the same
    questions of the base.

    :raises Refused: when a rule forbids to ask
    :raises UnavailableError: when the Caf's system does not answer
    """
    allow(rules.refuse_consulting(by) or rules.refuse_finalite(demande.titre, demande.finalite))
    hold(by, demande)
    issue = _issue(demande, source_of(demande.caf).fiche(numero), numero, by.on)
    return _opened(_record(by, demande, numero, issue, Voie.NUMERO))


@transaction.atomic
def search(*, by: Acteur, demande: Demande, nom: str, ne_le: date) -> list[Consultation] | None:
    """The files in which an adult has this very name and birth date: each is consulted, and so written.

    None when they are too many to tell the person apart. Without any, or with too many, the search is written with
    the number 0.

    :raises Refused: when a rule forbids it
    :raises UnavailableError: when the Caf's system does not answer
    """
    allow(rules.refuse_consulting(by) or rules.refuse_finalite(demande.titre, demande.finalite))
    allow(rules.refuse_searching(demande.titre, demande.caf.pk))
    hold(by, demande, MOST_FOUND)
    source = source_of(demande.caf)
    numeros = source.search(nom, ne_le, MOST_FOUND + 1)
    if len(numeros) > MOST_FOUND:
        _record(by, demande, 0, Issue.NOMBREUX, Voie.IDENTITE)
        return None
    found = [
        _record(by, demande, numero, _issue(demande, source.fiche(numero), numero, by.on), Voie.IDENTITE)
        for numero in numeros
    ]
    if not found:
        _record(by, demande, 0, Issue.INCONNU, Voie.IDENTITE)
    return [each for each in found if _opened(each)]


MOST_FOUND = 3


def _issue(demande: Demande, fiche: Fiche | None, numero: int, on: date) -> Issue:
    objected = Opposition.objects.open_on(on).filter(caf=demande.caf, numero=numero).exists()
    if demande.caf not in demande.titre.cafs:
        return Issue.HORS_CAF
    if fiche is None:
        return Issue.INCONNU
    if objected:
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
