"""« Dialogues »: the queue of the Caf, who follows what, the subjects and the delay."""

from collections.abc import Iterator
from functools import partial

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.cdap.actions import dialogues as actions
from portail.cdap.actions import sujets
from portail.cdap.filters.dialogues import DialogueQueueFilter, SujetFilter
from portail.cdap.forms.dialogues import AgentForm, DelaiForm, SujetForm
from portail.cdap.models import Dialogue, SujetDialogue
from portail.cdap.queries import dialogues as queries
from portail.cdap.rules import dialogues as rules
from portail.cdap.tables.dialogues import DialogueQueueTable, SujetTable, dialogue_url
from portail.cdap.views.common import cdap_crumbs
from portail.cdap.views.dialogues import QUEUE, under
from portail.conventionnement.views.common import form_page
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.lots import Line
from portail.habilitations.views.common import configured, export_urls, exported
from portail.habilitations.views.lots import PREFIX, bar, lot_page, rows_of, sent
from portail.ui.forms import Form
from portail.ui.pages import Request, attempt, conflict, page, render_page
from portail.ui.rules import Stale
from portail.ui.templatetags.ui import counted

SUJETS = "Sujets et délai de réponse"


def _queue_url() -> str:
    return reverse("cdap:dialogue_queue")


def _filtered(request: Request) -> DialogueQueueFilter:
    return DialogueQueueFilter(sent(request), queryset=queries.queue_for(request.acteur), acteur=request.acteur)


def _table(request: Request, rows: QuerySet[Dialogue]) -> DialogueQueueTable:
    acteur = request.acteur
    is_working = rules.refuse_processing(acteur) is None
    return DialogueQueueTable(rows, is_working=is_working, delai=queries.delai_of(acteur.caf))


@page(refuse=rules.refuse_following)
def dialogue_queue(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "cdap/dialogue_queue.html",
        fragment="list",
        page_title=QUEUE,
        breadcrumb=cdap_crumbs((QUEUE, None)),
        filter=filtered,
        table=configured(request, _table(request, filtered.qs)),
        export_urls=export_urls(request, "cdap:dialogue_queue_export"),
        is_working=rules.refuse_processing(request.acteur) is None,
        delai=counted(queries.delai_of(request.acteur.caf), "jour,jours"),
        lot_kept=bar(request),
    )


@page(refuse=rules.refuse_exporting_queue)
def dialogue_queue_export(request: Request, extension: str) -> HttpResponse:
    table = _table(request, _filtered(request).qs)
    return exported(request, table, extension=extension, name="dialogues", what="les dialogues avec les partenaires")


@page(refuse=rules.refuse_processing, methods=("GET", "POST"))
def dialogue_lot(request: Request) -> HttpResponse:
    """Gives to a gestionnaire the threads ticked, or all those the filters find."""
    rows = rows_of(request, _filtered(request).qs)
    return lot_page(
        request,
        AgentForm(request.POST or None, prefix=PREFIX, acteur=request.acteur),
        rows,
        build=lambda form: _lines(request.acteur, rows, form),
        conventions=list,
        noun="dialogue,dialogues",
        title="Attribuer",
        breadcrumb=cdap_crumbs((QUEUE, _queue_url()), ("Attribuer", None)),
        submit="Attribuer",
        back=_queue_url(),
        lead="La personne choisie les trouvera avec le filtre « Suivi par : moi ».",
    )


def _lines(by: Acteur, rows: list[Dialogue], form: Form) -> Iterator[Line]:
    for row in rows:
        act = partial(actions.assign, by=by, dialogue=row, agent=form.cleaned_data["agent"])
        yield Line(str(row.pk), f"{row} : {row.sujet}", row.organisme.raison_sociale, act)


@page(find=queries.dialogue_for, refuse=rules.refuse_assigning, methods=("POST",))
def dialogue_take(request: Request, dialogue: Dialogue) -> HttpResponse:
    """The second of two who take it together is told who has it."""
    try:
        actions.take(by=request.acteur, dialogue=dialogue)
    except Stale as stale:
        return conflict(request, "Une autre personne suit déjà ce dialogue.", stale.differences)
    messages.success(request, "Vous suivez ce dialogue : répondez au partenaire ci-dessous.")
    return redirect(dialogue_url(dialogue))


