from django.urls import path

from portail.cdap import views
from portail.cdap.views import chargements, consultations

app_name = "cdap"
urlpatterns = [
    path("", views.home, name="home"),
    path("demander/", consultations.consultation_create, name="consultation_create"),
    path("chercher/", consultations.consultation_search, name="consultation_search"),
    path("dossiers/<uuid:pk>/<slug:onglet>/", consultations.onglet_view, name="onglet_view"),
    # Files loaded
    path("chargements/", chargements.chargement_list, name="chargement_list"),
    path("chargements/export/<slug:extension>/", chargements.chargement_export, name="chargement_export"),
]
