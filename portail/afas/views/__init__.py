"""« Accueil AFAS »: what waits for one today, where each échéance stands, what one may do there and until when."""

from django.http import HttpResponse
from django.utils import timezone

from portail.afas import rules
from portail.afas.queries import accueil
from portail.afas.roles import SERVICE
from portail.afas.views.declarations import address
from portail.habilitations.views.services import service_page
from portail.ui.pages import Request, page


@page(refuse=rules.refuse_home)
def home(request: Request) -> HttpResponse:
    acteur = request.acteur
    uncovered = accueil.uncovered_for(acteur)
    return service_page(
        request,
        SERVICE,
        "afas/home.html",
        attentes=accueil.attentes_of(acteur),
        avancements=accueil.avancements_of(acteur),
        uncovered=uncovered[: accueil.SHOWN],
        uncovered_total=uncovered.count(),
        profils_url=address("afas:profil_list"),
        next_echeance=accueil.next_echeance(acteur, timezone.localdate()),
    )
