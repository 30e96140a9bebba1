"""Reads of the demo: its story, its people, its mailbox."""

import hashlib
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Max, Min

from portail.cdap.models import Dossier
from portail.comptes.models import Utilisateur
from portail.conventions.models import AgentCaf, Rattachement
from portail.demo import gateway
from portail.demo.gateway import Mail

PER_PAGE = 25
EXPIRED_PROVISIONAL = "demo-demo-demo-2345"


@cache
def story() -> dict[str, Any]:
    """What `story.toml` tells."""
    return tomllib.loads((Path(__file__).parent / "story.toml").read_text(encoding="utf-8"))


def is_loaded() -> bool:
    """Are the people of the story there?"""
    return Utilisateur.objects.filter(identifiant=story()["cast"][0]["identifiant"]).exists()


def is_empty() -> bool:
    """Is nobody there at all?"""
    return not Utilisateur.objects.exists()


def courriel_of(prenom: str, nom: str) -> str:
    """« Stéphane Bruet » reads his mail at stephane.bruet@example.fr."""
    plain = unicodedata.normalize("NFKD", f"{prenom}.{nom}".lower())
    return "".join(c if c.isalnum() or c == "." else "-" for c in plain if not unicodedata.combining(c)) + "@example.fr"


def expired_digest() -> bytes:
    """What is kept of the provisional password that came too late."""
    return hashlib.sha256(EXPIRED_PROVISIONAL.encode()).digest()


@dataclass(frozen=True)
class Person:
    """Somebody to sign in as; `password` is empty when it is to be read in the mailbox."""

    identifiant: str
    password: str
    name: str
    role: str
    organisation: str
    note: str
    courriel: str


def people() -> list[Person]:
    """The people that the documentation names, in its order; those whom the base knows."""
    known = {person.identifiant: person for person in Utilisateur.objects.all()}
    return [_person(known[said["identifiant"]], said) for said in story()["cast"] if said["identifiant"] in known]


def _person(utilisateur: Utilisateur, said: dict[str, str]) -> Person:
    passwords = {"new": "", "expired": EXPIRED_PROVISIONAL}
    return Person(
        identifiant=utilisateur.identifiant,
        password=passwords.get(said.get("access", ""), story()["password"]),
        name=utilisateur.nom_complet,
        role=said["role"],
        organisation=_organisations(utilisateur),
        note=f"à essayer : {said['note']}",
        courriel=utilisateur.courriel,
    )


def _organisations(utilisateur: Utilisateur) -> str:
    agents = AgentCaf.objects.filter(utilisateur=utilisateur).select_related("caf")
    served = Rattachement.objects.filter(utilisateur=utilisateur).select_related("convention__organisme").order_by("pk")
    names = [agent.caf.nom for agent in agents] or [row.convention.organisme.raison_sociale for row in served]
    return ", ".join(dict.fromkeys(names))


def dossiers_in_words() -> str:
    """Which files may be asked for; nothing when none is there."""
    of_first = Dossier.objects.filter(caf__code=story()["caf"][0]["code"])
    known = of_first.aggregate(first=Min("numero"), last=Max("numero"))
    if known["first"] is None:
        return ""
    return f"Dossiers fictifs à consulter, dans chaque Caf : numéros {known['first']} à {known['last']}."


def mail_page(number: str | None, pour: str = "") -> tuple[Page, list[Mail]]:
    """A page of the mailbox, newest first; with `pour`, of the mails whose recipient holds these words."""
    wanted = pour.strip().casefold()
    names = gateway.mail_names()
    if wanted:
        names = [name for name in names if (found := mail(name)) and wanted in found.to.casefold()]
    page = Paginator(names, PER_PAGE).get_page(number)
    return page, [found for name in page if (found := mail(name))]


def mail(name: str) -> Mail | None:
    return gateway.read_mail(name)
