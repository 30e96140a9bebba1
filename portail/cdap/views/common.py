"""Where one is in « Consulter un dossier »."""

from django.http import HttpResponse
from django.urls import reverse

from portail.cdap.models import Consultation
from portail.cdap.roles import SERVICE
from portail.ui.forms import Form
from portail.ui.pages import Crumb, Request, crumbs, form_status, render_page


def cdap_crumbs(*steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil > Consulter un dossier > … »."""
    return crumbs((SERVICE.libelle, reverse("cdap:home")), *steps)


def onglet_url(consultation: Consultation, onglet: str) -> str:
    return reverse("cdap:onglet_view", args=[consultation.id, onglet])


def form_page(
    request: Request, form: Form, *, title: str, breadcrumb: list[Crumb], submit: str, cancel_url: str, lead: str = ""
) -> HttpResponse:
    """One form about a person: unlike the others, nothing typed in it is kept as a draft."""
    return render_page(
        request,
        "cdap/form_page.html",
        page_title=title,
        breadcrumb=breadcrumb,
        form=form,
        submit=submit,
        cancel_url=cancel_url,
        lead=lead,
        status=form_status(form),
    )
