"""What a person finds on arriving: tiles and menu, read from the registry and his rights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.urls import reverse

from portail.afas.queries.accueil import attentes_of
from portail.afas.queries.attributions import incomplete_for
from portail.afas.queries.profils import waiting_for
from portail.afas.queries.traitement import to_process_for
from portail.afas.roles import DECLARER
from portail.afas.rules.profils import refuse_approbateurs, refuse_giving
from portail.afas.rules.traitement import refuse_processing
from portail.cdap.queries.dialogues import awaiting_for
from portail.cdap.queries.gardes import alertes_for, to_justify_count
from portail.cdap.roles import SERVICE as CDAP
from portail.cdap.rules.dialogues import refuse_processing as refuse_dialoguing
from portail.conventions.enums import EtatSuccession, Fonction
from portail.habilitations import queries, roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import DemandeAcces
from portail.habilitations.queries.acces import demandes_of
from portail.habilitations.queries.conditions import Stopped
from portail.habilitations.queries.horizon import ending_for
from portail.habilitations.queries.successions import successions_for
from portail.habilitations.rules import refuse_conventions, refuse_deciding_somewhere
from portail.habilitations.rules.justificatifs import refuse_justificatifs
from portail.incidents.enums import EtatIncident
from portail.incidents.queries import incidents_for
from portail.ui.pages import page_url
from portail.ui.templatetags.ui import counted, day


@dataclass(frozen=True)
class Tile:
    """A service: open with its roles and first end, or grey with the reason."""

    service: roles.Service
    url: str
    held: list[queries.HeldRole]
    reason: str = ""
    request_url: str = ""

    @property
    def is_open(self) -> bool:
        return bool(self.held)

    @property
    def until(self) -> date | None:
        return min((h.until for h in self.held if h.until), default=None)


@dataclass(frozen=True)
class RightRow:
    """One right of the day, as « Mon profil » lists it."""

    service: str
    held: queries.HeldRole


def rights_for(acteur: Acteur) -> list[RightRow]:
    """Every role held today, service by service."""
    return [
        RightRow(service.libelle, held)
        for service in roles.SERVICES.values()
        for held in (queries.held_roles(acteur, service) if acteur.roles_of(service.code) else [])
    ]


def tiles_for(acteur: Acteur, stops: Sequence[Stopped] = ()) -> list[Tile]:
    """The services, open ones first, the others with the reason; an agent of a Caf has none."""
    if acteur.caf is not None or not acteur.places:
        return []
    services = roles.SERVICES.values()
    askable = [s for s in services if s.code in acteur.opened_services and not acteur.roles_of(s.code)]
    asked = demandes_of(acteur) if askable else {}
    tiles = [_tile(acteur, service, asked.get(service.code), stops) for service in services]
    return sorted(tiles, key=lambda tile: not tile.is_open)


_OWN = (
    "Aucun de vos groupes ne donne de rôle dans ce service. Vous administrez la convention : ajoutez-vous à un groupe "
    "qui l'a."
)


def _tile(acteur: Acteur, service: roles.Service, asked: DemandeAcces | None, stops: Sequence[Stopped]) -> Tile:
    url = page_url(service.url_name)
    if acteur.roles_of(service.code):
        return Tile(service, url, queries.held_roles(acteur, service))
    if service.code not in acteur.opened_services:
        return Tile(
            service, url, [], "La convention de votre organisme n'ouvre pas ce service : seule la Caf peut l'ouvrir."
        )
    if stopped := next((stop for stop in stops if stop.service == service.code and stop.since <= acteur.on), None):
        return Tile(service, url, [], _why_stopped(stopped))
    if any(place.is_administrateur and service.code in place.services for place in acteur.places):
        return Tile(service, url, [], _OWN)
    may_ask = asked is None or asked.etat != "en_attente"
    request_url = reverse("habilitations:acces_create", args=[service.code]) if may_ask else ""
    return Tile(service, url, [], _reason(asked), request_url)


def _reason(asked: DemandeAcces | None) -> str:
    """Why the tile is grey: no group gives a role, or where the request stands."""
    if asked is not None and asked.etat == "en_attente":
        return f"Votre demande du {day(asked.asked_at)} attend une réponse."
    if asked is not None and asked.etat == "refusee":
        return f"Votre demande du {day(asked.asked_at)} a été refusée : {asked.refusal}"
    return "Aucun de vos groupes ne donne de rôle dans ce service : votre administrateur peut vous y ajouter."


def _why_stopped(stop: Stopped) -> str:
    """Why groups that give a role of the service do not open it, and who can change that."""
    if stop.motif:
        return f"Suspendu par la Caf depuis le {day(stop.since)} : {stop.motif} Elle seule peut le rétablir."
    if not stop.role:
        return (
            f"Suspendu depuis le {day(stop.since)}, faute d'utilisation. Votre administrateur, ou le "
            "responsable de votre groupe, peut le rétablir."
        )
    if stop.waits:
        return f"Votre justificatif ({stop.proof}) attend d'être vérifié par votre administrateur ou votre responsable."
    if stop.lapsed_on is not None and stop.lapsed_on >= stop.since:
        return f"Votre justificatif ({stop.proof}) a expiré le {day(stop.lapsed_on)} : déposez-en un nouveau."
    return f"Votre justificatif manque ({stop.proof}) : déposez-le dans « Mes justificatifs »."


def ending_soon(acteur: Acteur) -> list[RightRow]:
    """His rights that end within thirty days, the nearest first."""
    limit = acteur.on + timedelta(days=30)
    rows = [row for row in rights_for(acteur) if row.held.until and row.held.until <= limit]
    return sorted(rows, key=lambda row: row.held.until or limit)


_ACCES = "demande d'accès,demandes d'accès"
_INCIDENT = "incident à prendre en charge,incidents à prendre en charge"
_COMPTE = "compte à vérifier,comptes à vérifier"
_APPROBATEUR = "approbateur à valider,approbateurs à valider"
_NON_ATTRIBUE = "activité où un rôle n'est donné à personne,activités où un rôle n'est donné à personne"
_DIALOGUE = "dialogue à traiter,dialogues à traiter"
_ALERTE = "alerte sur des consultations,alertes sur des consultations"
_TO_JUSTIFY = "consultation à justifier,consultations à justifier"
_FIN = "habilitation se termine d'ici 30 jours,habilitations se terminent d'ici 30 jours"
_DECLARATION = "déclaration à traiter,déclarations à traiter"


class ToDo(NamedTuple):
    """Something that waits for this person: how many, and where it is done."""

    label: str
    url: str


Asked = tuple[int, str, str]  # how many, "singular,plural", the page where it is done
MANAGING: list[Callable[[Acteur], Asked]] = []


def register(waiting: Callable[[Acteur], Asked]) -> None:
    """Called by the `apps.py` of an app above: what waits there for who administers or answers for a group."""
    MANAGING.append(waiting)


def _managing(acteur: Acteur) -> list[Asked]:
    """What waits for who looks after others' accesses; nobody else is asked about."""
    if not (acteur.administered or acteur.managed_groupes):
        return []
    return [*(waiting(acteur) for waiting in MANAGING), (ending_for(acteur), _FIN, "habilitations:horizon_list")]


