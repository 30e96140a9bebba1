"""What the service is called, and its roles: nothing else edits them."""

from portail.habilitations.roles import MenuEntry, Role, Service

T1 = Role(
    "cdap.t1",
    "T1 – Travailleur social",
    "Voir les dix onglets d'un dossier : synthèse, résumé, paiements, droits, famille, ressources, RSA, courriers, "
    "logement, créances.",
    proof_label="Diplôme de travail social",
)
T2 = Role(
    "cdap.t2",
    "T2 – Agent administratif action sociale",
    "Voir le dossier pour instruire une aide sociale, sans les courriers.",
)
T5 = Role(
    "cdap.t5",
    "T5 – Tarification au quotient familial",
    "Voir le quotient familial et les enfants, pour fixer un tarif.",
)
T18 = Role(
    "cdap.t18",
    "T18 – Agent de service",
    "Voir la synthèse et le quotient familial.",
)

SERVICE = Service(
    code="cdap",
    libelle="Consulter un dossier",
    description="Consulter les données d'un allocataire, selon votre profil.",
    url_name="cdap:home",
    icon="folder2-open",
    roles=(T1, T2, T5, T18),
    menu=(
        MenuEntry("Consulter un dossier", "cdap:home"),
        MenuEntry("Mes dialogues", "cdap:dialogue_list"),
        MenuEntry("Mes attestations", "cdap:attestation_list"),
        MenuEntry("Consultations à justifier", "cdap:justification_list"),
    ),
)
