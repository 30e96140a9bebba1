"""« Courriers à l'allocataire »: what the Caf posts, lot by lot."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.cdap.actions import courriers as actions
from portail.cdap.enums import EtatLotPostal
from portail.cdap.filters.attestations import EnvoiFilter, LotPostalFilter
from portail.cdap.models import EnvoiPostal, LotPostal
from portail.cdap.queries import attestations as queries
from portail.cdap.rules import attestations as rules
from portail.cdap.tables.attestations import LOT_LOOKS, EnvoiTable, LotPostalTable, lot_postal_url
from portail.cdap.views.common import cdap_crumbs
from portail.conventionnement.views.common import form_page
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.forms import Form
from portail.ui.pages import Request, attempt, page, render_page
from portail.ui.templatetags.ui import counted

TITLE, LOTS = "Courriers à l'allocataire", "Lots de courriers"
NOUN = "courrier,courriers"
_NEXT = {
    EtatLotPostal.PREPARATION: "Le portail imprime les courriers : rechargez cette page dans un instant.",
    EtatLotPostal.PRET: "Téléchargez le fichier, imprimez et postez les courriers, puis notez-les postés : le fichier "
    "sera effacé du portail.",
    EtatLotPostal.POSTE: "Ces courriers sont partis. Si l'un revient, notez-le dans la liste des courriers.",
}


def _list_url() -> str:
    return reverse("cdap:envoi_list")


def _lots_url() -> str:
    return reverse("cdap:lot_postal_list")


def _envois(request: Request) -> tuple[EnvoiFilter, EnvoiTable]:
    filtered = EnvoiFilter(request.GET, queryset=queries.envois_for(request.acteur))
    return filtered, EnvoiTable(filtered.qs, is_working=rules.refuse_preparing(request.acteur) is None)


@page(refuse=rules.refuse_envois)
def envoi_list(request: Request) -> HttpResponse:
    filtered, table = _envois(request)
    is_working = rules.refuse_preparing(request.acteur) is None
    return render_page(
        request,
        "cdap/envoi_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=cdap_crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, table),
        export_urls=export_urls(request, "cdap:envoi_export"),
        may_prepare=is_working and queries.waiting_envois(request.acteur).exists(),
    )


@page(refuse=rules.refuse_exporting_envois)
def envoi_export(request: Request, extension: str) -> HttpResponse:
    _, table = _envois(request)
    return exported(request, table, extension=extension, name="courriers", what="les courriers à l'allocataire")


@page(find=queries.envoi_for, refuse=rules.refuse_returning, methods=("GET", "POST"))
def envoi_return(request: Request, envoi: EnvoiPostal) -> HttpResponse:
    form = Form(request.POST or None)
    act = lambda: actions.mark_returned(by=request.acteur, envoi=envoi)  # noqa: E731
    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        messages.success(request, f"{envoi} : revenu non distribué. Le partenaire le voit dans ses attestations.")
        return redirect(_list_url())
    title = "Noter un courrier revenu"
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=cdap_crumbs((TITLE, _list_url()), (title, None)),
        submit="Noter revenu",
        cancel_url=_list_url(),
        lead=f"{envoi}, {envoi.get_kind_display().lower()} : la poste ne l'a pas distribué. Vérifiez l'adresse du "
        "dossier dans vos outils.",
    )


# Lots


@page(refuse=rules.refuse_preparing, methods=("GET", "POST"))
def lot_postal_create(request: Request) -> HttpResponse:
    """How many wait is said first; those that have waited longest go in the lot."""
    form = Form(request.POST or None)
    made: list[LotPostal] = []
    act = lambda: made.append(actions.prepare_lot(by=request.acteur))  # noqa: E731
    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        messages.success(request, "Le lot est préparé : ses courriers s'impriment.")
        return redirect(lot_postal_url(made[0]))
    title = "Préparer un lot"
    waiting = counted(queries.waiting_envois(request.acteur).count(), NOUN)
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=cdap_crumbs((TITLE, _list_url()), (title, None)),
        submit=title,
        cancel_url=_list_url(),
        lead=f"En attente : {waiting}. Les plus anciens entrent dans le lot ; ils s'impriment dans un seul fichier, "
        "avec leur bordereau.",
    )


def _lots(request: Request) -> tuple[LotPostalFilter, LotPostalTable]:
    filtered = LotPostalFilter(request.GET, queryset=queries.lots_postaux_for(request.acteur))
    return filtered, LotPostalTable(filtered.qs)


@page(refuse=rules.refuse_envois)
def lot_postal_list(request: Request) -> HttpResponse:
    filtered, table = _lots(request)
    return render_page(
        request,
        "cdap/lot_postal_list.html",
        fragment="list",
        page_title=LOTS,
        breadcrumb=cdap_crumbs((TITLE, _list_url()), (LOTS, None)),
        filter=filtered,
        table=configured(request, table),
        export_urls=export_urls(request, "cdap:lot_postal_export"),
    )


@page(refuse=rules.refuse_exporting_envois)
def lot_postal_export(request: Request, extension: str) -> HttpResponse:
    _, table = _lots(request)
    return exported(request, table, extension=extension, name="lots-de-courriers", what="les lots de courriers")


@page(find=queries.lot_postal_for, refuse=rules.refuse_reading_lot_postal)
def lot_postal_view(request: Request, lot: LotPostal) -> HttpResponse:
    etat = EtatLotPostal(lot.etat)
    return render_page(
        request,
        "cdap/lot_postal_view.html",
        page_title=str(lot),
        breadcrumb=cdap_crumbs((TITLE, _list_url()), (LOTS, _lots_url()), (str(lot), None)),
        lot=lot,
        look=LOT_LOOKS[etat],
        next_step=_NEXT[etat],
        may_download=rules.refuse_downloading(request.acteur, lot) is None,
    )


@page(find=queries.lot_postal_for, refuse=rules.refuse_downloading, methods=("POST",), once=False)
def lot_postal_file(request: Request, lot: LotPostal) -> HttpResponse:
    """The letters and their list; a POST, since each download is an act."""
    response = HttpResponse(actions.download(by=request.acteur, lot=lot), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="courriers-lot-{lot.pk}.zip"'
    return response


@page(find=queries.lot_postal_for, refuse=rules.refuse_marking_posted, methods=("POST",))
def lot_postal_post(request: Request, lot: LotPostal) -> HttpResponse:
    actions.mark_posted(by=request.acteur, lot=lot)
    messages.success(request, "Le lot est noté posté ; son fichier est effacé.")
    return redirect(lot_postal_url(lot))
