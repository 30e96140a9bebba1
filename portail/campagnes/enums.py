"""Closed lists of the campaigns and of the audit packs, and how a campaign goes from one state to the next."""

from django.db import models


class EtatCampagne(models.TextChoices):
    """Where a campaign stands; a worker carries on those that are at work."""

    PREPARATION = "preparation", "Préparation en cours"
    A_LANCER = "a_lancer", "À lancer"
    OUVERTE = "revue", "Revue en cours"
    A_APPLIQUER = "a_appliquer", "À appliquer"
    APPLICATION = "application", "Application en cours"
    APPLIQUEE = "appliquee", "Appliquée"
    ANNULATION = "annulation", "Annulation en cours"
    ANNULEE = "annulee", "Annulée"
    ABANDONNEE = "abandonnee", "Abandonnée"
    ECHEC = "echec", "Échec"


AT_WORK = (EtatCampagne.PREPARATION, EtatCampagne.APPLICATION, EtatCampagne.ANNULATION)
# Each state and those it may lead to; what is in no list is the end.
TRANSITIONS: dict[str, tuple[EtatCampagne, ...]] = {
    EtatCampagne.PREPARATION: (EtatCampagne.A_LANCER, EtatCampagne.ECHEC),
    EtatCampagne.A_LANCER: (EtatCampagne.OUVERTE, EtatCampagne.ABANDONNEE),
    EtatCampagne.OUVERTE: (EtatCampagne.A_APPLIQUER, EtatCampagne.ABANDONNEE),
    EtatCampagne.A_APPLIQUER: (EtatCampagne.APPLICATION, EtatCampagne.ABANDONNEE),
    EtatCampagne.APPLICATION: (EtatCampagne.APPLIQUEE, EtatCampagne.A_APPLIQUER),
    EtatCampagne.APPLIQUEE: (EtatCampagne.ANNULATION,),
    EtatCampagne.ANNULATION: (EtatCampagne.ANNULEE, EtatCampagne.APPLIQUEE),
}


class RegleFin(models.TextChoices):
    """What becomes, at the deadline, of the lines that nobody answered."""

    INCHANGE = "inchange", "Ne rien changer"
    LIMITE = "limite", "Limiter l'appartenance à une date"
    RETIRE = "retire", "Retirer du groupe"


class Reponse(models.TextChoices):
    """What a reviewer answers for a line."""

    GARDER = "garder", "Garder"
    LIMITER = "limiter", "Limiter à une date"
    RETIRER = "retirer", "Retirer"
    NE_SAIT_PAS = "ne_sait_pas", "Je ne sais pas"


# Whoever is asked next still has to answer these.
OPEN = ("", Reponse.NE_SAIT_PAS)


class Niveau(models.TextChoices):
    """Who is asked: the one nearest to the person, else the next who knows."""

    RESPONSABLE = "responsable", "Responsable du groupe"
    ADMINISTRATEUR = "administrateur", "Administrateur partenaire"
    CAF = "caf", "Caf"


class Effet(models.TextChoices):
    """What the campaign did with a line."""

    GARDE = "garde", "Gardé"
    INCHANGE = "inchange", "Inchangé, sans réponse"
    LIMITE = "limite", "Limité"
    RETIRE = "retire", "Retiré"
    DEJA_FINI = "deja_fini", "Finissait déjà plus tôt"
    REFUSE = "refuse", "Refusé"
    RESTAURE = "restaure", "Rétabli"
    LAISSE = "laisse", "Laissé tel quel"


class EtatDossier(models.TextChoices):
    """Where an audit pack stands."""

    EN_COURS = "en_cours", "En cours"
    PRET = "pret", "Prêt"
    ECHEC = "echec", "Échec"
    EFFACE = "efface", "Effacé"
