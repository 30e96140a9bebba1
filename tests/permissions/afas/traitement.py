"""Their part of the table of the rights: see `tests.permissions.afas`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.afas.scene import Scene

# fmt: off
AREAS: dict[str, str] = {
    "Aides financières : traiter à la Caf": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    afas:traitement_list               con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:traitement_export             con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:traitement_lot                con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    POST   afas:traitement_lot                con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    GET    afas:traitement_view               con  403  403  403  404  1er  con  404  404  404  200  200  200  404
    POST   afas:traitement_take               con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    GET    afas:traitement_assign             con  403  403  403  404  1er  con  404  404  404  403  200  403  404
    POST   afas:traitement_assign             con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    POST   afas:droit_compute                 con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    GET    afas:traitement_decide             con  403  403  403  404  1er  con  404  404  404  403  200  403  404
    POST   afas:traitement_decide             con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    GET    afas:traitement_reopen             con  403  403  403  404  1er  con  404  404  404  403  200  403  404
    POST   afas:traitement_reopen             con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    GET    afas:traitement_notify             con  403  403  403  404  1er  con  404  404  404  403  200  403  404
    POST   afas:traitement_notify             con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    GET    afas:droit_view                    con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    GET    afas:notification_pdf              con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    GET    afas:complement_ask                con  403  403  403  404  1er  con  404  404  404  403  200  403  404
    POST   afas:complement_ask                con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    GET    afas:complement_list               con  200  200  200  200  1er  con  403  403  403  200  200  200  200
    GET    afas:complement_export             con  200  200  200  200  1er  con  403  403  403  200  200  200  200
    GET    afas:complement_view               con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    POST   afas:complement_view               con  422  302  302  404  1er  con  404  404  404  422  302  422  404
    POST   afas:complement_close              con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    GET    afas:recalcul_list                 con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:recalcul_create               con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    POST   afas:recalcul_create               con  403  403  403  403  1er  con  403  403  403  403  302  403  403
    GET    afas:recalcul_view                 con  404  404  404  404  1er  con  404  404  404  200  200  200  404
    GET    afas:recalcul_export               con  404  404  404  404  1er  con  404  404  404  200  200  200  404
    """,
}
# fmt: on
RULES: dict[str, str] = {
    "afas.refuse_following": "Les agents de la Caf.",
    "afas.refuse_exporting": "Les agents de la Caf.",
    "afas.refuse_processing": "Les gestionnaires action sociale de la Caf.",
    "afas.refuse_taking": "Les gestionnaires de la Caf, quand elle est transmise et n'est pas à un autre.",
    "afas.refuse_assigning": "Les gestionnaires de la Caf, jusqu'à la notification.",
    "afas.refuse_computing": "Le gestionnaire qui traite la déclaration, pendant le traitement.",
    "afas.refuse_deciding": "Le gestionnaire qui traite la déclaration, une fois le droit calculé.",
    "afas.refuse_reopening": "Le gestionnaire qui traite la déclaration, entre la décision et la notification.",
    "afas.refuse_notifying": "Le gestionnaire qui traite la déclaration, une fois le droit décidé.",
    "afas.refuse_reading_droit": "Qui lit toute la déclaration : la Caf, qui donne les profils, et ceux qui ont un "
    "profil sur l'activité entière.",
    "afas.refuse_reading_notification": "Comme pour lire le droit, une fois notifié.",
    "afas.refuse_asking": "Le gestionnaire qui traite la déclaration, pendant le traitement.",
    "afas.refuse_complements": "Les agents de la Caf ; qui a un rôle du service : chacun ne voit que son périmètre.",
    "afas.refuse_exporting_complements": "Comme pour la liste des demandes.",
    "afas.refuse_reading_demande": "Qui voit la déclaration ; seuls y écrivent les gestionnaires de la Caf et les "
    "personnes qui ont un profil, tant qu'elle n'est pas close.",
    "afas.refuse_closing": "Les gestionnaires de la Caf.",
    "afas.refuse_reading_recalcul": "Les agents de la Caf.",
    "afas.refuse_exporting_recalcul": "Les agents de la Caf.",
    "afas.refuse_recomputing": "Les gestionnaires action sociale de la Caf.",
}


def build(scene: "Scene") -> None:
    """A declaration in each state that these pages are about, years before the others."""
    _rows().build_ripe(scene)


def pk(scene: "Scene", page: str) -> int | None:
    return _rows().ripe(scene, page)


def form(scene: "Scene", page: str) -> Any:
    return _rows().ripe_form(scene, page)


def _rows() -> Any:
    """The rows these pages are about: found in the base, without which the table is also read."""
    return import_module("tests.afas.ripe")
