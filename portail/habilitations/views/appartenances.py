"""Who is in which group: add from the person or from the group, change dates, take out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.conventions.models import Rattachement
from portail.habilitations import actions, queries, rules
from portail.habilitations.filters import MembreFilter
from portail.habilitations.forms import AppartenanceForm, CloseForm, EditAppartenanceForm, MembreForm
from portail.habilitations.models import Appartenance, Groupe
from portail.habilitations.tables import AppartenanceTable, MembreTable
from portail.habilitations.views.common import configured, export_urls, exported, form_page, suggest_url, under
from portail.habilitations.views.utilisateurs import close_page
from portail.ui.pages import Crumb, Request, attempt, page, render_page
from portail.ui.templatetags.ui import elided


def _person_url(rattachement: Rattachement, name: str = "utilisateur_view") -> str:
    return reverse(f"habilitations:{name}", args=[rattachement.convention_id, rattachement.pk])


def _groupe_url(groupe: Groupe, name: str = "groupe_view") -> str:
    return reverse(f"habilitations:{name}", args=[groupe.convention_id, groupe.pk])


def _to_person(rattachement: Rattachement, *steps: tuple[str, str | None]) -> list[Crumb]:
    convention = rattachement.convention
    people = ("Utilisateurs", reverse("habilitations:utilisateur_list", args=[convention.pk]))
    return under(convention, people, (rattachement.utilisateur.nom_complet, _person_url(rattachement)), *steps)


def _to_groupe(groupe: Groupe, *steps: tuple[str, str | None]) -> list[Crumb]:
    groupes = ("Groupes", reverse("habilitations:groupe_list", args=[groupe.convention_id]))
    return under(groupe.convention, groupes, (groupe.libelle, _groupe_url(groupe)), *steps)


@page(find=queries.rattachement_for, refuse=rules.refuse_adding_somewhere, methods=("GET", "POST"))
def appartenance_create(request: Request, rattachement: Rattachement) -> HttpResponse:
    """« Ajouter un utilisateur au groupe », from the person."""
    acteur, convention = request.acteur, rattachement.convention
    groupes = queries.managed_groupes_of(acteur, convention)
    form = AppartenanceForm(request.POST or None, groupes=groupes, initial={"opens_on": acteur.on})
    if request.method == "POST" and form.is_valid():
        groupe = queries.groupe_for(acteur, convention.pk, form.cleaned_data["groupe"].pk)
        if attempt(request, form, lambda: _add(request, groupe, rattachement, form.cleaned_data)):
            messages.success(request, f"{rattachement.utilisateur.nom_complet} est ajouté au groupe {groupe.libelle}.")
            return redirect(_person_url(rattachement))
    return form_page(
        request,
        form,
        title="Ajouter un utilisateur au groupe",
        breadcrumb=_to_person(rattachement, ("Ajouter à un groupe", None)),
        convention=convention,
        lead=f"Utilisateur : {rattachement.utilisateur.nom_complet} ({rattachement.utilisateur.identifiant})",
        submit="Ajouter au groupe",
        cancel_url=_person_url(rattachement),
    )


def _add(request: Request, groupe: Groupe, rattachement: Rattachement, typed: dict[str, Any]) -> None:
    actions.add_to_groupe(
        by=request.acteur,
        groupe=groupe,
        rattachement=rattachement,
        opens_on=typed["opens_on"],
        closes_on=typed["closes_on"],
    )


@page(find=queries.rattachement_for, refuse=rules.refuse_reading)
def appartenance_list(request: Request, rattachement: Rattachement) -> HttpResponse:
    """« Gérer l'appartenance de l'utilisateur »."""
    refusal = rules.refuse_adding_somewhere(request.acteur, rattachement)
    table = AppartenanceTable(queries.appartenances_of(rattachement), may_manage=refusal is None)
    return render_page(
        request,
        "habilitations/appartenance_list.html",
        page_title=f"Appartenances {elided(rattachement.utilisateur.nom_complet)}",
        breadcrumb=_to_person(
            rattachement,
            ("Appartenances", None),
        ),
        convention=rattachement.convention,
        rattachement=rattachement,
        table=configured(request, table),
        refusal=refusal,
    )


@page(find=queries.appartenance_for, refuse=rules.refuse_managing_appartenance, methods=("GET", "POST"))
def appartenance_edit(request: Request, appartenance: Appartenance) -> HttpResponse:
    rattachement, groupe = appartenance.rattachement, appartenance.groupe
    back = _person_url(rattachement, "appartenance_list")
    seen = {"seen_opens_on": appartenance.opens_on, "seen_closes_on": appartenance.closes_on}
    initial = seen | {"opens_on": appartenance.opens_on, "closes_on": appartenance.closes_on}
    form = EditAppartenanceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        dates = {name: form.cleaned_data[name] for name in ("opens_on", "closes_on")} | {"seen": form.seen}
        if attempt(
            request,
            form,
            lambda: actions.edit_appartenance(by=request.acteur, appartenance=appartenance, **dates),
        ):
            messages.success(request, "Les dates sont enregistrées.")
            return redirect(back)
    return form_page(
        request,
        form,
        title="Modifier les dates d'appartenance",
        breadcrumb=_to_groupe(groupe, ("Modifier les dates", None)),
        convention=groupe.convention,
        lead=f"{rattachement.utilisateur.nom_complet} dans le groupe {groupe.libelle}",
        submit="Enregistrer",
        cancel_url=back,
    )


@page(find=queries.appartenance_for, refuse=rules.refuse_managing_appartenance, methods=("GET", "POST"))
def appartenance_close(request: Request, appartenance: Appartenance) -> HttpResponse:
    rattachement, groupe = appartenance.rattachement, appartenance.groupe
    name = rattachement.utilisateur.nom_complet

    def act(closes_on: Any, motif: str) -> None:
        actions.close_appartenance(by=request.acteur, appartenance=appartenance, closes_on=closes_on, motif=motif)

    return close_page(
        request,
        form=CloseForm(request.POST or None),
        act=act,
        convention=groupe.convention,
        title=f"Retirer {name} du groupe {groupe.libelle}",
        breadcrumb=_to_groupe(groupe, ("Retirer un membre", None)),
        submit="Retirer du groupe",
        done=f"{name} est retiré du groupe {groupe.libelle}.",
        cancel_url=_groupe_url(groupe, "membre_list"),
        after=_groupe_url(groupe, "membre_list"),
    )


@page(find=queries.groupe_for, refuse=rules.refuse_managing_groupe, methods=("GET", "POST"))
def membre_add(request: Request, groupe: Groupe) -> HttpResponse:
    """« Ajouter un utilisateur au groupe », from the group."""
    people = queries.addable_to(request.acteur, groupe)
    form = MembreForm(
        request.POST or None,
        people=people,
        suggest_url=suggest_url(groupe.convention),
        initial={"opens_on": max(request.acteur.on, groupe.opens_on)},
    )
    if request.method == "POST" and form.is_valid():
        rattachement = form.cleaned_data["rattachement"]
        if attempt(request, form, lambda: _add(request, groupe, rattachement, form.cleaned_data)):
            messages.success(request, f"{rattachement.utilisateur.nom_complet} est ajouté au groupe {groupe.libelle}.")
            return redirect(_groupe_url(groupe, "membre_list"))
    return form_page(
        request,
        form,
        title="Ajouter un utilisateur au groupe",
        breadcrumb=_to_groupe(groupe, ("Ajouter un utilisateur", None)),
        convention=groupe.convention,
        lead=f"Groupe : {groupe.code} - {groupe.libelle}",
        submit="Ajouter au groupe",
        cancel_url=_groupe_url(groupe),
    )


@page(find=queries.groupe_for, refuse=rules.refuse_reading)
def membre_list(request: Request, groupe: Groupe) -> HttpResponse:
    """« Gérer l'appartenance », from the group."""
    filtered, refusal = _filtered(request, groupe), rules.refuse_managing_groupe(request.acteur, groupe)
    return render_page(
        request,
        "habilitations/membre_list.html",
        fragment="list",
        page_title=f"Membres du groupe {groupe.libelle}",
        breadcrumb=_to_groupe(groupe, ("Membres", None)),
        convention=groupe.convention,
        groupe=groupe,
        filter=filtered,
        table=configured(request, MembreTable(filtered.qs, may_manage=refusal is None)),
        export_urls=export_urls(request, "habilitations:membre_export", groupe.convention_id, groupe.pk),
        refusal=refusal,
    )


def _filtered(request: Request, groupe: Groupe) -> MembreFilter:
    return MembreFilter(request.GET, queryset=queries.members_of(groupe))


@page(find=queries.groupe_export_for, refuse=rules.refuse_exporting)
def membre_export(request: Request, found: tuple[Groupe, str]) -> HttpResponse:
    groupe, extension = found
    return exported(
        request,
        MembreTable(_filtered(request, groupe).qs),
        extension=extension,
        name="membres",
        what=f"les membres du groupe {groupe.libelle}",
        about=[groupe, groupe.convention],
    )
