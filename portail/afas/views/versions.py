"""What was transmitted: its versions, what each changed, the « Accusé de transmission »."""

from django.http import HttpResponse
from django.urls import reverse

from portail.afas.models import Declaration, VersionDeclaration
from portail.afas.queries import approbations as queries
from portail.afas.queries.declarations import declaration_for
from portail.afas.queries.recapitulatifs import late_in_words, receipt
from portail.afas.queries.versions import differences, digest_of
from portail.afas.rules import approbation as rules
from portail.afas.views.approbation import read
from portail.afas.views.common import declaration_crumbs
from portail.ui.gateway import made_pdf
from portail.ui.pages import Request, page, render_page


@page(find=declaration_for, refuse=rules.refuse_reading_versions)
def version_list(request: Request, declaration: Declaration) -> HttpResponse:
    versions = list(queries.versions_of(declaration))
    return render_page(
        request,
        "afas/version_list.html",
        page_title="Versions transmises",
        breadcrumb=declaration_crumbs(declaration, ("Versions transmises", None)),
        declaration=declaration,
        versions=[(version, late_in_words(version)) for version in versions],
        is_correcting=declaration.version > versions[0].numero,
        may_read=rules.refuse_reading_version(request.acteur, versions[0]) is None,
        may_correct=rules.refuse_correcting(request.acteur, declaration) is None,
    )


@page(find=queries.version_seen_by, refuse=rules.refuse_reading_version)
def version_view(request: Request, version: VersionDeclaration) -> HttpResponse:
    """What was signed, as it was signed, and what it changed."""
    declaration = version.declaration
    before = queries.version_before(declaration, version.numero)
    versions_url = reverse("afas:version_list", args=[declaration.pk])
    return render_page(
        request,
        "afas/version_view.html",
        page_title=f"Version {version.numero} – {declaration}",
        breadcrumb=declaration_crumbs(
            declaration, ("Versions transmises", versions_url), (f"Version {version.numero}", None)
        ),
        version=version,
        declaration=declaration,
        is_intact=digest_of(version.contenu) == version.empreinte,
        late=late_in_words(version),
        before=before,
        differences=differences(before.contenu, version.contenu) if before else None,
        is_last=declaration.version == version.numero,
        may_correct=rules.refuse_correcting(request.acteur, declaration) is None,
        **read(version.contenu),
    )


@page(find=queries.version_seen_by, refuse=rules.refuse_reading_version)
def version_pdf(request: Request, version: VersionDeclaration) -> HttpResponse:
    """« Accusé de transmission »."""
    verify = request.build_absolute_uri(reverse("conventionnement:document_verify"))
    content = made_pdf("afas/accuse.typ", receipt(version, verify))
    response = HttpResponse(content, content_type="application/pdf")
    name = f"accuse-{version.contenu['activite']['numero_dossier']}-v{version.numero}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
