"""« Bienvenue » and « Mon profil »: what a person finds here, and what is known of him."""

from datetime import datetime

from django.http import HttpResponse

from portail.accueil.queries import ending_soon, rights_for, tiles_for, to_do
from portail.comptes import queries as comptes
from portail.conventionnement.queries import versions_to_sign
from portail.habilitations.queries import people_in_charge
from portail.habilitations.queries.conditions import stops_for
from portail.habilitations.queries.suppleances import own_suppleances
from portail.ui.pages import Request, crumbs, page, render_page
from portail.ui.rules import everybody


@page(refuse=everybody)
def home(request: Request) -> HttpResponse:
    last = request.session.get("last_sign_in")
    stops = stops_for(request.acteur)
    return render_page(
        request,
        "accueil/home.html",
        page_title="Bienvenue",
        tiles=tiles_for(request.acteur, stops),
        proofs=[stop for stop in stops if stop.role],
        ending=ending_soon(request.acteur),
        to_sign=versions_to_sign(request.acteur),
        to_do=to_do(request.acteur),
        last_sign_in=datetime.fromisoformat(last) if last else None,
        refused_sentence=_told(request.session.get("refused_since", 0)),
    )


def _told(refused: int) -> str:
    """What is said of the sign-ins refused since the last one that succeeded."""
    if not refused:
        return ""
    count = "Une tentative de connexion a été refusée" if refused == 1 else f"{refused} tentatives ont été refusées"
    return f"{count} depuis. Si ce n'était pas vous, signalez-le : « Ce n'est pas moi », plus bas."


@page(refuse=everybody)
def profil_view(request: Request) -> HttpResponse:
    acteur = request.acteur
    return render_page(
        request,
        "accueil/profil_view.html",
        page_title="Mon profil",
        breadcrumb=crumbs(("Mon profil", None)),
        utilisateur=acteur.utilisateur,
        rights=rights_for(acteur),
        administrateurs=people_in_charge(acteur),
        sessions=comptes.sessions_for(acteur),
        current_session=request.session.session_key,
        sign_ins=comptes.sign_ins_of(acteur.utilisateur),
        pending=comptes.pending_courriel(acteur),
        suppleances=own_suppleances(acteur),
    )
