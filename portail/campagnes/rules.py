"""May this be done? None, or the French sentence why not."""

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from portail.campagnes.enums import TRANSITIONS, Effet, EtatCampagne, EtatDossier
from portail.campagnes.models import Campagne, DossierAudit, LigneCampagne
from portail.habilitations.acteur import Acteur
from portail.habilitations.rules.bounds import refuse_bound, refuse_suppleant
from portail.supervision.rules import refuse_following

_NOT_NOW = "La campagne est dans l'état « {etat} » : rechargez la page pour voir où elle en est."


def refuse_listing(acteur: Acteur) -> str | None:
    """Campaigns and their results: who may follow rights."""
    return refuse_following(acteur)


def refuse_launching(acteur: Acteur) -> str | None:
    """An administrateur of a Caf, for his Caf; of the partner, for a convention he administers; not in suppléance."""
    if refusal := refuse_suppleant(acteur, "Préparer une campagne"):
        return refusal
    if acteur.is_caf_administrateur or acteur.administered:
        return None
    return "Seuls les administrateurs, à la Caf ou chez le partenaire, préparent une campagne."


def refuse_reading(acteur: Acteur, campagne: Campagne) -> str | None:
    return refuse_following(acteur)


def refuse_exporting(acteur: Acteur, found: tuple[Campagne, str]) -> str | None:
    return refuse_following(acteur)


def refuse_deciding(acteur: Acteur, campagne: Campagne) -> str | None:
    """Those on whose behalf it was prepared: the administrateurs of that Caf, or of that convention."""
    if refusal := refuse_suppleant(acteur, "Décider d'une campagne"):
        return refusal
    if campagne.caf_id is not None:
        is_ours = acteur.is_caf_administrateur and acteur.caf is not None and acteur.caf.pk == campagne.caf_id
        return None if is_ours else "Seuls les administrateurs de la Caf qui l'a préparée décident de cette campagne."
    if campagne.convention_id in acteur.administered:
        return None
    return "Seuls les administrateurs de la convention, chez le partenaire, décident de cette campagne."


def refuse_moving(campagne: Campagne, to: EtatCampagne) -> str | None:
    """A campaign goes from one state to the next as `enums.TRANSITIONS` says."""
    if to in TRANSITIONS.get(campagne.etat, ()):
        return None
    return _NOT_NOW.format(etat=campagne.get_etat_display())


def refuse_dates(ends_on: date, regle_on: date | None, on: date) -> str | None:
    """Answers need some time, and what is not answered is not ended in the past."""
    if ends_on <= on:
        return "L'échéance doit être un jour à venir : les relecteurs ont besoin de temps."
    if regle_on is not None and regle_on < ends_on:
        return "La date du sort des lignes sans réponse ne peut précéder l'échéance."
    return None


def refuse_launch(campagne: Campagne, on: date) -> str | None:
    """With lines, and time to answer."""
    if refusal := refuse_moving(campagne, EtatCampagne.OUVERTE):
        return refusal
    if not campagne.total:
        return "Cette campagne n'a aucune ligne : abandonnez-la et élargissez le périmètre."
    if campagne.ends_on <= on:
        return "L'échéance est atteinte avant le lancement : abandonnez cette campagne et préparez-en une autre."
    return None


def refuse_dropping(campagne: Campagne) -> str | None:
    """What has already taken accesses away is not given up: it is applied to its end, then may be taken back."""
    if refusal := refuse_moving(campagne, EtatCampagne.ABANDONNEE):
        return refusal
    if campagne.lignes.filter(effet__in=[Effet.LIMITE, Effet.RETIRE]).exists():
        return "Cette campagne a déjà changé des accès : appliquez-la jusqu'au bout, puis annulez-la s'il le faut."
    return None


def undo_until(campagne: Campagne) -> date | None:
    """The last day on which what was applied may be taken back."""
    if campagne.applied_at is None:
        return None
    return timezone.localdate(campagne.applied_at) + timedelta(days=settings.PORTAIL["CAMPAGNE_UNDO_DAYS"])


