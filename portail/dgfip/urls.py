from django.urls import path

from portail.dgfip import views

app_name = "dgfip"
urlpatterns = [path("", views.home, name="home")]
