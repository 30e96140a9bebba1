from django.urls import path

from portail.afas import views
from portail.afas.views import baremes
from portail.afas.views import declarations, echeances
from portail.afas.views import activites, approbateurs, profils
from portail.afas.views import approbation, versions
from portail.afas.views import complements, droits, recalculs, traitement
from portail.afas.views import reprise, saisie, soumission

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
    path("approbations/", approbation.approbation_list, name="approbation_list"),
    path("approbations/export/<slug:extension>/", approbation.approbation_export, name="approbation_export"),
    path("approbations/signer/", approbation.approbation_lot, name="approbation_lot"),
    path("declarations/<int:pk>/approuver/", approbation.declaration_approve, name="declaration_approve"),
    path("declarations/<int:pk>/renvoyer/", approbation.declaration_send_back, name="declaration_send_back"),
    path("declarations/<int:pk>/corriger/", approbation.declaration_correct, name="declaration_correct"),
    path("declarations/<int:pk>/versions/", versions.version_list, name="version_list"),
    path("versions/<int:pk>/", versions.version_view, name="version_view"),
    path("versions/<int:pk>/accuse/", versions.version_pdf, name="version_pdf"),
    # Processing at the Caf
    path("traitement/", traitement.traitement_list, name="traitement_list"),
    path("traitement/export/<slug:extension>/", traitement.traitement_export, name="traitement_export"),
    path("traitement/en-nombre/", traitement.traitement_lot, name="traitement_lot"),
    path("traitement/<int:pk>/", traitement.traitement_view, name="traitement_view"),
    path("traitement/<int:pk>/prendre/", traitement.traitement_take, name="traitement_take"),
    path("traitement/<int:pk>/attribuer/", traitement.traitement_assign, name="traitement_assign"),
    path("traitement/<int:pk>/complement/", complements.complement_ask, name="complement_ask"),
    path("traitement/<int:pk>/calculer/", droits.droit_compute, name="droit_compute"),
    path("traitement/<int:pk>/traiter/", droits.traitement_decide, name="traitement_decide"),
    path("traitement/<int:pk>/rouvrir/", droits.traitement_reopen, name="traitement_reopen"),
    path("traitement/<int:pk>/notifier/", droits.traitement_notify, name="traitement_notify"),
    path("declarations/<int:pk>/droit/", droits.droit_view, name="droit_view"),
    path("declarations/<int:pk>/notification/", droits.notification_pdf, name="notification_pdf"),
    path("complements/", complements.complement_list, name="complement_list"),
    path("complements/export/<slug:extension>/", complements.complement_export, name="complement_export"),
    path("complements/<int:pk>/", complements.complement_view, name="complement_view"),
    path("complements/<int:pk>/clore/", complements.complement_close, name="complement_close"),
    path("recalculs/", recalculs.recalcul_list, name="recalcul_list"),
    path("recalculs/nouveau/", recalculs.recalcul_create, name="recalcul_create"),
    path("recalculs/<int:pk>/", recalculs.recalcul_view, name="recalcul_view"),
    path("recalculs/<int:pk>/export/<slug:extension>/", recalculs.recalcul_export, name="recalcul_export"),
    # Payments
    #
    # Dashboards
]
