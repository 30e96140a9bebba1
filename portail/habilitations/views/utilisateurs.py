"""People of a convention: list, create, view with the reason of each right, edit, close."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.comptes import actions as comptes
from portail.conventions.models import Convention, Rattachement
from portail.courriels.queries import courriels_about_both, label_of
from portail.habilitations import actions, queries, rules
from portail.habilitations.actions.utilisateurs import TO_BE_CHECKED, Fiche
from portail.habilitations.filters import UtilisateurFilter
from portail.habilitations.forms import CloseForm, EditUtilisateurForm, NewUtilisateurForm
from portail.habilitations.models import Justificatif
from portail.habilitations.queries.explanation import explain
from portail.habilitations.queries.justificatifs import justificatifs_for
from portail.habilitations.queries.usages import usages_of
from portail.habilitations.rules.justificatifs import refuse_giving_for, refuse_justificatifs
from portail.habilitations.tables import AppartenanceTable, UtilisateurTable
from portail.habilitations.tables.justificatifs import SITUATIONS
from portail.habilitations.tables.usages import UsageTable
from portail.habilitations.views.common import (
    configured,
    consequences,
    export_urls,
    exported,
    form_page,
    history,
    under,
)
from portail.habilitations.views.lots import ACTES, bar
from portail.journal.queries import entries_about_both
from portail.ui.pages import Request, attempt, page, render_page
from portail.ui.templatetags.ui import counted, elided


def _list_url(convention: Convention) -> str:
    return reverse("habilitations:utilisateur_list", args=[convention.pk])


def _view_url(rattachement: Rattachement) -> str:
    return reverse("habilitations:utilisateur_view", args=[rattachement.convention_id, rattachement.pk])


def _to_person(rattachement: Rattachement, *steps: tuple[str, str | None]) -> list[Any]:
    convention = rattachement.convention
    label = rattachement.utilisateur.nom_complet
    here = (label, _view_url(rattachement) if steps else None)
    return under(convention, ("Utilisateurs", _list_url(convention)), here, *steps)


def _filtered(request: Request, convention: Convention) -> UtilisateurFilter:
    people = queries.rattachements_for(request.acteur, convention)
    groupes = queries.groupes_for(request.acteur, convention)
    return UtilisateurFilter(request.GET, queryset=people, groupes=groupes)


@page(find=queries.convention_by, refuse=rules.refuse_reading)
def utilisateur_list(request: Request, convention: Convention) -> HttpResponse:
    filtered = _filtered(request, convention)
    refusal = rules.refuse_creating_utilisateur(request.acteur, convention)
    return render_page(
        request,
        "habilitations/utilisateur_list.html",
        fragment="list",
        page_title="Liste des utilisateurs",
        breadcrumb=under(convention, ("Utilisateurs", None)),
        convention=convention,
        filter=filtered,
        table=configured(request, UtilisateurTable(filtered.qs, may_manage=refusal is None)),
        export_urls=export_urls(request, "habilitations:utilisateur_export", convention.pk),
        refusal=refusal,
        may_import=refusal is None and rules.refuse_history(request.acteur, convention) is None,
        lot_kept=bar(request),
        lot_actes=[(code, acte.label) for code, acte in ACTES.items()],
    )


@page(find=queries.convention_export_for, refuse=rules.refuse_exporting)
def utilisateur_export(request: Request, found: tuple[Convention, str]) -> HttpResponse:
    convention, extension = found
    table = UtilisateurTable(_filtered(request, convention).qs)
    what = "la liste des utilisateurs"
    return exported(request, table, extension=extension, name="utilisateurs", what=what, about=[convention])


@page(find=queries.convention_by, refuse=rules.refuse_creating_utilisateur)
def utilisateur_suggest(request: Request, convention: Convention) -> HttpResponse:
    """The people whose name holds what is being typed, for a field that suggests."""
    typed = str(next(iter(request.GET.values()), "")).strip()
    return render_page(
        request, "habilitations/utilisateur_suggest.html", people=queries.suggestions(request.acteur, convention, typed)
    )


@page(find=queries.convention_by, refuse=rules.refuse_creating_utilisateur, methods=("GET", "POST"))
def utilisateur_create(request: Request, convention: Convention) -> HttpResponse:
    acteur = request.acteur
    is_administrateur = rules.refuse_administering(acteur, convention) is None
    form = NewUtilisateurForm(
        request.POST or None,
        groupes=queries.managed_groupes_of(acteur, convention),
        needs_groupe=not is_administrateur,
    )
    if request.method == "POST" and form.is_valid():
        created: list[Rattachement | None] = []
        if attempt(request, form, lambda: created.append(_create(request, convention, form.cleaned_data))):
            has_groupe = form.cleaned_data["groupe"] is not None
            return _after_creation(request, convention, created[0], has_groupe=has_groupe)
    return form_page(
        request,
        form,
        title="Créer un utilisateur partenaire",
        breadcrumb=under(convention, ("Utilisateurs", _list_url(convention)), ("Créer un utilisateur", None)),
        convention=convention,
        submit="Valider",
        cancel_url=_list_url(convention),
        lead="Deux courriels partiront : l'identifiant, puis un mot de passe provisoire "
        f"valable {_provisional_life()}.",
    )


def _provisional_life() -> str:
    return counted(settings.PORTAIL["PROVISIONAL_HOURS"], "heure,heures")


def _fiche(typed: dict[str, Any]) -> Fiche:
    names = ("nom", "prenom", "courriel", "telephone", "poste", "opens_on", "closes_on")
    return Fiche(**{name: typed[name] for name in names})


def _create(request: Request, convention: Convention, typed: dict[str, Any]) -> Rattachement | None:
    acteur = request.acteur
    rattachement = actions.create_utilisateur(by=acteur, convention=convention, fiche=_fiche(typed))
    if rattachement is not None and typed["groupe"] is not None:
        groupe = queries.groupe_for(acteur, convention.pk, typed["groupe"].pk)
        actions.add_to_groupe(
            by=acteur,
            groupe=groupe,
            rattachement=rattachement,
            opens_on=max(typed["opens_on"], groupe.opens_on),
            closes_on=typed["closes_on"],
        )
    return rattachement


def _after_creation(
    request: Request, convention: Convention, rattachement: Rattachement | None, *, has_groupe: bool
) -> HttpResponse:
    if rattachement is None:
        messages.info(request, TO_BE_CHECKED)
        return redirect(_list_url(convention))
    utilisateur = rattachement.utilisateur
    told = f"Compte créé pour {utilisateur.nom_complet} (identifiant {utilisateur.identifiant})."
    next_step = "" if has_groupe else " Ajoutez cette personne à un groupe pour lui ouvrir un service."
    messages.success(request, f"{told} Deux courriels lui sont envoyés.{next_step}")
    return redirect(_view_url(rattachement))


@page(find=queries.rattachement_for, refuse=rules.refuse_reading)
def utilisateur_view(request: Request, rattachement: Rattachement) -> HttpResponse:
    acteur = request.acteur
    explanations = explain(rattachement, acteur.on)
    refusal = rules.refuse_managing_utilisateur(acteur, rattachement)
    return render_page(
        request,
        "habilitations/utilisateur_view.html",
        page_title=rattachement.utilisateur.nom_complet,
        breadcrumb=_to_person(rattachement),
        convention=rattachement.convention,
        rattachement=rattachement,
        utilisateur=rattachement.utilisateur,
        held=[e for e in explanations if e.is_held],
        missing=[e for e in explanations if not e.is_held],
        table=AppartenanceTable(queries.appartenances_of(rattachement), may_manage=refusal is None),
        courriels=[
            (c, label_of(c.kind)) for c in courriels_about_both(rattachement.utilisateur, rattachement.convention)[:5]
        ],
        proofs=_proofs(request, rattachement),
        cannot_give=refuse_giving_for(acteur, rattachement),
        usages=_usages(request, rattachement, may_reinstate=refusal is None),
        refusal=refusal,
        **history(request, entries_about_both(rattachement.utilisateur, rattachement.convention)),
    )


def _proofs(request: Request, rattachement: Rattachement) -> list[tuple[Justificatif, tuple[str, str]]]:
    """The person's proofs that this one may read, the last first, each with how it stands."""
    if refuse_justificatifs(request.acteur):
        return []
    rows = justificatifs_for(request.acteur).filter(utilisateur=rattachement.utilisateur_id)
    return [(each, SITUATIONS[each.situation(request.acteur.on)]) for each in rows]


