"""A thread with the Caf: written from a file, read and answered by both sides."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.cdap.actions import dialogues as actions
from portail.cdap.enums import EtatDialogue
from portail.cdap.filters.dialogues import COLLEAGUES, MesDialoguesFilter
from portail.cdap.forms.dialogues import AnswerForm, CafAnswerForm, DialogueForm
from portail.cdap.models import Consultation, Dialogue
from portail.cdap.queries import dialogues as queries
from portail.cdap.queries.consultations import consultation_for
from portail.cdap.rules import dialogues as rules
from portail.cdap.tables.dialogues import LOOKS, MesDialoguesTable, dialogue_url
from portail.cdap.views.common import cdap_crumbs, first_onglet_url
from portail.conventionnement.views.common import form_page
from portail.habilitations.acteur import Acteur
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, attempt, conflict, form_status, page, render_page
from portail.ui.rules import Stale

MINE, QUEUE = "Mes dialogues", "Dialogues"
_NEXT = {
    EtatDialogue.NOUVEAU: "Un gestionnaire de la Caf prend votre message en charge et répond ici ; un courriel vous "
    "prévient.",
    EtatDialogue.PRIS_EN_CHARGE: "La Caf a pris votre message en charge et répond ici ; un courriel vous prévient.",
    EtatDialogue.EN_ATTENTE: "La Caf attend une précision de votre part : répondez ci-dessous.",
    EtatDialogue.REPONDU: "La Caf a répondu : vous pouvez clore le dialogue, ou écrire encore.",
    EtatDialogue.CLOS: "Ce dialogue est terminé ; il reste lisible.",
}
_NEXT_CAF = {
    EtatDialogue.NOUVEAU: "Personne ne suit ce message : un gestionnaire le prend en charge, puis répond ici.",
    EtatDialogue.PRIS_EN_CHARGE: "Le partenaire attend la réponse du gestionnaire qui le suit ; un courriel la lui "
    "annoncera.",
    EtatDialogue.EN_ATTENTE: "Le partenaire doit préciser : son message ramènera le dialogue dans la file.",
    EtatDialogue.REPONDU: "Le partenaire a sa réponse : il clôt le dialogue, ou écrit encore. Vous pouvez aussi clore.",
    EtatDialogue.CLOS: "Ce dialogue est terminé ; un gestionnaire peut le rouvrir.",
}


def list_crumb(acteur: Acteur) -> tuple[str, str]:
    """The list that the person comes from: the queue of the Caf, or his own threads."""
    if acteur.caf is not None:
        return QUEUE, reverse("cdap:dialogue_queue")
    return MINE, reverse("cdap:dialogue_list")


def under(request: Request, dialogue: Dialogue, *steps: tuple[str, str | None]) -> list[Crumb]:
    """« … > Dialogues > this one > … »."""
    here = dialogue_url(dialogue) if steps else None
    return cdap_crumbs(list_crumb(request.acteur), (str(dialogue), here), *steps)


@page(find=consultation_for, refuse=rules.refuse_opening, methods=("GET", "POST"))
def dialogue_create(request: Request, consultation: Consultation) -> HttpResponse:
    """From the file that is being read; nothing of it is repeated but its number."""
    form = DialogueForm(request.POST or None, caf=consultation.caf, acteur=request.acteur)
    made: list[Dialogue] = []
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        act = lambda: made.append(  # noqa: E731
            actions.open_dialogue(
                by=request.acteur, consultation=consultation, sujet=typed["sujet"], text=typed["text"]
            )
        )
        if attempt(request, form, act):
            messages.success(request, f"Votre message est envoyé à la {consultation.caf.nom}.")
            return redirect(dialogue_url(made[0]))
    return render_page(
        request,
        "cdap/dialogue_create.html",
        page_title="Écrire à la Caf",
        breadcrumb=cdap_crumbs(("Dossier", first_onglet_url(consultation)), ("Écrire à la Caf", None)),
        consultation=consultation,
        delai=queries.delai_of(consultation.caf),
        form=form,
        cancel_url=first_onglet_url(consultation),
        status=form_status(form),
    )


# The partner's list


def _is_of_colleagues(request: Request) -> bool:
    return request.GET.get("qui") == COLLEAGUES


def _filtered(request: Request) -> MesDialoguesFilter:
    rows = queries.colleagues_dialogues if _is_of_colleagues(request) else queries.own_dialogues
    return MesDialoguesFilter(request.GET, queryset=rows(request.acteur))


def _table(request: Request, filtered: MesDialoguesFilter) -> MesDialoguesTable:
    return MesDialoguesTable(filtered.qs, is_of_colleagues=_is_of_colleagues(request))


@page(refuse=rules.refuse_dialogues)
def dialogue_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "cdap/dialogue_list.html",
        fragment="list",
        page_title=MINE,
        breadcrumb=cdap_crumbs((MINE, None)),
        filter=filtered,
        table=configured(request, _table(request, filtered)),
        export_urls=export_urls(request, "cdap:dialogue_export"),
    )


@page(refuse=rules.refuse_exporting_dialogues)
def dialogue_export(request: Request, extension: str) -> HttpResponse:
    table = _table(request, _filtered(request))
    return exported(request, table, extension=extension, name="mes-dialogues", what="ses dialogues avec la Caf")


# One thread


@page(find=queries.dialogue_for, refuse=rules.refuse_reading_dialogue, methods=("GET", "POST"))
def dialogue_view(request: Request, dialogue: Dialogue) -> HttpResponse:
    """What was said, what happens next, one's answer; reading it is written in the journal."""
    form = (CafAnswerForm if request.acteur.caf else AnswerForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = lambda: actions.answer(by=request.acteur, dialogue=dialogue, **form.cleaned_data)  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, "Votre message est envoyé.")
            return redirect(dialogue_url(dialogue))
    actions.note_reading(by=request.acteur, dialogue=dialogue)
    return render_page(
        request,
        "cdap/dialogue_view.html",
        page_title=f"{dialogue} : {dialogue.sujet}",
        breadcrumb=under(request, dialogue),
        dialogue=dialogue,
        look=LOOKS[EtatDialogue(dialogue.etat)],
        next_step=(_NEXT_CAF if request.acteur.caf else _NEXT)[EtatDialogue(dialogue.etat)],
        thread=queries.thread_of(dialogue),
        form=form,
        status=form_status(form),
        **_possible(request.acteur, dialogue),
    )


