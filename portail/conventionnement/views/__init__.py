"""Screens of organisations and of what is signed with them."""

from portail.conventionnement.views.conventions import convention_close, suspension_create, suspension_end
from portail.conventionnement.views.documents import document_verify, version_pdf
from portail.conventionnement.views.organismes import (
    organisme_close,
    organisme_create,
    organisme_edit,
    organisme_export,
    organisme_list,
    organisme_view,
)
from portail.conventionnement.views.parts import element_create, element_edit, element_remove, part_edit
from portail.conventionnement.views.signatures import (
    version_propose,
    version_refuse,
    version_sign,
    version_validate,
    version_withdraw,
)
from portail.conventionnement.views.types import type_close, type_create, type_edit, type_list
from portail.conventionnement.views.versions import (
    avenant_create,
    version_abandon,
    version_create,
    version_list,
    version_view,
)

__all__ = [
    "avenant_create",
    "convention_close",
    "document_verify",
    "element_create",
    "element_edit",
    "element_remove",
    "organisme_close",
    "organisme_create",
    "organisme_edit",
    "organisme_export",
    "organisme_list",
    "organisme_view",
    "part_edit",
    "suspension_create",
    "suspension_end",
    "type_close",
    "type_create",
    "type_edit",
    "type_list",
    "version_abandon",
    "version_create",
    "version_list",
    "version_pdf",
    "version_propose",
    "version_refuse",
    "version_sign",
    "version_validate",
    "version_view",
    "version_withdraw",
]
