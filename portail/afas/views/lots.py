"""« Lots de paiement »: prepared after a preview, validated by another, sent, answered by the bank."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from portail.afas.actions import lots as actions
from portail.afas.enums import EtatLot, EtatVersement
from portail.afas.filters.versements import LotFilter
from portail.afas.forms.versements import ExecutionForm, LotForm, LotValidateForm, RetourForm
from portail.afas.models import LotPaiement, RetourBanque
from portail.afas.queries import lots as queries
from portail.afas.queries.comptes import debtor_of, is_changing
from portail.afas.rules import lots as rules
from portail.afas.tables.versements import ContenuTable, LotTable, lot_url
from portail.afas.views.common import afas_crumbs
from portail.afas.views.versements import timeline
from portail.conventionnement.views.common import form_page, password_is_right
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, attempt, form_status, page, render_page
from portail.ui.templatetags.ui import counted, euros

TITLE = "Lots de paiement"
_NEXT = {
    EtatLot.PREPARE: "Un autre gestionnaire que celui qui l'a préparé le relit et le valide.",
    EtatLot.VALIDE: "Un gestionnaire télécharge le fichier de virement et le dépose à la banque.",
    EtatLot.ENVOYE: "La banque répond par un compte rendu (pain.002) : lisez-le ici dès qu'il arrive.",
    EtatLot.TERMINE: "La banque s'est prononcée sur chaque versement : ce lot est terminé.",
    EtatLot.ABANDONNE: "Ses versements sont de nouveau à payer ; son numéro ne resservira pas.",
}
_NEXT_REJECTED = "La banque s'est prononcée sur chaque versement : ouvrez ce qu'elle a rejeté pour le remettre à payer."


def _next_step(lot: LotPaiement, totals: Sequence[tuple[str, str, int, Decimal]]) -> str:
    has_rejected = any(code == EtatVersement.REJETE for code, *_ in totals)
    return _NEXT_REJECTED if has_rejected and lot.etat == EtatLot.TERMINE else _NEXT[EtatLot(lot.etat)]


def _under(request: Request, *steps: tuple[str, str | None]) -> list[Crumb]:
    return afas_crumbs((TITLE, reverse("afas:lot_list") if steps else None), *steps)


def _under_lot(request: Request, lot: LotPaiement, *steps: tuple[str, str | None]) -> list[Crumb]:
    return _under(request, (lot.reference, lot_url(lot) if steps else None), *steps)


def _filtered(request: Request) -> LotFilter:
    return LotFilter(request.GET, queryset=queries.lots_for(request.acteur))


@page(refuse=rules.refuse_lots)
def lot_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "afas/lot_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=_under(request),
        filter=filtered,
        table=configured(request, LotTable(filtered.qs)),
        may_prepare=rules.refuse_preparing_lot(request.acteur) is None,
        export_urls=export_urls(request, "afas:lot_export"),
    )


@page(refuse=rules.refuse_exporting_lots)
def lot_export(request: Request, extension: str) -> HttpResponse:
    table = LotTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="lots-de-paiement", what="les lots de paiement")


# Prepared


@page(refuse=rules.refuse_preparing_lot, methods=("GET", "POST"))
def lot_create(request: Request) -> HttpResponse:
    """What a lot of that day would hold and what is held back; sent back as it was shown, it becomes a lot."""
    if request.method == "POST":
        return _prepared(request)
    return _preview(request, Form())


def _prepared(request: Request) -> HttpResponse:
    form = LotForm(request.POST)
    made: list[LotPaiement] = []
    if form.is_valid():
        typed = form.cleaned_data
        seen = (typed["nombre"], typed["total"])
        act = lambda: actions.prepare(by=request.acteur, execution_on=typed["execution_on"], seen=seen)  # noqa: E731
        if attempt(request, form, lambda: made.append(act())):
            messages.success(request, "Le lot est préparé : un autre gestionnaire doit maintenant le valider.")
            return redirect(lot_url(made[0]))
    return _preview(request, form)


def _preview(request: Request, form: Form) -> HttpResponse:
    caf = request.acteur.caf
    asked = request.GET if "execution_on" in request.GET else request.POST
    day_form = ExecutionForm(asked if "execution_on" in asked else {"execution_on": request.acteur.on.isoformat()})
    on = day_form.cleaned_data["execution_on"] if day_form.is_valid() else request.acteur.on
    chosen = queries.chosen(caf, on)
    total = sum((each.net for each in chosen), Decimal("0.00"))
    return render_page(
        request,
        "afas/lot_create.html",
        page_title="Préparer un lot",
        breadcrumb=_under(request, ("Préparer un lot", None)),
        form=form,
        day_form=day_form,
        refusal=rules.refuse_debtor(debtor_of(caf), is_changing=is_changing(caf, None)),
        on=on,
        nombre=len(chosen),
        total=total,
        sent=LotForm(auto_id=False, initial={"execution_on": on, "nombre": len(chosen), "total": total}),
        held=queries.held_back(caf, on),
        owing=queries.with_open_indu(chosen),
        is_full=len(chosen) == queries.most_in_a_lot(),
        table=configured(request, ContenuTable(chosen, exclude=("etat", "compte"))),
        status=form_status(form),
    )


@page(find=queries.lot_for, refuse=rules.refuse_reading_lot)
def lot_view(request: Request, lot: LotPaiement) -> HttpResponse:
    acteur, totals = request.acteur, queries.totals_by_state(lot)
    return render_page(
        request,
        "afas/lot_view.html",
        page_title=f"Lot {lot.reference}",
        breadcrumb=_under_lot(request, lot),
        lot=lot,
        next_step=_next_step(lot, totals),
        table=configured(request, ContenuTable(queries.content_of(lot))),
        totals=totals,
        retours=queries.retours_of(lot),
        entries=timeline(lot),
        may_validate=rules.refuse_validating_lot(acteur, lot) is None,
        may_abandon=rules.refuse_abandoning_lot(acteur, lot) is None,
        may_download=rules.refuse_downloading_lot(acteur, lot) is None,
        may_answer=rules.refuse_answering_lot(acteur, lot) is None,
    )


@page(find=queries.lot_for, refuse=rules.refuse_abandoning_lot, methods=("GET", "POST"))
def lot_abandon(request: Request, lot: LotPaiement) -> HttpResponse:
    form = Form(request.POST or None)
    act = lambda: actions.abandon(by=request.acteur, lot=lot)  # noqa: E731
    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        messages.success(request, "Le lot est abandonné : ses versements sont de nouveau à payer.")
        return redirect(lot_url(lot))
    title = "Abandonner ce lot"
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=_under_lot(request, lot, (title, None)),
        submit=title,
        cancel_url=lot_url(lot),
        lead=f"{counted(lot.nombre, actions.NOUN).capitalize()}, {euros(lot.total)} : tous redeviennent à payer et "
        "pourront entrer dans un autre lot. Rien n'est parti à la banque.",
    )


@sensitive_post_parameters("password")
@page(find=queries.lot_for, refuse=rules.refuse_validating_lot, methods=("GET", "POST"))
def lot_validate(request: Request, lot: LotPaiement) -> HttpResponse:
    """The whole lot, then the password again (step-up)."""
    form = LotValidateForm(request.POST or None)
    act = lambda: actions.validate(by=request.acteur, lot=lot)  # noqa: E731
    is_right = request.method == "POST" and form.is_valid() and password_is_right(request, form)
    if is_right and attempt(request, form, act):
        messages.success(request, "Le lot est validé : son fichier de virement est prêt.")
        return redirect(lot_url(lot))
    return render_page(
        request,
        "afas/lot_validate.html",
        page_title=f"Valider le lot {lot.reference}",
        breadcrumb=_under_lot(request, lot, ("Valider", None)),
        lot=lot,
        table=configured(request, ContenuTable(queries.content_of(lot), exclude=("etat",))),
        form=form,
        cancel_url=lot_url(lot),
        status=form_status(form),
    )


# With the bank


@page(find=queries.lot_for, refuse=rules.refuse_downloading_lot, methods=("POST",))
def lot_file(request: Request, lot: LotPaiement) -> HttpResponse:
    """The payment file; a POST, since the first download puts its payments with the bank."""
    content = actions.download(by=request.acteur, lot=lot)
    response = HttpResponse(content, content_type="application/xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{lot.reference}.xml"'
    return response


@page(find=queries.lot_for, refuse=rules.refuse_answering_lot, methods=("GET", "POST"))
def lot_answer(request: Request, lot: LotPaiement) -> HttpResponse:
    form = RetourForm(request.POST or None, request.FILES or None)
    made: list[RetourBanque] = []
    if request.method == "POST" and form.is_valid():
        given: Any = form.cleaned_data["fichier"]
        content = given.read()
        act = lambda: actions.answer(by=request.acteur, lot=lot, file_name=given.name, content=content)  # noqa: E731
        if attempt(request, form, lambda: made.append(act())):
            read = made[0]
            messages.success(
                request,
                f"Retour lu. Payés : {read.payes} ; rejetés : {read.rejetes} ; en cours à la banque : {read.attendus}.",
            )
            return redirect(lot_url(lot))
    return render_page(
        request,
        "afas/lot_answer.html",
        page_title="Lire le retour de la banque",
        breadcrumb=_under_lot(request, lot, ("Retour de la banque", None)),
        lot=lot,
        form=form,
        cancel_url=lot_url(lot),
        status=form_status(form),
    )
