from django.urls import path

from portail.demo import views

app_name = "demo"
urlpatterns = [
    path("courriels/", views.courriel_list, name="courriel_list"),
    path("courriels/<str:name>/", views.courriel_view, name="courriel_view"),
    path("courriels/<str:name>/html/", views.courriel_html, name="courriel_html"),
]
