from django.urls import path

from portail.incidents import views

app_name = "incidents"
urlpatterns = [
    path("", views.incident_list, name="incident_list"),
    path("export/<slug:extension>/", views.incident_export, name="incident_export"),
    path("signaler/", views.incident_create, name="incident_create"),
    path("signaler/<int:convention>/<int:pk>/", views.incident_about, name="incident_about"),
    path("<int:pk>/", views.incident_view, name="incident_view"),
    path("<int:pk>/prendre-en-charge/", views.incident_take, name="incident_take"),
    path("<int:pk>/analyser/", views.incident_analyse, name="incident_analyse"),
    path("<int:pk>/couper-l-acces/", views.incident_cut, name="incident_cut"),
    path("<int:pk>/clore/", views.incident_close, name="incident_close"),
]
