"""What the journal tells about people, groups and rights, and the mails they owe."""

from portail.courriels import events as courriels
from portail.journal.events import declare

ORGANISATION_SWITCHED = declare("habilitations.organisation.switched", "{by} agit désormais pour {organisme}.")
UTILISATEUR_CREATED = declare("habilitations.utilisateur.created", "{by} a créé l'utilisateur {utilisateur}{dates}.")
UTILISATEUR_EDITED = declare(
    "habilitations.utilisateur.edited", "{by} a modifié la fiche de {utilisateur} : {changes}."
)
UTILISATEUR_CLOSED = declare(
    "habilitations.utilisateur.closed", "{by} a clôturé l'accès de {utilisateur} au {closes_on} : {motif}."
)
RATTACHEMENT_ASKED = declare(
    "habilitations.rattachement.asked", "{by} a demandé un compte qui demande une vérification de la Caf."
)
RATTACHEMENT_GRANTED = declare(
    "habilitations.rattachement.granted", "{by} a rattaché {utilisateur} à la convention {convention}."
)
RATTACHEMENT_REFUSED = declare(
    "habilitations.rattachement.refused", "{by} n'a pas rattaché {utilisateur} à la convention {convention}."
)
ADMINISTRATEUR_NAMED = declare(
    "habilitations.administrateur.named", "{by} a désigné {utilisateur} administrateur de la convention {convention}."
)
APPARTENANCE_OPENED = declare(
    "habilitations.appartenance.opened", "{by} a ajouté {utilisateur} au groupe {groupe}{dates}."
)
APPARTENANCE_EDITED = declare(
    "habilitations.appartenance.edited", "{by} a changé les dates de {utilisateur} dans le groupe {groupe}{dates}."
)
APPARTENANCE_CLOSED = declare(
    "habilitations.appartenance.closed", "{by} a retiré {utilisateur} du groupe {groupe} au {closes_on} : {motif}."
)
GROUPE_CREATED = declare("habilitations.groupe.created", "{by} a créé le groupe {groupe}{parent}{dates}.")
GROUPE_EDITED = declare("habilitations.groupe.edited", "{by} a modifié le groupe {groupe} : {changes}.")
GROUPE_CLOSED = declare("habilitations.groupe.closed", "{by} a clôturé le groupe {groupe} au {closes_on} : {motif}.")
ROLES_SET = declare("habilitations.roles.set", "{by} a changé les rôles du groupe {groupe} : {changes}.")
RESPONSABLE_NAMED = declare(
    "habilitations.responsable.named", "{by} a nommé {utilisateur} responsable du groupe {groupe}."
)
RESPONSABLE_ENDED = declare(
    "habilitations.responsable.ended", "{by} a mis fin à la responsabilité de {utilisateur} sur le groupe {groupe}."
)

ROLE_RENEWED = declare(
    "habilitations.role.renewed", "{by} a prolongé le rôle {role} du groupe {groupe} jusqu'au {until}."
)
RESPONSABLE_RENEWED = declare(
    "habilitations.responsable.renewed",
    "{by} a prolongé {utilisateur} comme responsable du groupe {groupe} jusqu'au {until}.",
)
ADMINISTRATEUR_RENEWED = declare(
    "habilitations.administrateur.renewed", "{by} a prolongé l'administrateur {utilisateur} jusqu'au {until}."
)

ACCES_ASKED = declare("habilitations.acces.asked", "{by} a demandé l'accès à « {service} » : {motif}")
ACCES_GRANTED = declare(
    "habilitations.acces.granted", "{by} a accordé à {utilisateur} l'accès à « {service} » par le groupe {groupe}."
)
ACCES_REFUSED = declare(
    "habilitations.acces.refused", "{by} a refusé à {utilisateur} l'accès à « {service} » : {motif}"
)

LIST_EXPORTED = declare("habilitations.list.exported", "{by} a exporté {what} (lignes : {rows}).")

RATTACHEMENT_TO_CHECK = courriels.declare("rattachement_a_verifier", "Compte à vérifier par la Caf")

IMPORT_REHEARSED = declare("habilitations.import.rehearsed", "{by} a fait vérifier l'import « {fichier} » : {bilan}.")
IMPORT_APPLIED = declare("habilitations.import.applied", "{by} a importé « {fichier} » : {bilan}.")
IMPORT_UNDONE = declare("habilitations.import.undone", "{by} a annulé l'import « {fichier} ».")
ACCES_TO_DECIDE = courriels.declare("demande_acces", "Demande d'accès à décider")
ACCES_IS_GRANTED = courriels.declare("demande_acces_accordee", "Demande d'accès accordée")
ACCES_IS_REFUSED = courriels.declare("demande_acces_refusee", "Demande d'accès refusée")
ENDS_AHEAD = courriels.declare("fins_prochaines", "Ce qui se termine bientôt")
OWN_END_AHEAD = courriels.declare("fin_de_votre_acces", "Fin prochaine d'un accès")

