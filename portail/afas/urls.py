from django.urls import path

from portail.afas import views
from portail.afas.views import campagne, tableaux

app_name = "afas"
urlpatterns = [
    path("", views.home, name="home"),
    # Activités and profiles
    #
    # Barèmes and thresholds
    #
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
    path("tableau-de-bord/", tableaux.tableau_list, name="tableau_list"),
    path("tableau-de-bord/export/<slug:extension>/", tableaux.tableau_export, name="tableau_export"),
    path("tableau-de-bord/<int:pk>/", tableaux.tableau_view, name="tableau_view"),
    path("campagne/", campagne.campagne_view, name="campagne_view"),
    path("campagne/export/<slug:extension>/", campagne.campagne_export, name="campagne_export"),
    path("retards/", campagne.retard_list, name="retard_list"),
    path("retards/export/<slug:extension>/", campagne.retard_export, name="retard_export"),
]
