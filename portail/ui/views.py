"""Pages for everybody: legal notice, accessibility, data protection, contact; and the gallery of components."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portail.ui.pages import public_page, render_page

_LEGAL = "chacun doit pouvoir la lire"


@public_page(why=_LEGAL)
def mentions_legales(request: HttpRequest) -> HttpResponse:
    return render_page(
        request,
        "ui/mentions_legales.html",
        page_title="Mentions légales",
        editeur=settings.LEGAL["editeur"],
        hebergeur=settings.LEGAL["hebergeur"],
    )


@public_page(why=_LEGAL)
def accessibilite(request: HttpRequest) -> HttpResponse:
    return render_page(request, "ui/accessibilite.html", page_title="Accessibilité")


@public_page(why=_LEGAL)
def informatique_libertes(request: HttpRequest) -> HttpResponse:
    return render_page(request, "ui/informatique_libertes.html", page_title="Informatique et libertés")


@public_page(why=_LEGAL)
def plan_du_site(request: HttpRequest) -> HttpResponse:
    """A second way to every page: the menu of the person, and the pages for everybody."""
    return render_page(request, "ui/plan_du_site.html", page_title="Plan du site")


@public_page(why=_LEGAL)
def contact(request: HttpRequest) -> HttpResponse:
    return render_page(request, "ui/contact.html", page_title="Contacter ma Caf")


@public_page(why="elle ne montre que des exemples, hors production")
def gallery(request: HttpRequest) -> HttpResponse:
    return render_page(request, "ui/gallery.html")
