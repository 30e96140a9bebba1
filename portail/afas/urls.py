from django.urls import path

from portail.afas import views
from portail.afas.views import approbation, versions

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
    #
    # Payments
    #
    # Dashboards
]
