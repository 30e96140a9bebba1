"""Échéances, declarations and what is around them, in the table of the rights: see `tests.permissions.afas`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the table is also read without the base
    from tests.afas.scene import Scene

# fmt: off
AREAS: dict[str, str] = {
    "AFAS : échéances": """
                                     anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    afas:echeance_list        con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:echeance_export      con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:echeance_view        con  404  404  404  404  1er  con  404  404  404  200  200  200  404
    GET    afas:echeance_create      con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    POST   afas:echeance_create      con  403  403  403  403  1er  con  403  403  403  403  302  403  403
    GET    afas:exercice_create      con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    POST   afas:exercice_create      con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    GET    afas:echeance_edit        con  404  404  404  404  1er  con  404  404  404  403  200  403  404
    POST   afas:echeance_edit        con  404  404  404  404  1er  con  404  404  404  403  302  403  404
    GET    afas:echeance_open        con  404  404  404  404  1er  con  404  404  404  403  200  403  404
    POST   afas:echeance_open        con  404  404  404  404  1er  con  404  404  404  403  302  403  404
    GET    afas:echeance_remove      con  404  404  404  404  1er  con  404  404  404  403  200  403  404
    POST   afas:echeance_remove      con  404  404  404  404  1er  con  404  404  404  403  302  403  404
    """,
    "AFAS : déclarations": """
                                     anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    afas:declaration_list     con  200  200  200  200  1er  con  403  403  403  200  200  200  200
    GET    afas:declaration_export   con  200  200  200  200  1er  con  403  403  403  200  200  200  200
    GET    afas:declaration_view     con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    GET    afas:commentaire_create   con  200  200  200  404  1er  con  404  404  404  403  403  403  404
    POST   afas:commentaire_create   con  302  302  302  404  1er  con  404  404  404  403  403  403  404
    GET    afas:piece_create         con  403  200  200  404  1er  con  404  404  404  403  403  403  404
    POST   afas:piece_create         con  403  302  302  404  1er  con  404  404  404  403  403  403  404
    GET    afas:piece_file           con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    GET    afas:piece_withdraw       con  403  200  200  404  1er  con  404  404  404  403  403  403  404
    POST   afas:piece_withdraw       con  403  302  302  404  1er  con  404  404  404  403  403  403  404
    """,
}
# fmt: on
_KEEPS = "Le gestionnaire de la Caf"
RULES: dict[str, str] = {
    "afas.refuse_calendar": "Les personnes d'une Caf.",
    "afas.refuse_reading_echeance": "Les personnes de la Caf.",
    "afas.refuse_keeping_calendar": f"{_KEEPS}.",
    "afas.refuse_editing_echeance": f"{_KEEPS}.",
    "afas.refuse_opening": f"{_KEEPS}, tant que l'échéance n'est pas ouverte.",
    "afas.refuse_removing": f"{_KEEPS}, tant que l'échéance n'est pas ouverte.",
    "afas.refuse_declarations": "Qui a aujourd'hui un rôle de ce service ; les personnes d'une Caf.",
    "afas.refuse_reading_declaration": "Qui a un profil sur l'activité, ou en donne les profils ; la Caf.",
    "afas.refuse_commenting": "Qui a un profil sur l'activité, ou en donne les profils.",
    "afas.refuse_joining": "Qui a un profil sur l'activité, tant que la déclaration se saisit.",
    "afas.refuse_opening_piece": "Qui lit toute la déclaration, et qui a joint la pièce.",
    "afas.refuse_withdrawing_piece": "Qui a joint la pièce, et l'approbateur, tant que la déclaration se saisit.",
}


PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


def build(scene: "Scene") -> None:
    """An échéance that opened nothing, and a file that Robine joined."""
    from portail.afas.actions.pieces import deposit_piece  # noqa: PLC0415
    from portail.afas.models import Echeance  # noqa: PLC0415

    coming, echeance = scene.echeance.exercice + 1, scene.echeance
    dates = {"opens_on": echeance.due_on, "due_on": echeance.due_on}
    Echeance.objects.create(caf=scene.activite.caf, exercice=coming, type="alsh", phase="reel", **dates)
    robine = scene.cast.acteur("robine")
    given = {"libelle": "Bilan", "file_name": "bilan.pdf", "content": PDF}
    deposit_piece(by=robine, declaration=scene.declaration, **given)


def pk(scene: "Scene", page: str) -> int | None:
    from portail.afas.models import Echeance, PieceDeclaration  # noqa: PLC0415

    if page in ("echeance_view", "echeance_edit"):
        return scene.echeance.pk
    if page in ("echeance_open", "echeance_remove"):
        return Echeance.objects.get(exercice=scene.echeance.exercice + 1, phase="reel").pk
    if page in ("piece_file", "piece_withdraw"):
        return PieceDeclaration.objects.get(declaration=scene.declaration, libelle="Bilan").pk
    return None


def form(scene: "Scene", page: str) -> Any:
    echeance = scene.echeance
    dates = {"opens_on": echeance.opens_on.isoformat(), "due_on": echeance.due_on.isoformat()}
    forms: dict[str, Any] = {
        "echeance_create": dates | {"exercice": echeance.exercice + 1, "type": "alsh", "phase": "previsionnel"},
        "exercice_create": {"exercice": echeance.exercice, "origine": "observe", "types": "alsh"},
        "echeance_edit": dates | {"edition": echeance.edition, "confirm": "1"},
        "commentaire_create": {"text": "Une question sur les heures."},
    }
    if page == "piece_create":
        from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

        return {"libelle": "Bilan", "fichier": SimpleUploadedFile("bilan.pdf", PDF, "application/pdf")}
    return forms.get(page)
