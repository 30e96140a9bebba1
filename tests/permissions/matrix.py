"""Who may do what: every page and every act of the portal, for everybody of the cast, on Farandole's objects.

`200` the page is shown, `302` the act is done, `204` done without a page, `422` what was sent is to be corrected,
`409` it no longer holds, `403` refused with the reason, `404` as if it did not exist;
`con` sent to the sign-in page, `1er` sent to the first access (règles d'usage, own password).
A POST is sent filled in rightly: only the rights decide.
"""

from dataclasses import dataclass

PEOPLE = {
    "anonyme": "personne non connectée",
    "bruet": "administrateur partenaire",
    "garban": "responsable des habilitations",
    "robine": "utilisateur",
    "guy": "utilisateur sans groupe",
    "bollie": "premier accès en cours",
    "rocu": "personne partie",
    "voisin": "administrateur d'un autre organisme de la même Caf",
    "lointain": "administrateur d'un organisme d'une autre Caf",
    "double": "utilisateur de deux organismes",
    "marchand": "administrateur Caf",
    "gestin": "gestionnaire action sociale",
    "auditeau": "auditeur",
    "horsain": "administrateur d'une autre Caf",
}
ALLOWED = {"200", "204", "302", "409", "422"}

# fmt: off
AREAS = {
    "Connexion et premier accès": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    account_login                      200  302  302  302  302  302  200  302  302  302  302  302  302  302
    POST   account_login                      302  302  302  302  302  302  302  302  302  302  302  302  302  302
    POST   account_logout                     302  302  302  302  302  302  302  302  302  302  302  302  302  302
    GET    comptes:password_forgotten         200  200  200  200  200  200  200  200  200  200  200  200  200  200
    POST   comptes:password_forgotten         200  200  200  200  200  200  200  200  200  200  200  200  200  200
    GET    comptes:sign_in_help               200  200  200  200  200  200  200  200  200  200  200  200  200  200
    GET    comptes:regles_view                200  200  200  200  200  200  200  200  200  200  200  200  200  200
    POST   comptes:regles_accept              con  302  302  302  302  302  con  302  302  302  302  302  302  302
    POST   comptes:regles_refuse              con  302  302  302  302  302  con  302  302  302  302  302  302  302
    GET    comptes:password_choose            con  302  302  302  302  302  con  302  302  302  302  302  302  302
    POST   comptes:password_choose            con  302  302  302  302  302  con  302  302  302  302  302  302  302
    """,
    "Accueil et compte": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    accueil:home                       con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    GET    accueil:profil_view                con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    GET    comptes:password_change            con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    POST   comptes:password_change            con  302  302  302  302  1er  con  302  302  302  302  302  302  302
    GET    comptes:courriel_edit              con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    POST   comptes:courriel_edit              con  302  302  302  302  1er  con  302  302  302  302  302  302  302
    GET    comptes:courriel_confirm           200  200  200  200  200  200  200  200  200  200  200  200  200  200
    POST   comptes:courriel_confirm           409  409  409  409  409  409  409  409  409  409  409  409  409  409
    POST   comptes:session_end                con  302  404  404  404  1er  con  404  404  404  404  404  404  404
    POST   comptes:session_keepalive          con  204  204  204  204  204  con  204  204  204  204  204  204  204
    GET    comptes:brouillon                  con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    POST   comptes:brouillon                  con  204  204  204  204  1er  con  204  204  204  204  204  204  204
    DELETE comptes:brouillon                  con  204  204  204  204  1er  con  204  204  204  204  204  204  204
    POST   habilitations:convention_switch    con  302  302  302  302  1er  con  302  302  302  302  302  302  302
    """,
    "Pages publiques": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    ui:mentions_legales                200  200  200  200  200  200  200  200  200  200  200  200  200  200
    GET    ui:accessibilite                   200  200  200  200  200  200  200  200  200  200  200  200  200  200
    GET    ui:informatique_libertes           200  200  200  200  200  200  200  200  200  200  200  200  200  200
    GET    ui:contact                         200  200  200  200  200  200  200  200  200  200  200  200  200  200
    GET    ui:plan_du_site                    200  200  200  200  200  200  200  200  200  200  200  200  200  200
    GET    ui:gallery                         200  200  200  200  200  200  200  200  200  200  200  200  200  200
    GET    demo:courriel_list                 200  200  200  200  200  200  200  200  200  200  200  200  200  200
    GET    demo:courriel_view                 404  404  404  404  404  404  404  404  404  404  404  404  404  404
    GET    demo:courriel_html                 404  404  404  404  404  404  404  404  404  404  404  404  404  404
    """,
    "Conventions": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    habilitations:convention_list      con  200  200  403  403  1er  con  200  200  403  200  200  200  200
    GET    habilitations:convention_export    con  200  200  403  403  1er  con  200  200  403  200  200  200  200
    GET    habilitations:convention_view      con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:convention_history   con  200  403  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:courriel_list        con  200  403  404  404  1er  con  404  404  404  200  200  200  404
    """,
    "Utilisateurs d'une convention": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    habilitations:utilisateur_list     con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:utilisateur_export   con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:utilisateur_suggest  con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    GET    habilitations:utilisateur_create   con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:utilisateur_create   con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:utilisateur_lot      con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:utilisateur_lot      con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    GET    habilitations:utilisateur_view     con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:utilisateur_edit     con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:utilisateur_edit     con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:utilisateur_close    con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:utilisateur_close    con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:depart_create        con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:depart_create        con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:identifiant_resend   con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    POST   habilitations:provisional_resend   con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    """,
    "Imports d'utilisateurs": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    habilitations:import_list          con  200  403  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:import_create        con  200  403  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:import_create        con  422  403  404  404  1er  con  404  404  404  422  403  403  404
    GET    habilitations:import_template      con  200  403  404  404  1er  con  404  404  404  200  403  403  404
    GET    habilitations:import_view          con  200  403  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:import_export        con  200  403  404  404  1er  con  404  404  404  200  200  200  404
    POST   habilitations:import_confirm       con  302  403  404  404  1er  con  404  404  404  302  403  403  404
    POST   habilitations:import_drop          con  302  403  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:import_undo          con  200  403  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:import_undo          con  409  403  404  404  1er  con  404  404  404  409  403  403  404
    """,
    "Groupes et appartenances": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    habilitations:groupe_list          con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:groupe_export        con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:groupe_create        con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:groupe_create        con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:groupe_view          con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:groupe_edit          con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:groupe_edit          con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:groupe_close         con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:groupe_close         con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:groupe_roles         con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:groupe_roles         con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:sous_groupe_create   con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:sous_groupe_create   con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:membre_list          con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:membre_export        con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:membre_add           con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:membre_add           con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:appartenance_list    con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:appartenance_create  con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:appartenance_create  con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:appartenance_edit    con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:appartenance_edit    con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:appartenance_close   con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:appartenance_close   con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:responsable_list     con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:responsable_list     con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    POST   habilitations:responsable_end      con  302  403  404  404  1er  con  404  404  404  302  403  403  404
    """,
    "Horizon": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    habilitations:terme_list           con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:terme_export         con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:terme_renew          con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:terme_renew          con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    GET    habilitations:horizon_list         con  200  200  403  403  1er  con  200  200  403  200  200  200  200
    GET    habilitations:horizon_export       con  200  200  403  403  1er  con  200  200  403  200  200  200  200
    GET    habilitations:horizon_renew        con  200  200  403  403  1er  con  200  200  403  200  403  403  200
    POST   habilitations:horizon_renew        con  200  200  403  403  1er  con  422  422  403  200  403  403  422
    """,
    "Demandes d'accès": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    habilitations:acces_create         con  200  403  200  200  1er  con  200  200  403  403  403  403  403
    POST   habilitations:acces_create         con  302  403  302  302  1er  con  302  302  403  403  403  403  403
    GET    habilitations:acces_list           con  200  200  403  403  1er  con  200  200  403  403  403  403  403
    GET    habilitations:acces_decide         con  200  200  404  404  1er  con  404  404  404  404  404  404  404
    POST   habilitations:acces_decide         con  302  302  404  404  1er  con  404  404  404  404  404  404  404
    GET    habilitations:usage_list           con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:usage_export         con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:usage_reinstate      con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:usage_reinstate      con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    """,
    "Justificatifs": """
                                                anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    habilitations:justificatif_mine      con  200  200  200  200  1er  con  200  200  200  403  403  403  403
    GET    habilitations:justificatif_create    con  200  200  200  200  1er  con  404  404  200  404  404  404  404
    POST   habilitations:justificatif_create    con  302  302  302  302  1er  con  404  404  302  404  404  404  404
    GET    habilitations:justificatif_add       con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:justificatif_add       con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:justificatif_list      con  200  200  403  403  1er  con  200  200  403  200  403  200  200
    GET    habilitations:justificatif_export    con  200  200  403  403  1er  con  200  200  403  200  403  200  200
    GET    habilitations:justificatif_view      con  200  200  404  404  1er  con  404  404  200  200  403  200  404
    GET    habilitations:justificatif_file      con  200  200  404  404  1er  con  404  404  200  200  403  200  404
    GET    habilitations:justificatif_check     con  200  200  404  404  1er  con  404  404  403  200  403  403  404
    POST   habilitations:justificatif_check     con  302  302  404  404  1er  con  404  404  403  302  403  403  404
    GET    habilitations:justificatif_withdraw  con  200  200  404  404  1er  con  404  404  403  200  403  403  404
    POST   habilitations:justificatif_withdraw  con  302  302  404  404  1er  con  404  404  403  302  403  403  404
    POST   habilitations:justificatif_recontrol con  403  403  404  404  1er  con  404  404  403  302  403  403  404
    """,
    "Caf": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    habilitations:demande_list         con  403  403  403  403  1er  con  403  403  403  200  403  403  200
    POST   habilitations:demande_decide       con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    supervision:habilitation_list      con  200  403  403  403  1er  con  200  200  403  200  403  200  200
    GET    supervision:habilitation_export    con  200  403  403  403  1er  con  200  200  403  200  403  200  200
    GET    supervision:habilitation_view      con  200  404  404  404  1er  con  404  404  404  200  403  200  404
    GET    supervision:anomalie_list          con  200  403  403  403  1er  con  200  200  403  200  403  200  200
    GET    supervision:anomalie_view          con  200  403  403  403  1er  con  200  200  403  200  403  200  200
    GET    supervision:anomalie_export        con  200  403  403  403  1er  con  200  200  403  200  403  200  200
    POST   supervision:anomalie_follow        con  302  403  403  403  1er  con  302  302  403  302  403  302  302
    GET    supervision:usage_view             con  200  403  403  403  1er  con  200  200  403  200  403  200  200
    GET    supervision:usage_export           con  200  403  403  403  1er  con  200  200  403  200  403  200  200
    GET    supervision:journal_list           con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    supervision:journal_export         con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    supervision:sante_view             con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    """,
    "Conventionnement": """
                                                anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    conventionnement:organisme_list      con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    conventionnement:organisme_export    con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    conventionnement:organisme_create    con  403  403  403  403  1er  con  403  403  403  200  403  403  200
    POST   conventionnement:organisme_create    con  403  403  403  403  1er  con  403  403  403  302  403  403  302
    GET    conventionnement:organisme_view      con  404  404  404  404  1er  con  404  404  404  200  200  200  200
    GET    conventionnement:organisme_edit      con  404  404  404  404  1er  con  404  404  404  200  403  403  403
    POST   conventionnement:organisme_edit      con  404  404  404  404  1er  con  404  404  404  302  403  403  403
    GET    conventionnement:organisme_close     con  404  404  404  404  1er  con  404  404  404  200  403  403  200
    POST   conventionnement:organisme_close     con  404  404  404  404  1er  con  404  404  404  302  403  403  302
    GET    conventionnement:type_list           con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    conventionnement:type_create         con  403  403  403  403  1er  con  403  403  403  200  403  403  200
    POST   conventionnement:type_create         con  403  403  403  403  1er  con  403  403  403  302  403  403  302
    GET    conventionnement:type_edit           con  404  404  404  404  1er  con  404  404  404  200  403  403  200
    POST   conventionnement:type_edit           con  404  404  404  404  1er  con  404  404  404  302  403  403  302
    GET    conventionnement:type_close          con  404  404  404  404  1er  con  404  404  404  200  403  403  200
    POST   conventionnement:type_close          con  404  404  404  404  1er  con  404  404  404  302  403  403  302
    GET    conventionnement:version_create      con  404  404  404  404  1er  con  404  404  404  200  403  403  200
    POST   conventionnement:version_create      con  404  404  404  404  1er  con  404  404  404  302  403  403  302
    GET    conventionnement:version_list        con  200  403  404  404  1er  con  404  404  404  200  200  200  404
    GET    conventionnement:avenant_create      con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   conventionnement:avenant_create      con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    conventionnement:version_view        con  200  404  404  404  1er  con  404  404  404  200  200  200  404
    GET    conventionnement:version_pdf         con  200  404  404  404  1er  con  404  404  404  200  200  200  404
    POST   conventionnement:version_propose     con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    conventionnement:version_withdraw    con  403  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   conventionnement:version_withdraw    con  403  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    conventionnement:version_abandon     con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   conventionnement:version_abandon     con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    conventionnement:version_sign        con  200  404  404  404  1er  con  404  404  404  403  403  403  404
    POST   conventionnement:version_sign        con  302  404  404  404  1er  con  404  404  404  403  403  403  404
    GET    conventionnement:version_refuse      con  200  404  404  404  1er  con  404  404  404  403  403  403  404
    POST   conventionnement:version_refuse      con  302  404  404  404  1er  con  404  404  404  403  403  403  404
    GET    conventionnement:version_validate    con  403  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   conventionnement:version_validate    con  403  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    conventionnement:part_edit           con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   conventionnement:part_edit           con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    conventionnement:element_create      con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   conventionnement:element_create      con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    conventionnement:element_edit        con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   conventionnement:element_edit        con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    POST   conventionnement:element_remove      con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    conventionnement:suspension_create   con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   conventionnement:suspension_create   con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    conventionnement:suspension_end      con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   conventionnement:suspension_end      con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    conventionnement:convention_close    con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   conventionnement:convention_close    con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    conventionnement:document_verify     200  200  200  200  200  200  200  200  200  200  200  200  200  200
    """,
    "Services": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    cdap:home                          con  403  200  403  403  1er  con  403  403  200  403  403  403  403
    GET    afas:home                          con  403  403  200  403  1er  con  403  403  403  403  403  403  403
    GET    bailleur:home                      con  403  403  403  403  1er  con  403  403  403  403  403  403  403
    GET    adonis:home                        con  403  403  403  403  1er  con  403  403  403  403  403  403  403
    GET    dgfip:home                         con  403  403  403  403  1er  con  403  403  403  403  403  403  403
    """,
}
# fmt: on

# The rule of each page, in the words of docs/metier/droits.md: by its place in the code.
RULES = {
    "ui.everybody": "Toute personne connectée, pour ce qui est à elle.",
    "comptes.refuse_ending_session": "La personne elle-même, parmi ses propres sessions.",
    "habilitations.refuse_conventions": "Agents de la Caf, administrateurs partenaires et responsables "
    "des habilitations.",
    "habilitations.refuse_export": "Qui peut lire la liste peut l'exporter.",
    "habilitations.refuse_exporting": "Qui peut lire la liste peut l'exporter.",
    "habilitations.refuse_reading": "Qui voit la convention, la personne ou le groupe dans son périmètre.",
    "habilitations.refuse_history": "Les administrateurs de la convention et les agents de sa Caf.",
    "habilitations.refuse_creating_utilisateur": "L'administrateur de la convention ; un responsable, pour "
    "ses groupes.",
    "habilitations.refuse_managing_utilisateur": "L'administrateur de la convention ; le responsable d'un groupe de "
    "la personne, sauf si elle administre la convention.",
    "habilitations.refuse_closing_utilisateur": "Comme pour modifier la personne ; une convention garde toujours un "
    "administrateur.",
    "habilitations.refuse_adding_somewhere": "L'administrateur de la convention ; un responsable, vers ses groupes ; "
    "l'accès de la personne n'est pas clôturé.",
    "habilitations.refuse_creating_groupe": "L'administrateur de la convention ; un responsable, sous ses groupes.",
    "habilitations.refuse_managing_groupe": "L'administrateur de la convention ; le responsable du groupe ou d'un "
    "groupe au-dessus.",
    "habilitations.refuse_changing_groupe": "Qui gère le niveau au-dessus : l'administrateur, ou le responsable du "
    "groupe parent.",
    "habilitations.refuse_ending_responsable": "Qui gère le niveau au-dessus du groupe.",
    "habilitations.refuse_managing_appartenance": "L'administrateur de la convention ; le responsable du groupe ou "
    "d'un groupe au-dessus.",
    "habilitations.refuse_importing": "L'administrateur de la convention.",
    "habilitations.refuse_template": "L'administrateur de la convention.",
    "habilitations.refuse_deciding_import": "L'administrateur de la convention.",
    "habilitations.refuse_reading_import": "Les administrateurs de la convention et les agents de sa Caf.",
    "habilitations.refuse_exporting_import": "Les administrateurs de la convention et les agents de sa Caf.",
    "habilitations.refuse_acting": "Les administrateurs partenaires, les responsables des habilitations et les "
    "administrateurs de la Caf ; chaque ligne demande en plus sa propre règle.",
    "habilitations.refuse_asking": "Qui travaille sous une convention qui ouvre le service, n'en a aucun rôle et "
    "n'attend pas déjà une réponse.",
    "habilitations.refuse_deciding_somewhere": "Les administrateurs partenaires et les responsables des habilitations.",
    "habilitations.refuse_deciding_acces": "L'administrateur de la convention ; le responsable d'un groupe qui donne "
    "le service ; jamais la personne elle-même.",
    "habilitations.refuse_own_list": "Toute personne d'un organisme partenaire, pour ce qui est à elle.",
    "habilitations.refuse_giving": "La personne elle-même, pour un rôle de sa convention qui demande un justificatif.",
    "habilitations.refuse_giving_for": "Qui gère la personne, quand un rôle de sa convention demande un justificatif.",
    "habilitations.refuse_justificatifs": "Administrateurs partenaires et responsables des habilitations, "
    "administrateurs et auditeurs de la Caf ; chacun ne voit que son périmètre.",
    "habilitations.refuse_reading_justificatif": "La personne elle-même ; qui gère les personnes dans son périmètre ; "
    "les administrateurs et les auditeurs de sa Caf.",
    "habilitations.refuse_opening_file": "Comme pour lire le justificatif, une fois le fichier analysé et tant qu'il "
    "est conservé ; chaque ouverture est au journal.",
    "habilitations.refuse_checking": "Qui gère la personne, chez le partenaire ou à la Caf, jamais la personne "
    "elle-même ; tant que le justificatif n'est pas traité.",
    "habilitations.refuse_withdrawing_justificatif": "Qui gère la personne, jamais elle-même ; tant que le "
    "justificatif vaut.",
    "habilitations.refuse_recontrolling": "Un administrateur de la Caf pivot, tant que le justificatif vaut.",
    "habilitations.refuse_caf_administering": "Les administrateurs de la Caf.",
    "habilitations.refuse_deciding": "Un administrateur de la Caf pivot de la convention.",
    "supervision.refuse_following": "Les administrateurs et les auditeurs de la Caf, pour les conventions de leur "
    "Caf ; l'administrateur partenaire, pour celles qu'il administre.",
    "supervision.refuse_reading_anomalie": "Comme pour suivre les habilitations ; chacun ne voit que son périmètre.",
    "supervision.refuse_exporting": "Qui peut lire la liste peut l'exporter.",
    "supervision.refuse_explaining": "Les administrateurs et les auditeurs de la Caf, pour les conventions de leur "
    "Caf ; l'administrateur partenaire, pour celles qu'il administre.",
    "supervision.refuse_supervising": "Les agents de la Caf, pour les conventions de leur Caf.",
    "conventionnement.refuse_consulting": "Les agents d'une Caf.",
    "conventionnement.refuse_managing": "Les administrateurs d'une Caf.",
    "conventionnement.refuse_managing_type": "Les administrateurs d'une Caf, tant que le type n'est pas fermé.",
    "conventionnement.refuse_formalising": "Les administrateurs d'une Caf, tant que l'organisme n'est pas fermé.",
    "conventionnement.refuse_managing_organisme": "Les administrateurs d'une Caf qui a une convention avec lui, "
    "ou de toute Caf tant qu'il n'en a aucune.",
    "conventionnement.refuse_closing_organisme": "Comme pour le modifier ; toutes ses conventions ont une date de "
    "clôture.",
    "conventionnement.refuse_reading_version": "Les agents des Caf couvertes, le signataire, et pour ce qui est signé "
    "les administrateurs de la convention.",
    "conventionnement.refuse_writing_part": "Un administrateur de la Caf pivot, tant que c'est un brouillon.",
    "conventionnement.refuse_proposing": "Un administrateur de la Caf pivot, quand le brouillon est complet.",
    "conventionnement.refuse_withdrawing": "Un administrateur de la Caf pivot, avant la validation.",
    "conventionnement.refuse_abandoning": "Un administrateur de la Caf pivot, tant que c'est un brouillon.",
    "conventionnement.refuse_signing": "La personne désignée pour signer au nom de l'organisme, avec son mot de passe.",
    "conventionnement.refuse_validating": "Un administrateur de la Caf pivot, après le partenaire, avec son mot de "
    "passe.",
    "conventionnement.refuse_avenant": "Un administrateur de la Caf pivot ; la convention est validée et aucun avenant "
    "n'est en préparation.",
    "conventionnement.refuse_suspending": "Un administrateur de la Caf pivot ; la convention est validée.",
    "conventionnement.refuse_resuming": "Un administrateur de la Caf pivot ; la convention est suspendue.",
    "conventionnement.refuse_closing": "Un administrateur de la Caf pivot ; la convention est validée.",
    "cdap.refuse_home": "Qui a aujourd'hui un rôle de ce service.",
    "afas.refuse_home": "Qui a aujourd'hui un rôle de ce service.",
    "bailleur.refuse_home": "Qui a aujourd'hui un rôle de ce service.",
    "adonis.refuse_home": "Qui a aujourd'hui un rôle de ce service.",
    "dgfip.refuse_home": "Qui a aujourd'hui un rôle de ce service.",
}


@dataclass(frozen=True)
class Row:
    """What everybody is answered for one page or act."""

    area: str
    method: str
    name: str
    answers: dict[str, str]

    @property
    def allowed(self) -> list[str]:
        return [who for who, answer in self.answers.items() if answer in ALLOWED]


def rows() -> list[Row]:
    return [_row(area, line) for area, table in AREAS.items() for line in table.strip().splitlines()[1:]]


def _row(area: str, line: str) -> Row:
    method, name, *answers = line.split()
    return Row(area, method, name, dict(zip(PEOPLE, answers, strict=True)))


def rule_key(rule: object) -> str:
    """`app.name` of a rule."""
    return f"{rule.__module__.split('.')[1]}.{rule.__name__}"  # type: ignore[attr-defined]
