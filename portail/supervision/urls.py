from django.urls import path

from portail.supervision import views

app_name = "supervision"
urlpatterns = [
    path("journal/", views.journal_list, name="journal_list"),
    path("journal/export/<slug:extension>/", views.journal_export, name="journal_export"),
    path("etat/", views.sante_view, name="sante_view"),
]
