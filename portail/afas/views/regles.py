"""« Règles d'acompte »: those entered, the newest first; a Caf enters its own by a new version only."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import versements as actions
from portail.afas.calculs.ecriture import in_french
from portail.afas.definitions import type_of
from portail.afas.forms.versements import RegleForm, suggested
from portail.afas.models import RegleAcompte
from portail.afas.queries import versements as queries
from portail.afas.rules import versements as rules
from portail.afas.views.common import READ_AGAIN, afas_crumbs
from portail.conventionnement.views.common import form_page
from portail.ui.pages import Crumb, Request, attempt, page, render_page
from portail.ui.templatetags.ui import counted, day

TITLE, ENTER = "Règles d'acompte", "Saisir une règle d'acompte"


@page(refuse=rules.refuse_regles)
def regle_list(request: Request) -> HttpResponse:
    """Those in force first; the others are kept and said replaced."""
    acteur = request.acteur
    return render_page(
        request,
        "afas/regle_list.html",
        page_title=TITLE,
        breadcrumb=afas_crumbs((TITLE, None)),
        regles=queries.regles_by_place(acteur),
        without_rule=queries.droits_without_rule(acteur.caf),
        may_enter=rules.refuse_entering_regle(acteur) is None,
    )


@page(refuse=rules.refuse_entering_regle, methods=("GET", "POST"))
def regle_create(request: Request) -> HttpResponse:
    """The rule, then what it replaces and moves, then the confirmation."""
    acteur = request.acteur
    form = RegleForm(request.POST or None, initial=suggested(acteur.on.year))
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("exercice", "kind", "plafond", "source")}
        if refusal := rules.refuse_rangs([taux for taux, _ in form.rangs], typed["plafond"]):
            form.add_error(None, refusal)
        if form.is_valid() and "confirm" not in request.POST:
            return _confirmation(request, form)
        act = lambda: actions.enter_regle(by=acteur, rangs=form.rangs, **typed)  # noqa: E731
        if form.is_valid() and attempt(request, form, act):
            messages.success(request, "La règle est en vigueur. Les acomptes qui ne sont pas en lot sont recalculés.")
            return redirect("afas:regle_list")
    return form_page(
        request,
        form,
        title=ENTER,
        breadcrumb=_here(),
        submit="Continuer",
        cancel_url=reverse("afas:regle_list"),
        lead="Le formulaire propose une règle observée dans une Caf en 2023 : 35 % le 1er mars, 35 % le 2 octobre, "
        "plafond de 70 %. Elle n'est pas en vigueur chez vous tant que vous ne l'avez pas confirmée ou corrigée, et "
        "donné sa source. Une règle ne se modifie pas : une nouvelle la remplace.",
    )


def _here() -> list[Crumb]:
    return afas_crumbs((TITLE, reverse("afas:regle_list")), (ENTER, None))


def _confirmation(request: Request, form: RegleForm) -> HttpResponse:
    typed = form.cleaned_data
    caf = request.acteur.caf
    assert caf is not None  # noqa: S101 -- the rule of the page says so
    return render_page(
        request,
        "afas/confirm.html",
        page_title=ENTER,
        breadcrumb=_here(),
        lead=READ_AGAIN,
        danger=False,
        answers=_answers(form),
        effects=[
            _instead(queries.regle_for(caf, typed["exercice"], typed["kind"]), typed["kind"]),
            *_effects(queries.effects_of_rule(caf, typed["exercice"], typed["kind"])),
        ],
        typed=[(name, request.POST[name]) for name in form.fields if name in request.POST],
        submit="Mettre en vigueur",
        cancel_url=reverse("afas:regle_list"),
    )


def _answers(form: RegleForm) -> list[dict[str, Any]]:
    typed = form.cleaned_data
    kind = type_of(typed["kind"]).libelle if typed["kind"] else "Tous ceux qui n'ont pas leur propre règle"
    return [
        {"label": "Exercice", "value": str(typed["exercice"])},
        {"label": "Type d'activité", "value": kind},
        {"label": "Acomptes", "value": _rangs(form.rangs)},
        {"label": "Plafond", "value": in_french(typed["plafond"], "%")},
        {"label": "Source", "value": typed["source"]},
    ]


def _rangs(rangs: Any) -> str:
    return "\n".join(f"{in_french(taux, '%')} à partir du {day(due_on)}" for taux, due_on in rangs)


def _instead(now: RegleAcompte | None, kind: str) -> str:
    """What the rule takes the place of: the same one before it, or for this type that of all types."""
    if now is None:
        return "Aucune règle n'est en vigueur pour cet exercice et ce type."
    does = "Elle remplace" if now.type == kind else "Pour ce type, elle passe avant la règle de tous les types"
    rangs = _rangs((rang.taux, rang.due_on) for rang in now.rangs.all()).replace("\n", " ; ")
    return f"{does} : {rangs}, plafond {in_french(now.plafond, '%')}."


def _effects(effects: queries.EffetsRegle) -> Iterator[str]:
    yield (
        f"{counted(effects.activites, 'activité a,activités ont')} un droit notifié : leurs acomptes se calculent avec "
        "cette règle, dans la minute."
    )
    if effects.free:
        yield f"{counted(effects.free, 'acompte pas encore en lot,acomptes pas encore en lot')} : recalculés."
    if effects.committed:
        yield f"{counted(effects.committed, 'acompte en lot ou payé,acomptes en lot ou payés')} : inchangés."
