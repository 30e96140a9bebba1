"""What the journal tells about accounts, and the mails they owe."""

from portail.courriels import events as courriels
from portail.journal.events import declare

SIGNED_IN = declare("comptes.session.opened", "Connexion de {by}.")
SIGN_IN_REFUSED = declare("comptes.session.refused", "Connexion refusée pour l'identifiant {identifiant} : {motif}.")
SIGNED_OUT = declare("comptes.session.closed", "Déconnexion de {by}.")
SESSION_ENDED = declare("comptes.session.ended", "{by} a fermé une de ses sessions, ouverte le {opened}.")
REGLE_ACCEPTED = declare("comptes.regle.accepted", "{by} a accepté les règles d'usage, version {version}.")
REGLE_REFUSED = declare("comptes.regle.refused", "{by} a refusé les règles d'usage, version {version}.")
REGLE_PUBLISHED = declare("comptes.regle.published", "La version {version} des règles d'usage est publiée.")
PASSWORD_CHOSEN = declare("comptes.password.chosen", "{by} a choisi un nouveau mot de passe.")
PROVISIONAL_ASKED = declare("comptes.provisional.asked", "Un mot de passe provisoire a été demandé pour {utilisateur}.")
PROVISIONAL_USED = declare("comptes.provisional.used", "{by} a utilisé son mot de passe provisoire.")
IDENTIFIANT_SENT = declare("comptes.identifiant.sent", "{by} a fait renvoyer son identifiant à {utilisateur}.")
COURRIEL_CHANGE_ASKED = declare("comptes.courriel.asked", "{by} a demandé à changer son adresse mail.")
COURRIEL_CHANGED = declare("comptes.courriel.changed", "L'adresse mail de {utilisateur} a changé.")
SESSIONS_REVOKED = declare("comptes.sessions.revoked", "{sessions} sessions ont été fermées par l'exploitant.")

IDENTIFIANT = courriels.declare("identifiant", "Votre identifiant")
PROVISIONAL = courriels.declare("mot_de_passe_provisoire", "Mot de passe provisoire")
RESET = courriels.declare("mot_de_passe_oublie", "Mot de passe provisoire (mot de passe oublié)")
PASSWORD_CHANGED = courriels.declare("mot_de_passe_change", "Mot de passe modifié")
STRANGE_DEVICE = courriels.declare("appareil_inconnu", "Connexion depuis un appareil inconnu")
COURRIEL_CONFIRM = courriels.declare("courriel_a_confirmer", "Confirmation d'une nouvelle adresse mail")
COURRIEL_ASKED = courriels.declare("courriel_demande", "Changement d'adresse mail demandé")
COURRIEL_CHANGED_MAIL = courriels.declare("courriel_change", "Adresse mail modifiée")
