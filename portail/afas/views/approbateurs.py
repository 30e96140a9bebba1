"""« Approbateurs à valider » and « Changements de profils »: what the Caf answers, and what it is told."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import profils as actions
from portail.afas.filters.profils import ApprobateurFilter, ChangementFilter
from portail.afas.forms.approbateurs import LotApprobateursForm, RefusApprobateurForm
from portail.afas.models import Profil
from portail.afas.queries.changements import changements_for
from portail.afas.queries.profils import (
    approbateur_for,
    approbateur_of,
    approbateurs_for,
    declares_on,
    open_echeances,
    with_him,
)
from portail.afas.rules.profils import (
    refuse_approbateurs,
    refuse_changements,
    refuse_deciding_approbateur,
    refuse_exporting_approbateurs,
    refuse_exporting_changements,
    refuse_validating,
)
from portail.afas.tables.profils import ApprobateurTable, ChangementTable
from portail.afas.views.common import afas_crumbs
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.lots import Line, Lot, Moved, carry_out, rehearse
from portail.habilitations.views.common import configured, export_urls, exported
from portail.habilitations.views.lots import FINGERPRINT, PREFIX, bar, kept, refuse_size, rows_of
from portail.ui.forms import Form
from portail.ui.pages import Request, attempt, form_status, page, render_page
from portail.ui.templatetags.ui import counted

TITLE = "Approbateurs à valider"
_NOUN = "approbateur,approbateurs"


def _list_url() -> str:
    return reverse("afas:approbateur_list")


def _filtered(request: Request) -> ApprobateurFilter:
    return ApprobateurFilter(request.GET, queryset=approbateurs_for(request.acteur), acteur=request.acteur)


@page(refuse=refuse_approbateurs)
def approbateur_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "afas/approbateur_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=afas_crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, ApprobateurTable(filtered.qs)),
        export_urls=export_urls(request, "afas:approbateur_export"),
        lot_url=reverse("afas:approbateur_lot"),
        lot_kept=bar(request),
    )


@page(refuse=refuse_exporting_approbateurs)
def approbateur_export(request: Request, extension: str) -> HttpResponse:
    table = ApprobateurTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="approbateurs", what="la liste des approbateurs")


@page(find=approbateur_for, refuse=refuse_deciding_approbateur, methods=("GET", "POST"))
def approbateur_decide(request: Request, profil: Profil) -> HttpResponse:
    """Who is proposed, in whose place, what validating does; then one of the two answers."""
    acteur, name = request.acteur, profil.rattachement.utilisateur.nom_complet
    accept, refusal = Form(), RefusApprobateurForm()
    if request.POST.get("reponse") == "valider":
        accept = Form(request.POST)
        if attempt(request, accept, lambda: actions.validate_approbateur(by=acteur, profil=profil)):
            messages.success(request, f"{name} est validé : lui et son organisme en sont avertis.")
            return redirect("afas:approbateur_list")
    elif request.method == "POST":
        refusal = RefusApprobateurForm(request.POST)
        act = lambda: actions.refuse_approbateur(by=acteur, profil=profil, **refusal.cleaned_data)  # noqa: E731
        if refusal.is_valid() and attempt(request, refusal, act):
            messages.success(request, f"{name} n'est pas validé : lui et son organisme liront votre motif.")
            return redirect("afas:approbateur_list")
    before = approbateur_of(profil.activite, acteur.on)
    return render_page(
        request,
        "afas/approbateur_decide.html",
        page_title=f"Approbateur proposé : {name}",
        breadcrumb=afas_crumbs((TITLE, _list_url()), (name, None)),
        profil=profil,
        opens_on=max(profil.opens_on, acteur.on),
        before=before.rattachement.utilisateur if before else None,
        is_able=declares_on(profil.rattachement, max(profil.opens_on, acteur.on)),
        refusal=refuse_validating(acteur, profil),
        echeances=open_echeances(profil.activite, acteur.on),
        colleagues=with_him(profil, acteur.on),
        accept=accept,
        refusal_form=refusal,
        status=form_status(refusal if refusal.is_bound else accept),
    )


@page(refuse=refuse_approbateurs, methods=("GET", "POST"))
def approbateur_lot(request: Request) -> HttpResponse:
    """The same answer for all those ticked: seen line by line, then given exactly as it was seen."""
    acteur = request.acteur
    data = request.POST if request.method == "POST" else request.GET
    filtered = ApprobateurFilter(data, queryset=approbateurs_for(acteur), acteur=acteur)
    rows = rows_of(request, filtered.qs)
    is_sent = any(name.startswith(f"{PREFIX}-") for name in request.POST)
    form = LotApprobateursForm(request.POST if is_sent else None, prefix=PREFIX)
    shown: dict[str, Any] = {"lot": None, "warning": ""}
    why = refuse_size(rows)
    if not why and request.method == "POST" and form.is_valid():
        build = partial(_lines, acteur, rows, form)
        try:
            if "confirm" in request.POST:
                lot = carry_out([], acteur.on, build, request.POST.get(FINGERPRINT, ""))
                messages.success(request, _done(lot))
                return redirect("afas:approbateur_list")
            shown["lot"] = rehearse([], acteur.on, build)
        except Moved as moved:
            shown = {"lot": moved.lot, "warning": str(moved)}
    return render_page(
        request,
        "afas/approbateur_lot.html",
        page_title="Répondre à plusieurs propositions",
        breadcrumb=afas_crumbs((TITLE, _list_url()), ("Répondre à plusieurs propositions", None)),
        form=form,
        why=why,
        chosen=counted(len(rows), _NOUN),
        rows=rows,
        kept=kept(request),
        typed=[(name, value) for name, value in request.POST.items() if name.startswith(f"{PREFIX}-")],
        back=_list_url(),
        status=409 if shown["warning"] else form_status(form),
        **shown,
    )


def _lines(acteur: Acteur, rows: list[Profil], form: LotApprobateursForm) -> Iterator[Line]:
    """A line for each approbateur: the act of the single page."""
    motif, is_validated = form.cleaned_data["motif"], form.is_validated
    for profil in rows:
        label = f"{profil.rattachement.utilisateur.nom_complet} – {profil.activite} ({profil.activite.organisme})"
        if is_validated:
            act = partial(actions.validate_approbateur, by=acteur, profil=profil)
            yield Line(str(profil.pk), label, _effect(acteur, profil), act)
        else:
            act = partial(actions.refuse_approbateur, by=acteur, profil=profil, motif=motif)
            yield Line(str(profil.pk), label, "refusé ; qui est en poste le reste", act)


def _effect(acteur: Acteur, profil: Profil) -> str:
    opens_on = max(profil.opens_on, acteur.on)
    before = profil.remplace.rattachement.utilisateur.nom_complet if profil.remplace else ""
    end = f", à la place de {before} qui l'est jusqu'à la veille" if before else ""
    return f"approbateur à partir du {opens_on:%d/%m/%Y}{end}"


def _done(lot: Lot) -> str:
    done = f"C'est fait pour {counted(len(lot.done), _NOUN)}."
    return f"{done} {counted(len(lot.refused), 'ligne refusée,lignes refusées')}." if lot.refused else done


# The feed


def _changements(request: Request) -> ChangementFilter:
    return ChangementFilter(request.GET, queryset=changements_for(request.acteur))


@page(refuse=refuse_changements)
def changement_list(request: Request) -> HttpResponse:
    filtered = _changements(request)
    return render_page(
        request,
        "afas/changement_list.html",
        fragment="list",
        page_title="Changements de profils",
        breadcrumb=afas_crumbs(("Changements de profils", None)),
        filter=filtered,
        table=configured(request, ChangementTable(filtered.qs)),
        export_urls=export_urls(request, "afas:changement_export"),
    )


@page(refuse=refuse_exporting_changements)
def changement_export(request: Request, extension: str) -> HttpResponse:
    table = ChangementTable(_changements(request).qs)
    return exported(
        request, table, extension=extension, name="changements-de-profils", what="les changements de profils"
    )
