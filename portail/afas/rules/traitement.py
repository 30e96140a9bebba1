"""The Caf processes what was transmitted to it. None, or the French sentence why not."""

from collections.abc import Collection
from datetime import date

from portail.afas.enums import EtatDeclaration, EtatVolet
from portail.afas.models import Declaration, DemandeComplement, Droit, Profil, RecalculDroits
from portail.afas.queries.declarations import reads_all
from portail.afas.queries.droits import Calculation, current_droit
from portail.afas.roles import SERVICE
from portail.afas.rules.etapes import refuse_step
from portail.conventions.enums import Fonction
from portail.habilitations.acteur import Acteur
from portail.habilitations.rules import refuse_service

_E = EtatDeclaration
ASSIGNABLE = (_E.TRANSMISE, _E.EN_TRAITEMENT, _E.A_COMPLETER, _E.TRAITEE)
_OF_THE_CAF = "Cette page est celle des agents de la Caf : suivez vos déclarations dans « Mes déclarations »."
_NOT_GESTIONNAIRE = "Seul un gestionnaire action sociale de la Caf traite les déclarations."
_NO_DROIT = "Calculez d'abord le droit de cette déclaration."
_OLD_CALCULATION = (
    "Les chiffres du barème ont changé depuis ce calcul : recalculez le droit, relisez-le, puis recommencez."
)


def refuse_following(acteur: Acteur, declaration: Declaration | None = None) -> str | None:
    """Every agent of the Caf follows the work; the gestionnaires do it."""
    return None if acteur.caf is not None else _OF_THE_CAF


