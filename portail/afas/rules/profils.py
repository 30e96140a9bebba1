"""Who gives profiles, to whom, and what the Caf says of an approbateur. None, or the French sentence why not."""

from datetime import date

from portail.afas.enums import MAX_PERSONS, RoleProfil, Validation
from portail.afas.models import Activite, LieuImplantation, Profil
from portail.afas.queries.profils import declares_on, most_at_once
from portail.afas.roles import HABILITER
from portail.afas.rules.activites import refuse_keeping_activites
from portail.conventions.models import Rattachement
from portail.habilitations.acteur import Acteur
from portail.habilitations.rules import refuse_dates, refuse_ending
from portail.ui.rules import Refusal, Settled
from portail.ui.templatetags.ui import elided

_NOT_HIS = "Donner des profils demande le rôle AFAS-Habiliter : adressez-vous à votre administrateur."
_LENT = (
    "Les profils se donnent en votre nom, pas en suppléance : choisissez votre propre nom sous « Vous agissez pour »."
)


def refuse_profils(acteur: Acteur) -> str | None:
    """The list of profiles: who gives them, and the Caf that finances the activités."""
    return None if acteur.caf is not None or HABILITER.code in acteur.roles_of("afas") else _NOT_HIS


def refuse_exporting_profils(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_profils(acteur)


def refuse_giving(acteur: Acteur) -> str | None:
    """Somebody who holds AFAS-Habiliter, in his own name; never the Caf in the partner's place."""
    if acteur.caf is not None:
        return "Les profils sont donnés par l'organisme, qui a le rôle AFAS-Habiliter ; la Caf les lit."
    if HABILITER.code not in acteur.roles_of("afas"):
        return _NOT_HIS
    return _LENT if acteur.suppleant is not None else None


def refuse_ending_profil(acteur: Acteur, profil: Profil) -> str | None:
    """Whoever gives profiles on this activité, while it is not over."""
    if refusal := refuse_giving(acteur):
        return refusal
    if not Activite.objects.given_by(acteur).filter(pk=profil.activite_id).exists():
        return _NOT_HIS
    if profil.validation == Validation.REFUSEE:
        return "Ce rôle a été refusé par la Caf : il n'y a rien à terminer."
    if profil.is_withdrawn or (profil.closes_on is not None and profil.closes_on < acteur.on):
        return f"Ce rôle a pris fin le {profil.ended_on:%d/%m/%Y}."
    return None


def refuse_replacing(acteur: Acteur, profil: Profil) -> str | None:
    """An approbateur in post, to whom nobody succeeds yet."""
    if refusal := refuse_ending_profil(acteur, profil):
        return refusal
    if profil.role != RoleProfil.APPROBATEUR or profil.validation != Validation.VALIDEE:
        return "Seul un approbateur validé par la Caf se remplace : donnez le rôle directement à une autre personne."
    return _refuse_second_waiting(profil.activite, acteur.on)


def refuse_ending_on(profil: Profil, closes_on: date) -> str | None:
    return refuse_ending(profil, closes_on)


def refuse_profil(
    acteur: Acteur,
    rattachement: Rattachement,
    role: str,
    opens_on: date,
    activite: Activite,
    lieu: LieuImplantation | None,
) -> str | None:
    """May this person have this role there, from that day on? The caller holds the activité."""
    return (
        refuse_giving(acteur)
        or _refuse_start(acteur, opens_on, activite, lieu)
        or refuse_person(rattachement, activite, opens_on)
        or _refuse_role(role, opens_on, activite, lieu)
        or _refuse_twice(rattachement, role, opens_on, activite, lieu)
        or _refuse_too_many(role, opens_on, activite, lieu)
    )


def _refuse_start(acteur: Acteur, opens_on: date, activite: Activite, lieu: LieuImplantation | None) -> str | None:
    if opens_on < acteur.on:
        return "La date de début est passée : choisissez aujourd'hui ou un jour à venir."
    within = [(f"de l'activité « {activite} »", activite.opens_on, activite.closes_on)]
    if lieu is not None:
        within.append((f"du lieu « {lieu} »", lieu.opens_on, lieu.closes_on))
    return refuse_dates(opens_on, None, within=within)


def refuse_person(rattachement: Rattachement, activite: Activite, on: date) -> str | None:
    """Somebody of the organisme who may declare that day (AFAS-Déclarer)."""
    name = rattachement.utilisateur.nom_complet
    if not Activite.objects.under(rattachement.convention_id).filter(pk=activite.pk).exists():
        return f"La convention {elided(name)} ne couvre pas l'activité « {activite} »."
    if declares_on(rattachement, on):
        return None
    remedy = ("L'ajouter à un groupe", "habilitations:appartenance_create", rattachement.convention_id, rattachement.pk)
    return Refusal(
        f"{name} n'a pas le rôle AFAS-Déclarer le {on:%d/%m/%Y} : ajoutez d'abord cette personne à un groupe qui le "
        "donne (AFAS-DEC).",
        remedy=remedy,
    )


def _refuse_role(role: str, opens_on: date, activite: Activite, lieu: LieuImplantation | None) -> str | None:
    if lieu is not None and role != RoleProfil.ACTIVITE:
        return "Sur un lieu d'implantation, seul le rôle de fournisseur de données d'activité se donne."
    return _refuse_second_waiting(activite, opens_on) if role == RoleProfil.APPROBATEUR else None


def _refuse_second_waiting(activite: Activite, on: date) -> str | None:
    waiting = activite.profils.waiting(on)
    if first := waiting.select_related("rattachement__utilisateur").first():
        name = first.rattachement.utilisateur.nom_complet
        return (
            f"{name} attend déjà la validation de la Caf comme approbateur de « {activite} » : attendez sa réponse, ou "
            "retirez cette proposition."
        )
    return None


def _refuse_twice(
    rattachement: Rattachement, role: str, opens_on: date, activite: Activite, lieu: LieuImplantation | None
) -> str | None:
    own = activite.profils.standing(opens_on).filter(rattachement=rattachement, role=role, lieu=lieu)
    if own.exists():
        label, name = RoleProfil(role).label.lower(), rattachement.utilisateur.nom_complet
        return f"{name} est déjà {label} sur « {lieu or activite} »."
    return None


def _refuse_too_many(role: str, opens_on: date, activite: Activite, lieu: LieuImplantation | None) -> str | None:
    """S3: two suppliers of each kind; of approbateurs the Caf's answer decides."""
    if role == RoleProfil.APPROBATEUR:
        return None
    names = most_at_once(activite, lieu, role, opens_on)
    if len(names) < MAX_PERSONS[RoleProfil(role)]:
        return None
    label = RoleProfil(role).label.lower()
    return f"« {lieu or activite} » a déjà deux personnes {label} ({' et '.join(names)}) : mettez fin à l'une d'abord."


# The Caf


def refuse_approbateurs(acteur: Acteur) -> str | None:
    """The queue: the agents of the Caf that answer."""
    if refuse_keeping_activites(acteur):
        return "Les approbateurs sont validés par un gestionnaire ou un administrateur de la Caf."
    return None


def refuse_exporting_approbateurs(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_approbateurs(acteur)


def refuse_deciding_approbateur(acteur: Acteur, profil: Profil) -> str | None:
    """While it waits."""
    if refusal := refuse_approbateurs(acteur):
        return refusal
    if profil.validation != Validation.EN_ATTENTE:
        label = Validation(profil.validation).label.lower()
        return Settled(f"Cette demande a déjà sa réponse ({label}) : rechargez la page.")
    if profil.is_withdrawn or (profil.closes_on is not None and profil.closes_on < acteur.on):
        return "L'organisme a retiré cette proposition : il n'y a plus rien à décider."
    return None


def refuse_validating(acteur: Acteur, profil: Profil) -> str | None:
    """A person who may declare on the day he begins."""
    if refusal := refuse_deciding_approbateur(acteur, profil):
        return refusal
    opens_on = max(profil.opens_on, acteur.on)
    if not declares_on(profil.rattachement, opens_on):
        name = profil.rattachement.utilisateur.nom_complet
        return (
            f"{name} n'a pas le rôle AFAS-Déclarer le {opens_on:%d/%m/%Y} : son organisme doit d'abord l'ajouter à un "
            "groupe qui le donne. Attendez, ou refusez en le disant."
        )
    return None


def refuse_changements(acteur: Acteur) -> str | None:
    """The feed of the changes: the Caf's agents."""
    return None if acteur.caf is not None else "Ce suivi est celui de la Caf ; les vôtres sont dans vos profils."


def refuse_exporting_changements(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_changements(acteur)
