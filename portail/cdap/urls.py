from django.urls import path

from portail.cdap import views
from portail.cdap.views import consultations, dialogues, suivi

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
]
