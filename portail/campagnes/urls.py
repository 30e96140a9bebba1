from django.urls import path

from portail.campagnes import views

app_name = "campagnes"
urlpatterns = [
    path("campagnes/", views.campagne_list, name="campagne_list"),
    path("campagnes/preparer/", views.campagne_create, name="campagne_create"),
    path("campagnes/<int:pk>/", views.campagne_view, name="campagne_view"),
    path("campagnes/<int:pk>/lignes/", views.ligne_list, name="ligne_list"),
    path("campagnes/<int:pk>/lignes/export/<slug:extension>/", views.ligne_export, name="ligne_export"),
    path("campagnes/<int:pk>/lancer/", views.campagne_launch, name="campagne_launch"),
    path("campagnes/<int:pk>/abandonner/", views.campagne_drop, name="campagne_drop"),
    path("campagnes/<int:pk>/clore/", views.campagne_close, name="campagne_close"),
    path("campagnes/<int:pk>/appliquer/", views.campagne_apply, name="campagne_apply"),
    path("campagnes/<int:pk>/annuler/", views.campagne_undo, name="campagne_undo"),
    path("campagnes/<int:pk>/preuve/", views.preuve_download, name="preuve_download"),
    path("revues/", views.revue_list, name="revue_list"),
    path("revues/export/<slug:extension>/", views.revue_export, name="revue_export"),
    path("revues/repondre/", views.revue_lot, name="revue_lot"),
    path("revues/<int:pk>/", views.revue_view, name="revue_view"),
    path("dossiers-audit/", views.dossier_list, name="dossier_list"),
    path("dossiers-audit/demander/", views.dossier_create, name="dossier_create"),
    path("dossiers-audit/<int:pk>/", views.dossier_view, name="dossier_view"),
    path("dossiers-audit/<int:pk>/telecharger/", views.dossier_download, name="dossier_download"),
]
