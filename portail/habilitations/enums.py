"""Closed lists of the habilitations."""

from django.db import models


class EtatImport(models.TextChoices):
    """Where an import stands; a worker carries on those that are at work."""

    REPETITION = "repetition", "Vérification en cours"
    A_CONFIRMER = "a_confirmer", "À confirmer"
    APPLICATION = "application", "Application en cours"
    APPLIQUE = "applique", "Appliqué"
    ANNULATION = "annulation", "Annulation en cours"
    ANNULE = "annule", "Annulé"
    ABANDONNE = "abandonne", "Abandonné"
    ECHEC = "echec", "Échec"


AT_WORK = (EtatImport.REPETITION, EtatImport.APPLICATION, EtatImport.ANNULATION)
UNDER_WAY = (*AT_WORK, EtatImport.A_CONFIRMER)


class Verdict(models.TextChoices):
    """What a line of an import does, or would do."""

    CREE = "cree", "Créé"
    MODIFIE = "modifie", "Modifié"
    INCHANGE = "inchange", "Inchangé"
    A_VERIFIER = "a_verifier", "À vérifier par la Caf"
    REFUSE = "refuse", "Refusé"


class Nature(models.TextChoices):
    """What can come to its end; in the order in which a renewal goes, carriers before what they carry."""

    CONVENTION = "convention", "Convention"
    BULLETIN = "bulletin", "Bulletin d'adhésion"
    RATTACHEMENT = "rattachement", "Accès d'une personne"
    ADMINISTRATEUR = "administrateur", "Administrateur"
    GROUPE = "groupe", "Groupe"
    ROLE = "role", "Rôle d'un groupe"
    RESPONSABLE = "responsable", "Responsable d'un groupe"
    APPARTENANCE = "appartenance", "Appartenance à un groupe"
    JUSTIFICATIF = "justificatif", "Justificatif d'une personne"


class EtatJustificatif(models.TextChoices):
    """What was decided of a proof; that it lapsed or was withdrawn is told by its dates."""

    DEPOSE = "depose", "À vérifier"
    VERIFIE = "verifie", "Vérifié"
    REFUSE = "refuse", "Refusé"


class Analyse(models.TextChoices):
    """What the antivirus said of a file."""

    ABSENTE = "absente", "Non analysé : aucun antivirus n'est configuré"
    EN_COURS = "en_cours", "Analyse antivirus en cours"
    SAINE = "saine", "Analysé, aucun virus trouvé"
    INFECTEE = "infectee", "Virus trouvé, fichier détruit"
