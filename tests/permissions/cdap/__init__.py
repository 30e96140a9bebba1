"""Who may do what in « Consulter un dossier »: parts shaped as those of AFAS (tests/permissions/afas)."""

from typing import TYPE_CHECKING, Any

from tests.permissions.cdap import aide, chargements, dossiers, echanges, gardes

if TYPE_CHECKING:  # the table is also read without the base
    from tests.cdap.scene import Scene

PARTS = (dossiers, chargements, echanges, gardes, aide)
AREAS: dict[str, str] = {area: table for part in PARTS for area, table in part.AREAS.items()}
RULES: dict[str, str] = {rule: sentence for part in PARTS for rule, sentence in part.RULES.items()}


def build(scene: "Scene") -> None:
    """What the parts need beside the files themselves."""
    for part in PARTS:
        if hasattr(part, "build"):
            part.build(scene)


def pk(scene: "Scene", page: str) -> Any:
    """The object of the page."""
    found = (part.pk(scene, page) for part in PARTS if hasattr(part, "pk"))
    return next((number for number in found if number is not None), None)


def argument(scene: "Scene", name: str) -> Any:
    """Another argument of the address."""
    found = (part.argument(scene, name) for part in PARTS if hasattr(part, "argument"))
    return next((value for value in found if value is not None), None)


def form(scene: "Scene", page: str) -> Any:
    """What the page's form is sent with: right, so that only the rights decide."""
    sent = (part.form(scene, page) for part in PARTS if hasattr(part, "form"))
    return next((data for data in sent if data is not None), {})
