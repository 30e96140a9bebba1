"""The cast at work: one session per person, Farandole's objects, and what each form is sent with."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from portail.comptes.models import Session
from portail.conventionnement.models import Personne, VersionConvention
from portail.conventions.models import (
    Convention,
    DemandeRattachement,
    Organisme,
    RoleBulletin,
    Succession,
    Suspension,
)
from portail.habilitations import actions
from portail.habilitations.actions import imports, justificatifs
from portail.habilitations.actions.repetition import Line
from portail.habilitations.actions.successions import Proposal
from portail.habilitations.actions.utilisateurs import Fiche
from portail.habilitations.models import (
    Appartenance,
    DemandeAcces,
    ImportUtilisateurs,
    Justificatif,
    Responsable,
    Suppleance,
)
from portail.incidents import actions as incidents
from portail.incidents.models import Incident
from portail.simulations.models import Simulation
from tests.afas.profils import with_profils
from tests.afas.scene import Scene, build_scene
from tests.cast import Cast, build_cast
from tests.cdap.scene import Scene as Dossiers
from tests.cdap.scene import build_scene as build_dossiers
from tests.client import PortailClient
from tests.conventionnement import drafted, proposed, signed
from tests.permissions import afas, cdap
from tests.permissions.reviewing import Reviewing, build_reviewing
from tests.permissions.routes import Route
from tests.simulations import calculated

ANONYMOUS = "anonyme"
NOWHERE = 999_999_999
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
# Written by every request, allowed or not: what is refused is journalled, a session keeps the time of its last act.
_ALWAYS_WRITTEN = {"journal_journalentry", "journal_journalseal", "comptes_session"}
_PERSON = (
    "incident_about",
    "utilisateur_view",
    "utilisateur_edit",
    "utilisateur_close",
    "depart_create",
    "identifiant_resend",
    "provisional_resend",
    "justificatif_add",
    "appartenance_create",
    "appartenance_list",
    "habilitation_view",
)


# The state of the version that each page is about.
RIPE = {
    "version_propose": "drafted",
    "version_abandon": "drafted",
    "part_edit": "drafted",
    "element_create": "drafted",
    "element_edit": "drafted",
    "element_remove": "drafted",
    "version_view": "proposed",
    "version_pdf": "proposed",
    "version_withdraw": "proposed",
    "version_sign": "proposed",
    "version_refuse": "proposed",
    "version_validate": "signed",
}


@dataclass
class World:
    """The cast, everybody's session, and one object of each kind of Farandole's."""

    cast: Cast
    sessions: dict[str, str]
    demande: DemandeRattachement
    acces: DemandeAcces
    spare_session: str
    versions: dict[str, VersionConvention]
    suspended: Convention
    spare: Organisme
    reviewing: Reviewing
    suppleance: Suppleance
    succession: Succession
    incidents: tuple[Incident, Incident]
    proofs: dict[str, Justificatif]
    scene: Scene
    dossiers: Dossiers
    before: dict[str, str] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    forms: dict[str, Any] = field(default_factory=dict)  # what each page is sent, once it was asked for

    def address(self, route: Route, **other: Any) -> str:
        """The route on Farandole's objects; `other` takes the place of some."""
        return reverse(route.name, kwargs={name: self.argument(route, name) for name in route.arguments} | other)

    def argument(self, route: Route, name: str) -> Any:
        """What the address of the page has there, on Farandole's objects."""
        given = {
            "convention": self.convention_of(route).pk,
            "rang": 1,
            "nature": "roles",
            "cible": str(self.cast.groupes["GUICHET"].pk),
            "part": "perimetre" if route.name.endswith("part_edit") else "administrateurs",
            "element": 0,
            "extension": "csv",
            "handle": Session(session_key=self.spare_session).handle,
            "secret": "perdu",
            "name": "perdu",
            "code": "sans-groupe",
            "fiche": "demander-un-dossier",
            "service": "cdap",
            "role": "cdap.t1",
            "bareme": "alsh",
            "annee": self.scene.echeance.exercice,
            "chiffre": "taux_ps",
            "seuil": "seuil_variation",
            "responsable": Responsable.objects.get(groupe=self.cast.groupes["ACCUEIL"]).pk,
        }
        if name not in given and route.name.startswith("campagnes:"):
            return self.reviewing.pk(route.name.partition(":")[2])
        if name not in given and route.name.startswith("afas:"):
            return afas.pk(self.scene, route.name.partition(":")[2])
        if name not in given and route.name.startswith("cdap:"):
            found = cdap.argument(self.dossiers, name)
            return cdap.pk(self.dossiers, route.name.partition(":")[2]) if found is None else found
        return given[name] if name in given else self._pk(route.name.partition(":")[2])

    def convention_of(self, route: Route) -> Convention:
        """Farandole's, or for what is signed the one of its versions that is ripe for the page."""
        if (state := RIPE.get(route.name.partition(":")[2])) is not None:
            return self.versions[state].convention
        return self.suspended if route.name.endswith("suspension_end") else self.cast.conventions["farandole"]

    def _pk(self, page: str) -> int:
        organisme = self.cast.conventions["farandole"].organisme_id
        kept = {"acces_decide": self.acces.pk, "demande_decide": self.demande.pk, "organisme_close": self.spare.pk}
        kept |= {"type_edit": self.spare.type_id, "type_close": self.spare.type_id}
        kept |= dict.fromkeys(("justificatif_withdraw", "justificatif_recontrol"), self.proofs["checked"].pk)
        kept |= dict.fromkeys(
            ("justificatif_view", "justificatif_file", "justificatif_check"), self.proofs["waiting"].pk
        )
        kept |= dict.fromkeys(("organisme_view", "organisme_edit", "version_create"), organisme)
        kept |= dict.fromkeys(("incident_view", "incident_take"), self.incidents[0].pk)
        kept |= dict.fromkeys(("incident_analyse", "incident_cut", "incident_close"), self.incidents[1].pk)
        kept |= {"suppleance_end": self.suppleance.pk}
        kept |= dict.fromkeys(("succession_withdraw", "succession_decide"), self.succession.pk)
        if page in kept:
            return kept[page]

        if page in _PERSON:
            return self.cast.rattachements["double"].pk
        if page in ("appartenance_edit", "appartenance_close"):
            return Appartenance.objects.get(groupe=self.cast.groupes["GUICHET"], closes_on=None).pk
        if page.startswith(("simulation_", "difference_", "changement_")):
            return Simulation.objects.get().pk
        if page.startswith("import_"):
            return ImportUtilisateurs.objects.get().pk
        if page == "responsable_end":
            return self.cast.groupes["ACCUEIL"].pk
        if page.startswith(("groupe", "sous_groupe", "membre", "responsable")):
            return self.cast.groupes["GUICHET"].pk
        return self.cast.conventions["farandole"].pk

    def ask(self, who: str, method: str, url: str, data: Any = None) -> Any:
        """What the person is answered; whatever it did is taken back, `changed` says whether it did anything."""
        client = PortailClient()
        if who != ANONYMOUS:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        with taken_back():
            if method == "POST" and isinstance(data, str):
                response = client.post(url, data, content_type="application/json")
            else:
                response = getattr(client, method.lower())(url, data)
            response.changed = self._is_changed()
        return response

    def _is_changed(self) -> bool:
        """Is a table no longer as the world was built? Only those written since the last answer can be."""
        written = rows_written()
        names = [name for name, rows in written.items() if rows != self.written[name] and name in self.before]
        self.written = written
        return bool(names) and content_of_tables(names) != {name: self.before[name] for name in names}


