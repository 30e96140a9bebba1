"""Their part of the table of the rights: see `tests.permissions.afas`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.afas.scene import Scene

# fmt: off
AREAS: dict[str, str] = {
    "Aides financières : approuver et transmettre": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    afas:approbation_list              con  403  200  403  403  1er  con  403  403  403  403  403  403  403
    GET    afas:approbation_export            con  403  200  403  403  1er  con  403  403  403  403  403  403  403
    GET    afas:approbation_lot               con  403  200  403  403  1er  con  403  403  403  403  403  403  403
    POST   afas:approbation_lot               con  403  302  403  403  1er  con  403  403  403  403  403  403  403
    GET    afas:declaration_approve           con  403  200  403  404  1er  con  404  404  404  403  403  403  404
    POST   afas:declaration_approve           con  403  302  403  404  1er  con  404  404  404  403  403  403  404
    GET    afas:declaration_send_back         con  403  200  403  404  1er  con  404  404  404  403  403  403  404
    POST   afas:declaration_send_back         con  403  302  403  404  1er  con  404  404  404  403  403  403  404
    GET    afas:declaration_correct           con  403  200  403  404  1er  con  404  404  404  403  403  403  404
    POST   afas:declaration_correct           con  403  302  403  404  1er  con  404  404  404  403  403  403  404
    GET    afas:version_list                  con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    GET    afas:version_view                  con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    GET    afas:version_pdf                   con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    """,
}
# fmt: on
RULES: dict[str, str] = {
    "afas.refuse_approvals": "Les approbateurs validés par la Caf, eux-mêmes et non en suppléance.",
    "afas.refuse_approving": "L'approbateur de l'activité, validé par la Caf, quand la déclaration est à approuver.",
    "afas.refuse_sending_back": "L'approbateur de l'activité, validé par la Caf, quand la déclaration est à approuver.",
    "afas.refuse_correcting": "L'approbateur de l'activité, validé par la Caf, tant que la Caf n'a pas décidé.",
    "afas.refuse_reading_versions": "Qui voit la déclaration, une fois qu'elle a été transmise.",
    "afas.refuse_reading_version": "Qui lit toute la déclaration : la Caf, qui donne les profils, et ceux qui ont un "
    "profil sur l'activité entière.",
}


def build(scene: "Scene") -> None:
    """A declaration that waits for its approbateur, and one that was transmitted."""
    _rows().build_ripe(scene)


def pk(scene: "Scene", page: str) -> int | None:
    return _rows().ripe(scene, page)


def form(scene: "Scene", page: str) -> Any:
    return _rows().ripe_form(scene, page)


def _rows() -> Any:
    """The rows these pages are about: found in the base, without which the table is also read."""
    return import_module("tests.afas.approbation")
