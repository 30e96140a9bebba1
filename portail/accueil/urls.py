from django.urls import path

from portail.accueil import views

app_name = "accueil"
urlpatterns = [
    path("", views.home, name="home"),
    path("mon-profil/", views.profil_view, name="profil_view"),
]
