"""Sentences of the journal: they never tell what a file holds, nor whose it is."""

from portail.courriels import events as courriels
from portail.journal.events import declare

CONSULTED = declare(
    "cdap.dossier.consulted", "{by} a demandé un dossier à la {caf}, profil {profil}, pour : {finalite}."
)
ONGLET_READ = declare("cdap.onglet.read", "{by} a lu l'onglet « {onglet} » d'un dossier de la {caf}, profil {profil}.")
OPPOSITION_ENTERED = declare("cdap.opposition.entered", "{by} a enregistré l'opposition d'un allocataire.")
OPPOSITION_ENDED = declare("cdap.opposition.ended", "{by} a levé l'opposition d'un allocataire ({motif}).")
MATRICE_PROPOSED = declare("cdap.matrice.proposed", "{by} a proposé une matrice des profils ({motif}).")
MATRICE_VALIDATED = declare("cdap.matrice.validated", "{by} a mis en vigueur la matrice des profils ({motif}).")
MATRICE_REFUSED = declare("cdap.matrice.refused", "{by} a refusé la matrice des profils ({motif}).")

# What watches the consultations.
REGLAGE_CHOSEN = declare("cdap.reglage.chosen", "{by} a réglé « {reglage} » : {valeur}.")
ALERTE_RAISED = declare("cdap.alerte.raised", "{by} a ouvert l'alerte « {detecteur} » sur {utilisateur} ({alerte}).")
ALERTE_ASKED = declare(
    "cdap.alerte.asked", "{by} a demandé à {utilisateur} de se justifier ({alerte}, « {detecteur} »)."
)
ALERTE_ANSWERED = declare("cdap.alerte.answered", "{by} a répondu à la Caf ({alerte}).")
ALERTE_READ = declare("cdap.alerte.read", "{by} a lu l'avertissement de la Caf ({alerte}).")
ALERTE_CLOSED = declare("cdap.alerte.closed", "{by} a décidé de l'alerte sur {utilisateur} : {etat} ({alerte}).")
ALERTE_SUSPENDED = declare(
    "cdap.alerte.suspended", "{by} a suspendu les consultations de {utilisateur} ({alerte}) : {motif}"
)
ALERTE_REINSTATED = declare(
    "cdap.alerte.reinstated", "{by} a rétabli les consultations de {utilisateur} ({alerte}) : {motif}"
)
ECHANTILLON_DRAWN = declare(
    "cdap.echantillon.drawn", "{by} a tiré au sort {taille} consultations de {mois} à la {caf} (graine {graine})."
)
JUSTIFICATION_GIVEN = declare("cdap.justification.given", "{by} a justifié une consultation tirée au sort ({caf}).")
JUSTIFICATION_ACCEPTED = declare(
    "cdap.justification.accepted", "{by} a accepté la justification d'une consultation de {utilisateur}."
)
JUSTIFICATION_REFUSED = declare(
    "cdap.justification.refused", "{by} a refusé la justification d'une consultation de {utilisateur} : {motif}"
)
JUSTIFICATION_REMINDED = declare(
    "cdap.justification.reminded", "{by} a rappelé à {utilisateur} qu'une consultation est à justifier."
)
DOSSIER_TRACED = declare(
    "cdap.trace.read", "{by} a lu qui a consulté un dossier de la {caf}, pour répondre à une personne : {motif}."
)
DOSSIER_TRACE_EXPORTED = declare(
    "cdap.trace.exported", "{by} a exporté qui a consulté un dossier de la {caf} : {motif}."
)
ALERTE_SEEN = courriels.declare("cdap_alerte_avertissement", "Consultations inhabituelles")
ALERTE_TO_JUSTIFY = courriels.declare("cdap_alerte_justifier", "Consultations à justifier")
ALERTE_IS_SUSPENDED = courriels.declare("cdap_alerte_suspension", "Consultations suspendues par la Caf")
ALERTE_IS_CLOSED = courriels.declare("cdap_alerte_close", "Alerte close")
ALERTE_FOR_CAF = courriels.declare("cdap_alerte_caf", "Alerte sur des consultations")
JUSTIFICATION_TO_GIVE = courriels.declare("cdap_justification", "Consultations tirées au sort à justifier")
JUSTIFICATION_RECALLED = courriels.declare("cdap_justification_rappel", "Rappel : consultations à justifier")
JUSTIFICATION_IS_REFUSED = courriels.declare("cdap_justification_refusee", "Justification refusée")
