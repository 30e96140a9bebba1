from django.urls import include, path

from portail.conventionnement import views

app_name = "conventionnement"

organismes = [
    path("", views.organisme_list, name="organisme_list"),
    path("export/<slug:extension>/", views.organisme_export, name="organisme_export"),
    path("enregistrer/", views.organisme_create, name="organisme_create"),
    path("<int:pk>/", views.organisme_view, name="organisme_view"),
    path("<int:pk>/modifier/", views.organisme_edit, name="organisme_edit"),
    path("<int:pk>/fermer/", views.organisme_close, name="organisme_close"),
    path("<int:pk>/formaliser/", views.version_create, name="version_create"),
    path("types/", views.type_list, name="type_list"),
    path("types/ajouter/", views.type_create, name="type_create"),
    path("types/<int:pk>/modifier/", views.type_edit, name="type_edit"),
    path("types/<int:pk>/fermer/", views.type_close, name="type_close"),
]
versions = [
    path("", views.version_list, name="version_list"),
    path("avenant/", views.avenant_create, name="avenant_create"),
    path("<int:rang>/", views.version_view, name="version_view"),
    path("<int:rang>/pdf/", views.version_pdf, name="version_pdf"),
    path("<int:rang>/proposer/", views.version_propose, name="version_propose"),
    path("<int:rang>/retirer/", views.version_withdraw, name="version_withdraw"),
    path("<int:rang>/abandonner/", views.version_abandon, name="version_abandon"),
    path("<int:rang>/signer/", views.version_sign, name="version_sign"),
    path("<int:rang>/ne-pas-signer/", views.version_refuse, name="version_refuse"),
    path("<int:rang>/valider/", views.version_validate, name="version_validate"),
    path("<int:rang>/<slug:part>/", views.part_edit, name="part_edit"),
    path("<int:rang>/<slug:part>/ajouter/", views.element_create, name="element_create"),
    path("<int:rang>/<slug:part>/<int:element>/", views.element_edit, name="element_edit"),
    path("<int:rang>/<slug:part>/<int:element>/retirer/", views.element_remove, name="element_remove"),
]
urlpatterns = [
    path("organismes/", include(organismes)),
    path("conventions/<int:convention>/versions/", include(versions)),
    path("conventions/<int:convention>/suspendre/", views.suspension_create, name="suspension_create"),
    path("conventions/<int:convention>/reprendre/", views.suspension_end, name="suspension_end"),
    path("conventions/<int:convention>/cloturer/", views.convention_close, name="convention_close"),
    path("verifier/", views.document_verify, name="document_verify"),
]
