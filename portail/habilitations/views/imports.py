"""« Importer des utilisateurs »: the file, its rehearsal, its confirmation, its result, its undoing."""

import hashlib
from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.conventions.models import Convention
from portail.habilitations import queries, rules
from portail.habilitations.actions import imports
from portail.habilitations.actions.feuilles import rows_of
from portail.habilitations.enums import AT_WORK, EtatImport, Verdict
from portail.habilitations.filters import LigneImportFilter
from portail.habilitations.forms.imports import COLUMNS, EXAMPLE, ImportForm, lines_from
from portail.habilitations.models import ImportUtilisateurs
from portail.habilitations.queries.imports import import_export_for, import_for, imports_of, verdicts_of
from portail.habilitations.tables.imports import (
    ImportTable,
    LigneImportTable,
    ModeleImportTable,
    ResultatImportTable,
    import_url,
)
from portail.habilitations.views.common import configured, export_urls, exported, under
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, attempt, export, form_status, page, render_page

_WORDS = {
    EtatImport.REPETITION: "Vérification des lignes",
    EtatImport.APPLICATION: "Application de l'import",
    EtatImport.ANNULATION: "Annulation de l'import",
}


def _list_url(convention: Convention) -> str:
    return reverse("habilitations:import_list", args=[convention.pk])


def _to_import(convention: Convention, *steps: tuple[str, str | None]) -> list[Crumb]:
    people = ("Utilisateurs", reverse("habilitations:utilisateur_list", args=[convention.pk]))
    return under(convention, people, ("Imports", _list_url(convention) if steps else None), *steps)


@page(find=queries.convention_by, refuse=rules.refuse_history)
def import_list(request: Request, convention: Convention) -> HttpResponse:
    return render_page(
        request,
        "habilitations/import_list.html",
        page_title="Imports d'utilisateurs",
        breadcrumb=_to_import(convention),
        convention=convention,
        table=configured(request, ImportTable(imports_of(convention))),
        refusal=rules.refuse_importing(request.acteur, convention),
    )


@page(find=queries.convention_by, refuse=rules.refuse_importing, methods=("GET", "POST"))
def import_create(request: Request, convention: Convention) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    started: list[ImportUtilisateurs] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["fichier"]
        if attempt(request, form, lambda: started.append(_start(request, convention, given))):
            return redirect(import_url(started[0]))
    return render_page(
        request,
        "habilitations/import_create.html",
        page_title="Importer des utilisateurs",
        breadcrumb=_to_import(convention, ("Importer des utilisateurs", None)),
        convention=convention,
        form=form,
        columns=list(COLUMNS.values()),
        templates=[(label, url) for label, url in export_urls(request, "habilitations:import_template", convention.pk)],
        cancel_url=_list_url(convention),
        status=form_status(form),
    )


def _start(request: Request, convention: Convention, given: Any) -> ImportUtilisateurs:
    content = given.read()
    lines = lines_from(rows_of(content))
    return imports.start_import(
        by=request.acteur,
        convention=convention,
        file_name=given.name,
        digest=hashlib.sha256(content).hexdigest(),
        lines=lines,
    )


@page(find=queries.convention_export_for, refuse=rules.refuse_template)
def import_template(request: Request, found: tuple[Convention, str]) -> HttpResponse:
    columns = [(name, tables.Column(label, default="")) for name, label in COLUMNS.items()]
    return export(
        ModeleImportTable([EXAMPLE], extra_columns=columns), extension=found[1], name="modele-import-utilisateurs"
    )


@page(find=import_for, refuse=rules.refuse_reading_import)
def import_view(request: Request, work: ImportUtilisateurs) -> HttpResponse:
    """Where the import stands; while a worker is at it, its progress asks again by itself."""
    is_at_work = work.etat in AT_WORK
    filtered = LigneImportFilter(request.GET, queryset=work.lignes.order_by("rang"))
    refusal = rules.refuse_deciding_import(request.acteur, work)
    response = render_page(
        request,
        "habilitations/import_view.html",
        fragment="progress",
        page_title=f"Import de « {work.file_name} »",
        breadcrumb=_to_import(work.convention, (work.file_name, None)),
        convention=work.convention,
        work=work,
        is_at_work=is_at_work,
        words=_WORDS.get(EtatImport(work.etat), ""),
        poll_url=request.path if is_at_work else "",
        counts=_counts(work, is_at_work=is_at_work),
        filter=filtered,
        table=configured(request, LigneImportTable(filtered.qs)),
        export_urls=export_urls(request, "habilitations:import_export", work.convention_id, work.pk),
        refusal=refusal,
        may_confirm=not refusal and work.etat == EtatImport.A_CONFIRMER,
        may_undo=not refusal and rules.refuse_undoing(work) is None,
    )
    if not is_at_work:
        response["HX-Refresh"] = "true"  # what the progress was waiting for is on the whole page
    return response


def _counts(work: ImportUtilisateurs, *, is_at_work: bool) -> list[dict[str, Any]]:
    """How many lines of each verdict, leading to them."""
    found = {} if is_at_work else verdicts_of(work)
    return [
        {"label": label, "value": value, "count": found[value], "url": f"?verdict={value}"}
        for value, label in Verdict.choices
        if found.get(value)
    ]


@page(find=import_export_for, refuse=rules.refuse_exporting_import)
def import_export(request: Request, found: tuple[ImportUtilisateurs, str]) -> HttpResponse:
    work, extension = found
    lines = LigneImportFilter(request.GET, queryset=work.lignes.order_by("rang")).qs
    table = ResultatImportTable(lines)
    what = f"le résultat de l'import « {work.file_name} »"
    return exported(request, table, extension=extension, name="resultat-import", what=what, about=[work.convention])


@page(find=import_for, refuse=rules.refuse_deciding_import, methods=("POST",))
def import_confirm(request: Request, work: ImportUtilisateurs) -> HttpResponse:
    edition = request.POST.get("edition", "")
    imports.confirm_import(by=request.acteur, work=work, edition=int(edition) if edition.isdecimal() else 0)
    return redirect(import_url(work))


@page(find=import_for, refuse=rules.refuse_deciding_import, methods=("POST",))
def import_drop(request: Request, work: ImportUtilisateurs) -> HttpResponse:
    imports.drop_import(by=request.acteur, work=work)
    messages.success(request, "L'import est abandonné : rien n'a été enregistré.")
    return redirect(_list_url(work.convention))


@page(find=import_for, refuse=rules.refuse_deciding_import, methods=("GET", "POST"))
def import_undo(request: Request, work: ImportUtilisateurs) -> HttpResponse:
    """What undoing does is told first."""
    form = Form(request.POST or None)
    if request.method == "POST" and attempt(request, form, lambda: imports.undo_import(by=request.acteur, work=work)):
        return redirect(import_url(work))
    refusals = form.non_field_errors() if form.is_bound else []
    return render_page(
        request,
        "habilitations/import_undo.html",
        page_title="Annuler l'import",
        breadcrumb=_to_import(work.convention, (work.file_name, import_url(work)), ("Annuler l'import", None)),
        convention=work.convention,
        work=work,
        refusal=next(iter(refusals), None) or rules.refuse_undoing(work),
        cancel_url=import_url(work),
        status=409 if refusals else 200,
    )
