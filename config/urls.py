"""Every address of the portal; each app brings its own."""

from django.conf import settings
from django.urls import include, path

from portail.comptes import views as comptes

urlpatterns = [
    path("connexion/", comptes.sign_in, name="account_login"),
    path("deconnexion/", comptes.sign_out, name="account_logout"),
    path("incidents/", include("portail.incidents.urls")),
    path("aide/", include("portail.aide.urls")),
    path("supervision/", include("portail.supervision.urls")),
    path("consulter-dossier/", include("portail.cdap.urls")),
    path("aides-financieres/", include("portail.afas.urls")),
    path("espace-bailleur/", include("portail.bailleur.urls")),
    path("adonis/", include("portail.adonis.urls")),
    path("offre-dgfip/", include("portail.dgfip.urls")),
    # Those without a place of their own are looked through last.
    path("", include("portail.comptes.urls")),
    path("", include("portail.accueil.urls")),
    path("", include("portail.ui.urls")),
    path("", include("portail.habilitations.urls")),
    path("", include("portail.conventionnement.urls")),
    path("", include("portail.simulations.urls")),
    path("", include("portail.campagnes.urls")),
]
if settings.PROFILE != "production":
    urlpatterns.append(path("demo/", include("portail.demo.urls")))
