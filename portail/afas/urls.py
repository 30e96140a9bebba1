from django.urls import path

from portail.afas import views
from portail.afas.views import comptes, lots, regles, versements

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
    path("versements/", versements.versement_list, name="versement_list"),
    path("versements/export/<slug:extension>/", versements.versement_export, name="versement_export"),
    path("versements/<int:pk>/", versements.versement_view, name="versement_view"),
    path("versements/<int:pk>/remettre-a-payer/", versements.versement_resume, name="versement_resume"),
    path("versements/<int:pk>/retenir/", versements.indu_compensate, name="indu_compensate"),
    path("versements/<int:pk>/rembourser/", versements.indu_reimburse, name="indu_reimburse"),
    path("regles-d-acompte/", regles.regle_list, name="regle_list"),
    path("regles-d-acompte/saisir/", regles.regle_create, name="regle_create"),
    path("comptes-bancaires/", comptes.compte_list, name="compte_list"),
    path("comptes-bancaires/export/<slug:extension>/", comptes.compte_export, name="compte_export"),
    path("comptes-bancaires/caf/", comptes.compte_caf, name="compte_caf"),
    path("comptes-bancaires/caf/saisir/", comptes.compte_caf_create, name="compte_caf_create"),
    path("comptes-bancaires/<int:pk>/", comptes.compte_view, name="compte_view"),
    path("comptes-bancaires/<int:pk>/saisir/", comptes.compte_create, name="compte_create"),
    path("comptes-bancaires/<int:pk>/decider/", comptes.compte_decide, name="compte_decide"),
    path("lots/", lots.lot_list, name="lot_list"),
    path("lots/export/<slug:extension>/", lots.lot_export, name="lot_export"),
    path("lots/preparer/", lots.lot_create, name="lot_create"),
    path("lots/<int:pk>/", lots.lot_view, name="lot_view"),
    path("lots/<int:pk>/abandonner/", lots.lot_abandon, name="lot_abandon"),
    path("lots/<int:pk>/valider/", lots.lot_validate, name="lot_validate"),
    path("lots/<int:pk>/fichier/", lots.lot_file, name="lot_file"),
    path("lots/<int:pk>/retour/", lots.lot_answer, name="lot_answer"),
    # Dashboards
]
