"""What the journal tells about AFAS, and the mails it owes."""

from portail.courriels import events as courriels
from portail.journal.events import declare

MOVED = declare("afas.declaration.moved", "{by} a fait passer la déclaration {declaration} à « {etat} ».")

# Barèmes and thresholds
CHIFFRE_ENTERED = declare(
    "afas.chiffre.entered",
    "{by} a saisi le chiffre « {chiffre} » du barème {exercice} ({type}) : {valeur}. Source : {source}.",
)
SEUIL_CHOSEN = declare("afas.seuil.chosen", "{by} a choisi le seuil « {seuil} » ({type}) : {valeur}.")
# Échéances
ECHEANCE_CREATED = declare("afas.echeance.created", "{by} a inscrit l'échéance {echeance} au calendrier : {dates}.")
ECHEANCE_EDITED = declare("afas.echeance.edited", "{by} a modifié l'échéance {echeance} : {dates}.")
ECHEANCE_REMOVED = declare("afas.echeance.removed", "{by} a retiré l'échéance {echeance} du calendrier.")
ECHEANCE_ASKED = declare("afas.echeance.asked", "{by} a demandé l'ouverture de l'échéance {echeance}.")
ECHEANCE_OPENED = declare("afas.echeance.opened", "{by} a ouvert l'échéance {echeance} : {declarations}.")
FEUILLES_ADDED = declare(
    "afas.echeance.completed", "{by} a ajouté {feuilles} à l'échéance {echeance}, pour des lieux ouverts depuis."
)
APPEL = courriels.declare("afas_appel_echeance", "Appel d'échéance de déclaration")
RAPPEL = courriels.declare("afas_rappel_echeance", "Rappel d'échéance de déclaration")
DATE_CHANGED = courriels.declare("afas_echeance_modifiee", "Date d'une échéance modifiée")
UNCOVERED = courriels.declare("afas_sans_approbateur", "Activités sans approbateur à l'ouverture d'une échéance")

