"""The parts of a draft, each on its own page: it can be left and resumed at any time."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from portail.conventionnement import actions, queries, rules
from portail.conventionnement.forms import (
    AdministrateurForm,
    BulletinForm,
    ContratForm,
    InterlocuteurForm,
    PartForm,
    PerimetreForm,
    SignataireForm,
)
from portail.conventionnement.queries import Place
from portail.conventionnement.views.common import form_page, under, version_url
from portail.habilitations import roles
from portail.ui.pages import Request, attempt, page

FORMS: dict[str, type[PartForm]] = {"perimetre": PerimetreForm, "contrat": ContratForm, "signataire": SignataireForm}
NOUNS = {
    "interlocuteurs": "un interlocuteur",
    "bulletins": "un bulletin d'adhésion",
    "administrateurs": "un administrateur partenaire",
}
LEADS = {
    "signataire": "Cette personne reçoit un accès personnel pour lire et signer ; elle peut aussi être administrateur.",
    "administrateurs": "Son accès s'ouvrira à la validation. Une personne déjà connue garde son identifiant.",
}


@page(find=queries.part_for, refuse=rules.refuse_writing_part, methods=("GET", "POST"))
def part_edit(request: Request, place: Place) -> HttpResponse:
    told, part = place.version.told, place.part
    known = vars(told.signataire) if part == "signataire" and told.signataire else vars(told)
    form = FORMS[part](request.POST or None, initial=_initial(place, known))
    return _part_page(request, place, form, rules.PARTS[part], lambda: _set_part(request, place, form))


def _initial(place: Place, known: dict[str, Any]) -> dict[str, Any]:
    return known | {"seen": actions.part_digest(place.version, place.part)}


def _set_part(request: Request, place: Place, form: PartForm) -> None:
    actions.set_part(
        by=request.acteur,
        version=place.version,
        part=place.part,
        values=form.values(),
        seen=form.cleaned_data["seen"],
    )


@page(find=queries.element_for, refuse=rules.refuse_writing_part, methods=("GET", "POST"))
def element_create(request: Request, place: Place) -> HttpResponse:
    return _element_page(request, place, {}, f"Ajouter {NOUNS[place.part]}")


@page(find=queries.element_for, refuse=rules.refuse_writing_part, methods=("GET", "POST"))
def element_edit(request: Request, place: Place) -> HttpResponse:
    element = getattr(place.version.told, place.part)[place.element]
    return _element_page(request, place, vars(element), f"Modifier {NOUNS[place.part]}")


def _element_page(request: Request, place: Place, known: dict[str, Any], title: str) -> HttpResponse:
    form = _element_form(request, place, known)
    label = f" : {roles.service(form.service).libelle}" if isinstance(form, BulletinForm) else ""
    return _part_page(request, place, form, title + label, lambda: _set_element(request, place, form))


def _element_form(request: Request, place: Place, known: dict[str, Any]) -> PartForm:
    told, posted = place.version.told, request.POST or None
    refuse = partial(rules.refuse_element, place)
    if place.part == "interlocuteurs":
        return InterlocuteurForm(posted, refuse=refuse, initial=_initial(place, known))
    if place.part == "administrateurs":
        return AdministrateurForm(posted, refuse=refuse, initial=_initial(place, known))
    service = known.get("service") or request.GET.get("service", "")
    if service not in roles.SERVICES:
        raise Http404
    dates = {"opens_on": told.opens_on, "closes_on": told.closes_on}
    initial = _initial(place, dates | known)
    return BulletinForm(posted, refuse=refuse, service=service, version=place.version, initial=initial)


def _set_element(request: Request, place: Place, form: PartForm) -> None:
    actions.set_element(
        by=request.acteur,
        version=place.version,
        part=place.part,
        rang=place.element,
        values=form.values(),
        seen=form.cleaned_data["seen"],
    )


def _part_page(request: Request, place: Place, form: PartForm, title: str, act: Any) -> HttpResponse:
    back = f"{version_url(place.version)}#{place.part}"
    if request.method == "POST" and form.is_valid():
        if attempt(request, form, act):
            messages.success(request, f"Enregistré : {rules.PARTS[place.part].lower()}.")
            return redirect(back)
        if hasattr(form, "differences"):  # somebody wrote this part meanwhile: what is typed here is kept
            typed = request.POST.copy()
            typed["seen"] = actions.part_digest(queries.fresh(place.version), place.part)
            form.data = typed
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=under(request.acteur, place.version, (title, None)),
        submit="Enregistrer",
        cancel_url=back,
        lead=LEADS.get(place.part, ""),
    )


@page(find=queries.element_for, refuse=rules.refuse_writing_part, methods=("POST",))
def element_remove(request: Request, place: Place) -> HttpResponse:
    """At once: a draft opens nothing, and what was removed can be written again."""
    actions.remove_element(
        by=request.acteur,
        version=place.version,
        part=place.part,
        rang=place.element or 0,
        seen=request.POST.get("seen", ""),
    )
    messages.success(request, f"Retiré : {rules.PARTS[place.part].lower()}.")
    return redirect(f"{version_url(place.version)}#{place.part}")
