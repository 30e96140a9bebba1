"""Closed lists of AFAS, and the life of a declaration."""

from dataclasses import dataclass

from django.db import models


class RoleProfil(models.TextChoices):
    """What a person does for an activité (S0, S3)."""

    ACTIVITE = "activite", "Fournisseur de données d'activité"
    FINANCES = "finances", "Fournisseur de données financières"
    APPROBATEUR = "approbateur", "Approbateur"


MAX_PERSONS = {RoleProfil.ACTIVITE: 2, RoleProfil.FINANCES: 2, RoleProfil.APPROBATEUR: 1}  # S3, at every date


class Validation(models.TextChoices):
    """What the Caf says of an approbateur (S0); the suppliers need nothing of it."""

    SANS_OBJET = "sans_objet", "Sans objet"
    EN_ATTENTE = "en_attente", "En attente de validation"
    VALIDEE = "validee", "Validée"
    REFUSEE = "refusee", "Refusée"


class EtatProfil(models.TextChoices):
    """What a role is worth on a day (S0): an approbateur who waits for the Caf does not act yet."""

    ACTIF = "actif", "Actif"
    HISTORIQUE = "historique", "Historique"
    INACTIF = "inactif", "Inactif"
    NON_ATTRIBUE = "non_attribue", "Non attribué"


class Phase(models.TextChoices):
    """What a declaration of an exercice tells, in the order of the year."""

    PREVISIONNEL = "previsionnel", "Prévisionnel"
    ACTUALISE_JUIN = "actualise_juin", "Actualisé juin"
    ACTUALISE_SEPTEMBRE = "actualise_septembre", "Actualisé septembre"
    REEL = "reel", "Réel"


class VoletKind(models.TextChoices):
    ACTIVITE = "activite", "Volet activité"
    FINANCIER = "financier", "Volet financier"


class EtatVolet(models.TextChoices):
    VIDE = "vide", "À saisir"
    EN_COURS = "en_cours", "En cours"
    SOUMIS = "soumis", "Soumis"


class SourceSaisie(models.TextChoices):
    """How values came in."""

    SAISIE = "saisie", "Saisie"
    IMPORT = "import", "Import d'un fichier"
    COPIE = "copie", "Reprise de l'année précédente"


class EtatDeclaration(models.TextChoices):
    A_SAISIR = "a_saisir", "À saisir"
    EN_COURS = "en_cours", "En cours de saisie"
    A_APPROUVER = "a_approuver", "À approuver"
    TRANSMISE = "transmise", "Transmise"
    EN_TRAITEMENT = "en_traitement", "En traitement"
    A_COMPLETER = "a_completer", "À compléter"
    TRAITEE = "traitee", "Traitée"
    NOTIFIEE = "notifiee", "Notifiée"
    PAYEE = "payee", "Payée"


class EtatChiffre(models.TextChoices):
    """Where a figure of a barème comes from, what is missing first."""

    MANQUANT = "manquant", "Manquant"
    A_CONFIRMER = "a_confirmer", "À confirmer"
    PUBLIE = "publie", "Publié"
    SAISI = "saisi", "Saisi par la Caf"


@dataclass(frozen=True)
class Transition:
    """A step that a declaration may take: who takes it, and what has to be true (said in words for the docs)."""

    code: str
    de: tuple[EtatDeclaration, ...]
    vers: EtatDeclaration
    qui: str
    quand: str
    asks_motif: bool = False


