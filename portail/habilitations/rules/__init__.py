"""May this be done? None, or the French sentence why not."""

from collections.abc import Collection
from datetime import date

from portail.comptes.models import Utilisateur
from portail.conventions.enums import Etat
from portail.conventions.models import Convention, DemandeRattachement, Rattachement
from portail.habilitations import queries, roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.enums import UNDER_WAY, EtatImport, Nature
from portail.habilitations.models import Appartenance, DemandeAcces, Groupe, ImportUtilisateurs, Responsable, Terme
from portail.habilitations.queries.acces import place_opening
from portail.habilitations.queries.horizon import last_day_of_role
from portail.habilitations.queries.successions import days_left_without
from portail.habilitations.rules.bounds import refuse_bound, refuse_bound_groupe, refuse_suppleant
from portail.habilitations.rules.limits import (  # noqa: F401 -- asked for as any rule of this package
    refuse_dates,
    refuse_ending,
    refuse_losing_administrateur,
    refuse_quota,
    refuse_too_many,
)
from portail.ui.templatetags.ui import elided

_NOT_YOURS = "Seul l'administrateur de la convention, chez le partenaire ou à la Caf, peut le faire."
_BY_HIMSELF = "Le nom et l'adresse mail de cette personne ne se modifient que par elle-même, dans « Mon profil »."


def refuse_conventions(acteur: Acteur) -> str | None:
    """Who may list conventions: agents of a Caf, administrateurs and responsables."""
    if acteur.caf or acteur.administered or acteur.answered_for:
        return None
    return "La gestion des habilitations est réservée aux administrateurs et aux responsables des habilitations."


AGENT = "L'adresse {} est celle d'un agent de la Caf : donnez celle de la personne."


def refuse_reading(acteur: Acteur, thing: object) -> str | None:
    """What the perimeter shows may be read."""
    return refuse_conventions(acteur)


def refuse_inactive(convention: Convention, on: date) -> str | None:
    """Nothing changes under a convention that opens nothing."""
    if convention.etat != Etat.VALIDEE:
        return "La convention n'est pas encore validée : rien ne peut y être changé."
    if not convention.is_open(on):
        when = "n'est pas encore ouverte" if on < convention.opens_on else "est clôturée"
        return f"La convention {when} : rien ne peut y être changé."
    if queries.is_suspended(convention, on):
        return "La convention est suspendue par la Caf : rien ne peut y être changé."
    return None


def refuse_administering(acteur: Acteur, convention: Convention) -> str | None:
    """The administrateur partenaire, or an administrateur of the Caf pivot, under a convention that is active."""
    is_pivot = acteur.caf is not None and acteur.caf.pk == convention.caf_pivot_id
    if convention.pk in acteur.administered or (is_pivot and acteur.is_caf_administrateur):
        return refuse_inactive(convention, acteur.on)
    return _NOT_YOURS


def refuse_managing_groupe(acteur: Acteur, groupe: Groupe) -> str | None:
    """Members, roles and sub-groups: the administrateur, or the responsable of this group or of one above (S2)."""
    if groupe.pk in acteur.managed_groupes:
        return refuse_inactive(groupe.convention, acteur.on)
    return refuse_administering(acteur, groupe.convention)


def refuse_changing_groupe(acteur: Acteur, groupe: Groupe) -> str | None:
    """Its label, its dates, its responsables, its end: who manages the level above."""
    if refusal := refuse_bound_groupe(acteur, groupe):
        return refusal
    if groupe.parent is not None:
        return refuse_managing_groupe(acteur, groupe.parent)
    return refuse_administering(acteur, groupe.convention)


def refuse_creating_groupe(acteur: Acteur, convention: Convention) -> str | None:
    """At the top: the administrateur; below a group: its responsable too."""
    if convention.pk in acteur.answered_for and convention.pk not in acteur.administered:
        return refuse_inactive(convention, acteur.on)
    return refuse_administering(acteur, convention)


def refuse_creating_utilisateur(acteur: Acteur, convention: Convention) -> str | None:
    """The administrateur; a responsable within his groups (S3, S4)."""
    return refuse_creating_groupe(acteur, convention)


