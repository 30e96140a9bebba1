"""Who writes to the Caf from a file, who answers. None, or the French sentence why not."""

from portail.cdap.definitions.champs import DIALOGUE
from portail.cdap.enums import EtatDialogue
from portail.cdap.models import Consultation, Dialogue, SujetDialogue
from portail.cdap.queries.dialogues import own_dialogues, sujets_of, writing_places
from portail.cdap.queries.matrices import opened_by
from portail.cdap.rules.consultations import refuse_consulting, refuse_reading
from portail.conventions.enums import Fonction
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur

_OF_PARTNERS = "Cette page est celle des partenaires : la Caf suit les dialogues dans « Dialogues »."
_OF_THE_CAF = "Cette page est celle des agents de la Caf : suivez vos échanges dans « Mes dialogues »."
_NOT_GESTIONNAIRE = "Seul un gestionnaire de la Caf répond aux partenaires et suit les dialogues."
_NOT_ADMINISTRATEUR = "Seul un administrateur de la Caf règle les sujets et le délai de réponse."
_NOT_OPENED = (
    "Votre profil n'ouvre pas le dialogue avec cette Caf : appelez-la, ou voyez avec un collègue dont c'est le rôle."
)
_LOST = (
    "Vous lisez encore ce dialogue, mais vous n'avez plus le profil qui permet d'y écrire : un collègue qui l'a peut "
    "le reprendre depuis « Mes dialogues »."
)
_CLOSED = "Ce dialogue est clos : rien ne s'y ajoute plus. Pour une autre question, demandez à nouveau le dossier."
_CLOSED_CAF = "Ce dialogue est clos : rouvrez-le pour y écrire."


def refuse_opening(acteur: Acteur, consultation: Consultation) -> str | None:
    """Who reads the file now, with a profile that opens the dialogue."""
    if refusal := refuse_reading(acteur, consultation):
        return refusal
    return None if DIALOGUE in opened_by(consultation.caf_id, consultation.profil) else _NOT_OPENED


def refuse_sujet(caf: Caf, sujet: str, acteur: Acteur) -> str | None:
    if sujet in sujets_of(caf, acteur.on):
        return None
    return "Ce sujet n'est plus proposé par la Caf : choisissez-en un autre dans la liste."


def refuse_dialogues(acteur: Acteur) -> str | None:
    """The partner's people who have a profile, or who once wrote."""
    if acteur.caf is not None:
        return _OF_PARTNERS
    refusal = refuse_consulting(acteur)
    return None if refusal is None or own_dialogues(acteur).exists() else refusal


def refuse_exporting_dialogues(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_dialogues(acteur)


def refuse_reading_dialogue(acteur: Acteur, dialogue: Dialogue) -> str | None:
    """What the perimeter shows may be read."""
    return None


def refuse_writing(acteur: Acteur, dialogue: Dialogue) -> str | None:
    """Until it is closed: the gestionnaire who follows it; the partner's people in it while they have a profile."""
    if acteur.caf is not None:
        return refuse_assigning(acteur, dialogue) or _of_another(acteur, dialogue)
    if refusal := _refuse_closed(dialogue, _CLOSED):
        return refusal
    return None if (dialogue.convention_id, dialogue.caf_id) in writing_places(acteur) else _LOST


def _refuse_closed(dialogue: Dialogue, sentence: str) -> str | None:
    return sentence if dialogue.etat == EtatDialogue.CLOS else None


def _of_another(acteur: Acteur, dialogue: Dialogue) -> str | None:
    agent = dialogue.agent
    if agent is None or agent.pk == acteur.utilisateur.pk:
        return None
    return f"Ce dialogue est suivi par {agent.nom_complet} : voyez avec cette personne, ou attribuez-le-vous."


def refuse_closing(acteur: Acteur, dialogue: Dialogue) -> str | None:
    """Whoever may write in it."""
    return refuse_writing(acteur, dialogue)


def refuse_acknowledging(acteur: Acteur, dialogue: Dialogue) -> str | None:
    """The partner's people in it, when the Caf has written."""
    if acteur.caf is not None:
        return _OF_PARTNERS
    return None if dialogue.is_unread else "Tout est déjà noté comme lu dans ce dialogue."


def refuse_resuming(acteur: Acteur, dialogue: Dialogue) -> str | None:
    """A colleague with a profile that writes there, as long as it is open: the perimeter shows no other."""
    return _refuse_closed(dialogue, _CLOSED)


# At the Caf


def refuse_following(acteur: Acteur) -> str | None:
    """Every agent of the Caf follows the exchanges; the gestionnaires answer."""
    return None if acteur.caf is not None else _OF_THE_CAF


def refuse_exporting_queue(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_following(acteur)


def refuse_processing(acteur: Acteur, dialogue: Dialogue | None = None) -> str | None:
    if refusal := refuse_following(acteur):
        return refusal
    return None if acteur.fonction == Fonction.GESTIONNAIRE else _NOT_GESTIONNAIRE


def refuse_assigning(acteur: Acteur, dialogue: Dialogue) -> str | None:
    """Taken, or given to somebody, until it is closed."""
    return refuse_processing(acteur) or _refuse_closed(dialogue, _CLOSED_CAF)


def refuse_reopening(acteur: Acteur, dialogue: Dialogue) -> str | None:
    if refusal := refuse_processing(acteur):
        return refusal
    return None if dialogue.etat == EtatDialogue.CLOS else "Ce dialogue n'est pas clos : vous pouvez y écrire."


def refuse_sujets(acteur: Acteur) -> str | None:
    return refuse_following(acteur)


def refuse_exporting_sujets(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_following(acteur)


def refuse_managing_sujets(acteur: Acteur) -> str | None:
    """The administrateurs of the Caf."""
    if refusal := refuse_following(acteur):
        return refusal
    return None if acteur.is_caf_administrateur else _NOT_ADMINISTRATEUR


def refuse_ending_sujet(acteur: Acteur, sujet: SujetDialogue) -> str | None:
    if refusal := refuse_managing_sujets(acteur):
        return refusal
    return None if sujet.is_open(acteur.on) else "Ce sujet n'est déjà plus proposé."
