"""What the journal tells about AFAS, and the mails it owes."""

from portail.courriels import events as courriels
from portail.journal.events import declare

MOVED = declare("afas.declaration.moved", "{by} a fait passer la déclaration {declaration} à « {etat} ».")

# Typing a declaration
VOLET_SAVED = declare("afas.volet.saved", "{by} a saisi « {volet} » de la déclaration {declaration} ({source}).")
VOLET_SUBMITTED = declare("afas.volet.submitted", "{by} a soumis « {volet} » de la déclaration {declaration}.")
VOLET_REOPENED = declare("afas.volet.reopened", "{by} a rouvert « {volet} » de la déclaration {declaration}.")
CONTROLE_JUSTIFIED = declare(
    "afas.controle.justified", "{by} a justifié le contrôle « {controle} » de la déclaration {declaration}."
)
TO_APPROVE = courriels.declare("afas_a_approuver", "Déclaration à approuver")
VOLET_IS_REOPENED = courriels.declare("afas_volet_rouvert", "Volet rouvert avant votre approbation")
