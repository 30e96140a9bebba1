"""A sheet filled in from a file or from last year's, and its export."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import saisie as actions
from portail.afas.calculs.nombres import as_typed, in_french
from portail.afas.enums import SourceSaisie
from portail.afas.forms.reprise import CopyForm, ImportForm, LigneImport, lignes_from
from portail.afas.forms.saisie import GroupeForm
from portail.afas.models import Volet
from portail.afas.queries.comparaisons import context_of
from portail.afas.queries.saisie import (
    cases_of,
    champs_of,
    entered_champs,
    full_label,
    groupes_of,
    label_of,
    to_copy,
    volet_export_for,
    volet_for,
)
from portail.afas.rules import saisie as rules
from portail.afas.tables.saisie import VoletTable
from portail.afas.views.saisie import under, volet_url
from portail.habilitations.actions.feuilles import rows_of
from portail.habilitations.views.common import EXPORTS, exported
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, attempt, form_status, page, render_page
from portail.ui.templatetags.ui import counted


def _under(volet: Volet, title: str) -> list[Crumb]:
    return under(volet.declaration, (label_of(volet), volet_url(volet)), (title, None))


@page(find=volet_export_for, refuse=rules.refuse_exporting_volet)
def volet_export(request: Request, found: tuple[Volet, str]) -> HttpResponse:
    """The sheet with last year's beside; also the model of an import."""
    volet, extension = found
    contexte = context_of(volet.declaration)
    rows = [
        {
            "code": case.champ.code,
            "label": full_label(case.champ),
            "value": as_typed(case.champ, case.shown),
            "unite": case.champ.unite,
            "n1": as_typed(case.champ, case.n1),
            "precedent": as_typed(case.champ, case.precedent),
            "groupe": groupe.libelle,
        }
        for groupe in groupes_of(volet)
        for case in cases_of(volet, contexte, groupe.champs)
    ]
    what = f"« {label_of(volet)} » de la déclaration {volet.declaration}"
    return exported(
        request, VoletTable(rows), extension=extension, name=f"volet-{volet.pk}", what=what, about=[volet.declaration]
    )


# From a file


@page(find=volet_for, refuse=rules.refuse_typing, methods=("GET", "POST"))
def volet_import(request: Request, volet: Volet) -> HttpResponse:
    """The file, then what it would change field by field; nothing is saved yet."""
    form = ImportForm(request.POST or None, request.FILES or None)
    lines: list[LigneImport] = []
    act = lambda: lines.extend(_lines(volet, form.cleaned_data["fichier"].read()))  # noqa: E731
    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        return _rehearsal(request, volet, lines)
    return render_page(
        request,
        "afas/volet_import.html",
        page_title="Importer un fichier",
        breadcrumb=_under(volet, "Importer un fichier"),
        volet=volet,
        form=form,
        templates=[(label, reverse("afas:volet_export", args=[volet.pk, extension])) for label, extension in EXPORTS],
        cancel_url=volet_url(volet),
        status=form_status(form),
    )


def _lines(volet: Volet, content: bytes) -> list[LigneImport]:
    return lignes_from(rows_of(content), champs_of(volet), volet.valeurs)


def _rehearsal(request: Request, volet: Volet, lines: list[LigneImport]) -> HttpResponse:
    return render_page(
        request,
        "afas/volet_rehearsal.html",
        page_title="Vérifier l'import",
        breadcrumb=_under(volet, "Vérifier l'import"),
        volet=volet,
        changes=[line for line in lines if line.changes],
        refused=[line for line in lines if line.refusal],
        unchanged=sum(1 for line in lines if not line.changes and not line.refusal),
        typed=[
            pair
            for line in lines
            if line.changes
            for pair in ((line.code, line.kept), (f"vu-{line.code}", volet.valeurs.get(line.code, "")))
        ],
        cancel_url=reverse("afas:volet_import", args=[volet.pk]),
    )


@page(find=volet_for, refuse=rules.refuse_typing, methods=("POST",))
def volet_import_apply(request: Request, volet: Volet) -> HttpResponse:
    """Exactly what the rehearsal showed, or nothing."""
    form = GroupeForm(entered_champs(volet).values(), volet.valeurs, request.POST)
    problem = Form(request.POST)
    form.is_valid()
    frappes = {code: (frappe.seen, frappe.value) for code, frappe in form.frappes.items()}
    saved: list[Any] = []
    act = lambda: saved.append(  # noqa: E731
        actions.fill(by=request.acteur, volet=volet, frappes=frappes, source=SourceSaisie.IMPORT)
    )
    if not attempt(request, problem, act):
        for sentence in problem.non_field_errors():
            messages.error(request, str(sentence))
        return redirect("afas:volet_import", pk=volet.pk)
    told = counted(len(saved[0].changes), "champ rempli,champs remplis")
    messages.success(request, f"Le fichier est importé : {told}.")
    return redirect(volet_url(volet))


# From last year


@page(find=volet_for, refuse=rules.refuse_typing, methods=("GET", "POST"))
def volet_copy(request: Request, volet: Volet) -> HttpResponse:
    """Which groups to take from last year's réel; only empty fields are filled in."""
    contexte = context_of(volet.declaration)
    found, champs = to_copy(volet, contexte), champs_of(volet)
    form = CopyForm([(groupe.code, _copied_label(groupe.libelle, len(v))) for groupe, v in found], request.POST or None)
    saved: list[Any] = []
    act = lambda: saved.append(  # noqa: E731
        actions.copy(by=request.acteur, volet=volet, groupes=form.cleaned_data["groupes"])
    )
    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        told = counted(len(saved[0].changes), "champ repris,champs repris")
        messages.success(request, f"{told} de l'année précédente : vérifiez chaque valeur, elles sont signalées.")
        return redirect(volet_url(volet))
    return render_page(
        request,
        "afas/volet_copy.html",
        page_title="Reprendre l'année précédente",
        breadcrumb=_under(volet, "Reprendre l'année précédente"),
        volet=volet,
        form=form,
        year=contexte.n1.libelle if contexte.n1 else "",
        groupes=[
            (groupe.libelle, [(full_label(champs[code]), in_french(champs[code], v)) for code, v in values.items()])
            for groupe, values in found
        ],
        cancel_url=volet_url(volet),
        status=form_status(form),
    )


def _copied_label(libelle: str, fields: int) -> str:
    return f"{libelle} ({counted(fields, 'champ vide,champs vides')})"
