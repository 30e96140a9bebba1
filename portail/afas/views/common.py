"""Where one is in AFAS."""

from django.urls import reverse
from django.utils.http import urlencode

from portail.afas.models import Declaration
from portail.afas.roles import SERVICE
from portail.ui.pages import Crumb, crumbs

READ_AGAIN = "Relisez, puis confirmez. Rien n'est encore enregistré."


def afas_crumbs(*steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil > Aides financières d'action sociale > … »."""
    return crumbs((SERVICE.libelle, reverse("afas:home")), *steps)


def declaration_crumbs(declaration: Declaration, *steps: tuple[str, str | None]) -> list[Crumb]:
    """« … > this declaration > … »."""
    return afas_crumbs((str(declaration), reverse("afas:declaration_view", args=[declaration.pk])), *steps)


def baremes_url(declaration: Declaration) -> str:
    """The figures of this exercice and type, where the one that is missing is entered."""
    told: dict[str, str | int] = {"exercice": declaration.echeance.exercice, "type": declaration.activite.type}
    return f"{reverse('afas:bareme_list')}?{urlencode(told)}"
