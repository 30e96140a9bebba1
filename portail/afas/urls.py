from django.urls import path

from portail.afas import views
from portail.afas.views import baremes
from portail.afas.views import declarations, echeances

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
    path("echeances/", echeances.echeance_list, name="echeance_list"),
    path("echeances/export/<slug:extension>/", echeances.echeance_export, name="echeance_export"),
    path("echeances/ajouter/", echeances.echeance_create, name="echeance_create"),
    path("echeances/exercice/", echeances.exercice_create, name="exercice_create"),
    path("echeances/<int:pk>/", echeances.echeance_view, name="echeance_view"),
    path("echeances/<int:pk>/modifier/", echeances.echeance_edit, name="echeance_edit"),
    path("echeances/<int:pk>/ouvrir/", echeances.echeance_open, name="echeance_open"),
    path("echeances/<int:pk>/retirer/", echeances.echeance_remove, name="echeance_remove"),
    path("declarations/", declarations.declaration_list, name="declaration_list"),
    path("declarations/export/<slug:extension>/", declarations.declaration_export, name="declaration_export"),
    path("declarations/<int:pk>/", declarations.declaration_view, name="declaration_view"),
    path("declarations/<int:pk>/commenter/", declarations.commentaire_create, name="commentaire_create"),
    path("declarations/<int:pk>/joindre/", declarations.piece_create, name="piece_create"),
    path("pieces/<int:pk>/fichier/", declarations.piece_file, name="piece_file"),
    path("pieces/<int:pk>/retirer/", declarations.piece_withdraw, name="piece_withdraw"),
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
