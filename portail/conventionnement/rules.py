"""May this be done? None, or the French sentence why not."""

from datetime import date
from typing import Any

from portail.conventionnement import queries
from portail.conventionnement.enums import EtatVersion
from portail.conventionnement.models import Contenu, VersionConvention
from portail.conventions.models import Convention, Organisme, TypeOrganisme
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.rules import AGENT
from portail.ui.rules import Settled

_CAF_ONLY = "Cette page est réservée aux agents de la Caf."
_ADMINISTRATEUR_CAF = "Seul un administrateur de la Caf peut le faire."
_PIVOT_ONLY = "Seul un administrateur de la Caf pivot de la convention peut le faire."


def refuse_consulting(acteur: Acteur, thing: object = None) -> str | None:
    """Organisations and their kinds are read by the agents of a Caf."""
    return None if acteur.caf is not None else _CAF_ONLY


def refuse_managing(acteur: Acteur, thing: object = None) -> str | None:
    """Organisations and their kinds are kept by the administrateurs of a Caf."""
    return None if acteur.is_caf_administrateur else _ADMINISTRATEUR_CAF


def refuse_formalising(acteur: Acteur, organisme: Organisme) -> str | None:
    """A convention with an organisation that is not closed, whatever the Caf that recorded it."""
    if refusal := refuse_managing(acteur):
        return refusal
    return "Cet organisme est fermé : rien ne peut plus y être changé." if organisme.closed_on else None


def refuse_managing_organisme(acteur: Acteur, organisme: Organisme) -> str | None:
    """Its fiche is kept by the Cafs that have a convention with it, or by any while it has none."""
    if refusal := refuse_formalising(acteur, organisme):
        return refusal
    if queries.is_followed_elsewhere(organisme, acteur):
        return "Cet organisme n'a de convention qu'avec une autre Caf : c'est elle qui tient sa fiche."
    return None


def refuse_closing_organisme(acteur: Acteur, organisme: Organisme) -> str | None:
    if refusal := refuse_managing_organisme(acteur, organisme):
        return refusal
    if queries.has_open_conventions(organisme):
        return "Une convention de cet organisme n'a pas de date de clôture : clôturez d'abord ses conventions."
    return None


def refuse_managing_type(acteur: Acteur, type_: TypeOrganisme) -> str | None:
    if refusal := refuse_managing(acteur):
        return refusal
    return "Ce type d'organisme est fermé." if type_.closed_on else None


def refuse_reading_version(acteur: Acteur, version: object) -> str | None:
    """What the perimeter shows may be read."""
    return None


def _refuse_pivot(acteur: Acteur, convention: Convention) -> str | None:
    is_pivot = acteur.caf is not None and acteur.caf.pk == convention.caf_pivot_id
    return None if is_pivot and acteur.is_caf_administrateur else _PIVOT_ONLY


def refuse_drafting(acteur: Acteur, version: VersionConvention) -> str | None:
    """Only the Caf pivot writes, and only what was not proposed yet."""
    if refusal := _refuse_pivot(acteur, version.convention):
        return refusal
    if version.etat != EtatVersion.BROUILLON:
        return Settled("Cette version n'est plus un brouillon : retirez-la de la signature pour la corriger.")
    return None


def refuse_writing_part(acteur: Acteur, place: queries.Place) -> str | None:
    return refuse_drafting(acteur, place.version)


def refuse_proposing(acteur: Acteur, version: VersionConvention) -> str | None:
    if refusal := refuse_drafting(acteur, version):
        return refusal
    if lacking := lacks(version):
        return Settled(f"Il reste à compléter : {' '.join(lacking.values())}")
    return None


def refuse_withdrawing(acteur: Acteur, version: VersionConvention) -> str | None:
    if refusal := _refuse_pivot(acteur, version.convention):
        return refusal
    if version.etat not in (EtatVersion.PROPOSEE, EtatVersion.SIGNEE):
        return Settled("Seule une version proposée et pas encore validée peut être retirée de la signature.")
    return None


def refuse_abandoning(acteur: Acteur, version: VersionConvention) -> str | None:
    """As for writing it: what was proposed is first withdrawn."""
    return refuse_drafting(acteur, version)


def refuse_signing(acteur: Acteur, version: VersionConvention) -> str | None:
    """The one who was named to sign for the partner."""
    if version.signataire_id != acteur.utilisateur.pk:
        return "Seule la personne désignée pour signer au nom de l'organisme peut le faire."
    if version.etat != EtatVersion.PROPOSEE:
        return Settled("Cette version n'attend pas votre signature.")
    return None


def refuse_validating(acteur: Acteur, version: VersionConvention) -> str | None:
    """The Caf signs last: then the version acts."""
    if refusal := _refuse_pivot(acteur, version.convention):
        return refusal
    if version.etat != EtatVersion.SIGNEE:
        return Settled("La Caf ne signe qu'après le partenaire : cette version n'attend pas sa signature.")
    if doubled := twice(version.told):
        return Settled(f"{' '.join(doubled.values())} Retirez la version de la signature pour la corriger.")
    closes_on = version.told.closes_on
    if closes_on and date.fromisoformat(closes_on) < acteur.on:
        return Settled("La date de clôture est déjà passée : retirez la version de la signature et corrigez ses dates.")
    return None


def refuse_avenant(acteur: Acteur, convention: Convention) -> str | None:
    if refusal := _refuse_pivot(acteur, convention):
        return refusal
    if convention.validated_on is None:
        return Settled("La convention n'est pas encore validée : modifiez plutôt son brouillon.")
    if convention.closes_on is not None and convention.closes_on < acteur.on:
        return Settled("La convention est clôturée : formalisez-en une nouvelle.")
    if queries.open_version(convention):
        return Settled("Un avenant est déjà en préparation : terminez-le ou abandonnez-le d'abord.")
    return None


