"""« Comptes bancaires »: of the organisations and of the Caf itself; masked, but for who decides."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import comptes as actions
from portail.afas.enums import EtatCompte
from portail.afas.filters.versements import CompteFilter
from portail.afas.forms.versements import CompteDecisionForm, CompteForm
from portail.afas.models import CompteBancaire
from portail.afas.queries import comptes as queries
from portail.afas.rules import comptes as rules
from portail.afas.tables.versements import CompteTable
from portail.afas.views.common import afas_crumbs
from portail.conventionnement.views.common import form_page
from portail.conventions.models import Organisme
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.pages import Crumb, Request, attempt, form_status, page, render_page

TITLE = "Comptes bancaires"
OF_CAF = "Compte de la Caf"


def _url(organisme: Organisme | None) -> str:
    return reverse("afas:compte_view", args=[organisme.pk]) if organisme else reverse("afas:compte_caf")


def _under(request: Request, organisme: Organisme | None, *steps: tuple[str, str | None]) -> list[Crumb]:
    here = (organisme.raison_sociale if organisme else OF_CAF, _url(organisme) if steps else None)
    return afas_crumbs((TITLE, reverse("afas:compte_list")), here, *steps)


def _filtered(request: Request) -> CompteFilter:
    return CompteFilter(request.GET, queryset=queries.organismes_for(request.acteur))


@page(refuse=rules.refuse_comptes)
def compte_list(request: Request) -> HttpResponse:
    filtered, acteur = _filtered(request), request.acteur
    return render_page(
        request,
        "afas/compte_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=afas_crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, CompteTable(filtered.qs)),
        debtor=queries.debtor_of(acteur.caf) if acteur.caf is not None else None,
        export_urls=export_urls(request, "afas:compte_export"),
    )


@page(refuse=rules.refuse_exporting_comptes)
def compte_export(request: Request, extension: str) -> HttpResponse:
    table = CompteTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="comptes-bancaires", what="les comptes bancaires")


@page(find=queries.organisme_for, refuse=rules.refuse_reading_comptes)
def compte_view(request: Request, organisme: Organisme) -> HttpResponse:
    return _account_page(request, organisme)


@page(refuse=rules.refuse_own_account)
def compte_caf(request: Request) -> HttpResponse:
    return _account_page(request, None)


def _account_page(request: Request, organisme: Organisme | None) -> HttpResponse:
    """The account in force, the one that waits, those before: all masked."""
    acteur = request.acteur
    comptes = queries.comptes_for(acteur, organisme)
    return render_page(
        request,
        "afas/compte_view.html",
        page_title=f"{TITLE} : {organisme.raison_sociale}" if organisme else OF_CAF,
        breadcrumb=_under(request, organisme),
        organisme=organisme,
        comptes=comptes,
        is_waiting=any(each.etat == EtatCompte.EN_ATTENTE for each in comptes),
        decidable=[each.pk for each in comptes if rules.refuse_deciding_compte(acteur, each) is None],
        may_enter=rules.refuse_entering_compte(acteur) is None,
        enter_url=reverse("afas:compte_create", args=[organisme.pk])
        if organisme
        else reverse("afas:compte_caf_create"),
    )


@page(find=queries.organisme_for, refuse=rules.refuse_entering_compte, methods=("GET", "POST"))
def compte_create(request: Request, organisme: Organisme) -> HttpResponse:
    return _enter_page(request, organisme)


@page(refuse=rules.refuse_entering_compte, methods=("GET", "POST"))
def compte_caf_create(request: Request) -> HttpResponse:
    return _enter_page(request, None)


def _enter_page(request: Request, organisme: Organisme | None) -> HttpResponse:
    form = CompteForm(request.POST or None, is_debtor=organisme is None)
    if request.method == "POST" and form.is_valid():
        given = form.coordonnees
        act = lambda: actions.enter_compte(by=request.acteur, organisme=organisme, coordonnees=given)  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, "Le compte est saisi : un autre gestionnaire doit maintenant le valider.")
            return redirect(_url(organisme))
    title = "Saisir un compte"
    whose = "l'organisme" if organisme else "la Caf"
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=_under(request, organisme, (title, None)),
        submit="Saisir ce compte",
        cancel_url=_url(organisme),
        lead=f"Tant qu'un autre gestionnaire ne l'a pas validé, aucun paiement de {whose} ne part, même vers l'ancien "
        "compte. Ceux qui administrent en sont avertis par courriel, à l'adresse déjà connue. Une demande de "
        "changement reçue par courriel ou par téléphone se vérifie toujours en rappelant au numéro connu.",
    )


@page(find=queries.compte_for, refuse=rules.refuse_deciding_compte, methods=("GET", "POST"))
def compte_decide(request: Request, compte: CompteBancaire) -> HttpResponse:
    """The whole number, for who compares it to the proof; the account before beside it."""
    acteur, organisme = request.acteur, compte.organisme
    form = CompteDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(request, form, lambda: _decide(request, compte, form)):
        messages.success(request, "Votre décision est enregistrée ; l'organisme en est averti par courriel.")
        return redirect(_url(organisme))
    before = [each for each in queries.comptes_for(acteur, organisme) if each.etat == EtatCompte.VALIDE]
    return render_page(
        request,
        "afas/compte_decide.html",
        page_title="Décider d'un compte bancaire",
        breadcrumb=_under(request, organisme, ("Décider", None)),
        compte=compte,
        before=before[0] if before else None,
        form=form,
        cancel_url=_url(organisme),
        status=form_status(form),
    )


def _decide(request: Request, compte: CompteBancaire, form: CompteDecisionForm) -> None:
    if form.cleaned_data["decision"] == "valider":
        actions.validate_compte(by=request.acteur, compte=compte)
    else:
        actions.refuse_compte(by=request.acteur, compte=compte, motif=form.cleaned_data["motif"])
