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


class EtatMatrice(models.TextChoices):
    PROPOSEE = "proposee", "À valider"
    EN_VIGUEUR = "en_vigueur", "En vigueur"
    REFUSEE = "refusee", "Refusée"
    REMPLACEE = "remplacee", "Remplacée"


class Niveau(models.IntegerChoices):
    """What an alert does at once, by itself."""

    AVERTIR = 1, "Avertir la personne"
    JUSTIFIER = 2, "Lui demander de se justifier"
    SUSPENDRE = 3, "Suspendre ses consultations"


class EtatAlerte(models.TextChoices):
    OUVERTE = "ouverte", "Ouverte"
    DEMANDEE = "demandee", "Justification demandée"
    REPONDUE = "repondue", "Justification reçue"
    JUSTIFIEE = "justifiee", "Justifiée"
    SANS_SUITE = "sans_suite", "Sans suite"
    SUSPENSION = "suspension", "Suspension"


class EtatJustification(models.TextChoices):
    """Of a consultation drawn at random."""

    DEMANDEE = "demandee", "À justifier"
    REPONDUE = "repondue", "À examiner"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
