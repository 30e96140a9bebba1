from django.urls import path

from portail.cdap import views
from portail.cdap.views import chargements, consultations, matrices, oppositions

app_name = "cdap"
urlpatterns = [
    path("", views.home, name="home"),
    path("demander/", consultations.consultation_create, name="consultation_create"),
    path("chercher/", consultations.consultation_search, name="consultation_search"),
    path("dossiers/<uuid:pk>/<slug:onglet>/", consultations.onglet_view, name="onglet_view"),
    # What the Caf keeps
    path("oppositions/", oppositions.opposition_list, name="opposition_list"),
    path("oppositions/chercher/", oppositions.opposition_find, name="opposition_find"),
    path("oppositions/export/<slug:extension>/", oppositions.opposition_export, name="opposition_export"),
    path("oppositions/enregistrer/", oppositions.opposition_create, name="opposition_create"),
    path("oppositions/<int:pk>/lever/", oppositions.opposition_end, name="opposition_end"),
    path("profils/", matrices.matrice_view, name="matrice_view"),
    path("profils/proposer/", matrices.matrice_propose, name="matrice_propose"),
    path("profils/<int:pk>/decider/", matrices.matrice_decide, name="matrice_decide"),
    # Files loaded
    path("chargements/", chargements.chargement_list, name="chargement_list"),
    path("chargements/export/<slug:extension>/", chargements.chargement_export, name="chargement_export"),
]
