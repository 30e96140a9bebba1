"""Alerts: the list and the page for the Caf, what it decides; what the person is warned of, and answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.cdap.actions import gardes as actions
from portail.cdap.enums import EtatAlerte
from portail.cdap.filters.gardes import AlerteFilter
from portail.cdap.forms.gardes import DecisionForm, ReponseForm, RetablissementForm
from portail.cdap.models import Alerte
from portail.cdap.queries import gardes as queries
from portail.cdap.rules import gardes as rules
from portail.cdap.tables.gardes import AlerteTable, ConsultationTable, etat_of
from portail.cdap.views.common import confirmation, form_page, supervision_crumbs
from portail.habilitations.views.common import configured, export_urls, exported, history
from portail.journal.queries import entries_about
from portail.ui.pages import Crumb, Request, attempt, crumbs, page, render_page
from portail.ui.templatetags.ui import elided

TITLE = "Alertes"
TO_JUSTIFY = "Consultations à justifier"


def _under(alerte: Alerte, *steps: tuple[str, str | None]) -> list[Crumb]:
    here = reverse("cdap:alerte_view", args=[alerte.pk]) if steps else None
    return supervision_crumbs((TITLE, reverse("cdap:alerte_list")), (str(alerte), here), *steps)


def _filtered(request: Request) -> AlerteFilter:
    return AlerteFilter(request.GET, queryset=queries.alertes_for(request.acteur))


@page(refuse=rules.refuse_supervising)
def alerte_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "cdap/alerte_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=supervision_crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, AlerteTable(filtered.qs)),
        export_urls=export_urls(request, "cdap:alerte_export"),
    )


@page(refuse=rules.refuse_exporting_supervision)
def alerte_export(request: Request, extension: str) -> HttpResponse:
    table = AlerteTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="alertes", what="les alertes sur les consultations")


_NEXT = {
    EtatAlerte.OUVERTE: "Un administrateur de la Caf demande une justification, ou décide.",
    EtatAlerte.DEMANDEE: "La personne doit répondre avant de consulter à nouveau. La Caf lit sa réponse et décide.",
    EtatAlerte.REPONDUE: "Un administrateur de la Caf lit la réponse et décide.",
    EtatAlerte.JUSTIFIEE: "L'alerte est close.",
    EtatAlerte.SANS_SUITE: "L'alerte est close.",
    EtatAlerte.SUSPENSION: "La personne ne consulte plus, jusqu'à ce qu'un administrateur de la Caf la rétablisse.",
}


@page(find=queries.alerte_for, refuse=rules.refuse_reading_alerte)
def alerte_view(request: Request, alerte: Alerte) -> HttpResponse:
    """What was seen, what the person says of it, what may be done."""
    acteur = request.acteur
    table = ConsultationTable(queries.consultations_of(alerte), caf=acteur.caf.pk)
    return render_page(
        request,
        "cdap/alerte_view.html",
        page_title=str(alerte),
        breadcrumb=_under(alerte),
        alerte=alerte,
        etat=etat_of(alerte),
        next_step=_NEXT[EtatAlerte(alerte.etat)],
        table=configured(request, table),
        most=queries.SHOWN,
        may_ask=rules.refuse_asking_justification(acteur, alerte) is None,
        may_decide=rules.refuse_following_alerte(acteur, alerte) is None,
        may_reinstate=rules.refuse_reinstating_alerte(acteur, alerte) is None,
        **history(request, entries_about(alerte)),
    )


@page(find=queries.alerte_for, refuse=rules.refuse_asking_justification, methods=("POST",))
def alerte_ask(request: Request, alerte: Alerte) -> HttpResponse:
    actions.ask_justification(by=request.acteur, alerte=alerte)
    messages.success(request, "La justification est demandée : la personne répond avant de consulter à nouveau.")
    return redirect("cdap:alerte_view", pk=alerte.pk)


@page(find=queries.alerte_for, refuse=rules.refuse_following_alerte, methods=("GET", "POST"))
def alerte_decide(request: Request, alerte: Alerte) -> HttpResponse:
    """Chosen with its reason, read again with what it changes, then done."""
    form = DecisionForm(request.POST or None)
    back = reverse("cdap:alerte_view", args=[alerte.pk])
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if "confirm" not in request.POST:
            return _decision_confirmation(request, form, alerte, back)
        etat = EtatAlerte(typed["etat"])
        act = lambda: actions.decide(by=request.acteur, alerte=alerte, etat=etat, motif=typed["motif"])  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, "La décision est enregistrée : la personne en est avertie par courriel.")
            return redirect(back)
    return form_page(
        request,
        form,
        title=f"Décider : {alerte}",
        breadcrumb=_under(alerte, ("Décider", None)),
        submit="Continuer",
        cancel_url=back,
        lead=f"{alerte.utilisateur.nom_complet}, {alerte.organisme}. {alerte.phrase}",
    )


def _decision_confirmation(request: Request, form: Any, alerte: Alerte, back: str) -> HttpResponse:
    etat = EtatAlerte(form.cleaned_data["etat"])
    is_suspending = etat == EtatAlerte.SUSPENSION
    name = alerte.utilisateur.nom_complet
    effects = ["L'alerte est close. Ce qui viendra ensuite ouvrira une nouvelle alerte."]
    if is_suspending:
        effects = [
            f"{name} ne peut plus consulter aucun dossier, dès sa prochaine page, sous les conventions que votre Caf "
            "conduit.",
            "Ses autres services ne changent pas. Un administrateur de votre Caf peut le rétablir, avec un motif.",
        ]
    return confirmation(
        request,
        form,
        title=f"Décider : {alerte}",
        breadcrumb=_under(alerte, ("Décider", None)),
        answers=[
            {"label": "Personne", "value": name},
            {"label": "Décision", "value": etat.label},
            {"label": "Motif", "value": form.cleaned_data["motif"]},
        ],
        effects=[*effects, f"{name} en est averti par courriel, sans rien de ce que les dossiers contiennent."],
        submit="Suspendre" if is_suspending else "Enregistrer la décision",
        cancel_url=back,
        danger=is_suspending,
    )


@page(find=queries.alerte_for, refuse=rules.refuse_reinstating_alerte, methods=("GET", "POST"))
def alerte_reinstate(request: Request, alerte: Alerte) -> HttpResponse:
    form = RetablissementForm(request.POST or None)
    back = reverse("cdap:alerte_view", args=[alerte.pk])
    if request.method == "POST" and form.is_valid():
        act = lambda: actions.reinstate(by=request.acteur, alerte=alerte, motif=form.cleaned_data["motif"])  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, "La personne peut à nouveau consulter : elle en est avertie par courriel.")
            return redirect(back)
    return form_page(
        request,
        form,
        title=f"Rétablir les consultations {elided(alerte.utilisateur.nom_complet)}",
        breadcrumb=_under(alerte, ("Rétablir", None)),
        submit="Rétablir",
        cancel_url=back,
        lead="La personne retrouve aujourd'hui les profils que ses groupes lui donnent.",
    )


# For the person


@page(find=queries.own_alerte_for, refuse=rules.refuse_answering_alerte, methods=("GET", "POST"))
def alerte_answer(request: Request, alerte: Alerte) -> HttpResponse:
    """What the Caf saw, and what he says of it."""
    form = ReponseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = lambda: actions.answer(by=request.acteur, alerte=alerte, texte=form.cleaned_data["texte"])  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, f"Votre réponse est transmise à la {alerte.caf.nom}, qui la lit et décide.")
            return redirect("cdap:justification_list")
    return form_page(
        request,
        form,
        title="Répondre à la Caf",
        breadcrumb=crumbs((TO_JUSTIFY, reverse("cdap:justification_list")), (str(alerte), None)),
        submit="Envoyer ma réponse",
        cancel_url=reverse("cdap:justification_list"),
        lead=f"{alerte.phrase} La {alerte.caf.nom} vous demande pourquoi. Votre réponse reste dans le portail ; vous "
        "pourrez consulter à nouveau dès qu'elle est envoyée, sauf si la Caf vous a suspendu.",
    )


@page(find=queries.own_alerte_for, refuse=rules.refuse_acknowledging, methods=("POST",))
def alerte_acknowledge(request: Request, alerte: Alerte) -> HttpResponse:
    actions.acknowledge(by=request.acteur, alerte=alerte)
    messages.success(request, "C'est noté.")
    return redirect("cdap:justification_list")
