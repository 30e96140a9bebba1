from django.urls import path

from portail.afas import views
from portail.afas.views import complements, droits, recalculs, traitement

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
