"""« Signaler un incident », « Incidents » and the follow-up of each by the Caf."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from portail.conventions.models import Rattachement
from portail.habilitations.queries import rattachement_for
from portail.habilitations.views.common import configured, export_urls, exported, under
from portail.incidents import actions, queries, rules
from portail.incidents.enums import CUTTING, NatureIncident
from portail.incidents.filters import IncidentFilter
from portail.incidents.forms import AnalyseForm, CafNoteForm, CloseIncidentForm, NoteForm, SignalementForm
from portail.incidents.models import Incident
from portail.incidents.tables import IncidentTable
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, attempt, crumbs, form_status, page, render_page
from portail.ui.rules import everybody
from portail.ui.templatetags.ui import instant

TITLE = "Incidents"
SIGN_IN_AGAIN = (
    "Votre signalement est enregistré ({reference}). Toutes vos sessions sont fermées et votre mot de passe ne sert "
    "plus : pour revenir, demandez un mot de passe provisoire par « Mot de passe oublié ? »."
)


def _list_url() -> str:
    return reverse("incidents:incident_list")


def _under(incident: Incident, *steps: tuple[str, str | None]) -> list[Crumb]:
    here = reverse("incidents:incident_view", args=[incident.pk]) if steps else None
    return crumbs((TITLE, _list_url()), (incident.reference, here), *steps)


def _filtered(request: Request) -> IncidentFilter:
    return IncidentFilter(request.GET, queryset=queries.incidents_for(request.acteur))


@page(refuse=everybody)
def incident_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "incidents/incident_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, IncidentTable(filtered.qs)),
        export_urls=export_urls(request, "incidents:incident_export"),
    )


@page(refuse=rules.refuse_exporting_incidents)
def incident_export(request: Request, extension: str) -> HttpResponse:
    table = IncidentTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="incidents", what="la liste des incidents")


# Reporting


@page(refuse=everybody, methods=("GET", "POST"))
def incident_create(request: Request) -> HttpResponse:
    """About oneself; « Ce n'est pas moi » opens it filled in."""
    form = SignalementForm(request.POST or None, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        if "confirm" not in request.POST:
            return _confirmation(request, form, name="Vous", breadcrumb=_reporting())
        made: list[Incident] = []
        if attempt(request, form, lambda: made.append(actions.report(by=request.acteur, signalement=form.signalement))):
            return _reported(request, made[0])
    title = "Cette connexion n'est pas de moi" if form.initial else "Signaler un incident"
    return _form_page(request, form, title, _reporting(), submit="Continuer", cancel="accueil:home")


def _initial(request: Request) -> dict[str, Any]:
    if (sign_in := queries.own_sign_in(request.acteur, request.GET.get("connexion", ""))) is not None:
        told = f"La connexion du {instant(sign_in.recorded_at)} depuis l'adresse {sign_in.address} n'est pas de moi."
        return {"nature": NatureIncident.CONNEXION, "recit": told}
    if request.GET.get("nature") == NatureIncident.CONNEXION:
        return {"nature": NatureIncident.CONNEXION, "recit": "La dernière connexion à mon compte n'est pas de moi."}
    return {}


def _reporting() -> list[Crumb]:
    return crumbs((TITLE, _list_url()), ("Signaler un incident", None))


@page(find=rattachement_for, refuse=rules.refuse_reporting_for, methods=("GET", "POST"))
def incident_about(request: Request, rattachement: Rattachement) -> HttpResponse:
    """About somebody one manages."""
    name, convention = rattachement.utilisateur.nom_complet, rattachement.convention
    back = reverse("habilitations:utilisateur_view", args=[convention.pk, rattachement.pk])
    breadcrumb = under(convention, (name, back), ("Signaler un incident", None))
    form = SignalementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if "confirm" not in request.POST:
            return _confirmation(request, form, name=name, breadcrumb=breadcrumb)
        made: list[Incident] = []
        act = lambda: actions.report(by=request.acteur, signalement=form.signalement, about=rattachement)  # noqa: E731
        if attempt(request, form, lambda: made.append(act())):
            return _reported(request, made[0])
    title = f"Signaler un incident : {name}"
    return _form_page(request, form, title, breadcrumb, submit="Continuer", cancel=back)


def _reported(request: Request, incident: Incident) -> HttpResponse:
    """Whose own access is cut is signed out; the others read what happens next."""
    if incident.cut_at is not None and incident.concerne_id == request.acteur.utilisateur.pk:
        logout(request)
        messages.warning(request, SIGN_IN_AGAIN.format(reference=incident.reference))
        return redirect("account_login")
    messages.success(
        request,
        f"Votre signalement est enregistré : {incident.reference}. Votre Caf et ceux qui doivent savoir "
        "en sont avertis ; cette page dira où il en est.",
    )
    return redirect("incidents:incident_view", pk=incident.pk)


def _confirmation(request: Request, form: SignalementForm, *, name: str, breadcrumb: list[Crumb]) -> HttpResponse:
    """What happens at once, in words, before it does."""
    typed, is_own = form.cleaned_data, name == "Vous"
    answers = [
        {"label": "Personne concernée", "value": name if not is_own else "Vous-même"},
        {"label": "Nature", "value": NatureIncident(typed["nature"]).label},
        {"label": "Constaté le", "value": f"{typed['noticed_on']:%d/%m/%Y}"},
        {"label": "Ce qui s'est passé", "value": typed["recit"]},
        {"label": "Ce qui est concerné", "value": typed["objet"]},
    ]
    return render_page(
        request,
        "incidents/incident_confirm.html",
        page_title="Signaler un incident",
        breadcrumb=breadcrumb,
        form=form,
        typed=[(field, request.POST[field]) for field in form.fields if field in request.POST],
        answers=answers,
        is_own=is_own,
        name=name,
        is_cut=queries.cuts(typed["nature"], is_own=is_own),
        cancel_url=request.path,
    )


def _form_page(
    request: Request, form: Form, title: str, breadcrumb: list[Crumb], *, submit: str, cancel: str, lead: str = ""
) -> HttpResponse:
    return render_page(
        request,
        "incidents/form_page.html",
        page_title=title,
        breadcrumb=breadcrumb,
        form=form,
        lead=lead,
        submit=submit,
        cancel_url=cancel if cancel.startswith("/") else reverse(cancel),
        status=form_status(form),
    )


# Following


@page(find=queries.incident_for, refuse=rules.refuse_reading_incident, methods=("GET", "POST"))
def incident_view(request: Request, incident: Incident) -> HttpResponse:
    """Where it stands, what happens next, and its notes; sent back with a note of one's own."""
    acteur = request.acteur
    form_class = CafNoteForm if acteur.caf is not None else NoteForm
    form = form_class(request.POST or None)
    act = lambda: actions.note(by=acteur, incident=incident, **form.cleaned_data)  # noqa: E731
    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        messages.success(request, "Votre note est ajoutée.")
        return redirect("incidents:incident_view", pk=incident.pk)
    return render_page(
        request,
        "incidents/incident_view.html",
        page_title=f"Incident {incident.reference}",
        breadcrumb=_under(incident),
        incident=incident,
        next_step=_next_step(incident),
        delay=queries.delay_in_words(incident),
        places=queries.places_of(acteur, incident),
        entries=queries.timeline_of(acteur, incident),
        note_form=form,
        form=form,
        may_note=rules.refuse_noting(acteur, incident) is None,
        may_take=rules.refuse_taking(acteur, incident) is None,
        may_analyse=rules.refuse_analysing(acteur, incident) is None,
        may_cut=rules.refuse_cutting(acteur, incident) is None,
        status=form_status(form),
    )


_NEXT = {
    "signale": "Un administrateur de la Caf doit le prendre en charge ; la personne qui l'a signalé en est alors "
    "avertie par courriel.",
    "pris_en_charge": "La Caf analyse ce qui s'est passé : elle peut demander une précision par une note.",
    "en_analyse": "La Caf établit ce qui s'est passé et les mesures à prendre, puis elle clôt l'incident.",
    "clos": "L'incident est clos : sa conclusion est ci-dessous.",
}


def _next_step(incident: Incident) -> str:
    return _NEXT[incident.etat]


@page(find=queries.incident_for, refuse=rules.refuse_taking, methods=("POST",))
def incident_take(request: Request, incident: Incident) -> HttpResponse:
    actions.take(by=request.acteur, incident=incident)
    messages.success(request, "Vous suivez cet incident : la personne qui l'a signalé en est avertie par courriel.")
    return redirect("incidents:incident_view", pk=incident.pk)


def _qualified(incident: Incident) -> dict[str, Any]:
    aware = timezone.localtime(incident.aware_at) if incident.aware_at else None
    return {
        "is_breach": {True: "oui", False: "non"}.get(incident.is_breach, ""),  # type: ignore[arg-type]
        "aware_on": aware.date() if aware else None,
        "aware_time": f"{aware:%H:%M}" if aware else None,
        "notified_on": incident.notified_on,
    }


@page(find=queries.incident_for, refuse=rules.refuse_analysing, methods=("GET", "POST"))
def incident_analyse(request: Request, incident: Incident) -> HttpResponse:
    form = AnalyseForm(request.POST or None, initial=_qualified(incident))
    act = lambda: actions.analyse(by=request.acteur, incident=incident, **form.qualification)  # noqa: E731
    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        messages.success(request, "L'analyse est enregistrée.")
        return redirect("incidents:incident_view", pk=incident.pk)
    return _form_page(
        request,
        form,
        f"Analyser l'incident {incident.reference}",
        _under(incident, ("Analyser", None)),
        submit="Enregistrer",
        cancel=reverse("incidents:incident_view", args=[incident.pk]),
        lead="Si c'est une violation de données personnelles, la Cnil doit être avertie dans les 72 heures "
        "(article 33 du RGPD) : le portail montre le temps qui reste.",
    )


@page(find=queries.incident_for, refuse=rules.refuse_cutting, methods=("GET", "POST"))
def incident_cut(request: Request, incident: Incident) -> HttpResponse:
    """What it closes is said first."""
    if request.method == "POST":
        actions.cut(by=request.acteur, incident=incident)
        messages.success(request, "L'accès est coupé : la personne en est avertie par courriel.")
        return redirect("incidents:incident_view", pk=incident.pk)
    return render_page(
        request,
        "incidents/incident_cut.html",
        page_title="Couper l'accès",
        breadcrumb=_under(incident, ("Couper l'accès", None)),
        incident=incident,
        name=incident.concerne.nom_complet if incident.concerne else "",
        is_own=False,
        is_cut=incident.nature in CUTTING or incident.concerne is not None,
    )


@page(find=queries.incident_for, refuse=rules.refuse_analysing, methods=("GET", "POST"))
def incident_close(request: Request, incident: Incident) -> HttpResponse:
    form = CloseIncidentForm(request.POST or None, initial=_qualified(incident))
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("conclusion", "mesures")} | form.qualification
        if attempt(request, form, lambda: actions.close(by=request.acteur, incident=incident, **typed)):
            messages.success(request, "L'incident est clos : la personne qui l'a signalé en est avertie par courriel.")
            return redirect("incidents:incident_view", pk=incident.pk)
    return _form_page(
        request,
        form,
        f"Clore l'incident {incident.reference}",
        _under(incident, ("Clore", None)),
        submit="Clore l'incident",
        cancel=reverse("incidents:incident_view", args=[incident.pk]),
        lead="La personne qui l'a signalé lira la conclusion et les mesures. Un incident clos ne se rouvre pas.",
    )
