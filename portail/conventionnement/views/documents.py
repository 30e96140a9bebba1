"""The signed document as an accessible PDF, and the public page that checks it."""

from django.http import HttpResponse
from django.urls import reverse

from portail.conventionnement import queries, rules
from portail.conventionnement.forms import VerifyForm
from portail.conventionnement.models import VersionConvention
from portail.conventionnement.queries.documents import document_by_code
from portail.conventionnement.queries.reading import document
from portail.ui.gateway import made_pdf
from portail.ui.pages import Request, page, public_page, render_page


@page(find=queries.version_for, refuse=rules.refuse_reading_version)
def version_pdf(request: Request, version: VersionConvention) -> HttpResponse:
    verify = request.build_absolute_uri(reverse("conventionnement:document_verify"))
    content = made_pdf("conventionnement/version.typ", document(version, verify))
    response = HttpResponse(content, content_type="application/pdf")
    name = f"convention-{version.convention.numero:05d}-v{version.rang}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@public_page(why="chacun peut vérifier qu'un document qu'on lui montre est bien celui qui a été signé")
def document_verify(request: Request) -> HttpResponse:
    form = VerifyForm(request.GET if "code" in request.GET else None)
    asked = form.is_bound and form.is_valid()
    return render_page(
        request,
        "conventionnement/document_verify.html",
        page_title="Vérifier un document",
        form=form,
        asked=asked,
        found=document_by_code(form.cleaned_data["code"]) if asked else None,
        status=422 if form.is_bound and form.errors else 200,
    )
