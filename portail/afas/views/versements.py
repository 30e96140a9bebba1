"""« Versements » of the Caf, « Aides versées » of the partner; an indu recovered, a rejected payment made again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import versements as actions
from portail.afas.actions.lots import note
from portail.afas.enums import EtatVersement, NatureVersement
from portail.afas.filters.versements import AideFilter, VersementFilter
from portail.afas.forms.versements import CompensationForm, ConstatForm, RemboursementForm
from portail.afas.models import Versement
from portail.afas.queries import versements as queries
from portail.afas.rules import versements as rules
from portail.afas.rules.comptes import refuse_comptes
from portail.afas.tables.versements import AideTable, VersementTable, versement_url
from portail.afas.views.common import afas_crumbs
from portail.conventionnement.views.common import form_page
from portail.habilitations.acteur import Acteur
from portail.habilitations.views.common import configured, export_urls, exported
from portail.journal.queries import entries_about
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, attempt, page, render_page
from portail.ui.templatetags.ui import euros

_NEXT = {
    EtatVersement.A_PAYER: "Il entrera dans un lot de paiement à partir de ce jour, si le compte bancaire est validé.",
    EtatVersement.EN_LOT: "Il est dans un lot, qui part à la banque après validation par une seconde personne.",
    EtatVersement.ENVOYE: "La banque l'a reçu : son retour dira s'il est payé.",
    EtatVersement.PAYE: "Il est payé.",
    EtatVersement.REJETE: "La banque l'a rejeté : la Caf corrige ce qui ne va pas, puis le remet à payer.",
    EtatVersement.ANNULE: "Il n'aura pas lieu.",
    EtatVersement.A_RECUPERER: "Il est retenu sur un prochain versement, ou remboursé par l'organisme.",
    EtatVersement.RECUPERE: "Il est entièrement récupéré.",
    EtatVersement.FAIT: "C'est fait.",
}


def title_for(acteur: Acteur) -> str:
    return "Versements" if acteur.caf is not None else "Aides versées"


def _under(acteur: Acteur, *steps: tuple[str, str | None]) -> list[Crumb]:
    here = reverse("afas:versement_list") if steps else None
    return afas_crumbs((title_for(acteur), here), *steps)


def _filtered(request: Request) -> Any:
    kind = VersementFilter if request.acteur.caf is not None else AideFilter
    return kind(request.GET, queryset=queries.versements_for(request.acteur))


def _table(request: Request, rows: Any, **columns: Any) -> VersementTable:
    kind = VersementTable if request.acteur.caf is not None else AideTable
    return kind(rows, **columns)


@page(refuse=rules.refuse_versements)
def versement_list(request: Request) -> HttpResponse:
    """What is due and paid, with the totals of what the filters show."""
    filtered, acteur = _filtered(request), request.acteur
    return render_page(
        request,
        "afas/versement_list.html",
        fragment="list",
        page_title=title_for(acteur),
        breadcrumb=_under(acteur),
        filter=filtered,
        totals=queries.totals_of(filtered.qs),
        may_read_comptes=refuse_comptes(acteur) is None,
        without_rule=queries.droits_without_rule(acteur.caf) if acteur.caf is not None else [],
        table=configured(
            request, _table(request, filtered.qs, exclude=("organisme", "lot") if acteur.caf is None else ("lot",))
        ),
        export_urls=export_urls(request, "afas:versement_export"),
    )


@page(refuse=rules.refuse_exporting_versements)
def versement_export(request: Request, extension: str) -> HttpResponse:
    table = _table(request, _filtered(request).qs)
    return exported(request, table, extension=extension, name="versements", what="la liste des versements")


@page(find=queries.versement_for, refuse=rules.refuse_reading_versement)
def versement_view(request: Request, versement: Versement) -> HttpResponse:
    """Where it stands, what happens next, and where its amount comes from."""
    acteur = request.acteur
    return render_page(
        request,
        "afas/versement_view.html",
        page_title=versement.libelle,
        breadcrumb=_under(acteur, (versement.libelle, None)),
        versement=versement,
        next_step=_NEXT[EtatVersement(versement.etat)],
        is_indu=versement.nature == NatureVersement.INDU,
        linked=queries.linked_to(versement),
        entries=timeline(versement),
        may_recover=rules.refuse_recovering(acteur, versement) is None,
        may_note=rules.refuse_noting(acteur, versement) is None,
        may_resume=rules.refuse_resuming(acteur, versement) is None,
    )


def timeline(thing: Any) -> list[dict[str, Any]]:
    """What the journal says of it, the last first."""
    return [
        {"at": entry.recorded_at, "title": told, "by": entry.organisation, "text": "", "icon": "", "tone": ""}
        for entry, told in queries.told_of(entries_about(thing))
    ]


@page(find=queries.versement_for, refuse=rules.refuse_resuming, methods=("GET", "POST"))
def versement_resume(request: Request, versement: Versement) -> HttpResponse:
    """What happens is said first."""
    form = Form(request.POST or None)
    made: list[Versement] = []
    act = lambda: made.append(actions.resume(by=request.acteur, versement=versement))  # noqa: E731
    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        messages.success(request, "Le versement est remis à payer : il entrera dans le prochain lot.")
        return redirect(versement_url(made[0]))
    lead = (
        f"{versement.organisme} : {euros(versement.net)}. {versement.motif} Avant de le remettre à payer, corrigez la "
        "cause du rejet : le plus souvent, le compte bancaire. Le versement rejeté reste dans son lot, tel qu'il était."
    )
    return _form_page(request, form, versement, "Remettre à payer", lead)


@page(find=queries.versement_for, refuse=rules.refuse_noting, methods=("GET", "POST"))
def versement_note(request: Request, versement: Versement) -> HttpResponse:
    """For the transfers of which the bank sends no answer."""
    form = ConstatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        told = {"is_paid": typed["issue"] == "paye", "noted_on": typed["noted_on"], "reference": typed["reference"]}
        if attempt(request, form, lambda: note(by=request.acteur, versement=versement, **told)):
            messages.success(request, "Ce que dit le relevé est noté.")
            return redirect(versement_url(versement))
    lead = (
        f"{versement.organisme} : {euros(versement.net)}, envoyé à la banque, sans réponse d'elle à ce jour. Un retour "
        "de la banque qui dirait le contraire sera refusé, et signalé."
    )
    return _form_page(request, form, versement, "Constater sur le relevé", lead)


@page(find=queries.versement_for, refuse=rules.refuse_recovering, methods=("GET", "POST"))
def indu_compensate(request: Request, indu: Versement) -> HttpResponse:
    """Kept back from a payment of the same organisation that is not in a lot yet."""
    payable = queries.payable_beside(indu)
    form = CompensationForm(request.POST or None, payable=payable)
    if request.method == "POST" and form.is_valid():
        sur = form.cleaned_data["sur"]
        if attempt(request, form, lambda: actions.set_off(by=request.acteur, indu=indu, sur=sur)):
            messages.success(request, "La retenue est enregistrée : le lot paiera ce qui reste.")
            return redirect(versement_url(indu))
    lead = (
        f"{indu.organisme} doit encore {euros(indu.net)}. La retenue est de ce montant, ou de tout le versement s'il "
        "est plus petit. L'organisme la verra sur chacun des deux."
    )
    if not payable:
        lead = f"{indu.organisme} n'a aucun versement à payer : attendez le prochain, ou notez un remboursement."
    return _form_page(request, form, indu, "Retenir sur un versement", lead)


@page(find=queries.versement_for, refuse=rules.refuse_recovering, methods=("GET", "POST"))
def indu_reimburse(request: Request, indu: Versement) -> HttpResponse:
    form = RemboursementForm(request.POST or None, initial={"montant": indu.net})
    if request.method == "POST" and form.is_valid():
        act = lambda: actions.reimburse(by=request.acteur, indu=indu, **form.cleaned_data)  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, "Le remboursement est noté.")
            return redirect(versement_url(indu))
    lead = f"{indu.organisme} doit encore {euros(indu.net)}."
    return _form_page(request, form, indu, "Noter un remboursement", lead)


def _form_page(request: Request, form: Form, versement: Versement, title: str, lead: str) -> HttpResponse:
    back = versement_url(versement)
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=_under(request.acteur, (versement.libelle, back), (title, None)),
        submit=title,
        cancel_url=back,
        lead=lead,
    )
