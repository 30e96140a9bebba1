"""What the journal tells of campaigns and of audit packs, and the mails they owe."""

from portail.courriels import events as courriels
from portail.journal.events import declare

PREPARED = declare("campagnes.campagne.prepared", "{by} a préparé la campagne n° {numero} « {campagne} » : {lignes}.")
LAUNCHED = declare(
    "campagnes.campagne.launched",
    "{by} a lancé la campagne n° {numero} « {campagne} » : {lignes} à revoir avant le {ends_on}.",
)
DROPPED = declare("campagnes.campagne.dropped", "{by} a abandonné la campagne n° {numero} « {campagne} ».")
CLOSED = declare("campagnes.campagne.closed", "{by} a clos les réponses de la campagne n° {numero} « {campagne} ».")
ANSWERED = declare(
    "campagnes.revue.answered", "{by} a répondu « {reponse} » pour {lignes} de la campagne n° {numero} « {campagne} »."
)
ESCALATED = declare(
    "campagnes.revue.escalated",
    "{by} a transmis {lignes} sans réponse de la campagne n° {numero} « {campagne} » au niveau suivant.",
)
APPLIED = declare("campagnes.campagne.applied", "{by} a appliqué la campagne n° {numero} « {campagne} » : {bilan}.")
UNDONE = declare("campagnes.campagne.undone", "{by} a annulé la campagne n° {numero} « {campagne} » : {bilan}.")
PROVED = declare(
    "campagnes.preuve.made",
    "{by} a fait le dossier de preuve de la campagne n° {numero} « {campagne} » (SHA-256 : {empreinte}).",
)
PROOF_READ = declare(
    "campagnes.preuve.downloaded",
    "{by} a téléchargé le dossier de preuve de la campagne n° {numero} « {campagne} » (SHA-256 : {empreinte}).",
)
PACK_ASKED = declare("campagnes.dossier.asked", "{by} a demandé un dossier d'audit : {perimetre}, {periode}.")
PACK_MADE = declare(
    "campagnes.dossier.made", "{by} a fait le dossier d'audit : {perimetre}, {periode} (SHA-256 : {empreinte})."
)
PACK_READ = declare(
    "campagnes.dossier.downloaded",
    "{by} a téléchargé le dossier d'audit : {perimetre}, {periode} (SHA-256 : {empreinte}).",
)

TO_REVIEW = courriels.declare("campagne_ouverte", "Habilitations à revoir")
REMINDER = courriels.declare("campagne_rappel", "Rappel : habilitations à revoir")
TO_APPLY = courriels.declare("campagne_a_appliquer", "Campagne à appliquer")