def refuse_suspending(acteur: Acteur, convention: Convention) -> str | None:
    if refusal := _refuse_pivot(acteur, convention):
        return refusal
    if convention.validated_on is None:
        return Settled("La convention n'est pas validée : elle n'ouvre encore rien.")
    if convention.closes_on is not None and convention.closes_on < acteur.on:
        return Settled("La convention est clôturée : elle n'ouvre plus rien.")
    return None


def refuse_resuming(acteur: Acteur, convention: Convention) -> str | None:
    if refusal := _refuse_pivot(acteur, convention):
        return refusal
    if not convention.suspensions.not_ended_on(acteur.on).exists():
        return Settled("La convention n'est pas suspendue.")
    return None


def refuse_closing(acteur: Acteur, convention: Convention) -> str | None:
    return refuse_suspending(acteur, convention)


# What is still to be said

PARTS = {
    "perimetre": "Objet, Caf couvertes et dates",
    "contrat": "Contrat de service",
    "interlocuteurs": "Interlocuteurs",
    "bulletins": "Bulletins d'adhésion",
    "administrateurs": "Administrateurs partenaires",
    "signataire": "Signataire pour le partenaire",
}


def lacks(version: VersionConvention) -> dict[str, str]:
    """What each part still lacks before the version can be proposed."""
    contenu, convention = version.told, version.convention
    said = {
        "perimetre": _lacks_perimetre(contenu, convention.caf_pivot.code),
        "contrat": _lacks_contrat(contenu),
        "interlocuteurs": _lacks_interlocuteurs(contenu),
        "bulletins": _lacks_bulletins(contenu),
        "administrateurs": "" if contenu.administrateurs else "Désignez au moins un administrateur partenaire.",
        "signataire": "" if contenu.signataire else "Désignez qui signe au nom de l'organisme.",
    }
    said |= twice(contenu)
    if version.is_avenant and not said["perimetre"] and version.base == version.contenu:
        said["perimetre"] = "Cet avenant ne change rien : modifiez au moins une partie."
    return {part: sentence for part, sentence in said.items() if sentence}


def _lacks_perimetre(contenu: Contenu, pivot: str) -> str:
    if pivot not in contenu.cafs:
        return "La Caf pivot doit figurer parmi les Caf couvertes."
    return "" if contenu.finalites else "Écrivez au moins une finalité."


def _lacks_contrat(contenu: Contenu) -> str:
    if contenu.gestion_habilitations and contenu.procedure_incident:
        return ""
    return "Écrivez la gestion des habilitations et la procédure en cas d'incident."


def _lacks_interlocuteurs(contenu: Contenu) -> str:
    named = {(person.partie, person.qualite) for person in contenu.interlocuteurs}
    needed = [(p, q) for p in ("caf", "partenaire") for q in ("responsable_securite", "referent_cnil")]
    if all(each in named for each in needed):
        return ""
    return "Donnez le responsable sécurité et le référent Cnil de chaque partie."


def _lacks_bulletins(contenu: Contenu) -> str:
    if not contenu.bulletins:
        return "Ajoutez au moins un bulletin d'adhésion."
    return next((refusal for bulletin in contenu.bulletins if (refusal := refuse_bulletin(contenu, bulletin))), "")


def refuse_bulletin(contenu: Contenu, bulletin) -> str:
    """A bulletin stays within the dates of its convention; empty when it does."""
    service = roles.SERVICES[bulletin.service].libelle if bulletin.service in roles.SERVICES else bulletin.service
    if not bulletin.roles:
        return f"Le bulletin « {service} » n'ouvre aucun rôle."
    if bulletin.opens_on < contenu.opens_on or (
        contenu.closes_on and (not bulletin.closes_on or bulletin.closes_on > contenu.closes_on)
    ):
        return f"Les dates du bulletin « {service} » dépassent celles de la convention."
    if bulletin.closes_on and bulletin.closes_on < bulletin.opens_on:
        return f"Le bulletin « {service} » finit avant de commencer."
    return ""


_TWICE = {
    "interlocuteurs": "Un interlocuteur a déjà cette qualité pour cette partie : gardez-en un seul.",
    "bulletins": "Ce service a déjà son bulletin d'adhésion : gardez-en un seul.",
    "administrateurs": "Un administrateur a déjà cette adresse mail : gardez-en un seul.",
}


def refuse_person(courriel: str) -> str | None:
    """Who signs or administers for the partner is not of a Caf."""
    return AGENT.format(courriel) if queries.is_agent(courriel) else None


def refuse_element(place: queries.Place, element: Any) -> str | None:
    """Of two lines about the same thing, only one would act."""
    lines = getattr(place.version.told, place.part)
    others = {line.key for rang, line in enumerate(lines) if rang != place.element}
    return _TWICE[place.part] if element.key in others else None


def twice(contenu: Contenu) -> dict[str, str]:
    """The lists in which two lines are about the same thing, each with its sentence."""
    keys = {part: [line.key for line in getattr(contenu, part)] for part in _TWICE}
    return {part: _TWICE[part] for part, told in keys.items() if len(set(told)) < len(told)}


def unusual_roles(version: VersionConvention) -> list[str]:
    """The roles of the bulletins that this kind of organisation does not normally get."""
    usual = set(version.convention.organisme.type.roles)
    if not usual:
        return []
    given = [role for bulletin in version.told.bulletins for role in bulletin.roles]
    return [roles.label(role) for role in given if role not in usual]
