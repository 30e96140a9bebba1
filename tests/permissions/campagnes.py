"""Who may do what with campaigns, reviews and audit packs: their part of the table of the rights."""

# fmt: off
AREAS = {
    "Campagnes, revues et dossiers d'audit": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    campagnes:campagne_list            con  200  403  403  403  1er  con  200  200  403  200  403  200  200
    GET    campagnes:campagne_create          con  200  403  403  403  1er  con  200  200  403  200  403  403  200
    POST   campagnes:campagne_create          con  302  403  403  403  1er  con  422  422  403  302  403  403  422
    GET    campagnes:campagne_view            con  200  404  404  404  1er  con  404  404  404  200  403  200  404
    GET    campagnes:ligne_list               con  200  404  404  404  1er  con  404  404  404  200  403  200  404
    GET    campagnes:ligne_export             con  200  404  404  404  1er  con  404  404  404  200  403  200  404
    POST   campagnes:campagne_launch          con  302  404  404  404  1er  con  404  404  404  403  403  403  404
    GET    campagnes:campagne_drop            con  200  404  404  404  1er  con  404  404  404  403  403  403  404
    POST   campagnes:campagne_drop            con  302  404  404  404  1er  con  404  404  404  403  403  403  404
    GET    campagnes:campagne_close           con  200  404  404  404  1er  con  404  404  404  403  403  403  404
    POST   campagnes:campagne_close           con  302  404  404  404  1er  con  404  404  404  403  403  403  404
    GET    campagnes:campagne_apply           con  200  404  404  404  1er  con  404  404  404  403  403  403  404
    POST   campagnes:campagne_apply           con  302  404  404  404  1er  con  404  404  404  403  403  403  404
    GET    campagnes:campagne_undo            con  200  404  404  404  1er  con  404  404  404  403  403  403  404
    POST   campagnes:campagne_undo            con  302  404  404  404  1er  con  404  404  404  403  403  403  404
    GET    campagnes:preuve_download          con  200  404  404  404  1er  con  404  404  404  200  403  200  404
    GET    campagnes:revue_list               con  200  200  403  403  1er  con  200  200  403  200  403  403  200
    GET    campagnes:revue_export             con  200  200  403  403  1er  con  200  200  403  200  403  403  200
    GET    campagnes:revue_lot                con  200  200  403  403  1er  con  200  200  403  200  403  403  200
    POST   campagnes:revue_lot                con  302  302  403  403  1er  con  200  200  403  200  403  403  200
    GET    campagnes:revue_view               con  200  200  404  404  1er  con  404  404  404  404  404  404  404
    POST   campagnes:revue_view               con  302  302  404  404  1er  con  404  404  404  404  404  404  404
    GET    campagnes:dossier_list             con  200  403  403  403  1er  con  200  200  403  200  403  200  200
    GET    campagnes:dossier_create           con  200  403  403  403  1er  con  200  200  403  200  403  200  200
    POST   campagnes:dossier_create           con  302  403  403  403  1er  con  422  422  403  302  403  302  422
    GET    campagnes:dossier_view             con  200  404  404  404  1er  con  404  404  404  404  404  404  404
    GET    campagnes:dossier_download         con  200  404  404  404  1er  con  404  404  404  404  404  404  404
    """,
}
# fmt: on
RULES = {
    "campagnes.refuse_listing": "Comme pour suivre les habilitations ; chacun ne voit que son périmètre.",
    "campagnes.refuse_launching": "Les administrateurs d'une Caf, et ceux d'un partenaire pour les conventions qu'ils "
    "administrent.",
    "campagnes.refuse_reading": "Comme pour suivre les habilitations ; la campagne est celle de sa Caf, ou d'une "
    "convention de son périmètre.",
    "campagnes.refuse_exporting": "Comme pour lire la campagne.",
    "campagnes.refuse_deciding": "Les administrateurs de la Caf, ou de la convention, pour qui elle a été préparée.",
    "campagnes.refuse_proof": "Comme pour lire la campagne, une fois qu'elle est appliquée.",
    "campagnes.refuse_reviewing": "Les responsables des habilitations, les administrateurs partenaires, et les "
    "administrateurs de la Caf pour ce qu'elle seule peut revoir.",
    "campagnes.refuse_answering": "Comme pour revoir ; jamais ses propres accès.",
    "campagnes.refuse_asking": "Les administrateurs et les auditeurs de la Caf ; l'administrateur partenaire, pour une "
    "convention qu'il administre.",
    "campagnes.refuse_reading_dossier": "Qui l'a demandé.",
    "campagnes.refuse_downloading": "Qui l'a demandé, tant que l'archive est gardée.",
}
