"""Where one is in « Consulter un dossier »."""

from django.urls import reverse

from portail.cdap.models import Consultation
from portail.cdap.roles import SERVICE
from portail.ui.pages import Crumb, crumbs


def cdap_crumbs(*steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil > Consulter un dossier > … »."""
    return crumbs((SERVICE.libelle, reverse("cdap:home")), *steps)


def onglet_url(consultation: Consultation, onglet: str) -> str:
    return reverse("cdap:onglet_view", args=[consultation.id, onglet])