def refuse_managing_utilisateur(acteur: Acteur, rattachement: Rattachement) -> str | None:
    """The administrateur; the responsable of a group the person is in, unless the person administers the convention."""
    convention = rattachement.convention
    if refusal := refuse_bound(acteur, rattachement.utilisateur_id):
        return refusal
    if convention.pk in acteur.administered or acteur.caf is not None:
        return refuse_administering(acteur, convention)
    if queries.is_administrateur(rattachement, acteur.on):
        return "Un administrateur de la convention ne peut être modifié que par un administrateur."
    in_his_groupes = Appartenance.objects.not_ended_on(acteur.on).filter(
        rattachement=rattachement, groupe__in=acteur.managed_groupes
    )
    return refuse_inactive(convention, acteur.on) if in_his_groupes.exists() else _NOT_YOURS


def refuse_changing_identity(acteur: Acteur, utilisateur: Utilisateur) -> str | None:
    """Whoever holds a mailbox holds its rights: only who answers for all of them may change a name or a mail."""
    if utilisateur.pk == acteur.utilisateur.pk:
        return None
    is_elsewhere = queries.serves_outside(acteur, utilisateur) or queries.is_out_of_reach(acteur, utilisateur)
    return _BY_HIMSELF if utilisateur.is_agent or is_elsewhere else None


def refuse_attaching(utilisateur: Utilisateur) -> str | None:
    """Who manages an access of somebody manages his mailbox: nobody of a Caf serves a partner."""
    if not utilisateur.is_agent:
        return None
    return f"{utilisateur.nom_complet} est agent d'une Caf et ne peut pas servir un partenaire : ne le rattachez pas."


def refuse_courriel(acteur: Acteur, rattachement: Rattachement, courriel: str) -> str | None:
    """An address serves one person. Somebody known elsewhere is not told of: the sentence is that of another refusal,
    and so says nothing of the address (security.md B3).
    """
    known = Utilisateur.objects.with_courriel(courriel).exclude(pk=rattachement.utilisateur_id).first()
    if known is None:
        return None
    return refuse_known(acteur, rattachement.convention, known) or _BY_HIMSELF


def refuse_known(acteur: Acteur, convention: Convention, known: Utilisateur) -> str | None:
    """Names who has an address to somebody who manages him under the same convention, and only then."""
    here = Rattachement.objects.filter(utilisateur=known, convention=convention).not_ended_on(acteur.on).first()
    if here is None or refuse_managing_utilisateur(acteur, here):
        return None
    return f"Cette adresse mail est celle {elided(known.nom_complet)} ({known.identifiant}), déjà dans la liste."


def refuse_closing_utilisateur(acteur: Acteur, rattachement: Rattachement, until: date | None = None) -> str | None:
    """A responsable ends only the access of somebody who is in no group but his.

    `until` is the last day left to the person; without it: is there a day from which he could go?
    """
    if refusal := refuse_managing_utilisateur(acteur, rattachement):
        return refusal
    if queries.is_out_of_reach(acteur, rattachement.utilisateur):
        return "Cette personne est aussi dans des groupes que vous ne gérez pas : retirez-la plutôt des vôtres."
    if until is not None:
        return refuse_losing_administrateur(rattachement, acteur.on, (date.min, until))
    missing = days_left_without(rattachement, acteur.on)
    is_for_good = missing is not None and missing.last == rattachement.convention.closes_on
    return refuse_losing_administrateur(rattachement, acteur.on) if is_for_good else None


def refuse_adding(acteur: Acteur, groupe: Groupe, rattachement: Rattachement) -> str | None:
    """Only people of the convention, seen by the one who adds, into a group he manages."""
    if refusal := refuse_managing_groupe(acteur, groupe) or refuse_bound(acteur, rattachement.utilisateur_id):
        return refusal
    if rattachement.convention_id != groupe.convention_id:
        return "Cette personne n'est pas rattachée à la convention du groupe."
    if groupe.statut(acteur.on) == "cloture":
        return "Ce groupe est clôturé."
    if rattachement.statut(acteur.on) == "cloture":
        return "L'accès de cette personne est clôturé."
    return None


def refuse_set_roles(acteur: Acteur, groupe: Groupe, wanted: Collection[str]) -> str | None:
    """A sub-group holds only what its direct parent holds; a top group only what the bulletins open (S2)."""
    if refusal := refuse_managing_groupe(acteur, groupe) or refuse_bound_groupe(acteur, groupe):
        return refusal
    if groupe.statut(acteur.on) == "cloture":
        return "Ce groupe est clôturé."
    held = queries.roles_held(groupe, acteur.on)
    if missing := set(wanted) - held - queries.grantable_roles(groupe, acteur.on):
        source = "Le groupe parent" if groupe.parent_id else "Aucun bulletin d'adhésion"
        verb = "n'a pas" if groupe.parent_id else "n'ouvre"
        return f"{source} {verb} : {roles.labels(missing)}."
    return None