def refuse_exporting(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_following(acteur)


def refuse_processing(acteur: Acteur, declaration: Declaration | None = None) -> str | None:
    """The gestionnaires of the Caf."""
    if refusal := refuse_following(acteur):
        return refusal
    return None if acteur.fonction == Fonction.GESTIONNAIRE else _NOT_GESTIONNAIRE


def _refuse_of_another(acteur: Acteur, declaration: Declaration) -> str | None:
    traitant = declaration.traitant
    if traitant is None or traitant.pk == acteur.utilisateur.pk:
        return None
    return (
        f"Cette déclaration est attribuée à {traitant.nom_complet} : voyez avec cette personne, ou attribuez-la-vous."
    )


def refuse_taking(acteur: Acteur, declaration: Declaration) -> str | None:
    """One that is transmitted, unless it was given to somebody else."""
    return refuse_processing(acteur) or _refuse_of_another(acteur, declaration) or refuse_step(declaration, "prendre")


def refuse_assigning(acteur: Acteur, declaration: Declaration) -> str | None:
    """Until the right is notified."""
    if refusal := refuse_processing(acteur):
        return refusal
    if declaration.etat in ASSIGNABLE:
        return None
    return "Cette déclaration ne s'attribue pas : elle n'est pas transmise, ou son droit est déjà notifié."


def refuse_working(acteur: Acteur, declaration: Declaration) -> str | None:
    """What one does on a declaration in hand: by who took it."""
    if refusal := refuse_processing(acteur) or _refuse_of_another(acteur, declaration):
        return refusal
    if declaration.etat == _E.TRANSMISE:
        return "Prenez d'abord cette déclaration en traitement."
    return None


# Complements


def refuse_asking(acteur: Acteur, declaration: Declaration) -> str | None:
    return refuse_working(acteur, declaration) or refuse_step(declaration, "completer")


def refuse_volets(chosen: Collection[int], declaration: Declaration) -> str | None:
    """At least one sheet of the declaration has to be opened again: else nothing could be corrected."""
    own = set(declaration.volets.filter(etat=EtatVolet.SOUMIS).values_list("pk", flat=True))
    if not chosen or not set(chosen) <= own:
        return "Choisissez au moins un volet à rouvrir parmi ceux de cette déclaration."
    return None


def refuse_due_on(due_on: date, today: date) -> str | None:
    return None if due_on > today else "La date de réponse attendue est à venir : donnez au moins un jour."


def refuse_reading_demande(acteur: Acteur, demande: DemandeComplement) -> str | None:
    """What the perimeter shows may be read."""
    return None


def refuse_answering(acteur: Acteur, demande: DemandeComplement) -> str | None:
    """The gestionnaires of the Caf, and the partner's people who have a profile of their own, until it is closed."""
    if demande.closed_at is not None:
        return "Cette demande est close : rien ne s'y ajoute plus. Écrivez dans la déclaration, ou appelez votre Caf."
    if acteur.caf is not None:
        return refuse_processing(acteur)
    if acteur.suppleant is not None:
        return "Un profil est personnel : répondez en votre nom, pas en suppléance."
    if Profil.objects.of(acteur).filter(activite=demande.declaration.activite_id).exists():
        return None
    return "Seules les personnes qui ont un profil sur cette activité répondent à la Caf."


def refuse_closing(acteur: Acteur, demande: DemandeComplement) -> str | None:
    """The gestionnaires of the Caf."""
    if refusal := refuse_processing(acteur):
        return refusal
    return "Cette demande est déjà close : rechargez la page." if demande.closed_at else None


def refuse_complements(acteur: Acteur) -> str | None:
    """The agents of the Caf, and the partner's people who have a role of the service; each has his perimeter."""
    return None if acteur.caf is not None else refuse_service(acteur, SERVICE)


def refuse_exporting_complements(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_complements(acteur)


# The right


def refuse_reading_droit(acteur: Acteur, declaration: Declaration) -> str | None:
    """The Caf, and for the partner those who read the whole declaration."""
    if reads_all(acteur, declaration):
        return None
    return "Le droit se lit avec toute la déclaration : votre profil ne porte que sur un lieu d'implantation."


def refuse_computing(acteur: Acteur, declaration: Declaration) -> str | None:
    """While it is being processed, by who took it."""
    if refusal := refuse_working(acteur, declaration):
        return refusal
    if declaration.etat == _E.EN_TRAITEMENT:
        return None
    return "Le droit se calcule pendant le traitement : rouvrez d'abord la déclaration si elle est traitée."


def refuse_calculation(calculation: Calculation) -> str | None:
    """Nothing is ever put in the place of what is missing: its name, and where it is given."""
    if figures := calculation.missing_figures:
        named = ", ".join(f"« {figure.libelle} »" for figure in figures)
        return f"Il manque au barème de l'exercice : {named}. Saisissez ces chiffres dans « Barèmes », puis recalculez."
    if fields := calculation.missing_fields:
        named = ", ".join(f"« {field.libelle} »" for field in fields)
        return f"La déclaration ne dit pas : {named}. Demandez un complément, ou vérifiez qu'elle n'est pas nulle."
    return None if calculation.montant is not None else "Ce type d'activité n'a pas de formule pour cet exercice."


# The decision


def refuse_deciding(acteur: Acteur, declaration: Declaration) -> str | None:
    """Once the right of the last version is worked out."""
    if refusal := refuse_working(acteur, declaration) or refuse_step(declaration, "traiter"):
        return refusal
    return None if current_droit(declaration) else _NO_DROIT


def refuse_old_calculation(droit: Droit, now: Calculation) -> str | None:
    """One decides on the figures of today."""
    return None if droit.empreinte == now.empreinte else _OLD_CALCULATION


def refuse_reopening(acteur: Acteur, declaration: Declaration) -> str | None:
    """Until it is notified."""
    return refuse_working(acteur, declaration) or refuse_step(declaration, "rouvrir")


def refuse_notifying(acteur: Acteur, declaration: Declaration) -> str | None:
    if refusal := refuse_working(acteur, declaration) or refuse_step(declaration, "notifier"):
        return refusal
    return None if current_droit(declaration) else _NO_DROIT


def refuse_reading_notification(acteur: Acteur, declaration: Declaration) -> str | None:
    """As the right, once it is notified."""
    if refusal := refuse_reading_droit(acteur, declaration):
        return refusal
    return None if hasattr(declaration, "notification") else "Le droit de cette déclaration n'est pas encore notifié."


# The rights of a year


def refuse_recomputing(acteur: Acteur, recalcul: RecalculDroits | None = None) -> str | None:
    """A gestionnaire asks for it; it changes nothing."""
    return refuse_processing(acteur)


def refuse_reading_recalcul(acteur: Acteur, recalcul: RecalculDroits | None = None) -> str | None:
    """Every agent of the Caf."""
    return refuse_following(acteur)


def refuse_exporting_recalcul(acteur: Acteur, found: tuple[RecalculDroits, str]) -> str | None:
    return refuse_following(acteur)
