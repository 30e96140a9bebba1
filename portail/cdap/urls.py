from django.urls import path

from portail.cdap import views

app_name = "cdap"
urlpatterns = [path("", views.home, name="home")]
