"""Closed lists of the service."""

from django.db import models


class Issue(models.TextChoices):
    """What a consultation found; only its Caf and the journal know the difference between the last four."""

    OUVERT = "ouvert", "Dossier ouvert"
    INCONNU = "inconnu", "Numéro inconnu"
    OPPOSE = "oppose", "La personne s'oppose"
    CLOS = "clos", "Dossier clos"
    HORS_CAF = "hors_caf", "Caf non couverte"


class Voie(models.TextChoices):
    """How the file was asked for."""

    NUMERO = "numero", "Par numéro"
    IDENTITE = "identite", "Par nom et date de naissance"


class EtatChargement(models.TextChoices):
    """Where a loading is; one that was stopped goes on when it is run again."""

    NON_TERMINE = "en_cours", "Non terminé"
    TERMINE = "termine", "Terminé"


class EtatMatrice(models.TextChoices):
    PROPOSEE = "proposee", "À valider"
    EN_VIGUEUR = "en_vigueur", "En vigueur"
    REFUSEE = "refusee", "Refusée"
    REMPLACEE = "remplacee", "Remplacée"
