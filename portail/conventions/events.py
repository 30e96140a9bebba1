"""What the journal tells about conventions."""

from portail.journal.events import declare

CONVENTION_OPENED = declare(
    "conventions.convention.opened",
    "{by} a enregistré la convention {convention} ({numero}) de {organisme}{dates} ; services : {services}.",
)
CONVENTIONS_IMPORTED = declare(
    "conventions.file.imported",
    "{by} a importé un fichier ; conventions : {conventions} ; organismes nouveaux : {organismes}.",
)
CAF_OPENED = declare("conventions.caf.opened", "{by} a enregistré la {caf} ({code}).")
AGENT_OPENED = declare("conventions.agent.opened", "{by} a créé {utilisateur}, {fonction} de la {caf}.")
