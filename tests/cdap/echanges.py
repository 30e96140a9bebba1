"""What Garban asked of the Caf from a file, in each state that the pages of the exchanges are about."""

from datetime import date
from typing import Any

from portail.cdap.actions import attestations, courriers, dialogues, sujets
from portail.cdap.definitions.sujets import SUJETS
from portail.cdap.enums import KindAttestation
from portail.cdap.models import Attestation, Consultation, Dialogue, EnvoiPostal, LotPostal, SujetDialogue
from portail.cdap.queries.attestations import months_before
from tests.cdap.scene import NUMERO, Scene, keep

TEXT = "La personne dit avoir envoyé son bail."
# Which of the things that `build_echanges` keeps each page is about.
_OBJECTS = {
    "dialogue_create": "consultation",
    "dialogue_acknowledge": "answered",
    "dialogue_reopen": "closed",
    "sujet_end": "sujet",
    "attestation_create": "consultation",
    "attestation_post": "unposted",
    "envoi_return": "posted",
    "lot_postal_view": "printed",
    "lot_postal_file": "printed",
    "lot_postal_post": "printed",
}
OCTOBER = date(2026, 10, 1)


def opened(scene: Scene, name: str = "garban", **more: Any) -> Dialogue:
    """A thread about a file that this person reads."""
    given = {"sujet": SUJETS[0], "text": TEXT} | more
    return dialogues.open_dialogue(by=scene.cast.acteur(name), consultation=read_by(scene, name), **given)


def read_by(scene: Scene, name: str = "garban") -> Consultation:
    consultation = scene.consult(name)
    assert consultation is not None
    return consultation


def attested(scene: Scene, kind: str = "qf", numero: int = NUMERO, name: str = "garban") -> Attestation:
    """Made from a file that this person has just opened; the payments are those of October."""
    consultation = scene.consult(name, numero)
    assert consultation is not None
    made = attestations.issue(
        by=scene.cast.acteur(name), consultation=consultation, kind=KindAttestation(kind), asked=OCTOBER
    )
    assert made is not None
    return made


def posted(scene: Scene, attestation: Attestation) -> EnvoiPostal:
    """Asked, printed and posted."""
    gestin = scene.cast.acteur("gestin")
    envoi = attestations.post(by=scene.cast.acteur("garban"), attestation=attestation)
    courriers.mark_posted(by=gestin, lot=printed(scene))
    return EnvoiPostal.objects.get(pk=envoi.pk)


def printed(scene: Scene) -> LotPostal:
    """A lot of all that waits, ready to be downloaded."""
    lot = courriers.prepare_lot(by=scene.cast.acteur("gestin"))
    courriers.print_lot(lot.pk)
    return LotPostal.objects.get(pk=lot.pk)


def build_echanges(scene: Scene) -> None:
    gestin, garban = scene.cast.acteur("gestin"), scene.cast.acteur("garban")
    scene.made |= {"consultation": read_by(scene), "dialogue": opened(scene)}
    scene.made |= {"answered": opened(scene), "closed": opened(scene)}
    dialogues.answer(by=gestin, dialogue=scene.made["answered"], text="C'est arrivé.")
    dialogues.close(by=garban, dialogue=scene.made["closed"])
    sujets.adopt_sujets(by=scene.cast.acteur("marchand"))
    scene.made |= {"unposted": attested(scene), "posted": posted(scene, attested(scene, "paiement"))}
    scene.made["attestation"] = scene.made["unposted"]
    _ask_more(scene)
    scene.made["sujet"] = SujetDialogue.objects.filter(caf=scene.caf).order_by("pk")[0]


def _ask_more(scene: Scene) -> None:
    """A letter printed and not posted, and one that waits, of two other files."""
    garban = scene.cast.acteur("garban")
    for number in (NUMERO + 10, NUMERO + 11):
        keep(scene.caf, number)
    attestations.post(by=garban, attestation=attested(scene, numero=NUMERO + 10))
    scene.made["printed"] = printed(scene)
    attestations.post(by=garban, attestation=attested(scene, numero=NUMERO + 11))


def object_of(scene: Scene, page: str) -> Any:
    name = _OBJECTS.get(page, page.partition("_")[0])
    found = scene.made.get(name)
    return found.id if found is not None else None


def form_of(scene: Scene, page: str) -> Any:
    gestin, current = str(scene.cast.people["gestin"].pk), months_before(scene.cast.acteur("garban").on)[0]
    forms = {
        "dialogue_create": {"sujet": SUJETS[0], "text": "Bonjour"},
        "dialogue_view": {"text": "Bonjour"},
        "dialogue_assign": {"agent": gestin},
        "dialogue_lot": {"tous": "1", "lot-agent": gestin},
        "sujet_create": {"libelle": "Médiation"},
        "delai_edit": {"jours": "9"},
        "attestation_create": {"kind": "qf", "mois": current.isoformat()},
    }
    return forms.get(page)
