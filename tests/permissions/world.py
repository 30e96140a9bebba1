"""The cast at work: one session per person, Farandole's objects, and what each form is sent with."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from portail.comptes.models import Session
from portail.conventionnement.actions import part_digest
from portail.conventionnement.models import Personne, VersionConvention
from portail.conventions.models import Convention, DemandeRattachement, Organisme, RoleBulletin, Suspension
from portail.habilitations import actions
from portail.habilitations.actions import imports, justificatifs
from portail.habilitations.actions.repetition import Line
from portail.habilitations.actions.utilisateurs import Fiche
from portail.habilitations.models import (
    Appartenance,
    DemandeAcces,
    ImportUtilisateurs,
    Justificatif,
    Responsable,
)
from tests.cast import PASSWORD, Cast, build_cast
from tests.conftest import PortailClient
from tests.conventionnement import drafted, proposed, signed
from tests.permissions.routes import Route

ANONYMOUS = "anonyme"
NOWHERE = 999_999_999
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
# Written by every request, allowed or not: what is refused is journalled, a session keeps the time of its last act.
_ALWAYS_WRITTEN = {"journal_journalentry", "journal_journalseal", "comptes_session"}
_PERSON = (
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
_RIPE = {
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
    proofs: dict[str, Justificatif]
    before: str = ""

    def address(self, route: Route, **other: Any) -> str:
        """The route on Farandole's objects; `other` takes the place of some."""
        return reverse(route.name, kwargs={name: self._argument(route, name) for name in route.arguments} | other)

    def _argument(self, route: Route, name: str) -> Any:
        given = {
            "convention": self.convention_of(route).pk,
            "rang": 1,
            "part": "perimetre" if route.name.endswith("part_edit") else "administrateurs",
            "element": 0,
            "extension": "csv",
            "handle": Session(session_key=self.spare_session).handle,
            "secret": "perdu",
            "name": "perdu",
            "code": "sans-groupe",
            "service": "cdap",
            "role": "cdap.t1",
            "responsable": Responsable.objects.get(groupe=self.cast.groupes["ACCUEIL"]).pk,
        }
        return given[name] if name in given else self._pk(route.name.partition(":")[2])

    def convention_of(self, route: Route) -> Convention:
        """Farandole's, or for what is signed the one of its versions that is ripe for the page."""
        if (state := _RIPE.get(route.name.partition(":")[2])) is not None:
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
        if page in kept:
            return kept[page]

        if page in _PERSON:
            return self.cast.rattachements["double"].pk
        if page in ("appartenance_edit", "appartenance_close"):
            return Appartenance.objects.get(groupe=self.cast.groupes["GUICHET"], closes_on=None).pk
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
            response.changed = method != "GET" and content_of_tables() != self.before
        return response


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
    sessions = {name: _signed_in(cast, name) for name in cast.people}
    demande, acces, spare = DemandeRattachement.objects.get(), _asked(cast), _signed_in(cast, "bruet")
    proofs = _proofs(cast)
    world = World(cast, sessions, demande, acces, spare, _versions(cast), _suspended(cast), _spare(cast), proofs)
    world.before = content_of_tables()
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


def content_of_tables() -> str:
    """A digest of every row of the portal and of every job, but for what each request writes."""
    models = [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("portail.")]
    tables = {m._meta.db_table for m in models if m._meta.managed} - _ALWAYS_WRITTEN | {"procrastinate_jobs"}
    each = (f"SELECT '{name}' || coalesce(md5(string_agg(r::text, E'\\n' ORDER BY r::text)), '') d FROM {name} r"
            for name in sorted(tables))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(d, ',' ORDER BY d) FROM ({' UNION ALL '.join(each)}) tables")
        return cursor.fetchone()[0]


