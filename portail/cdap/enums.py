"""Closed lists of the service."""

from django.db import models


class Issue(models.TextChoices):
    """What a consultation found; only its Caf and the journal know the difference between the last five."""

    OUVERT = "ouvert", "Dossier ouvert"
    INCONNU = "inconnu", "Numéro inconnu"
    OPPOSE = "oppose", "La personne s'oppose"
    CLOS = "clos", "Dossier clos"
    HORS_CAF = "hors_caf", "Caf non couverte"
    NOMBREUX = "nombreux", "Trop de dossiers répondent"


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


# Dialogue and attestations


class EtatDialogue(models.TextChoices):
    """The first two wait for the Caf, the next two for the partner."""

    NOUVEAU = "nouveau", "Nouveau"
    PRIS_EN_CHARGE = "pris_en_charge", "Pris en charge"
    EN_ATTENTE = "en_attente", "En attente du partenaire"
    REPONDU = "repondu", "Répondu"
    CLOS = "clos", "Clos"


class KindAttestation(models.TextChoices):
    QF = "qf", "Attestation de quotient familial"
    PAIEMENT = "paiement", "Attestation de paiement"


class EtatEnvoi(models.TextChoices):
    """Where a letter to the allocataire stands."""

    A_ENVOYER = "a_envoyer", "À envoyer"
    EN_LOT = "en_lot", "En cours d'envoi"
    POSTE = "poste", "Posté"
    REVENU = "revenu", "Revenu non distribué"


class EtatLotPostal(models.TextChoices):
    PREPARATION = "preparation", "Préparation en cours"
    PRET = "pret", "À poster"
    POSTE = "poste", "Posté"


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
