from django.urls import path

from portail.afas import views
from portail.afas.views import reprise, saisie, soumission

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
    path("volets/<int:pk>/", saisie.volet_edit, name="volet_edit"),
    path("volets/<int:pk>/enregistrer/", saisie.volet_save, name="volet_save"),
    path("volets/<int:pk>/historique/", saisie.volet_history, name="volet_history"),
    path("volets/<int:pk>/soumettre/", soumission.volet_submit, name="volet_submit"),
    path("volets/<int:pk>/rouvrir/", soumission.volet_reopen, name="volet_reopen"),
    path("volets/<int:pk>/export/<slug:extension>/", reprise.volet_export, name="volet_export"),
    path("volets/<int:pk>/importer/", reprise.volet_import, name="volet_import"),
    path("volets/<int:pk>/importer/appliquer/", reprise.volet_import_apply, name="volet_import_apply"),
    path("volets/<int:pk>/reprendre/", reprise.volet_copy, name="volet_copy"),
    path("declarations/<int:pk>/controles/", soumission.controle_list, name="controle_list"),
    path("declarations/<int:pk>/controles/justifier/", soumission.controle_justify, name="controle_justify"),
    # Approving and transmitting
    #
    # Processing at the Caf
    #
    # Payments
    #
    # Dashboards
]
