"""« Statistiques d'usage »: by month, by service, by organisation."""

from datetime import date

from django.http import HttpResponse

from portail.habilitations.views.common import configured, export_urls, exported
from portail.supervision import rules
from portail.supervision.filters import MoisFilter
from portail.supervision.queries import usages
from portail.supervision.tables import OrganismeUsageTable
from portail.ui.pages import Request, crumbs, page, render_page

TITLE = "Statistiques d'usage"


def _filtered(request: Request) -> tuple[MoisFilter, date]:
    months = usages.known_months(request.acteur)
    filtered = MoisFilter(request.GET, months=months)
    return filtered, filtered.first_day or (months[0] if months else request.acteur.on.replace(day=1))


@page(refuse=rules.refuse_following)
def usage_view(request: Request) -> HttpResponse:
    filtered, mois = _filtered(request)
    return render_page(
        request,
        "supervision/usage_view.html",
        page_title=TITLE,
        breadcrumb=crumbs((TITLE, None)),
        filter=filtered,
        mois=mois,
        months=usages.months_for(request.acteur),
        services=usages.services_for(request.acteur, mois),
        table=configured(request, OrganismeUsageTable(usages.organismes_for(request.acteur, mois))),
        export_urls=export_urls(request, "supervision:usage_export"),
    )


@page(refuse=rules.refuse_exporting)
def usage_export(request: Request, extension: str) -> HttpResponse:
    _, mois = _filtered(request)
    table = OrganismeUsageTable(usages.organismes_for(request.acteur, mois))
    what = f"les statistiques d'usage de {mois:%m/%Y}"
    return exported(request, table, extension=extension, name="usage", what=what)
