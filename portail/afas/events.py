"""What the journal tells about AFAS, and the mails it owes."""

from portail.courriels import events as courriels
from portail.journal.events import declare

MOVED = declare("afas.declaration.moved", "{by} a fait passer la déclaration {declaration} à « {etat} ».")

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
