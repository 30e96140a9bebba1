"""« Consulter les conventions », a convention, its history and mails, the organisation acted for."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect

from portail.conventions.models import Convention, Organisme
from portail.courriels.queries import courriels_about, label_of
from portail.habilitations import actions, queries, roles, rules
from portail.habilitations.filters import ConventionFilter
from portail.habilitations.middleware import ORGANISME, SUPPLEANCE
from portail.habilitations.queries.documents import with_rang_in_force
from portail.habilitations.queries.successions import pending_successions
from portail.habilitations.rules.successions import refuse_proposing, refuse_second_proposal
from portail.habilitations.rules.suppleances import NOTHING_LENT, refuse_lending
from portail.habilitations.tables import ConventionTable, etat_in_words
from portail.habilitations.views.common import PER_PAGE, configured, export_urls, exported, history, under
from portail.journal.queries import acts_about
from portail.ui.pages import Request, crumbs, page, render_page
from portail.ui.rules import everybody
from portail.ui.templatetags.ui import elided

LENT = "suppleance:"  # before the number of a suppléance, in the list of whom one may act for


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
    suspensions = list(convention.suspensions.order_by("-opens_on"))
    return render_page(
        request,
        "habilitations/convention_view.html",
        page_title=convention.libelle,
        breadcrumb=under(convention)[:-1] + crumbs((convention.libelle, None))[1:],
        convention=convention,
        etat=etat_in_words(convention),
        contrat=getattr(convention, "contrat_service", None),
        bulletins=_bulletins(convention),
        suspensions=suspensions,
        coming=[s for s in suspensions if s.opens_on > acteur.on and (not s.closes_on or s.closes_on >= s.opens_on)],
        administrateurs=queries.administrateurs(convention, acteur.on),
        may_simulate=rules.refuse_creating_groupe(acteur, convention) is None,
        inactive=rules.refuse_inactive(convention, acteur.on),
        successions=pending_successions(convention) if rules.refuse_history(acteur, convention) is None else [],
        may_lend=refuse_lending(acteur, convention) is None,
        may_propose=refuse_proposing(acteur, convention) is None and refuse_second_proposal(acteur, convention) is None,
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
    """What was done to it; who read which file is told by « Journal » and by the supervision of consultations."""
    return render_page(
        request,
        "habilitations/history.html",
        page_title="Historique de la convention",
        breadcrumb=under(convention, ("Historique", None)),
        convention=convention,
        **history(request, acts_about(convention)),
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
    """Whom one acts for from now on: an organisation one serves, or a person who named one suppléant."""
    chosen = request.POST.get("convention", "")
    if chosen.startswith(LENT):
        _act_as(request, chosen.removeprefix(LENT))
    else:
        _act_for(request, chosen)
    return redirect("accueil:home")


def _act_for(request: Request, chosen: str) -> None:
    acteur = request.acteur
    organisation = next((o for o in acteur.organisations if str(o.pk) == chosen), None)
    if organisation is None:
        return
    if acteur.suppleant is not None:
        del request.session[SUPPLEANCE]
        actions.switch_suppleance(by=acteur, suppleant=None)
        messages.success(request, f"Vous agissez de nouveau pour vous-même, pour {organisation.label}.")
    elif organisation.is_current:
        return
    else:
        messages.success(request, f"Vous agissez maintenant pour {organisation.label}.")
    if not organisation.is_current:
        actions.switch_organisation(by=acteur, organisme=Organisme.objects.get(pk=organisation.pk))
    request.session[ORGANISME] = organisation.pk


def _act_as(request: Request, chosen: str) -> None:
    acteur = request.acteur
    suppleant = next((each for each in acteur.suppleances if str(each.pk) == chosen), None)
    if suppleant is None:
        messages.warning(request, NOTHING_LENT)
        return
    if suppleant == acteur.suppleant:
        return
    request.session[SUPPLEANCE] = suppleant.pk
    actions.switch_suppleance(by=acteur, suppleant=suppleant)
    told = f"Vous agissez maintenant en suppléance {elided(suppleant.titulaire_label)}."
    messages.success(request, f"{told} Chaque acte portera vos deux noms.")
