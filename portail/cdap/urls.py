from django.urls import path

from portail.cdap import views
from portail.cdap.views import consultations, gardes, justifications, supervision

app_name = "cdap"
urlpatterns = [
    path("", views.home, name="home"),
    path("demander/", consultations.consultation_create, name="consultation_create"),
    path("chercher/", consultations.consultation_search, name="consultation_search"),
    path("dossiers/<uuid:pk>/<slug:onglet>/", consultations.onglet_view, name="onglet_view"),
    # What watches the consultations.
    path("supervision/", supervision.supervision_view, name="supervision_view"),
    path("supervision/export/<slug:extension>/", supervision.supervision_export, name="supervision_export"),
    path("supervision/qui-a-consulte/", supervision.dossier_trace, name="dossier_trace"),
    path("supervision/reglages/", supervision.reglage_list, name="reglage_list"),
    path("supervision/reglages/export/<slug:extension>/", supervision.reglage_export, name="reglage_export"),
    path("supervision/reglages/<slug:reglage>/", supervision.reglage_view, name="reglage_view"),
    path("supervision/reglages/<slug:reglage>/modifier/", supervision.reglage_edit, name="reglage_edit"),
    path("supervision/alertes/", gardes.alerte_list, name="alerte_list"),
    path("supervision/alertes/export/<slug:extension>/", gardes.alerte_export, name="alerte_export"),
    path("supervision/alertes/<int:pk>/", gardes.alerte_view, name="alerte_view"),
    path("supervision/alertes/<int:pk>/demander/", gardes.alerte_ask, name="alerte_ask"),
    path("supervision/alertes/<int:pk>/decider/", gardes.alerte_decide, name="alerte_decide"),
    path("supervision/alertes/<int:pk>/retablir/", gardes.alerte_reinstate, name="alerte_reinstate"),
    path("mes-alertes/<int:pk>/", gardes.alerte_answer, name="alerte_answer"),
    path("mes-alertes/<int:pk>/lue/", gardes.alerte_acknowledge, name="alerte_acknowledge"),
    path("a-justifier/", justifications.justification_list, name="justification_list"),
    path("a-justifier/export/<slug:extension>/", justifications.justification_export, name="justification_export"),
    path("a-justifier/<int:pk>/", justifications.justification_view, name="justification_view"),
]