def to_do(acteur: Acteur) -> list[ToDo]:
    """What waits for him, the most pressing first."""
    waiting = [(sum(place.pending_acces for place in acteur.places), _ACCES, "habilitations:acces_list")]
    if acteur.is_caf_administrateur:
        reported = incidents_for(acteur).filter(etat=EtatIncident.SIGNALE)
        proposed = successions_for(acteur).filter(etat=EtatSuccession.PROPOSEE)
        waiting = [
            (reported.count(), _INCIDENT, "incidents:incident_list"),
            (proposed.count(), "succession à décider,successions à décider", "habilitations:succession_list"),
            (queries.demandes_for(acteur).count(), _COMPTE, "habilitations:demande_list"),
            (alertes_for(acteur).open().count(), _ALERTE, "cdap:alerte_list"),
        ]
    elif acteur.caf is None:
        waiting += [(to_justify_count(acteur), _TO_JUSTIFY, "cdap:justification_list"), *_managing(acteur)]
    if refuse_approbateurs(acteur) is None:
        waiting.append((waiting_for(acteur).count(), _APPROBATEUR, "afas:approbateur_list"))
    elif refuse_giving(acteur) is None:
        waiting.append((incomplete_for(acteur), _NON_ATTRIBUE, "afas:profil_gaps"))
    if refuse_processing(acteur) is None:
        waiting.append((to_process_for(acteur).count(), _DECLARATION, "afas:traitement_list"))
    if refuse_dialoguing(acteur) is None:
        waiting.append((awaiting_for(acteur).count(), _DIALOGUE, "cdap:dialogue_queue"))
    found = [ToDo(counted(count, noun), page_url(url_name)) for count, noun, url_name in waiting if count]
    return [*_to_declare(acteur), *found]


