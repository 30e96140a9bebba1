from django.urls import path

from portail.adonis import views

app_name = "adonis"
urlpatterns = [path("", views.home, name="home")]
