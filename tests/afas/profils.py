"""What the screens of profiles need beyond the scene."""

from django.utils import timezone

from portail.afas.actions.imports import COLUMNS, fingerprint, judged, start_import
from portail.afas.enums import RoleProfil, Validation
from portail.afas.models import Activite, Profil
from tests.afas.scene import Scene


def with_profils(scene: Scene) -> Scene:
    """Guy is proposed as approbateur of another activité; a file of activités waits to be confirmed."""
    other = another(scene)
    proposed = Profil.objects.create(
        rattachement=scene.cast.rattachements["guy"],
        role=RoleProfil.APPROBATEUR,
        activite=other,
        opens_on=timezone.localdate(),
        validation=Validation.EN_ATTENTE,
    )
    gestin = scene.cast.acteur("gestin")
    fichier = start_import(by=gestin, file_name="activites.csv", lignes=[[2, line(scene)]])
    empreinte = fingerprint(judged(fichier, gestin))
    scene.made |= {"proposed": proposed.pk, "fichier": fichier.pk, "empreinte": empreinte, "csv": csv(line(scene))}
    return scene


def another(scene: Scene, rank: int = 1) -> Activite:
    """One more activité of Farandole, on which nobody has any role."""
    return Activite.objects.create(
        organisme=scene.activite.organisme,
        caf=scene.activite.caf,
        libelle=f"Accueil du mercredi {rank}",
        type="alsh",
        nature="periscolaire",
        numero_dossier=f"2018009{rank:02}",
        opens_on=scene.activite.opens_on,
    )


def line(scene: Scene, **other: str) -> dict[str, str]:
    """A line of a file that creates an activité of Farandole."""
    return {
        "siret": scene.activite.organisme.siret,
        "libelle": "Accueil d'été",
        "type": "alsh",
        "nature": "Extrascolaire",
        "numero_dossier": "201800134",
        "opens_on": "01/07/2026",
    } | other


def csv(*lines: dict[str, str]) -> bytes:
    rows = [list(COLUMNS.values()), *([each.get(name, "") for name in COLUMNS] for each in lines)]
    return "\n".join(";".join(row) for row in rows).encode()
