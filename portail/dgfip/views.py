"""The service's home: what the person may do there, with which role, until when."""

from django.http import HttpResponse

from portail.dgfip import rules
from portail.dgfip.roles import SERVICE
from portail.habilitations.queries import held_roles
from portail.ui.pages import Request, crumbs, page, render_page


@page(refuse=rules.refuse_home)
def home(request: Request) -> HttpResponse:
    return render_page(
        request,
        "habilitations/service_home.html",
        page_title=SERVICE.libelle,
        breadcrumb=crumbs((SERVICE.libelle, None)),
        service=SERVICE,
        held=held_roles(request.acteur, SERVICE),
    )
