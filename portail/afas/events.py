"""What the journal tells about AFAS, and the mails it owes."""

from portail.courriels import events as courriels
from portail.journal.events import declare

MOVED = declare("afas.declaration.moved", "{by} a fait passer la déclaration {declaration} à « {etat} ».")

# Payments
VERSEMENT_DUE = declare("afas.versement.due", "{by} a rendu dû : {versement}, {montant}, pour {activite}.")
VERSEMENT_CANCELLED = declare("afas.versement.cancelled", "{by} a annulé : {versement}, pour {activite}. {motif}")
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
    "{by} a lu le retour de la banque sur le lot {lot} : payés {payes}, rejetés {rejetes}, en cours {attendus}.",
)

COMPTE_TO_CHECK = courriels.declare("compte_bancaire_saisi", "Compte bancaire saisi")
COMPTE_IS_DECIDED = courriels.declare("compte_bancaire_decide", "Compte bancaire validé ou refusé")
