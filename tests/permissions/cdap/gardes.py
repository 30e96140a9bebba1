"""Their part of the table of the rights: see `tests.permissions.cdap`."""

from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from tests.cdap.scene import Scene

# fmt: off
AREAS: dict[str, str] = {
    "Consulter un dossier : supervision": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    cdap:supervision_view              con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:supervision_export            con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:dossier_trace                 con  403  403  403  403  1er  con  403  403  403  200  403  403  200
    POST   cdap:dossier_trace                 con  403  403  403  403  1er  con  403  403  403  200  403  403  200
    GET    cdap:reglage_list                  con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:reglage_export                con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:reglage_view                  con  404  404  404  404  1er  con  404  404  404  200  200  200  200
    GET    cdap:reglage_edit                  con  404  404  404  404  1er  con  404  404  404  200  403  403  200
    POST   cdap:reglage_edit                  con  404  404  404  404  1er  con  404  404  404  302  403  403  302
    """,
    "Consulter un dossier : alertes": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    cdap:alerte_list                   con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:alerte_export                 con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:alerte_view                   con  404  404  404  404  1er  con  404  404  404  200  200  200  404
    POST   cdap:alerte_ask                    con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    cdap:alerte_decide                 con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   cdap:alerte_decide                 con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    cdap:alerte_reinstate              con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   cdap:alerte_reinstate              con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    cdap:alerte_answer                 con  404  200  404  404  1er  con  404  404  404  404  404  404  404
    POST   cdap:alerte_answer                 con  404  302  404  404  1er  con  404  404  404  404  404  404  404
    POST   cdap:alerte_acknowledge            con  404  302  404  404  1er  con  404  404  404  404  404  404  404
    """,
    "Consulter un dossier : consultations à justifier": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    cdap:justification_list            con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    GET    cdap:justification_export          con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    GET    cdap:justification_view            con  404  200  404  404  1er  con  404  404  404  200  200  200  404
    POST   cdap:justification_view            con  404  422  404  404  1er  con  404  404  404  302  422  422  404
    """,
}
# fmt: on
_ADMINISTRATEUR = "Un administrateur de la Caf qui conduit la convention"
RULES: dict[str, str] = {
    "cdap.refuse_supervising": "Les agents de la Caf, chacun pour la sienne.",
    "cdap.refuse_exporting_supervision": "Qui peut lire la liste peut l'exporter.",
    "cdap.refuse_tracing": "Les administrateurs de la Caf du dossier, pour répondre à la personne ; chaque lecture est "
    "au journal.",
    "cdap.refuse_reading_reglage": "Les agents de la Caf, chacun pour la sienne.",
    "cdap.refuse_setting": "Les administrateurs de la Caf.",
    "cdap.refuse_reading_alerte": "Les agents de la Caf qui conduit la convention.",
    "cdap.refuse_asking_justification": f"{_ADMINISTRATEUR}, une fois, tant que rien n'est demandé ni décidé.",
    "cdap.refuse_following_alerte": f"{_ADMINISTRATEUR}, tant que rien n'est décidé.",
    "cdap.refuse_reinstating_alerte": f"{_ADMINISTRATEUR}, tant que dure la suspension.",
    "cdap.refuse_answering_alerte": "La personne elle-même, une fois : quand la Caf le demande, ou après une "
    "suspension.",
    "cdap.refuse_acknowledging": "La personne elle-même.",
    "cdap.refuse_justifications": "Toute personne connectée : les siennes chez un partenaire, celles de ses dossiers à "
    "la Caf.",
    "cdap.refuse_exporting_justifications": "Qui peut lire la liste peut l'exporter.",
    "cdap.refuse_reading_justification": "La personne elle-même, qui y répond ; les agents de la Caf du dossier, dont "
    "l'administrateur accepte ou refuse.",
}


def build(scene: "Scene") -> None:
    """Alerts about Garban in each state, and two consultations drawn: one to justify, one to examine."""
    from tests.cdap.gardes import build_gardes  # noqa: PLC0415 -- the table is read without the base

    build_gardes(scene)


_ETATS = {"alerte_reinstate": "suspension", "alerte_answer": "demandee"}


def pk(scene: "Scene", page: str) -> int | str | None:
    """The alert that is ripe for the page, a setting, or what Garban justified."""
    if page.startswith("reglage_"):
        return "quota_personne_heure"
    if page.startswith("alerte_"):
        return _number("Alerte", etat=_ETATS.get(page, "ouverte"))
    return _number("DemandeJustification", etat="repondue") if page.startswith("justification_") else None


def _number(model: str, **wanted: str) -> int:
    return apps.get_model("cdap", model).objects.order_by("pk").filter(**wanted).values_list("pk", flat=True)[0]


def form(scene: "Scene", page: str) -> Any:
    return {
        "dossier_trace": {"numero": "9012345", "motif": "Demande reçue par courrier"},
        "reglage_edit": {"vu": "", "valeur": "60", "confirm": "1"},
        "alerte_decide": {"etat": "sans_suite", "motif": "Rien d'anormal", "confirm": "1"},
        "alerte_reinstate": {"motif": "Vu avec l'organisme"},
        "alerte_answer": {"texte": "Je reclasse des dossiers anciens."},
        "justification_view": {"decision": "accepter", "texte": "Aide pour la cantine."},
    }.get(page)
