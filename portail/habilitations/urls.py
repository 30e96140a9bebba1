from django.urls import URLPattern, URLResolver, include, path

from portail.habilitations import views

app_name = "habilitations"

imports: list[URLPattern | URLResolver] = [
    path("", views.import_list, name="import_list"),
    path("nouveau/", views.import_create, name="import_create"),
    path("modele/<slug:extension>/", views.import_template, name="import_template"),
    path("<int:pk>/", views.import_view, name="import_view"),
    path("<int:pk>/resultat/<slug:extension>/", views.import_export, name="import_export"),
    path("<int:pk>/confirmer/", views.import_confirm, name="import_confirm"),
    path("<int:pk>/abandonner/", views.import_drop, name="import_drop"),
    path("<int:pk>/annuler/", views.import_undo, name="import_undo"),
]
utilisateurs: list[URLPattern | URLResolver] = [
    path("", views.utilisateur_list, name="utilisateur_list"),
    path("export/<slug:extension>/", views.utilisateur_export, name="utilisateur_export"),
    path("suggestions/", views.utilisateur_suggest, name="utilisateur_suggest"),
    path("creer/", views.utilisateur_create, name="utilisateur_create"),
    path("imports/", include(imports)),
    path("en-nombre/", views.utilisateur_lot, name="utilisateur_lot"),
    path("<int:pk>/", views.utilisateur_view, name="utilisateur_view"),
    path("<int:pk>/modifier/", views.utilisateur_edit, name="utilisateur_edit"),
    path("<int:pk>/cloturer/", views.utilisateur_close, name="utilisateur_close"),
    path("<int:pk>/depart/", views.depart_create, name="depart_create"),
    path("<int:pk>/renvoyer-identifiant/", views.identifiant_resend, name="identifiant_resend"),
    path("<int:pk>/mot-de-passe-provisoire/", views.provisional_resend, name="provisional_resend"),
    path("<int:pk>/ajouter-a-un-groupe/", views.appartenance_create, name="appartenance_create"),
    path("<int:pk>/appartenances/", views.appartenance_list, name="appartenance_list"),
]
groupes = [
    path("", views.groupe_list, name="groupe_list"),
    path("export/<slug:extension>/", views.groupe_export, name="groupe_export"),
    path("creer/", views.groupe_create, name="groupe_create"),
    path("<int:pk>/", views.groupe_view, name="groupe_view"),
    path("<int:pk>/modifier/", views.groupe_edit, name="groupe_edit"),
    path("<int:pk>/cloturer/", views.groupe_close, name="groupe_close"),
    path("<int:pk>/roles/", views.groupe_roles, name="groupe_roles"),
    path("<int:pk>/sous-groupe/", views.sous_groupe_create, name="sous_groupe_create"),
    path("<int:pk>/membres/ajouter/", views.membre_add, name="membre_add"),
    path("<int:pk>/membres/", views.membre_list, name="membre_list"),
    path("<int:pk>/membres/export/<slug:extension>/", views.membre_export, name="membre_export"),
    path("<int:pk>/responsables/", views.responsable_list, name="responsable_list"),
    path("<int:pk>/responsables/<int:responsable>/retirer/", views.responsable_end, name="responsable_end"),
]
suppleances = [
    path("", views.suppleance_list, name="suppleance_list"),
    path("export/<slug:extension>/", views.suppleance_export, name="suppleance_export"),
    path("nommer/", views.suppleance_create, name="suppleance_create"),
    path("<int:pk>/terminer/", views.suppleance_end, name="suppleance_end"),
]
urlpatterns = [
    path("conventions/", views.convention_list, name="convention_list"),
    path("conventions/export/<slug:extension>/", views.convention_export, name="convention_export"),
    path("conventions/<int:pk>/", views.convention_view, name="convention_view"),
    path("conventions/<int:pk>/historique/", views.convention_history, name="convention_history"),
    path("conventions/<int:pk>/courriels/", views.courriel_list, name="courriel_list"),
    path("conventions/<int:convention>/utilisateurs/", include(utilisateurs)),
    path("conventions/<int:convention>/groupes/", include(groupes)),
    path(
        "conventions/<int:convention>/appartenances/<int:pk>/modifier/",
        views.appartenance_edit,
        name="appartenance_edit",
    ),
    path(
        "conventions/<int:convention>/appartenances/<int:pk>/cloturer/",
        views.appartenance_close,
        name="appartenance_close",
    ),
    path("conventions/<int:convention>/horizon/", views.terme_list, name="terme_list"),
    path("conventions/<int:convention>/horizon/export/<slug:extension>/", views.terme_export, name="terme_export"),
    path("conventions/<int:convention>/horizon/renouveler/", views.terme_renew, name="terme_renew"),
    path("horizon/", views.horizon_list, name="horizon_list"),
    path("horizon/export/<slug:extension>/", views.horizon_export, name="horizon_export"),
    path("horizon/renouveler/", views.horizon_renew, name="horizon_renew"),
    path("services/<slug:service>/demander/", views.acces_create, name="acces_create"),
    path("demandes-acces/", views.acces_list, name="acces_list"),
    path("demandes-acces/<int:pk>/", views.acces_decide, name="acces_decide"),
    path("conventions/<int:convention>/suppleances/", include(suppleances)),
    path("conventions/<int:convention>/succession/", views.succession_create, name="succession_create"),
    path(
        "conventions/<int:convention>/succession/<int:pk>/retirer/",
        views.succession_withdraw,
        name="succession_withdraw",
    ),
    path("successions/", views.succession_list, name="succession_list"),
    path("successions/export/<slug:extension>/", views.succession_export, name="succession_export"),
    path("successions/<int:pk>/", views.succession_decide, name="succession_decide"),
    path("organisation/", views.convention_switch, name="convention_switch"),
    path("comptes-a-verifier/", views.demande_list, name="demande_list"),
    path("comptes-a-verifier/<int:pk>/decider/", views.demande_decide, name="demande_decide"),
]