def _scene(cast: Cast) -> Scene:
    scene = build_scene(cast)
    afas.build(scene)
    return scene


def _dossiers(cast: Cast) -> Dossiers:
    dossiers = build_dossiers(cast)
    cdap.build(dossiers)
    return dossiers


def build_world() -> World:
    cast = build_cast()
    actions.watch_usages(timezone.localdate())
    fiche = Fiche(nom="Voisin", prenom="Victor", courriel="VOISIN@example.fr", opens_on=timezone.localdate())
    actions.create_utilisateur(by=cast.acteur("bruet"), convention=cast.conventions["farandole"], fiche=fiche)
    line = Line(2, {"nom": "Neuf", "prenom": "Nora", "courriel": "neuf@example.fr"})
    work = imports.start_import(
        by=cast.acteur("bruet"), convention=cast.conventions["farandole"], file_name="f.csv", digest="", lines=[line]
    )
    imports.carry_on(work.pk)
    calculated(cast)
    sessions = {name: _signed_in(cast, name) for name in cast.people}
    demande, acces, spare = DemandeRattachement.objects.get(), _asked(cast), _signed_in(cast, "bruet")
    versions, reviewing, proofs = _versions(cast), build_reviewing(cast), _proofs(cast)
    kept = (
        versions,
        _suspended(cast),
        _spare(cast),
        reviewing,
        *_absent(cast),
        _incidents(cast),
        proofs,
        with_profils(_scene(cast)),
        _dossiers(cast),
    )
    world = World(cast, sessions, demande, acces, spare, *kept)
    world.before, world.written = content_of_tables(), rows_written()
    return world


def _versions(cast: Cast) -> dict[str, VersionConvention]:
    """One in each state; Bruet signs for his organisation."""
    bruet = cast.people["bruet"]
    signataire = Personne(bruet.nom, bruet.prenom, bruet.courriel, qualite="Directeur")
    return {
        "drafted": drafted(cast, signataire=signataire),
        "proposed": proposed(cast, signataire=signataire),
        "signed": signed(cast, signataire=signataire),
    }


