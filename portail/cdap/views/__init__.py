"""The service's home: to ask for a file, and the role by which one may."""

from django.http import HttpResponse
from django.urls import reverse

from portail.cdap import rules
from portail.cdap.roles import SERVICE
from portail.cdap.rules.consultations import refuse_consulting
from portail.habilitations.views.services import service_page
from portail.ui.pages import Request, page


@page(refuse=rules.refuse_home)
def home(request: Request) -> HttpResponse:
    is_asking = refuse_consulting(request.acteur) is None
    return service_page(
        request, SERVICE, "cdap/home.html", ask_url=reverse("cdap:consultation_create") if is_asking else ""
    )
