"""The home of a service: what the person may do there, with which role, until when."""

from typing import Any

from django.http import HttpResponse

from portail.habilitations import actions, queries
from portail.habilitations.roles import Service
from portail.ui.pages import Request, crumbs, render_page


def service_page(
    request: Request, service: Service, *, template: str = "habilitations/service_home.html", **context: Any
) -> HttpResponse:
    """The page, and the note that the person used the service today: every home of a service goes through here."""
    actions.note_use(request.acteur, service.code)
    return render_page(
        request,
        template,
        page_title=service.libelle,
        breadcrumb=crumbs((service.libelle, None)),
        service=service,
        held=queries.held_roles(request.acteur, service),
        **context,
    )