def _to_declare(acteur: Acteur) -> list[ToDo]:
    """The declarations that wait for him; asked only about who may declare."""
    if DECLARER.code not in acteur.roles_of("afas"):
        return []
    return [ToDo(each.label, f"{page_url('afas:declaration_list')}?{each.query}") for each in attentes_of(acteur)]


class MenuItem(NamedTuple):
    label: str
    url: str
    is_current: bool = False


class MenuSection(NamedTuple):
    label: str
    items: tuple[MenuItem, ...]


def menu_for(acteur: Acteur, path: str) -> tuple[MenuSection, ...]:
    """The left menu: only what the person may open. Its labels are constants of ours, so equal menus look the same."""
    sections = [("", [("Bienvenue", "accueil:home"), ("Mon profil", "accueil:profil_view")])]
    if refuse_conventions(acteur) is None:
        sections.append(("Gestion des habilitations", _managed(acteur)))
    for service in roles.SERVICES.values():
        held = acteur.roles_of(service.code)
        entries = [(e.label, e.url_name) for e in service.menu if held and (not e.roles or held & set(e.roles))]
        if entries:
            sections.append((service.libelle, entries))
    if acteur.caf is not None:
        sections.append((CDAP.libelle, [*_CONSULTED, *_EXCHANGED]))
        sections.extend(_financed(acteur))
        sections.append(("Supervision métier", _WATCHED))
        sections.append(("Organismes partenaires", _organismes(acteur)))
    for label, entries in (("À décider", _decided(acteur)), ("Supervision habilitations", _supervised(acteur))):
        if entries:
            sections.append((label, entries))
    sections.append(("Administration", [*([] if acteur.is_caf_administrateur else [_INCIDENTS]), *_ADMINISTRATION]))
    current = max((page_url(name) for _, items in sections for _, name in items if _leads_to(name, path)), default="")
    return tuple(
        MenuSection(label, tuple(MenuItem(text, page_url(name), page_url(name) == current) for text, name in items))
        for label, items in sections
    )


_FOLLOWERS = (Fonction.ADMINISTRATEUR, Fonction.AUDITEUR)
_FOLLOWING = [
    ("Suivi des habilitations", "supervision:habilitation_list"),
    ("Anomalies", "supervision:anomalie_list"),
    ("Statistiques d'usage", "supervision:usage_view"),
]
_REVIEWS = ("Mes revues", "campagnes:revue_list")
_PROVING = [("Campagnes", "campagnes:campagne_list"), ("Dossiers d'audit", "campagnes:dossier_list")]
_WATCHED = [
    ("Consultations de dossiers", "cdap:supervision_view"),
    ("Alertes", "cdap:alerte_list"),
    ("Consultations à justifier", "cdap:justification_list"),
    ("Réglages de la surveillance", "cdap:reglage_list"),
]
_KEPT = [("Journal", "supervision:journal_list"), ("État du portail", "supervision:sante_view")]
_PROCESSED = [
    ("Accueil AFAS", "afas:home"),
    ("Déclarations à traiter", "afas:traitement_list"),
    ("Demandes de complément", "afas:complement_list"),
]
_FOLLOWED = [
    ("Toutes les déclarations", "afas:declaration_list"),
    ("Suivi de la campagne", "afas:campagne_view"),
    ("Tableau de bord", "afas:tableau_list"),
]
_CONSULTED = [
    ("Accueil CDAP", "cdap:home"),
    ("Ce que les profils ouvrent", "cdap:matrice_view"),
    ("Oppositions", "cdap:opposition_list"),
    ("Chargements de dossiers", "cdap:chargement_list"),
]
_PAID = [
    ("Versements", "afas:versement_list"),
    ("Lots de paiement", "afas:lot_list"),
    ("Comptes bancaires", "afas:compte_list"),
    ("Règles d'acompte", "afas:regle_list"),
]
_PREPARED = [
    ("Activités", "afas:activite_list"),
    ("Profils des organismes", "afas:profil_list"),
    ("Changements de profils", "afas:changement_list"),
    ("Calendrier des échéances", "afas:echeance_list"),
    ("Barèmes", "afas:bareme_list"),
    ("Seuils des contrôles", "afas:seuil_list"),
    ("Recalculs des droits", "afas:recalcul_list"),
]
_EXCHANGED = [("Dialogues", "cdap:dialogue_queue"), ("Courriers à l'allocataire", "cdap:envoi_list")]
_INCIDENTS = ("Incidents", "incidents:incident_list")
_ADMINISTRATION = [
    ("Modifier mon adresse mail", "comptes:courriel_edit"),
    ("Règles d'usage", "comptes:regles_view"),
]


