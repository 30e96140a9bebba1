from django.urls import path

from portail.afas import views

app_name = "afas"
urlpatterns = [path("", views.home, name="home")]
