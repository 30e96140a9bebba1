"""Accounts the Caf has to check: a partner asked for somebody already known here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from portail.conventions.models import DemandeRattachement
from portail.habilitations import actions, queries, rules
from portail.ui.pages import Request, crumbs, page, render_page


@page(refuse=rules.refuse_caf_administering)
def demande_list(request: Request) -> HttpResponse:
    demandes = queries.demandes_for(request.acteur)
    return render_page(
        request,
        "habilitations/demande_list.html",
        page_title="Comptes à vérifier",
        breadcrumb=crumbs(("Comptes à vérifier", None)),
        demandes=[(demande, rules.refuse_attaching(demande.utilisateur)) for demande in demandes],
    )


@page(find=queries.demande_for, refuse=rules.refuse_deciding, methods=("POST",))
def demande_decide(request: Request, demande: DemandeRattachement) -> HttpResponse:
    is_granted = request.POST.get("decision") == "rattacher"
    actions.decide_demande(by=request.acteur, demande=demande, is_granted=is_granted)
    name = demande.utilisateur.nom_complet
    if is_granted:
        messages.success(request, f"{name} est rattaché à la convention {demande.convention.libelle}.")
    else:
        messages.info(request, f"{name} n'est pas rattaché.")
    return redirect("habilitations:demande_list")