def refuse_undoing(campagne: Campagne, on: date) -> str | None:
    """Only for some days."""
    if refusal := refuse_moving(campagne, EtatCampagne.ANNULATION):
        return refusal
    if not campagne.lignes.filter(effet__in=[Effet.LIMITE, Effet.RETIRE]).exists():
        return "Cette campagne n'a changé aucun accès : il n'y a rien à annuler."
    last = undo_until(campagne)
    if last is not None and on > last:
        return f"Cette campagne ne pouvait être annulée que jusqu'au {last:%d/%m/%Y} : changez les droits un à un."
    return None


def refuse_proof(acteur: Acteur, campagne: Campagne) -> str | None:
    """Made once the campaign is applied, or taken back."""
    if refusal := refuse_following(acteur):
        return refusal
    if campagne.preuve_id is None:
        return "Le dossier de preuve est fait quand la campagne est appliquée : elle ne l'est pas encore."
    return None


# Reviews


def refuse_reviewing(acteur: Acteur) -> str | None:
    """Responsables and administrateurs of the partner; administrateurs of the Caf for what nobody else can answer."""
    if acteur.administered or acteur.managed_groupes or acteur.is_caf_administrateur:
        return None
    return "Les revues sont confiées aux responsables des habilitations et aux administrateurs."


def refuse_answering(acteur: Acteur, ligne: LigneCampagne) -> str | None:
    return refuse_reviewing(acteur)


def refuse_answer(acteur: Acteur, ligne: LigneCampagne) -> str | None:
    """While answers are open, and never for oneself."""
    if ligne.utilisateur_id == acteur.utilisateur.pk:
        return "Personne ne revoit ses propres accès : cette ligne est confiée à quelqu'un d'autre."
    return refuse_bound(acteur, ligne.utilisateur_id) or refuse_closed(ligne.campagne)


def refuse_closed(campagne: Campagne) -> str | None:
    if campagne.etat != EtatCampagne.OUVERTE:
        return f"La campagne « {campagne.libelle} » n'attend plus de réponse : elle est close."
    return None


def refuse_limit(limite_on: date | None, on: date) -> str | None:
    if limite_on is not None and limite_on < on:
        return "La date limite est passée : choisissez aujourd'hui ou un jour à venir, ou répondez « Retirer »."
    return None


# Audit packs


def refuse_asking(acteur: Acteur) -> str | None:
    """Administrateurs and auditeurs of a Caf; administrateurs of the partner for their own convention."""
    return refuse_suppleant(acteur, "Demander un dossier d'audit") or refuse_following(acteur)


def refuse_period(since: date, until: date, on: date) -> str | None:
    if until < since:
        return "La fin de la période précède son début."
    return "La période ne peut aller au-delà d'aujourd'hui." if until > on else None


def refuse_second(acteur: Acteur) -> str | None:
    """One at a time for each person: they take time."""
    if DossierAudit.objects.filter(asked_by=acteur.utilisateur, etat=EtatDossier.EN_COURS).exists():
        return "Un dossier que vous avez demandé est en cours : attendez qu'il soit prêt."
    return None


def refuse_reading_dossier(acteur: Acteur, dossier: DossierAudit) -> str | None:
    return refuse_asking(acteur)


def refuse_downloading(acteur: Acteur, dossier: DossierAudit) -> str | None:
    """While the file is kept."""
    if refusal := refuse_asking(acteur):
        return refusal
    if dossier.archive_id is None:
        return "Ce dossier n'est pas prêt, ou n'est plus gardé : demandez-en un nouveau."
    return None


def kept_until(dossier: DossierAudit) -> date | None:
    """The last day on which the file may be downloaded."""
    if dossier.archive_id is None or dossier.ended_at is None:
        return None
    return timezone.localdate(dossier.ended_at) + timedelta(days=settings.PORTAIL["DOSSIER_DAYS"])
