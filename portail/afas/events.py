"""What the journal tells about AFAS, and the mails it owes."""

from portail.courriels import events as courriels
from portail.journal.events import declare

MOVED = declare("afas.declaration.moved", "{by} a fait passer la déclaration {declaration} à « {etat} ».")

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
