"""Who may do what: every page and every act of the portal, for everybody of the cast, on Farandole's objects.

`200` the page is shown, `302` the act is done, `204` done without a page, `422` what was sent is to be corrected,
`409` it no longer holds, `403` refused with the reason, `404` as if it did not exist;
`con` sent to the sign-in page, `1er` sent to the first access (règles d'usage, own password).
A POST is sent filled in rightly: only the rights decide.
"""

from dataclasses import dataclass

from tests.permissions import afas, campagnes, cdap

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
    GET    habilitations:acces_create         con  200  403  200  403  1er  con  200  200  403  403  403  403  403
    POST   habilitations:acces_create         con  302  403  302  403  1er  con  302  302  403  403  403  403  403
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
    "Suppléances et successions": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    habilitations:suppleance_list      con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:suppleance_export    con  200  200  404  404  1er  con  404  404  404  200  200  200  404
    GET    habilitations:suppleance_create    con  200  200  404  404  1er  con  404  404  404  403  403  403  404
    POST   habilitations:suppleance_create    con  302  302  404  404  1er  con  404  404  404  403  403  403  404
    GET    habilitations:suppleance_end       con  200  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:suppleance_end       con  302  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    habilitations:succession_create    con  302  403  404  404  1er  con  404  404  404  403  403  403  404
    POST   habilitations:succession_create    con  302  403  404  404  1er  con  404  404  404  403  403  403  404
    POST   habilitations:succession_withdraw  con  302  404  404  404  1er  con  404  404  404  404  404  404  404
    GET    habilitations:succession_list      con  403  403  403  403  1er  con  403  403  403  200  403  403  200
    GET    habilitations:succession_export    con  403  403  403  403  1er  con  403  403  403  200  403  403  200
    GET    habilitations:succession_decide    con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   habilitations:succession_decide    con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    """,
    "Incidents": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    incidents:incident_list            con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    GET    incidents:incident_export          con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    GET    incidents:incident_create          con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    POST   incidents:incident_create          con  302  302  302  302  1er  con  302  302  302  302  302  302  302
    GET    incidents:incident_about           con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   incidents:incident_about           con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    incidents:incident_view            con  200  200  404  404  1er  con  404  404  404  200  404  200  404
    POST   incidents:incident_view            con  422  302  404  404  1er  con  404  404  404  302  404  422  404
    POST   incidents:incident_take            con  403  403  404  404  1er  con  404  404  404  302  404  403  404
    GET    incidents:incident_analyse         con  403  403  404  404  1er  con  404  404  404  200  404  403  404
    POST   incidents:incident_analyse         con  403  403  404  404  1er  con  404  404  404  302  404  403  404
    GET    incidents:incident_cut             con  403  403  404  404  1er  con  404  404  404  200  404  403  404
    POST   incidents:incident_cut             con  403  403  404  404  1er  con  404  404  404  302  404  403  404
    GET    incidents:incident_close           con  403  403  404  404  1er  con  404  404  404  200  404  403  404
    POST   incidents:incident_close           con  403  403  404  404  1er  con  404  404  404  302  404  403  404
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
    "Simulations": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    simulations:simulation_list        con  200  200  403  403  1er  con  200  200  403  200  403  200  200
    GET    simulations:simulation_export      con  200  200  403  403  1er  con  200  200  403  200  403  200  200
    GET    simulations:simulation_create      con  200  200  404  404  1er  con  404  404  404  200  403  403  404
    POST   simulations:simulation_create      con  302  302  404  404  1er  con  404  404  404  302  403  403  404
    GET    simulations:simulation_view        con  200  404  404  404  1er  con  404  404  404  200  404  200  404
    GET    simulations:difference_export      con  200  404  404  404  1er  con  404  404  404  200  404  200  404
    GET    simulations:simulation_edit        con  200  404  404  404  1er  con  404  404  404  403  404  403  404
    POST   simulations:simulation_edit        con  302  404  404  404  1er  con  404  404  404  403  404  403  404
    POST   simulations:simulation_compute     con  302  404  404  404  1er  con  404  404  404  403  404  403  404
    POST   simulations:simulation_apply       con  302  404  404  404  1er  con  404  404  404  403  404  403  404
    POST   simulations:simulation_abandon     con  302  404  404  404  1er  con  404  404  404  403  404  403  404
    GET    simulations:changement_choose      con  200  404  404  404  1er  con  404  404  404  403  404  403  404
    GET    simulations:changement_create      con  200  404  404  404  1er  con  404  404  404  403  404  403  404
    POST   simulations:changement_create      con  302  404  404  404  1er  con  404  404  404  403  404  403  404
    GET    simulations:changement_edit        con  200  404  404  404  1er  con  404  404  404  403  404  403  404
    POST   simulations:changement_edit        con  302  404  404  404  1er  con  404  404  404  403  404  403  404
    POST   simulations:changement_remove      con  302  404  404  404  1er  con  404  404  404  403  404  403  404
    """,
    "Services": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    cdap:home                          con  403  200  403  200  1er  con  403  403  200  200  200  200  200
    GET    afas:home                          con  200  200  200  200  1er  con  403  403  403  200  200  200  200
    GET    bailleur:home                      con  403  403  403  403  1er  con  403  403  403  403  403  403  403
    GET    adonis:home                        con  403  403  403  403  1er  con  403  403  403  403  403  403  403
    GET    dgfip:home                         con  403  403  403  403  1er  con  403  403  403  403  403  403  403
    """,
}
# fmt: on

# The rule of each page, in the words of docs/metier/droits.md: by its place in the code.
AREAS |= campagnes.AREAS | afas.AREAS | cdap.AREAS


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
