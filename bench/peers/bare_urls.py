"""One session look-up, one query, a tiny template: what any signed-in Django page costs at the least."""

from django.http import HttpRequest, HttpResponse  # noqa: TID251
from django.shortcuts import render  # noqa: TID251
from django.urls import path

from portail.comptes.models import Utilisateur


def hello(request: HttpRequest) -> HttpResponse:
    utilisateur = Utilisateur.objects.get(pk=request.session["_auth_user_id"])
    return render(request, "bench/hello.html", {"utilisateur": utilisateur})


def ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("", hello), path("ready", ready)]
