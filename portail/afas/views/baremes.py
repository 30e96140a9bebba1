"""« Barèmes » and « Seuils des contrôles »: what the Caf retains, where it comes from, a new value when needed."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import baremes as actions
from portail.afas.calculs.ecriture import in_french
from portail.afas.filters.baremes import BaremeFilter, SeuilFilter
from portail.afas.forms.baremes import ChiffreForm, SeuilForm
from portail.afas.models import ChiffreBareme, SeuilControle
from portail.afas.queries import baremes as queries
from portail.afas.queries.baremes import ChiffreLu, SeuilLu
from portail.afas.rules import baremes as rules
from portail.afas.tables.baremes import ChiffreTable, SeuilTable, chiffre_url, etat_of, seuil_url
from portail.afas.views.common import READ_AGAIN, afas_crumbs
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, attempt, form_status, page, render_page

BAREMES, SEUILS = "Barèmes", "Seuils des contrôles"


def _may_edit(request: Request) -> bool:
    return rules.refuse_editing_baremes(request.acteur) is None


# Figures


def _under(chiffre: ChiffreLu, *steps: tuple[str, str | None]) -> list[Crumb]:
    here = chiffre_url("chiffre_view", chiffre) if steps else None
    return afas_crumbs((BAREMES, _list_url(chiffre)), (chiffre.libelle, here), *steps)


def _list_url(chiffre: ChiffreLu) -> str:
    return f"{reverse('afas:bareme_list')}?exercice={chiffre.exercice}&type={chiffre.type.code}"


@page(refuse=rules.refuse_baremes)
def bareme_list(request: Request) -> HttpResponse:
    filtered = BaremeFilter(request.GET, acteur=request.acteur)
    return render_page(
        request,
        "afas/bareme_list.html",
        fragment="list",
        page_title=BAREMES,
        breadcrumb=afas_crumbs((BAREMES, None)),
        filter=filtered,
        table=configured(request, ChiffreTable(filtered.rows, may_edit=_may_edit(request))),
        export_urls=export_urls(request, "afas:bareme_export"),
        lead="Les chiffres qui entrent dans le calcul des droits de votre Caf, avec leur source. Un chiffre manquant "
        "arrête le calcul des droits qui en ont besoin.",
        other=(SEUILS, reverse("afas:seuil_list")),
    )


@page(refuse=rules.refuse_baremes)
def bareme_export(request: Request, extension: str) -> HttpResponse:
    table = ChiffreTable(BaremeFilter(request.GET, acteur=request.acteur).rows)
    return exported(request, table, extension=extension, name="baremes", what="les chiffres des barèmes")


@page(find=queries.chiffre_for, refuse=rules.refuse_baremes)
def chiffre_view(request: Request, chiffre: ChiffreLu) -> HttpResponse:
    rows = queries.history_of(request.acteur, chiffre)
    return render_page(
        request,
        "afas/chiffre_view.html",
        page_title=chiffre.libelle,
        breadcrumb=_under(chiffre),
        lead=chiffre.bareme,
        status_html=etat_of(chiffre),
        rows=[
            {"label": "Valeur", "value": chiffre.valeur_written or "Personne n'a publié ce chiffre"},
            *_source_rows(chiffre),
            {"label": "Nature d'activité", "value": chiffre.nature_label or "Toutes"},
            {"label": "Sert à calculer", "value": ", ".join(chiffre.used_by)},
        ],
        published=_published_in_words(chiffre),
        entries=_entries(rows, chiffre.published.unite),
        edit_url=chiffre_url("chiffre_create", chiffre) if _may_edit(request) else "",
        verb="Saisir une valeur",
    )


def _source_rows(chiffre: ChiffreLu) -> list[dict[str, str]]:
    """Where the value comes from; of a missing one, the last that was published."""
    if (known := chiffre.last_known) is not None:
        value = in_french(known.valeur, known.unite) if known.valeur is not None else ""
        told = f"{value} en {known.exercice}. {known.source}"
        return [{"label": "Pour mémoire", "value": told, "note": "Ne vaut pas pour cet exercice."}]
    if chiffre.valeur is None:
        return []
    return [{"label": "Source", "value": chiffre.source}, {"label": "Sûreté", "value": chiffre.surete}]


def _published_in_words(chiffre: ChiffreLu) -> str:
    """What was published, when the Caf's own stands before it."""
    published = chiffre.published
    if chiffre.own is None or published.valeur is None:
        return ""
    return f"Valeur publiée, que celle de votre Caf remplace : {in_french(published.valeur, published.unite)}."