# The page of a declaration
COMMENTED = declare("afas.comment.added", "{by} a ajouté un commentaire à la déclaration {declaration}.")
PIECE_DEPOSITED = declare("afas.piece.deposited", "{by} a joint « {piece} » à la déclaration {declaration}.")
PIECE_OPENED = declare("afas.piece.opened", "{by} a ouvert « {piece} » de la déclaration {declaration}.")
PIECE_WITHDRAWN = declare("afas.piece.withdrawn", "{by} a retiré « {piece} » de la déclaration {declaration}.")
PIECE_INFECTED = declare(
    "afas.piece.infected", "{by} a détruit « {piece} » de la déclaration {declaration} : virus trouvé ({virus})."
)
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
PROFILS_CHANGED = courriels.declare("profils_changes", "Changements de profils du jour")
# Approving and transmitting
TRANSMITTED = declare(
    "afas.version.transmitted",
    "{by} a signé et transmis la version {version} de la déclaration {declaration}{retard} ; empreinte {empreinte}.",
)
SENT_BACK = declare(
    "afas.declaration.returned",
    "{by} a renvoyé la déclaration {declaration} à ses fournisseurs ({volets}) : {motif}.",
)
CORRECTION_OPENED = declare(
    "afas.version.opened",
    "{by} a ouvert la version {version} de la déclaration {declaration} pour la corriger ({volets}) : {motif}.",
)
DECLARATION_TRANSMITTED = courriels.declare("declaration_transmise", "Déclaration transmise à la Caf")
DECLARATION_SENT_BACK = courriels.declare("declaration_renvoyee", "Déclaration renvoyée à ses fournisseurs")
DECLARATION_REOPENED = courriels.declare("declaration_rouverte", "Déclaration rouverte pour correction")
# Processing at the Caf
ASSIGNED = declare("afas.declaration.assigned", "{by} a attribué la déclaration {declaration} à {traitant}.")
COMPLEMENT_ASKED = declare(
    "afas.complement.asked", "{by} a demandé un complément sur la déclaration {declaration} : {objet}."
)
COMPLEMENT_ANSWERED = declare(
    "afas.complement.answered", "{by} a écrit dans la demande de complément « {objet} » ({declaration})."
)
COMPLEMENT_CLOSED = declare(
    "afas.complement.closed", "{by} a clos la demande de complément « {objet} » ({declaration})."
)
DROIT_CALCULATED = declare("afas.droit.calculated", "{by} a calculé le droit de {declaration} : {montant}.")
DROIT_NOTIFIED = declare("afas.droit.notified", "{by} a notifié le droit de {declaration} : {montant}.")
RECALCUL_ASKED = declare("afas.recalcul.asked", "{by} a fait recalculer les droits de {exercice} de la {caf}.")
RECALCUL_FINISHED = declare(
    "afas.recalcul.finished", "{by} a recalculé {total} droits de {exercice} de la {caf} ; différents : {ecarts}."
)
COMPLEMENT_IS_ASKED = courriels.declare("afas_complement_demande", "Complément demandé sur une déclaration")
COMPLEMENT_MESSAGE = courriels.declare("afas_complement_message", "Message dans une demande de complément")
DROIT_IS_NOTIFIED = courriels.declare("afas_droit_notifie", "Droit notifié")
# Typing a declaration
VOLET_SAVED = declare("afas.volet.saved", "{by} a saisi « {volet} » de la déclaration {declaration} ({source}).")
VOLET_SUBMITTED = declare("afas.volet.submitted", "{by} a soumis « {volet} » de la déclaration {declaration}.")
VOLET_REOPENED = declare("afas.volet.reopened", "{by} a rouvert « {volet} » de la déclaration {declaration}.")
CONTROLE_JUSTIFIED = declare(
    "afas.controle.justified", "{by} a justifié le contrôle « {controle} » de la déclaration {declaration}."
)
TO_APPROVE = courriels.declare("afas_a_approuver", "Déclaration à approuver")
VOLET_IS_REOPENED = courriels.declare("afas_volet_rouvert", "Volet rouvert avant votre approbation")
# Payments
VERSEMENT_DUE = declare("afas.versement.due", "{by} a rendu dû : {versement}, {montant}, pour {activite}.")
VERSEMENT_CANCELLED = declare("afas.versement.cancelled", "{by} a annulé : {versement}, pour {activite}. {motif}")
VERSEMENT_NOTED = declare(
    "afas.versement.noted", "{by} a constaté sur le relevé ({reference}) : {versement}, {montant}, {issue} le {le}."
)
VERSEMENT_RESUMED = declare("afas.versement.resumed", "{by} a remis à payer : {versement}, {montant}, pour {activite}.")
INDU_COMPENSATED = declare("afas.indu.compensated", "{by} a retenu {montant} de : {versement}, sur : {sur}.")
INDU_REIMBURSED = declare("afas.indu.reimbursed", "{by} a noté {montant} remboursés de : {versement} ({reference}).")
REGLE_ENTERED = declare(
    "afas.regle.entered",
    "{by} a saisi la règle d'acompte de l'exercice {exercice} : {rangs} acomptes, plafond {plafond} %.",
)
COMPTE_ENTERED = declare("afas.compte.entered", "{by} a saisi le compte bancaire {iban} de {titulaire}.")
COMPTE_VALIDATED = declare("afas.compte.validated", "{by} a validé le compte bancaire {iban} de {titulaire}.")
COMPTE_REFUSED = declare("afas.compte.refused", "{by} a refusé le compte bancaire {iban} de {titulaire} : {motif}")
LOT_PREPARED = declare("afas.lot.prepared", "{by} a préparé le lot {lot} : {nombre}, {total}.")
LOT_ABANDONED = declare("afas.lot.abandoned", "{by} a abandonné le lot {lot}, avant sa validation.")
LOT_VALIDATED = declare("afas.lot.validated", "{by} a validé le lot {lot} : {nombre}, {total}, empreinte {empreinte}.")
LOT_DOWNLOADED = declare("afas.lot.downloaded", "{by} a téléchargé le fichier de virement du lot {lot}.")
LOT_ANSWERED = declare(
    "afas.lot.answered",
    "{by} a lu le retour de la banque sur le lot {lot}. Versements payés : {payes} ; rejetés : {rejetes} ; encore à la "
    "banque : {attendus}.",
)

COMPTE_TO_CHECK = courriels.declare("compte_bancaire_saisi", "Compte bancaire saisi")
COMPTE_IS_DECIDED = courriels.declare("compte_bancaire_decide", "Compte bancaire validé ou refusé")
