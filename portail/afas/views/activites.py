"""« Activités »: what the Caf finances, its lieux d'implantation, its history; opened, edited, closed, imported."""

from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import activites as actions
from portail.afas.actions import imports
from portail.afas.filters.activites import ActiviteFilter
from portail.afas.forms.activites import (
    ClotureForm,
    EditActiviteForm,
    EditLieuForm,
    ImportForm,
    LieuForm,
    NewActiviteForm,
)
from portail.afas.models import Activite, ImportActivites, LieuImplantation, Profil
from portail.afas.queries.activites import (
    activite_for,
    activites_for,
    history_of,
    import_for,
    lieu_for,
    organismes_like,
)
from portail.afas.queries.attributions import Recherche, blocs_of
from portail.afas.rules.activites import (
    refuse_activites,
    refuse_applying_import,
    refuse_exporting_activites,
    refuse_keeping_activite,
    refuse_keeping_activites,
    refuse_keeping_lieu,
    refuse_reading_activite,
    refuse_reading_import,
    refuse_template,
)
from portail.afas.tables.activites import ActiviteTable, LigneTable, ModeleTable
from portail.afas.views.common import afas_crumbs
from portail.habilitations.actions.feuilles import rows_of
from portail.habilitations.views.common import configured, export_urls, exported, history
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, attempt, export, form_status, page, render_page

TITLE = "Activités"


def _url(name: str, pk: int) -> str:
    return reverse(f"afas:{name}", args=[pk])


def _to_activite(request: Request, activite: Activite, *steps: tuple[str, str | None]) -> list[Crumb]:
    here = (activite.libelle, _url("activite_view", activite.pk) if steps else None)
    if request.acteur.caf is None:
        return afas_crumbs(here, *steps)
    return afas_crumbs((TITLE, reverse("afas:activite_list")), here, *steps)


def _to_list(request: Request, *steps: tuple[str, str | None]) -> list[Crumb]:
    return afas_crumbs((TITLE, reverse("afas:activite_list")), *steps)


def _form_page(
    request: Request, form: Form, title: str, breadcrumb: list[Crumb], *, submit: str, cancel: str, lead: str = ""
) -> HttpResponse:
    return render_page(
        request,
        "afas/suggest_form.html",
        page_title=title,
        breadcrumb=breadcrumb,
        form=form,
        lead=lead,
        submit=submit,
        cancel_url=cancel,
        status=form_status(form),
    )


def _table(request: Request) -> tuple[ActiviteFilter, ActiviteTable]:
    filtered = ActiviteFilter(request.GET, queryset=activites_for(request.acteur))
    return filtered, ActiviteTable(filtered.qs, acteur=request.acteur)


@page(refuse=refuse_activites)
def activite_list(request: Request) -> HttpResponse:
    filtered, table = _table(request)
    return render_page(
        request,
        "afas/activite_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=afas_crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, table),
        export_urls=export_urls(request, "afas:activite_export"),
        refusal=refuse_keeping_activites(request.acteur),
    )


@page(refuse=refuse_exporting_activites)
def activite_export(request: Request, extension: str) -> HttpResponse:
    _, table = _table(request)
    return exported(request, table, extension=extension, name="activites", what="la liste des activités")


@page(refuse=refuse_keeping_activites)
def organisme_suggest(request: Request) -> HttpResponse:
    """The organismes of the Caf whose name or SIRET holds what is being typed."""
    typed = str(next(iter(request.GET.values()), "")).strip()
    return render_page(request, "afas/organisme_suggest.html", organismes=organismes_like(request.acteur.caf, typed))


@page(refuse=refuse_keeping_activites, methods=("GET", "POST"))
def activite_create(request: Request) -> HttpResponse:
    form = NewActiviteForm(request.POST or None, caf=request.acteur.caf, suggest_url=reverse("afas:organisme_suggest"))
    opened: list[Activite] = []
    if request.method == "POST" and form.is_valid():
        act = lambda: actions.open_activite(  # noqa: E731
            by=request.acteur, organisme=form.cleaned_data["organisme"], fiche=form.fiche
        )
        if attempt(request, form, lambda: opened.append(act())):
            messages.success(request, f"« {opened[0]} » est créée : ajoutez ses lieux d'implantation, si elle en a.")
            return redirect("afas:activite_view", pk=opened[0].pk)
    return _form_page(
        request,
        form,
        "Créer une activité",
        _to_list(request, ("Créer une activité", None)),
        submit="Créer l'activité",
        cancel=reverse("afas:activite_list"),
    )


