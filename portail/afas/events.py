"""What the journal tells about AFAS, and the mails it owes."""

from portail.courriels import events as courriels
from portail.journal.events import declare

MOVED = declare("afas.declaration.moved", "{by} a fait passer la déclaration {declaration} à « {etat} ».")

# Activités and profiles
ACTIVITE_OPENED = declare("afas.activite.opened", "{by} a créé l'activité « {activite} » ({numero}) de {organisme}.")
ACTIVITE_EDITED = declare("afas.activite.edited", "{by} a modifié l'activité « {activite} » : {changes}.")
ACTIVITE_CLOSED = declare(
    "afas.activite.closed", "{by} a clôturé l'activité « {activite} » au {closes_on} ({profils}) : {motif}"
)
LIEU_OPENED = declare(
    "afas.lieu.opened", "{by} a ajouté le lieu d'implantation « {lieu} » à l'activité « {activite} »."
)
LIEU_EDITED = declare(
    "afas.lieu.edited", "{by} a modifié le lieu d'implantation « {lieu} » (« {activite} ») : {changes}."
)
LIEU_CLOSED = declare(
    "afas.lieu.closed",
    "{by} a clôturé le lieu d'implantation « {lieu} » (« {activite} ») au {closes_on} ({profils}) : {motif}",
)
ACTIVITES_IMPORTED = declare("afas.activites.imported", "{by} a importé des activités de « {fichier} » : {bilan}.")
PROFIL_GIVEN = declare("afas.profil.given", "{by} a donné à {utilisateur} le rôle {role} sur « {portee} »{dates}.")
PROFIL_ENDED = declare(
    "afas.profil.ended", "{by} a mis fin au rôle {role} de {utilisateur} sur « {portee} », le {closes_on} : {motif}"
)
APPROBATEUR_PROPOSED = declare(
    "afas.approbateur.proposed", "{by} a proposé {utilisateur} comme approbateur de « {portee} »{dates}{remplace}."
)
APPROBATEUR_VALIDATED = declare(
    "afas.approbateur.validated",
    "{by} a validé {utilisateur} comme approbateur de « {portee} », à partir du {opens_on}.",
)
APPROBATEUR_REFUSED = declare(
    "afas.approbateur.refused", "{by} a refusé {utilisateur} comme approbateur de « {portee} » : {motif}"
)
PROFIL_KINDS = (PROFIL_GIVEN, PROFIL_ENDED, APPROBATEUR_PROPOSED, APPROBATEUR_VALIDATED, APPROBATEUR_REFUSED)

APPROBATEUR_TO_VALIDATE = courriels.declare("approbateur_a_valider", "Approbateur à valider")
APPROBATEUR_IS_VALIDATED = courriels.declare("approbateur_valide", "Approbateur validé")
APPROBATEUR_IS_REFUSED = courriels.declare("approbateur_refuse", "Approbateur refusé")
APPEL_ECHEANCE = courriels.declare("appel_echeance", "Appel d'échéance de déclaration")
PROFILS_CHANGED = courriels.declare("profils_changes", "Changements de profils du jour")
