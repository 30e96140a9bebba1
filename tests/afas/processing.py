"""Declarations as the Caf receives them: transmitted, in hand, decided; the figures of the year."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from portail.afas.actions import droits, traitement
from portail.afas.definitions import type_of
from portail.afas.enums import EtatDeclaration, EtatVolet, Phase, VoletKind
from portail.afas.models import ChiffreBareme, Declaration, Echeance, VersionDeclaration, Volet
from portail.afas.queries.versions import content_of, digest_of
from tests.afas.scene import FINANCES, SHEET, Scene


def figures(scene: Scene, valeur: str = "30", exercice: int | None = None) -> None:
    """The Caf has entered every figure that the activité needs."""
    for code in sorted({chiffre.code for chiffre in type_of(scene.activite.type).chiffres}):
        ChiffreBareme.objects.create(
            caf=scene.activite.caf,
            type=scene.activite.type,
            code=code,
            exercice=exercice or scene.echeance.exercice,
            valeur=Decimal(valeur),
            source="Lettre circulaire",
            entered_by=scene.cast.people["gestin"],
        )


def declared(scene: Scene, phase: str = Phase.REEL, exercice: int | None = None, **finances: str) -> Declaration:
    """Another declaration of the activité, its sheets filled in and submitted; `finances` replace some accounts."""
    exercice = exercice or scene.echeance.exercice
    today = timezone.localdate()
    echeance, _ = Echeance.objects.get_or_create(
        caf=scene.activite.caf,
        exercice=exercice,
        type=scene.activite.type,
        phase=phase,
        defaults={"opens_on": today - timedelta(days=60), "due_on": today - timedelta(days=5), "opened_at": None},
    )
    definition = type_of(scene.activite.type).definition(exercice).version
    declaration, _ = Declaration.objects.get_or_create(
        activite=scene.activite, echeance=echeance, defaults={"caf": scene.activite.caf, "definition": definition}
    )
    robine = scene.cast.people["robine"]
    submitted = {"etat": EtatVolet.SOUMIS, "submitted_by": robine, "submitted_at": timezone.now()}
    for lieu in scene.lieux:
        Volet.objects.update_or_create(
            declaration=declaration,
            kind=VoletKind.ACTIVITE,
            lieu=lieu,
            defaults={"valeurs": SHEET, **submitted},
        )
    Volet.objects.update_or_create(
        declaration=declaration,
        kind=VoletKind.FINANCIER,
        lieu=None,
        defaults={"valeurs": FINANCES | finances, **submitted},
    )
    return declaration


def transmitted(scene: Scene, phase: str = Phase.REEL, exercice: int | None = None, **finances: str) -> Declaration:
    """The same, approved and transmitted to the Caf."""
    return transmit(scene, declared(scene, phase, exercice, **finances))


@transaction.atomic
def transmit(scene: Scene, declaration: Declaration) -> Declaration:
    """The version that it now says is frozen and sent, as Garban's signature does."""
    declaration = Declaration.objects.select_related("activite__organisme", "echeance", "caf").get(pk=declaration.pk)
    contenu, now = content_of(declaration), timezone.now()
    VersionDeclaration.objects.create(
        declaration=declaration,
        numero=declaration.version,
        contenu=contenu,
        empreinte=digest_of(contenu),
        code=f"{declaration.pk:08d}-{declaration.version}",
        approved_by=scene.cast.people["garban"],
        approved_at=now,
    )
    Declaration.objects.filter(pk=declaration.pk).update(etat=EtatDeclaration.TRANSMISE, transmitted_at=now)
    fresh = again(declaration)
    traitement.received(fresh, by=scene.cast.acteur("garban"))
    return again(declaration)


def again(declaration: Declaration) -> Declaration:
    """As it now stands, like a page finds it."""
    rows = Declaration.objects.select_related("activite__organisme", "echeance", "caf", "traitant")
    return rows.get(pk=declaration.pk)


def taken(scene: Scene, phase: str = Phase.REEL, exercice: int | None = None, **finances: str) -> Declaration:
    """Gestin has it in hand."""
    declaration = transmitted(scene, phase, exercice, **finances)
    traitement.take(by=scene.cast.acteur("gestin"), declaration=declaration)
    return again(declaration)


def computed(scene: Scene, phase: str = Phase.REEL, exercice: int | None = None) -> Declaration:
    """Its right is worked out; the figures are there."""
    declaration = taken(scene, phase, exercice)
    droits.compute(by=scene.cast.acteur("gestin"), declaration=declaration)
    return again(declaration)


def decided(scene: Scene, phase: str = Phase.REEL, exercice: int | None = None) -> Declaration:
    declaration = computed(scene, phase, exercice)
    seen = declaration.droits.first().empreinte
    droits.decide(by=scene.cast.acteur("gestin"), declaration=declaration, seen=seen)
    return again(declaration)


def notified(scene: Scene, phase: str = Phase.REEL, exercice: int | None = None) -> Declaration:
    declaration = decided(scene, phase, exercice)
    droits.notify(by=scene.cast.acteur("gestin"), declaration=declaration)
    return again(declaration)
