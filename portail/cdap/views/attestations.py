"""An attestation: made from the file being read, shown, printed, posted to the allocataire."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.cdap.actions import attestations as actions
from portail.cdap.filters.attestations import AttestationFilter
from portail.cdap.forms.attestations import AttestationForm
from portail.cdap.gateway import UnavailableError
from portail.cdap.models import Attestation, Consultation
from portail.cdap.queries import attestations as queries
from portail.cdap.queries.consultations import consultation_for
from portail.cdap.queries.matrices import opened_by
from portail.cdap.rules import attestations as rules
from portail.cdap.tables.attestations import AttestationTable, attestation_url, etat_of
from portail.cdap.views.common import cdap_crumbs, first_onglet_url
from portail.conventionnement.views.common import form_page
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.forms import Form
from portail.ui.gateway import made_pdf
from portail.ui.pages import Request, attempt, form_status, page, render_page

TITLE, LIST = "Attestation", "Mes attestations"


def _list_url() -> str:
    return reverse("cdap:attestation_list")


@page(find=consultation_for, refuse=rules.refuse_attesting, methods=("GET", "POST"))
def attestation_create(request: Request, consultation: Consultation) -> HttpResponse:
    """Nothing of the file is read before it is asked for."""
    kinds = rules.kinds_opened(opened_by(consultation.caf_id, consultation.profil))
    form = AttestationForm(request.POST or None, kinds=kinds, on=request.acteur.on)
    if request.method == "POST" and form.is_valid():
        made = _issued(request, form, consultation)
        if made is not None:
            return redirect(attestation_url(made))
    back = first_onglet_url(consultation)
    return render_page(
        request,
        "cdap/attestation_create.html",
        page_title=TITLE,
        breadcrumb=cdap_crumbs(("Dossier", back), (TITLE, None)),
        consultation=consultation,
        form=form,
        cancel_url=back,
        status=form_status(form),
    )


def _issued(request: Request, form: AttestationForm, consultation: Consultation) -> Attestation | None:
    """The attestation; without one, the form says why."""
    made: list[Attestation | None] = []
    kind, asked = form.chosen, form.asked
    act = lambda: made.append(  # noqa: E731
        actions.issue(by=request.acteur, consultation=consultation, kind=kind, asked=asked)
    )
    if not _attempted(request, form, act):
        return None
    if made[0] is None:
        form.add_error(None, rules.UNKNOWN[kind])
    return made[0]


def _attempted(request: Request, form: Any, act: Any) -> bool:
    try:
        return attempt(request, form, act)
    except UnavailableError as unavailable:
        form.add_error(None, str(unavailable))
        return False


# One attestation


def _sheet(request: Request, attestation: Attestation) -> dict[str, Any]:
    return queries.paper(attestation, request.build_absolute_uri(reverse("conventionnement:document_verify")))


def _sheet_page(request: Request, attestation: Attestation, *, is_printing: bool) -> HttpResponse:
    envoi = getattr(attestation, "envoi", None)
    return render_page(
        request,
        "cdap/attestation_view.html",
        page_title=str(attestation),
        breadcrumb=cdap_crumbs((LIST, _list_url()), (str(attestation), None)),
        attestation=attestation,
        sheet=_sheet(request, attestation),
        etat=etat_of(envoi) if envoi else "",
        may_post=envoi is None and rules.refuse_posting(request.acteur, attestation) is None,
        is_printing=is_printing,
        back_url=first_onglet_url(queries.consultation_of(attestation)),
    )


@page(find=queries.attestation_for, refuse=rules.refuse_reading_attestation)
def attestation_view(request: Request, attestation: Attestation) -> HttpResponse:
    actions.note_reading(by=request.acteur, attestation=attestation)
    return _sheet_page(request, attestation, is_printing=False)


@page(find=queries.attestation_for, refuse=rules.refuse_reading_attestation)
def attestation_print(request: Request, attestation: Attestation) -> HttpResponse:
    """The same sheet; the browser opens its print dialogue by itself."""
    actions.note_printing(by=request.acteur, attestation=attestation)
    return _sheet_page(request, attestation, is_printing=True)


@page(find=queries.attestation_for, refuse=rules.refuse_reading_attestation)
def attestation_pdf(request: Request, attestation: Attestation) -> HttpResponse:
    actions.note_downloading(by=request.acteur, attestation=attestation)
    sheet = _sheet(request, attestation)
    content = made_pdf("cdap/attestation.typ", {"title": sheet["title"], "lettres": [sheet]})
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="attestation-{attestation.kind}.pdf"'
    return response


@page(find=queries.attestation_for, refuse=rules.refuse_posting, methods=("GET", "POST"))
def attestation_post(request: Request, attestation: Attestation) -> HttpResponse:
    """What happens is said first; the address stays with the Caf."""
    form = Form(request.POST or None)
    act = lambda: actions.post(by=request.acteur, attestation=attestation)  # noqa: E731
    if request.method == "POST" and form.is_valid() and _attempted(request, form, act):
        messages.success(request, f"La demande d'envoi est transmise à la {attestation.caf.nom}.")
        return redirect(_list_url())
    title = "Envoyer par courrier à l'allocataire"
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=cdap_crumbs((LIST, _list_url()), (str(attestation), attestation_url(attestation)), (title, None)),
        submit="Demander l'envoi",
        cancel_url=attestation_url(attestation),
        lead=f"La {attestation.caf.nom} imprime cette attestation et l'envoie à l'allocataire, à l'adresse de son "
        "dossier. Une même attestation s'envoie une fois par mois. Vous suivrez l'envoi dans « Mes attestations ».",
    )


# The list


def _table(request: Request) -> tuple[AttestationFilter, AttestationTable]:
    filtered = AttestationFilter(request.GET, queryset=queries.attestations_for(request.acteur))
    return filtered, AttestationTable(filtered.qs)


@page(refuse=rules.refuse_attestations)
def attestation_list(request: Request) -> HttpResponse:
    filtered, table = _table(request)
    return render_page(
        request,
        "cdap/attestation_list.html",
        fragment="list",
        page_title=LIST,
        breadcrumb=cdap_crumbs((LIST, None)),
        filter=filtered,
        table=configured(request, table),
        export_urls=export_urls(request, "cdap:attestation_export"),
    )


@page(refuse=rules.refuse_exporting_attestations)
def attestation_export(request: Request, extension: str) -> HttpResponse:
    _, table = _table(request)
    return exported(request, table, extension=extension, name="mes-attestations", what="ses attestations")
