"""Their part of the table of the rights: see `tests.permissions.afas`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.afas.scene import Scene

# fmt: off
AREAS: dict[str, str] = {
    "AFAS : tableaux de bord": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    afas:tableau_list                  con  200  200  200  403  1er  con  403  403  403  200  200  200  200
    GET    afas:tableau_export                con  200  200  200  403  1er  con  403  403  403  200  200  200  200
    GET    afas:tableau_view                  con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    GET    afas:campagne_view                 con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:campagne_export               con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:retard_list                   con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:retard_export                 con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    """,
}
# fmt: on
RULES: dict[str, str] = {
    "afas.refuse_tableaux": "Les agents de la Caf ; chez le partenaire, qui donne les profils et qui a un profil sur "
    "une activité entière.",
    "afas.refuse_exporting_tableaux": "Qui peut lire la liste peut l'exporter.",
    "afas.refuse_reading_tableau": "Les agents de la Caf de l'activité ; chez le partenaire, qui donne les profils sur "
    "l'activité et qui y a un profil qui n'est pas limité à un lieu.",
    "afas.refuse_campagne": "Les agents de la Caf, chacun pour la sienne.",
    "afas.refuse_exporting_campagne": "Qui peut lire la liste peut l'exporter.",
}


def pk(scene: "Scene", page: str) -> int | None:
    """An activité's dashboard is about the activité."""
    return scene.activite.pk if page == "tableau_view" else None
