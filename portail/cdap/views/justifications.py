"""« Consultations à justifier »: for the person his own, for the Caf those it drew at random of its files."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.cdap.actions import echantillons as actions
from portail.cdap.filters.gardes import JustificationFilter
from portail.cdap.forms.gardes import ExamenForm, ReponseForm
from portail.cdap.models import DemandeJustification
from portail.cdap.queries import echantillons as queries
from portail.cdap.queries.gardes import answerable_of
from portail.cdap.rules import gardes as rules
from portail.cdap.tables.gardes import JustificationTable, etat_of
from portail.cdap.views.common import supervision_crumbs
from portail.cdap.views.gardes import TO_JUSTIFY
from portail.habilitations.views.common import configured, export_urls, exported, history
from portail.journal.queries import entries_about
from portail.ui.pages import Crumb, Request, attempt, crumbs, form_status, page, render_page


def _crumbs(request: Request, *steps: tuple[str, str | None]) -> list[Crumb]:
    here = reverse("cdap:justification_list") if steps else None
    under = supervision_crumbs if request.acteur.caf is not None else crumbs
    return under((TO_JUSTIFY, here), *steps)


def _listed(request: Request) -> tuple[JustificationFilter, JustificationTable]:
    is_own = request.acteur.caf is None
    filtered = JustificationFilter(request.GET, queryset=queries.demandes_for(request.acteur), is_own=is_own)
    return filtered, JustificationTable(filtered.qs, is_own=is_own)


@page(refuse=rules.refuse_justifications)
def justification_list(request: Request) -> HttpResponse:
    filtered, table = _listed(request)
    return render_page(
        request,
        "cdap/justification_list.html",
        fragment="list",
        page_title=TO_JUSTIFY,
        breadcrumb=_crumbs(request),
        filter=filtered,
        table=configured(request, table),
        alertes=answerable_of(request.acteur),
        export_urls=export_urls(request, "cdap:justification_export"),
    )


@page(refuse=rules.refuse_exporting_justifications)
def justification_export(request: Request, extension: str) -> HttpResponse:
    _, table = _listed(request)
    return exported(request, table, extension=extension, name="justifications", what="les consultations à justifier")


@page(find=queries.demande_for, refuse=rules.refuse_reading_justification, methods=("GET", "POST"))
def justification_view(request: Request, demande: DemandeJustification) -> HttpResponse:
    """What was consulted, why it says it was; the person answers, an administrateur of the Caf examines."""
    acteur = request.acteur
    form: Any = (ReponseForm if acteur.caf is None else ExamenForm)(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(request, form, lambda: _act(request, demande, form)):
        messages.success(request, "C'est enregistré.")
        return redirect("cdap:justification_list")
    may_answer = rules.refuse_answering_justification(acteur, demande) is None
    may_examine = rules.refuse_examining(acteur, demande) is None
    return render_page(
        request,
        "cdap/justification_view.html",
        page_title=str(demande),
        breadcrumb=_crumbs(request, (str(demande), None)),
        demande=demande,
        etat=etat_of(demande),
        consultation=queries.consultation_of(demande),
        form=form,
        submit=("Envoyer ma justification" if may_answer else "Enregistrer la décision")
        if may_answer or may_examine
        else "",
        status=form_status(form),
        **history(request, entries_about(demande)),
    )


def _act(request: Request, demande: DemandeJustification, form: Any) -> None:
    typed = form.cleaned_data
    if request.acteur.caf is None:
        actions.justify(by=request.acteur, demande=demande, texte=typed["texte"])
        return
    is_accepted = typed["decision"] == "accepter"
    refusal = "" if is_accepted else typed["refusal"]
    actions.examine(by=request.acteur, demande=demande, is_accepted=is_accepted, refusal=refusal)
