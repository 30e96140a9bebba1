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
    "cdap.dossiers.rekeyed", "{by} a chiffré à nouveau {count} dossiers de la {caf} avec la clé {version}."
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
