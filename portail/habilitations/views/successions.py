"""« Proposer un successeur » (the last administrateur cannot leave without one), and the Caf's queue."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.conventions.models import Convention, Succession
from portail.habilitations import actions, queries, rules
from portail.habilitations.filters import SuccessionFilter
from portail.habilitations.forms.suppleances import SuccessionForm, SuccessionRefusalForm
from portail.habilitations.queries.successions import (
    own_succession,
    pending_successions,
    succession_for,
    successions_for,
)
from portail.habilitations.queries.suppleances import nameable_for, rattachement_of
from portail.habilitations.rules.successions import (
    refuse_decided,
    refuse_deciding_succession,
    refuse_exporting_successions,
    refuse_proposing,
    refuse_withdrawing_succession,
)
from portail.habilitations.tables.suppleances import SuccessionTable
from portail.habilitations.views.common import (
    configured,
    consequences,
    export_urls,
    exported,
    form_page,
    suggest_url,
    under,
)
from portail.ui.forms import Form
from portail.ui.pages import Request, attempt, crumbs, form_status, page, render_page

TITLE = "Successions"


@page(find=queries.convention_by, refuse=refuse_proposing, methods=("GET", "POST"))
def succession_create(request: Request, convention: Convention) -> HttpResponse:
    acteur = request.acteur
    here = reverse("habilitations:convention_view", args=[convention.pk])
    if pending_successions(convention):
        messages.info(request, "Une proposition attend déjà la réponse de votre Caf : retirez-la d'abord, ci-dessous.")
        return redirect(here)
    people = nameable_for(acteur, convention)
    form = SuccessionForm(request.POST or None, people=people, suggest_url=suggest_url(convention))
    if request.method == "POST" and form.is_valid():
        titulaire = rattachement_of(acteur, convention)
        if attempt(
            request,
            form,
            lambda: actions.propose_successor(by=acteur, titulaire=titulaire, proposal=form.proposal),
        ):
            messages.success(request, "Votre proposition est envoyée à votre Caf. Rien ne change avant sa réponse.")
            return redirect(here)
    return form_page(
        request,
        form,
        title="Proposer un successeur",
        breadcrumb=under(convention, ("Proposer un successeur", None)),
        convention=convention,
        submit="Proposer à ma Caf",
        cancel_url=here,
        lead="Une convention a toujours un administrateur : votre Caf accepte votre successeur, puis vous pouvez "
        "partir. Elle est avertie par courriel et vous répond de même.",
    )


@page(find=own_succession, refuse=refuse_withdrawing_succession, methods=("POST",))
def succession_withdraw(request: Request, succession: Succession) -> HttpResponse:
    actions.withdraw_succession(by=request.acteur, succession=succession)
    messages.info(request, "Votre proposition est retirée : rien ne change.")
    return redirect("habilitations:convention_view", pk=succession.titulaire.convention_id)


def _filtered(request: Request) -> SuccessionFilter:
    return SuccessionFilter(request.GET, queryset=successions_for(request.acteur))


@page(refuse=rules.refuse_caf_administering)
def succession_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "habilitations/succession_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, SuccessionTable(filtered.qs)),
        export_urls=export_urls(request, "habilitations:succession_export"),
    )


@page(refuse=refuse_exporting_successions)
def succession_export(request: Request, extension: str) -> HttpResponse:
    table = SuccessionTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="successions", what="la liste des successions")


@page(find=succession_for, refuse=refuse_deciding_succession, methods=("GET", "POST"))
def succession_decide(request: Request, succession: Succession) -> HttpResponse:
    """Accept, after seeing what changes; or refuse, with a reason."""
    acteur, sends = request.acteur, request.POST.get("decision_kind")
    accept, refusal = Form(), SuccessionRefusalForm(request.POST if sends == "refuser" else None)
    act = lambda: actions.accept_succession(by=acteur, succession=succession)  # noqa: E731
    shown = None
    if sends == "accepter":
        accept = Form(request.POST)
        accept.is_valid()
        if "confirm" in request.POST:
            if attempt(request, accept, act):
                return _decided(request, succession, "La succession est acceptée")
        else:
            shown = actions.preview(succession.titulaire.convention, acteur.on, act)
            if shown.refusal:
                accept.add_error(None, shown.refusal)
                shown = None
    if sends == "refuser" and refusal.is_valid():
        decision = refusal.cleaned_data["decision"]
        if attempt(
            request,
            refusal,
            lambda: actions.refuse_succession(by=acteur, succession=succession, decision=decision),
        ):
            return _decided(request, succession, "La succession est refusée")
    form: Any = refusal if refusal.is_bound else accept
    return render_page(
        request,
        "habilitations/succession_decide.html",
        page_title="Succession d'un administrateur",
        breadcrumb=crumbs((TITLE, reverse("habilitations:succession_list")), (succession.nom_propose, None)),
        succession=succession,
        convention=succession.titulaire.convention,
        is_over=refuse_decided(succession),
        accept=accept,
        refusal_form=refusal,
        shown=shown,
        status=form_status(form),
        **(consequences(shown) if shown else {"losses": [], "gains": []}),
    )


def _decided(request: Request, succession: Succession, told: str) -> HttpResponse:
    messages.success(request, f"{told} : {succession.titulaire.utilisateur.nom_complet} en est averti par courriel.")
    return redirect("habilitations:succession_list")
