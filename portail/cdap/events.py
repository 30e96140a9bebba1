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
# Files loaded
CHARGEMENT_STARTED = declare(
    "cdap.chargement.started", "{by} a commencé le chargement de dossiers du fichier {fichier} ({empreinte})."
)
CHARGEMENT_ENDED = declare(
    "cdap.chargement.ended",
    "{by} a chargé les dossiers du fichier {fichier} : {lues} lignes lues, {chargees} chargées, {remplacees} "
    "remplacées, {refusees} refusées.",
)
DOSSIERS_REKEYED = declare(
    "cdap.dossiers.rekeyed", "{by} a chiffré à nouveau avec la clé {version} de la {caf} : {contenus}."
)

# Dialogue
DIALOGUE_OPENED = declare(
    "cdap.dialogue.opened", "{by} a écrit à la {caf} depuis un dossier : {dialogue}, « {sujet} »."
)
DIALOGUE_READ = declare("cdap.dialogue.read", "{by} a lu le {dialogue}.")
DIALOGUE_ANSWERED = declare("cdap.dialogue.answered", "{by} a écrit dans le {dialogue}.")
DIALOGUE_ACKNOWLEDGED = declare("cdap.dialogue.acknowledged", "{by} a noté avoir lu la réponse du {dialogue}.")
DIALOGUE_RESUMED = declare("cdap.dialogue.resumed", "{by} a repris le {dialogue} à la suite de {porteur}.")
DIALOGUE_TAKEN = declare("cdap.dialogue.taken", "{by} a pris en charge le {dialogue}.")
DIALOGUE_ASSIGNED = declare("cdap.dialogue.assigned", "{by} a attribué le {dialogue} à {agent}.")
DIALOGUE_CLOSED = declare("cdap.dialogue.closed", "{by} a clos le {dialogue}.")
DIALOGUE_REOPENED = declare("cdap.dialogue.reopened", "{by} a rouvert le {dialogue}.")
SUJETS_ADOPTED = declare("cdap.sujets.adopted", "{by} a repris pour la {caf} les sujets de dialogue livrés.")
SUJET_ADDED = declare("cdap.sujet.added", "{by} a ajouté à la {caf} le sujet de dialogue « {sujet} ».")
SUJET_ENDED = declare("cdap.sujet.ended", "{by} a retiré à la {caf} le sujet de dialogue « {sujet} ».")
DELAI_CHANGED = declare("cdap.delai.changed", "{by} a fixé à {jours} jours le délai de réponse de la {caf}.")
DIALOGUE_MESSAGE = courriels.declare("cdap_dialogue_message", "Message dans un dialogue")
DIALOGUE_IS_CLOSED = courriels.declare("cdap_dialogue_clos", "Dialogue clos")
DIALOGUE_IS_REOPENED = courriels.declare("cdap_dialogue_rouvert", "Dialogue rouvert par la Caf")
DIALOGUE_IS_RESUMED = courriels.declare("cdap_dialogue_repris", "Dialogue repris par un collègue")
DIALOGUES_ARE_ASSIGNED = courriels.declare("cdap_dialogues_attribues", "Dialogues à suivre")

# Attestations and letters
ATTESTATION_ASKED = declare("cdap.attestation.asked", "{by} a demandé depuis un dossier de la {caf} : {attestation}.")
ATTESTATION_ISSUED = declare("cdap.attestation.issued", "{by} a fait établir : {attestation}, code {code}.")
ATTESTATION_READ = declare("cdap.attestation.read", "{by} a lu : {attestation}.")
ATTESTATION_PRINTED = declare("cdap.attestation.printed", "{by} a imprimé : {attestation}.")
ATTESTATION_DOWNLOADED = declare("cdap.attestation.downloaded", "{by} a téléchargé : {attestation}.")
ENVOI_ASKED = declare("cdap.envoi.asked", "{by} a demandé l'envoi par courrier à l'allocataire : {attestation}.")
ENVOI_RETURNED = declare("cdap.envoi.returned", "{by} a noté revenu non distribué le {courrier}.")
LOT_POSTAL_PREPARED = declare("cdap.lotpostal.prepared", "{by} a préparé le {lot} : {nombre}.")
LOT_POSTAL_DOWNLOADED = declare("cdap.lotpostal.downloaded", "{by} a téléchargé le {lot} (empreinte {empreinte}).")
LOT_POSTAL_POSTED = declare("cdap.lotpostal.posted", "{by} a noté posté le {lot} : {nombre}.")

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
