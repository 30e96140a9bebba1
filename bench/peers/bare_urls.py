"""Two bare pages: the reference's (one session look-up, one query, twenty rows drawn), and the least there can be."""

from django.http import HttpRequest, HttpResponse  # noqa: TID251
from django.shortcuts import render  # noqa: TID251
from django.urls import path

from portail.cdap.models import Dossier
from portail.comptes.models import Utilisateur

ROWS = 20


def table(request: HttpRequest) -> HttpResponse:
    """A table of people, for whoever the session names."""
    utilisateur = int(request.session["_auth_user_id"])
    people = Utilisateur.objects.filter(pk__gte=utilisateur).order_by("pk")[:ROWS]
    return render(request, "bench/table.html", {"people": people})


def hello(request: HttpRequest) -> HttpResponse:
    """A line of text about that person."""
    utilisateur = Utilisateur.objects.get(pk=request.session["_auth_user_id"])
    return render(request, "bench/hello.html", {"utilisateur": utilisateur})


def dossier(request: HttpRequest, caf: int, numero: int) -> HttpResponse:
    """The same single indexed read as a tab of a file, for whoever the session names; nothing is decrypted."""
    parts = ("identite", "famille", "ressources", "paiements", "courriers")
    kept = Dossier.objects.filter(caf=caf, numero=numero).values(*parts).get()
    sizes = [(name, len(content)) for name, content in kept.items()]
    return render(request, "bench/dossier.html", {"who": request.session["_auth_user_id"], "sizes": sizes})


def ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [
    path("", table),
    path("least", hello),
    path("dossier/<int:caf>/<int:numero>", dossier),
    path("ready", ready),
]
