from django.urls import path

from portail.comptes import views

app_name = "comptes"
urlpatterns = [
    path("mot-de-passe-oublie/", views.password_forgotten, name="password_forgotten"),
    path("probleme-de-connexion/", views.sign_in_help, name="sign_in_help"),
    path("regles-usage/", views.regles_view, name="regles_view"),
    path("regles-usage/accepter/", views.regles_accept, name="regles_accept"),
    path("regles-usage/refuser/", views.regles_refuse, name="regles_refuse"),
    path("mot-de-passe/", views.password_choose, name="password_choose"),
    path("mon-profil/mot-de-passe/", views.password_change, name="password_change"),
    path("mon-profil/adresse-mail/", views.courriel_edit, name="courriel_edit"),
    path("mon-profil/sessions/<slug:handle>/fermer/", views.session_end, name="session_end"),
    path("adresse-mail/confirmer/<str:secret>/", views.courriel_confirm, name="courriel_confirm"),
    path("session/prolonger/", views.session_keepalive, name="session_keepalive"),
    path("brouillons/", views.brouillon, name="brouillon"),
]
