"""Screens of the Caf over the whole: the journal, and how the portal is."""

from django.http import HttpResponse

from portail.cdap.queries.mois import months_apart
from portail.habilitations.views.common import export_urls, exported, history
from portail.supervision import queries, rules
from portail.supervision.filters import JournalFilter
from portail.supervision.queries.systemes import systemes_for
from portail.supervision.tables import JournalTable
from portail.ui.pages import Request, crumbs, page, render_page


@page(refuse=rules.refuse_supervising)
def journal_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    told = history(request, filtered.qs)
    return render_page(
        request,
        "supervision/journal_list.html",
        page_title="Journal",
        breadcrumb=crumbs(("Journal", None)),
        filter=filtered,
        count=told["page_obj"].paginator.count,
        export_urls=export_urls(request, "supervision:journal_export"),
        **told,
    )


def _filtered(request: Request) -> JournalFilter:
    return JournalFilter(request.GET, queryset=queries.entries_for(request.acteur))


@page(refuse=rules.refuse_supervising)
def journal_export(request: Request, extension: str) -> HttpResponse:
    table = JournalTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="journal", what="le journal")


@page(refuse=rules.refuse_supervising)
def sante_view(request: Request) -> HttpResponse:
    return render_page(
        request,
        "supervision/sante_view.html",
        page_title="État du portail",
        breadcrumb=crumbs(("État du portail", None)),
        queues=queries.queues(),
        mails=queries.mails(),
        scellement=queries.scellement(),
        systemes=systemes_for(request.acteur),
        months_apart=months_apart(),
    )
