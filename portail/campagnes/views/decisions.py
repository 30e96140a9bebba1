"""What is decided of a campaign: launched, given up, closed, applied, taken back; its effects are shown first."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from portail.campagnes import actions, queries, rules
from portail.campagnes.actions.application import TRIED, foreseen
from portail.campagnes.enums import EtatCampagne
from portail.campagnes.models import Campagne
from portail.campagnes.tables import LigneTable, campagne_url
from portail.campagnes.views.campagnes import to_campagne
from portail.habilitations.views.common import configured, consequences
from portail.ui.forms import Form
from portail.ui.pages import Request, attempt, page, render_page


@page(find=queries.campagne_for, refuse=rules.refuse_deciding, methods=("POST",))
def campagne_launch(request: Request, campagne: Campagne) -> HttpResponse:
    actions.launch(by=request.acteur, campagne=campagne)
    messages.success(request, "La campagne est lancée : chaque relecteur reçoit un courriel.")
    return redirect(campagne_url(campagne))


@page(find=queries.campagne_for, refuse=rules.refuse_deciding, methods=("GET", "POST"))
def campagne_drop(request: Request, campagne: Campagne) -> HttpResponse:
    return _decision(
        request,
        campagne,
        act=actions.drop,
        refusal=rules.refuse_moving(campagne, EtatCampagne.ABANDONNEE),
        title="Abandonner la campagne",
        told=[
            "Plus personne ne pourra répondre.",
            "Rien ne sera appliqué.",
            "Les réponses données restent au journal.",
        ],
        done="La campagne est abandonnée : rien n'a été appliqué.",
    )


@page(find=queries.campagne_for, refuse=rules.refuse_deciding, methods=("GET", "POST"))
def campagne_close(request: Request, campagne: Campagne) -> HttpResponse:
    left = queries.progress_of(campagne).open
    return _decision(
        request,
        campagne,
        act=actions.close_answers,
        refusal=rules.refuse_moving(campagne, EtatCampagne.A_APPLIQUER),
        title="Clore les réponses",
        told=[
            "Plus personne ne pourra répondre ni corriger sa réponse.",
            f"Lignes sans réponse : {left}. Leur sort : {campagne.regle_in_words.lower()}.",
            "Rien n'est encore appliqué : vous verrez d'abord les effets.",
        ],
        done="Les réponses sont closes. Relisez les effets, puis appliquez.",
        danger=False,
    )


@page(find=queries.campagne_for, refuse=rules.refuse_deciding, methods=("GET", "POST"))
def campagne_apply(request: Request, campagne: Campagne) -> HttpResponse:
    """What will change, then who loses what, then the question."""
    refusal = rules.refuse_moving(campagne, EtatCampagne.APPLICATION)
    changing = queries.lines_of(campagne).filter(queries.changing(campagne), effet="")
    is_asked = request.method == "POST" and not refusal and "confirm" not in request.POST
    shown = foreseen(request.acteur, campagne) if is_asked else None
    shared = {
        "refusal": refusal,
        "title": "Appliquer les réponses",
        "told": _effects(campagne, changing.count()),
        "template": "campagnes/campagne_apply.html",
        "table": configured(request, LigneTable(changing, exclude=["effet"])),
        "is_asked": is_asked,
        "tried": TRIED,
        "change": shown,
        **(consequences(shown) if shown else {}),
    }
    if is_asked:
        return _told_page(request, campagne, **shared)
    return _decision(
        request,
        campagne,
        act=actions.apply_campagne,
        done="Les réponses s'appliquent ; cette page dit où cela en est.",
        **shared,
    )


def _effects(campagne: Campagne, count: int) -> list[str]:
    progress = queries.progress_of(campagne)
    last = settings.PORTAIL["CAMPAGNE_UNDO_DAYS"]
    return [
        f"Sur {progress.total} accès : {count} retirés ou limités, {progress.total - count} inchangés.",
        f"Parmi eux, {progress.open} sans réponse. Leur sort : {campagne.regle_in_words.lower()}.",
        f"Vous pourrez tout annuler pendant {last} jours, sauf ce que quelqu'un aura changé entre-temps.",
    ]


@page(find=queries.campagne_for, refuse=rules.refuse_deciding, methods=("GET", "POST"))
def campagne_undo(request: Request, campagne: Campagne) -> HttpResponse:
    found = queries.effects_of(campagne)
    return _decision(
        request,
        campagne,
        act=actions.undo_campagne,
        refusal=rules.refuse_undoing(campagne, request.acteur.on),
        title="Annuler ce que la campagne a changé",
        told=[
            f"Accès qui retrouvent leurs dates d'avant : {found.get('retire', 0) + found.get('limite', 0)} au plus.",
            "Ce que quelqu'un a changé depuis est laissé tel quel, et la page le dit.",
            "Le dossier de preuve est refait et dit ce qui a été rétabli.",
        ],
        done="L'annulation est en cours ; cette page dit où elle en est.",
    )


def _decision(
    request: Request, campagne: Campagne, *, act: Callable[..., object], refusal: str | None, done: str, **shared: Any
) -> HttpResponse:
    """What a decision does, in words, then its confirmation."""
    form = Form(request.POST or None)
    if request.method == "POST" and attempt(request, form, lambda: act(by=request.acteur, campagne=campagne)):
        messages.success(request, done)
        return redirect(campagne_url(campagne))
    refused = next(iter(form.non_field_errors()), None) if form.is_bound else None
    return _told_page(request, campagne, refusal=refused or refusal, status=409 if refused else 200, **shared)


def _told_page(
    request: Request,
    campagne: Campagne,
    *,
    title: str,
    template: str = "campagnes/decision.html",
    danger: bool = True,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    return render_page(
        request,
        template,
        page_title=title,
        breadcrumb=to_campagne(campagne, (title, None)),
        campagne=campagne,
        submit=title,
        danger=danger,
        cancel_url=campagne_url(campagne),
        status=status,
        **more,
    )
