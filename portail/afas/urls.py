from django.urls import path

from portail.afas import views
from portail.afas.views import baremes

app_name = "afas"
urlpatterns = [
    path("", views.home, name="home"),
    # Activités and profiles
    #
    # Barèmes and thresholds
    path("baremes/", baremes.bareme_list, name="bareme_list"),
    path("baremes/export/<slug:extension>/", baremes.bareme_export, name="bareme_export"),
    path("baremes/<slug:bareme>/<int:annee>/<slug:chiffre>/", baremes.chiffre_view, name="chiffre_view"),
    path("baremes/<slug:bareme>/<int:annee>/<slug:chiffre>/saisir/", baremes.chiffre_create, name="chiffre_create"),
    path("seuils/", baremes.seuil_list, name="seuil_list"),
    path("seuils/export/<slug:extension>/", baremes.seuil_export, name="seuil_export"),
    path("seuils/<slug:bareme>/<slug:seuil>/", baremes.seuil_view, name="seuil_view"),
    path("seuils/<slug:bareme>/<slug:seuil>/choisir/", baremes.seuil_create, name="seuil_create"),
    # Échéances and declarations
    #
    # Typing a declaration
    #
    # Approving and transmitting
    #
    # Processing at the Caf
    #
    # Payments
    #
    # Dashboards
]
