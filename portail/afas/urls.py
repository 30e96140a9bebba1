from django.urls import path

from portail.afas import views
from portail.afas.views import activites, approbateurs, profils

app_name = "afas"
urlpatterns = [
    path("", views.home, name="home"),
    # Activités and profiles
    path("activites/", activites.activite_list, name="activite_list"),
    path("activites/export/<slug:extension>/", activites.activite_export, name="activite_export"),
    path("activites/organismes/", activites.organisme_suggest, name="organisme_suggest"),
    path("activites/creer/", activites.activite_create, name="activite_create"),
    path("activites/importer/", activites.import_create, name="import_create"),
    path("activites/importer/modele/<slug:extension>/", activites.import_template, name="import_template"),
    path("activites/imports/<int:pk>/", activites.import_view, name="import_view"),
    path("activites/<int:pk>/", activites.activite_view, name="activite_view"),
    path("activites/<int:pk>/modifier/", activites.activite_edit, name="activite_edit"),
    path("activites/<int:pk>/cloturer/", activites.activite_close, name="activite_close"),
    path("activites/<int:pk>/lieux/ajouter/", activites.lieu_create, name="lieu_create"),
    path("lieux/<int:pk>/modifier/", activites.lieu_edit, name="lieu_edit"),
    path("lieux/<int:pk>/cloturer/", activites.lieu_close, name="lieu_close"),
    path("profils/", profils.profil_list, name="profil_list"),
    path("profils/export/<slug:extension>/", profils.profil_export, name="profil_export"),
    path("profils/non-attribues/", profils.profil_gaps, name="profil_gaps"),
    path("profils/personnes/", profils.profil_suggest, name="profil_suggest"),
    path("profils/affecter/", profils.profil_create, name="profil_create"),
    path("profils/<int:pk>/mettre-fin/", profils.profil_end, name="profil_end"),
    path("profils/<int:pk>/remplacer/", profils.profil_replace, name="profil_replace"),
    path("approbateurs/", approbateurs.approbateur_list, name="approbateur_list"),
    path("approbateurs/export/<slug:extension>/", approbateurs.approbateur_export, name="approbateur_export"),
    path("approbateurs/repondre/", approbateurs.approbateur_lot, name="approbateur_lot"),
    path("approbateurs/<int:pk>/", approbateurs.approbateur_decide, name="approbateur_decide"),
    path("changements-de-profils/", approbateurs.changement_list, name="changement_list"),
    path("changements-de-profils/export/<slug:extension>/", approbateurs.changement_export, name="changement_export"),
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
]
