"""The fiches pratiques, as data: one file each in `fiches/`, checked when they are read."""

import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct, field

FOLDER = Path(__file__).parent / "fiches"
SITE = "portail"  # what is of no service in particular


class WrongFicheError(Exception):
    """A fiche is not one; its text names the file and what is wrong."""


class Etape(Struct, kw_only=True, forbid_unknown_fields=True, frozen=True):
    """A step: told as the règles d'usage are, with a picture of the page when there is one.

    `image` is the name of `static/aide/<image>.webp`, made by `make captures`; `alt` says what it shows.
    """

    title: str
    paragraphs: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    image: str = ""
    alt: str = ""


class Fiche(Struct, kw_only=True, forbid_unknown_fields=True, frozen=True, eq=False):
    """`code` is its address and the name of its file; `publics` are codes of roles, or of PUBLICS."""

    code: str
    titre: str
    resume: str
    service: str
    tache: str
    publics: list[str]
    revue_le: date
    etapes: list[Etape]
    mots: list[str] = field(default_factory=list)
    voir: list[str] = field(default_factory=list)
    rang: int = 9  # its place within the task, before the order of the titles


# Whom a fiche is for, when no role says it.
PUBLICS = {
    "tous": "Toutes les personnes",
    "partenaire.administrateur": "Administrateur partenaire",
    "partenaire.responsable": "Responsable d'un groupe",
    "caf.administrateur": "Administrateur Caf",
    "caf.gestionnaire": "Gestionnaire action sociale",
    "caf.auditeur": "Auditeur",
}
# The tasks, in the order of the page.
TACHES = ("Entrer et se protéger", "Consulter", "Aller plus loin", "Comprendre", "Donner les droits", "Piloter")


@cache
def fiches() -> Mapping[str, Fiche]:
    """By code, in the order of the page: task, place, title as French sorts it.

    :raises WrongFicheError: naming the file and what is wrong
    """
    found = [_read(path) for path in FOLDER.glob("*.toml")]
    by_code = {each.code: each for each in sorted(found, key=_place)}
    for each in found:
        if unknown := set(each.voir) - set(by_code):
            raise WrongFicheError(f"{each.code} renvoie à « {min(unknown)} », qui n'est pas une fiche.")
    return by_code


def _place(fiche: Fiche) -> tuple[int, int, str]:
    return TACHES.index(fiche.tache), fiche.rang, unicodedata.normalize("NFKD", fiche.titre)


def _read(path: Path) -> Fiche:
    try:
        fiche = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Fiche)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise WrongFicheError(f"{path.name} : {error}") from error
    if fiche.code != path.stem:
        raise WrongFicheError(f"{path.name} a pour code « {fiche.code} » : le fichier doit porter ce nom.")
    if fiche.tache not in TACHES:
        raise WrongFicheError(f"{path.name} : la tâche « {fiche.tache} » n'est pas dans la liste.")
    for etape in fiche.etapes:
        if bool(etape.image) != bool(etape.alt):
            raise WrongFicheError(f"{path.name}, « {etape.title} » : une image va avec son texte de remplacement.")
    return fiche
