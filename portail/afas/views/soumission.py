"""Submitting a sheet, opening it again, and the checks of a declaration with their justifications."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import soumission as actions
from portail.afas.enums import EtatDeclaration
from portail.afas.forms.saisie import JustificationForm
from portail.afas.models import Declaration, Volet
from portail.afas.queries.comparaisons import (
    Contexte,
    Point,
    Reste,
    approbateurs_of,
    blocking_of,
    context_of,
    panneau_of,
    rest_of,
)
from portail.afas.queries.declarations import declaration_for, volets_for
from portail.afas.queries.saisie import (
    copied_codes,
    full_label,
    groupes_of,
    label_of,
    missing_champs,
    volet_for,
)
from portail.afas.rules import saisie as rules
from portail.afas.views.saisie import under, volet_url
from portail.ui.forms import Form
from portail.ui.pages import Request, attempt, form_status, page, render_page
from portail.ui.templatetags.ui import counted


@page(find=volet_for, refuse=rules.refuse_submitting, methods=("GET", "POST"))
def volet_submit(request: Request, volet: Volet) -> HttpResponse:
    """What still forbids it, each with its link; else what happens next, then the button."""
    form = Form(request.POST or None)
    done: list[Reste] = []
    act = lambda: done.append(actions.submit(by=request.acteur, volet=volet))  # noqa: E731
    if request.method == "POST" and attempt(request, form, act):
        messages.success(request, f"{label_of(volet)} : le volet est soumis. {next_step(done[0])}")
        is_read = rules.refuse_reading_controles(request.acteur, volet.declaration) is None
        return redirect("afas:controle_list" if is_read else "afas:declaration_view", pk=volet.declaration_id)
    contexte = context_of(volet.declaration)
    left = rest_of(contexte)
    is_whole = rules.refuse_reading_controles(request.acteur, volet.declaration) is None
    return render_page(
        request,
        "afas/volet_submit.html",
        page_title="Soumettre le volet",
        breadcrumb=under(volet.declaration, (label_of(volet), volet_url(volet)), ("Soumettre", None)),
        volet=volet,
        form=form,
        refusal=None if form.is_bound else rules.refuse_typing(request.acteur, volet),
        sheet_url=volet_url(volet),
        missing=[(champ.code, full_label(champ)) for champ in missing_champs(volet)],
        blocking=[Point(each, lieu=str(volet.lieu or ""), is_alone=True) for each in blocking_of(contexte, volet)],
        copied=sum(len(copied_codes(volet, groupe)) for groupe in groupes_of(volet)),
        others=[label_of(each) for each in left.volets if each.pk != volet.pk],
        to_justify=[point.constat.controle.libelle for point in left.awaiting] if is_whole else [],
        status=form_status(form),
    )


def next_step(left: Reste) -> str:
    """What is left before the approbateur gets it."""
    if left.is_nothing:
        return "La déclaration attend maintenant l'approbation : l'approbateur en est averti par courriel."
    parts = []
    if left.volets:
        parts.append(counted(len(left.volets), "volet à soumettre,volets à soumettre"))
    if left.blocking:
        parts.append(counted(len(left.blocking), "contrôle qui bloque,contrôles qui bloquent"))
    if left.awaiting:
        parts.append(counted(len(left.awaiting), "contrôle à justifier,contrôles à justifier"))
    return f"Avant l'approbation, il reste : {', '.join(parts)}."


@page(find=volet_for, refuse=rules.refuse_reopening, methods=("GET", "POST"))
def volet_reopen(request: Request, volet: Volet) -> HttpResponse:
    """What it takes back is told first."""
    form = Form(request.POST or None)
    act = lambda: actions.reopen(by=request.acteur, volet=volet)  # noqa: E731
    if request.method == "POST" and attempt(request, form, act):
        messages.success(request, "Le volet est rouvert : corrigez-le, puis soumettez-le de nouveau.")
        return redirect(volet_url(volet))
    return render_page(
        request,
        "afas/volet_reopen.html",
        page_title="Rouvrir le volet",
        breadcrumb=under(volet.declaration, (label_of(volet), volet_url(volet)), ("Rouvrir", None)),
        volet=volet,
        form=form,
        is_waiting=volet.declaration.etat == EtatDeclaration.A_APPROUVER,
        cancel_url=volet_url(volet),
        status=form_status(form),
    )


# The checks


@page(find=declaration_for, refuse=rules.refuse_reading_controles)
def controle_list(request: Request, declaration: Declaration) -> HttpResponse:
    return _controles(request, declaration)


@page(find=declaration_for, refuse=rules.refuse_justifying, methods=("POST",))
def controle_justify(request: Request, declaration: Declaration) -> HttpResponse:
    form = JustificationForm(request.POST, auto_id=f"{request.POST.get('controle', '')}-%s")
    left: list[Reste] = []
    if form.is_valid():
        typed = form.cleaned_data
        act = lambda: left.append(actions.justify(by=request.acteur, declaration=declaration, **typed))  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, f"La justification est enregistrée. {next_step(left[0])}")
            return redirect("afas:controle_list", pk=declaration.pk)
    return _controles(request, declaration, form)


def _controles(request: Request, declaration: Declaration, form: JustificationForm | None = None) -> HttpResponse:
    contexte = context_of(declaration)
    panneau, reste = panneau_of(contexte), rest_of(contexte)
    may_justify = rules.refuse_justifying(request.acteur, declaration) is None
    return render_page(
        request,
        "afas/controle_list.html",
        page_title="Contrôles et justifications",
        breadcrumb=under(declaration, ("Contrôles", None)),
        declaration=declaration,
        panneau=panneau,
        reste=reste,
        next_step=_where(contexte, reste, request),
        tasks=[_task(volet) for volet in volets_for(request.acteur, declaration)],
        form=form,
        forms=_forms([*panneau.awaiting, *panneau.justified], form) if may_justify else {},
        justify_url=reverse("afas:controle_justify", args=[declaration.pk]),
        status=form_status(form) if form else 200,
    )


def _forms(points: list[Point], sent: JustificationForm | None) -> dict[str, JustificationForm]:
    """A form for each check to justify; the one that was sent keeps what was typed."""
    code = sent.data.get("controle", "") if sent else ""
    return {
        point.code: sent
        if sent is not None and point.code == code
        else JustificationForm(
            initial={"controle": point.code, "text": point.justification.text if point.justification else ""},
            auto_id=f"{point.code}-%s",
        )
        for point in points
    }


def _task(volet: Volet) -> dict[str, Any]:
    by = f"par {volet.submitted_by.nom_complet}" if volet.submitted_by else ""
    return {
        "label": label_of(volet),
        "url": volet_url(volet),
        "hint": by,
        "statut": volet.etat,
        "statut_label": volet.get_etat_display(),
    }


def _where(contexte: Contexte, reste: Reste, request: Request) -> str:
    """What happens next, by where the declaration stands."""
    etat = contexte.declaration.etat
    if etat == EtatDeclaration.A_APPROUVER:
        names = " et ".join(p.nom_complet for p in approbateurs_of(contexte.declaration, request.acteur.on))
        return f"La déclaration attend l'approbation de {names}." if names else _NOBODY
    if etat in rules.OPEN_TO_ENTRY:
        return next_step(reste)
    return f"La déclaration est « {EtatDeclaration(etat).label} » : elle ne se modifie plus."


_NOBODY = (
    "La déclaration attend l'approbation, mais cette activité n'a pas d'approbateur validé par la Caf : "
    "la personne qui donne les profils de votre organisme doit en désigner un."
)