SUPPLEANCE_NAMED = declare(
    "habilitations.suppleance.named", "{by} a nommé {suppleant} comme suppléant, {dates} : {motif}"
)
SUPPLEANCE_ENDED = declare(
    "habilitations.suppleance.ended", "{by} a mis fin à la suppléance de {titulaire} par {suppleant} : {motif}"
)
SUPPLEANCE_TAKEN = declare("habilitations.suppleance.taken", "{by} agit désormais en suppléance de {titulaire}.")
SUPPLEANCE_LEFT = declare("habilitations.suppleance.left", "{by} n'agit plus en suppléance de {titulaire}.")
SUPPLEANT_NAMED = courriels.declare("suppleance_nommee", "Suppléance nommée")
SUPPLEANT_ENDED = courriels.declare("suppleance_terminee", "Suppléance terminée")

SUCCESSION_PROPOSED = declare(
    "habilitations.succession.proposed", "{by} a proposé {successeur} comme administrateur à partir du {on} : {motif}"
)
SUCCESSION_ACCEPTED = declare(
    "habilitations.succession.accepted", "{by} a accepté {successeur} comme successeur de {titulaire}."
)
SUCCESSION_REFUSED = declare(
    "habilitations.succession.refused", "{by} a refusé {successeur} comme successeur de {titulaire} : {motif}"
)
SUCCESSION_WITHDRAWN = declare(
    "habilitations.succession.withdrawn", "{by} a retiré sa proposition : {successeur} ne sera pas administrateur."
)
SUCCESSION_TO_DECIDE = courriels.declare("succession_a_decider", "Successeur d'un administrateur à accepter")
SUCCESSION_IS_ACCEPTED = courriels.declare("succession_acceptee", "Succession acceptée")
SUCCESSION_IS_REFUSED = courriels.declare("succession_refusee", "Succession refusée")

USAGE_SUSPENDED = declare(
    "habilitations.usage.suspended",
    "{by} a suspendu l'accès de {utilisateur} à « {service} », non utilisé depuis le {since}.",
)
USAGE_STOPPED = declare(
    "habilitations.usage.stopped", "{by} a suspendu l'accès de {utilisateur} à « {service} » : {motif}"
)
USAGE_REINSTATED = declare("habilitations.usage.reinstated", "{by} a rétabli l'accès de {utilisateur} à « {service} ».")
USAGE_AHEAD = courriels.declare("usage_a_venir", "Service à utiliser pour le garder")
USAGE_IS_SUSPENDED = courriels.declare("usage_suspendu", "Service suspendu faute d'utilisation")
USAGES_ARE_SUSPENDED = courriels.declare("usages_suspendus", "Services suspendus faute d'utilisation (gestionnaires)")
USAGE_IS_REINSTATED = courriels.declare("usage_retabli", "Service rétabli")

JUSTIFICATIF_DEPOSITED = declare(
    "habilitations.justificatif.deposited", "{by} a déposé un justificatif pour {utilisateur} : {justificatif}."
)
JUSTIFICATIF_INFECTED = declare(
    "habilitations.justificatif.infected",
    "{by} a détruit le fichier du justificatif de {utilisateur} ({justificatif}), porteur d'un virus : {virus}.",
)
JUSTIFICATIF_CHECKED = declare(
    "habilitations.justificatif.checked", "{by} a vérifié le justificatif de {utilisateur} ({justificatif}){dates}."
)
JUSTIFICATIF_REFUSED = declare(
    "habilitations.justificatif.refused",
    "{by} a refusé le justificatif de {utilisateur} ({justificatif}) : {motif}",
)
JUSTIFICATIF_WITHDRAWN = declare(
    "habilitations.justificatif.withdrawn",
    "{by} a retiré le justificatif de {utilisateur} ({justificatif}) au {closes_on} : {motif}",
)
JUSTIFICATIF_RECONTROLLED = declare(
    "habilitations.justificatif.recontrolled",
    "{by} a contrôlé de nouveau le justificatif de {utilisateur} ({justificatif}).",
)
JUSTIFICATIF_OPENED = declare(
    "habilitations.justificatif.opened", "{by} a ouvert le fichier du justificatif de {utilisateur} ({justificatif})."
)
JUSTIFICATIFS_PURGED = declare(
    "habilitations.justificatif.purged", "{by} a détruit des fichiers de justificatifs sans effet ({count})."
)
JUSTIFICATIF_TO_CHECK = courriels.declare("justificatif_a_verifier", "Justificatif à vérifier")
JUSTIFICATIF_IS_CHECKED = courriels.declare("justificatif_verifie", "Justificatif vérifié")
JUSTIFICATIF_IS_REFUSED = courriels.declare("justificatif_refuse", "Justificatif refusé")
JUSTIFICATIF_IS_WITHDRAWN = courriels.declare("justificatif_retire", "Justificatif retiré")