def _usages(request: Request, rattachement: Rattachement, *, may_reinstate: bool) -> UsageTable:
    """What the person used when, as his page shows it."""
    usages = list(usages_of(request.acteur, rattachement))
    for usage in usages:
        usage.rattachement = rattachement
    url = reverse("habilitations:usage_reinstate", args=[rattachement.convention_id]) if may_reinstate else ""
    table = UsageTable(usages, reinstate_url=url, hidden=("choix", "personne", "identifiant"), orderable=False)
    table.request = request
    return table


@page(find=queries.rattachement_for, refuse=rules.refuse_managing_utilisateur, methods=("GET", "POST"))
def utilisateur_edit(request: Request, rattachement: Rattachement) -> HttpResponse:
    form = EditUtilisateurForm(request.POST or None, initial=_initial(rattachement))
    if request.method == "POST" and form.is_valid():
        edition = form.cleaned_data["edition"]
        if attempt(
            request,
            form,
            lambda: actions.edit_utilisateur(
                by=request.acteur, rattachement=rattachement, fiche=_fiche(form.cleaned_data), edition=edition
            ),
        ):
            messages.success(request, "Les modifications sont enregistrées.")
            return redirect(_view_url(rattachement))
    return form_page(
        request,
        form,
        title=f"Modifier {rattachement.utilisateur.nom_complet}",
        breadcrumb=_to_person(rattachement, ("Modifier", None)),
        convention=rattachement.convention,
        submit="Enregistrer",
        cancel_url=_view_url(rattachement),
    )


