"""Who may do what in « Consulter un dossier »: the parts of the table, as in `tests.permissions.afas`."""

from typing import TYPE_CHECKING, Any

from tests.permissions.cdap import gardes

if TYPE_CHECKING:  # the table is also read without the base
    from tests.cdap.scene import Scene

PARTS = (gardes,)
AREAS: dict[str, str] = {area: table for part in PARTS for area, table in part.AREAS.items()}
RULES: dict[str, str] = {rule: sentence for part in PARTS for rule, sentence in part.RULES.items()}


def build(scene: "Scene") -> None:
    """What the parts need beside the scene itself."""
    for part in PARTS:
        if hasattr(part, "build"):
            part.build(scene)


def pk(scene: "Scene", page: str) -> Any:
    """The object of the page: what its part says."""
    found = (part.pk(scene, page) for part in PARTS if hasattr(part, "pk"))
    return next((number for number in found if number is not None), 0)


def form(scene: "Scene", page: str) -> Any:
    """What the page's form is sent with: right, so that only the rights decide."""
    sent = (part.form(scene, page) for part in PARTS if hasattr(part, "form"))
    return next((data for data in sent if data is not None), {})