@page(find=activite_for, refuse=refuse_reading_activite)
def activite_view(request: Request, activite: Activite) -> HttpResponse:
    """What it is, where it stands, who does what for it, what was done about it."""
    acteur = request.acteur
    blocs = blocs_of([activite], Recherche(acteur.on, frozenset({"actif", "inactif", "non_attribue"})))
    return render_page(
        request,
        "afas/activite_view.html",
        page_title=activite.libelle,
        breadcrumb=_to_activite(request, activite),
        activite=activite,
        lieux=list(activite.lieux.order_by("libelle", "pk")),
        lines=[line for bloc in blocs for line in bloc.lines],
        refusal=refuse_keeping_activite(acteur, activite),
        on=acteur.on,
        **history(request, history_of(activite)),
    )


@page(find=activite_for, refuse=refuse_keeping_activite, methods=("GET", "POST"))
def activite_edit(request: Request, activite: Activite) -> HttpResponse:
    names = ("libelle", "numero_dossier", "capacite", "opens_on", "edition")
    initial = {name: getattr(activite, name) for name in names} | {"genre": f"{activite.type}.{activite.nature}"}
    form = EditActiviteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        edition = form.cleaned_data["edition"]
        act = lambda: actions.edit_activite(  # noqa: E731
            by=request.acteur, activite=activite, fiche=form.fiche, edition=edition
        )
        if attempt(request, form, act):
            messages.success(request, "Les modifications sont enregistrées.")
            return redirect("afas:activite_view", pk=activite.pk)
    return _form_page(
        request,
        form,
        f"Modifier {activite}",
        _to_activite(request, activite, ("Modifier", None)),
        submit="Enregistrer",
        cancel=_url("activite_view", activite.pk),
    )


@page(find=activite_for, refuse=refuse_keeping_activite, methods=("GET", "POST"))
def activite_close(request: Request, activite: Activite) -> HttpResponse:
    """Who loses his role with it is said first."""
    return _close_page(
        request,
        activite,
        title=f"Clôturer {activite}",
        profils=activite.profils.all(),
        act=lambda form: actions.close_activite(by=request.acteur, activite=activite, **form.cleaned_data),
        done=f"« {activite} » est clôturée ; ses lieux et ses rôles prennent fin avec elle.",
        lead="Ses lieux d'implantation et les rôles donnés sur elle prennent fin avec elle. Ce qui est déclaré reste.",
    )


def _close_page(
    request: Request, activite: Activite, *, title: str, profils: Any, act: Any, done: str, lead: str
) -> HttpResponse:
    """The day and the reason, then who loses what, then the act."""
    form = ClotureForm(request.POST or None)
    breadcrumb, cancel = _to_activite(request, activite, ("Clôturer", None)), _url("activite_view", activite.pk)
    if request.method == "POST" and form.is_valid():
        if "confirm" not in request.POST:
            return render_page(
                request,
                "afas/activite_close.html",
                page_title=title,
                breadcrumb=breadcrumb,
                answers=form.answers,
                losses=_losses(profils, form.cleaned_data["closes_on"]),
                gains=[],
                typed=[(name, request.POST[name]) for name in form.fields if name in request.POST],
                cancel_url=cancel,
            )
        if attempt(request, form, lambda: act(form)):
            messages.success(request, done)
            return redirect(cancel)
    return _form_page(request, form, title, breadcrumb, submit="Continuer", cancel=cancel, lead=lead)


def _losses(profils: Any, closes_on: Any) -> list[dict[str, Any]]:
    rows = profils.standing(closes_on).select_related("rattachement__utilisateur", "lieu").order_by("role", "pk")
    losing: list[Profil] = [profil for profil in rows if profil.closes_on is None or profil.closes_on > closes_on]
    return [
        {
            "person": profil.rattachement.utilisateur.nom_complet,
            "role": profil.get_role_display() + (f" ({profil.lieu})" if profil.lieu else ""),
            "detail": f"dernier jour le {closes_on:%d/%m/%Y}",
        }
        for profil in losing
    ]


# Lieux d'implantation


