"""Closed lists of the simulations."""

from django.db import models


class EtatSimulation(models.TextChoices):
    """Where a simulation stands; a worker carries on those that are at work."""

    BROUILLON = "brouillon", "Brouillon"
    CALCUL = "calcul", "Calcul en cours"
    CALCULEE = "calculee", "Calculée"
    APPLICATION = "application", "Application en cours"
    APPLIQUEE = "appliquee", "Appliquée"
    ABANDONNEE = "abandonnee", "Abandonnée"


AT_WORK = (EtatSimulation.CALCUL, EtatSimulation.APPLICATION)
WRITABLE = (EtatSimulation.BROUILLON, EtatSimulation.CALCULEE)
ENDED = (EtatSimulation.APPLIQUEE, EtatSimulation.ABANDONNEE)


class NatureChangement(models.TextChoices):
    """What may be tried; those of the Caf come last."""

    ROLES = "roles", "Rôles d'un groupe"
    GROUPE = "groupe", "Libellé et dates d'un groupe"
    SOUS_GROUPE = "sous-groupe", "Nouveau groupe ou sous-groupe"
    AJOUT = "ajout", "Ajouter des personnes à un groupe"
    RETRAIT = "retrait", "Retirer des personnes d'un groupe"
    BULLETIN = "bulletin", "Bulletin d'adhésion : rôles, dates, nombre d'utilisateurs"
    SUSPENSION = "suspension", "Suspendre la convention"
    CLOTURE = "cloture", "Clôturer la convention"


OF_A_GROUPE = (NatureChangement.ROLES, NatureChangement.GROUPE, NatureChangement.AJOUT, NatureChangement.RETRAIT)
OF_THE_CAF = (NatureChangement.BULLETIN, NatureChangement.SUSPENSION, NatureChangement.CLOTURE)


class Sens(models.TextChoices):
    """Which way a right changes."""

    PERTE = "perte", "Perd"
    GAIN = "gain", "Gagne"
