"""« Déclarations à approuver »: read whole, signed with one's password, sent back, corrected once transmitted."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from portail.afas.actions import approbation as actions
from portail.afas.filters.approbation import ApprobationFilter
from portail.afas.forms.approbation import ApprobationForm, LotForm, ReouvertureForm, sealed, told
from portail.afas.models import Declaration
from portail.afas.queries import approbations as queries
from portail.afas.queries.anterieures import earlier
from portail.afas.queries.recapitulatifs import STATUTS, controles, controles_in_words, feuilles, totaux
from portail.afas.queries.versions import Contenu, content_of, contents_of, differences, digest_of
from portail.afas.rules import approbation as rules
from portail.afas.tables.approbation import ApprobationTable
from portail.afas.views.common import afas_crumbs, declaration_crumbs
from portail.conventionnement.views.common import password_is_right
from portail.habilitations.views.common import configured, export_urls, exported
from portail.habilitations.views.lots import bar, kept, selected, sent
from portail.ui.pages import Crumb, Request, attempt, form_status, page, render_page
from portail.ui.templatetags.ui import counted

TITLE = "Déclarations à approuver"
NOUN = "déclaration signée et transmise,déclarations signées et transmises"


def _list_url() -> str:
    return reverse("afas:approbation_list")


def _under(*steps: tuple[str, str | None]) -> list[Crumb]:
    return afas_crumbs((TITLE, _list_url() if steps else None), *steps)


def _filtered(request: Request) -> ApprobationFilter:
    return ApprobationFilter(sent(request), queryset=queries.to_approve(request.acteur))


@page(refuse=rules.refuse_approvals)
def approbation_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    table = configured(request, ApprobationTable(filtered.qs))
    table.read_contents()
    return render_page(
        request,
        "afas/approbation_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=_under(),
        filter=filtered,
        table=table,
        export_urls=export_urls(request, "afas:approbation_export"),
        lot_kept=bar(request),
    )


@page(refuse=rules.refuse_approvals)
def approbation_export(request: Request, extension: str) -> HttpResponse:
    table = ApprobationTable(_filtered(request).qs).read_contents()
    return exported(request, table, extension=extension, name="a-approuver", what="les déclarations à approuver")


# One declaration


@sensitive_post_parameters("password")
@page(find=queries.declaration_to_sign, refuse=rules.refuse_approving, methods=("GET", "POST"))
def declaration_approve(request: Request, declaration: Declaration) -> HttpResponse:
    """The whole declaration, then the signature: the password again (step-up), for exactly what was read."""
    contenu = content_of(declaration)
    form = ApprobationForm(request.POST or None, initial={"empreinte": digest_of(contenu), "vu": sealed(contenu)})
    if request.method == "POST" and form.is_valid() and password_is_right(request, form):
        typed = form.cleaned_data
        made: list[Any] = []
        act = lambda: made.append(  # noqa: E731
            actions.approve(by=request.acteur, declaration=declaration, empreinte=typed["empreinte"], seen=typed["vu"])
        )
        if attempt(request, form, act):
            messages.success(request, _transmitted(made[0]))
            return redirect("afas:version_view", pk=made[0].pk)
        form.ask_again()
    return _approve_page(request, declaration, contenu, form)


def _transmitted(version: Any) -> str:
    return (
        f"La déclaration est signée et transmise à la Caf (version {version.numero}). Les fournisseurs et la Caf en "
        "sont avertis. Ce qui est transmis est figé ; l'accusé de transmission est à télécharger ci-dessous."
    )


def _approve_page(request: Request, declaration: Declaration, contenu: Contenu, form: ApprobationForm) -> HttpResponse:
    before, n1 = queries.content_before(declaration), earlier(declaration).n1
    return render_page(
        request,
        "afas/declaration_approve.html",
        page_title=f"Approuver : {declaration}",
        breadcrumb=_under((str(declaration), None)),
        declaration=declaration,
        empreinte=digest_of(contenu),
        motif=queries.motif_of_correction(declaration),
        differences=differences(before, contenu) if before else None,
        content_refusal=rules.refuse_content(contenu),
        form=form,
        status=form_status(form),
        **read(contenu, n1=n1.contenu if n1 else None),
    )


def read(contenu: Contenu, n1: Contenu | None = None) -> dict[str, Any]:
    """What the template of a content is given (afas/contenu.html)."""
    checks = controles(contenu)
    return {
        "feuilles": feuilles(contenu, n1),
        "totaux": totaux(contenu, n1),
        "controles": [(controle, *STATUTS[controle.statut]) for controle in checks],
        "controles_in_words": controles_in_words(contenu),
        "has_n1": n1 is not None,
    }


# Several at once


@sensitive_post_parameters("password")
@page(refuse=rules.refuse_approvals, methods=("GET", "POST"))
def approbation_lot(request: Request) -> HttpResponse:
    """Each of the declarations chosen, whole, then one signature for all of them."""
    rows = list(selected(request, _filtered(request).qs)[: rules.SIGNED_TOGETHER + 1])
    if refusal := rules.refuse_signing_together(rows):
        return _lot_page(request, [], None, refusal=refusal)
    contenus = contents_of(rows)
    empreintes = {pk: digest_of(contenu) for pk, contenu in contenus.items()}
    form = LotForm(request.POST or None, initial={"empreinte": told(empreintes)})
    if request.method == "POST" and form.is_valid() and password_is_right(request, form):
        seen = form.cleaned_data["empreinte"]
        if attempt(request, form, lambda: actions.approve_together(by=request.acteur, empreintes=seen)):
            messages.success(request, f"{counted(len(seen), NOUN)}. Un accusé est prêt pour chacune.")
            return redirect("afas:approbation_list")
        form.ask_again()
    shown = [
        {"declaration": row, "empreinte": empreintes[row.pk], "refusal": rules.refuse_content(contenus[row.pk]),
         **read(contenus[row.pk])}
        for row in rows
    ]  # fmt: skip
    return _lot_page(request, shown, form)


def _lot_page(
    request: Request, shown: list[dict[str, Any]], form: LotForm | None, *, refusal: str = ""
) -> HttpResponse:
    return render_page(
        request,
        "afas/approbation_lot.html",
        page_title="Signer plusieurs déclarations",
        breadcrumb=_under(("Signer plusieurs déclarations", None)),
        shown=shown,
        form=form,
        refusal=refusal,
        kept=kept(request),
        cancel_url=_list_url(),
        status=form_status(form) if form else 200,
    )


# Sent back, corrected


@page(find=queries.declaration_to_sign, refuse=rules.refuse_sending_back, methods=("GET", "POST"))
def declaration_send_back(request: Request, declaration: Declaration) -> HttpResponse:
    return _reopening_page(
        request,
        declaration,
        title="Renvoyer aux fournisseurs",
        submit="Renvoyer aux fournisseurs",
        lead="Vous ne signez pas : les volets choisis sont rendus à leurs fournisseurs, qui en sont avertis par "
        "courriel. La déclaration vous revient quand ils les ont soumis à nouveau.",
        done="La déclaration est renvoyée à ses fournisseurs, qui en sont avertis.",
        act=actions.send_back,
        after=_list_url(),
    )


@page(find=queries.declaration_to_sign, refuse=rules.refuse_correcting, methods=("GET", "POST"))
def declaration_correct(request: Request, declaration: Declaration) -> HttpResponse:
    return _reopening_page(
        request,
        declaration,
        title="Corriger ce qui a été transmis",
        submit="Ouvrir la correction",
        lead=f"La version {declaration.version} reste telle que vous l'avez transmise, et lisible. La version "
        f"{declaration.version + 1} s'ouvre avec les mêmes valeurs : la Caf et les fournisseurs en sont avertis, "
        "la Caf ne décide plus rien avant que vous l'ayez signée et transmise à son tour.",
        done="La correction est ouverte : les fournisseurs et la Caf en sont avertis.",
        act=actions.correct,
        after=reverse("afas:version_list", args=[declaration.pk]),
    )


def _reopening_page(
    request: Request, declaration: Declaration, *, title: str, submit: str, lead: str, done: str, act: Any, after: str
) -> HttpResponse:
    form = ReouvertureForm(request.POST or None, volets=queries.volets_of(declaration))
    do = lambda: act(by=request.acteur, declaration=declaration, **form.asked)  # noqa: E731
    if request.method == "POST" and form.is_valid() and attempt(request, form, do):
        messages.success(request, done)
        return redirect(after)
    return render_page(
        request,
        "afas/reouverture.html",
        page_title=title,
        breadcrumb=declaration_crumbs(declaration, (title, None)),
        declaration=declaration,
        form=form,
        lead=lead,
        submit=submit,
        cancel_url=after,
        status=form_status(form),
    )
