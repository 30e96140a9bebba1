"""« Dossiers d'audit »: the proofs of a scope over a period, in one click."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.campagnes import actions, rules
from portail.campagnes.actions.pieces import PIECES
from portail.campagnes.enums import EtatDossier
from portail.campagnes.forms import DossierForm
from portail.campagnes.models import DossierAudit
from portail.campagnes.queries.dossiers import dossier_for, dossiers_for
from portail.campagnes.tables import DossierTable, dossier_url
from portail.campagnes.views.campagnes import download
from portail.habilitations.views.common import configured
from portail.ui.pages import Request, attempt, crumbs, form_status, page, render_page

TITLE = "Dossiers d'audit"


def _list_url() -> str:
    return reverse("campagnes:dossier_list")


@page(refuse=rules.refuse_asking)
def dossier_list(request: Request) -> HttpResponse:
    return render_page(
        request,
        "campagnes/dossier_list.html",
        page_title=TITLE,
        breadcrumb=crumbs((TITLE, None)),
        table=configured(request, DossierTable(dossiers_for(request.acteur))),
    )


@page(refuse=rules.refuse_asking, methods=("GET", "POST"))
def dossier_create(request: Request) -> HttpResponse:
    acteur = request.acteur
    initial = {"since": _a_year_before(acteur.on), "until": acteur.on}
    form = DossierForm(request.POST or None, acteur=acteur, initial=initial)
    asked: list[DossierAudit] = []

    def act() -> None:
        asked.append(actions.ask_dossier(by=acteur, **form.asked))

    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        return redirect(dossier_url(asked[0]))
    return render_page(
        request,
        "campagnes/form.html",
        page_title="Demander un dossier d'audit",
        breadcrumb=crumbs((TITLE, _list_url()), ("Demander un dossier", None)),
        lead="Droits aux deux bouts de la période, changements et leurs auteurs, campagnes, comptes inutilisés, preuve "
        "de l'intégrité du journal : le portail les rassemble en une archive.",
        form=form,
        submit="Rassembler les preuves",
        cancel_url=_list_url(),
        status=form_status(form),
    )


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28))


@page(find=dossier_for, refuse=rules.refuse_reading_dossier)
def dossier_view(request: Request, dossier: DossierAudit) -> HttpResponse:
    """Where the pack stands; while a worker is at it, its progress asks again by itself."""
    is_at_work = dossier.etat == EtatDossier.EN_COURS
    response = render_page(
        request,
        "campagnes/dossier_view.html",
        fragment="progress",
        page_title=f"Dossier d'audit n° {dossier.pk}",
        breadcrumb=crumbs((TITLE, _list_url()), (f"Dossier n° {dossier.pk}", None)),
        dossier=dossier,
        is_at_work=is_at_work,
        poll_url=request.path if is_at_work else "",
        rows=[
            {"label": "Périmètre", "value": dossier.perimetre_in_words},
            {"label": "Période", "value": f"du {dossier.since:%d/%m/%Y} au {dossier.until:%d/%m/%Y}"},
            {"label": "Demandé le", "value": dossier.asked_at},
            *([{"label": "SHA-256 de l'archive", "value": dossier.archive.empreinte}] if dossier.archive else []),
        ],
        pieces=PIECES,
        kept_until=rules.kept_until(dossier),
    )
    if not is_at_work:
        response["HX-Refresh"] = "true"  # what the progress was waiting for is on the whole page
    return response


@page(find=dossier_for, refuse=rules.refuse_downloading)
def dossier_download(request: Request, dossier: DossierAudit) -> HttpResponse:
    archive = actions.read_dossier(by=request.acteur, dossier=dossier)
    return download(archive, f"dossier-audit-{dossier.pk}")
