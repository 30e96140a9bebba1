"""Groups and sub-groups: list and tree, create, view, edit, close, roles, responsables."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.conventions.models import Convention
from portail.habilitations import actions, queries, roles, rules
from portail.habilitations.filters import GroupeFilter
from portail.habilitations.forms import CloseForm, EditGroupeForm, NewGroupeForm, ResponsableForm, RolesForm
from portail.habilitations.models import Groupe, Responsable
from portail.habilitations.tables import GroupeTable
from portail.habilitations.views.common import (
    configured,
    consequences,
    export_urls,
    exported,
    form_page,
    history,
    suggest_url,
    under,
)
from portail.habilitations.views.utilisateurs import close_page
from portail.journal.queries import entries_about
from portail.ui.pages import Request, attempt, form_status, page, render_page


def _list_url(convention: Convention) -> str:
    return reverse("habilitations:groupe_list", args=[convention.pk])


def _url(groupe: Groupe, name: str = "groupe_view") -> str:
    return reverse(f"habilitations:{name}", args=[groupe.convention_id, groupe.pk])


def _to_groupe(groupe: Groupe, *steps: tuple[str, str | None]) -> list[Any]:
    here = (groupe.libelle, _url(groupe) if steps else None)
    return under(groupe.convention, ("Groupes", _list_url(groupe.convention)), here, *steps)


@page(find=queries.convention_by, refuse=rules.refuse_reading)
def groupe_list(request: Request, convention: Convention) -> HttpResponse:
    filtered = _filtered(request, convention)
    is_tree = request.GET.get("vue") == "arbre"
    refusal = rules.refuse_creating_groupe(request.acteur, convention)
    return render_page(
        request,
        "habilitations/groupe_list.html",
        fragment="list",
        page_title="Groupes d'utilisateurs",
        breadcrumb=under(convention, ("Groupes", None)),
        convention=convention,
        filter=filtered,
        is_tree=is_tree,
        nodes=_tree(list(filtered.queryset)) if is_tree else [],
        table=configured(request, GroupeTable(filtered.qs, may_manage=refusal is None)),
        export_urls=export_urls(request, "habilitations:groupe_export", convention.pk),
        refusal=refusal,
    )


def _filtered(request: Request, convention: Convention) -> GroupeFilter:
    return GroupeFilter(request.GET, queryset=queries.groupes_for(request.acteur, convention))


@page(find=queries.convention_export_for, refuse=rules.refuse_exporting)
def groupe_export(request: Request, found: tuple[Convention, str]) -> HttpResponse:
    convention, extension = found
    table, what = GroupeTable(_filtered(request, convention).qs), "la liste des groupes"
    return exported(request, table, extension=extension, name="groupes", what=what, about=[convention])


def _tree(groupes: list[Groupe]) -> list[dict[str, Any]]:
    """The visible groups as a tree; one whose parent is out of sight stands at the top."""
    nodes: dict[int, dict[str, Any]] = {
        g.pk: {"label": g.libelle, "url": _url(g), "statut": g.statut_today, "detail": g.code, "children": []}
        for g in groupes
    }
    top: list[dict[str, Any]] = []
    for groupe in groupes:
        above = nodes.get(groupe.parent_id) if groupe.parent_id else None
        (above["children"] if above else top).append(nodes[groupe.pk])
    return top


@page(find=queries.convention_by, refuse=rules.refuse_creating_groupe, methods=("GET", "POST"))
def groupe_create(request: Request, convention: Convention) -> HttpResponse:
    return _create_page(request, convention, parent=None)


@page(find=queries.groupe_for, refuse=rules.refuse_managing_groupe, methods=("GET", "POST"))
def sous_groupe_create(request: Request, groupe: Groupe) -> HttpResponse:
    return _create_page(request, groupe.convention, parent=groupe)


def _create_page(request: Request, convention: Convention, parent: Groupe | None) -> HttpResponse:
    acteur = request.acteur
    form = NewGroupeForm(
        request.POST or None,
        parents=queries.managed_groupes_of(acteur, convention),
        people=queries.nameable_in(acteur, convention),
        suggest_url=suggest_url(convention),
        needs_parent=rules.refuse_administering(acteur, convention) is not None,
        initial={"parent": parent, "opens_on": max(acteur.on, parent.opens_on if parent else convention.opens_on)},
    )
    if request.method == "POST" and form.is_valid():
        created: list[Groupe] = []
        if attempt(request, form, lambda: created.append(_create(request, convention, form.cleaned_data))):
            messages.success(request, f"Le groupe {created[0].libelle} est créé : donnez-lui maintenant ses rôles.")
            return redirect(_url(created[0], "groupe_roles"))
    return form_page(
        request,
        form,
        title="Créer un sous-groupe" if parent else "Créer un groupe",
        breadcrumb=under(convention, ("Groupes", _list_url(convention)), ("Créer un groupe", None)),
        convention=convention,
        submit="Valider",
        cancel_url=_url(parent) if parent else _list_url(convention),
    )


def _create(request: Request, convention: Convention, typed: dict[str, Any]) -> Groupe:
    parent = typed["parent"]
    return actions.create_groupe(
        by=request.acteur,
        convention=convention,
        code=typed["code"],
        libelle=typed["libelle"],
        opens_on=typed["opens_on"],
        closes_on=typed["closes_on"],
        parent=queries.groupe_for(request.acteur, convention.pk, parent.pk) if parent else None,
        responsable=typed["responsable"],
    )


@page(find=queries.groupe_for, refuse=rules.refuse_reading)
def groupe_view(request: Request, groupe: Groupe) -> HttpResponse:
    acteur = request.acteur
    return render_page(
        request,
        "habilitations/groupe_view.html",
        page_title=groupe.libelle,
        breadcrumb=_to_groupe(groupe),
        convention=groupe.convention,
        groupe=groupe,
        held=queries.role_rows_of(groupe, acteur.on),
        members=queries.members_of(groupe).open_on(acteur.on).count(),
        responsables=queries.responsables_of(groupe, acteur.on),
        sous_groupes=queries.groupes_for(acteur, groupe.convention).filter(parent=groupe),
        may_manage=rules.refuse_managing_groupe(acteur, groupe) is None,
        may_change=rules.refuse_changing_groupe(acteur, groupe) is None,
        **history(request, entries_about(groupe)),
    )


@page(find=queries.groupe_for, refuse=rules.refuse_changing_groupe, methods=("GET", "POST"))
def groupe_edit(request: Request, groupe: Groupe) -> HttpResponse:
    names = ("code", "libelle", "opens_on", "closes_on", "edition")
    form = EditGroupeForm(request.POST or None, initial={name: getattr(groupe, name) for name in names})
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in names}
        if attempt(request, form, lambda: actions.edit_groupe(by=request.acteur, groupe=groupe, **typed)):
            messages.success(request, "Les modifications sont enregistrées.")
            return redirect(_url(groupe))
    return form_page(
        request,
        form,
        title=f"Modifier le groupe {groupe.libelle}",
        breadcrumb=_to_groupe(groupe, ("Modifier", None)),
        convention=groupe.convention,
        submit="Enregistrer",
        cancel_url=_url(groupe),
    )


@page(find=queries.groupe_for, refuse=rules.refuse_changing_groupe, methods=("GET", "POST"))
def groupe_close(request: Request, groupe: Groupe) -> HttpResponse:
    def act(closes_on: Any, motif: str) -> None:
        actions.close_groupe(by=request.acteur, groupe=groupe, closes_on=closes_on, motif=motif)

    return close_page(
        request,
        form=CloseForm(request.POST or None),
        act=act,
        convention=groupe.convention,
        title=f"Clôturer le groupe {groupe.libelle}",
        breadcrumb=_to_groupe(groupe, ("Clôturer", None)),
        submit="Clôturer le groupe et ses sous-groupes",
        done=f"Le groupe {groupe.libelle} est clôturé.",
        cancel_url=_url(groupe),
        after=_list_url(groupe.convention),
    )


@page(find=queries.groupe_for, refuse=rules.refuse_managing_groupe, methods=("GET", "POST"))
def groupe_roles(request: Request, groupe: Groupe) -> HttpResponse:
    """« Habilitations du groupe »: what is taken from whom is shown before it is saved (S2)."""
    acteur = request.acteur
    held, grantable = queries.roles_held(groupe, acteur.on), queries.grantable_roles(groupe, acteur.on)
    form = RolesForm(request.POST or None, grantable=grantable, held=held)
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted
        change = actions.preview(
            groupe.convention, acteur.on, lambda: actions.set_roles(by=acteur, groupe=groupe, wanted=wanted)
        )
        if change.refusal:
            form.add_error(None, change.refusal)
        elif change.losses and "confirm" not in request.POST:
            return _confirm_roles(request, groupe, wanted, change)
        elif attempt(request, form, lambda: actions.set_roles(by=acteur, groupe=groupe, wanted=wanted)):
            messages.success(request, f"Les rôles du groupe {groupe.libelle} sont enregistrés.")
            return redirect(_url(groupe))
    return render_page(
        request,
        "habilitations/groupe_roles.html",
        page_title="Habilitations du groupe",
        breadcrumb=_to_groupe(groupe, ("Habilitations", None)),
        convention=groupe.convention,
        groupe=groupe,
        form=form,
        descriptions=[roles.role(code) for code in sorted(grantable | held)],
        status=form_status(form),
    )


def _confirm_roles(request: Request, groupe: Groupe, wanted: set[str], change: actions.Change) -> HttpResponse:
    return render_page(
        request,
        "habilitations/confirm_page.html",
        page_title=f"Changer les rôles du groupe {groupe.libelle}",
        breadcrumb=_to_groupe(groupe, ("Habilitations", None)),
        convention=groupe.convention,
        typed=[(roles.service_of(code), code) for code in sorted(wanted)],
        submit="Enregistrer les rôles",
        cancel_url=_url(groupe, "groupe_roles"),
        change=change,
        **consequences(change),
    )


@page(find=queries.groupe_for, refuse=rules.refuse_changing_groupe, methods=("GET", "POST"))
def responsable_list(request: Request, groupe: Groupe) -> HttpResponse:
    acteur = request.acteur
    form = ResponsableForm(
        request.POST or None,
        people=queries.nameable_in(acteur, groupe.convention),
        suggest_url=suggest_url(groupe.convention),
    )
    if request.method == "POST" and form.is_valid():
        rattachement = form.cleaned_data["rattachement"]
        if attempt(
            request,
            form,
            lambda: actions.name_responsable(by=acteur, groupe=groupe, rattachement=rattachement),
        ):
            messages.success(request, f"{rattachement.utilisateur.nom_complet} est responsable du groupe.")
            return redirect(_url(groupe, "responsable_list"))
    return render_page(
        request,
        "habilitations/responsable_list.html",
        page_title=f"Responsables du groupe {groupe.libelle}",
        breadcrumb=_to_groupe(groupe, ("Responsables", None)),
        convention=groupe.convention,
        groupe=groupe,
        responsables=queries.responsables_of(groupe, acteur.on),
        form=form,
        status=form_status(form),
    )


@page(find=queries.responsable_for, refuse=rules.refuse_ending_responsable, methods=("POST",))
def responsable_end(request: Request, responsable: Responsable) -> HttpResponse:
    actions.end_responsable(by=request.acteur, responsable=responsable)
    messages.success(request, f"{responsable.rattachement.utilisateur.nom_complet} n'est plus responsable du groupe.")
    return redirect(_url(responsable.groupe, "responsable_list"))
