from django.urls import path

from portail.supervision import views

app_name = "supervision"
urlpatterns = [
    path("habilitations/", views.habilitation_list, name="habilitation_list"),
    path("habilitations/export/<slug:extension>/", views.habilitation_export, name="habilitation_export"),
    path("habilitations/<int:pk>/", views.habilitation_view, name="habilitation_view"),
    path("journal/", views.journal_list, name="journal_list"),
    path("etat/", views.sante_view, name="sante_view"),
]
