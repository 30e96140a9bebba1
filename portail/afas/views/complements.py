"""Complements asked by the Caf: the list, the thread, for it and for the partner."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import complements as actions
from portail.afas.filters.traitement import ComplementFilter
from portail.afas.forms.traitement import AnswerForm, ComplementForm
from portail.afas.models import Declaration, DemandeComplement
from portail.afas.queries import complements as queries
from portail.afas.queries.traitement import people_of, transmitted_for
from portail.afas.rules import traitement as rules
from portail.afas.tables.traitement import ComplementTable, suivi_of, traitement_url
from portail.afas.views.common import afas_crumbs
from portail.afas.views.traitement import form_page, url_of
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.pages import Request, attempt, form_status, page, render_page

TITLE = "Demandes de complément"


def _filtered(request: Request) -> ComplementFilter:
    return ComplementFilter(request.GET, queryset=queries.complements_for(request.acteur))


@page(refuse=rules.refuse_complements)
def complement_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "afas/complement_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=afas_crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, ComplementTable(filtered.qs)),
        export_urls=export_urls(request, "afas:complement_export"),
    )


@page(refuse=rules.refuse_exporting_complements)
def complement_export(request: Request, extension: str) -> HttpResponse:
    table = ComplementTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="complements", what="les demandes de complément")


@page(find=transmitted_for, refuse=rules.refuse_asking, methods=("GET", "POST"))
def complement_ask(request: Request, declaration: Declaration) -> HttpResponse:
    """What it opens is said first: which sheets, who is told."""
    form = ComplementForm(request.POST or None, declaration=declaration)
    if request.method == "POST" and form.is_valid():
        made: list[DemandeComplement] = []
        act = lambda: made.append(actions.ask(by=request.acteur, declaration=declaration, demande=form.demande))  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, "La demande est envoyée : les personnes du partenaire sont prévenues.")
            return redirect("afas:complement_view", pk=made[0].pk)
    people = ", ".join(each.nom_complet for each in people_of(declaration.activite, request.acteur.on))
    return form_page(
        request,
        declaration,
        form,
        title="Demander un complément",
        submit="Envoyer la demande",
        lead="La déclaration revient au partenaire, « À compléter ». La version transmise reste lisible ; la prochaine "
        "s'ouvre avec les volets choisis.",
        rows=[
            {"label": "Prévenus par courriel, sans chiffre", "value": people or "Personne : aucun profil n'est ouvert"}
        ],
    )


@page(find=queries.complement_for, refuse=rules.refuse_reading_demande, methods=("GET", "POST"))
def complement_view(request: Request, demande: DemandeComplement) -> HttpResponse:
    """What was asked, what was answered, what happens next; sent back with a message."""
    acteur = request.acteur
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = lambda: actions.answer(by=acteur, demande=demande, text=form.cleaned_data["text"])  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, "Votre message est envoyé.")
            return redirect("afas:complement_view", pk=demande.pk)
    etat, label = suivi_of(demande)
    declaration = demande.declaration
    is_caf = acteur.caf is not None
    return render_page(
        request,
        "afas/complement_view.html",
        page_title=demande.objet,
        breadcrumb=afas_crumbs((TITLE, reverse("afas:complement_list")), (demande.objet, None)),
        demande=demande,
        declaration=declaration,
        etat=etat,
        label=label,
        thread=queries.thread_of(demande),
        form=form,
        declaration_url=traitement_url(declaration) if is_caf else url_of("declaration_view", declaration.pk),
        may_answer=rules.refuse_answering(acteur, demande) is None,
        why_not=rules.refuse_answering(acteur, demande) or "",
        may_close=rules.refuse_closing(acteur, demande) is None,
        status=form_status(form),
    )


@page(find=queries.complement_for, refuse=rules.refuse_closing, methods=("POST",))
def complement_close(request: Request, demande: DemandeComplement) -> HttpResponse:
    actions.close(by=request.acteur, demande=demande)
    messages.success(request, "La demande est close.")
    return redirect("afas:complement_view", pk=demande.pk)
