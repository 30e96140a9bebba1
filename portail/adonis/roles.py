"""What the service is called, and its roles: nothing else edits them."""

from portail.habilitations.roles import MenuEntry, Role, Service

DECLARER = Role(
    "adonis.declarer",
    "Déclarer",
    "Déclarer les interventions.",
)
CONSULTER = Role(
    "adonis.consulter",
    "Consulter",
    "Lire les statistiques.",
)

SERVICE = Service(
    code="adonis",
    libelle="Adonis",
    description="Déclarer les interventions d'aide à domicile et lire vos statistiques.",
    url_name="adonis:home",
    icon="heart-pulse",
    roles=(DECLARER, CONSULTER),
    menu=(MenuEntry("Adonis", "adonis:home"),),
)