def _managed(acteur: Acteur) -> list[tuple[str, str]]:
    entries = [
        ("Consulter les conventions", "habilitations:convention_list"),
        ("Horizon", "habilitations:horizon_list"),
    ]
    if refuse_deciding_somewhere(acteur) is None:
        pending = sum(place.pending_acces for place in acteur.places)
        entries.append(("Demandes d'accès" + (f" ({pending})" if pending else ""), "habilitations:acces_list"))
    if refuse_justificatifs(acteur) is None:
        entries.append(("Justificatifs", "habilitations:justificatif_list"))
    if acteur.administered or acteur.answered_for or acteur.fonction in _FOLLOWERS:
        entries.append(("Simulations", "simulations:simulation_list"))
    return entries


def _organismes(acteur: Acteur) -> list[tuple[str, str]]:
    entries = [
        ("Consulter les organismes partenaires", "conventionnement:organisme_list"),
        ("Consulter les types d'organismes", "conventionnement:type_list"),
    ]
    if acteur.is_caf_administrateur:
        entries.append(("Enregistrer un organisme partenaire", "conventionnement:organisme_create"))
    return entries


def _financed(acteur: Acteur) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the Caf does in AFAS: each day, to pay, and to prepare."""
    approbateurs = [("Approbateurs à valider", "afas:approbateur_list")] if refuse_approbateurs(acteur) is None else []
    return [
        ("Aides financières d'action sociale", [*_PROCESSED, *approbateurs, *_FOLLOWED]),
        ("Aides financières : versements", _PAID),
        ("Aides financières : réglages", _PREPARED),
    ]


def _decided(acteur: Acteur) -> list[tuple[str, str]]:
    if not acteur.is_caf_administrateur:
        return []
    return [
        _INCIDENTS,
        ("Successions", "habilitations:succession_list"),
        ("Comptes à vérifier", "habilitations:demande_list"),
    ]


def _supervised(acteur: Acteur) -> list[tuple[str, str]]:
    """What is followed, reviewed and proved; a responsable has his reviews only."""
    reviews = [_REVIEWS] if acteur.is_caf_administrateur or refuse_deciding_somewhere(acteur) is None else []
    if acteur.caf is None:
        return [*_FOLLOWING[:1], *reviews, *_PROVING] if acteur.administered else reviews
    return ([*_FOLLOWING, *reviews, *_PROVING] if acteur.fonction in _FOLLOWERS else []) + _KEPT


# The pages of a thread are those of both sides, each with a list of its own.
_ALSO_ABOVE = {"cdap:dialogue_queue": "cdap:dialogue_list"}


def _leads_to(url_name: str, path: str) -> bool:
    urls = [page_url(name) for name in (url_name, _ALSO_ABOVE.get(url_name, url_name))]
    return any(path == url if url == "/" else path.startswith(url) for url in urls)