def _possible(acteur: Acteur, dialogue: Dialogue) -> dict[str, Any]:
    """What the person may do now; `why_not` says why he cannot write, and so not close either."""
    why_not = rules.refuse_writing(acteur, dialogue) or ""
    may_assign = rules.refuse_assigning(acteur, dialogue) is None
    return {
        "why_not": why_not,
        "may_close": not why_not,
        "may_acknowledge": rules.refuse_acknowledging(acteur, dialogue) is None,
        "may_take": may_assign and dialogue.agent_id is None,
        "may_assign": may_assign,
        "may_reopen": rules.refuse_reopening(acteur, dialogue) is None,
    }


@page(find=queries.dialogue_for, refuse=rules.refuse_closing, methods=("POST",))
def dialogue_close(request: Request, dialogue: Dialogue) -> HttpResponse:
    actions.close(by=request.acteur, dialogue=dialogue)
    messages.success(request, "Le dialogue est clos.")
    return redirect(dialogue_url(dialogue))


@page(find=queries.dialogue_for, refuse=rules.refuse_acknowledging, methods=("POST",))
def dialogue_acknowledge(request: Request, dialogue: Dialogue) -> HttpResponse:
    actions.acknowledge(by=request.acteur, dialogue=dialogue)
    messages.success(request, "La réponse est notée comme lue.")
    return redirect(dialogue_url(dialogue))


@page(find=queries.dialogue_to_resume_for, refuse=rules.refuse_resuming, methods=("GET", "POST"))
def dialogue_resume(request: Request, dialogue: Dialogue) -> HttpResponse:
    """What was said is read once it is taken over, not before."""
    form = Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.resume(by=request.acteur, dialogue=dialogue)
        except Stale as stale:
            return conflict(request, "Un collègue vient de reprendre ce dialogue.", stale.differences)
        messages.success(request, "Vous suivez maintenant ce dialogue.")
        return redirect(dialogue_url(dialogue))
    title = "Reprendre ce dialogue"
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=cdap_crumbs(list_crumb(request.acteur), (title, None)),
        submit=title,
        cancel_url=f"{reverse('cdap:dialogue_list')}?qui={COLLEAGUES}",
        lead=f"« {dialogue.sujet} », suivi par {dialogue.porteur.nom_complet}. Vous lirez ce qui a été écrit et "
        "recevrez les réponses de la Caf à sa place ; cette personne le verra, et le journal le garde.",
    )
