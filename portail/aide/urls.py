from django.urls import path

from portail.aide import views

app_name = "aide"
urlpatterns = [
    path("", views.fiche_list, name="fiche_list"),
    path("<slug:fiche>/", views.fiche_view, name="fiche_view"),
]
