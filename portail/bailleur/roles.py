"""What the service is called, and its roles: nothing else edits them."""

from portail.habilitations.roles import MenuEntry, Role, Service

CONSULTER = Role(
    "bailleur.consulter",
    "Consulter",
    "Voir la liste des locataires et les paiements reçus.",
)
GERER = Role(
    "bailleur.gerer",
    "Gérer",
    "Déclarer les loyers, les départs et les impayés.",
)

SERVICE = Service(
    code="bailleur",
    libelle="Espace Bailleur",
    description="Suivre vos locataires qui ont une aide au logement : loyers, départs, impayés.",
    url_name="bailleur:home",
    icon="houses",
    roles=(CONSULTER, GERER),
    menu=(MenuEntry("Espace Bailleur", "bailleur:home"),),
)
