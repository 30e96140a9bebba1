"""« Mes justificatifs », and the proofs of the people one manages: deposit, check, withdraw, open the file."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from portail.comptes.models import Utilisateur
from portail.conventions.models import Rattachement
from portail.habilitations import actions, gateway, queries, roles
from portail.habilitations.actions import justificatifs as deeds
from portail.habilitations.filters import JustificatifFilter
from portail.habilitations.forms import CloseForm
from portail.habilitations.forms.justificatifs import CheckForm, DepositForm, RefuseJustificatifForm
from portail.habilitations.models import Justificatif
from portail.habilitations.queries.justificatifs import (
    asked_of,
    asked_role_for,
    justificatif_for,
    justificatifs_for,
    own_justificatifs,
    places_of,
    roles_asking,
)
from portail.habilitations.rules import justificatifs as rules
from portail.habilitations.tables.justificatifs import (
    SITUATIONS,
    JustificatifTable,
    OwnJustificatifTable,
    justificatif_url,
)
from portail.habilitations.views.common import configured, consequences, export_urls, exported, under
from portail.ui.pages import Crumb, Request, attempt, crumbs, form_status, page, render_page

_LIST = ("Justificatifs", "habilitations:justificatif_list")
_MINE = ("Mes justificatifs", "habilitations:justificatif_mine")


def _steps(request: Request, justificatif: Justificatif, *steps: tuple[str, str | None]) -> list[Crumb]:
    is_own = justificatif.utilisateur_id == request.acteur.utilisateur.pk
    label, name = _MINE if is_own else _LIST
    here = (
        f"{justificatif.label}, {justificatif.utilisateur.nom_complet}",
        justificatif_url(justificatif) if steps else None,
    )
    return crumbs((label, reverse(name)), here, *steps)


# The person's own


@page(refuse=rules.refuse_own_list)
def justificatif_mine(request: Request) -> HttpResponse:
    table = OwnJustificatifTable(own_justificatifs(request.acteur))
    asked = asked_of(request.acteur)
    return render_page(
        request,
        "habilitations/justificatif_mine.html",
        page_title=_MINE[0],
        breadcrumb=crumbs((_MINE[0], None)),
        asked=[(each, each.last and SITUATIONS[each.last.situation(request.acteur.on)]) for each in asked],
        table=configured(request, table),
    )


@page(find=asked_role_for, refuse=rules.refuse_giving, methods=("GET", "POST"))
def justificatif_create(request: Request, role: roles.Role) -> HttpResponse:
    return _deposit_page(
        request,
        request.acteur.utilisateur,
        [role.code],
        breadcrumb=crumbs((_MINE[0], reverse(_MINE[1])), ("Déposer", None)),
        lead=f"Le rôle « {role.libelle} » demande : {role.proof_label}.",
        back=reverse(_MINE[1]),
    )


@page(find=queries.rattachement_for, refuse=rules.refuse_giving_for, methods=("GET", "POST"))
def justificatif_add(request: Request, rattachement: Rattachement) -> HttpResponse:
    """For somebody whom one manages; another one than he who gives it may still check it."""
    convention, person = rattachement.convention, rattachement.utilisateur
    fiche = reverse("habilitations:utilisateur_view", args=[convention.pk, rattachement.pk])
    people = reverse("habilitations:utilisateur_list", args=[convention.pk])
    return _deposit_page(
        request,
        person,
        sorted(roles_asking(person, request.acteur.on)),
        breadcrumb=under(
            convention, ("Utilisateurs", people), (person.nom_complet, fiche), ("Déposer un justificatif", None)
        ),
        lead=f"Pour {person.nom_complet} ({person.identifiant}). Vous pourrez ensuite le vérifier.",
        back=fiche,
    )


def _deposit_page(
    request: Request, person: Utilisateur, asked: list[str], *, breadcrumb: list[Crumb], lead: str, back: str
) -> HttpResponse:
    form = DepositForm(request.POST or None, request.FILES or None, asked=asked)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["fichier"]
        content = given.read()
        if attempt(
            request,
            form,
            lambda: deeds.deposit(
                by=request.acteur, utilisateur=person, role=form.chosen, file_name=given.name, content=content
            ),
        ):
            messages.success(request, "Le justificatif est déposé : il attend d'être vérifié.")
            return redirect(back)
    return render_page(
        request,
        "habilitations/justificatif_create.html",
        page_title="Déposer un justificatif",
        breadcrumb=breadcrumb,
        lead=lead,
        form=form,
        has_antivirus=gateway.has_antivirus(),
        cancel_url=back,
        status=form_status(form),
    )


# Those of the people one manages


def _filtered(request: Request) -> JustificatifFilter:
    return JustificatifFilter(request.GET, queryset=justificatifs_for(request.acteur))


@page(refuse=rules.refuse_justificatifs)
def justificatif_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "habilitations/justificatif_list.html",
        fragment="list",
        page_title=_LIST[0],
        breadcrumb=crumbs((_LIST[0], None)),
        filter=filtered,
        table=configured(request, JustificatifTable(filtered.qs)),
        export_urls=export_urls(request, "habilitations:justificatif_export"),
    )


@page(refuse=rules.refuse_justificatifs)
def justificatif_export(request: Request, extension: str) -> HttpResponse:
    table = JustificatifTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="justificatifs", what="les justificatifs")


@page(find=justificatif_for, refuse=rules.refuse_reading_justificatif)
def justificatif_view(request: Request, justificatif: Justificatif) -> HttpResponse:
    acteur = request.acteur
    places = places_of(acteur, justificatif.utilisateur, justificatif.role)
    readable = queries.conventions_for(acteur).filter(pk__in=[place.convention_id for place in places])
    return render_page(
        request,
        "habilitations/justificatif_view.html",
        page_title=justificatif.label,
        breadcrumb=_steps(request, justificatif),
        justificatif=justificatif,
        role_label=roles.label(justificatif.role),
        situation=SITUATIONS[justificatif.situation(acteur.on)],
        places=places,
        readable=set(readable.values_list("pk", flat=True)),
        cannot_open=rules.refuse_opening_file(acteur, justificatif),
        cannot_check=rules.refuse_checking(acteur, justificatif),
        cannot_withdraw=rules.refuse_withdrawing_justificatif(acteur, justificatif),
        cannot_recontrol=rules.refuse_recontrolling(acteur, justificatif),
    )


@page(find=justificatif_for, refuse=rules.refuse_opening_file)
def justificatif_file(request: Request, justificatif: Justificatif) -> HttpResponse:
    """Always saved, never shown by the browser; the journal knows who opened it before it leaves."""
    content = deeds.open_file(by=request.acteur, justificatif=justificatif)
    response = HttpResponse(content, content_type=justificatif.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=justificatif.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _previewed(request: Request, justificatif: Justificatif, act: Callable[[], object]) -> actions.Change:
    """What the act changes under each convention where this person sees the other."""
    changes = [
        actions.preview(place.convention, request.acteur.on, act)
        for place in places_of(request.acteur, justificatif.utilisateur, justificatif.role)
    ]
    return actions.Change(
        [right for change in changes for right in change.gains],
        [right for change in changes for right in change.losses],
        next((change.refusal for change in changes if change.refusal), None),
        [manque for change in changes for manque in change.manques],
    )


def _form_then_consequences(
    request: Request,
    justificatif: Justificatif,
    form: Any,
    act: Callable[[], object],
    *,
    is_sent: bool,
    title: str,
    submit: str,
    done: str,
    answers: Callable[[], list[dict[str, str]]],
    sent_again: tuple[tuple[str, str], ...] = (),
) -> HttpResponse | None:
    """The answer to a form that was sent: carried out, or its consequences; None when it has to be shown."""
    if not is_sent or not form.is_valid():
        return None
    if "confirm" in request.POST:
        if not attempt(request, form, act):
            return None
        messages.success(request, done)
        return redirect(justificatif_url(justificatif))
    change = _previewed(request, justificatif, act)
    if change.refusal:
        form.add_error(None, change.refusal)
        return None
    return render_page(
        request,
        "habilitations/justificatif_confirm.html",
        page_title=title,
        breadcrumb=_steps(request, justificatif, (title, None)),
        justificatif=justificatif,
        form=form,
        answers=answers(),
        typed=[*((name, request.POST[name]) for name in form.fields if name in request.POST), *sent_again],
        submit=submit,
        cancel_url=justificatif_url(justificatif),
        **consequences(change),
    )


@page(find=justificatif_for, refuse=rules.refuse_checking, methods=("GET", "POST"))
def justificatif_check(request: Request, justificatif: Justificatif) -> HttpResponse:
    """Accept it, after seeing what it opens; or refuse it, with a reason."""
    acteur, sends = request.acteur, request.POST.get("decision")
    form = CheckForm(request.POST if sends == "verifier" else None, initial={"opens_on": acteur.on})
    refusal = RefuseJustificatifForm(request.POST if sends == "refuser" else None)
    answer = _form_then_consequences(
        request,
        justificatif,
        form,
        lambda: deeds.check(by=acteur, justificatif=justificatif, **form.cleaned_data),
        is_sent=sends == "verifier",
        title="Vérifier",
        submit="Confirmer que ce justificatif est bon",
        done="Le justificatif est vérifié : la personne est prévenue.",
        answers=lambda: _dates_told(form),
        sent_again=(("decision", "verifier"),),
    )
    if answer is not None:
        return answer
    if sends == "refuser" and refusal.is_valid():
        typed = refusal.cleaned_data["refusal"]
        if attempt(
            request,
            refusal,
            lambda: deeds.refuse_justificatif(by=acteur, justificatif=justificatif, refusal=typed),
        ):
            messages.success(request, "Le justificatif est refusé : la personne lira le motif.")
            return redirect(justificatif_url(justificatif))
    return render_page(
        request,
        "habilitations/justificatif_check.html",
        page_title="Vérifier un justificatif",
        breadcrumb=_steps(request, justificatif, ("Vérifier", None)),
        justificatif=justificatif,
        role_label=roles.label(justificatif.role),
        form=form,
        refusal_form=refusal,
        cannot_open=rules.refuse_opening_file(acteur, justificatif),
        status=max(form_status(form), form_status(refusal)),
    )


def _dates_told(form: CheckForm) -> list[dict[str, str]]:
    opens_on, closes_on = form.cleaned_data["opens_on"], form.cleaned_data["closes_on"]
    end = f"{closes_on:%d/%m/%Y}" if closes_on else "Sans fin"
    return [
        {"label": "Valable à partir du", "value": f"{opens_on:%d/%m/%Y}"},
        {"label": "Valable jusqu'au", "value": end},
    ]


@page(find=justificatif_for, refuse=rules.refuse_withdrawing_justificatif, methods=("GET", "POST"))
def justificatif_withdraw(request: Request, justificatif: Justificatif) -> HttpResponse:
    """First who loses what, then the act."""
    form = CloseForm(request.POST or None)

    def act() -> None:
        deeds.withdraw_justificatif(
            by=request.acteur, justificatif=justificatif, closes_on=form.closes_on, motif=form.cleaned_data["motif"]
        )

    answer = _form_then_consequences(
        request,
        justificatif,
        form,
        act,
        is_sent=request.method == "POST",
        title="Retirer",
        submit="Retirer le justificatif",
        done="Le justificatif est retiré : la personne est prévenue.",
        answers=lambda: form.answers,
    )
    return answer or render_page(
        request,
        "habilitations/justificatif_withdraw.html",
        page_title="Retirer un justificatif",
        breadcrumb=_steps(request, justificatif, ("Retirer", None)),
        justificatif=justificatif,
        form=form,
        status=form_status(form),
    )


@page(find=justificatif_for, refuse=rules.refuse_recontrolling, methods=("POST",))
def justificatif_recontrol(request: Request, justificatif: Justificatif) -> HttpResponse:
    deeds.recontrol(by=request.acteur, justificatif=justificatif)
    messages.success(request, "Votre contrôle est noté.")
    return redirect(justificatif_url(justificatif))
