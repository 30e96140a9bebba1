"""« Consulter les conventions », a convention, its history and mails, the organisation acted for."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect

from portail.conventions.models import Convention, Organisme
from portail.courriels.queries import courriels_about, label_of
from portail.habilitations import actions, queries, roles, rules
from portail.habilitations.filters import ConventionFilter
from portail.habilitations.middleware import ORGANISME
from portail.habilitations.queries.documents import with_rang_in_force
from portail.habilitations.tables import ConventionTable, etat_in_words
from portail.habilitations.views.common import PER_PAGE, configured, export_urls, exported, history, under
from portail.journal.queries import entries_about
from portail.ui.pages import Request, crumbs, page, render_page
from portail.ui.rules import everybody


def _filtered(request: Request) -> ConventionFilter:
    return ConventionFilter(request.GET, queryset=queries.conventions_for(request.acteur))


@page(refuse=rules.refuse_conventions)
def convention_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "habilitations/convention_list.html",
        fragment="list",
        page_title="Consulter les conventions",
        breadcrumb=crumbs(("Conventions", None)),
        filter=filtered,
        table=configured(request, ConventionTable(with_rang_in_force(filtered.qs))),
        export_urls=export_urls(request, "habilitations:convention_export"),
    )


@page(refuse=rules.refuse_export)
def convention_export(request: Request, extension: str) -> HttpResponse:
    table = ConventionTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="conventions", what="la liste des conventions")


@page(find=queries.convention_for, refuse=rules.refuse_reading)
def convention_view(request: Request, convention: Convention) -> HttpResponse:
    acteur = request.acteur
    return render_page(
        request,
        "habilitations/convention_view.html",
        page_title=convention.libelle,
        breadcrumb=under(convention)[:-1] + crumbs((convention.libelle, None))[1:],
        convention=convention,
        etat=etat_in_words(convention),
        contrat=getattr(convention, "contrat_service", None),
        bulletins=_bulletins(convention),
        suspensions=convention.suspensions.order_by("-opens_on"),
        administrateurs=queries.administrateurs(convention, acteur.on),
        may_simulate=rules.refuse_creating_groupe(acteur, convention) is None,
        inactive=rules.refuse_inactive(convention, acteur.on),
    )


def _bulletins(convention: Convention) -> list[dict[str, object]]:
    return [
        {
            "bulletin": bulletin,
            "service": roles.SERVICES[bulletin.service].libelle
            if bulletin.service in roles.SERVICES
            else bulletin.service,
            "roles": [(roles.role(row.role), row) for row in bulletin.roles.all()],
        }
        for bulletin in convention.bulletins.prefetch_related("roles")
    ]


@page(find=queries.convention_for, refuse=rules.refuse_history)
def convention_history(request: Request, convention: Convention) -> HttpResponse:
    return render_page(
        request,
        "habilitations/history.html",
        page_title="Historique de la convention",
        breadcrumb=under(convention, ("Historique", None)),
        convention=convention,
        **history(request, entries_about(convention)),
    )


@page(find=queries.convention_for, refuse=rules.refuse_history)
def courriel_list(request: Request, convention: Convention) -> HttpResponse:
    """The mails that left, or wait, for the people of the convention."""
    page_obj = Paginator(courriels_about(convention), PER_PAGE).get_page(request.GET.get("page"))
    return render_page(
        request,
        "habilitations/courriel_list.html",
        page_title="Courriels",
        breadcrumb=under(convention, ("Courriels", None)),
        convention=convention,
        courriels=[(courriel, label_of(courriel.kind)) for courriel in page_obj],
        page_obj=page_obj,
    )


@page(refuse=everybody, methods=("POST",), once=False)
def convention_switch(request: Request) -> HttpResponse:
    """The organisation acted for from now on, among those the person serves."""
    acteur = request.acteur
    chosen = next((o for o in acteur.organisations if str(o.pk) == request.POST.get("convention")), None)
    if chosen is not None and not chosen.is_current:
        request.session[ORGANISME] = chosen.pk
        actions.switch_organisation(by=acteur, organisme=Organisme.objects.get(pk=chosen.pk))
        messages.success(request, f"Vous agissez maintenant pour {chosen.label}.")
    return redirect("accueil:home")