_E = EtatDeclaration
TRANSITIONS = {
    transition.code: transition
    for transition in (
        Transition("commencer", (_E.A_SAISIR,), _E.EN_COURS, "un fournisseur", "une première valeur est enregistrée"),
        Transition(
            "proposer",
            (_E.EN_COURS, _E.A_COMPLETER),
            _E.A_APPROUVER,
            "le dernier fournisseur",
            "tous les volets sont soumis, sans contrôle bloquant ni alerte sans justification",
        ),
        Transition(
            "reprendre",
            (_E.A_APPROUVER,),
            _E.EN_COURS,
            "un fournisseur",
            "un volet soumis est rouvert avant l'approbation",
        ),
        Transition(
            "refuser",
            (_E.A_APPROUVER,),
            _E.EN_COURS,
            "l'approbateur",
            "il renvoie la déclaration aux fournisseurs avec un motif",
            asks_motif=True,
        ),
        Transition(
            "transmettre",
            (_E.A_APPROUVER,),
            _E.TRANSMISE,
            "l'approbateur validé par la Caf",
            "il signe exactement ce qu'il a lu ; la version est figée",
        ),
        Transition("prendre", (_E.TRANSMISE,), _E.EN_TRAITEMENT, "un gestionnaire de la Caf", "il l'instruit"),
        Transition(
            "completer",
            (_E.EN_TRAITEMENT,),
            _E.A_COMPLETER,
            "un gestionnaire de la Caf",
            "il demande un complément ; une nouvelle version s'ouvre",
            asks_motif=True,
        ),
        Transition(
            "corriger",
            (_E.TRANSMISE, _E.EN_TRAITEMENT),
            _E.A_COMPLETER,
            "l'approbateur",
            "il demande à corriger ce qu'il a transmis ; une nouvelle version s'ouvre",
            asks_motif=True,
        ),
        Transition(
            "traiter", (_E.EN_TRAITEMENT,), _E.TRAITEE, "un gestionnaire de la Caf", "le droit est calculé et décidé"
        ),
        Transition(
            "rouvrir",
            (_E.TRAITEE,),
            _E.EN_TRAITEMENT,
            "un gestionnaire de la Caf",
            "la décision est reprise avant d'être notifiée",
            asks_motif=True,
        ),
        Transition("notifier", (_E.TRAITEE,), _E.NOTIFIEE, "un gestionnaire de la Caf", "la notification est envoyée"),
        Transition("payer", (_E.NOTIFIEE,), _E.PAYEE, "la Caf", "le retour de la banque confirme le versement"),
    )
}

OPEN_TO_ENTRY = (_E.A_SAISIR, _E.EN_COURS, _E.A_COMPLETER)
FROZEN = (_E.TRANSMISE, _E.EN_TRAITEMENT, _E.TRAITEE, _E.NOTIFIEE, _E.PAYEE)


# Payments


class NatureVersement(models.TextChoices):
    """What moves money, and in which direction: the first two to the partner, the others towards the Caf."""

    ACOMPTE = "acompte", "Acompte"
    SOLDE = "solde", "Solde"
    INDU = "indu", "Indu"
    COMPENSATION = "compensation", "Compensation"
    REMBOURSEMENT = "remboursement", "Remboursement reçu"


class EtatVersement(models.TextChoices):
    A_PAYER = "a_payer", "À payer"
    EN_LOT = "en_lot", "En lot"
    ENVOYE = "envoye", "Envoyé à la banque"
    PAYE = "paye", "Payé"
    REJETE = "rejete", "Rejeté"
    ANNULE = "annule", "Annulé"
    A_RECUPERER = "a_recuperer", "À récupérer"
    RECUPERE = "recupere", "Récupéré"
    FAIT = "fait", "Fait"


class EtatCompte(models.TextChoices):
    """Where a bank account stands; the last two serve no payment."""

    EN_ATTENTE = "en_attente", "En attente de validation"
    VALIDE = "valide", "Validé"
    REFUSE = "refuse", "Refusé"
    REMPLACE = "remplace", "Remplacé"


class EtatLot(models.TextChoices):
    PREPARE = "prepare", "À valider"
    VALIDE = "valide", "Validé, à envoyer"
    ENVOYE = "envoye", "Envoyé à la banque"
    TERMINE = "termine", "Terminé"
    ABANDONNE = "abandonne", "Abandonné"


OWED = (NatureVersement.ACOMPTE, NatureVersement.SOLDE, NatureVersement.INDU)  # what a right makes due
COMMITTED = (EtatVersement.EN_LOT, EtatVersement.ENVOYE, EtatVersement.PAYE)  # no longer changed by another right
