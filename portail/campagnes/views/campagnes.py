"""A campaign: prepared, followed, proved."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.campagnes import actions, queries, rules
from portail.campagnes.enums import AT_WORK, Effet, EtatCampagne
from portail.campagnes.filters import CampagneFilter, LigneFilter
from portail.campagnes.forms import CampagneForm
from portail.campagnes.models import Archive, Campagne
from portail.campagnes.tables import CampagneTable, LigneTable, RelecteurTable, campagne_url
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.pages import Crumb, Request, attempt, crumbs, form_status, page, render_page
from portail.ui.templatetags.ui import in_words

TITLE = "Campagnes"
_WORDS = {
    EtatCampagne.PREPARATION: "Préparation : conventions parcourues",
    EtatCampagne.APPLICATION: "Application : accès traités",
    EtatCampagne.ANNULATION: "Annulation : accès traités",
}
# What happens next, said at the top of the page.
_NEXT = {
    EtatCampagne.PREPARATION: "Les lignes se préparent. Personne n'est encore sollicité.",
    EtatCampagne.A_LANCER: "Tout est prêt. Relisez qui sera sollicité, puis lancez : les courriels partiront.",
    EtatCampagne.OUVERTE: "Les relecteurs répondent. À l'échéance, vous verrez les effets avant d'appliquer.",
    EtatCampagne.A_APPLIQUER: "Les réponses sont closes. Relisez ce qu'elles changent, puis appliquez.",
    EtatCampagne.APPLICATION: "Les réponses s'appliquent.",
    EtatCampagne.APPLIQUEE: "Les réponses sont appliquées et le dossier de preuve est prêt.",
    EtatCampagne.ANNULATION: "Ce que la campagne avait changé se rétablit.",
    EtatCampagne.ANNULEE: "Ce que la campagne avait changé est rétabli ; le dossier de preuve le dit.",
    EtatCampagne.ABANDONNEE: "La campagne est abandonnée : rien n'a été appliqué.",
    EtatCampagne.ECHEC: "La préparation a échoué : préparez une autre campagne.",
}


def to_campagne(campagne: Campagne | None, *steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil > Campagnes > this one > … »."""
    if campagne is None:
        return crumbs((TITLE, reverse("campagnes:campagne_list") if steps else None), *steps)
    here = (f"Campagne n° {campagne.pk}", campagne_url(campagne) if steps else None)
    return crumbs((TITLE, reverse("campagnes:campagne_list")), here, *steps)


@page(refuse=rules.refuse_listing)
def campagne_list(request: Request) -> HttpResponse:
    filtered = CampagneFilter(request.GET, queryset=queries.campagnes_for(request.acteur))
    return render_page(
        request,
        "campagnes/campagne_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=to_campagne(None),
        filter=filtered,
        table=configured(request, CampagneTable(filtered.qs)),
        refusal=rules.refuse_launching(request.acteur),
    )


@page(refuse=rules.refuse_launching, methods=("GET", "POST"))
def campagne_create(request: Request) -> HttpResponse:
    """The scope may come from « Suivi des habilitations », in the address."""
    form = CampagneForm(request.POST or None, acteur=request.acteur, initial=request.GET.dict())
    made: list[Campagne] = []

    def act() -> None:
        made.append(actions.create_campagne(by=request.acteur, **form.asked))

    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        return redirect(campagne_url(made[0]))
    return render_page(
        request,
        "campagnes/form.html",
        page_title="Préparer une campagne",
        breadcrumb=to_campagne(None, ("Préparer une campagne", None)),
        lead="Choisissez les habilitations à revoir. Personne n'est sollicité avant que vous ayez relu et lancé.",
        form=form,
        submit="Préparer la campagne",
        cancel_url=reverse("campagnes:campagne_list"),
        status=form_status(form),
    )


@page(find=queries.campagne_for, refuse=rules.refuse_reading)
def campagne_view(request: Request, campagne: Campagne) -> HttpResponse:
    """Where the campaign stands; while a worker is at it, its progress asks again by itself."""
    is_at_work = campagne.etat in AT_WORK
    reviewers = RelecteurTable(queries.reviewers_of(campagne), campagne=campagne)
    response = render_page(
        request,
        "campagnes/campagne_view.html",
        fragment="progress",
        page_title=f"Campagne n° {campagne.pk} : {campagne.libelle}",
        breadcrumb=to_campagne(campagne),
        campagne=campagne,
        next_step=_NEXT[EtatCampagne(campagne.etat)],
        is_at_work=is_at_work,
        words=_WORDS.get(EtatCampagne(campagne.etat), ""),
        poll_url=request.path if is_at_work else "",
        rows=_rows(campagne),
        progress=queries.progress_of(campagne),
        effects=[(Effet(value), count) for value, count in sorted(queries.effects_of(campagne).items())],
        at_caf=queries.at_caf(campagne),
        table=configured(request, reviewers),
        refusal=rules.refuse_deciding(request.acteur, campagne),
        may_undo=rules.refuse_undoing(campagne, request.acteur.on) is None,
        undo_until=rules.undo_until(campagne),
    )
    if not is_at_work:
        response["HX-Refresh"] = "true"  # what the progress was waiting for is on the whole page
    return response


def _rows(campagne: Campagne) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"label": "Périmètre", "value": queries.scope_in_words(campagne)},
        {"label": "Échéance", "value": campagne.ends_on, "note": in_words(campagne.ends_on)},
        {"label": "Sans réponse à l'échéance", "value": campagne.regle_in_words},
        {"label": "Préparée par", "value": campagne.asked_by.nom_complet},
    ]
    dates = [("Lancée le", campagne.launched_at), ("Réponses closes le", campagne.closed_at)]
    dates.append(("Appliquée le", campagne.applied_at))
    return rows + [{"label": label, "value": value} for label, value in dates if value]


def _lines(request: Request, campagne: Campagne) -> LigneFilter:
    return LigneFilter(request.GET, queryset=queries.lines_of(campagne))


@page(find=queries.campagne_for, refuse=rules.refuse_reading)
def ligne_list(request: Request, campagne: Campagne) -> HttpResponse:
    filtered = _lines(request, campagne)
    return render_page(
        request,
        "campagnes/ligne_list.html",
        fragment="list",
        page_title=f"Lignes de la campagne n° {campagne.pk}",
        breadcrumb=to_campagne(campagne, ("Lignes", None)),
        campagne=campagne,
        filter=filtered,
        table=configured(request, LigneTable(filtered.qs)),
        export_urls=export_urls(request, "campagnes:ligne_export", campagne.pk),
    )


@page(find=queries.campagne_export_for, refuse=rules.refuse_exporting)
def ligne_export(request: Request, found: tuple[Campagne, str]) -> HttpResponse:
    campagne, extension = found
    table = LigneTable(_lines(request, campagne).qs)
    what = f"les lignes de la campagne n° {campagne.pk}"
    return exported(request, table, extension=extension, name="campagne", what=what, about=[campagne])


@page(find=queries.campagne_for, refuse=rules.refuse_proof)
def preuve_download(request: Request, campagne: Campagne) -> HttpResponse:
    archive = actions.read_proof(by=request.acteur, campagne=campagne)
    return download(archive, f"preuve-campagne-{campagne.pk}")


def download(archive: Archive, name: str) -> HttpResponse:
    """A file kept by the portal."""
    response = HttpResponse(bytes(archive.contenu), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response
