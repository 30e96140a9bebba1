"""Keeps organisations and their kinds; drafts, proposes, signs and validates conventions; suspends and closes them."""

from portail.conventionnement.actions.bulletins import draft_bulletins, try_bulletin
from portail.conventionnement.actions.conventions import close_convention, resume_convention, suspend_convention
from portail.conventionnement.actions.effets import apply_version
from portail.conventionnement.actions.organismes import (
    FicheType,
    close_organisme,
    close_type,
    edit_organisme,
    edit_type,
    open_organisme,
    open_type,
)
from portail.conventionnement.actions.versions import (
    abandon,
    draft_avenant,
    draft_convention,
    new_code,
    part_digest,
    propose,
    refuse_to_sign,
    remove_element,
    set_element,
    set_part,
    sign,
    starting_point,
    validate,
    withdraw,
)

__all__ = [
    "FicheType",
    "abandon",
    "apply_version",
    "close_convention",
    "close_organisme",
    "close_type",
    "draft_avenant",
    "draft_bulletins",
    "draft_convention",
    "edit_organisme",
    "edit_type",
    "new_code",
    "open_organisme",
    "open_type",
    "part_digest",
    "propose",
    "refuse_to_sign",
    "remove_element",
    "resume_convention",
    "set_element",
    "set_part",
    "sign",
    "starting_point",
    "suspend_convention",
    "try_bulletin",
    "validate",
    "withdraw",
]