def _entries(rows: Iterable[ChiffreBareme | SeuilControle], unite: str) -> list[dict[str, Any]]:
    """The values entered, as the timeline shows them."""
    return [
        {
            "at": row.entered_at,
            "title": in_french(row.valeur, unite),
            "by": row.entered_by.nom_complet,
            "text": getattr(row, "source", ""),
        }
        for row in rows
    ]


@page(find=queries.chiffre_for, refuse=rules.refuse_editing_baremes, methods=("GET", "POST"))
def chiffre_create(request: Request, chiffre: ChiffreLu) -> HttpResponse:
    """Typed, read again with what it changes, then entered."""
    seen = {"vu": chiffre.own.pk if chiffre.own else None}
    form = ChiffreForm(request.POST or None, initial=seen, unite=chiffre.published.unite)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        form.check(rules.refuse_chiffre(chiffre, typed["valeur"], typed["source"]))
        if form.is_valid() and "confirm" not in request.POST:
            return _chiffre_confirmation(request, form, chiffre)
        if form.is_valid() and attempt(request, form, lambda: _enter(request, chiffre, typed)):
            messages.success(request, "Le chiffre est enregistré : les prochains calculs l'emploient.")
            return redirect(_list_url(chiffre))
    return _form_page(
        request,
        form,
        title=f"Saisir : {chiffre.libelle}",
        breadcrumb=_under(chiffre, ("Saisir une valeur", None)),
        cancel_url=chiffre_url("chiffre_view", chiffre),
        lead=f"{chiffre.bareme}. Valeur d'aujourd'hui : {chiffre.valeur_written or 'manquante'}.",
    )


def _enter(request: Request, chiffre: ChiffreLu, typed: dict[str, Any]) -> ChiffreBareme:
    return actions.enter_chiffre(
        by=request.acteur, chiffre=chiffre, valeur=typed["valeur"], source=typed["source"], seen=typed["vu"]
    )


def _chiffre_confirmation(request: Request, form: Form, chiffre: ChiffreLu) -> HttpResponse:
    typed = form.cleaned_data
    return render_page(
        request,
        "afas/confirm.html",
        page_title=f"Saisir : {chiffre.libelle}",
        breadcrumb=_under(chiffre, ("Saisir une valeur", None)),
        answers=[
            {"label": "Barème", "value": chiffre.bareme},
            {"label": "Valeur d'aujourd'hui", "value": chiffre.valeur_written or "Manquante"},
            {"label": "Nouvelle valeur", "value": in_french(typed["valeur"], chiffre.published.unite)},
            {"label": "Source", "value": typed["source"]},
        ],
        lead=READ_AGAIN,
        danger=False,
        effects=_effects(queries.effects_of(request.acteur, chiffre), chiffre),
        submit="Enregistrer",
        typed=_typed(request, form),
        cancel_url=chiffre_url("chiffre_view", chiffre),
    )


def _effects(effects: queries.Effets, chiffre: ChiffreLu) -> list[str]:
    waiting = f"Déclarations de l'exercice {chiffre.exercice} qui restent à décider : {effects.waiting}. Leur droit se "
    return [
        f"{waiting}calculera avec la nouvelle valeur.",
        f"Déclarations déjà décidées, dont le calcul ne change pas : {effects.decided}.",
        f"Activités ouvertes de ce type dans votre Caf : {effects.activites}.",
        _KEPT,
    ]


_KEPT = "L'ancienne valeur reste lisible dans l'historique."


def _typed(request: Request, form: Form) -> list[tuple[str, str]]:
    return [(name, request.POST[name]) for name in form.fields if name in request.POST]


def _form_page(
    request: Request, form: Form, *, title: str, breadcrumb: list[Crumb], cancel_url: str, lead: str
) -> HttpResponse:
    return render_page(
        request,
        "afas/bareme_form.html",
        page_title=title,
        breadcrumb=breadcrumb,
        form=form,
        lead=lead,
        submit="Continuer",
        cancel_url=cancel_url,
        status=form_status(form),
    )


# Thresholds


def _under_seuil(seuil: SeuilLu, *steps: tuple[str, str | None]) -> list[Crumb]:
    here = seuil_url("seuil_view", seuil) if steps else None
    listed = f"{reverse('afas:seuil_list')}?type={seuil.type.code}"
    return afas_crumbs((SEUILS, listed), (seuil.libelle, here), *steps)


