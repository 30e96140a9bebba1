"""Sentences of the journal: they never tell what a file holds, nor whose it is."""

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
