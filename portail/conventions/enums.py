"""Closed lists of the conventions."""

from django.db import models


class Etat(models.TextChoices):
    """Where a convention stands in its life; suspended and closed are facts of their own, not stages."""

    BROUILLON = "brouillon", "Brouillon"
    PROPOSEE = "proposee", "Proposée"
    SIGNEE = "signee", "Signée"
    VALIDEE = "validee", "Validée"


class Partie(models.TextChoices):
    CAF = "caf", "Caf"
    PARTENAIRE = "partenaire", "Organisme partenaire"


class Qualite(models.TextChoices):
    """What an interlocuteur answers for in the contrat de service (S3)."""

    ADMINISTRATEUR = "administrateur", "Administrateur"
    RESPONSABLE_MCP = "responsable_mcp", "Responsable « Mon Compte Partenaire »"
    RESPONSABLE_SECURITE = "responsable_securite", "Responsable sécurité"
    REFERENT_CNIL = "referent_cnil", "Référent Cnil"


class Fonction(models.TextChoices):
    """What an agent of a Caf does in the portal."""

    ADMINISTRATEUR = "administrateur", "Administrateur Caf"
    GESTIONNAIRE = "gestionnaire", "Gestionnaire action sociale"
    AUDITEUR = "auditeur", "Auditeur"


class EtatSuccession(models.TextChoices):
    """Where a proposed successor stands."""

    PROPOSEE = "proposee", "Proposée"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    RETIREE = "retiree", "Retirée"