def form_for(world: World, route: Route) -> Any:
    """What the form is sent with: right, so that only the rights decide."""
    cast, today = world.cast, timezone.localdate()
    dates = {"opens_on": today.isoformat(), "closes_on": ""}
    closing = {"when": "tout_de_suite", "motif": "Départ", "confirm": "1"}
    double = cast.people["double"]
    fiche = {
        "nom": double.nom,
        "prenom": double.prenom,
        "courriel": double.courriel,
        "courriel_confirmation": double.courriel,
        "opens_on": (today - timedelta(days=10)).isoformat(),
        "edition": "1",
    }
    new = {"nom": "Neuf", "prenom": "Nora", "courriel": "neuf@example.fr", "courriel_confirmation": "neuf@example.fr"}
    secret = {"password": "Nouvelle*Ruche9", "confirmation": "Nouvelle*Ruche9"}
    accueil, guichet = cast.groupes["ACCUEIL"], cast.groupes["GUICHET"]
    renewal = {"tous": "1", "fin": "toutes", "lot-until": (today + timedelta(days=60)).isoformat()}
    forms = {
        "account_login": {"login": "ENF01302SM", "password": PASSWORD},
        "comptes:password_forgotten": {"identifiant": "ENF01302SM"},
        "comptes:regles_accept": {"version": "1"},
        "comptes:password_choose": secret,
        "comptes:password_change": {"current": PASSWORD, **secret},
        "comptes:courriel_edit": {
            "current": PASSWORD,
            "courriel": "neuf@example.fr",
            "confirmation": "neuf@example.fr",
        },
        "comptes:brouillon": json.dumps({"data": {"nom": "Neuf"}}),
        "habilitations:utilisateur_create": {**new, **dates, "groupe": str(guichet.pk)},
        "habilitations:utilisateur_edit": fiche,
        "habilitations:utilisateur_close": closing,
        "habilitations:import_confirm": {"edition": "2"},
        "habilitations:import_create": {},
        "habilitations:appartenance_create": {**dates, "groupe": str(accueil.pk)},
        "habilitations:appartenance_edit": {
            "opens_on": today.isoformat(),
            "closes_on": (today + timedelta(days=9)).isoformat(),
            "seen_opens_on": today.isoformat(),
        },
        "habilitations:appartenance_close": closing,
        "habilitations:groupe_create": {**dates, "code": "NEUF", "libelle": "Neuf", "parent": str(accueil.pk)},
        "habilitations:sous_groupe_create": {**dates, "code": "NEUF", "libelle": "Neuf", "parent": str(guichet.pk)},
        "habilitations:groupe_edit": {**dates, "code": "GUICHET", "libelle": "Comptoir", "edition": "1"},
        "habilitations:groupe_close": closing,
        "habilitations:groupe_roles": {"cdap": ["cdap.t1", "cdap.t5"]},
        "habilitations:membre_add": {**dates, "rattachement": cast.people["garban"].identifiant},
        "habilitations:responsable_list": {"rattachement": double.identifiant},
        "habilitations:convention_switch": {"convention": str(cast.conventions["voisine"].organisme_id)},
        "supervision:anomalie_follow": {"wanted": "1"},
        "habilitations:utilisateur_lot": {"tous": "1", "acte": "identifiant"},
        "habilitations:depart_create": {
            "lot-when": "tout_de_suite",
            "lot-motif": "Départ",
            "lot-places": str(cast.rattachements["double"].pk),
        },
        "habilitations:acces_create": {"motif": "Remplacement à l'accueil"},
        "habilitations:acces_decide": {"decision": "refuser", "refusal": "Pas ce mois-ci"},
        "habilitations:terme_renew": renewal,
        "habilitations:justificatif_create": {"fichier": SimpleUploadedFile("diplome.pdf", PDF)},
        "habilitations:justificatif_add": {"fichier": SimpleUploadedFile("diplome.pdf", PDF)},
        "habilitations:justificatif_check": {"decision": "verifier", "opens_on": today.isoformat(), "confirm": "1"},
        "habilitations:justificatif_withdraw": closing,
        "habilitations:usage_reinstate": {"tous": "1"},
        "habilitations:horizon_renew": renewal,
        "habilitations:demande_decide": {"decision": "rattacher"},
    }
    return forms.get(route.name, _signing(world, route))


def _signing(world: World, route: Route) -> dict[str, Any]:
    """The forms of what is signed with partners."""
    today, spare = timezone.localdate(), world.spare
    page = route.name.partition(":")[2]
    version = world.versions.get(_RIPE.get(page, ""))
    fiche = {
        "raison_sociale": "Autre nom",
        "type": str(spare.type_id),
        "adresse": "1 rue des Lices",
        "code_postal": "13800",
        "commune": "Istres",
        "edition": "0",
    }
    person = {"nom": "Neuf", "prenom": "Nora", "courriel": "neuf@example.fr"}
    parts = {name: part_digest(version, name) for name in ("perimetre", "administrateurs")} if version else {}
    perimetre = {"libelle": "Neuve", "cafs": "132, 061", "opens_on": f"{today}", "finalites": "Fixer les tarifs"}
    forms = {
        "type_create": {"code": "bailleur", "prefixe": "BAI", "libelle": "Bailleur", "usual": ["cdap.t5"]},
        "type_edit": {"libelle": "Centre", "usual": ["cdap.t5"]},
        "organisme_create": fiche | {"siret": "73282932000074", "confirm": "1"},
        "organisme_edit": fiche | {"siret": "73282932000074"},
        "organisme_close": {"closes_on": f"{today}", "motif": "Dissous"},
        "version_create": perimetre,
        "avenant_create": {"motif": "Ouvrir un service"},
        "part_edit": perimetre | {"seen": parts.get("perimetre", "")},
        "element_create": person | {"seen": parts.get("administrateurs", "")},
        "element_edit": person | {"seen": parts.get("administrateurs", "")},
        "element_remove": {"seen": parts.get("administrateurs", "")},
        "version_sign": {"is_read": "on", "password": PASSWORD, "empreinte": version.empreinte if version else ""},
        "version_validate": {"is_read": "on", "password": PASSWORD, "empreinte": version.empreinte if version else ""},
        "suspension_create": {"opens_on": f"{today}", "motif": "Contrôle", "confirm": "1"},
        "suspension_end": {"motif": "Contrôle fini", "confirm": "1"},
        "convention_close": {"closes_on": f"{today}", "motif": "Fin", "confirm": "1"},
    }
    return forms.get(page, {"motif": "À revoir"})


def without_secrets(response: Any) -> bytes:
    """The answer but for the protection token and the form key, drawn anew for each page."""
    return re.sub(
        rb'(name="(?:csrf-token|csrfmiddlewaretoken|cle)" (?:content|value)=)"[^"]*"', rb"\1", response.content
    )
