"""Farandole's leisure centre and its declaration, as the tests of AFAS find them.

Bruet gives profiles (AFAS-Habiliter). Robine supplies the activity of both lieux and the finances, Garban approves;
Guy may declare and has no profile yet. Gestin works at Caf 132.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portail.afas.definitions import type_of
from portail.afas.enums import EtatDeclaration, EtatVolet, Phase, RoleProfil, Validation, VoletKind
from portail.afas.models import Activite, Declaration, Echeance, LieuImplantation, Profil, Volet
from portail.habilitations import actions
from tests.cast import Cast

SHEET = {
    "capacite": "40",
    "jours_ouverture": "100",
    "amplitude": "10",
    "enfants": "60",
    "heures_realisees_m6": "9000",
    "heures_realisees_p6": "11000.50",
}
FINANCES = {"c60": "4000", "c64": "42000.10", "p744": "46000.10", "taux_rg": "100"}


@dataclass
class Scene:
    """What stands in AFAS for the cast; `profil("garban")` is his only profile, or the one on the activité."""

    cast: Cast
    activite: Activite
    lieux: list[LieuImplantation]
    echeance: Echeance
    declaration: Declaration
    made: dict[str, Any] = field(default_factory=dict)  # what a part of the tests adds to it, by name

    def profil(self, name: str, role: str | None = None) -> Profil:
        rows = Profil.objects.filter(rattachement=self.cast.rattachements[name])
        return (rows.filter(role=role) if role else rows).order_by("pk").first()

    def volet(self, kind: str = VoletKind.ACTIVITE, lieu: int = 0) -> Volet:
        rows = Volet.objects.filter(declaration=self.declaration, kind=kind)
        return rows.get(lieu=self.lieux[lieu]) if kind == VoletKind.ACTIVITE else rows.get()

    def filled(self, *, is_submitted: bool = False) -> None:
        """Every volet holds right values; with `is_submitted`, each is submitted and the declaration waits."""
        more: dict[str, Any] = {}
        if is_submitted:
            robine = self.cast.people["robine"]
            more = {"etat": EtatVolet.SOUMIS, "submitted_by": robine, "submitted_at": timezone.now()}
        rows = Volet.objects.filter(declaration=self.declaration)
        rows.filter(kind=VoletKind.ACTIVITE).update(valeurs=SHEET, **({"etat": EtatVolet.EN_COURS} | more))
        rows.filter(kind=VoletKind.FINANCIER).update(valeurs=FINANCES, **({"etat": EtatVolet.EN_COURS} | more))
        self.become(EtatDeclaration.A_APPROUVER if is_submitted else EtatDeclaration.EN_COURS)

    def become(self, etat: str) -> None:
        Declaration.objects.filter(pk=self.declaration.pk).update(etat=etat)
        self.declaration.refresh_from_db()


def build_scene(cast: Cast) -> Scene:
    """First rows written here: what follows is done by the product's own actions."""
    _open_roles(cast)
    since = cast.conventions["farandole"].opens_on
    exercice = timezone.localdate().year - 1
    activite = Activite.objects.create(
        organisme=cast.conventions["farandole"].organisme,
        caf=cast.cafs["132"],
        libelle="ESC Farandole Istres",
        type="alsh",
        nature="extrascolaire",
        numero_dossier="201800132",
        capacite=60,
        opens_on=since,
    )
    lieux = [
        LieuImplantation.objects.create(activite=activite, libelle=libelle, commune="Istres", opens_on=since)
        for libelle in ("ESC Farandole Istres", "ESC L'éclair")
    ]
    _profils(cast, activite, lieux)
    echeance = Echeance.objects.create(
        caf=activite.caf,
        exercice=exercice,
        type="alsh",
        phase=Phase.REEL,
        opens_on=timezone.localdate() - timedelta(days=10),
        due_on=timezone.localdate() + timedelta(days=30),
        opened_at=timezone.now(),
    )
    definition = type_of("alsh").definition(exercice).version
    declaration = Declaration.objects.create(
        activite=activite, echeance=echeance, caf=activite.caf, definition=definition
    )
    for lieu in lieux:
        Volet.objects.create(declaration=declaration, kind=VoletKind.ACTIVITE, lieu=lieu)
    Volet.objects.create(declaration=declaration, kind=VoletKind.FINANCIER)
    return Scene(cast, activite, lieux, echeance, declaration)


def _open_roles(cast: Cast) -> None:
    """Bruet gives profiles; Garban and Guy may declare, as Robine does."""
    bruet, farandole = cast.acteur("bruet"), cast.conventions["farandole"]
    groupe = actions.create_groupe(
        by=bruet, convention=farandole, code="AFAS-HAB", libelle="AFAS-HABILITER", opens_on=farandole.opens_on
    )
    actions.set_roles(by=bruet, groupe=groupe, wanted={"afas.habiliter"})
    cast.groupes["AFAS-HAB"] = groupe
    today = timezone.localdate()
    for name, code in (("bruet", "AFAS-HAB"), ("garban", "AFAS-DEC"), ("guy", "AFAS-DEC")):
        rattachement = cast.rattachements[name]
        actions.add_to_groupe(
            by=bruet, groupe=cast.groupes[code], rattachement=rattachement, opens_on=today, closes_on=None
        )


def _profils(cast: Cast, activite: Activite, lieux: list[LieuImplantation]) -> None:
    given = [
        ("robine", RoleProfil.ACTIVITE, lieux[0]),
        ("robine", RoleProfil.ACTIVITE, lieux[1]),
        ("robine", RoleProfil.FINANCES, None),
        ("garban", RoleProfil.APPROBATEUR, None),
    ]
    for name, role, lieu in given:
        is_approbateur = role == RoleProfil.APPROBATEUR
        Profil.objects.create(
            rattachement=cast.rattachements[name],
            role=role,
            activite=activite,
            lieu=lieu,
            opens_on=timezone.localdate(),
            opened_by=cast.people["bruet"],
            validation=Validation.VALIDEE if is_approbateur else Validation.SANS_OBJET,
            decided_by=cast.people["gestin"] if is_approbateur else None,
            decided_at=timezone.now() if is_approbateur else None,
        )
