"""« Calendrier des échéances »: what the Caf asks for, when, and what opening or moving it does."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from portail.afas.actions import echeances as actions
from portail.afas.actions.ouverture import ask_opening
from portail.afas.enums import EtatDeclaration
from portail.afas.filters.echeances import SITUATIONS, EcheanceFilter
from portail.afas.forms.echeances import DatesEcheanceForm, EcheanceForm, ExerciceForm
from portail.afas.models import Echeance
from portail.afas.queries import echeances as queries
from portail.afas.rules import echeances as rules
from portail.afas.tables.echeances import LOOKS, EcheanceTable, PropositionTable, echeance_acts
from portail.afas.views.common import afas_crumbs
from portail.habilitations.views.common import configured, export_urls, exported, history
from portail.journal.queries import entries_about
from portail.ui.pages import Crumb, Request, attempt, form_status, page, render_page
from portail.ui.templatetags.ui import counted, day, in_words

TITLE = "Calendrier des échéances"
_MOVED = "déclaration non transmise change,déclarations non transmises changent"


def _under(*steps: tuple[str, str | None]) -> list[Crumb]:
    return afas_crumbs((TITLE, reverse("afas:echeance_list") if steps else None), *steps)


def _under_one(echeance: Echeance, step: str) -> list[Crumb]:
    return _under((echeance.label, reverse("afas:echeance_view", args=[echeance.pk])), (step, None))


def _filtered(request: Request) -> EcheanceFilter:
    return EcheanceFilter(request.GET, queryset=queries.echeances_for(request.acteur))


@page(refuse=rules.refuse_calendar)
def echeance_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "afas/echeance_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=_under(),
        filter=filtered,
        table=configured(request, EcheanceTable(filtered.qs)),
        export_urls=export_urls(request, "afas:echeance_export"),
        may_keep=rules.refuse_keeping_calendar(request.acteur) is None,
    )


@page(refuse=rules.refuse_calendar)
def echeance_export(request: Request, extension: str) -> HttpResponse:
    table = EcheanceTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="echeances", what="le calendrier des échéances")


@page(find=queries.echeance_for, refuse=rules.refuse_reading_echeance)
def echeance_view(request: Request, echeance: Echeance) -> HttpResponse:
    """Its dates, where its declarations stand, which activités nobody may sign for, its history."""
    today = timezone.localdate()
    situation = echeance.situation(today)
    uncovered = queries.uncovered_of(echeance, today)
    return render_page(
        request,
        "afas/echeance_view.html",
        page_title=echeance.label,
        breadcrumb=_under((echeance.label, None)),
        echeance=echeance,
        situation=(LOOKS[situation], SITUATIONS[situation]),
        rows=_rows(echeance),
        etats=[(etat, EtatDeclaration(etat).label, count) for etat, count in queries.etats_of(echeance)],
        uncovered=uncovered[: queries.SHOWN],
        uncovered_total=uncovered.count(),
        acts=echeance_acts(request.acteur, echeance),
        **history(request, entries_about(echeance)),
    )


def _rows(echeance: Echeance) -> list[dict[str, Any]]:
    opened = (
        f"Déclarations ouvertes le {day(echeance.opened_at)}" if echeance.opened_at else in_words(echeance.opens_on)
    )
    return [
        {"label": "Type d'activité", "value": echeance.type_label},
        {"label": "Exercice", "value": str(echeance.exercice)},
        {"label": "Ouverte le", "value": day(echeance.opens_on), "note": opened},
        {"label": "À rendre le", "value": day(echeance.due_on), "note": in_words(echeance.due_on)},
    ]


# Keeping it


@page(refuse=rules.refuse_keeping_calendar, methods=("GET", "POST"))
def echeance_create(request: Request) -> HttpResponse:
    form = EcheanceForm(request.POST or None, initial={"exercice": timezone.localdate().year})
    made: list[Echeance] = []
    if request.method == "POST" and form.is_valid():
        act = lambda: made.append(actions.create_echeance(by=request.acteur, **form.cleaned_data))  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, f"{made[0].label} est au calendrier : ses déclarations s'ouvriront le jour dit.")
            return redirect("afas:echeance_view", pk=made[0].pk)
    return _form_page(request, form, "Ajouter une échéance", _under(("Ajouter une échéance", None)), submit="Ajouter")


def _form_page(
    request: Request,
    form: Any,
    title: str,
    breadcrumb: list[Crumb],
    *,
    submit: str,
    cancel_url: str = "",
    lead: str = "",
) -> HttpResponse:
    return render_page(
        request,
        "afas/echeance_form.html",
        page_title=title,
        breadcrumb=breadcrumb,
        form=form,
        lead=lead,
        submit=submit,
        cancel_url=cancel_url or reverse("afas:echeance_list"),
        status=form_status(form),
    )


@page(refuse=rules.refuse_keeping_calendar, methods=("GET", "POST"))
def exercice_create(request: Request) -> HttpResponse:
    """What would be added is shown first, then confirmed."""
    caf, title = request.acteur.caf, "Créer un exercice"
    form = ExerciceForm(
        request.POST or None, known=queries.types_of(caf), initial={"exercice": timezone.localdate().year + 1}
    )
    if request.method == "POST" and form.is_valid():
        if "confirm" not in request.POST:
            return _proposition(request, form, title)
        expected = request.POST.get("expected", "")
        typed = {**form.cleaned_data, "expected": int(expected) if expected.isdecimal() else -1}
        if attempt(request, form, lambda: actions.create_exercice(by=request.acteur, **typed)):
            messages.success(request, f"L'exercice {typed['exercice']} est au calendrier.")
            return redirect(f"{reverse('afas:echeance_list')}?exercice={typed['exercice']}")
    lead = "Les échéances que le calendrier n'a pas encore vous sont d'abord proposées, puis vous confirmez."
    return _form_page(request, form, title, _under((title, None)), submit="Voir les dates proposées", lead=lead)


def _proposition(request: Request, form: ExerciceForm, title: str) -> HttpResponse:
    rows = queries.proposed(request.acteur.caf, **form.cleaned_data)
    typed = [(name, value) for name in form.fields for value in request.POST.getlist(name)]
    table = PropositionTable(rows)
    table.request = request
    return render_page(
        request,
        "afas/exercice_confirm.html",
        page_title=title,
        breadcrumb=_under((title, None)),
        table=table,
        is_observed=form.cleaned_data["origine"] == queries.OBSERVE,
        typed=[*typed, ("expected", len(rows))],
        cancel_url=request.path,
    )


@page(find=queries.echeance_for, refuse=rules.refuse_editing_echeance, methods=("GET", "POST"))
def echeance_edit(request: Request, echeance: Echeance) -> HttpResponse:
    """New dates, then whom they touch, then the confirmation."""
    dates = {name: getattr(echeance, name) for name in ("opens_on", "due_on", "edition")}
    form = DatesEcheanceForm(request.POST or None, initial=dates, is_open=echeance.opened_at is not None)
    here = reverse("afas:echeance_view", args=[echeance.pk])
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if "confirm" not in request.POST and echeance.opened_at and echeance.edition == typed["edition"]:
            return _moving(request, echeance, typed)
        if attempt(request, form, lambda: actions.edit_echeance(by=request.acteur, echeance=echeance, **typed)):
            messages.success(request, f"Les dates de {echeance.label} sont enregistrées.")
            return redirect(here)
    title = "Modifier les dates"
    return _form_page(
        request,
        form,
        title,
        _under_one(echeance, title),
        submit="Continuer" if echeance.opened_at else "Enregistrer",
        cancel_url=here,
        lead=echeance.label,
    )


def _moving(request: Request, echeance: Echeance, typed: dict[str, Any]) -> HttpResponse:
    declarations, people = queries.moved_of(echeance)
    if typed["due_on"] == echeance.due_on:
        people = 0
    told = counted(people, "personne appelée est prévenue,personnes appelées sont prévenues")
    return _confirm_page(
        request,
        echeance,
        "Modifier les dates",
        effects=[
            f"À rendre le {day(typed['due_on'])} ({in_words(typed['due_on'])}), au lieu du {day(echeance.due_on)}.",
            f"{counted(declarations, _MOVED)} de date.",
            f"{told} par courriel ; les rappels suivent la nouvelle date.",
        ],
        typed=[(name, request.POST[name]) for name in typed if name in request.POST],
        submit="Enregistrer la nouvelle date",
    )


def _confirm_page(
    request: Request,
    echeance: Echeance,
    title: str,
    *,
    effects: list[str],
    submit: str,
    typed: Sequence[tuple[str, str]] = (),
    danger: bool = False,
) -> HttpResponse:
    return render_page(
        request,
        "afas/confirm.html",
        page_title=title,
        breadcrumb=_under_one(echeance, title),
        lead=f"{echeance}. Rien n'est encore fait.",
        answers=[],
        effects=effects,
        submit=submit,
        typed=typed,
        danger=danger,
        cancel_url=reverse("afas:echeance_view", args=[echeance.pk]),
    )


@page(find=queries.echeance_for, refuse=rules.refuse_opening, methods=("GET", "POST"))
def echeance_open(request: Request, echeance: Echeance) -> HttpResponse:
    """« Ouvrir maintenant »: what it opens is counted first."""
    if request.method == "POST":
        ask_opening(by=request.acteur, echeance=echeance)
        messages.success(request, "L'ouverture est lancée : les déclarations arrivent dans les minutes qui suivent.")
        return redirect("afas:echeance_view", pk=echeance.pk)
    found = queries.opening_of(echeance, timezone.localdate())
    effects = [
        f"{counted(found.activites, 'déclaration est ouverte,déclarations sont ouvertes')}, une par activité, "
        f"avec {counted(found.feuilles, 'volet')} à remplir.",
        "Les fournisseurs et les approbateurs reçoivent l'appel d'échéance par courriel.",
    ]
    if found.uncovered:
        effects.append(
            f"{counted(found.uncovered, 'activité')} sans approbateur validé : leurs fournisseurs ne sont pas encore "
            "appelés ; qui donne leurs profils, et votre Caf, en sont prévenus."
        )
    effects.append("Une échéance ouverte ne se referme pas ; sa date limite peut changer.")
    return _confirm_page(
        request, echeance, "Ouvrir maintenant", effects=effects, submit="Ouvrir les déclarations", danger=True
    )


@page(find=queries.echeance_for, refuse=rules.refuse_removing, methods=("GET", "POST"))
def echeance_remove(request: Request, echeance: Echeance) -> HttpResponse:
    if request.method == "POST":
        actions.remove_echeance(by=request.acteur, echeance=echeance)
        messages.success(request, f"{echeance.label} n'est plus au calendrier.")
        return redirect("afas:echeance_list")
    effects = ["Aucune déclaration n'est ouverte, personne n'est prévenu.", "Le journal garde qu'elle y était."]
    return _confirm_page(
        request, echeance, "Retirer du calendrier", effects=effects, submit="Retirer du calendrier", danger=True
    )
