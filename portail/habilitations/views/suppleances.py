"""« Suppléances » of a convention: who stands in for whom; name one's own deputy, end it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.conventions.models import Convention
from portail.habilitations import actions, queries, rules
from portail.habilitations.filters import SuppleanceFilter
from portail.habilitations.forms.suppleances import EndSuppleanceForm, SuppleanceForm
from portail.habilitations.models import Suppleance
from portail.habilitations.queries.suppleances import (
    lent_by,
    nameable_for,
    rattachement_of,
    suppleance_for,
    suppleances_for,
)
from portail.habilitations.rules.suppleances import refuse_ending_suppleance, refuse_lending
from portail.habilitations.tables.suppleances import SuppleanceTable
from portail.habilitations.views.common import configured, export_urls, exported, form_page, suggest_url, under
from portail.ui.pages import Request, attempt, page, render_page

TITLE = "Suppléances"


def _list_url(convention: Convention) -> str:
    return reverse("habilitations:suppleance_list", args=[convention.pk])


def _filtered(request: Request, convention: Convention) -> SuppleanceFilter:
    return SuppleanceFilter(request.GET, queryset=suppleances_for(request.acteur, convention))


@page(find=queries.convention_by, refuse=rules.refuse_reading)
def suppleance_list(request: Request, convention: Convention) -> HttpResponse:
    filtered = _filtered(request, convention)
    return render_page(
        request,
        "habilitations/suppleance_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=under(convention, (TITLE, None)),
        convention=convention,
        filter=filtered,
        table=configured(request, SuppleanceTable(filtered.qs, acteur=request.acteur)),
        export_urls=export_urls(request, "habilitations:suppleance_export", convention.pk),
        refusal=refuse_lending(request.acteur, convention),
    )


@page(find=queries.convention_export_for, refuse=rules.refuse_exporting)
def suppleance_export(request: Request, found: tuple[Convention, str]) -> HttpResponse:
    convention, extension = found
    table = SuppleanceTable(_filtered(request, convention).qs, acteur=request.acteur)
    what = "la liste des suppléances"
    return exported(request, table, extension=extension, name="suppleances", what=what, about=[convention])


@page(find=queries.convention_by, refuse=refuse_lending, methods=("GET", "POST"))
def suppleance_create(request: Request, convention: Convention) -> HttpResponse:
    """What it lends is shown before it is confirmed."""
    acteur = request.acteur
    people = nameable_for(acteur, convention)
    form = SuppleanceForm(request.POST or None, people=people, suggest_url=suggest_url(convention))
    if request.method == "POST" and form.is_valid():
        typed, titulaire = form.cleaned_data, rattachement_of(acteur, convention)
        act = lambda: actions.name_suppleant(by=acteur, titulaire=titulaire, **typed)  # noqa: E731
        if "confirm" not in request.POST:
            shown = actions.preview(convention, acteur.on, act)
            if shown.refusal is None:
                return _confirmation(request, form, convention)
            form.add_error(None, shown.refusal)
        elif attempt(request, form, act):
            name = typed["suppleant"].utilisateur.nom_complet
            messages.success(request, f"{name} est votre suppléant : un courriel vous le confirme à tous deux.")
            return redirect(_list_url(convention))
    return form_page(
        request,
        form,
        title="Nommer un suppléant",
        breadcrumb=under(convention, (TITLE, _list_url(convention)), ("Nommer un suppléant", None)),
        convention=convention,
        submit="Voir ce que cela prête",
        cancel_url=_list_url(convention),
        lead="Pendant votre absence, une autre personne de la convention gère à votre place ce que vous gérez, "
        "rien de plus. Chaque acte portera vos deux noms.",
    )


def _confirmation(request: Request, form: SuppleanceForm, convention: Convention) -> HttpResponse:
    return render_page(
        request,
        "habilitations/suppleance_confirm.html",
        page_title="Nommer un suppléant",
        breadcrumb=under(convention, (TITLE, _list_url(convention)), ("Nommer un suppléant", None)),
        convention=convention,
        form=form,
        typed=[(name, request.POST[name]) for name in form.fields if name in request.POST],
        answers=form.answers(lent_by(request.acteur, convention)),
        cancel_url=_list_url(convention),
    )


@page(find=suppleance_for, refuse=refuse_ending_suppleance, methods=("GET", "POST"))
def suppleance_end(request: Request, suppleance: Suppleance) -> HttpResponse:
    convention, form = suppleance.titulaire.convention, EndSuppleanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        motif = form.cleaned_data["motif"]
        if attempt(
            request, form, lambda: actions.end_suppleance(by=request.acteur, suppleance=suppleance, motif=motif)
        ):
            messages.success(request, "La suppléance est terminée : elle n'a plus d'effet dès maintenant.")
            return redirect(_list_url(convention))
    people = f"{suppleance.suppleant.utilisateur.nom_complet} supplée {suppleance.titulaire.utilisateur.nom_complet}"
    return form_page(
        request,
        form,
        title="Mettre fin à une suppléance",
        breadcrumb=under(convention, (TITLE, _list_url(convention)), ("Mettre fin", None)),
        convention=convention,
        submit="Mettre fin tout de suite",
        cancel_url=_list_url(convention),
        lead=f"{people} jusqu'au {suppleance.closes_on:%d/%m/%Y}. La fin prend effet tout de suite : le suppléant "
        "retrouve ses seules fonctions ; ce qu'il a fait reste.",
    )
