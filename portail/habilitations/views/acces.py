"""« Demander l'accès » to a service, and « Demandes d'accès » for those who decide."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.habilitations import actions, queries, roles, rules
from portail.habilitations.forms import AccesForm, AppartenanceForm, RefusalForm
from portail.habilitations.models import DemandeAcces
from portail.habilitations.queries.acces import acces_by, acces_for, groupes_giving, service_for
from portail.habilitations.tables.horizon import DemandeAccesTable
from portail.habilitations.views.common import configured, consequences
from portail.ui.pages import Request, attempt, crumbs, form_status, page, render_page


@page(find=service_for, refuse=rules.refuse_asking, methods=("GET", "POST"))
def acces_create(request: Request, service: roles.Service) -> HttpResponse:
    form = AccesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if attempt(request, form, lambda: actions.ask_acces(by=request.acteur, service=service, **typed)):
            messages.success(request, "Votre demande est envoyée : sa réponse s'affichera sur la tuile du service.")
            return redirect("accueil:home")
    return render_page(
        request,
        "habilitations/acces_create.html",
        page_title=f"Demander l'accès à « {service.libelle} »",
        breadcrumb=crumbs(("Demander l'accès", None)),
        form=form,
        status=form_status(form),
    )


@page(refuse=rules.refuse_deciding_somewhere)
def acces_list(request: Request) -> HttpResponse:
    return render_page(
        request,
        "habilitations/acces_list.html",
        page_title="Demandes d'accès",
        breadcrumb=crumbs(("Demandes d'accès", None)),
        table=configured(request, DemandeAccesTable(acces_for(request.acteur).filter(decided_at=None))),
    )


@page(find=acces_by, refuse=rules.refuse_deciding_acces, methods=("GET", "POST"))
def acces_decide(request: Request, demande: DemandeAcces) -> HttpResponse:
    """Grant, after seeing what it opens; or refuse, with a reason."""
    acteur, sends = request.acteur, request.POST.get("decision")
    groupes = groupes_giving(acteur, demande)
    initial = {"opens_on": acteur.on, "closes_on": demande.wished_until, "groupe": groupes.first()}
    grant = AppartenanceForm(request.POST if sends == "accorder" else None, groupes=groupes, initial=initial)
    refusal = RefusalForm(request.POST if sends == "refuser" else None)
    shown = None
    if sends == "accorder" and grant.is_valid():
        convention = demande.rattachement.convention
        groupe = queries.groupe_for(acteur, convention.pk, grant.cleaned_data["groupe"].pk)
        typed = grant.cleaned_data | {"groupe": groupe}
        act = lambda: actions.grant_acces(by=acteur, demande=demande, **typed)  # noqa: E731
        if "confirm" in request.POST:
            if attempt(request, grant, act):
                return _decided(request, demande, "L'accès est accordé")
        else:
            shown = actions.preview(convention, acteur.on, act)
            if shown.refusal:
                grant.add_error(None, shown.refusal)
                shown = None
    if sends == "refuser" and refusal.is_valid():
        typed = refusal.cleaned_data
        if attempt(request, refusal, lambda: actions.refuse_acces(by=acteur, demande=demande, **typed)):
            return _decided(request, demande, "La demande est refusée")
    form, name = refusal if refusal.is_bound else grant, demande.rattachement.utilisateur.nom_complet
    return render_page(
        request,
        "habilitations/acces_decide.html",
        page_title="Demande d'accès",
        breadcrumb=crumbs(("Demandes d'accès", reverse("habilitations:acces_list")), (name, None)),
        demande=demande,
        service=roles.service(demande.service),
        grant=grant,
        refusal_form=refusal,
        has_groupes=groupes.exists(),
        shown=shown,
        typed=[(name, request.POST.get(name, "")) for name in grant.fields],
        status=form_status(form),
        **(consequences(shown) if shown else {"losses": [], "gains": []}),
    )


def _decided(request: Request, demande: DemandeAcces, told: str) -> HttpResponse:
    name = demande.rattachement.utilisateur.nom_complet
    messages.success(request, f"{told} : {name} en est averti par courriel.")
    return redirect("habilitations:acces_list")
