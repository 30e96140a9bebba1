"""« Administration des profils » (S0): who has which role, giving one, ending one, replacing an approbateur."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from portail.afas.actions import profils as actions
from portail.afas.enums import EtatProfil, RoleProfil, Validation
from portail.afas.filters.profils import AttributionFilter
from portail.afas.forms.profils import ACTIVITES, LIEUX, AffectationForm, RemplacementForm, RetraitForm, key_of
from portail.afas.models import Activite, Profil
from portail.afas.queries.attributions import blocs_of, incomplete_for, portees_for
from portail.afas.queries.profils import candidates_for, declaring_groupes, others_for, profil_for, with_him
from portail.afas.rules.profils import (
    refuse_ending_profil,
    refuse_exporting_profils,
    refuse_giving,
    refuse_profils,
    refuse_replacing,
)
from portail.afas.tables.profils import AttributionTable
from portail.afas.views.common import afas_crumbs
from portail.conventions.models import Rattachement
from portail.habilitations.forms import CloseForm
from portail.habilitations.views.common import PER_PAGE, export_urls, exported
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, attempt, form_status, page, render_page
from portail.ui.templatetags.ui import elided

TITLE = "Habilitations d'action sociale"
_CREATED = "Les habilitations ont été créées avec succès."
_TO_VALIDATE = " L'approbateur agira une fois validé par votre Caf, qui en est avertie ; qui est en poste le reste."
SHOWN = 100  # boxes of a list: beyond, one filters, or takes all


def _to_profils(request: Request, *steps: tuple[str, str | None]) -> list[Crumb]:
    here = reverse("afas:profil_list") if steps else None
    return afas_crumbs(("Administration des profils", here), *steps)


def _filtered(request: Request) -> AttributionFilter:
    acteur = request.acteur
    rows = Activite.objects.visible_to(acteur) if acteur.caf is not None else Activite.objects.given_by(acteur)
    return AttributionFilter(request.GET, queryset=rows.select_related("organisme"), acteur=acteur)


@page(refuse=refuse_profils)
def profil_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    paginator = Paginator(filtered.qs, PER_PAGE)
    shown = paginator.get_page(request.GET.get("page"))
    return render_page(
        request,
        "afas/profil_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=_to_profils(request),
        filter=filtered,
        count=paginator.count,
        page_obj=shown,
        blocs=blocs_of(list(shown), filtered.recherche),
        incomplete=incomplete_for(request.acteur),
        export_urls=export_urls(request, "afas:profil_export"),
        may_give=refuse_giving(request.acteur) is None,
        is_caf=request.acteur.caf is not None,
    )


@page(refuse=refuse_exporting_profils)
def profil_export(request: Request, extension: str) -> HttpResponse:
    filtered = _filtered(request)
    blocs = blocs_of(list(filtered.qs), filtered.recherche)
    table = AttributionTable([line for bloc in blocs for line in bloc.lines])
    return exported(request, table, extension=extension, name="profils-afas", what="les habilitations d'action sociale")


@page(refuse=refuse_profils)
def profil_gaps(request: Request) -> HttpResponse:
    """« Non attribué »: what nobody has, at an address of its own for the alerts."""
    return redirect(f"{reverse('afas:profil_list')}?{urlencode({'etat': EtatProfil.NON_ATTRIBUE})}")


@page(refuse=refuse_giving)
def profil_suggest(request: Request) -> HttpResponse:
    """Those who may declare and whose name holds what is being typed."""
    typed = str(next(iter(request.GET.values()), "")).strip()
    people = candidates_for(request.acteur).filter(utilisateur__sort_key__holds=typed)[:20] if len(typed) > 1 else []
    return render_page(request, "habilitations/utilisateur_suggest.html", people=people)


# Giving


@page(refuse=refuse_giving, methods=("GET", "POST"))
def profil_create(request: Request) -> HttpResponse:
    """The three steps of S0 on one page; « Afficher la liste » only shows the activités, or the lieux, asked for."""
    is_sent = request.method == "POST" and "afficher" not in request.POST
    form = _affectation(request, is_sent=is_sent)
    if is_sent and form.is_valid():
        typed, given = form.cleaned_data, form.chosen
        if attempt(
            request,
            form,
            lambda: actions.give_profils(
                by=request.acteur,
                rattachement=typed["rattachement"],
                role=typed["role"],
                opens_on=typed["opens_on"],
                portees=given,
            ),
        ):
            more = _TO_VALIDATE if typed["role"] == RoleProfil.APPROBATEUR else ""
            messages.success(request, _CREATED + more)
            return redirect("afas:profil_list" if "quitter" in request.POST else "afas:profil_create")
    portees = list(form.portees.values())
    others = others_for(request.acteur)
    return render_page(
        request,
        "afas/profil_create.html",
        page_title="Affecter un rôle à un utilisateur habilité",
        breadcrumb=_to_profils(request, ("Affecter un rôle", None)),
        form=form,
        organisme=request.acteur.organisation_label,
        boxes=_boxes(form, portees[:SHOWN]),
        total=len(portees),
        hidden_boxes=max(0, len(portees) - SHOWN),
        is_lieux=form["affichee"].value() == LIEUX,
        whole=bool(form["tous"].value()),
        others=list(others[:10]),
        more_others=max(0, others.count() - 10),
        groupes=declaring_groupes({right.convention for right in request.acteur.rights}, request.acteur.on),
        may_add=bool(request.acteur.administered),
        cancel_url=reverse("afas:profil_list"),
        status=form_status(form),
    )


def _affectation(request: Request, *, is_sent: bool) -> AffectationForm:
    """The form as sent, or with what was typed or asked by the address, without judging it yet."""
    given = request.POST if request.method == "POST" else request.GET
    typed = {
        name: given[name]
        for name in ("rattachement", "role", "opens_on", "libelle", "type", "nature")
        if given.get(name)
    }
    wanted = "affichee" if is_sent else "portee"
    portee = LIEUX if given.get(wanted) == LIEUX else ACTIVITES
    portees = portees_for(
        request.acteur,
        lieux=portee == LIEUX,
        libelle=given.get("libelle", ""),
        type_=given.get("type", ""),
        nature=given.get("nature", ""),
    )
    return AffectationForm(
        request.POST if is_sent else None,
        initial=typed | {"portee": portee, "affichee": portee},
        people=candidates_for(request.acteur),
        suggest_url=reverse("afas:profil_suggest"),
        portees=portees,
    )


def _boxes(form: AffectationForm, portees: list[Any]) -> list[dict[str, Any]]:
    """The boxes of the list, under their activité; what was ticked stays ticked."""
    ticked, whole = set(form["choix"].value() or []), set(form["tous_de"].value() or [])
    groups: dict[int, dict[str, Any]] = {}
    for activite, lieu in portees:
        group = groups.setdefault(
            activite.pk, {"activite": activite, "is_whole": str(activite.pk) in whole, "boxes": []}
        )
        key = key_of((activite, lieu))
        group["boxes"].append({"key": key, "label": str(lieu or activite), "is_ticked": key in ticked})
    return list(groups.values())


# Ending, replacing


def _where(profil: Profil) -> str:
    return f"{profil.activite} – {profil.lieu}" if profil.lieu else str(profil.activite)


@page(find=profil_for, refuse=refuse_ending_profil, methods=("GET", "POST"))
def profil_end(request: Request, profil: Profil) -> HttpResponse:
    """What is left uncovered is said before it is confirmed; a proposal that waits is withdrawn."""
    name = profil.rattachement.utilisateur.nom_complet
    is_waiting = profil.validation == Validation.EN_ATTENTE
    form = RetraitForm(request.POST or None) if is_waiting else CloseForm(request.POST or None)
    title = f"Retirer la proposition : {name}" if is_waiting else f"Mettre fin au rôle : {name}"
    if request.method == "POST" and form.is_valid():
        if "confirm" not in request.POST:
            return _end_confirmation(request, profil, form, title)
        closes_on, motif = _last_day(request, form), form.cleaned_data["motif"]
        if attempt(
            request,
            form,
            lambda: actions.end_profil(by=request.acteur, profil=profil, closes_on=closes_on, motif=motif),
        ):
            done = "La proposition est retirée." if is_waiting else f"Le rôle {elided(name)} prend fin."
            messages.success(request, f"{done} Votre Caf le lira dans son suivi.")
            return redirect("afas:profil_list")
    return render_page(
        request,
        "afas/suggest_form.html",
        page_title=title,
        breadcrumb=_to_profils(request, ("Mettre fin à un rôle", None)),
        form=form,
        lead=f"{profil.get_role_display()} sur {_where(profil)}.",
        submit="Continuer",
        cancel_url=reverse("afas:profil_list"),
        status=form_status(form),
    )


def _last_day(request: Request, form: Form) -> date:
    """What was chosen; a proposal is withdrawn at once."""
    return form.closes_on if isinstance(form, CloseForm) else request.acteur.on - timedelta(days=1)


def _end_confirmation(request: Request, profil: Profil, form: Form, title: str) -> HttpResponse:
    answers = [
        {"label": "Personne", "value": profil.rattachement.utilisateur.nom_complet},
        {"label": "Rôle", "value": profil.get_role_display()},
        {"label": "Sur", "value": _where(profil)},
        *(form.answers if isinstance(form, CloseForm) else [{"label": "Motif", "value": form.cleaned_data["motif"]}]),
    ]
    return render_page(
        request,
        "afas/profil_end.html",
        page_title=title,
        breadcrumb=_to_profils(request, ("Mettre fin à un rôle", None)),
        answers=answers,
        remaining=with_him(profil, request.acteur.on),
        role=profil.get_role_display().lower(),
        where=_where(profil),
        is_waiting=profil.validation == Validation.EN_ATTENTE,
        is_approbateur=profil.role == RoleProfil.APPROBATEUR,
        replace_url=_replace_url(request, profil),
        typed=[(field, request.POST[field]) for field in form.fields if field in request.POST],
        cancel_url=reverse("afas:profil_list"),
    )


def _replace_url(request: Request, profil: Profil) -> str:
    """Where an approbateur is replaced instead, when he may be."""
    return reverse("afas:profil_replace", args=[profil.pk]) if refuse_replacing(request.acteur, profil) is None else ""


@page(find=profil_for, refuse=refuse_replacing, methods=("GET", "POST"))
def profil_replace(request: Request, profil: Profil) -> HttpResponse:
    """Who is in post stays until the Caf has validated who comes after: no day is uncovered."""
    name = profil.rattachement.utilisateur.nom_complet
    people = candidates_for(request.acteur).exclude(pk=profil.rattachement_id)
    form = RemplacementForm(request.POST or None, people=people, suggest_url=reverse("afas:profil_suggest"))
    if request.method == "POST" and form.is_valid():
        chosen: Rattachement = form.cleaned_data["rattachement"]
        opens_on = form.cleaned_data["opens_on"]
        if attempt(
            request,
            form,
            lambda: actions.give_profils(
                by=request.acteur,
                rattachement=chosen,
                role=RoleProfil.APPROBATEUR,
                opens_on=opens_on,
                portees=[(profil.activite, None)],
            ),
        ):
            messages.success(
                request,
                f"{chosen.utilisateur.nom_complet} est proposé à votre Caf. {name} reste approbateur jusqu'à la veille "
                "du jour où son successeur commence.",
            )
            return redirect("afas:profil_list")
    return render_page(
        request,
        "afas/suggest_form.html",
        page_title=f"Remplacer l'approbateur : {name}",
        breadcrumb=_to_profils(request, ("Remplacer l'approbateur", None)),
        form=form,
        lead=f"« {profil.activite} ». {name} reste approbateur tant que votre Caf n'a validé personne d'autre : "
        "aucun jour ne reste découvert.",
        submit="Proposer à ma Caf",
        cancel_url=reverse("afas:profil_list"),
        status=form_status(form),
    )