def _initial(rattachement: Rattachement) -> dict[str, Any]:
    u = rattachement.utilisateur
    return {
        "nom": u.nom,
        "prenom": u.prenom,
        "courriel": u.courriel,
        "courriel_confirmation": u.courriel,
        "telephone": u.telephone,
        "telephone_confirmation": u.telephone,
        "poste": u.poste,
        "opens_on": rattachement.opens_on,
        "closes_on": rattachement.closes_on,
        "edition": u.edition,
    }


@page(find=queries.rattachement_for, refuse=rules.refuse_closing_utilisateur, methods=("GET", "POST"))
def utilisateur_close(request: Request, rattachement: Rattachement) -> HttpResponse:
    """First who loses what and when, then the question, then the act."""
    utilisateur, convention = rattachement.utilisateur, rattachement.convention
    form = CloseForm(request.POST or None)

    def act(closes_on: Any, motif: str) -> None:
        actions.close_utilisateur(by=request.acteur, rattachement=rattachement, closes_on=closes_on, motif=motif)

    return close_page(
        request,
        form=form,
        act=act,
        convention=convention,
        title=f"Clôturer l'accès {elided(utilisateur.nom_complet)}",
        breadcrumb=_to_person(rattachement, ("Clôturer l'accès", None)),
        submit="Clôturer l'accès",
        done=f"L'accès {elided(utilisateur.nom_complet)} est clôturé.",
        cancel_url=_view_url(rattachement),
        after=_list_url(convention),
    )


def close_page(
    request: Request,
    *,
    form: CloseForm,
    act: Any,
    convention: Convention,
    title: str,
    breadcrumb: list[Any],
    submit: str,
    done: str,
    cancel_url: str,
    after: str,
) -> HttpResponse:
    """A closing: its effects computed by the act itself taken back, then its confirmation."""
    is_confirmed = request.method == "POST" and "confirm" in request.POST
    if request.method == "POST" and form.is_valid():
        closes_on, motif = form.closes_on, form.cleaned_data["motif"]
        if is_confirmed and attempt(request, form, lambda: act(closes_on, motif)):
            messages.success(request, done)
            return redirect(after)
        if not is_confirmed:
            change = actions.preview(convention, request.acteur.on, lambda: act(closes_on, motif))
            if change.refusal:
                form.add_error(None, change.refusal)
            else:
                return _confirm_page(request, form, change, title, breadcrumb, convention, submit, cancel_url)
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=breadcrumb,
        convention=convention,
        submit="Voir les conséquences",
        cancel_url=cancel_url,
    )


def _confirm_page(
    request: Request,
    form: CloseForm,
    change: actions.Change,
    title: str,
    breadcrumb: list[Any],
    convention: Convention,
    submit: str,
    cancel_url: str,
) -> HttpResponse:
    return render_page(
        request,
        "habilitations/confirm_page.html",
        page_title=title,
        breadcrumb=breadcrumb,
        convention=convention,
        typed=[(name, request.POST[name]) for name in form.fields if name in request.POST],
        answers=form.answers,
        form=form,
        submit=submit,
        cancel_url=cancel_url,
        change=change,
        **consequences(change),
    )


@page(find=queries.rattachement_for, refuse=rules.refuse_managing_utilisateur, methods=("POST",))
def identifiant_resend(request: Request, rattachement: Rattachement) -> HttpResponse:
    comptes.resend_identifiant(by=request.acteur, utilisateur=rattachement.utilisateur, about=[rattachement.convention])
    messages.success(
        request, f"L'identifiant {elided(rattachement.utilisateur.nom_complet)} lui est renvoyé par courriel."
    )
    return redirect(_view_url(rattachement))


@page(find=queries.rattachement_for, refuse=rules.refuse_managing_utilisateur, methods=("POST",))
def provisional_resend(request: Request, rattachement: Rattachement) -> HttpResponse:
    comptes.resend_provisional(by=request.acteur, utilisateur=rattachement.utilisateur, about=[rattachement.convention])
    messages.success(
        request,
        f"Un nouveau mot de passe provisoire part vers {rattachement.utilisateur.nom_complet}, "
        f"valable {_provisional_life()}.",
    )
    return redirect(_view_url(rattachement))
