"""What the journal tells about incidents, and the mails they owe. Never what happened: that stands in the file."""

from portail.courriels import events as courriels
from portail.journal.events import declare

REPORTED = declare("incidents.incident.reported", "{by} a signalé l'incident {reference} : {nature}.")
CUT = declare("incidents.access.cut", "{by} a coupé l'accès de {utilisateur} : {reference}.")
TAKEN = declare("incidents.incident.taken", "{by} a pris en charge l'incident {reference}.")
ANALYSED = declare("incidents.incident.analysed", "{by} analyse l'incident {reference} : {breach}.")
NOTED = declare("incidents.note.added", "{by} a ajouté une note à l'incident {reference}.")
CLOSED = declare("incidents.incident.closed", "{by} a clos l'incident {reference} : {breach}.")
REMINDED = declare(
    "incidents.incident.reminded", "{by} a rappelé à la Caf l'incident {reference}, à prendre en charge."
)

INCIDENT_REPORTED = courriels.declare("incident_signale", "Incident signalé")
ACCESS_CUT = courriels.declare("incident_acces_coupe", "Accès coupé après un incident")
INCIDENT_TAKEN = courriels.declare("incident_pris_en_charge", "Incident pris en charge")
INCIDENT_CLOSED = courriels.declare("incident_clos", "Incident clos")
INCIDENT_WAITING = courriels.declare("incident_en_attente", "Incident sans prise en charge")
