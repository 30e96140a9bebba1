"""What the screens under a convention share: where one is, lists, history."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from portail.conventions.models import Convention
from portail.habilitations import actions
from portail.journal import events
from portail.journal.models import JournalEntry
from portail.journal.queries import Lines, by_key
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, crumbs, export, form_status, render_page
from portail.ui.tables import KeyPage, Table, TablePaginator

PER_PAGE = 25
EXPORTS = (("CSV", "csv"), ("Excel (XLSX)", "xlsx"))


def under(convention: Convention, *steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil > Conventions > this convention > … »."""
    return crumbs(
        ("Conventions", reverse("habilitations:convention_list")),
        (convention.libelle, reverse("habilitations:convention_view", args=[convention.pk])),
        *steps,
    )


def configured(request: Request, table: Table) -> Table:
    """The table sorted and paged as the URL says: by its own columns, in pages of the length we chose."""
    table.request = request
    if wanted := [name for name in request.GET.getlist("sort") if name.removeprefix("-") in table.base_columns]:
        table.order_by = wanted
    table.paginator = TablePaginator(table.rows, PER_PAGE)
    table.page = table.paginator.get_page(request.GET.get("page"))
    return table


def export_urls(request: Request, url_name: str, *args: Any) -> list[tuple[str, str]]:
    """Links that export the list with the filters of the page."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [(label, reverse(url_name, args=[*args, extension]) + query) for label, extension in EXPORTS]


def exported(
    request: Request, table: Table, *, extension: str, name: str, what: str, about: Iterable[Any] = ()
) -> HttpResponse:
    """The whole list as a file, noted in the journal; a file refused is not noted as made."""
    response = export(table, extension=extension, name=name)
    actions.record_export(by=request.acteur, what=what, rows=len(table.rows), about=[*about])
    return response


def history(request: Request, entries: QuerySet[JournalEntry]) -> dict[str, Any]:
    """A page of these entries, as the timeline shows it."""
    return told_lines(request, by_key(entries))


def told_lines(request: Request, lines: Lines) -> dict[str, Any]:
    """A page of the journal, as the timeline shows it."""
    page = KeyPage(lines, request.GET.get("page"), PER_PAGE)
    told = [
        {
            "at": entry.recorded_at,
            "title": events.sentence(entry.kind, entry.by_label, entry.facts),
            "by": " · ".join(filter(None, [entry.by, entry.organisation])),
            "tone": "danger" if entry.result == "refuse" else "",
            "icon": "x-circle-fill" if entry.result == "refuse" else "",
        }
        for entry in page.rows
    ]
    return {"entries": told, "key_page": page}


def consequences(change: actions.Change) -> dict[str, Any]:
    """Gains, losses and what nobody is left to do, as the component of consequences lists them."""

    def told(rights: list[Any]) -> list[dict[str, Any]]:
        return [
            {
                "person": f"{r.utilisateur.nom_complet} ({r.utilisateur.identifiant})",
                "role": r.label,
                "on": r.first,
                "detail": _until(r),
            }
            for r in rights
        ]

    return {"losses": told(change.losses), "gains": told(change.gains), "manques": change.manques}


def _until(right: Any) -> str:
    return f"jusqu'au {right.last:%d/%m/%Y}" if right.last else ""


def suggest_url(convention: Convention) -> str:
    """Where a field that suggests people asks."""
    return reverse("habilitations:utilisateur_suggest", args=[convention.pk])


def form_page(
    request: Request,
    form: Form,
    *,
    convention: Convention,
    title: str,
    breadcrumb: list[Crumb],
    submit: str,
    cancel_url: str,
    lead: str = "",
) -> HttpResponse:
    """A form under a convention, with its one button and its way out."""
    return render_page(
        request,
        "habilitations/form_page.html",
        page_title=title,
        breadcrumb=breadcrumb,
        convention=convention,
        lead=lead,
        form=form,
        submit=submit,
        cancel_url=cancel_url,
        status=form_status(form),
    )
