"""« Accueil AFAS »: what waits for one today, where each échéance stands, what one may do there and until when."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from portail.afas import rules
from portail.afas.queries import accueil
from portail.afas.queries.attributions import incomplete_for
from portail.afas.roles import SERVICE
from portail.afas.rules.approbation import refuse_approvals
from portail.afas.rules.profils import refuse_approbateurs, refuse_giving
from portail.afas.rules.tableaux import refuse_tableaux
from portail.afas.rules.traitement import refuse_processing
from portail.afas.rules.versements import refuse_money, refuse_versements
from portail.habilitations.views.services import service_page
from portail.ui.pages import Request, page

# What only some of them may open: shown to these.
_DOORS = (
    ("Déclarations à approuver", "afas:approbation_list", refuse_approvals),
    ("Approbateurs à valider", "afas:approbateur_list", refuse_approbateurs),
    ("Déclarations à traiter", "afas:traitement_list", refuse_processing),
    ("Comptes bancaires à valider", "afas:compte_list", refuse_money),
    ("Tableau de bord", "afas:tableau_list", refuse_tableaux),
    ("Aides versées", "afas:versement_list", refuse_versements),
)


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
        a_faire=accueil.to_do_for(acteur) if refuse_processing(acteur) is None else [],
        avancements=accueil.avancements_of(acteur),
        incomplete=incomplete,
        uncovered=uncovered[: accueil.SHOWN],
        uncovered_total=uncovered.count(),
        profils_url=reverse("afas:profil_list"),
        doors=[(words, reverse(name)) for words, name, refuse in _DOORS if refuse(acteur) is None],
        next_echeance=accueil.next_echeance(acteur, timezone.localdate()),
    )
