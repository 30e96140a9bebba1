"""What Garban asked of the Caf from a file, in each state that the pages of the exchanges are about."""

from typing import Any

from portail.cdap.actions import dialogues, sujets
from portail.cdap.definitions.sujets import SUJETS
from portail.cdap.models import Consultation, Dialogue, SujetDialogue
from tests.cdap.scene import Scene

TEXT = "La personne dit avoir envoyé son bail."
# Which of the things that `build_echanges` keeps each page is about.
_OBJECTS = {
    "dialogue_create": "consultation",
    "dialogue_acknowledge": "answered",
    "dialogue_reopen": "closed",
    "sujet_end": "sujet",
}


def opened(scene: Scene, name: str = "garban", **more: Any) -> Dialogue:
    """A thread about a file that this person reads."""
    given = {"sujet": SUJETS[0], "text": TEXT} | more
    return dialogues.open_dialogue(by=scene.cast.acteur(name), consultation=read_by(scene, name), **given)


def read_by(scene: Scene, name: str = "garban") -> Consultation:
    consultation = scene.consult(name)
    assert consultation is not None
    return consultation


def build_echanges(scene: Scene) -> None:
    gestin, garban = scene.cast.acteur("gestin"), scene.cast.acteur("garban")
    scene.made |= {"consultation": read_by(scene), "dialogue": opened(scene)}
    scene.made |= {"answered": opened(scene), "closed": opened(scene)}
    dialogues.answer(by=gestin, dialogue=scene.made["answered"], text="C'est arrivé.")
    dialogues.close(by=garban, dialogue=scene.made["closed"])
    sujets.adopt_sujets(by=scene.cast.acteur("marchand"))
    scene.made["sujet"] = SujetDialogue.objects.filter(caf=scene.caf).order_by("pk")[0]


def object_of(scene: Scene, page: str) -> Any:
    name = _OBJECTS.get(page, "dialogue" if page.startswith("dialogue_") else "")
    found = scene.made.get(name)
    return getattr(found, "id", None)


def form_of(scene: Scene, page: str) -> Any:
    gestin = str(scene.cast.people["gestin"].pk)
    forms = {
        "dialogue_create": {"sujet": SUJETS[0], "text": "Bonjour"},
        "dialogue_view": {"text": "Bonjour"},
        "dialogue_assign": {"agent": gestin},
        "dialogue_lot": {"tous": "1", "lot-agent": gestin},
        "sujet_create": {"libelle": "Médiation"},
        "delai_edit": {"jours": "9"},
    }
    return forms.get(page)
