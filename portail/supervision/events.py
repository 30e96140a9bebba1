"""What the journal tells of supervision, and the mail it owes."""

from portail.courriels import events as courriels
from portail.journal.events import declare

ANOMALIE_FOLLOWED = declare("supervision.anomalie.followed", "{by} veut être prévenu de l'anomalie « {anomalie} ».")
ANOMALIE_LEFT = declare("supervision.anomalie.left", "{by} ne veut plus être prévenu de l'anomalie « {anomalie} ».")

ANOMALIES = courriels.declare("anomalies_semaine", "Anomalies de la semaine")
