"""Their part of the table of the rights: see `tests.permissions.afas`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.afas.scene import Scene

# fmt: off
AREAS: dict[str, str] = {
    "Aides financières : barèmes et seuils": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    afas:bareme_list                   con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:bareme_export                 con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:chiffre_view                  con  404  404  404  404  1er  con  404  404  404  200  200  200  200
    GET    afas:chiffre_create                con  404  404  404  404  1er  con  404  404  404  403  200  403  403
    POST   afas:chiffre_create                con  404  404  404  404  1er  con  404  404  404  403  302  403  403
    GET    afas:seuil_list                    con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:seuil_export                  con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:seuil_view                    con  404  404  404  404  1er  con  404  404  404  200  200  200  200
    GET    afas:seuil_create                  con  404  404  404  404  1er  con  404  404  404  403  200  403  403
    POST   afas:seuil_create                  con  404  404  404  404  1er  con  404  404  404  403  302  403  403
    """,
}
# fmt: on
RULES: dict[str, str] = {
    "afas.refuse_baremes": "Les agents de la Caf ; chacun lit ce que sa Caf retient.",
    "afas.refuse_editing_baremes": "Les gestionnaires de la Caf.",
}


def form(scene: "Scene", page: str) -> Any:
    confirmed = {"vu": "", "valeur": "31,5", "confirm": "1"}
    return {"chiffre_create": confirmed | {"source": "Barème 2025"}, "seuil_create": confirmed}.get(page)
