"""« Règles d'acompte »: those entered, the newest first; a Caf enters its own by a new version only."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import versements as actions
from portail.afas.forms.versements import RegleForm, suggested
from portail.afas.queries import versements as queries
from portail.afas.rules import versements as rules
from portail.afas.views.common import afas_crumbs
from portail.conventionnement.views.common import form_page
from portail.ui.pages import Request, attempt, page, render_page

TITLE = "Règles d'acompte"


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
    acteur = request.acteur
    form = RegleForm(request.POST or None, initial=suggested(acteur.on.year))
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("exercice", "kind", "plafond", "source")}
        if attempt(request, form, lambda: actions.enter_regle(by=acteur, rangs=form.rangs, **typed)):
            messages.success(request, "La règle est en vigueur. Les acomptes qui ne sont pas en lot sont recalculés.")
            return redirect("afas:regle_list")
    title = "Saisir une règle d'acompte"
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=afas_crumbs((TITLE, reverse("afas:regle_list")), (title, None)),
        submit="Mettre en vigueur",
        cancel_url=reverse("afas:regle_list"),
        lead="Le formulaire propose une règle observée dans une Caf en 2023 : 35 % le 1er mars, 35 % le 2 octobre, "
        "plafond de 70 %. Elle n'est pas en vigueur chez vous tant que vous ne l'avez pas confirmée ou corrigée. "
        "Une règle ne se modifie pas : une nouvelle la remplace, et recalcule les acomptes qui ne sont pas en lot.",
    )
