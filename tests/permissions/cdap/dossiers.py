"""To ask for a file, to read it; what the Caf keeps: oppositions, matrix.

At the Caf 132 a matrix waits. Garban has to justify himself before he asks again; Robine is suspended.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the table is also read without the base
    from tests.cdap.scene import Scene

# fmt: off
AREAS: dict[str, str] = {
    "Consulter un dossier": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    cdap:consultation_create           con  403  200  403  200  1er  con  403  403  200  403  403  403  403
    POST   cdap:consultation_create           con  403  422  403  422  1er  con  403  403  302  403  403  403  403
    GET    cdap:consultation_search           con  403  200  403  200  1er  con  403  403  200  403  403  403  403
    POST   cdap:consultation_search           con  403  422  403  422  1er  con  403  403  422  403  403  403  403
    GET    cdap:onglet_view                   con  404  200  404  404  1er  con  404  404  404  404  404  404  404
    """,
    "Consulter un dossier : ce que tient la Caf": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    cdap:opposition_list               con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    POST   cdap:opposition_find               con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:opposition_export             con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:opposition_create             con  403  403  403  403  1er  con  403  403  403  200  403  403  200
    POST   cdap:opposition_create             con  403  403  403  403  1er  con  403  403  403  302  403  403  302
    GET    cdap:opposition_end                con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   cdap:opposition_end                con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    cdap:matrice_view                  con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:matrice_propose               con  403  403  403  403  1er  con  403  403  403  403  403  403  200
    POST   cdap:matrice_propose               con  403  403  403  403  1er  con  403  403  403  403  403  403  302
    GET    cdap:matrice_decide                con  404  404  404  404  1er  con  404  404  404  200  403  403  404
    POST   cdap:matrice_decide                con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    """,
}
# fmt: on
_CAF = "Toute personne d'une Caf, pour la sienne"
_ADMINISTRATEUR = "Un administrateur de la Caf"
RULES: dict[str, str] = {
    "cdap.refuse_consulting": "Qui a aujourd'hui un profil de « Consulter un dossier » ; chaque demande est tracée, "
    "que le dossier existe ou non.",
    "cdap.refuse_onglet": "Qui a ouvert ce dossier, dans l'heure, tant que son profil dure et que la personne ne "
    "s'oppose pas, pour un onglet que la matrice ouvre à ce profil.",
    "cdap.refuse_oppositions": f"{_CAF}.",
    "cdap.refuse_entering": f"{_ADMINISTRATEUR}.",
    "cdap.refuse_ending": f"{_ADMINISTRATEUR}, pour une opposition en cours.",
    "cdap.refuse_matrices": f"{_CAF}.",
    "cdap.refuse_proposing": f"{_ADMINISTRATEUR}, tant qu'aucune autre matrice n'attend.",
    "cdap.refuse_deciding": "Un autre administrateur de la Caf que celui qui l'a proposée, une fois.",
}


def build(scene: "Scene") -> None:
    """Garban has opened a file; Gestin's matrix waits."""
    from portail.cdap.models import VersionMatrice  # noqa: PLC0415 -- the table is read without the base

    scene.made["file"] = scene.consult("garban", profil="cdap.t1")
    scene.made["matrice"] = VersionMatrice.objects.create(
        caf=scene.caf, contenu={"cdap.t18": ["qf.valeur"]}, motif="Décision", proposed_by=scene.cast.people["gestin"]
    )


def pk(scene: "Scene", page: str) -> Any:
    if page == "onglet_view":
        return scene.made["file"].id
    if page == "matrice_decide":
        return scene.made["matrice"].pk
    return scene.made["opposition"].pk if page == "opposition_end" else None


def argument(scene: "Scene", name: str) -> Any:
    return {"onglet": "famille"}.get(name)


def form(scene: "Scene", page: str) -> Any:
    from tests.cdap.scene import NE_LE, NOM, NUMERO, asked  # noqa: PLC0415 -- the table is read without the base

    sent = {
        "consultation_create": asked(scene, "double", "cdap.t5") | {"numero": str(NUMERO)},
        "consultation_search": asked(scene, "garban", "cdap.t1") | {"nom": NOM, "ne_le": NE_LE.isoformat()},
        "opposition_find": {"numero": str(NUMERO)},
        "opposition_create": {"numero": str(NUMERO), "source": "Courrier"},
        "opposition_end": {"motif": "Demande de la personne"},
        "matrice_propose": {"vu": "0", "motif": "Décision", "confirm": "1", "cdap.t5|qf.valeur": "on"},
        "matrice_decide": {"decision": "valider"},
    }
    return sent.get(page)
