"""The service's home: what the person may do there, with which role, until when."""

from django.http import HttpResponse

from portail.afas import rules
from portail.afas.roles import SERVICE
from portail.habilitations.views.services import service_page
from portail.ui.pages import Request, page


@page(refuse=rules.refuse_home)
def home(request: Request) -> HttpResponse:
    return service_page(request, SERVICE)
