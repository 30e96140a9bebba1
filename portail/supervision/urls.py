from django.urls import path

from portail.supervision import views

app_name = "supervision"
urlpatterns = [
    path("journal/", views.journal_list, name="journal_list"),
    path("etat/", views.sante_view, name="sante_view"),
]
