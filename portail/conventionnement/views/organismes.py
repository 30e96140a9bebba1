"""« Organismes partenaires »: search, record, view with history, edit, close."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from portail.conventionnement import actions, queries, rules
from portail.conventionnement.filters import OrganismeFilter
from portail.conventionnement.forms import ClosingForm, OrganismeForm
from portail.conventionnement.tables import OrganismeTable, organisme_url
from portail.conventionnement.views.common import convention_url, form_page, organismes_crumbs
from portail.conventions.actions.conventions import FicheOrganisme
from portail.conventions.models import Organisme
from portail.habilitations.tables import etat_in_words
from portail.habilitations.views.common import configured, export_urls, exported, history
from portail.ui.pages import Request, attempt, page, render_page

LIST = "conventionnement:organisme_list"


@page(refuse=rules.refuse_consulting)
def organisme_list(request: Request) -> HttpResponse:
    filtered = OrganismeFilter(request.GET, queryset=queries.organismes_for(request.acteur))
    return render_page(
        request,
        "conventionnement/organisme_list.html",
        fragment="list",
        page_title="Organismes partenaires",
        breadcrumb=organismes_crumbs()[:-1] + organismes_crumbs(("Organismes partenaires", None))[2:],
        filter=filtered,
        table=configured(request, OrganismeTable(filtered.qs)),
        export_urls=export_urls(request, "conventionnement:organisme_export"),
        refusal=rules.refuse_managing(request.acteur),
    )


@page(find=queries.organisme_export_for, refuse=rules.refuse_consulting)
def organisme_export(request: Request, extension: str) -> HttpResponse:
    filtered = OrganismeFilter(request.GET, queryset=queries.organismes_for(request.acteur))
    table = OrganismeTable(filtered.qs)
    return exported(request, table, extension=extension, name="organismes", what="la liste des organismes")


def _fiche(typed: dict[str, Any]) -> FicheOrganisme:
    names = ("siret", "raison_sociale", "type", "adresse", "code_postal", "commune")
    return FicheOrganisme(**{name: typed[name] for name in names})


@page(refuse=rules.refuse_managing, methods=("GET", "POST"))
def organisme_create(request: Request) -> HttpResponse:
    """Organisations that may be the same one are shown before anything is saved."""
    form = OrganismeForm(request.POST or None)
    similar: list[Organisme] = []
    if request.method == "POST" and form.is_valid():
        fiche = _fiche(form.cleaned_data)
        if "confirm" not in request.POST:
            similar = queries.similar_organismes(siret=fiche.siret, raison_sociale=fiche.raison_sociale)
        created: list[Organisme] = []
        if not similar and attempt(
            request, form, lambda: created.append(actions.open_organisme(by=request.acteur, fiche=fiche))
        ):
            messages.success(request, f"{fiche.raison_sociale} est enregistré : vous pouvez formaliser une convention.")
            return redirect(organisme_url(created[0]))
    return form_page(
        request,
        form,
        title="Enregistrer un organisme partenaire",
        breadcrumb=organismes_crumbs(("Enregistrer", None)),
        submit="Enregistrer quand même" if similar else "Enregistrer",
        cancel_url="/organismes/",
        similar=similar,
        holder=form.holder,
    )


@page(find=queries.organisme_for, refuse=rules.refuse_consulting)
def organisme_view(request: Request, organisme: Organisme) -> HttpResponse:
    acteur = request.acteur
    conventions = queries.conventions_of(organisme, acteur)
    return render_page(
        request,
        "conventionnement/organisme_view.html",
        page_title=organisme.raison_sociale,
        breadcrumb=organismes_crumbs((organisme.raison_sociale, None)),
        organisme=organisme,
        conventions=[(convention, convention_url(convention), etat_in_words(convention)) for convention in conventions],
        refusal=rules.refuse_formalising(acteur, organisme),
        editing_refusal=rules.refuse_managing_organisme(acteur, organisme),
        closing_refusal=rules.refuse_closing_organisme(acteur, organisme),
        **history(request, queries.acts_of(organisme, acteur)),
    )


@page(find=queries.organisme_for, refuse=rules.refuse_managing_organisme, methods=("GET", "POST"))
def organisme_edit(request: Request, organisme: Organisme) -> HttpResponse:
    names = ("siret", "raison_sociale", "type", "adresse", "code_postal", "commune", "edition")
    known = {name: getattr(organisme, name) for name in names}
    form = OrganismeForm(request.POST or None, organisme=organisme, initial=known)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if attempt(
            request,
            form,
            lambda: actions.edit_organisme(
                by=request.acteur, organisme=organisme, fiche=_fiche(typed), edition=typed["edition"] or 0
            ),
        ):
            messages.success(request, "Les modifications sont enregistrées.")
            return redirect(organisme_url(organisme))
    return form_page(
        request,
        form,
        title=f"Modifier {organisme.raison_sociale}",
        breadcrumb=organismes_crumbs((organisme.raison_sociale, organisme_url(organisme)), ("Modifier", None)),
        submit="Enregistrer",
        cancel_url=organisme_url(organisme),
        holder=form.holder,
    )


@page(find=queries.organisme_for, refuse=rules.refuse_closing_organisme, methods=("GET", "POST"))
def organisme_close(request: Request, organisme: Organisme) -> HttpResponse:
    form = ClosingForm(request.POST or None, initial={"closes_on": request.acteur.on})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if attempt(
            request,
            form,
            lambda: actions.close_organisme(
                by=request.acteur, organisme=organisme, closes_on=typed["closes_on"], motif=typed["motif"]
            ),
        ):
            messages.success(request, f"{organisme.raison_sociale} est fermé.")
            return redirect(organisme_url(organisme))
    return form_page(
        request,
        form,
        title=f"Fermer {organisme.raison_sociale}",
        breadcrumb=organismes_crumbs((organisme.raison_sociale, organisme_url(organisme)), ("Fermer", None)),
        submit="Fermer l'organisme",
        cancel_url=organisme_url(organisme),
        lead="Aucune convention ne pourra plus être formalisée avec lui. Son histoire reste lisible.",
    )
