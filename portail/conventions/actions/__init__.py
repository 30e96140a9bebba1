"""The only writers of Cafs, conventions, their organisations and their bulletins."""

from portail.conventions.actions.cafs import found, open_agent, open_caf, open_types
from portail.conventions.actions.conventions import (
    FicheBulletin,
    FicheConvention,
    FicheOrganisme,
    open_convention,
    open_roles,
)
from portail.conventions.actions.identifiants import identifiants_from, next_identifiant, suffix
from portail.conventions.actions.imports import Contact, Report, import_conventions, lines_of

__all__ = [
    "Contact",
    "FicheBulletin",
    "FicheConvention",
    "FicheOrganisme",
    "Report",
    "found",
    "identifiants_from",
    "import_conventions",
    "lines_of",
    "next_identifiant",
    "open_agent",
    "open_caf",
    "open_convention",
    "open_roles",
    "open_types",
    "suffix",
]
