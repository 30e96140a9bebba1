"""What the service is called, and its roles: nothing else edits them."""

from portail.habilitations.roles import MenuEntry, Role, Service

HABILITER = Role(
    "afas.habiliter",
    "AFAS-Habiliter",
    "Donner les profils : fournisseurs de données d'activité, fournisseurs de données financières, approbateur.",
)
DECLARER = Role(
    "afas.declarer",
    "AFAS-Déclarer",
    "Consulter et déclarer les données, dans les limites des profils reçus.",
)

SERVICE = Service(
    code="afas",
    libelle="Aides financières d'action sociale",
    description="Déclarer l'activité et les finances de vos structures, suivre les aides versées.",
    url_name="afas:home",
    icon="cash-coin",
    roles=(HABILITER, DECLARER),
    menu=(
        MenuEntry("Accueil AFAS", "afas:home"),
        MenuEntry("Mes déclarations", "afas:declaration_list", (DECLARER.code,)),
        MenuEntry("Demandes de complément", "afas:complement_list", (DECLARER.code,)),
        MenuEntry("Tableau de bord", "afas:tableau_list", (HABILITER.code,)),
        MenuEntry("Aides versées", "afas:versement_list", (HABILITER.code,)),
        MenuEntry("Administration des profils", "afas:profil_list", (HABILITER.code,)),
    ),
    groupes=(
        ("AFAS-HAB", "AFAS-HABILITER", "afas.habiliter"),
        ("AFAS-DEC", "AFAS-DECLARER", "afas.declarer"),
    ),
)
