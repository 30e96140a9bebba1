"""« Qui a accès à quoi, quel jour, et pourquoi ? » across conventions, in valid and in recorded time."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from portail.conventions.models import Rattachement
from portail.habilitations.views.common import configured, export_urls, exported
from portail.supervision import rules
from portail.supervision.filters import ExplanationFilter, HabilitationFilter
from portail.supervision.queries import connu
from portail.supervision.queries.habilitations import (
    COUNTED,
    NEVER,
    Search,
    in_words,
    lines_for,
    rattachement_for,
)
from portail.supervision.tables import HabilitationTable, SansEffetTable
from portail.ui.pages import Request, crumbs, page, render_page
from portail.ui.rules import TO_CORRECT, Refused
from portail.ui.templatetags.ui import elided

TITLE = "Suivi des habilitations"


def _table(request: Request, asked: Search, *, limit: int = COUNTED) -> HabilitationTable:
    with connu.known_at(asked.connu_le):
        lines = lines_for(request.acteur, asked, limit=limit, order=request.GET.get("sort", ""))
    return (SansEffetTable if asked.etat == NEVER else HabilitationTable)(lines, asked=asked, limit=limit)


@page(refuse=rules.refuse_following)
def habilitation_list(request: Request) -> HttpResponse:
    filtered = HabilitationFilter(request.GET)
    asked = filtered.asked
    return render_page(
        request,
        "supervision/habilitation_list.html",
        fragment="list",
        status=200 if asked else 422,
        page_title=TITLE,
        breadcrumb=crumbs((TITLE, None)),
        filter=filtered,
        question=in_words(asked) if asked else "",
        since=connu.known_since(),
        table=configured(request, _table(request, asked)) if asked else None,
        export_urls=export_urls(request, "supervision:habilitation_export") if asked else [],
    )


@page(refuse=rules.refuse_exporting)
def habilitation_export(request: Request, extension: str) -> HttpResponse:
    asked = HabilitationFilter(request.GET).asked
    if asked is None:
        raise Refused(TO_CORRECT)
    limit = int(settings.PORTAIL["EXPORT_ROWS"])
    table = _table(request, asked, limit=limit)
    if table.is_cut:
        raise Refused(f"Cette liste dépasse {limit} lignes : filtrez-la avant de l'exporter.")
    what = f"le suivi des habilitations – {in_words(asked).rstrip('.')} –"
    return exported(request, table, extension=extension, name="habilitations", what=what)


@page(find=rattachement_for, refuse=rules.refuse_explaining)
def habilitation_view(request: Request, rattachement: Rattachement) -> HttpResponse:
    """Why this person had, or had not, each role on the day asked about."""
    filtered = ExplanationFilter(request.GET)
    asked = filtered.asked
    explanations = connu.explain_known_at(rattachement, asked.jour, asked.connu_le) if asked else []
    name = rattachement.utilisateur.nom_complet
    return render_page(
        request,
        "supervision/habilitation_view.html",
        status=200 if asked else 422,
        page_title=f"Droits {elided(name)}",
        breadcrumb=crumbs((TITLE, reverse("supervision:habilitation_list")), (name, None)),
        rattachement=rattachement,
        utilisateur=rattachement.utilisateur,
        convention=rattachement.convention,
        filter=filtered,
        asked=asked,
        held=[e for e in explanations if e.is_held],
        missing=[e for e in explanations if not e.is_held],
    )
