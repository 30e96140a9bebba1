"""The service's home: a file to ask for; for the Caf, what it keeps of the service."""

from django.http import HttpResponse
from django.urls import reverse

from portail.cdap import rules
from portail.cdap.roles import SERVICE
from portail.cdap.rules.consultations import refuse_consulting
from portail.cdap.rules.matrices import refuse_matrices
from portail.cdap.rules.oppositions import refuse_oppositions
from portail.habilitations.views.services import service_page
from portail.ui.pages import Request, page

# What only some of them may open: shown to these.
_DOORS = (
    ("Demander un dossier", "cdap:consultation_create", refuse_consulting),
    ("Ce que les profils ouvrent", "cdap:matrice_view", refuse_matrices),
    ("Oppositions", "cdap:opposition_list", refuse_oppositions),
)


@page(refuse=rules.refuse_home)
def home(request: Request) -> HttpResponse:
    acteur = request.acteur
    return service_page(
        request,
        SERVICE,
        "cdap/home.html",
        doors=[(words, reverse(name)) for words, name, refuse in _DOORS if refuse(acteur) is None],
    )