@page(refuse=rules.refuse_baremes)
def seuil_list(request: Request) -> HttpResponse:
    filtered = SeuilFilter(request.GET, acteur=request.acteur)
    return render_page(
        request,
        "afas/bareme_list.html",
        fragment="list",
        page_title=SEUILS,
        breadcrumb=afas_crumbs((SEUILS, None)),
        filter=filtered,
        table=configured(request, SeuilTable(filtered.rows, may_edit=_may_edit(request))),
        export_urls=export_urls(request, "afas:seuil_export"),
        lead="À partir de quand un contrôle demande une justification. Le portail propose une valeur ; votre Caf "
        "choisit la sienne.",
        other=(BAREMES, reverse("afas:bareme_list")),
    )


@page(refuse=rules.refuse_baremes)
def seuil_export(request: Request, extension: str) -> HttpResponse:
    table = SeuilTable(SeuilFilter(request.GET, acteur=request.acteur).rows)
    return exported(request, table, extension=extension, name="seuils", what="les seuils des contrôles")


@page(find=queries.seuil_for, refuse=rules.refuse_baremes)
def seuil_view(request: Request, seuil: SeuilLu) -> HttpResponse:
    rows = queries.seuil_history_of(request.acteur, seuil)
    return render_page(
        request,
        "afas/chiffre_view.html",
        page_title=seuil.libelle,
        breadcrumb=_under_seuil(seuil),
        lead=seuil.type_label,
        status_html="",
        rows=[
            {"label": "Valeur", "value": seuil.valeur_written},
            {"label": "Choisi par", "value": seuil.origine},
            {"label": "Valeur du portail", "value": seuil.portail_written},
            {"label": "Sert aux contrôles", "value": "\n".join(seuil.used_by)},
        ],
        published="",
        entries=_entries(rows, seuil.seuil.unite),
        edit_url=seuil_url("seuil_create", seuil) if _may_edit(request) else "",
        verb="Choisir une valeur",
    )


@page(find=queries.seuil_for, refuse=rules.refuse_editing_baremes, methods=("GET", "POST"))
def seuil_create(request: Request, seuil: SeuilLu) -> HttpResponse:
    """Typed, read again, then chosen."""
    seen = {"vu": seuil.own.pk if seuil.own else None}
    form = SeuilForm(request.POST or None, initial=seen, unite=seuil.seuil.unite)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        form.check(rules.refuse_seuil(seuil, typed["valeur"]))
        if form.is_valid() and "confirm" not in request.POST:
            return _seuil_confirmation(request, form, seuil)
        act = lambda: actions.choose_seuil(by=request.acteur, seuil=seuil, valeur=typed["valeur"], seen=typed["vu"])  # noqa: E731
        if form.is_valid() and attempt(request, form, act):
            messages.success(request, "Le seuil est enregistré : les prochains contrôles l'emploient.")
            return redirect("afas:seuil_list")
    return _form_page(
        request,
        form,
        title=f"Choisir : {seuil.libelle}",
        breadcrumb=_under_seuil(seuil, ("Choisir une valeur", None)),
        cancel_url=seuil_url("seuil_view", seuil),
        lead=f"{seuil.type_label}. Valeur d'aujourd'hui : {seuil.valeur_written}.",
    )


def _seuil_confirmation(request: Request, form: Form, seuil: SeuilLu) -> HttpResponse:
    return render_page(
        request,
        "afas/confirm.html",
        page_title=f"Choisir : {seuil.libelle}",
        breadcrumb=_under_seuil(seuil, ("Choisir une valeur", None)),
        answers=[
            {"label": "Type d'activité", "value": seuil.type_label},
            {"label": "Valeur d'aujourd'hui", "value": seuil.valeur_written},
            {"label": "Nouvelle valeur", "value": in_french(form.cleaned_data["valeur"], seuil.seuil.unite)},
            {"label": "Sert aux contrôles", "value": "\n".join(seuil.used_by)},
        ],
        lead=READ_AGAIN,
        danger=False,
        effects=[
            "Les déclarations en cours de saisie sont contrôlées avec la nouvelle valeur ; celles déjà transmises "
            "gardent leurs contrôles.",
            _KEPT,
        ],
        submit="Enregistrer",
        typed=_typed(request, form),
        cancel_url=seuil_url("seuil_view", seuil),
    )
