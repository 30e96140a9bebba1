"""Closed lists of the habilitations."""

from django.db import models


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
