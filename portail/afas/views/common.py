"""Where one is in AFAS."""

from django.urls import reverse

from portail.afas.models import Declaration
from portail.afas.roles import SERVICE
from portail.ui.pages import Crumb, crumbs


def afas_crumbs(*steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil > Aides financières d'action sociale > … »."""
    return crumbs((SERVICE.libelle, reverse("afas:home")), *steps)


def declaration_crumbs(declaration: Declaration, *steps: tuple[str, str | None]) -> list[Crumb]:
    """« … > this declaration > … »."""
    return afas_crumbs((str(declaration), reverse("afas:declaration_view", args=[declaration.pk])), *steps)
