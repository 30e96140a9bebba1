"""Who may do what in AFAS: the parts of the table, the objects the pages are about, what their forms are sent with.

A part has AREAS (rows of the table) and RULES (their sentences); when it needs them, `pk(scene, page)` (the number of
the object a page is about, None when it is not its page) and `form(scene, page)` (what its form is sent with).
"""

from typing import TYPE_CHECKING, Any

from tests.permissions.afas import (
    approbation,
    baremes,
    echeances,
    paiements,
    profils,
    saisie,
    tableaux,
    traitement,
)

if TYPE_CHECKING:  # the table is also read without the base
    from tests.afas.scene import Scene

PARTS = (profils, baremes, echeances, saisie, approbation, traitement, paiements, tableaux)
AREAS: dict[str, str] = {area: table for part in PARTS for area, table in part.AREAS.items()}
RULES: dict[str, str] = {rule: sentence for part in PARTS for rule, sentence in part.RULES.items()}


def build(scene: "Scene") -> None:
    """What the parts need beside the scene itself."""
    for part in PARTS:
        if hasattr(part, "build"):
            part.build(scene)


def pk(scene: "Scene", page: str) -> int:
    """The object of the page: what its part says, else the declaration being written."""
    found = (part.pk(scene, page) for part in PARTS if hasattr(part, "pk"))
    return next((number for number in found if number is not None), scene.declaration.pk)


def form(scene: "Scene", page: str) -> Any:
    """What the page's form is sent with: right, so that only the rights decide."""
    sent = (part.form(scene, page) for part in PARTS if hasattr(part, "form"))
    return next((data for data in sent if data is not None), {})
