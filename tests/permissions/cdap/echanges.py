"""Dialogue, attestations and letters: their part of the table of the rights, see `tests.permissions.cdap`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.cdap.scene import Scene

# fmt: off
AREAS: dict[str, str] = {
    "Consulter un dossier : dialogue avec la Caf": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    cdap:dialogue_create               con  404  200  404  404  1er  con  404  404  404  404  404  404  404
    POST   cdap:dialogue_create               con  404  302  404  404  1er  con  404  404  404  404  404  404  404
    GET    cdap:dialogue_list                 con  403  200  403  200  1er  con  403  403  200  403  403  403  403
    GET    cdap:dialogue_export               con  403  200  403  200  1er  con  403  403  200  403  403  403  403
    GET    cdap:dialogue_view                 con  404  200  404  404  1er  con  404  404  404  200  200  200  404
    POST   cdap:dialogue_view                 con  404  302  404  404  1er  con  404  404  404  422  302  422  404
    POST   cdap:dialogue_close                con  404  302  404  404  1er  con  404  404  404  403  302  403  404
    POST   cdap:dialogue_acknowledge          con  404  302  404  404  1er  con  404  404  404  403  403  403  404
    GET    cdap:dialogue_resume               con  404  404  404  404  1er  con  404  404  200  404  404  404  404
    POST   cdap:dialogue_resume               con  404  404  404  404  1er  con  404  404  302  404  404  404  404
    POST   cdap:dialogue_take                 con  404  403  404  404  1er  con  404  404  404  403  302  403  404
    GET    cdap:dialogue_assign               con  404  403  404  404  1er  con  404  404  404  403  200  403  404
    POST   cdap:dialogue_assign               con  404  403  404  404  1er  con  404  404  404  403  302  403  404
    POST   cdap:dialogue_reopen               con  404  403  404  404  1er  con  404  404  404  403  302  403  404
    GET    cdap:dialogue_queue                con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:dialogue_queue_export         con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:dialogue_lot                  con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    POST   cdap:dialogue_lot                  con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    GET    cdap:sujet_list                    con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:sujet_export                  con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    POST   cdap:sujet_adopt                   con  403  403  403  403  1er  con  403  403  403  302  403  403  302
    GET    cdap:sujet_create                  con  403  403  403  403  1er  con  403  403  403  200  403  403  200
    POST   cdap:sujet_create                  con  403  403  403  403  1er  con  403  403  403  302  403  403  302
    POST   cdap:sujet_end                     con  404  404  404  404  1er  con  404  404  404  302  403  403  404
    GET    cdap:delai_edit                    con  403  403  403  403  1er  con  403  403  403  200  403  403  200
    POST   cdap:delai_edit                    con  403  403  403  403  1er  con  403  403  403  302  403  403  302
    """,
    "Consulter un dossier : attestations et courriers": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    cdap:attestation_create            con  404  200  404  404  1er  con  404  404  404  404  404  404  404
    POST   cdap:attestation_create            con  404  302  404  404  1er  con  404  404  404  404  404  404  404
    GET    cdap:attestation_list              con  403  200  403  200  1er  con  403  403  200  403  403  403  403
    GET    cdap:attestation_export            con  403  200  403  200  1er  con  403  403  200  403  403  403  403
    GET    cdap:attestation_view              con  404  200  404  404  1er  con  404  404  404  404  404  404  404
    GET    cdap:attestation_print             con  404  200  404  404  1er  con  404  404  404  404  404  404  404
    GET    cdap:attestation_pdf               con  404  200  404  404  1er  con  404  404  404  404  404  404  404
    GET    cdap:attestation_post              con  404  200  404  404  1er  con  404  404  404  404  404  404  404
    POST   cdap:attestation_post              con  404  302  404  404  1er  con  404  404  404  404  404  404  404
    GET    cdap:envoi_list                    con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:envoi_export                  con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:envoi_return                  con  404  404  404  404  1er  con  404  404  404  403  200  403  404
    POST   cdap:envoi_return                  con  404  404  404  404  1er  con  404  404  404  403  302  403  404
    GET    cdap:lot_postal_list               con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:lot_postal_export             con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:lot_postal_create             con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    POST   cdap:lot_postal_create             con  403  403  403  403  1er  con  403  403  403  403  302  403  403
    GET    cdap:lot_postal_view               con  404  404  404  404  1er  con  404  404  404  200  200  200  404
    POST   cdap:lot_postal_file               con  404  404  404  404  1er  con  404  404  404  403  200  403  404
    POST   cdap:lot_postal_post               con  404  404  404  404  1er  con  404  404  404  403  302  403  404
    """,
}
# fmt: on
RULES: dict[str, str] = {
    "cdap.refuse_opening": "La personne qui lit le dossier, si son profil ouvre le dialogue avec la Caf.",
    "cdap.refuse_dialogues": "Qui a un profil du service, ou a un jour écrit à la Caf : chacun ne voit que les siens.",
    "cdap.refuse_exporting_dialogues": "Comme pour « Mes dialogues ».",
    "cdap.refuse_reading_dialogue": "Qui l'a ouvert ou repris ; les agents de la Caf. Y écrivent, tant qu'il n'est pas "
    "clos, ceux qui en ont le profil et le gestionnaire qui le suit.",
    "cdap.refuse_closing": "Qui peut y écrire.",
    "cdap.refuse_acknowledging": "Qui l'a ouvert ou repris, quand la Caf a écrit.",
    "cdap.refuse_resuming": "Un collègue dont le profil, sous la même convention, ouvre le dialogue avec cette Caf.",
    "cdap.refuse_assigning": "Les gestionnaires de la Caf, jusqu'à ce qu'il soit clos.",
    "cdap.refuse_reopening": "Les gestionnaires de la Caf, une fois clos.",
    "cdap.refuse_following": "Les agents de la Caf.",
    "cdap.refuse_exporting_queue": "Les agents de la Caf.",
    "cdap.refuse_processing": "Les gestionnaires de la Caf.",
    "cdap.refuse_sujets": "Les agents de la Caf.",
    "cdap.refuse_exporting_sujets": "Les agents de la Caf.",
    "cdap.refuse_managing_sujets": "Les administrateurs de la Caf.",
    "cdap.refuse_attesting": "La personne qui lit le dossier, si son profil ouvre une attestation.",
    "cdap.refuse_attestations": "Qui a un profil du service, ou a un jour fait établir une attestation : chacun ne "
    "voit que les siennes.",
    "cdap.refuse_exporting_attestations": "Comme pour « Mes attestations ».",
    "cdap.refuse_reading_attestation": "Qui l'a fait établir, tant que sa consultation est ouverte et que son profil "
    "l'ouvre.",
    "cdap.refuse_posting": "Comme pour lire l'attestation.",
    "cdap.refuse_envois": "Les agents de la Caf.",
    "cdap.refuse_exporting_envois": "Les agents de la Caf.",
    "cdap.refuse_returning": "Les gestionnaires de la Caf, une fois le courrier posté.",
    "cdap.refuse_preparing": "Les gestionnaires de la Caf.",
    "cdap.refuse_reading_lot_postal": "Les agents de la Caf.",
    "cdap.refuse_downloading": "Les gestionnaires de la Caf, entre l'impression et la poste.",
    "cdap.refuse_marking_posted": "Les gestionnaires de la Caf, entre l'impression et la poste.",
    "cdap.refuse_ending_sujet": "Les administrateurs de la Caf, tant que le sujet est proposé.",
}


def build(scene: "Scene") -> None:
    """Threads, attestations and letters of Garban, one in each state that these pages are about."""
    _rows().build_echanges(scene)


def pk(scene: "Scene", page: str) -> Any:
    return _rows().object_of(scene, page)


def form(scene: "Scene", page: str) -> Any:
    return _rows().form_of(scene, page)


def _rows() -> Any:
    """The rows these pages are about: found in the base, without which the table is also read."""
    return import_module("tests.cdap.echanges")
