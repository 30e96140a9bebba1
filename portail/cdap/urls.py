from django.urls import path

from portail.cdap import views
from portail.cdap.views import attestations, consultations, courriers, dialogues, suivi

app_name = "cdap"
urlpatterns = [
    path("", views.home, name="home"),
    path("demander/", consultations.consultation_create, name="consultation_create"),
    path("chercher/", consultations.consultation_search, name="consultation_search"),
    path("dossiers/<uuid:pk>/<slug:onglet>/", consultations.onglet_view, name="onglet_view"),
    # Dialogue
    path("consultations/<uuid:pk>/dialogue/", dialogues.dialogue_create, name="dialogue_create"),
    path("dialogues/", dialogues.dialogue_list, name="dialogue_list"),
    path("dialogues/export/<slug:extension>/", dialogues.dialogue_export, name="dialogue_export"),
    path("dialogues/<int:pk>/", dialogues.dialogue_view, name="dialogue_view"),
    path("dialogues/<int:pk>/clore/", dialogues.dialogue_close, name="dialogue_close"),
    path("dialogues/<int:pk>/lu/", dialogues.dialogue_acknowledge, name="dialogue_acknowledge"),
    path("dialogues/<int:pk>/reprendre/", dialogues.dialogue_resume, name="dialogue_resume"),
    path("dialogues/<int:pk>/prendre/", suivi.dialogue_take, name="dialogue_take"),
    path("dialogues/<int:pk>/attribuer/", suivi.dialogue_assign, name="dialogue_assign"),
    path("dialogues/<int:pk>/rouvrir/", suivi.dialogue_reopen, name="dialogue_reopen"),
    path("suivi/dialogues/", suivi.dialogue_queue, name="dialogue_queue"),
    path("suivi/dialogues/export/<slug:extension>/", suivi.dialogue_queue_export, name="dialogue_queue_export"),
    path("suivi/dialogues/attribuer/", suivi.dialogue_lot, name="dialogue_lot"),
    path("suivi/sujets/", suivi.sujet_list, name="sujet_list"),
    path("suivi/sujets/export/<slug:extension>/", suivi.sujet_export, name="sujet_export"),
    path("suivi/sujets/adapter/", suivi.sujet_adopt, name="sujet_adopt"),
    path("suivi/sujets/ajouter/", suivi.sujet_create, name="sujet_create"),
    path("suivi/sujets/<int:pk>/retirer/", suivi.sujet_end, name="sujet_end"),
    path("suivi/delai/", suivi.delai_edit, name="delai_edit"),
    # Attestations and letters
    path("consultations/<uuid:pk>/attestation/", attestations.attestation_create, name="attestation_create"),
    path("attestations/", attestations.attestation_list, name="attestation_list"),
    path("attestations/export/<slug:extension>/", attestations.attestation_export, name="attestation_export"),
    path("attestations/<uuid:pk>/", attestations.attestation_view, name="attestation_view"),
    path("attestations/<uuid:pk>/imprimer/", attestations.attestation_print, name="attestation_print"),
    path("attestations/<uuid:pk>/pdf/", attestations.attestation_pdf, name="attestation_pdf"),
    path("attestations/<uuid:pk>/envoyer/", attestations.attestation_post, name="attestation_post"),
    path("courriers/", courriers.envoi_list, name="envoi_list"),
    path("courriers/export/<slug:extension>/", courriers.envoi_export, name="envoi_export"),
    path("courriers/<int:pk>/revenu/", courriers.envoi_return, name="envoi_return"),
    path("courriers/lots/", courriers.lot_postal_list, name="lot_postal_list"),
    path("courriers/lots/export/<slug:extension>/", courriers.lot_postal_export, name="lot_postal_export"),
    path("courriers/lots/preparer/", courriers.lot_postal_create, name="lot_postal_create"),
    path("courriers/lots/<int:pk>/", courriers.lot_postal_view, name="lot_postal_view"),
    path("courriers/lots/<int:pk>/fichier/", courriers.lot_postal_file, name="lot_postal_file"),
    path("courriers/lots/<int:pk>/poste/", courriers.lot_postal_post, name="lot_postal_post"),
]
