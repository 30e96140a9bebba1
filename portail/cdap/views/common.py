"""Where one is in « Consulter un dossier »."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from portail.cdap.definitions.champs import DIALOGUE, ONGLETS
from portail.cdap.models import Consultation
from portail.cdap.queries.matrices import onglets_of, opened_by
from portail.cdap.roles import SERVICE
from portail.cdap.rules.attestations import kinds_opened
from portail.ui.pages import Crumb, Request, crumbs, form_status, page_url, render_page

SUPERVISION = "Supervision métier"


def cdap_crumbs(*steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil > Consulter un dossier > … »."""
    return crumbs((SERVICE.libelle, page_url("cdap:home")), *steps)


def onglet_url(consultation: Consultation, onglet: str) -> str:
    return _onglet_url(consultation.id, onglet)


@lru_cache(maxsize=4096)
def _onglet_url(consultation: UUID, onglet: str) -> str:
    """Each of the ten tabs gives the addresses of all ten."""
    return reverse("cdap:onglet_view", args=[consultation, onglet])


def supervision_crumbs(*steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil > Supervision métier > … »."""
    return crumbs((SUPERVISION, page_url("cdap:supervision_view") if steps else None), *steps)


def form_page(
    request: Request, form: Any, *, title: str, breadcrumb: list[Crumb], submit: str, cancel_url: str, lead: str = ""
) -> HttpResponse:
    """One form about a person: unlike the others, nothing typed in it is kept as a draft."""
    return render_page(
        request,
        "cdap/form_page.html",
        page_title=title,
        breadcrumb=breadcrumb,
        form=form,
        submit=submit,
        cancel_url=cancel_url,
        lead=lead,
        status=form_status(form),
    )


def first_onglet_url(consultation: Consultation) -> str:
    """The first tab that the profile opens; « Synthèse » when it opens none, which then says so."""
    opened = onglets_of(opened_by(consultation.caf_id, consultation.profil))
    return onglet_url(consultation, opened[0].code if opened else next(iter(ONGLETS)))


def actes_of(consultation: Consultation, opened: frozenset[str]) -> list[tuple[str, str]]:
    """What may be done from a file, beside reading it (S2): (words, address)."""
    made = []
    if DIALOGUE in opened:
        made.append(("Dialogue", reverse("cdap:dialogue_create", args=[consultation.id])))
    if kinds_opened(opened):
        made.append(("Attestation", reverse("cdap:attestation_create", args=[consultation.id])))
    return made


def confirmation(
    request: Request,
    form: Any,
    *,
    title: str,
    breadcrumb: list[Crumb],
    answers: list[dict[str, str]],
    effects: list[str],
    submit: str,
    cancel_url: str,
    danger: bool = False,
) -> HttpResponse:
    """What an act changes, before it is done; what was typed is sent again with it."""
    return render_page(
        request,
        "cdap/confirm.html",
        page_title=title,
        breadcrumb=breadcrumb,
        answers=answers,
        effects=effects,
        typed=[(name, request.POST[name]) for name in form.fields if name in request.POST],
        submit=submit,
        cancel_url=cancel_url,
        danger=danger,
    )
