"""« Déclarations à traiter »: the queue of the Caf, one declaration, who works on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse

from portail.afas.actions import droits, traitement
from portail.afas.enums import TRANSITIONS, EtatDeclaration
from portail.afas.filters.traitement import TraitementFilter
from portail.afas.forms.traitement import AssignForm, NothingForm
from portail.afas.models import Declaration
from portail.afas.queries import traitement as queries
from portail.afas.queries.anterieures import earlier
from portail.afas.queries.complements import demandes_of
from portail.afas.queries.droits import droit_of, last_version
from portail.afas.queries.versements import due_of
from portail.afas.rules import traitement as rules
from portail.afas.tables.traitement import TraitementTable, signals_of, suivi_of, traitement_url
from portail.afas.views.common import afas_crumbs, baremes_url
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.lots import Line
from portail.habilitations.views.common import configured, export_urls, exported
from portail.habilitations.views.lots import PREFIX, bar, lot_page, rows_of, sent
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, attempt, form_status, page, render_page

TITLE = "Déclarations à traiter"


def list_url() -> str:
    return reverse("afas:traitement_list")


def under(declaration: Declaration, *steps: tuple[str, str | None]) -> list[Crumb]:
    """« … > Déclarations à traiter > this one > … »."""
    here = traitement_url(declaration) if steps else None
    return afas_crumbs((TITLE, list_url()), (str(declaration), here), *steps)


def url_of(name: str, *args: object) -> str:
    """The address of a page; an empty string when this portal does not have it."""
    try:
        return reverse(f"afas:{name}", args=args)
    except NoReverseMatch:
        return ""


# The queue


def _filtered(request: Request) -> TraitementFilter:
    return TraitementFilter(sent(request), queryset=queries.traitements_for(request.acteur), acteur=request.acteur)


def _table(request: Request, rows: QuerySet[Declaration]) -> TraitementTable:
    return TraitementTable(rows, is_working=rules.refuse_processing(request.acteur) is None)


@page(refuse=rules.refuse_following)
def traitement_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "afas/traitement_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=afas_crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, _table(request, filtered.qs)),
        export_urls=export_urls(request, "afas:traitement_export"),
        is_working=rules.refuse_processing(request.acteur) is None,
        lot_kept=bar(request),
        actes=[(code, acte.label) for code, acte in ACTES.items()],
    )


@page(refuse=rules.refuse_exporting)
def traitement_export(request: Request, extension: str) -> HttpResponse:
    table = _table(request, _filtered(request).qs)
    return exported(request, table, extension=extension, name="declarations", what="les déclarations à traiter")


# Many at once


@dataclass(frozen=True)
class Acte:
    """What may be done to many declarations: its words, its form, the action on each."""

    label: str
    submit: str
    form: type[Form] = NothingForm

    def lines(self, code: str, by: Acteur, rows: list[Declaration], form: Form) -> Iterator[Line]:
        for row in rows:
            told = f"{row.activite.organisme.raison_sociale}, {row.get_etat_display().lower()}"
            yield Line(f"{code}:{row.pk}", str(row), told, partial(self._act, code, by, row, form))

    def _act(self, code: str, by: Acteur, row: Declaration, form: Form) -> None:
        if code == "prendre":
            traitement.take(by=by, declaration=row)
        elif code == "attribuer":
            traitement.assign(by=by, declaration=row, traitant=form.cleaned_data["traitant"])
        elif code == "calculer":
            droits.compute(by=by, declaration=row)
        else:
            droits.notify(by=by, declaration=row)


ACTES = {
    "prendre": Acte("Prendre en traitement", "Prendre en traitement"),
    "attribuer": Acte("Attribuer à…", "Attribuer", AssignForm),
    "calculer": Acte("Calculer le droit", "Calculer les droits"),
    "notifier": Acte("Notifier le droit", "Notifier"),
}
_LEADS = {
    "prendre": "Elles vous seront attribuées et passeront « En traitement ».",
    "attribuer": "La personne choisie les trouvera avec le filtre « Suivie par : moi ».",
    "calculer": "Chaque droit est calculé sur la dernière version transmise ; vous relisez chacun avant de décider.",
    "notifier": "L'approbateur et les administrateurs du partenaire sont prévenus par courriel, et ce qui est dû est "
    "préparé pour le paiement. Une notification ne se reprend pas.",
}


@page(refuse=rules.refuse_processing, methods=("GET", "POST"))
def traitement_lot(request: Request) -> HttpResponse:
    """One act for all the declarations ticked, or all those the filters find."""
    acteur, code = request.acteur, sent(request).get("acte", "")
    code = code if code in ACTES else "prendre"
    acte, rows = ACTES[code], rows_of(request, _filtered(request).qs)
    more = {"acteur": acteur} if acte.form is AssignForm else {}
    return lot_page(
        request,
        acte.form(request.POST or None, prefix=PREFIX, **more),
        rows,
        build=lambda form: acte.lines(code, acteur, rows, form),
        conventions=list,
        noun="déclaration,déclarations",
        title=acte.label,
        breadcrumb=afas_crumbs((TITLE, list_url()), (acte.label, None)),
        submit=acte.submit,
        back=list_url(),
        lead=_LEADS[code],
    )


# One declaration

_NEXT = {
    EtatDeclaration.EN_COURS: "Le partenaire reprend sa déclaration.",
    EtatDeclaration.A_APPROUVER: "Le partenaire a corrigé sa déclaration : son approbateur doit la transmettre.",
    EtatDeclaration.TRANSMISE: "Un gestionnaire la prend en traitement, contrôle ce qui est déclaré, puis calcule le "
    "droit.",
    EtatDeclaration.EN_TRAITEMENT: "Relisez les alertes et les écarts, calculez le droit, puis décidez ; ou demandez "
    "un complément au partenaire.",
    EtatDeclaration.A_COMPLETER: "Le partenaire corrige les volets rouverts et transmet une nouvelle version : elle "
    "reviendra dans la file.",
    EtatDeclaration.TRAITEE: "Le droit est décidé : il reste à le notifier au partenaire.",
    EtatDeclaration.NOTIFIEE: "Le partenaire connaît son droit ; ce qui est dû suit dans les versements.",
    EtatDeclaration.PAYEE: "Tout est versé : il n'y a plus rien à faire.",
}


@page(find=queries.transmitted_for, refuse=rules.refuse_following)
def traitement_view(request: Request, declaration: Declaration) -> HttpResponse:
    """All that the Caf decides upon: the frozen version, what changed, the alerts, the right, the exchanges."""
    version = last_version(declaration)
    assert version is not None  # noqa: S101 -- it was transmitted
    n1 = earlier(declaration).n1
    return render_page(
        request,
        "afas/traitement_view.html",
        page_title=str(declaration),
        breadcrumb=under(declaration),
        declaration=declaration,
        version=version,
        rows=_summary(declaration, version),
        signals=signals_of(declaration),
        next_step=_NEXT[EtatDeclaration(declaration.etat)],
        changes=queries.changes_of(version),
        groups=queries.comparison(version, n1.valeurs if n1 else None),
        has_n1=n1 is not None,
        alertes=queries.alertes_of(version),
        droit=droit_of(declaration, version),
        baremes_url=baremes_url(declaration),
        versements=due_of(request.acteur, declaration),
        demandes=[(each, *suivi_of(each)) for each in demandes_of(declaration)],
        entries=_timeline(declaration),
        declaration_url=url_of("declaration_view", declaration.pk),
        **_possible(request.acteur, declaration),
    )


def _possible(acteur: Acteur, declaration: Declaration) -> dict[str, Any]:
    """What the person may do now; `why_not` says why a gestionnaire can do nothing."""
    may = {
        "may_take": rules.refuse_taking(acteur, declaration) is None,
        "may_assign": rules.refuse_assigning(acteur, declaration) is None,
        "may_ask": rules.refuse_asking(acteur, declaration) is None,
        "may_compute": rules.refuse_computing(acteur, declaration) is None,
        "may_decide": rules.refuse_deciding(acteur, declaration) is None,
        "may_reopen": rules.refuse_reopening(acteur, declaration) is None,
        "may_notify": rules.refuse_notifying(acteur, declaration) is None,
    }
    is_watching = rules.refuse_processing(acteur) is not None
    why_not = "" if is_watching else rules.refuse_working(acteur, declaration)
    return may | {"why_not": why_not if declaration.etat != EtatDeclaration.TRANSMISE else ""}


def _summary(declaration: Declaration, version: Any) -> list[dict[str, Any]]:
    activite, echeance = declaration.activite, declaration.echeance
    late = queries.days_late(declaration)
    return [
        {"label": "Organisme", "value": activite.organisme.raison_sociale},
        {"label": "Activité", "value": activite.libelle, "note": f"dossier {activite.numero_dossier}"},
        {"label": "Type et nature", "value": f"{activite.type_label} – {activite.nature_label}"},
        {
            "label": "Déclaration",
            "value": str(echeance),
            "note": f"à rendre le {echeance.due_on:%d/%m/%Y}" + (f", {late} jours de retard" if late else ""),
        },
        {
            "label": f"Version {version.numero}",
            "value": f"approuvée par {version.approved_by.nom_complet}",
            "note": f"empreinte {version.empreinte[:16]}…",
        },
        {"label": "Transmise le", "value": version.approved_at},
        {"label": "Suivie par", "value": declaration.traitant.nom_complet if declaration.traitant else "Personne"},
    ]


_STEPS = {
    "commencer": "Saisie commencée",
    "proposer": "Proposée à l'approbateur",
    "reprendre": "Saisie reprise",
    "refuser": "Renvoyée par l'approbateur",
    "transmettre": "Transmise à la Caf",
    "prendre": "Prise en traitement",
    "completer": "Complément demandé",
    "corriger": "Reprise par l'approbateur pour correction",
    "traiter": "Droit décidé",
    "rouvrir": "Décision reprise",
    "notifier": "Droit notifié",
    "payer": "Payée",
}


def _timeline(declaration: Declaration) -> list[dict[str, Any]]:
    return [
        {
            "at": etape.at,
            "title": f"{_STEPS.get(etape.code, etape.get_vers_display())} (version {etape.version})",
            "by": etape.by.nom_complet if etape.by else "Le portail",
            "text": etape.motif,
            "icon": "",
            "tone": "",
        }
        for etape in declaration.etapes.select_related("by")
        if etape.code in TRANSITIONS
    ]


@page(find=queries.transmitted_for, refuse=rules.refuse_taking, methods=("POST",))
def traitement_take(request: Request, declaration: Declaration) -> HttpResponse:
    traitement.take(by=request.acteur, declaration=declaration)
    messages.success(request, "Vous traitez cette déclaration : elle vous est attribuée.")
    return redirect(traitement_url(declaration))


@page(find=queries.transmitted_for, refuse=rules.refuse_assigning, methods=("GET", "POST"))
def traitement_assign(request: Request, declaration: Declaration) -> HttpResponse:
    form = AssignForm(request.POST or None, acteur=request.acteur, initial={"traitant": declaration.traitant_id})
    if request.method == "POST" and form.is_valid():
        traitant = form.cleaned_data["traitant"]
        act = lambda: traitement.assign(by=request.acteur, declaration=declaration, traitant=traitant)  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, f"Déclaration attribuée à {traitant.nom_complet if traitant else 'personne'}.")
            return redirect(traitement_url(declaration))
    return form_page(request, declaration, form, title="Attribuer", submit="Attribuer", lead="Son état ne change pas.")


def form_page(
    request: Request, declaration: Declaration, form: Form, *, title: str, submit: str, lead: str = "", **more: Any
) -> HttpResponse:
    """A form about a declaration that the Caf processes, with its one button and its way out."""
    shown: dict[str, Any] = {"rows": [], "danger": False, "droit": None}
    return render_page(
        request,
        "afas/traitement_form.html",
        page_title=title,
        breadcrumb=under(declaration, (title, None)),
        declaration=declaration,
        form=form,
        lead=lead,
        submit=submit,
        cancel_url=traitement_url(declaration),
        status=form_status(form),
        **(shown | more),
    )
