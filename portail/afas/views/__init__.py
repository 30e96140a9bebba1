"""« Accueil AFAS »: what waits for one today, where each échéance stands, what one may do there and until when."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from portail.afas import rules
from portail.afas.queries import accueil
from portail.afas.queries.attributions import incomplete_for
from portail.afas.roles import SERVICE
from portail.afas.rules.profils import refuse_giving
from portail.habilitations.views.services import service_page
from portail.ui.pages import Request, page


@page(refuse=rules.refuse_home)
def home(request: Request) -> HttpResponse:
    acteur = request.acteur
    uncovered = accueil.uncovered_for(acteur)
    incomplete = incomplete_for(acteur) if refuse_giving(acteur) is None else 0
    return service_page(
        request,
        SERVICE,
        "afas/home.html",
        attentes=accueil.attentes_of(acteur),
        avancements=accueil.avancements_of(acteur),
        incomplete=incomplete,
        uncovered=uncovered[: accueil.SHOWN],
        uncovered_total=uncovered.count(),
        profils_url=reverse("afas:profil_list"),
        next_echeance=accueil.next_echeance(acteur, timezone.localdate()),
    )
    incomplete = incomplete_for(request.acteur) if refuse_giving(request.acteur) is None else 0
    return service_page(request, SERVICE, template="afas/home.html", incomplete=incomplete)
