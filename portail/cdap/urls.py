from django.urls import path

from portail.cdap import views
from portail.cdap.views import consultations

app_name = "cdap"
urlpatterns = [
    path("", views.home, name="home"),
    path("demander/", consultations.consultation_create, name="consultation_create"),
    path("chercher/", consultations.consultation_search, name="consultation_search"),
    path("dossiers/<uuid:pk>/<slug:onglet>/", consultations.onglet_view, name="onglet_view"),
]
