from django.urls import path

from portail.simulations import views

app_name = "simulations"
urlpatterns = [
    path("conventions/<int:convention>/simuler/", views.simulation_create, name="simulation_create"),
    path("simulations/", views.simulation_list, name="simulation_list"),
    path("simulations/export/<slug:extension>/", views.simulation_export, name="simulation_export"),
    path("simulations/<int:pk>/", views.simulation_view, name="simulation_view"),
    path("simulations/<int:pk>/difference/<slug:extension>/", views.difference_export, name="difference_export"),
    path("simulations/<int:pk>/modifier/", views.simulation_edit, name="simulation_edit"),
    path("simulations/<int:pk>/calculer/", views.simulation_compute, name="simulation_compute"),
    path("simulations/<int:pk>/appliquer/", views.simulation_apply, name="simulation_apply"),
    path("simulations/<int:pk>/abandonner/", views.simulation_abandon, name="simulation_abandon"),
    path("simulations/<int:pk>/changements/", views.changement_choose, name="changement_choose"),
    path("simulations/<int:pk>/changements/<int:rang>/modifier/", views.changement_edit, name="changement_edit"),
    path("simulations/<int:pk>/changements/<int:rang>/retirer/", views.changement_remove, name="changement_remove"),
    # After those of a number, which would else be taken for a nature.
    path(
        "simulations/<int:pk>/changements/<slug:nature>/<slug:cible>/",
        views.changement_create,
        name="changement_create",
    ),
]
