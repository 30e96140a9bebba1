"""Acts on many lines at once: what was ticked or filtered, what would happen, then exactly that."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from portail.conventions.models import Convention, Rattachement
from portail.habilitations import actions, queries, rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.lots import Line, Lot, Moved, carry_out, rehearse
from portail.habilitations.filters import UtilisateurFilter
from portail.habilitations.forms import AppartenanceForm, CloseForm, RenewForm, ResendForm
from portail.habilitations.views.common import consequences, under
from portail.ui.forms import Form
from portail.ui.pages import SUBMIT_KEY, Crumb, Request, form_status, note_refusal, page, render_page
from portail.ui.rules import Refused
from portail.ui.templatetags.ui import counted

PREFIX = "lot"
TICKED, ALL = "choix", "tous"
FINGERPRINT = "empreinte"
_NOT_THE_SELECTION = {SUBMIT_KEY, "csrfmiddlewaretoken", "confirm", FINGERPRINT, "page", "sort"}


def sent(request: Request) -> QueryDict:
    """Where the selection stands: in the address at first, in the form afterwards."""
    return request.POST if request.method == "POST" else request.GET


def selected(request: Request, filtered: QuerySet) -> QuerySet:
    """All that the filters find when that was asked for, else the rows ticked among them."""
    data = sent(request)
    if data.get(ALL):
        return filtered
    return filtered.filter(pk__in=[pk for pk in data.getlist(TICKED) if _is_key(filtered, pk)])


def _is_key(rows: QuerySet, key: str) -> bool:
    is_number = rows.model._meta.pk.get_internal_type() != "CharField"
    return (key.isascii() and key.isdigit() and len(key) < 19) if is_number else "\0" not in key


def rows_of(request: Request, filtered: QuerySet) -> list[Any]:
    """The rows chosen; one more than a lot may have tells that there are too many."""
    return list(selected(request, filtered)[: settings.PORTAIL["LOT_ROWS"] + 1])


def kept(request: Request) -> list[tuple[str, str]]:
    """The selection, sent again with each step."""
    return [
        (name, value)
        for name, values in sent(request).lists()
        if name not in _NOT_THE_SELECTION and not name.startswith(f"{PREFIX}-")
        for value in values
    ]


def bar(request: Request) -> list[tuple[str, str]]:
    """The filters of a list, that the form of its boxes sends along."""
    return [(n, v) for n, values in request.GET.lists() if n not in {*_NOT_THE_SELECTION, TICKED, ALL} for v in values]


def lot_page(
    request: Request,
    form: Form,
    rows: Sequence[Any],
    *,
    build: Callable[[Form], Iterable[Line]],
    conventions: Callable[[], Sequence[Convention]],
    noun: str,
    title: str,
    breadcrumb: list[Crumb],
    submit: str,
    back: str,
    convention: Convention | None = None,
    danger: bool = False,
    notice: str = "",
    lead: str = "",
) -> HttpResponse:
    """The form of a lot, then its preview, then its confirmation; `build(form)` gives the lines."""
    shared = {
        "page_title": title,
        "breadcrumb": breadcrumb,
        "convention": convention,
        "chosen": counted(len(rows), noun),
        "back": back,
        "danger": danger,
        "notice": notice,
        "lead": lead,
    }
    if refusal := refuse_size(rows):
        form.add_error(None, refusal) if form.is_bound else None
        return render_page(request, "habilitations/lot_empty.html", why=refusal, status=form_status(form), **shared)
    if request.method == "POST" and form.is_valid():
        on, under = request.acteur.on, list(conventions())
        try:
            if "confirm" in request.POST:
                with transaction.atomic():
                    lot = carry_out(under, on, lambda: build(form), request.POST.get(FINGERPRINT, ""))
                messages.success(request, _told(lot, noun))
                return redirect(back)
            lot = rehearse(under, on, lambda: build(form))
        except Moved as moved:
            return _preview_page(request, form, moved.lot, submit=submit, warning=str(moved), status=409, **shared)
        except Refused as refused:
            note_refusal(request, str(refused))
            form.add_error(None, str(refused))
        else:
            return _preview_page(request, form, lot, submit=submit, warning="", status=200, **shared)
    return render_page(
        request, "habilitations/lot_form.html", form=form, kept=kept(request), status=form_status(form), **shared
    )


def refuse_size(rows: Sequence[Any]) -> str:
    """Why so few, or so many, rows make no lot; empty when they do."""
    limit = settings.PORTAIL["LOT_ROWS"]
    if not rows:
        return "Aucune ligne n'est choisie : revenez à la liste et cochez au moins une ligne."
    if len(rows) > limit:
        return f"Vous avez choisi plus de {limit} lignes : filtrez la liste, puis recommencez."
    return ""


def _told(lot: Lot, noun: str) -> str:
    done = f"C'est fait pour {counted(len(lot.done), noun)}."
    return f"{done} {counted(len(lot.refused), 'ligne refusée,lignes refusées')}." if lot.refused else done


def _preview_page(request: Request, form: Form, lot: Lot, *, warning: str, status: int, **shared: Any) -> HttpResponse:
    names = [f"{PREFIX}-{name}" for name in form.fields]
    typed = [(name, value) for name in names for value in request.POST.getlist(name)]
    return render_page(
        request,
        "habilitations/lot_preview.html",
        lot=lot,
        answers=getattr(form, "answers", []),
        warning=warning,
        status=status,
        typed=[*kept(request), *typed, (FINGERPRINT, lot.fingerprint)],
        **consequences(lot.change),
        **shared,
    )


# People of a convention


@dataclass(frozen=True)
class Acte:
    """What may be done to many people: its words, its form, its lines."""

    label: str
    submit: str
    form: type[Form]
    lines: Callable[[Acteur, Sequence[Rattachement], Any], Iterable[Line]]
    danger: bool = False


ACTES = {
    "groupe": Acte(
        "Ajouter à un groupe",
        "Ajouter au groupe",
        AppartenanceForm,
        lambda by, people, form: actions.additions(by, people, **form.cleaned_data),
    ),
    "renouveler": Acte(
        "Renouveler jusqu'au…",
        "Renouveler",
        RenewForm,
        lambda by, people, form: actions.prolongations(by, people, form.cleaned_data["until"]),
    ),
    "cloturer": Acte(
        "Clôturer l'accès",
        "Clôturer les accès",
        CloseForm,
        lambda by, people, form: actions.closings(by, people, form.closes_on, form.cleaned_data["motif"]),
        danger=True,
    ),
    "identifiant": Acte(
        "Renvoyer l'identifiant",
        "Renvoyer les identifiants",
        ResendForm,
        lambda by, people, form: actions.resends(by, people),
    ),
}


@page(find=queries.convention_by, refuse=rules.refuse_creating_utilisateur, methods=("GET", "POST"))
def utilisateur_lot(request: Request, convention: Convention) -> HttpResponse:
    """One act for all the people ticked, or all those the filters find."""
    acteur = request.acteur
    acte = ACTES.get(sent(request).get("acte", ""))
    if acte is None:
        raise Http404
    people = rows_of(request, _people(request, convention))
    for each in people:
        each.convention = convention
    more = {}
    if acte.form is AppartenanceForm:
        more["groupes"] = queries.managed_groupes_of(acteur, convention).select_related("parent", "convention")
    back = reverse("habilitations:utilisateur_list", args=[convention.pk])
    return lot_page(
        request,
        acte.form(request.POST or None, prefix=PREFIX, **more),
        people,
        build=lambda form: acte.lines(acteur, people, form),
        conventions=lambda: [convention],
        noun="personne,personnes",
        title=acte.label,
        breadcrumb=under(convention, ("Utilisateurs", back), (acte.label, None)),
        submit=acte.submit,
        back=back,
        convention=convention,
        danger=acte.danger,
    )


def _people(request: Request, convention: Convention) -> QuerySet:
    people = queries.rattachements_for(request.acteur, convention)
    groupes = queries.groupes_for(request.acteur, convention)
    return UtilisateurFilter(sent(request), queryset=people, groupes=groupes).qs
