"""The right of a declaration: worked out, read line by line, decided, told."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import droits as actions
from portail.afas.forms.traitement import DecideForm, NotifyForm, ReopenForm
from portail.afas.models import Declaration, Droit
from portail.afas.queries import droits as queries
from portail.afas.queries.complements import demandes_of
from portail.afas.queries.notifications import document
from portail.afas.queries.traitement import told_of_droit, transmitted_for
from portail.afas.queries.versements import due_of
from portail.afas.rules import traitement as rules
from portail.afas.tables.traitement import suivi_of, traitement_url
from portail.afas.views.common import afas_crumbs, baremes_url
from portail.afas.views.traitement import form_page, under, url_of
from portail.habilitations.acteur import Acteur
from portail.ui.forms import Form
from portail.ui.gateway import made_pdf
from portail.ui.pages import Crumb, Request, attempt, note_refusal, page, render_page
from portail.ui.rules import Refused

TITLE = "D'où vient ce chiffre"


@page(find=transmitted_for, refuse=rules.refuse_reading_droit)
def droit_view(request: Request, declaration: Declaration) -> HttpResponse:
    """Every line of the calculation, with what it was before when that was something else."""
    shown = queries.droit_of(declaration)
    assert shown is not None  # noqa: S101 -- it was transmitted
    before = queries.previous_droit(shown.droit) if shown.droit else None
    return render_page(
        request,
        "afas/droit_view.html",
        page_title=TITLE,
        breadcrumb=_under(request, declaration),
        declaration=declaration,
        shown=shown,
        lignes=queries.read_lines(shown.lignes, before.lignes if before else None),
        before=before,
        before_montant=queries.amount(before.montant) if before else "",
        baremes_url=baremes_url(declaration) if request.acteur.caf else "",
        may_compute=rules.refuse_computing(request.acteur, declaration) is None,
        is_notified=hasattr(declaration, "notification"),
    )


def bloc_caf(acteur: Acteur, declaration: Declaration) -> dict[str, Any]:
    """For the partner's page of a declaration: its right, what the Caf asked of it.

    Shown by `afas/droit_panel.html` and `afas/demandes.html`; no right for who does not read the whole declaration.
    """
    is_read = rules.refuse_reading_droit(acteur, declaration) is None
    return {
        "droit": queries.droit_of(declaration) if is_read else None,
        "demandes": [(each, *suivi_of(each)) for each in demandes_of(declaration)],
        "baremes_url": baremes_url(declaration) if acteur.caf else "",
        "versements": due_of(acteur, declaration),
    }


def _under(request: Request, declaration: Declaration) -> list[Crumb]:
    if request.acteur.caf is not None:
        return under(declaration, (TITLE, None))
    return afas_crumbs((str(declaration), url_of("declaration_view", declaration.pk)), (TITLE, None))


@page(find=transmitted_for, refuse=rules.refuse_computing, methods=("POST",))
def droit_compute(request: Request, declaration: Declaration) -> HttpResponse:
    """What is missing is named on the page that shows the calculation."""
    try:
        droit = actions.compute(by=request.acteur, declaration=declaration)
    except Refused as refusal:
        note_refusal(request, str(refusal))
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Droit calculé : {queries.amount(droit.montant)}.")
    return redirect("afas:droit_view", pk=declaration.pk)


@page(find=transmitted_for, refuse=rules.refuse_deciding, methods=("GET", "POST"))
def traitement_decide(request: Request, declaration: Declaration) -> HttpResponse:
    """The recap, then « Traiter »."""
    droit = queries.current_droit(declaration)
    form = DecideForm(request.POST or None, initial={"empreinte": droit.empreinte if droit else ""})
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["empreinte"]
        if attempt(request, form, lambda: actions.decide(by=request.acteur, declaration=declaration, seen=seen)):
            messages.success(request, "Le droit est décidé. Il reste à le notifier au partenaire.")
            return redirect(traitement_url(declaration))
    return form_page(
        request,
        declaration,
        form,
        title="Traiter la déclaration",
        submit="Traiter",
        lead="Vous retenez le droit ci-dessous. La décision se reprend tant qu'elle n'est pas notifiée.",
        **_recap(declaration, droit),
    )


def _recap(declaration: Declaration, droit: Droit | None) -> dict[str, Any]:
    assert droit is not None  # noqa: S101 -- the rule of the page has said so
    version, told = droit.version, declaration
    alertes = sum(each["tient"] is False for each in version.contenu["constats"])
    return {
        "droit": droit,
        "rows": [
            {"label": "Organisme", "value": told.activite.organisme.raison_sociale},
            {"label": "Déclaration", "value": str(told), "note": f"version {version.numero}"},
            {"label": "Alertes justifiées", "value": str(alertes)},
            {"label": "Droit", "value": queries.amount(droit.montant)},
        ],
    }


@page(find=transmitted_for, refuse=rules.refuse_reopening, methods=("GET", "POST"))
def traitement_reopen(request: Request, declaration: Declaration) -> HttpResponse:
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        motif = form.cleaned_data["motif"]
        if attempt(request, form, lambda: actions.reopen(by=request.acteur, declaration=declaration, motif=motif)):
            messages.success(request, "La décision est reprise : la déclaration est de nouveau en traitement.")
            return redirect(traitement_url(declaration))
    return form_page(
        request,
        declaration,
        form,
        title="Rouvrir",
        submit="Rouvrir",
        lead="La déclaration revient « En traitement » : le droit pourra être recalculé. Le partenaire n'est pas "
        "prévenu : rien ne lui a été notifié.",
    )


@page(find=transmitted_for, refuse=rules.refuse_notifying, methods=("GET", "POST"))
def traitement_notify(request: Request, declaration: Declaration) -> HttpResponse:
    """Who is told, and what follows, before it is done."""
    droit = queries.current_droit(declaration)
    form = NotifyForm(request.POST or None, initial={"empreinte": droit.empreinte if droit else ""})
    if request.method == "POST" and form.is_valid() and _notified(request, declaration, form):
        messages.success(request, "Le droit est notifié : le partenaire en est prévenu par courriel.")
        return redirect(traitement_url(declaration))
    recap = _recap(declaration, droit)
    people = ", ".join(each.nom_complet for each in told_of_droit(declaration.activite, request.acteur.on))
    recap["rows"].append({"label": "Prévenus par courriel", "value": people or "Personne : aucun approbateur validé"})
    return form_page(
        request,
        declaration,
        form,
        title="Notifier le droit",
        submit="Notifier",
        lead="Une notification ne se reprend pas. Ce qui est dû est ensuite préparé pour le paiement, validé par une "
        "autre personne.",
        danger=True,
        **recap,
    )


def _notified(request: Request, declaration: Declaration, form: Form) -> bool:
    seen = form.cleaned_data["empreinte"]
    return attempt(request, form, lambda: actions.notify(by=request.acteur, declaration=declaration, seen=seen))


@page(find=transmitted_for, refuse=rules.refuse_reading_notification)
def notification_pdf(request: Request, declaration: Declaration) -> HttpResponse:
    """The letter, as it was frozen the day it was sent."""
    verify = request.build_absolute_uri(reverse("conventionnement:document_verify"))
    content = made_pdf("afas/notification.typ", document(declaration.notification, verify))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="notification-{declaration.pk}.pdf"'
    return response
