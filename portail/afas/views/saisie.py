"""A sheet: read, typed group by group, its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import saisie as actions
from portail.afas.actions.saisie import Conflit, Enregistrement
from portail.afas.calculs.nombres import in_french
from portail.afas.definitions import Groupe
from portail.afas.forms.saisie import TAKE, GroupeForm, decided
from portail.afas.models import Declaration, Volet
from portail.afas.queries.comparaisons import context_of, panneau_of_volet
from portail.afas.queries.declarations import reads_all, volets_for
from portail.afas.queries.saisie import (
    Case,
    cases_of,
    champs_of,
    copied_codes,
    full_label,
    groupes_of,
    label_of,
    last_saisies,
    saisies_of,
    told_saisies,
    totals_of,
    volet_for,
)
from portail.afas.rules import saisie as rules
from portail.afas.views.common import declaration_crumbs
from portail.habilitations.views.common import PER_PAGE
from portail.ui.pages import Crumb, Request, page, render_page

CHECKED = "verifier"


def under(declaration: Declaration, *steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil > Aides financières d'action sociale > this declaration > … »."""
    return declaration_crumbs(declaration, *steps)


def volet_url(volet: Volet, groupe: str = "") -> str:
    return reverse("afas:volet_edit", args=[volet.pk]) + (f"#groupe-{groupe}" if groupe else "")


@dataclass(frozen=True)
class Ligne:
    """A field as the page shows it; `field` is None where it is only read, `taken` when another's value replaces it."""

    case: Case
    field: Any = None
    conflit: dict[str, str] | None = None
    taken: bool = False


@dataclass(frozen=True)
class GroupeLu:
    """A group as the page shows it, with what its last save said."""

    groupe: Groupe
    form: GroupeForm
    lignes: list[Ligne]
    saved: Enregistrement | None = None

    @property
    def has_copied(self) -> bool:
        return any(ligne.case.is_copied for ligne in self.lignes)

    @property
    def has_saved(self) -> bool:
        return self.saved is not None and bool(self.saved.changes)

    @property
    def wrong(self) -> int:
        """How many fields were not saved: to be corrected, or to be chosen."""
        return len(self.form.errors) + len(self.saved.conflits if self.saved else {})


@page(find=volet_for, refuse=rules.refuse_reading_volet)
def volet_edit(request: Request, volet: Volet) -> HttpResponse:
    return sheet_page(request, volet)


@page(find=volet_for, refuse=rules.refuse_typing, methods=("POST",))
def volet_save(request: Request, volet: Volet) -> HttpResponse:
    """One group, as one types (htmx) or by its button: what is right is saved, the rest is said beside its field."""
    groupe = _groupe(volet, request.POST.get("groupe", ""))
    form = GroupeForm(groupe.champs, volet.valeurs, decided(request.POST))
    form.is_valid()
    saved = actions.enter(
        by=request.acteur,
        volet=volet,
        frappes={code: (frappe.seen, frappe.value) for code, frappe in form.frappes.items()},
        checked=copied_codes(volet, groupe) if CHECKED in request.POST else (),
    )
    is_whole = not form.errors and not saved.conflits
    if is_whole and not getattr(request, "htmx", False):
        return redirect(volet_url(volet, groupe.code))
    return sheet_page(request, saved.volet, typed=(groupe, form, saved))


def _groupe(volet: Volet, code: str) -> Groupe:
    found = next((groupe for groupe in groupes_of(volet) if groupe.code == code), None)
    if found is None:
        raise Http404
    return found


Typed = tuple[Groupe, GroupeForm, Enregistrement]


def sheet_page(request: Request, volet: Volet, *, typed: Typed | None = None) -> HttpResponse:
    """The whole sheet; for htmx, what the save of a group changes of it."""
    is_htmx = bool(getattr(request, "htmx", False))
    contexte = context_of(volet.declaration)
    is_whole = reads_all(request.acteur, volet.declaration)
    refusal = None if typed else rules.refuse_typing(request.acteur, volet)  # who has just typed may type
    shown = [typed[0]] if typed and is_htmx else groupes_of(volet)
    dernieres = last_saisies(volet)
    lus = [
        _groupe_lu(request, groupe, cases_of(volet, contexte, groupe.champs, dernieres), volet, typed)
        for groupe in shown
    ]
    return render_page(
        request,
        "afas/volet_edit.html",
        fragment="saved" if typed else None,
        status=200 if is_htmx or typed is None else _status(typed),
        page_title=label_of(volet),
        breadcrumb=under(volet.declaration, (label_of(volet), None)),
        volet=volet,
        last=max(dernieres.values(), key=lambda last: last.at, default=None),
        declaration=volet.declaration,
        contexte=contexte,
        groupes=lus,
        typed=next((groupe for groupe in lus if groupe.saved), None),
        form=typed[1] if typed else None,
        totals=totals_of(volet, contexte),
        panneau=panneau_of_volet(contexte, volet, alone=not is_whole),
        reads_all=is_whole,
        refusal=refusal,
        may_reopen=_may_reopen(request, volet),
        sheets=[] if is_htmx else volets_for(request.acteur, volet.declaration),
    )


def _may_reopen(request: Request, volet: Volet) -> bool:
    return not (rules.refuse_not_submitted(volet) or rules.refuse_reopening(request.acteur, volet))


def _status(typed: Typed) -> int:
    _, form, saved = typed
    return 422 if form.errors else 409 if saved.conflits else 200


def _groupe_lu(request: Request, groupe: Groupe, cases: Iterable[Case], volet: Volet, typed: Typed | None) -> GroupeLu:
    """A group as it is kept, or as it was just typed."""
    form, saved, taken = GroupeForm(groupe.champs, volet.valeurs), None, ""
    if typed is not None and typed[0].code == groupe.code:
        (_, form, saved), taken = typed, request.POST.get(TAKE, "")
    conflits = saved.conflits if saved else {}
    lignes = [
        Ligne(
            case,
            field=form[case.champ.code] if case.champ.calcul is None else None,
            conflit=_conflict(conflits[case.champ.code]) if case.champ.code in conflits else None,
            taken=case.champ.code == taken,
        )
        for case in cases
    ]
    return GroupeLu(groupe, form, lignes, saved)


def _conflict(conflit: Conflit) -> dict[str, Any]:
    """Both values as one reads them, and who typed the other one."""
    return {
        "champ": conflit.champ,
        "kept": conflit.theirs,
        "theirs": in_french(conflit.champ, conflit.theirs),
        "mine": in_french(conflit.champ, conflit.typed),
        "last": conflit.derniere,
    }


# History


@page(find=volet_for, refuse=rules.refuse_reading_volet)
def volet_history(request: Request, volet: Volet) -> HttpResponse:
    """Who typed what and when, in the whole sheet or in one field."""
    champs = champs_of(volet)
    code = request.GET.get("champ", "")
    champ = champs.get(code)
    page_obj = Paginator(saisies_of(volet, code if champ else ""), PER_PAGE).get_page(request.GET.get("page"))
    title = f"Historique : {full_label(champ)}" if champ else "Historique du volet"
    return render_page(
        request,
        "afas/volet_history.html",
        page_title=title,
        breadcrumb=under(volet.declaration, (label_of(volet), volet_url(volet)), (title, None)),
        volet=volet,
        champ=champ,
        choices=[(code, full_label(each)) for code, each in champs.items() if each.calcul is None],
        entries=told_saisies(volet, page_obj, code if champ else ""),
        page_obj=page_obj,
    )
