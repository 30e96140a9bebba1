"""What the journal tells about what is signed with partners, and the mails it owes."""

from portail.courriels import events as courriels
from portail.journal.events import declare

TYPE_OPENED = declare("conventionnement.type.opened", "{by} a ajouté le type d'organisme {type} ({roles}).")
TYPE_EDITED = declare("conventionnement.type.edited", "{by} a modifié le type d'organisme {type} : {changes}.")
TYPE_CLOSED = declare("conventionnement.type.closed", "{by} a fermé le type d'organisme {type} : {motif}.")
ORGANISME_OPENED = declare("conventionnement.organisme.opened", "{by} a enregistré l'organisme {organisme} ({siret}).")
ORGANISME_EDITED = declare("conventionnement.organisme.edited", "{by} a modifié l'organisme {organisme} : {changes}.")
ORGANISME_CLOSED = declare(
    "conventionnement.organisme.closed", "{by} a fermé l'organisme {organisme} le {closes_on} : {motif}."
)
VERSION_DRAFTED = declare("conventionnement.version.drafted", "{by} a commencé : {version} de {convention}{motif}.")
VERSION_EDITED = declare("conventionnement.version.edited", "{by} a modifié {version} de {convention} : {part}.")
VERSION_PROPOSED = declare(
    "conventionnement.version.proposed",
    "{by} a proposé {version} de {convention} à la signature de {signataire} ; empreinte {empreinte}.",
)
VERSION_WITHDRAWN = declare(
    "conventionnement.version.withdrawn", "{by} a retiré {version} de {convention} pour la corriger : {motif}."
)
VERSION_ABANDONED = declare(
    "conventionnement.version.abandoned", "{by} a abandonné {version} de {convention} : {motif}."
)
VERSION_REFUSED = declare("conventionnement.version.refused", "{by} n'a pas signé {version} de {convention} : {motif}.")
VERSION_SIGNED = declare(
    "conventionnement.version.signed",
    "{by} a signé {version} de {convention} pour le partenaire ; empreinte {empreinte}.",
)
VERSION_VALIDATED = declare(
    "conventionnement.version.validated",
    "{by} a signé {version} de {convention} pour la Caf et l'a validée ; empreinte {empreinte} ; effets : {effects}.",
)
SUSPENDED = declare(
    "conventionnement.convention.suspended", "{by} a suspendu la convention {convention}{dates} : {motif}."
)
RESUMED = declare(
    "conventionnement.convention.resumed", "{by} a mis fin à la suspension de la convention {convention} : {motif}."
)
CLOSED = declare(
    "conventionnement.convention.closed", "{by} a clôturé la convention {convention} au {closes_on} : {motif}."
)

TO_SIGN = courriels.declare("version_a_signer", "Convention à signer")
SIGNED = courriels.declare("version_signee", "Convention signée par le partenaire")
NOT_SIGNED = courriels.declare("version_refusee", "Convention non signée par le partenaire")
VALIDATED = courriels.declare("version_validee", "Convention validée")