@page(find=queries.dialogue_for, refuse=rules.refuse_assigning, methods=("GET", "POST"))
def dialogue_assign(request: Request, dialogue: Dialogue) -> HttpResponse:
    form = AgentForm(request.POST or None, acteur=request.acteur, initial={"agent": dialogue.agent_id})
    if request.method == "POST" and form.is_valid():
        agent = form.cleaned_data["agent"]
        if attempt(request, form, lambda: actions.assign(by=request.acteur, dialogue=dialogue, agent=agent)):
            messages.success(request, f"Le dialogue est attribué à {agent.nom_complet}.")
            return redirect(dialogue_url(dialogue))
    return form_page(
        request,
        form,
        title="Attribuer",
        breadcrumb=under(request, dialogue, ("Attribuer", None)),
        submit="Attribuer",
        cancel_url=dialogue_url(dialogue),
        lead="Les messages du partenaire lui seront annoncés par courriel.",
    )


@page(find=queries.dialogue_for, refuse=rules.refuse_reopening, methods=("POST",))
def dialogue_reopen(request: Request, dialogue: Dialogue) -> HttpResponse:
    actions.reopen(by=request.acteur, dialogue=dialogue)
    messages.success(request, "Le dialogue est rouvert : vous le suivez.")
    return redirect(dialogue_url(dialogue))


# Subjects and delay


def _sujets_url() -> str:
    return reverse("cdap:sujet_list")


def _sujet_table(request: Request, rows: QuerySet[SujetDialogue]) -> SujetTable:
    is_managing = rules.refuse_managing_sujets(request.acteur) is None
    return SujetTable(rows, is_managing=is_managing, on=request.acteur.on)


def _filtered_sujets(request: Request) -> SujetFilter:
    return SujetFilter(request.GET, queryset=queries.sujets_for(request.acteur))


@page(refuse=rules.refuse_sujets)
def sujet_list(request: Request) -> HttpResponse:
    filtered = _filtered_sujets(request)
    has_own = queries.sujets_for(request.acteur).exists()
    return render_page(
        request,
        "cdap/sujet_list.html",
        fragment="list",
        page_title=SUJETS,
        breadcrumb=cdap_crumbs((QUEUE, _queue_url()), (SUJETS, None)),
        filter=filtered,
        table=configured(request, _sujet_table(request, filtered.qs)),
        export_urls=export_urls(request, "cdap:sujet_export"),
        shipped=[] if has_own else queries.sujets_of(request.acteur.caf, request.acteur.on),
        delai=counted(queries.delai_of(request.acteur.caf), "jour,jours"),
        is_managing=rules.refuse_managing_sujets(request.acteur) is None,
    )


@page(refuse=rules.refuse_exporting_sujets)
def sujet_export(request: Request, extension: str) -> HttpResponse:
    table = _sujet_table(request, _filtered_sujets(request).qs)
    return exported(request, table, extension=extension, name="sujets", what="les sujets de dialogue")


@page(refuse=rules.refuse_managing_sujets, methods=("POST",))
def sujet_adopt(request: Request) -> HttpResponse:
    sujets.adopt_sujets(by=request.acteur)
    messages.success(request, "La liste est maintenant celle de votre Caf : ajoutez et retirez des sujets.")
    return redirect(_sujets_url())


@page(refuse=rules.refuse_managing_sujets, methods=("GET", "POST"))
def sujet_create(request: Request) -> HttpResponse:
    form = SujetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        libelle = form.cleaned_data["libelle"]
        if attempt(request, form, lambda: sujets.add_sujet(by=request.acteur, libelle=libelle)):
            messages.success(request, "Le sujet est proposé aux partenaires dès maintenant.")
            return redirect(_sujets_url())
    title = "Ajouter un sujet"
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=cdap_crumbs((SUJETS, _sujets_url()), (title, None)),
        submit="Ajouter",
        cancel_url=_sujets_url(),
    )


@page(find=queries.sujet_for, refuse=rules.refuse_ending_sujet, methods=("POST",))
def sujet_end(request: Request, sujet: SujetDialogue) -> HttpResponse:
    sujets.end_sujet(by=request.acteur, sujet=sujet)
    messages.success(request, f"« {sujet} » n'est plus proposé ; les dialogues qui le portent le gardent.")
    return redirect(_sujets_url())


@page(refuse=rules.refuse_managing_sujets, methods=("GET", "POST"))
def delai_edit(request: Request) -> HttpResponse:
    form = DelaiForm(request.POST or None, initial={"jours": queries.delai_of(request.acteur.caf)})
    if request.method == "POST" and form.is_valid():
        jours = form.cleaned_data["jours"]
        if attempt(request, form, lambda: sujets.set_delai(by=request.acteur, jours=jours)):
            messages.success(request, "Le délai de réponse est enregistré.")
            return redirect(_sujets_url())
    title = "Délai de réponse"
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=cdap_crumbs((SUJETS, _sujets_url()), (title, None)),
        submit="Enregistrer",
        cancel_url=_sujets_url(),
    )