def _proofs(cast: Cast) -> dict[str, Justificatif]:
    """Double's: one checked, one that waits; T1 will ask for it in some days."""
    today, double = timezone.localdate(), cast.people["double"]
    RoleBulletin.objects.filter(role="cdap.t1").update(justificatif_since=today + timedelta(days=10))
    given = {"utilisateur": double, "role": "cdap.t1", "file_name": "diplome.pdf", "content": PDF}
    checked = justificatifs.deposit(by=cast.acteur("double"), **given)
    justificatifs.check(by=cast.acteur("bruet"), justificatif=checked, opens_on=today, closes_on=None)
    return {"checked": checked, "waiting": justificatifs.deposit(by=cast.acteur("double"), **given)}


def _suspended(cast: Cast) -> Convention:
    first = cast.conventions["farandole"]
    convention = Convention.objects.create(
        numero=77,
        libelle="Convention suspendue",
        organisme=first.organisme,
        caf_pivot=first.caf_pivot,
        opens_on=first.opens_on,
        etat="validee",
        validated_on=first.opens_on,
    )
    convention.cafs.add(first.caf_pivot)
    Suspension.objects.create(convention=convention, opens_on=timezone.localdate(), motif="Contrôle")
    return convention


def _spare(cast: Cast) -> Organisme:
    """An organisation without convention."""
    first = cast.conventions["farandole"].organisme
    place = {"type": first.type, "adresse": "2 rue du Port", "code_postal": "13500", "commune": "Martigues"}
    return Organisme.objects.create(raison_sociale="Les Mouettes", siret="12345678900045", **place)


def _absent(cast: Cast) -> tuple[Suppleance, Succession]:
    """Bruet is stood in for by Guy, and proposes her to come after him."""
    bruet, titulaire, guy = cast.acteur("bruet"), cast.rattachement("bruet"), cast.rattachement("guy")
    soon = timezone.localdate() + timedelta(days=30)
    suppleance = actions.name_suppleant(
        by=bruet, titulaire=titulaire, suppleant=guy, opens_on=soon, closes_on=soon, motif="Congés"
    )
    proposal = Proposal(effective_on=soon, motif="Retraite", successeur=guy)
    return suppleance, actions.propose_successor(by=bruet, titulaire=titulaire, proposal=proposal)


def _incidents(cast: Cast) -> tuple[Incident, Incident]:
    """Two that Garban reports about Double: one that waits, one that Marchand follows."""
    garban, double = cast.acteur("garban"), cast.rattachement("double")
    told = incidents.Signalement("habilitation", timezone.localdate(), "Trop de droits")
    waiting, taken = (incidents.report(by=garban, signalement=told, about=double) for _ in range(2))
    incidents.take(by=cast.acteur("marchand"), incident=taken)
    return waiting, taken


def _asked(cast: Cast) -> DemandeAcces:
    """What Bollie asks for, Garban's groups give."""
    return DemandeAcces.objects.create(rattachement=cast.rattachements["bollie"], service="cdap", motif="Accueil")


def _signed_in(cast: Cast, name: str) -> str:
    client = PortailClient()
    client.force_login(cast.people[name], backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.session.session_key


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows_written() -> dict[str, int]:
    """How many rows this transaction has written so far in each table, taken back or not."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS_WRITTEN, [sorted(_ALWAYS_WRITTEN)])
        return dict(cursor.fetchall())


_WRITTEN = " + ".join(f"pg_stat_get_xact_tuples_{act}(oid)" for act in ("inserted", "updated", "deleted"))
_ROWS_WRITTEN = f"""
SELECT coalesce(pg_partition_root(oid), oid)::regclass::text, sum({_WRITTEN}) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s) GROUP BY 1
"""


def content_of_tables(names: Iterable[str] = ()) -> dict[str, str]:
    """A digest of the rows of each of these tables; else of every table of the portal and of the jobs, but for what
    each request writes."""
    each = [f"SELECT '{name}', md5(string_agg(r::text, E'\\n' ORDER BY r::text)) FROM {name} r"
            for name in names or _tables()]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return dict(cursor.fetchall())


@cache
def _tables() -> list[str]:
    models = [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("portail.")]
    return sorted({m._meta.db_table for m in models if m._meta.managed} - _ALWAYS_WRITTEN | {"procrastinate_jobs"})


def without_secrets(response: Any) -> bytes:
    """The answer but for the protection token and the form key, drawn anew for each page."""
    return re.sub(
        rb'(name="(?:csrf-token|csrfmiddlewaretoken|cle)" (?:content|value)=)"[^"]*"', rb"\1", response.content
    )
