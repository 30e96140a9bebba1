"""What each rule says, in one sentence for `docs/metier/droits.md`."""

from tests.permissions import afas, campagnes, cdap

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
    "habilitations.refuse_lending": "Un administrateur partenaire ou un responsable des habilitations, lui-même et non "
    "en suppléance.",
    "habilitations.refuse_ending_suppleance": "La personne suppléée ; un administrateur de la Caf pivot.",
    "habilitations.refuse_proposing": "Un administrateur partenaire de la convention, lui-même et non en suppléance.",
    "habilitations.refuse_withdrawing_succession": "L'administrateur qui l'a proposée, tant que la Caf n'a "
    "pas répondu.",
    "habilitations.refuse_exporting_successions": "Les administrateurs de la Caf.",
    "habilitations.refuse_deciding_succession": "Un administrateur de la Caf pivot de la convention.",
    "incidents.refuse_exporting_incidents": "Toute personne connectée, pour ce qu'elle peut lire.",
    "incidents.refuse_reporting_for": "Qui peut modifier la personne.",
    "incidents.refuse_reading_incident": "Qui l'a signalé ; les administrateurs et auditeurs des Caf qui le suivent ; "
    "les administrateurs des conventions touchées, sauf la personne concernée.",
    "incidents.refuse_taking": "Un administrateur d'une Caf qui suit l'incident, tant que personne ne l'a pris en "
    "charge.",
    "incidents.refuse_analysing": "Un administrateur d'une Caf qui suit l'incident, une fois pris en charge.",
    "incidents.refuse_cutting": "Un administrateur d'une Caf qui suit l'incident, tant que l'accès de la personne "
    "concernée n'est pas coupé.",
    "supervision.refuse_following": "Les administrateurs et les auditeurs de la Caf, pour les conventions de leur "
    "Caf ; l'administrateur partenaire, pour celles qu'il administre.",
    "supervision.refuse_reading_anomalie": "Comme pour suivre les habilitations ; chacun ne voit que son périmètre.",
    "supervision.refuse_exporting": "Qui peut lire la liste peut l'exporter.",
    "supervision.refuse_explaining": "Les administrateurs et les auditeurs de la Caf, pour les conventions de leur "
    "Caf ; l'administrateur partenaire, pour celles qu'il administre.",
    "supervision.refuse_supervising": "Les agents de la Caf, pour les conventions de leur Caf.",
    "simulations.refuse_listing": "Les administrateurs partenaires, les responsables des habilitations, les "
    "administrateurs et les auditeurs de la Caf.",
    "simulations.refuse_exporting_list": "Qui peut lire la liste peut l'exporter.",
    "simulations.refuse_reading": "Qui la prépare ; les administrateurs de la convention ; les administrateurs et les "
    "auditeurs de la Caf. Celles de la Caf restent à elle ; chacun n'y voit que les personnes de son périmètre.",
    "simulations.refuse_exporting": "Qui peut la lire peut l'exporter.",
    "simulations.refuse_simulating": "L'administrateur de la convention ; un responsable, pour ses groupes ; un "
    "administrateur de la Caf pivot.",
    "simulations.refuse_composing": "La personne qui la prépare, tant qu'elle n'est ni appliquée ni abandonnée.",
    "simulations.refuse_placing": "La personne qui la prépare ; bulletins, suspension et clôture : la Caf seule.",
    "simulations.refuse_changing": "La personne qui la prépare ; bulletins, suspension et clôture : la Caf seule.",
    "simulations.refuse_computing": "La personne qui la prépare, quand le panier n'est pas vide.",
    "simulations.refuse_applying": "La personne qui la prépare, une fois calculée, son jour venu, sans changement "
    "refusé ; la règle de chaque acte décide en plus.",
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
    "afas.refuse_home": "Qui a aujourd'hui un rôle de ce service ; les personnes d'une Caf.",
    "bailleur.refuse_home": "Qui a aujourd'hui un rôle de ce service.",
    "adonis.refuse_home": "Qui a aujourd'hui un rôle de ce service.",
    "dgfip.refuse_home": "Qui a aujourd'hui un rôle de ce service.",
}

RULES |= campagnes.RULES | afas.RULES | cdap.RULES
