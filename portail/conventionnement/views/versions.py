"""A convention being formalised or changed: its versions, its parts, its difference with what is in force."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from portail.conventionnement import actions, queries, rules
from portail.conventionnement.enums import EtatVersion
from portail.conventionnement.forms import AvenantForm, MotifForm, PerimetreForm
from portail.conventionnement.models import Contenu, VersionConvention
from portail.conventionnement.queries.reading import Section, differences, sections
from portail.conventionnement.tables import organisme_url
from portail.conventionnement.views.common import convention_url, form_page, organismes_crumbs, under, version_url
from portail.conventions.models import Convention, Organisme
from portail.habilitations import queries as habilitations
from portail.habilitations import roles
from portail.habilitations.actions import preview
from portail.habilitations.rules import refuse_history
from portail.habilitations.views.common import consequences
from portail.habilitations.views.common import under as under_convention
from portail.ui.pages import Request, attempt, page, render_page
from portail.ui.templatetags.ui import elided


@page(find=queries.organisme_for, refuse=rules.refuse_formalising, methods=("GET", "POST"))
def version_create(request: Request, organisme: Organisme) -> HttpResponse:
    """« Formaliser une convention », first step: from then on the draft can be left and resumed."""
    caf = request.acteur.caf
    form = PerimetreForm(request.POST or None, initial={"opens_on": request.acteur.on, "cafs": [caf.code]})
    if request.method == "POST" and form.is_valid():
        contenu = Contenu(**form.values())
        made: list[VersionConvention] = []
        if attempt(
            request,
            form,
            lambda: made.append(actions.draft_convention(by=request.acteur, organisme=organisme, contenu=contenu)),
        ):
            messages.success(request, "Le brouillon est commencé : complétez ses parties dans l'ordre que vous voulez.")
            return redirect(version_url(made[0]))
    name = organisme.raison_sociale
    return form_page(
        request,
        form,
        title="Formaliser une convention",
        breadcrumb=organismes_crumbs((name, organisme_url(organisme)), ("Formaliser une convention", None)),
        submit="Commencer",
        cancel_url=organisme_url(organisme),
        lead=f"Avec {name}. Votre Caf, {caf.nom}, en sera la Caf pivot.",
    )


@page(find=queries.convention_for, refuse=rules.refuse_avenant, methods=("GET", "POST"))
def avenant_create(request: Request, convention: Convention) -> HttpResponse:
    form = AvenantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[VersionConvention] = []
        motif = form.cleaned_data["motif"]
        if attempt(
            request,
            form,
            lambda: made.append(actions.draft_avenant(by=request.acteur, convention=convention, motif=motif)),
        ):
            return redirect(version_url(made[0]))
    return form_page(
        request,
        form,
        title="Préparer un avenant",
        breadcrumb=under_convention(convention, ("Préparer un avenant", None)),
        submit="Commencer",
        cancel_url=convention_url(convention),
        lead="Il part de ce que la convention dit aujourd'hui ; rien ne change avant les deux signatures.",
    )


@page(find=habilitations.convention_by, refuse=refuse_history)
def version_list(request: Request, convention: Convention) -> HttpResponse:
    """« Vie de la convention »: versions, signatures, suspensions, and what the Caf may do."""
    acteur = request.acteur
    return render_page(
        request,
        "conventionnement/version_list.html",
        page_title="Vie de la convention",
        breadcrumb=under_convention(convention, ("Vie de la convention", None)),
        convention=convention,
        versions=queries.versions_of(acteur, convention),
        suspensions=convention.suspensions.order_by("-opens_on"),
        avenant_refusal=rules.refuse_avenant(acteur, convention),
        suspending_refusal=rules.refuse_suspending(acteur, convention),
        resuming_refusal=rules.refuse_resuming(acteur, convention),
        closing_refusal=rules.refuse_closing(acteur, convention),
    )


@page(find=queries.version_for, refuse=rules.refuse_reading_version)
def version_view(request: Request, version: VersionConvention) -> HttpResponse:
    acteur = request.acteur
    may_draft = rules.refuse_drafting(acteur, version) is None
    return render_page(
        request,
        "conventionnement/version_view.html",
        page_title=f"{version.libelle} – {version.convention.libelle}",
        breadcrumb=under(acteur, version),
        version=version,
        convention=None,
        may_draft=may_draft,
        waiting=_waiting(version),
        tasks=_tasks(version) if may_draft else [],
        proposing_refusal=rules.refuse_proposing(acteur, version),
        withdrawing_refusal=rules.refuse_withdrawing(acteur, version),
        signing_refusal=rules.refuse_signing(acteur, version),
        validating_refusal=rules.refuse_validating(acteur, version),
        unusual=rules.unusual_roles(version) if acteur.caf else [],
        sections=_writable(version) if may_draft else sections(version),
        differences=differences(version),
        signatures=version.signatures.all(),
        **_effects(request, version),
    )


def _tasks(version: VersionConvention) -> list[dict[str, Any]]:
    lacking = rules.lacks(version)
    urls = {part: version_url(version, "part_edit", part) for part in queries.SINGLE}
    urls |= {part: version_url(version) + f"#{part}" for part in queries.LISTS}
    return [
        {
            "label": label,
            "url": urls[part],
            "hint": lacking.get(part, ""),
            "statut": "a_faire" if part in lacking else "termine",
            "statut_label": "À compléter" if part in lacking else "Complet",
        }
        for part, label in rules.PARTS.items()
    ]


def _waiting(version: VersionConvention) -> str:
    """Who has to sign now."""
    if version.etat == EtatVersion.PROPOSEE and version.signataire:
        return f"En attente de la signature {elided(version.signataire.nom_complet)}, au nom de l'organisme."
    if version.etat == EtatVersion.SIGNEE:
        caf = version.convention.caf_pivot.nom
        return f"Signée par l'organisme ; en attente de la signature d'un administrateur, {caf}."
    return ""


def _writable(version: VersionConvention) -> list[Section]:
    """The parts with what their buttons need: the digest they were seen with, the services not opened yet."""
    opened = {bulletin.service for bulletin in version.told.bulletins}
    addable = tuple((s.code, s.libelle) for s in roles.SERVICES.values() if s.code not in opened)
    return [
        replace(section, seen=actions.part_digest(version, section.part), addable=addable)
        for section in sections(version)
    ]


def _effects(request: Request, version: VersionConvention) -> dict[str, Any]:
    """For the Caf, what an avenant would give and take today, computed by applying it and taking it back."""
    acteur = request.acteur
    if not version.is_avenant or acteur.caf is None or version.etat in (EtatVersion.VALIDEE, EtatVersion.ABANDONNEE):
        return {"change": None}
    act = lambda: actions.apply_version(by=acteur, version=version)  # noqa: E731 -- the very act, tried
    change = preview(version.convention, acteur.on, act)
    return {"change": change, **consequences(change)}


@page(find=queries.version_for, refuse=rules.refuse_abandoning, methods=("GET", "POST"))
def version_abandon(request: Request, version: VersionConvention) -> HttpResponse:
    form = MotifForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        motif = form.cleaned_data["motif"]
        if attempt(request, form, lambda: actions.abandon(by=request.acteur, version=version, motif=motif)):
            messages.success(request, "Le brouillon est abandonné ; il reste lisible.")
            return redirect(convention_url(version.convention))
    return form_page(
        request,
        form,
        title="Abandonner le brouillon",
        breadcrumb=under(request.acteur, version, ("Abandonner", None)),
        submit="Abandonner",
        cancel_url=version_url(version),
    )
