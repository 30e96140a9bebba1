"""What these screens share: where one is, and a page of one form."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from portail.comptes.actions import check_password
from portail.conventionnement.models import VersionConvention
from portail.conventions.models import Convention
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, crumbs, form_status, render_page
from portail.ui.rules import Refused


def organismes_crumbs(*steps: tuple[str, str | None]) -> list[Crumb]:
    return crumbs(("Organismes partenaires", reverse("conventionnement:organisme_list")), *steps)


def version_url(version: VersionConvention, name: str = "version_view", *more: Any) -> str:
    return reverse(f"conventionnement:{name}", args=[version.convention_id, version.rang, *more])


def convention_url(convention: Convention) -> str:
    return reverse("habilitations:convention_view", args=[convention.pk])


def under(acteur: Any, version: VersionConvention, *steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil > Conventions > this convention > this version > … »; a mere signatory sees no convention list."""
    here = (version.libelle, version_url(version) if steps else None)
    if acteur.caf is None and version.convention_id not in acteur.administered:
        return crumbs(here, *steps)
    conventions = ("Conventions", reverse("habilitations:convention_list"))
    return crumbs(conventions, (version.convention.libelle, convention_url(version.convention)), here, *steps)


def form_page(
    request: Request,
    form: Form,
    *,
    title: str,
    breadcrumb: list[Crumb],
    submit: str,
    cancel_url: str,
    lead: str = "",
    **context: Any,
) -> HttpResponse:
    """One form, its one button and its way out."""
    return render_page(
        request,
        "conventionnement/form_page.html",
        page_title=title,
        breadcrumb=breadcrumb,
        form=form,
        submit=submit,
        cancel_url=cancel_url,
        lead=lead,
        status=form_status(form),
        **context,
    )


def password_is_right(request: Request, form: Form) -> bool:
    """Is what was typed in `password` his own (step-up)? If not, the form says so."""
    try:
        if check_password(request.acteur.utilisateur, form.cleaned_data["password"]):
            return True
        form.add_error("password", "Ce n'est pas votre mot de passe : saisissez-le à nouveau.")
    except Refused as refusal:
        form.add_error("password", str(refusal))
    return False
