"""The signed documents that the public page recognises: each app says how it finds its own by their code."""

from collections.abc import Callable
from dataclasses import dataclass

from portail.conventionnement.enums import EtatVersion
from portail.conventionnement.queries import version_by_code
from portail.ui.templatetags.ui import instant


@dataclass(frozen=True)
class Document:
    """What anybody may learn of a document whose code he holds: never a person's name, and no figure but the one that
    an attestation exists to prove.

    `tone` and `text` say what it is worth (components/alert.html); `rows` are pairs (label, value).
    """

    tone: str
    text: str
    rows: list[tuple[str, str]]
    empreinte: str


Finder = Callable[[str], Document | None]
FINDERS: list[Finder] = []


def register(finder: Finder) -> None:
    """Called by the `apps.py` of an app whose documents carry a code."""
    FINDERS.append(finder)


def document_by_code(code: str) -> Document | None:
    """The document of that code, whichever app signed it."""
    return next((found for finder in (_convention, *FINDERS) if (found := finder(code)) is not None), None)


def _convention(code: str) -> Document | None:
    version = version_by_code(code)
    if version is None:
        return None
    convention = version.convention
    signed = [f"{s.get_partie_display()}, le {instant(s.signed_at)}" for s in version.signatures.all()]
    return Document(
        *_worth(version.etat, is_replaced=version.is_replaced),  # type: ignore[attr-defined]
        rows=[
            ("Document", f"{version.libelle}, convention n° {convention.numero:05d}"),
            ("Organisme", convention.organisme.raison_sociale),
            ("Caf", convention.caf_pivot.nom),
            ("Signatures", "\n".join(signed)),
        ],
        empreinte=version.empreinte,
    )


def _worth(etat: str, *, is_replaced: bool) -> tuple[str, str]:
    if etat != EtatVersion.VALIDEE:
        return "info", "Ce document est signé du partenaire seul : la Caf ne l'a pas encore signé, il n'ouvre rien."
    if is_replaced:
        return "info", "Ce document est signé des deux parties ; un avenant signé depuis le remplace."
    return "success", "Ce document est signé des deux parties et en vigueur dans sa dernière version."