def refuse_naming_responsable(acteur: Acteur, groupe: Groupe, rattachement: Rattachement) -> str | None:
    if refusal := refuse_changing_groupe(acteur, groupe) or refuse_bound(acteur, rattachement.utilisateur_id):
        return refusal
    if rattachement.convention_id != groupe.convention_id or not rattachement.is_open(acteur.on):
        return "Le responsable doit être une personne de la convention, à l'accès ouvert."
    return None


def refuse_caf_administering(acteur: Acteur) -> str | None:
    """What only an administrateur of a Caf does."""
    return None if acteur.is_caf_administrateur else "Cette page est réservée aux administrateurs de la Caf."


def refuse_service(acteur: Acteur, service: roles.Service) -> str | None:
    """A service opens to who holds one of its roles today."""
    if acteur.roles_of(service.code):
        return None
    return (
        f"Vous n'avez aujourd'hui aucun rôle qui ouvre « {service.libelle} ». "
        "Adressez-vous à l'administrateur de votre organisme : « Mon profil » dit qui il est."
    )


def refuse_deciding(acteur: Acteur, demande: DemandeRattachement) -> str | None:
    return refuse_administering(acteur, demande.convention)


def refuse_export(acteur: Acteur) -> str | None:
    """A list one may read may be exported; the export is journalled."""
    return refuse_conventions(acteur)


def refuse_exporting(acteur: Acteur, found: object) -> str | None:
    return refuse_conventions(acteur)


def refuse_history(acteur: Acteur, convention: Convention) -> str | None:
    """The whole journal and the mails of a convention: its administrateurs, and its Caf."""
    return None if acteur.caf is not None or convention.pk in acteur.administered else _NOT_YOURS


def refuse_adding_somewhere(acteur: Acteur, rattachement: Rattachement) -> str | None:
    """Somebody whose access is not over may be added to a group by who manages one."""
    if rattachement.statut(acteur.on) == "cloture":
        return "L'accès de cette personne est clôturé."
    return refuse_bound(acteur, rattachement.utilisateur_id) or refuse_creating_utilisateur(
        acteur, rattachement.convention
    )


def refuse_managing_appartenance(acteur: Acteur, appartenance: Appartenance) -> str | None:
    bound = refuse_bound(acteur, appartenance.rattachement.utilisateur_id)
    return bound or refuse_managing_groupe(acteur, appartenance.groupe)


def refuse_ending_responsable(acteur: Acteur, responsable: Responsable) -> str | None:
    bound = refuse_bound(acteur, responsable.rattachement.utilisateur_id)
    return bound or refuse_changing_groupe(acteur, responsable.groupe)


def refuse_importing(acteur: Acteur, convention: Convention) -> str | None:
    """People in a file may go into any group: the administrateur alone gives one, himself: it is carried on later."""
    return refuse_suppleant(acteur, "Importer des utilisateurs") or refuse_administering(acteur, convention)


def refuse_reading_import(acteur: Acteur, work: ImportUtilisateurs) -> str | None:
    return refuse_history(acteur, work.convention)


def refuse_exporting_import(acteur: Acteur, found: tuple[ImportUtilisateurs, str]) -> str | None:
    return refuse_history(acteur, found[0].convention)


def refuse_deciding_import(acteur: Acteur, work: ImportUtilisateurs) -> str | None:
    return refuse_importing(acteur, work.convention)


def refuse_template(acteur: Acteur, found: tuple[Convention, str]) -> str | None:
    return refuse_importing(acteur, found[0])


def refuse_second_import(convention: Convention) -> str | None:
    """One at a time: what a rehearsal says would else not hold."""
    if ImportUtilisateurs.objects.filter(convention=convention, etat__in=UNDER_WAY).exists():
        return "Un autre import est en cours pour cette convention : terminez-le ou abandonnez-le d'abord."
    return None


def refuse_confirming(work: ImportUtilisateurs, edition: int) -> str | None:
    if work.etat != EtatImport.A_CONFIRMER:
        return "Cet import n'attend plus de confirmation : rechargez la page pour voir où il en est."
    if work.edition != edition:
        return "La vérification a été refaite depuis que vous l'avez lue : relisez-la avant de confirmer."
    return None


def refuse_dropping(work: ImportUtilisateurs) -> str | None:
    if work.etat != EtatImport.A_CONFIRMER:
        return "Cet import n'attend plus de confirmation : il ne peut être abandonné."
    return None


