"""What the journal tells about AFAS, and the mails it owes."""

from portail.journal.events import declare

MOVED = declare("afas.declaration.moved", "{by} a fait passer la déclaration {declaration} à « {etat} ».")

# Barèmes and thresholds
CHIFFRE_ENTERED = declare(
    "afas.chiffre.entered",
    "{by} a saisi le chiffre « {chiffre} » du barème {exercice} ({type}) : {valeur}. Source : {source}.",
)
SEUIL_CHOSEN = declare("afas.seuil.chosen", "{by} a choisi le seuil « {seuil} » ({type}) : {valeur}.")
