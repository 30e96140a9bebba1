"""The service's home: what the person may do there, with which role, until when."""

from django.http import HttpResponse

from portail.afas import rules
from portail.afas.queries.attributions import incomplete_for
from portail.afas.roles import SERVICE
from portail.afas.rules.profils import refuse_giving
from portail.habilitations.views.services import service_page
from portail.ui.pages import Request, page


@page(refuse=rules.refuse_home)
def home(request: Request) -> HttpResponse:
    incomplete = incomplete_for(request.acteur) if refuse_giving(request.acteur) is None else 0
    return service_page(request, SERVICE, template="afas/home.html", incomplete=incomplete)
