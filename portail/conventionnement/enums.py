"""Closed lists of what a Caf and a partner sign."""

from django.db import models


class EtatVersion(models.TextChoices):
    """Where a version of a convention stands; only one that is validated opens or changes anything."""

    BROUILLON = "brouillon", "Brouillon"
    PROPOSEE = "proposee", "Proposée au partenaire"
    SIGNEE = "signee", "Signée par le partenaire"
    VALIDEE = "validee", "Validée"
    ABANDONNEE = "abandonnee", "Abandonnée"


OPEN = (EtatVersion.BROUILLON, EtatVersion.PROPOSEE, EtatVersion.SIGNEE)
SEALED = (EtatVersion.PROPOSEE, EtatVersion.SIGNEE, EtatVersion.VALIDEE)
