from django.urls import path

from portail.supervision import views

app_name = "supervision"
urlpatterns = [
    path("habilitations/", views.habilitation_list, name="habilitation_list"),
    path("habilitations/export/<slug:extension>/", views.habilitation_export, name="habilitation_export"),
    path("habilitations/<int:pk>/", views.habilitation_view, name="habilitation_view"),
    path("anomalies/", views.anomalie_list, name="anomalie_list"),
    path("anomalies/<slug:code>/", views.anomalie_view, name="anomalie_view"),
    path("anomalies/<slug:code>/export/<slug:extension>/", views.anomalie_export, name="anomalie_export"),
    path("anomalies/<slug:code>/abonnement/", views.anomalie_follow, name="anomalie_follow"),
    path("usage/", views.usage_view, name="usage_view"),
    path("usage/export/<slug:extension>/", views.usage_export, name="usage_export"),
    path("journal/", views.journal_list, name="journal_list"),
    path("journal/export/<slug:extension>/", views.journal_export, name="journal_export"),
    path("etat/", views.sante_view, name="sante_view"),
]
