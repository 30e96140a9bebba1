"""Typing a declaration: see `tests.permissions.afas`."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

# fmt: off
AREAS: dict[str, str] = {
    "Saisie d'une déclaration": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    afas:volet_edit                    con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    POST   afas:volet_save                    con  403  403  302  404  1er  con  404  404  404  403  403  403  404
    GET    afas:volet_history                 con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    GET    afas:volet_submit                  con  403  403  200  404  1er  con  404  404  404  403  403  403  404
    POST   afas:volet_submit                  con  403  403  422  404  1er  con  404  404  404  403  403  403  404
    GET    afas:volet_reopen                  con  403  403  200  404  1er  con  404  404  404  403  403  403  404
    POST   afas:volet_reopen                  con  403  403  422  404  1er  con  404  404  404  403  403  403  404
    GET    afas:volet_export                  con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    GET    afas:volet_import                  con  403  403  200  404  1er  con  404  404  404  403  403  403  404
    POST   afas:volet_import                  con  403  403  200  404  1er  con  404  404  404  403  403  403  404
    POST   afas:volet_import_apply            con  403  403  302  404  1er  con  404  404  404  403  403  403  404
    GET    afas:volet_copy                    con  403  403  200  404  1er  con  404  404  404  403  403  403  404
    POST   afas:volet_copy                    con  403  403  422  404  1er  con  404  404  404  403  403  403  404
    GET    afas:controle_list                 con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    POST   afas:controle_justify              con  403  422  422  404  1er  con  404  404  404  403  403  403  404
    """,
}
# fmt: on
RULES: dict[str, str] = {
    "afas.refuse_reading_volet": "Qui lit la déclaration ; le fournisseur d'un seul lieu, la feuille de ce lieu.",
    "afas.refuse_exporting_volet": "Qui peut lire le volet peut l'exporter.",
    "afas.refuse_reading_controles": "Qui lit toute la déclaration.",
    "afas.refuse_typing": "Un fournisseur du volet, par son propre profil, tant que la déclaration est ouverte à la "
    "saisie et le volet non soumis.",
    "afas.refuse_submitting": "Un fournisseur du volet, par son propre profil.",
    "afas.refuse_reopening": "Un fournisseur du volet, tant que la déclaration n'est pas transmise.",
    "afas.refuse_justifying": "Qui a un profil sur l'activité, tant que la déclaration n'est pas transmise.",
}


def pk(scene: Any, page: str) -> int | None:
    """The sheet of the first lieu, still empty."""
    return scene.volet().pk if page.startswith("volet_") else None


def form(scene: Any, page: str) -> Any:
    return {
        "volet_save": {"groupe": "ouverture", "capacite": "40", "vu-capacite": ""},
        "volet_import": {"fichier": SimpleUploadedFile("volet.csv", b"Code;Valeur\ncapacite;40\n")},
        "volet_import_apply": {"capacite": "40", "vu-capacite": ""},
        "volet_copy": {"groupes": ["ouverture"]},
        "controle_justify": {"controle": "C05-charges", "text": "Un second site a ouvert."},
    }.get(page)
