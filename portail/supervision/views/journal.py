"""Screens of the Caf over the whole: the journal, and how the portal is."""

from django.conf import settings
from django.http import HttpResponse

from portail.cdap.queries.mois import months_apart
from portail.habilitations.views.common import export_urls, exported, told_lines
from portail.journal.models import JournalEntry
from portail.supervision import queries, rules
from portail.supervision.filters import JournalFilter
from portail.supervision.queries.journal import journal_for
from portail.supervision.queries.systemes import systemes_for
from portail.supervision.tables import JournalTable
from portail.ui.pages import Request, crumbs, page, render_page
from portail.ui.rules import TO_CORRECT, Refused


@page(refuse=rules.refuse_supervising)
def journal_list(request: Request) -> HttpResponse:
    filtered = JournalFilter(request.GET)
    lines = journal_for(request.acteur, filtered.asked).lines if filtered.asked else _nothing
    return render_page(
        request,
        "supervision/journal_list.html",
        page_title="Journal",
        breadcrumb=crumbs(("Journal", None)),
        filter=filtered,
        export_urls=export_urls(request, "supervision:journal_export"),
        **told_lines(request, lines),
    )


def _nothing(*_: object) -> list[JournalEntry]:
    return []


@page(refuse=rules.refuse_supervising)
def journal_export(request: Request, extension: str) -> HttpResponse:
    asked = JournalFilter(request.GET).asked
    if asked is None:
        raise Refused(TO_CORRECT)
    table = JournalTable(journal_for(request.acteur, asked).lines(None, False, settings.PORTAIL["EXPORT_ROWS"] + 1))
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