@page(find=activite_for, refuse=refuse_keeping_activite, methods=("GET", "POST"))
def lieu_create(request: Request, activite: Activite) -> HttpResponse:
    form = LieuForm(request.POST or None, initial={"opens_on": max(request.acteur.on, activite.opens_on)})
    act = lambda: actions.open_lieu(by=request.acteur, activite=activite, fiche=form.fiche)  # noqa: E731
    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        messages.success(request, f"Le lieu « {form.cleaned_data['libelle']} » est ajouté.")
        return redirect("afas:activite_view", pk=activite.pk)
    return _form_page(
        request,
        form,
        f"Ajouter un lieu d'implantation à {activite}",
        _to_activite(request, activite, ("Ajouter un lieu", None)),
        submit="Ajouter le lieu",
        cancel=_url("activite_view", activite.pk),
    )


@page(find=lieu_for, refuse=refuse_keeping_lieu, methods=("GET", "POST"))
def lieu_edit(request: Request, lieu: LieuImplantation) -> HttpResponse:
    activite = lieu.activite
    names = ("libelle", "adresse", "code_postal", "commune", "capacite", "opens_on")
    initial = {name: getattr(lieu, name) for name in names} | {"edition": activite.edition}
    form = EditLieuForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        edition = form.cleaned_data["edition"]
        act = lambda: actions.edit_lieu(by=request.acteur, lieu=lieu, fiche=form.fiche, edition=edition)  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, "Les modifications sont enregistrées.")
            return redirect("afas:activite_view", pk=activite.pk)
    return _form_page(
        request,
        form,
        f"Modifier le lieu {lieu}",
        _to_activite(request, activite, ("Modifier un lieu", None)),
        submit="Enregistrer",
        cancel=_url("activite_view", activite.pk),
    )


@page(find=lieu_for, refuse=refuse_keeping_lieu, methods=("GET", "POST"))
def lieu_close(request: Request, lieu: LieuImplantation) -> HttpResponse:
    return _close_page(
        request,
        lieu.activite,
        title=f"Clôturer le lieu {lieu}",
        profils=lieu.profils.all(),
        act=lambda form: actions.close_lieu(by=request.acteur, lieu=lieu, **form.cleaned_data),
        done=f"Le lieu « {lieu} » est clôturé ; les rôles donnés sur lui prennent fin.",
        lead="Les rôles donnés sur ce lieu prennent fin avec lui ; ceux donnés sur l'activité continuent.",
    )


# Imports


@page(refuse=refuse_keeping_activites, methods=("GET", "POST"))
def import_create(request: Request) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    started: list[ImportActivites] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["fichier"]
        act = lambda: imports.start_import(  # noqa: E731
            by=request.acteur, file_name=given.name, lignes=imports.lignes_from(rows_of(given.read()))
        )
        if attempt(request, form, lambda: started.append(act())):
            return redirect("afas:import_view", pk=started[0].pk)
    return render_page(
        request,
        "afas/import_create.html",
        page_title="Importer des activités",
        breadcrumb=_to_list(request, ("Importer des activités", None)),
        form=form,
        columns=list(imports.COLUMNS.values()),
        templates=export_urls(request, "afas:import_template"),
        longest=imports.LONGEST,
        cancel_url=reverse("afas:activite_list"),
        status=form_status(form),
    )


@page(refuse=refuse_template)
def import_template(request: Request, extension: str) -> HttpResponse:
    columns = [(name, tables.Column(label, default="")) for name, label in imports.COLUMNS.items()]
    return export(
        ModeleTable([imports.EXAMPLE], extra_columns=columns), extension=extension, name="modele-import-activites"
    )


@page(find=import_for, refuse=refuse_reading_import, methods=("GET", "POST"))
def import_view(request: Request, work: ImportActivites) -> HttpResponse:
    """What each line would do; sent back with what was seen, it is done."""
    form = Form(request.POST or None)
    if request.method == "POST":
        expected = request.POST.get("empreinte", "")
        if attempt(request, form, lambda: imports.apply_import(by=request.acteur, work=work, expected=expected)):
            messages.success(request, "L'import est appliqué.")
            return redirect("afas:import_view", pk=work.pk)
    lignes = imports.judged(work, request.acteur)
    return render_page(
        request,
        "afas/import_view.html",
        page_title=f"Import de « {work.file_name} »",
        breadcrumb=_to_list(request, ("Importer des activités", reverse("afas:import_create")), (work.file_name, None)),
        work=work,
        form=form,
        table=configured(request, LigneTable(lignes)),
        tally=imports.tally(lignes),
        changes=any(ligne.verdict in (imports.CREE, imports.MODIFIE) for ligne in lignes),
        fingerprint=imports.fingerprint(lignes),
        refusal=refuse_applying_import(request.acteur, work),
        cancel_url=reverse("afas:activite_list"),
        status=409 if form.errors else 200,
    )
