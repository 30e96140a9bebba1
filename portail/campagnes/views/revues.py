"""« Mes revues »: the accesses one is asked to confirm, one by one or many at once."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.campagnes import actions, rules
from portail.campagnes.enums import OPEN, Reponse
from portail.campagnes.filters import RevueFilter
from portail.campagnes.forms import AnswerForm
from portail.campagnes.models import LigneCampagne
from portail.campagnes.queries.revues import given_to, revue_for, revues_for, seen
from portail.campagnes.tables import RevueTable, explain_url
from portail.habilitations.views.common import configured, export_urls, exported
from portail.habilitations.views.lots import PREFIX, bar, kept, rows_of, sent
from portail.ui.pages import Request, attempt, crumbs, form_status, page, render_page
from portail.ui.templatetags.ui import counted

TITLE = "Mes revues"
NOUN = "accès,accès"


def _list_url() -> str:
    return reverse("campagnes:revue_list")


def _filtered(request: Request) -> RevueFilter:
    return RevueFilter(sent(request), queryset=revues_for(request.acteur), acteur=request.acteur)


@page(refuse=rules.refuse_reviewing)
def revue_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    mine = given_to(request.acteur, revues_for(request.acteur)).order_by()
    return render_page(
        request,
        "campagnes/revue_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, RevueTable(filtered.qs)),
        total=mine.count(),
        left=mine.filter(reponse__in=OPEN).count(),
        export_urls=export_urls(request, "campagnes:revue_export"),
        lot_kept=bar(request),
        answers=Reponse.choices,
    )


@page(refuse=rules.refuse_reviewing)
def revue_export(request: Request, extension: str) -> HttpResponse:
    table = RevueTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="revues", what="les accès à revoir")


@page(refuse=rules.refuse_reviewing, methods=("GET", "POST"))
def revue_lot(request: Request) -> HttpResponse:
    """One answer for all the lines ticked, or all those the filters find."""
    lignes = rows_of(request, _filtered(request).qs)
    if refusal := _refuse_size(lignes):
        return _page(request, [], None, title="Répondre", refusal=refusal)
    form = _form(request, lignes, reponse=request.GET.get("acte", ""))
    if _answered(request, form, lignes):
        return redirect(_list_url())
    return _page(request, lignes, form, title="Répondre", kept=kept(request))


def _refuse_size(lignes: Sequence[LigneCampagne]) -> str:
    limit = settings.PORTAIL["LOT_ROWS"]
    if not lignes:
        return "Aucun accès n'est choisi : revenez à la liste et cochez au moins une ligne."
    if len(lignes) > limit:
        return f"Vous avez choisi plus de {limit} lignes : filtrez la liste, puis recommencez."
    return ""


@page(find=revue_for, refuse=rules.refuse_answering, methods=("GET", "POST"))
def revue_view(request: Request, ligne: LigneCampagne) -> HttpResponse:
    """One access: all that is known of it, the answers given so far, one's own."""
    form = _form(request, [ligne], reponse=ligne.reponse, limite_on=ligne.limite_on, motif=ligne.motif)
    if _answered(request, form, [ligne]):
        return redirect(_list_url())
    name = ligne.utilisateur.nom_complet
    return _page(
        request,
        [ligne],
        form,
        title=f"{name} – {ligne.groupe.libelle}",
        ligne=ligne,
        rows=_rows(ligne),
        given=ligne.reponses.select_related("given_by"),
    )


def _form(request: Request, lignes: Sequence[LigneCampagne], **initial: Any) -> AnswerForm:
    return AnswerForm(request.POST or None, prefix=PREFIX, initial={**initial, "empreinte": seen(lignes)})


def _answered(request: Request, form: AnswerForm, lignes: Sequence[LigneCampagne]) -> bool:
    """Was the answer given? A form that somebody overtook is shown again with the lines as they now stand."""
    if request.method != "POST" or not form.is_valid():
        return False
    if attempt(request, form, lambda: actions.answer(by=request.acteur, lignes=lignes, **form.asked)):
        label = Reponse(form.cleaned_data["reponse"]).label
        messages.success(request, f"Réponse « {label} » enregistrée pour {counted(len(lignes), NOUN)}.")
        return True
    if hasattr(form, "differences"):
        form.show_anew(revues_for(request.acteur).filter(pk__in=[ligne.pk for ligne in lignes]))
    return False


def _rows(ligne: LigneCampagne) -> list[dict[str, Any]]:
    return [
        {"label": "Personne", "value": f"{ligne.utilisateur.nom_complet} ({ligne.utilisateur.identifiant})"},
        {"label": "Groupe", "value": f"{ligne.groupe.libelle}, convention « {ligne.convention.libelle} »"},
        {"label": "Ce que cela donne", "value": ligne.roles_in_words},
        {"label": "Membre depuis le", "value": ligne.opens_on},
        {"label": "Jusqu'au", "value": ligne.closes_on or "sans fin prévue"},
        {"label": "Dernière connexion", "value": ligne.last_login or "jamais connecté"},
        {"label": "Campagne", "value": f"{ligne.campagne.libelle}, réponse avant le {ligne.campagne.ends_on:%d/%m/%Y}"},
        {"label": "Confié à", "value": ligne.relecteur_in_words},
    ]


def _page(
    request: Request, lignes: Sequence[LigneCampagne], form: AnswerForm | None, *, title: str, **more: Any
) -> HttpResponse:
    shared = {"refusal": "", "kept": [], "ligne": None, "rows": [], "given": [], "explain_url": "", **more}
    if shared["ligne"] is not None:
        shared["explain_url"] = explain_url(shared["ligne"])
    return render_page(
        request,
        "campagnes/revue_answer.html",
        page_title=title,
        breadcrumb=crumbs((TITLE, _list_url()), (title, None)),
        form=form,
        lignes=lignes,
        cancel_url=_list_url(),
        status=form_status(form) if form is not None else 200,
        **shared,
    )
