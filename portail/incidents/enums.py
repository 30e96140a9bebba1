"""Closed lists of the incidents."""

from django.db import models


class NatureIncident(models.TextChoices):
    """What happened; the first three close the access of the person concerned at once."""

    PERTE = "perte", "Perte ou vol d'identifiants"
    CONNEXION = "connexion", "Connexion inconnue"
    ACCES = "acces", "Accès anormal"
    HABILITATION = "habilitation", "Erreur d'habilitation"
    AUTRE = "autre", "Autre"


CUTTING = (NatureIncident.PERTE, NatureIncident.CONNEXION, NatureIncident.ACCES)


class EtatIncident(models.TextChoices):
    """Where the Caf stands with it, in this order."""

    SIGNALE = "signale", "Signalé"
    PRIS_EN_CHARGE = "pris_en_charge", "Pris en charge"
    EN_ANALYSE = "en_analyse", "En cours d'analyse"
    CLOS = "clos", "Clos"
