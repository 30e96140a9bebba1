"""Proposed, withdrawn, signed by the partner, refused, signed and validated by the Caf."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from portail.conventionnement import actions, queries, rules
from portail.conventionnement.forms import MotifForm, SignForm
from portail.conventionnement.models import VersionConvention
from portail.conventionnement.queries.reading import sections
from portail.conventionnement.views.common import form_page, password_is_right, under, version_url
from portail.ui.pages import Request, attempt, form_status, page, render_page


@page(find=queries.version_for, refuse=rules.refuse_proposing, methods=("POST",))
def version_propose(request: Request, version: VersionConvention) -> HttpResponse:
    actions.propose(by=request.acteur, version=version)
    named = version.told.signataire
    who = f"{named.prenom} {named.nom}" if named else ""
    messages.success(request, f"La version est proposée à {who}, qui en est averti par courriel.")
    return redirect(version_url(version))


@page(find=queries.version_for, refuse=rules.refuse_withdrawing, methods=("GET", "POST"))
def version_withdraw(request: Request, version: VersionConvention) -> HttpResponse:
    return _motif_page(
        request,
        version,
        title="Retirer de la signature",
        submit="Retirer et corriger",
        done="La version est de nouveau un brouillon.",
        act=actions.withdraw,
        lead="La signature du partenaire, si elle a été donnée, ne vaudra plus : il signera le texte corrigé.",
    )


@page(find=queries.version_for, refuse=rules.refuse_signing, methods=("GET", "POST"))
def version_refuse(request: Request, version: VersionConvention) -> HttpResponse:
    return _motif_page(
        request,
        version,
        title="Ne pas signer",
        submit="Renvoyer à la Caf",
        done="La Caf est avertie de votre réponse.",
        act=actions.refuse_to_sign,
        after="accueil:home",
        lead="Dites à la Caf ce qui doit être corrigé : elle vous proposera une nouvelle version.",
    )


def _motif_page(
    request: Request,
    version: VersionConvention,
    *,
    title: str,
    submit: str,
    done: str,
    act: Any,
    lead: str,
    after: str = "",
) -> HttpResponse:
    form = MotifForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        motif = form.cleaned_data["motif"]
        if attempt(request, form, lambda: act(by=request.acteur, version=version, motif=motif)):
            messages.success(request, done)
            return redirect(after or version_url(version))
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=under(request.acteur, version, (title, None)),
        submit=submit,
        cancel_url=version_url(version),
        lead=lead,
    )


@sensitive_post_parameters("password")
@page(find=queries.version_for, refuse=rules.refuse_signing, methods=("GET", "POST"))
def version_sign(request: Request, version: VersionConvention) -> HttpResponse:
    done = "Votre signature est enregistrée. La Caf signe ensuite : vous serez averti de la validation."
    return _sign_page(request, version, title="Lire et signer", act=actions.sign, done=done)


@sensitive_post_parameters("password")
@page(find=queries.version_for, refuse=rules.refuse_validating, methods=("GET", "POST"))
def version_validate(request: Request, version: VersionConvention) -> HttpResponse:
    done = "La version est validée : elle agit dès maintenant, et chacun en est averti."
    return _sign_page(request, version, title="Signer pour la Caf et valider", act=actions.validate, done=done)


def _sign_page(request: Request, version: VersionConvention, *, title: str, act: Any, done: str) -> HttpResponse:
    """The whole text, then the signature: the password again (step-up), for exactly this text."""
    form = SignForm(request.POST or None, initial={"empreinte": version.empreinte})
    if request.method == "POST" and form.is_valid() and password_is_right(request, form):
        seen = form.cleaned_data["empreinte"]
        if attempt(request, form, lambda: act(by=request.acteur, version=version, empreinte=seen)):
            messages.success(request, done)
            return redirect(version_url(version))
    return render_page(
        request,
        "conventionnement/version_sign.html",
        page_title=title,
        breadcrumb=under(request.acteur, version, (title, None)),
        version=version,
        convention=None,
        sections=sections(version),
        form=form,
        status=form_status(form),
    )
