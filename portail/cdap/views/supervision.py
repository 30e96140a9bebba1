"""« Supervision métier »: what was consulted, the settings of the watch, who consulted one file."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.cdap.actions import gardes as actions
from portail.cdap.actions import traces
from portail.cdap.definitions.gardes import REGLAGES
from portail.cdap.filters.gardes import SupervisionFilter
from portail.cdap.forms.gardes import ReglageForm, TraceForm
from portail.cdap.queries import reglages as queries
from portail.cdap.queries.reglages import ReglageLu, in_words
from portail.cdap.queries.supervision import TRACED, Supervision
from portail.cdap.rules import gardes as rules
from portail.cdap.tables.gardes import ActiviteTable, ReglageTable, TraceTable
from portail.cdap.views.common import SUPERVISION, confirmation, form_page, supervision_crumbs
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.pages import Request, attempt, export, form_status, page, render_page
from portail.ui.rules import TO_CORRECT, Refused

SETTINGS = "Réglages de la surveillance"
TRACE = "Qui a consulté ce dossier"


def _read(request: Request) -> tuple[SupervisionFilter, Supervision]:
    filtered = SupervisionFilter(request.GET, on=request.acteur.on)
    return filtered, Supervision(request.acteur, *filtered.period, filtered.profil_chosen)


@page(refuse=rules.refuse_supervising)
def supervision_view(request: Request) -> HttpResponse:
    filtered, read = _read(request)
    return render_page(
        request,
        "cdap/supervision_view.html",
        page_title=SUPERVISION,
        breadcrumb=supervision_crumbs(),
        filter=filtered,
        first=read.first,
        last=read.last,
        table=configured(request, ActiviteTable(read.organismes())),
        charts=read.charts(),
        may_trace=rules.refuse_tracing(request.acteur) is None,
        export_urls=export_urls(request, "cdap:supervision_export"),
    )


@page(refuse=rules.refuse_exporting_supervision)
def supervision_export(request: Request, extension: str) -> HttpResponse:
    filtered, read = _read(request)
    if not filtered.is_valid():
        raise Refused(TO_CORRECT)
    table = ActiviteTable(read.organismes())
    return exported(request, table, extension=extension, name="consultations", what="les consultations par organisme")


# Settings


@page(refuse=rules.refuse_supervising)
def reglage_list(request: Request) -> HttpResponse:
    return render_page(
        request,
        "cdap/reglage_list.html",
        page_title=SETTINGS,
        breadcrumb=supervision_crumbs((SETTINGS, None)),
        tables=[
            configured(request, ReglageTable(reglages, caption=theme))
            for theme, reglages in queries.reglages_by_theme(request.acteur).items()
        ],
        export_urls=export_urls(request, "cdap:reglage_export"),
    )


@page(refuse=rules.refuse_exporting_supervision)
def reglage_export(request: Request, extension: str) -> HttpResponse:
    table = ReglageTable(queries.reglages_of(request.acteur))
    return exported(request, table, extension=extension, name="reglages", what="les réglages de la surveillance")


def _under(reglage: ReglageLu, *steps: tuple[str, str | None]) -> list[Any]:
    here = reverse("cdap:reglage_view", args=[reglage.code]) if steps else None
    return supervision_crumbs((SETTINGS, reverse("cdap:reglage_list")), (reglage.libelle, here), *steps)


@page(find=queries.reglage_for, refuse=rules.refuse_reading_reglage)
def reglage_view(request: Request, reglage: ReglageLu) -> HttpResponse:
    rows = queries.reglage_history_of(request.acteur, reglage)
    return render_page(
        request,
        "cdap/reglage_view.html",
        page_title=reglage.libelle,
        breadcrumb=_under(reglage),
        rows=[
            {"label": "Valeur", "value": reglage.valeur_written},
            {"label": "Choisie par", "value": reglage.entered_by or reglage.origine},
            {"label": "Valeur du portail", "value": reglage.portail_written},
        ],
        entries=[
            {
                "at": row.entered_at,
                "title": in_words(reglage.reglage, row.valeur),
                "by": row.entered_by.nom_complet,
                "text": "",
            }
            for row in rows
        ],
        edit_url=reverse("cdap:reglage_edit", args=[reglage.code])
        if rules.refuse_setting(request.acteur) is None
        else "",
    )


@page(find=queries.reglage_for, refuse=rules.refuse_setting, methods=("GET", "POST"))
def reglage_edit(request: Request, reglage: ReglageLu) -> HttpResponse:
    """Typed, read again with whom it touches, then chosen."""
    seen = {"vu": reglage.own.pk if reglage.own else None, "valeur": reglage.valeur}
    form = ReglageForm(request.POST or None, initial=seen, reglage=REGLAGES[reglage.code])
    back = reverse("cdap:reglage_view", args=[reglage.code])
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if "confirm" not in request.POST:
            return _reglage_confirmation(request, form, reglage, back)
        act = lambda: actions.choose_reglage(  # noqa: E731
            by=request.acteur, reglage=reglage, valeur=typed["valeur"], seen=typed["vu"]
        )
        if attempt(request, form, act):
            messages.success(request, "Le réglage est enregistré : il vaut dès maintenant.")
            return redirect(back)
    return form_page(
        request,
        form,
        title=reglage.libelle,
        breadcrumb=_under(reglage, ("Modifier", None)),
        submit="Continuer",
        cancel_url=back,
        lead=f"Valeur d'aujourd'hui : {reglage.valeur_written}.",
    )


def _reglage_confirmation(request: Request, form: Any, reglage: ReglageLu, back: str) -> HttpResponse:
    valeur = form.cleaned_data["valeur"]
    effects = queries.effects_of(request.acteur, reglage, valeur)
    return confirmation(
        request,
        form,
        title=reglage.libelle,
        breadcrumb=_under(reglage, ("Modifier", None)),
        answers=[
            {"label": "Valeur d'aujourd'hui", "value": reglage.valeur_written},
            {"label": "Nouvelle valeur", "value": in_words(reglage.reglage, valeur)},
        ],
        effects=[*effects, "Il vaut dès maintenant ; l'ancienne valeur reste lisible dans l'historique."],
        submit="Enregistrer",
        cancel_url=back,
    )


# The allocataire's own right


@page(refuse=rules.refuse_tracing, methods=("GET", "POST"))
def dossier_trace(request: Request) -> HttpResponse:
    """The number is sent, never in the address; what is read is in the journal before it is shown."""
    form = TraceForm(request.POST or None)
    table = None
    if request.method == "POST" and form.is_valid():
        typed, extension = form.cleaned_data, request.POST.get("extension", "")
        found = traces.trace(by=request.acteur, numero=typed["numero"], motif=typed["motif"], is_export=bool(extension))
        table = TraceTable(found)
        if extension:
            return export(table, extension=extension, name="consultations-du-dossier")
        table.request = request
    return render_page(
        request,
        "cdap/dossier_trace.html",
        page_title=TRACE,
        breadcrumb=supervision_crumbs((TRACE, None)),
        form=form,
        table=table,
        most=TRACED,
        typed=[(name, request.POST[name]) for name in form.fields if name in request.POST] if table else [],
        status=form_status(form),
    )
