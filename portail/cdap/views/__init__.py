"""The service's home: a file to ask for, those still open; for the Caf, what it follows and sets of the service."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from portail.cdap import rules
from portail.cdap.queries.consultations import lectures_for
from portail.cdap.roles import SERVICE
from portail.cdap.rules.consultations import refuse_consulting, refuse_onglet
from portail.cdap.rules.gardes import refuse_tracing
from portail.cdap.views.common import onglet_url
from portail.habilitations.acteur import Acteur
from portail.habilitations.views.services import service_page
from portail.ui.pages import Request, page

# Of the Caf: the sections of its home; an address, its icon, what it is called and what one does there.
_CAF = (
    (
        "Chaque jour",
        ("cdap:dialogue_queue", "envelope", "Dialogues", "Répondre à ce que les partenaires écrivent d'un dossier."),
        ("cdap:envoi_list", "send", "Courriers à l'allocataire", "Imprimer et poster les attestations demandées."),
    ),
    (
        "Surveiller",
        ("cdap:supervision_view", "bar-chart", "Supervision métier", "Voir qui consulte, quand, et à quelles fins."),
        ("cdap:alerte_list", "exclamation-triangle", "Alertes", "Lire ce qui sort de l'habitude, puis décider."),
        (
            "cdap:justification_list",
            "clipboard-check",
            "Consultations à justifier",
            "Examiner les réponses aux consultations tirées au sort.",
        ),
        (
            "cdap:dossier_trace",
            "search",
            "Qui a consulté ce dossier",
            "Répondre à un allocataire qui le demande.",
        ),
    ),
    (
        "Régler",
        ("cdap:matrice_view", "list-task", "Ce que les profils ouvrent", "Choisir, champ par champ, ce qui est lu."),
        ("cdap:opposition_list", "shield-lock", "Oppositions", "Fermer le dossier de qui s'y oppose."),
        ("cdap:sujet_list", "pencil", "Sujets et délai de réponse", "Choisir ce que les partenaires peuvent demander."),
        ("cdap:reglage_list", "gear", "Réglages de la surveillance", "Fixer les limites et les seuils des alertes."),
        ("cdap:chargement_list", "upload", "Chargements de dossiers", "Voir quels fichiers ont été lus, et quand."),
    ),
)
# Pages that not every agent of the Caf may open.
_REFUSED = {"cdap:dossier_trace": refuse_tracing}


@page(refuse=rules.refuse_home)
def home(request: Request) -> HttpResponse:
    acteur = request.acteur
    return service_page(
        request,
        SERVICE,
        "cdap/home.html",
        ask_url=reverse("cdap:consultation_create") if refuse_consulting(acteur) is None else "",
        lectures=_still_open(acteur),
        sections=_sections(acteur) if acteur.caf is not None else [],
    )


def _still_open(acteur: Acteur) -> list[tuple[Any, str]]:
    """The files that the person may still read without asking again, each with the address of its first tab."""
    return [
        (lecture.consultation, onglet_url(lecture.consultation, lecture.onglets[0].code))
        for lecture in lectures_for(acteur)
        if lecture.onglets and refuse_onglet(acteur, (lecture, lecture.onglets[0])) is None
    ]


def _sections(acteur: Acteur) -> list[tuple[str, list[dict[str, str]]]]:
    return [
        (
            title,
            [
                {"url": reverse(name), "icon": icon, "label": label, "text": text}
                for name, icon, label, text in tiles
                if name not in _REFUSED or _REFUSED[name](acteur) is None
            ],
        )
        for title, *tiles in _CAF
    ]
