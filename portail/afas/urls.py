from django.urls import path

from portail.afas import views

app_name = "afas"
urlpatterns = [
    path("", views.home, name="home"),
    # Activités and profiles
    #
    # Barèmes and thresholds
    #
    # Échéances and declarations
    #
    # Typing a declaration
    #
    # Approving and transmitting
    #
    # Processing at the Caf
    #
    # Payments
    #
    # Dashboards
]
