"""Declarations as the approbateur finds them, and what he does, for the tests of his slice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portail.afas.actions import approbation as actions
from portail.afas.enums import EtatDeclaration, EtatVolet, Phase
from portail.afas.forms.approbation import sealed
from portail.afas.models import Declaration, Echeance, VersionDeclaration, Volet
from portail.afas.queries.versions import content_of, digest_of
from tests.afas.scene import Scene
from tests.cast import PASSWORD

MOTIF = "Les heures de l'été manquent."


def another(scene: Scene, phase: str, exercice: int | None = None) -> Scene:
    """The same activité at another échéance, its sheets empty."""
    echeance = Echeance.objects.create(
        caf=scene.activite.caf,
        exercice=exercice or scene.echeance.exercice,
        type=scene.activite.type,
        phase=phase,
        opens_on=scene.echeance.opens_on,
        due_on=scene.echeance.due_on,
    )
    declaration = Declaration.objects.create(
        activite=scene.activite, echeance=echeance, caf=scene.activite.caf, definition=scene.declaration.definition
    )
    for volet in volets(scene):
        Volet.objects.create(declaration=declaration, kind=volet.kind, lieu=volet.lieu)
    return replace(scene, echeance=echeance, declaration=declaration)


def fresh(scene: Scene) -> Declaration:
    rows = Declaration.objects.select_related("activite__organisme", "echeance", "caf")
    return rows.get(pk=scene.declaration.pk)


def submitted(scene: Scene) -> Declaration:
    """Right values in every sheet, all submitted: it waits for Garban."""
    scene.filled(is_submitted=True)
    return fresh(scene)


def digest(scene: Scene) -> str:
    return digest_of(content_of(fresh(scene)))


def sign(scene: Scene, name: str = "garban", **more: Any) -> VersionDeclaration:
    by = scene.cast.acteur(name)
    return actions.approve(by=by, declaration=fresh(scene), **({"empreinte": digest(scene)} | more))


def transmitted(scene: Scene) -> VersionDeclaration:
    submitted(scene)
    return sign(scene)


def volets(scene: Scene) -> list[Volet]:
    return list(Volet.objects.filter(declaration=scene.declaration).select_related("lieu").order_by("kind", "pk"))


def correct(scene: Scene) -> None:
    actions.correct(by=scene.cast.acteur("garban"), declaration=fresh(scene), volets=volets(scene)[:1], motif=MOTIF)


def resubmitted(scene: Scene, **valeurs: str) -> None:
    """The sheets that were given back hold these values too and are submitted again; it waits for Garban."""
    robine = scene.cast.people["robine"]
    for volet in volets(scene):
        if volet.etat != EtatVolet.SOUMIS:
            volet.valeurs |= valeurs
            volet.etat, volet.submitted_by, volet.submitted_at = EtatVolet.SOUMIS, robine, timezone.now()
            volet.save()
    scene.become(EtatDeclaration.A_APPROUVER)


def due(scene: Scene, days: int) -> None:
    """It had, or has, to be given back in that many days."""
    echeance = scene.echeance
    echeance.due_on = timezone.localdate() + timedelta(days=days)
    echeance.opens_on = min(echeance.opens_on, echeance.due_on)
    echeance.save()


# The table of the rights

_SIGNED = {"is_read": "on", "password": PASSWORD}
_WAITING, _TRANSMITTED = Phase.ACTUALISE_JUIN, Phase.PREVISIONNEL
_PAGES = {
    "declaration_approve": _WAITING,
    "declaration_send_back": _WAITING,
    "declaration_correct": _TRANSMITTED,
    "version_list": _TRANSMITTED,
}


def build_ripe(scene: Scene) -> None:
    """A declaration that waits for its approbateur, and one that was transmitted."""
    submitted(another(scene, _WAITING))
    transmitted(another(scene, _TRANSMITTED))


def _declared_at(scene: Scene, phase: str) -> Declaration:
    exercice = scene.echeance.exercice
    return Declaration.objects.get(activite=scene.activite, echeance__phase=phase, echeance__exercice=exercice)


def _at(scene: Scene, phase: str) -> Scene:
    return replace(scene, declaration=_declared_at(scene, phase))


def ripe(scene: Scene, page: str) -> int | None:
    """The declaration, or the version, in the state that the page is for."""
    if page in ("version_view", "version_pdf"):
        return VersionDeclaration.objects.get(declaration=_at(scene, _TRANSMITTED).declaration).pk
    return _at(scene, _PAGES[page]).declaration.pk if page in _PAGES else None


def ripe_form(scene: Scene, page: str) -> Any:
    """What the approbateur sends: his password and the digest of what he reads; or what he gives back, and why."""
    waiting = _at(scene, _WAITING)
    number, seen = f"{waiting.declaration.pk}", digest(waiting)
    given_back = _at(scene, _PAGES.get(page, _WAITING))
    forms = {
        "approbation_lot": _SIGNED | {"choix": number, "empreinte": f"{number}:{seen}"},
        "declaration_approve": _SIGNED | {"empreinte": seen, "vu": sealed(content_of(fresh(waiting)))},
        "declaration_send_back": {"volets": [f"{volets(given_back)[0].pk}"], "motif": MOTIF},
        "declaration_correct": {"volets": [f"{volets(given_back)[0].pk}"], "motif": MOTIF},
    }
    return forms.get(page)
