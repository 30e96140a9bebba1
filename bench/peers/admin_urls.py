"""The list of a convention's people as Django admin makes it, as it comes (100 rows a page) and with 25 rows as ours.

Registered on Rattachement: it is the row of our own list (a person under a convention), so both search the same table,
join the same person, show the same eight columns in the same order. Everybody signed in may see it: our model of people
has no `is_staff` nor permissions for admin to ask about. No `list_filter`, which would draw a link for each of the 500
conventions: the URL filters by `convention__id__exact` alone.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest  # noqa: TID251
from django.urls import path

from portail.conventions.models import Rattachement


class OpenSite(admin.AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated


class RattachementAdmin(admin.ModelAdmin):
    list_display = ("identifiant", "nom", "prenom", "courriel", "telephone", "opens_on", "closes_on", "statut_today")
    list_select_related = ("utilisateur",)
    search_fields = ("utilisateur__nom", "utilisateur__prenom")
    ordering = ("utilisateur__sort_key", "pk")

    identifiant = admin.display(lambda self, row: row.utilisateur.identifiant)
    nom = admin.display(lambda self, row: row.utilisateur.nom, ordering="utilisateur__sort_key")
    prenom = admin.display(lambda self, row: row.utilisateur.prenom)
    courriel = admin.display(lambda self, row: row.utilisateur.courriel)
    telephone = admin.display(lambda self, row: row.utilisateur.telephone)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_change_permission = has_add_permission = has_delete_permission = has_view_permission
    has_module_permission = has_view_permission


class RowsAsOurs(RattachementAdmin):
    list_per_page = 25


site, short_site = OpenSite(), OpenSite(name="short")
site.register(Rattachement, RattachementAdmin)
short_site.register(Rattachement, RowsAsOurs)
urlpatterns = [path("short/", short_site.urls), path("", site.urls)]
