"""« Types d'organismes »: consult, add, edit, close."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from portail.conventionnement import actions, queries, rules
from portail.conventionnement.forms import MotifForm, TypeForm
from portail.conventionnement.tables import TypeTable
from portail.conventionnement.views.common import form_page, organismes_crumbs
from portail.conventions.models import TypeOrganisme
from portail.habilitations.views.common import configured
from portail.ui.pages import Crumb, Request, attempt, page, render_page

LIST = "conventionnement:type_list"


def _crumbs(title: str) -> list[Crumb]:
    return organismes_crumbs(("Types d'organismes", "/organismes/types/"), (title, None))


@page(refuse=rules.refuse_consulting)
def type_list(request: Request) -> HttpResponse:
    refusal = rules.refuse_managing(request.acteur)
    return render_page(
        request,
        "conventionnement/type_list.html",
        page_title="Types d'organismes",
        breadcrumb=organismes_crumbs(("Types d'organismes", None)),
        table=configured(request, TypeTable(queries.types_for(request.acteur), may_manage=refusal is None)),
        refusal=refusal,
    )


@page(refuse=rules.refuse_managing, methods=("GET", "POST"))
def type_create(request: Request) -> HttpResponse:
    form = TypeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        fiche = actions.FicheType(typed["code"], typed["libelle"], typed["prefixe"], typed["usual"])
        if attempt(request, form, lambda: actions.open_type(by=request.acteur, fiche=fiche)):
            messages.success(request, f"Le type « {fiche.libelle} » est ajouté.")
            return redirect(LIST)
    title = "Ajouter un type d'organisme"
    return form_page(
        request, form, title=title, breadcrumb=_crumbs(title), submit="Ajouter", cancel_url="/organismes/types/"
    )


@page(find=queries.type_for, refuse=rules.refuse_managing_type, methods=("GET", "POST"))
def type_edit(request: Request, type_: TypeOrganisme) -> HttpResponse:
    form = TypeForm(request.POST or None, type_=type_, initial={"libelle": type_.libelle, "usual": type_.roles})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if attempt(
            request,
            form,
            lambda: actions.edit_type(by=request.acteur, type_=type_, libelle=typed["libelle"], usual=typed["usual"]),
        ):
            messages.success(request, f"Le type « {typed['libelle']} » est modifié.")
            return redirect(LIST)
    title = f"Modifier le type « {type_.libelle} »"
    return form_page(
        request, form, title=title, breadcrumb=_crumbs(title), submit="Enregistrer", cancel_url="/organismes/types/"
    )


@page(find=queries.type_for, refuse=rules.refuse_managing_type, methods=("GET", "POST"))
def type_close(request: Request, type_: TypeOrganisme) -> HttpResponse:
    form = MotifForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        motif = form.cleaned_data["motif"]
        if attempt(request, form, lambda: actions.close_type(by=request.acteur, type_=type_, motif=motif)):
            messages.success(request, f"Le type « {type_.libelle} » est fermé.")
            return redirect(LIST)
    title = f"Fermer le type « {type_.libelle} »"
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=_crumbs(title),
        submit="Fermer",
        cancel_url="/organismes/types/",
        lead="Aucun nouvel organisme ne pourra être de ce type ; ceux qui le sont le restent.",
    )
