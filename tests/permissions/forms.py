"""What each form is sent with, filled in rightly."""

import json
from copy import deepcopy
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portail.conventionnement.actions import part_digest
from portail.simulations.models import Simulation
from tests.cast import PASSWORD
from tests.permissions import afas, cdap
from tests.permissions.routes import Route
from tests.permissions.world import PDF, RIPE, World


def form_for(world: World, route: Route) -> Any:
    """What the form is sent with: right, so that only the rights decide. Made once, for the world does not change."""
    if route.name not in world.forms:
        world.forms[route.name] = _form_for(world, route)
    return deepcopy(world.forms[route.name])  # a file is sent once


def _form_for(world: World, route: Route) -> Any:
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
        "simulations:simulation_create": {"libelle": "Essai"},
        "simulations:simulation_edit": {"libelle": "Autre essai"},
        "simulations:simulation_apply": {"edition": str(Simulation.objects.get().edition)},
        "simulations:changement_create": {"cdap": []},
        "simulations:changement_edit": {"cdap": ["cdap.t5"]},
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
        "incidents:incident_create": {
            "nature": "connexion",
            "noticed_on": today.isoformat(),
            "recit": "Pas moi",
            "confirm": "1",
        },
        "incidents:incident_about": {
            "nature": "perte",
            "noticed_on": today.isoformat(),
            "recit": "Sac volé",
            "confirm": "1",
        },
        "incidents:incident_view": {"text": "Une précision"},
        "incidents:incident_close": {"conclusion": "Rien", "mesures": "Aucune", "is_breach": "non"},
        "habilitations:suppleance_create": {
            "suppleant": double.identifiant,
            "opens_on": today.isoformat(),
            "closes_on": today.isoformat(),
            "motif": "Congés",
            "confirm": "1",
        },
        "habilitations:succession_create": {
            "successeur": double.identifiant,
            "effective_on": today.isoformat(),
            "motif": "Retraite",
        },
        "habilitations:succession_decide": {"decision_kind": "refuser", "decision": "Pas encore"},
    }
    if route.name.startswith("campagnes:"):
        return world.reviewing.form(route.name.partition(":")[2])
    if route.name.startswith("cdap:"):
        return cdap.form(world.dossiers, route.name.partition(":")[2])
    if route.name.startswith("afas:"):
        return afas.form(world.scene, route.name.partition(":")[2])
    if route.name.startswith("cdap:"):
        return cdap.form(world.dossiers, route.name.partition(":")[2])
    return forms.get(route.name, _signing(world, route))


def _signing(world: World, route: Route) -> dict[str, Any]:
    """The forms of what is signed with partners."""
    today, spare = timezone.localdate(), world.spare
    page = route.name.partition(":")[2]
    version = world.versions.get(RIPE.get(page, ""))
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
