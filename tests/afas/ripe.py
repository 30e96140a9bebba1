"""What the table of the rights finds in the Caf's hands: a declaration in each state, a year worked out again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portail.afas.actions import complements, recalculs
from portail.afas.actions.complements import Demande
from portail.afas.enums import EtatVolet, Phase, RoleProfil
from portail.afas.models import Activite, Declaration, DemandeComplement, LieuImplantation, RecalculDroits
from portail.afas.queries.droits import current_droit
from tests.afas.processing import computed, decided, figures, notified, taken, transmitted
from tests.afas.scene import Scene

BEFORE = 8  # years before the scene's: nobody else writes there
# The phase, and how many years earlier, of the declaration that each page is about.
RIPE = {
    "transmitted": (Phase.PREVISIONNEL, BEFORE),
    "taken": (Phase.ACTUALISE_JUIN, BEFORE),
    "computed": (Phase.ACTUALISE_SEPTEMBRE, BEFORE),
    "decided": (Phase.PREVISIONNEL, BEFORE + 1),
    "notified": (Phase.ACTUALISE_JUIN, BEFORE + 1),
    "asked": (Phase.ACTUALISE_SEPTEMBRE, BEFORE + 1),
}
PAGES = {
    **dict.fromkeys(("traitement_view", "traitement_take", "traitement_assign"), "transmitted"),
    **dict.fromkeys(("complement_ask", "droit_compute"), "taken"),
    "traitement_decide": "computed",
    **dict.fromkeys(("traitement_reopen", "traitement_notify"), "decided"),
    **dict.fromkeys(("droit_view", "notification_pdf"), "notified"),
}


DOSSIER = "201800999"


def _apart(scene: Scene) -> Scene:
    """The same people about an activité of its own, of which no other part of the table speaks."""
    first = scene.activite
    activite = Activite.objects.create(
        caf=first.caf,
        organisme=first.organisme,
        libelle="Les Tilleuls",
        type=first.type,
        nature=first.nature,
        numero_dossier=DOSSIER,
        opens_on=first.opens_on,
    )
    LieuImplantation.objects.create(activite=activite, libelle="Les Tilleuls", opens_on=activite.opens_on)
    for name, role in (("robine", RoleProfil.FINANCES), ("garban", RoleProfil.APPROBATEUR)):
        _give(scene, activite, name, role)
    return replace(scene, activite=activite, lieux=list(activite.lieux.all()))


def _give(scene: Scene, activite: Activite, name: str, role: RoleProfil) -> None:
    """A profile like the one the person has in the scene."""
    profil = scene.profil(name, role)
    profil.pk, profil.activite = None, activite
    profil.save(force_insert=True)


def build_ripe(scene: Scene) -> None:
    scene = _apart(scene)
    years = {name: (phase, scene.echeance.exercice - before) for name, (phase, before) in RIPE.items()}
    for exercice in sorted({exercice for _, exercice in years.values()}):
        figures(scene, exercice=exercice)
    transmitted(scene, *years["transmitted"])
    asked = taken(scene, *years["asked"])
    taken(scene, *years["taken"])
    computed(scene, *years["computed"])
    decided(scene, *years["decided"])
    notified(scene, *years["notified"])
    volets = list(asked.volets.values_list("pk", flat=True))
    due_on = timezone.localdate() + timedelta(days=9)
    demande = Demande("Charges de personnel", due_on, "Pouvez-vous détailler ?", volets)
    complements.ask(by=scene.cast.acteur("gestin"), declaration=asked, demande=demande)
    recalcul = recalculs.start_recalcul(caf=scene.activite.caf, exercice=years["notified"][1])
    recalculs.carry_on(recalcul.pk)


def ripe(scene: Scene, page: str) -> int | None:
    """The number of what the page is about; None when it is not one of these pages."""
    if page in ("complement_view", "complement_close"):
        return DemandeComplement.objects.get(objet="Charges de personnel").pk
    if page in ("recalcul_view", "recalcul_export"):
        return RecalculDroits.objects.get().pk
    return _declaration(scene, page).pk if page in PAGES else None


def _declaration(scene: Scene, page: str) -> Declaration:
    phase, before = RIPE[PAGES[page]]
    rows = Declaration.objects.filter(activite__numero_dossier=DOSSIER, echeance__phase=phase)
    return rows.get(echeance__exercice=scene.echeance.exercice - before)


def ripe_form(scene: Scene, page: str) -> Any:
    """What its form is sent with; None when it is not one of these pages."""
    if page in ("traitement_decide", "traitement_notify"):
        droit = current_droit(_declaration(scene, page))
        return {"empreinte": droit.empreinte if droit else "", "is_read": "on"}
    if page == "complement_ask":
        volets = _declaration(scene, page).volets.filter(etat=EtatVolet.SOUMIS)
        due_on = (timezone.localdate() + timedelta(days=9)).isoformat()
        return {"objet": "x", "message": "y", "due_on": due_on, "volets": [volet.pk for volet in volets]}
    sent = {
        "traitement_lot": {"acte": "prendre", "etat": "toutes", "choix": [_declaration(scene, "traitement_take").pk]},
        "traitement_assign": {"traitant": scene.cast.people["gestin"].pk},
        "traitement_reopen": {"motif": "Erreur de saisie"},
        "complement_view": {"text": "Voici."},
        "recalcul_create": {"exercice": scene.echeance.exercice - BEFORE},
    }
    return sent.get(page)
