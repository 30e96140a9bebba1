from django.urls import path

from portail.bailleur import views

app_name = "bailleur"
urlpatterns = [path("", views.home, name="home")]
