"""« Mes déclarations » and the page of a declaration: where it stands, who does what, what is around it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from portail.afas.actions import pieces as actions
from portail.afas.enums import FROZEN
from portail.afas.filters.declarations import DeclarationFilter
from portail.afas.forms.declarations import CommentForm, PieceForm
from portail.afas.models import Declaration, PieceDeclaration, Volet
from portail.afas.queries import declarations as queries
from portail.afas.queries import suivi
from portail.afas.queries.comparaisons import constats_of, context_of
from portail.afas.queries.saisie import label_of
from portail.afas.rules import approbation
from portail.afas.rules import declarations as rules
from portail.afas.rules.profils import refuse_giving
from portail.afas.tables.declarations import DeclarationTable, declaration_url, is_late
from portail.afas.views.common import afas_crumbs
from portail.afas.views.droits import bloc_caf
from portail.habilitations import gateway
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.pages import Crumb, Request, attempt, form_status, page, render_page
from portail.ui.templatetags.ui import day, in_words, instant


def _title(request: Request) -> str:
    return "Déclarations" if request.acteur.caf is not None else "Mes déclarations"


def _under(request: Request, declaration: Declaration, *steps: tuple[str, str | None]) -> list[Crumb]:
    here = declaration_url(declaration) if steps else None
    return afas_crumbs((_title(request), reverse("afas:declaration_list")), (str(declaration), here), *steps)


# The list


def _filtered(request: Request) -> DeclarationFilter:
    return DeclarationFilter(request.GET, queryset=queries.listed_for(request.acteur), acteur=request.acteur)


def _table(request: Request, filtered: DeclarationFilter) -> DeclarationTable:
    """Without the organisme for who has only his own."""
    own = () if request.acteur.caf is not None else ("organisme",)
    return DeclarationTable(filtered.qs, exclude=own, portee=queries.portee_of(request.acteur))


@page(refuse=rules.refuse_declarations)
def declaration_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "afas/declaration_list.html",
        fragment="list",
        page_title=_title(request),
        breadcrumb=afas_crumbs((_title(request), None)),
        filter=filtered,
        table=configured(request, _table(request, filtered)),
        export_urls=export_urls(request, "afas:declaration_export"),
    )


@page(refuse=rules.refuse_declarations)
def declaration_export(request: Request, extension: str) -> HttpResponse:
    table = _table(request, _filtered(request))
    return exported(request, table, extension=extension, name="declarations", what="les déclarations AFAS")


# A declaration


@page(find=queries.declaration_for, refuse=rules.refuse_reading_declaration)
def declaration_view(request: Request, declaration: Declaration) -> HttpResponse:
    """Its state and what happens next, its sheets, its checks, and what is around it."""
    acteur = request.acteur
    volets, portee = queries.volets_for(acteur, declaration), queries.portee_of(acteur)
    context: dict[str, Any] = {"reads_all": queries.reads_all(acteur, declaration)}
    if context["reads_all"]:
        read = context_of(declaration)
        context |= {
            "totals": suivi.totals_of(read),
            "alertes": suivi.alertes_of(declaration, constats_of(read)),
            "versions": declaration.versions.select_related("approved_by"),
        }
    return render_page(
        request,
        "afas/declaration_view.html",
        page_title=str(declaration),
        breadcrumb=_under(request, declaration),
        declaration=declaration,
        is_late=is_late(declaration),
        is_sent=declaration.etat in FROZEN and declaration.transmitted_at is not None,
        rows=_rows(declaration),
        next_step=suivi.next_step(declaration),
        awaited=suivi.awaited_of(declaration, volets, portee),
        charges=suivi.charges_of(declaration, declaration.volets.select_related("lieu"), acteur.on),
        give_url=reverse("afas:profil_list") if refuse_giving(acteur) is None else "",
        tasks=[_task(volet, is_mine=portee.types(volet, declaration.activite_id)) for volet in volets],
        entries=suivi.timeline_of(declaration),
        acts=_acts(request, declaration),
        **bloc_caf(acteur, declaration),
        **_around(request, declaration),
        **context,
    )


_ACTS = (
    (approbation.refuse_approving, "Lire et approuver", "afas:declaration_approve", "btn-primary"),
    (approbation.refuse_sending_back, "Renvoyer aux fournisseurs", "afas:declaration_send_back", "btn-outline-primary"),
    (approbation.refuse_correcting, "Corriger ce qui est transmis", "afas:declaration_correct", "btn-outline-primary"),
)


def _acts(request: Request, declaration: Declaration) -> list[tuple[str, str, str]]:
    """What the approbateur may do now: words, address, look of the button."""
    return [
        (words, reverse(url_name, args=[declaration.pk]), look)
        for refuse, words, url_name, look in _ACTS
        if refuse(request.acteur, declaration) is None
    ]


def _around(request: Request, declaration: Declaration) -> dict[str, Any]:
    """Comments and files; the Caf has neither."""
    acteur = request.acteur
    may_comment = rules.refuse_commenting(acteur, declaration) is None
    return {
        "comments": suivi.comments_of(declaration) if acteur.caf is None else [],
        "comment_form": CommentForm() if may_comment else None,
        "pieces": [
            (
                piece,
                rules.refuse_opening_piece(acteur, piece) is None,
                rules.refuse_withdrawing_piece(acteur, piece) is None,
            )
            for piece in suivi.pieces_of(acteur, declaration)
        ],
        "may_join": rules.refuse_joining(acteur, declaration) is None,
    }


def _rows(declaration: Declaration) -> list[dict[str, Any]]:
    activite, echeance = declaration.activite, declaration.echeance
    return [
        {"label": "Organisme", "value": activite.organisme.raison_sociale},
        {"label": "Activité", "value": activite.libelle, "note": f"dossier {activite.numero_dossier}"},
        {"label": "Type et nature", "value": f"{activite.type_label}, {activite.nature_label.lower()}"},
        {"label": "Échéance", "value": str(echeance)},
        {"label": "À rendre le", "value": day(echeance.due_on), "note": in_words(echeance.due_on)},
        {"label": "Version", "value": str(declaration.version)},
    ]


def _task(volet: Volet, *, is_mine: bool) -> dict[str, Any]:
    """A sheet as a list of tasks shows it: opened to read or, by its supplier, to type."""
    looks = {"vide": "a_faire", "en_cours": "en_cours", "soumis": "termine"}
    hint = "À vous de le remplir" if is_mine and volet.etat != "soumis" else ""
    if volet.submitted_by and volet.submitted_at:
        hint = f"Soumis par {volet.submitted_by.nom_complet} le {instant(volet.submitted_at)}"
    return {
        "label": label_of(volet),
        "url": reverse("afas:volet_edit", args=[volet.pk]),
        "hint": hint,
        "statut": looks[volet.etat],
        "statut_label": volet.get_etat_display(),
    }


@page(find=queries.declaration_for, refuse=rules.refuse_commenting, methods=("GET", "POST"))
def commentaire_create(request: Request, declaration: Declaration) -> HttpResponse:
    form = CommentForm(request.POST or None)
    act = lambda: actions.comment(by=request.acteur, declaration=declaration, **form.cleaned_data)  # noqa: E731
    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        messages.success(request, "Votre commentaire est ajouté.")
        return redirect(f"{declaration_url(declaration)}#echanges")
    return _form_page(request, declaration, form, "Ajouter un commentaire", submit="Ajouter le commentaire")


def _form_page(
    request: Request, declaration: Declaration, form: Any, title: str, *, submit: str, note: str = ""
) -> HttpResponse:
    return render_page(
        request,
        "afas/declaration_form.html",
        page_title=title,
        breadcrumb=_under(request, declaration, (title, None)),
        declaration=declaration,
        form=form,
        note=note,
        submit=submit,
        cancel_url=declaration_url(declaration),
        status=form_status(form),
    )


# Its files


@page(find=queries.declaration_for, refuse=rules.refuse_joining, methods=("GET", "POST"))
def piece_create(request: Request, declaration: Declaration) -> HttpResponse:
    form = PieceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["fichier"]
        typed = {"libelle": form.cleaned_data["libelle"], "file_name": given.name, "content": given.read()}
        if attempt(request, form, lambda: actions.deposit_piece(by=request.acteur, declaration=declaration, **typed)):
            messages.success(request, "La pièce est jointe.")
            return redirect(f"{declaration_url(declaration)}#pieces")
    return _form_page(request, declaration, form, "Joindre une pièce", submit="Joindre", note=_who_reads())


def _who_reads() -> str:
    analysed = "Il est d'abord analysé par un antivirus."
    if not gateway.has_antivirus():
        analysed = "Il n'est pas analysé : aucun antivirus n'est configuré sur ce portail."
    return f"Ce fichier est lu par les personnes qui suivent cette déclaration, et par la Caf. {analysed}"


@page(find=suivi.piece_for, refuse=rules.refuse_opening_piece)
def piece_file(request: Request, piece: PieceDeclaration) -> HttpResponse:
    """Always saved, never shown by the browser; the journal knows who opened it before it leaves."""
    content = actions.open_piece(by=request.acteur, piece=piece)
    response = HttpResponse(content, content_type=piece.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=piece.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@page(find=suivi.piece_for, refuse=rules.refuse_withdrawing_piece, methods=("GET", "POST"))
def piece_withdraw(request: Request, piece: PieceDeclaration) -> HttpResponse:
    """What it does is said first."""
    declaration = piece.declaration
    if request.method == "POST":
        actions.withdraw_piece(by=request.acteur, piece=piece)
        messages.success(request, f"« {piece.libelle} » est retirée.")
        return redirect(f"{declaration_url(declaration)}#pieces")
    return render_page(
        request,
        "afas/piece_withdraw.html",
        page_title="Retirer une pièce",
        breadcrumb=_under(request, declaration, ("Retirer une pièce", None)),
        piece=piece,
        cancel_url=declaration_url(declaration),
    )
