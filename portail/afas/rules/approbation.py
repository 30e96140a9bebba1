"""Who signs what is transmitted, who sends it back or corrects it, who reads what was transmitted."""

from collections.abc import Collection, Sized

from portail.afas.enums import Validation
from portail.afas.models import Activite, Declaration, Profil, VersionDeclaration, Volet
from portail.afas.queries import approbations as queries
from portail.afas.queries.declarations import reads_all
from portail.afas.queries.versions import Contenu
from portail.afas.rules.etapes import refuse_step
from portail.habilitations.acteur import Acteur

SIGNED_TOGETHER = 25  # as many as one reads on one page
_OF_PARTNER = "La signature revient à l'approbateur désigné par le partenaire et validé par la Caf."
_OWN = "Un profil est personnel : vous ne signez pas en suppléance. Reprenez votre propre place pour approuver."
_WAITING = (
    "Vous êtes désigné approbateur de « {activite} », mais votre Caf ne vous a pas encore validé : vous pourrez signer "
    "dès qu'elle l'aura fait."
)
_REFUSED = "La Caf ne vous a pas validé comme approbateur de « {activite} » : {refusal}"
_CLOSED = "La convention « {convention} » est close : plus rien ne se transmet sous elle. Adressez-vous à votre Caf."
_NO_ROLE = (
    "Vous êtes l'approbateur de « {activite} », mais vous n'avez pas ici le rôle AFAS-Déclarer : il a pris fin, la "
    "convention est suspendue, ou vous agissez pour un autre organisme. Demandez à votre administrateur."
)
_NOT_YOU = "Seul l'approbateur de « {activite} » fait cet acte : {name}."
_NOBODY = "« {activite} » n'a pas d'approbateur validé : demandez à qui donne les profils d'en désigner un."
_NO_ACTIVITY = (
    "Vous n'êtes l'approbateur validé d'aucune activité : les déclarations à approuver apparaissent ici quand votre "
    "Caf vous a validé."
)
_NEVER_SENT = "Cette déclaration n'a pas encore été transmise."
_PARTIAL = (
    "Une version transmise porte toute la déclaration, finances comprises : la lisent la Caf, qui donne les profils "
    "et ceux qui ont un profil sur l'activité entière."
)


def refuse_approvals(acteur: Acteur) -> str | None:
    """« Déclarations à approuver » is for approbateurs."""
    if acteur.caf is not None:
        return _OF_PARTNER
    if acteur.suppleant is not None:
        return _OWN
    return None if queries.held_as_approbateur(acteur).exists() else _NO_ACTIVITY


def refuse_approving(acteur: Acteur, declaration: Declaration) -> str | None:
    return refuse_not_approbateur(acteur, declaration.activite) or refuse_step(declaration, "transmettre")


def refuse_sending_back(acteur: Acteur, declaration: Declaration) -> str | None:
    return refuse_not_approbateur(acteur, declaration.activite) or refuse_step(declaration, "refuser")


def refuse_correcting(acteur: Acteur, declaration: Declaration) -> str | None:
    return refuse_not_approbateur(acteur, declaration.activite) or refuse_step(declaration, "corriger")


def refuse_not_approbateur(acteur: Acteur, activite: Activite) -> str | None:
    """Only the approbateur validated by the Caf, himself, with AFAS-Déclarer under an open convention."""
    if acteur.caf is not None:
        return _OF_PARTNER
    if acteur.suppleant is not None:
        return _OWN
    if queries.held_as_approbateur(acteur).filter(activite=activite).exists():
        return None
    if (mine := queries.own_profil(acteur, activite)) is not None:
        return _why_not(mine, acteur, activite)
    name = queries.approbateur_of(activite, acteur)
    return _NOT_YOU.format(activite=activite, name=name.nom_complet) if name else _NOBODY.format(activite=activite)


def _why_not(profil: Profil, acteur: Acteur, activite: Activite) -> str:
    """What keeps who was named from signing."""
    convention = profil.rattachement.convention
    if profil.validation == Validation.EN_ATTENTE:
        return _WAITING.format(activite=activite)
    if profil.validation == Validation.REFUSEE:
        return _REFUSED.format(activite=activite, refusal=profil.refusal)
    if not convention.is_open(acteur.on):
        return _CLOSED.format(convention=convention)
    return _NO_ROLE.format(activite=activite)


def refuse_content(contenu: Contenu) -> str | None:
    """What is signed is whole: every sheet submitted, no blocking check, no alert without its justification."""
    lacking = [volet["libelle"] for volet in contenu["volets"] if volet["soumis"] is None]
    if lacking:
        return f"Un volet n'est pas soumis : {', '.join(lacking)}. Renvoyez la déclaration à ses fournisseurs."
    failed = [constat for constat in contenu["constats"] if constat["tient"] is False]
    if blocking := [constat["libelle"] for constat in failed if constat["niveau"] == "bloquant"]:
        return f"Un contrôle bloque : {', '.join(blocking)}. Renvoyez la déclaration pour correction."
    if silent := [constat["libelle"] for constat in failed if constat["justification"] is None]:
        return f"Une alerte n'est pas justifiée : {', '.join(silent)}. Renvoyez la déclaration aux fournisseurs."
    return None


def refuse_reopening(volets: Collection[Volet]) -> str | None:
    """At least one sheet is given back to write in; else nothing could change."""
    return None if volets else "Choisissez au moins un volet à rouvrir."


def refuse_reading_versions(acteur: Acteur, declaration: Declaration) -> str | None:
    """Who sees the declaration sees when it was transmitted, and by whom."""
    return None if declaration.versions.exists() else _NEVER_SENT


def refuse_reading_version(acteur: Acteur, version: VersionDeclaration) -> str | None:
    """The whole of it is for who reads every sheet of the declaration."""
    return None if reads_all(acteur, version.declaration) else _PARTIAL


def refuse_signing_together(declarations: Sized) -> str | None:
    """As many as one can read on one page, and at least one."""
    if not declarations:
        return "Aucune déclaration n'est choisie : revenez à la liste et cochez au moins une ligne."
    if len(declarations) > SIGNED_TOGETHER:
        return f"Vous signez au plus {SIGNED_TOGETHER} déclarations ensemble : choisissez-en moins."
    return None