def refuse_undoing(work: ImportUtilisateurs) -> str | None:
    if work.etat != EtatImport.APPLIQUE:
        return "Seul un import appliqué peut être annulé."
    if work.purged_at is not None:
        return "Les lignes de cet import ne sont plus gardées : il ne peut plus être annulé."
    return None


def refuse_resending(acteur: Acteur, rattachement: Rattachement) -> str | None:
    """The identifiant goes to somebody whose access is not over."""
    if rattachement.statut(acteur.on) == "cloture":
        return "L'accès de cette personne est clôturé."
    return refuse_managing_utilisateur(acteur, rattachement)


# What comes to its end


def refuse_acting(acteur: Acteur) -> str | None:
    """Renewals over several conventions: whoever changes something in one of them."""
    if acteur.administered or acteur.answered_for or acteur.is_caf_administrateur:
        return None
    return "Seuls les administrateurs et les responsables des habilitations renouvellent des accès."


def refuse_renewing(terme: Terme, until: date, on: date) -> str | None:
    """An end set beforehand may be put off; what somebody decided to end, or the Caf alone opens, may not."""
    if terme.nature in (Nature.CONVENTION, Nature.BULLETIN):
        return "Une convention et un bulletin d'adhésion se prolongent par un avenant, que la Caf prépare."
    if terme.nature == Nature.JUSTIFICATIF:
        return "Un justificatif ne se prolonge pas : la personne en dépose un nouveau, que vous vérifiez."
    if terme.is_decided:
        return "Cette fin a été décidée par quelqu'un : pour y revenir, modifiez les dates de cette ligne."
    if until <= terme.closes_on:
        return f"La nouvelle fin ne vient pas après la fin actuelle ({terme.closes_on:%d/%m/%Y})."
    return "La nouvelle fin est déjà passée." if until < on else None


def refuse_renewing_role(groupe: Groupe, role: str, on: date) -> str | None:
    """A group keeps a role only as long as its parent, or the bulletin, opens it (S2)."""
    if groupe.statut(on) == "cloture":
        return "Ce groupe est clôturé."
    if last_day_of_role(groupe, role, on) is None:
        source = "Le groupe parent n'a" if groupe.parent_id else "Aucun bulletin d'adhésion n'ouvre"
        return f"{source} plus ce rôle." if groupe.parent_id else f"{source} encore ce rôle."
    return None


def refuse_renewing_administrateur(acteur: Acteur, convention: Convention) -> str | None:
    """The Caf names the administrateurs; it alone prolongs them (S3)."""
    if acteur.caf is None:
        return "Seule la Caf prolonge un administrateur : adressez-vous à elle."
    return refuse_administering(acteur, convention)


# « Demander l'accès »


def refuse_asking(acteur: Acteur, service: roles.Service) -> str | None:
    """Who serves where a bulletin opens the service, has no role of it, and awaits no answer."""
    if acteur.caf is not None or not acteur.places:
        return "Seules les personnes d'un organisme partenaire demandent l'accès à un service."
    place = place_opening(acteur, service.code)
    if place is None:
        return "La convention de votre organisme n'ouvre pas ce service : seule la Caf peut l'ouvrir."
    if acteur.roles_of(service.code):
        return "Vous avez déjà accès à ce service."
    here = [each.rattachement for each in acteur.places]
    if DemandeAcces.objects.filter(rattachement__in=here, service=service.code, decided_at=None).exists():
        return "Vous avez déjà une demande en attente pour ce service."
    return None


def refuse_deciding_somewhere(acteur: Acteur) -> str | None:
    """The partner decides who of its people enters: administrateurs and responsables."""
    if acteur.administered or acteur.answered_for:
        return None
    return "Les demandes d'accès sont décidées par les administrateurs et les responsables des habilitations."


def refuse_deciding_acces(acteur: Acteur, demande: DemandeAcces) -> str | None:
    """Never one's own."""
    if demande.rattachement.utilisateur_id == acteur.utilisateur.pk:
        return "Personne ne s'accorde à soi-même un accès : un autre administrateur ou responsable décide."
    bound = refuse_bound(acteur, demande.rattachement.utilisateur_id)
    if refusal := bound or refuse_deciding_somewhere(acteur):
        return refusal
    return refuse_inactive(demande.rattachement.convention, acteur.on)


def refuse_giving_service(groupe: Groupe, service: str, giving: Collection[Groupe]) -> str | None:
    """Through a group that holds a role of the service asked for."""
    if groupe in giving:
        return None
    label = roles.service(service).libelle
    return f"Le groupe {groupe.libelle} ne donne aucun rôle de « {label} » : choisissez-en un autre."
