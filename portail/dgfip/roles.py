"""What the service is called, and its roles: nothing else edits them."""

from portail.habilitations.roles import MenuEntry, Role, Service

CONSULTER = Role(
    "dgfip.consulter",
    "Consulter",
    "Consulter les données d'un allocataire et le tableau de bord.",
)

SERVICE = Service(
    code="dgfip",
    libelle="Offre DGFIP",
    description="Consulter des données d'allocataires pour les services des finances publiques.",
    url_name="dgfip:home",
    icon="bank",
    roles=(CONSULTER,),
    menu=(MenuEntry("Tableau de bord DGFIP", "dgfip:home"),),
)
