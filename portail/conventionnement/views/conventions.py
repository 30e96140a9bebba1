"""The life of a validated convention, for its Caf: suspended, resumed, closed, with the effects shown before."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.conventionnement import actions, queries, rules
from portail.conventionnement.forms import ClosingForm, MotifForm, SuspensionForm
from portail.conventionnement.views.common import form_page
from portail.conventions.models import Convention
from portail.habilitations.actions import preview
from portail.habilitations.views.common import consequences, under
from portail.ui.forms import Form
from portail.ui.pages import Request, attempt, page, render_page


def _after(convention: Convention) -> str:
    return reverse("conventionnement:version_list", args=[convention.pk])


@page(find=queries.convention_for, refuse=rules.refuse_suspending, methods=("GET", "POST"))
def suspension_create(request: Request, convention: Convention) -> HttpResponse:
    form = SuspensionForm(request.POST or None, initial={"opens_on": request.acteur.on})
    lead = "Pendant la suspension, la convention n'ouvre plus aucun droit. Rien n'est perdu : tout revient à sa fin."
    title = "Suspendre la convention"
    done = "La convention est suspendue."
    if form.is_valid() and form.cleaned_data["opens_on"] > request.acteur.on:
        done = f"La convention sera suspendue le {form.cleaned_data['opens_on']:%d/%m/%Y}."
    return _effects_page(request, convention, form, actions.suspend_convention, title, done, lead)


@page(find=queries.convention_for, refuse=rules.refuse_resuming, methods=("GET", "POST"))
def suspension_end(request: Request, convention: Convention) -> HttpResponse:
    form = MotifForm(request.POST or None)
    title = "Mettre fin à la suspension"
    return _effects_page(
        request, convention, form, actions.resume_convention, title, "La convention agit de nouveau.", ""
    )


@page(find=queries.convention_for, refuse=rules.refuse_closing, methods=("GET", "POST"))
def convention_close(request: Request, convention: Convention) -> HttpResponse:
    form = ClosingForm(request.POST or None, initial={"closes_on": request.acteur.on})
    lead = "Après ce jour la convention n'ouvre plus rien. Ses groupes et son histoire restent lisibles."
    title = "Clôturer la convention"
    return _effects_page(
        request, convention, form, actions.close_convention, title, "La convention est clôturée.", lead
    )


def _effects_page(
    request: Request, convention: Convention, form: Form, act: Any, title: str, done: str, lead: str
) -> HttpResponse:
    """The form; then what it would change, computed by the act itself taken back; then the act."""
    breadcrumb = under(convention, ("Vie de la convention", _after(convention)), (title, None))
    if request.method == "POST" and form.is_valid():
        carry_out = lambda: act(by=request.acteur, convention=convention, **form.cleaned_data)  # noqa: E731 -- tried, then done
        if "confirm" in request.POST:
            if attempt(request, form, carry_out):
                messages.success(request, done)
                return redirect(_after(convention))
        else:
            change = preview(convention, request.acteur.on, carry_out)
            if not change.refusal:
                return render_page(
                    request,
                    "conventionnement/effects_page.html",
                    page_title=title,
                    breadcrumb=breadcrumb,
                    said=[(field.label, form.cleaned_data[field.name]) for field in form.visible_fields()],
                    typed=[(field.name, field.value()) for field in form.visible_fields() if field.value()],
                    submit=title,
                    cancel_url=_after(convention),
                    **consequences(change),
                )
            form.add_error(None, change.refusal)
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=breadcrumb,
        submit="Voir les conséquences",
        cancel_url=_after(convention),
        lead=lead,
    )
