"""What the journal tells about AFAS, and the mails it owes."""

from portail.journal.events import declare

MOVED = declare("afas.declaration.moved", "{by} a fait passer la déclaration {declaration} à « {etat} ».")
