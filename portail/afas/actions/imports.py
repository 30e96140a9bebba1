"""Activités given in a file: each line judged without writing anything, then applied together as it was judged."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portail.afas import events
from portail.afas.actions.activites import FicheActivite, edit_activite, open_activite
from portail.afas.definitions import types
from portail.afas.models import Activite, ImportActivites
from portail.afas.queries.activites import organismes_of
from portail.afas.rules.activites import (
    refuse_applying_import,
    refuse_changing_type,
    refuse_keeping_activite,
    refuse_keeping_activites,
)
from portail.conventions.models import Organisme
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.habilitations.actions.feuilles import Rows
from portail.journal import actions as journal
from portail.ui.rules import Refused, refuse_impossible_day
from portail.ui.templatetags.ui import counted

COLUMNS = {
    "siret": "SIRET",
    "libelle": "Activité",
    "type": "Type",
    "nature": "Nature",
    "numero_dossier": "N° de dossier",
    "capacite": "Capacité",
    "opens_on": "Date d'ouverture",
}
EXAMPLE = {
    "siret": "12345678900011",
    "libelle": "Accueil du mercredi",
    "type": "Accueil de loisirs sans hébergement",
    "nature": "Périscolaire",
    "numero_dossier": "201800132",
    "capacite": "40",
    "opens_on": "01/09/2026",
}
CREE, MODIFIE, INCHANGE, REFUSE = "cree", "modifie", "inchange", "refuse"
_NOUNS = {
    CREE: "créée,créées",
    MODIFIE: "modifiée,modifiées",
    INCHANGE: "inchangée,inchangées",
    REFUSE: "refusée,refusées",
}
LONGEST = 500  # activités of one file: they are all written in one request
_MOVED = "La situation a changé depuis la vérification : rien n'a été enregistré. Relisez le nouveau résultat."


@dataclass(frozen=True)
class Ligne:
    """A line with what it would do, and why it would not."""

    rang: int
    organisme: str
    libelle: str
    numero_dossier: str
    verdict: str
    why: str = ""
    fiche: FicheActivite | None = None
    organisme_row: Organisme | None = None
    activite: Activite | None = None


class _Mistake(Exception):
    """What is wrong in a cell."""


def lignes_from(rows: Rows) -> list[list[Any]]:
    """The lines under the header, as they are kept.

    :raises Refused: when the header is not that of the template, or the file too long
    """
    (_, header), *others = rows
    if len(others) > LONGEST:
        raise Refused(f"Ce fichier dépasse {LONGEST} activités : coupez-le en plusieurs.")
    known = {_plain(label): name for name, label in COLUMNS.items()}
    names = [known.get(_plain(cell), "") for cell in header]
    if missing := [label for name, label in COLUMNS.items() if name not in names and name != "capacite"]:
        raise Refused(
            f"Il manque des colonnes : {', '.join(missing)}. La première ligne doit porter les titres du modèle."
        )
    return [[rang, {name: cell for name, cell in zip(names, cells, strict=False) if name}] for rang, cells in others]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("*", ""))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().strip()


@transaction.atomic
def start_import(*, by: Acteur, file_name: str, lignes: list[list[Any]]) -> ImportActivites:
    """Keeps the lines of the file until they are confirmed; nothing of them is applied yet.

    :raises Refused: when a rule forbids it
    """
    allow(refuse_keeping_activites(by))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    return ImportActivites.objects.create(
        caf=by.caf, file_name=file_name[-120:], lignes=lignes, given_by=by.utilisateur
    )


def judged(work: ImportActivites, by: Acteur) -> list[Ligne]:
    """What each line would do now; a fixed number of queries, nothing written."""
    sirets = {_digits(values.get("siret", "")) for _, values in work.lignes}
    organismes = {each.siret: each for each in organismes_of(work.caf).filter(siret__in=sirets)}
    numeros = {values.get("numero_dossier", "") for _, values in work.lignes}
    rows = Activite.objects.filter(caf=work.caf, numero_dossier__in=numeros).select_related("organisme", "caf")
    known = {activite.numero_dossier: activite for activite in rows}
    seen: set[str] = set()
    return [_judge(by, rang, values, organismes, known, seen) for rang, values in work.lignes]


def _judge(
    by: Acteur,
    rang: int,
    values: dict[str, str],
    organismes: dict[str, Organisme],
    known: dict[str, Activite],
    seen: set[str],
) -> Ligne:
    numero = values.get("numero_dossier", "")
    organisme = organismes.get(_digits(values.get("siret", "")))
    named = (organisme.raison_sociale if organisme else values.get("siret", ""), values.get("libelle", ""), numero)
    try:
        fiche = _fiche(values)
        if organisme is None:
            raise _Mistake("SIRET : aucun organisme qui a une convention avec votre Caf ne le porte.")
        if numero in seen:
            raise _Mistake("N° de dossier : il figure plus haut dans le fichier.")
        seen.add(numero)
        activite = known.get(numero)
        if activite is None:
            return Ligne(rang, *named, CREE, "", fiche, organisme)
        changes = _changes(by, activite, fiche, organisme)
        return Ligne(rang, *named, MODIFIE if changes else INCHANGE, ", ".join(changes), fiche, organisme, activite)
    except _Mistake as mistake:
        return Ligne(rang, *named, REFUSE, str(mistake))


def _changes(by: Acteur, activite: Activite, fiche: FicheActivite, organisme: Organisme) -> list[str]:
    if activite.organisme_id != organisme.pk:
        raise _Mistake(f"N° de dossier : il est celui d'une activité de {activite.organisme}.")
    if refusal := refuse_keeping_activite(by, activite) or refuse_changing_type(activite, fiche.type):
        raise _Mistake(refusal)
    return [
        label for name, label in COLUMNS.items() if name != "siret" and getattr(activite, name) != getattr(fiche, name)
    ]


def _fiche(values: dict[str, str]) -> FicheActivite:
    libelle, numero = values.get("libelle", ""), values.get("numero_dossier", "")
    if not libelle or len(libelle) > 160:
        raise _Mistake("Activité : écrivez un libellé de 160 caractères au plus.")
    if not numero or len(numero) > 20 or not all(c.isascii() and (c.isalnum() or c == "-") for c in numero):
        raise _Mistake("N° de dossier : lettres sans accent, chiffres et tirets, 20 au plus.")
    code, nature = _genre(values.get("type", ""), values.get("nature", ""))
    return FicheActivite(
        libelle, code, nature, numero, _day(values.get("opens_on", "")), _number(values.get("capacite", ""))
    )


def _genre(type_: str, nature: str) -> tuple[str, str]:
    """A type and one of its natures, by their labels or their codes."""
    found = next((t for t in types().values() if _plain(type_) in (_plain(t.libelle), t.code)), None)
    if found is None:
        raise _Mistake(f"Type : écrivez l'un de : {', '.join(t.libelle for t in types().values())}.")
    for code, label in found.natures.items():
        if _plain(nature) in (_plain(label), code):
            return found.code, code
    raise _Mistake(f"Nature : pour ce type, écrivez l'une de : {', '.join(found.natures.values())}.")


def _day(text: str) -> date:
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            found = datetime.strptime(text, shape).date()
        except ValueError:
            continue
        if 1900 <= found.year <= 2199:
            return found
    raise _Mistake(f"Date d'ouverture : {refuse_impossible_day(text) or 'écrivez jj/mm/aaaa, par exemple 01/09/2026.'}")


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise _Mistake("Capacité : écrivez un nombre entier.")
    return int(text)


def _digits(text: str) -> str:
    return "".join(text.split())


def fingerprint(lignes: Sequence[Ligne]) -> str:
    """Of all that was shown: one confirms what one saw."""
    shown = [(ligne.rang, ligne.verdict, ligne.why) for ligne in lignes]
    return salted_hmac("portail.afas.imports", repr(shown), algorithm="sha256").hexdigest()


@transaction.atomic
def apply_import(*, by: Acteur, work: ImportActivites, expected: str) -> None:
    """Writes what each line not refused would do, all together.

    :raises Refused: when a rule forbids it, or it would no longer do what was shown
    """
    work = ImportActivites.objects.select_for_update(of=("self",)).select_related("caf").get(pk=work.pk)
    allow(refuse_applying_import(by, work))
    lignes = judged(work, by)
    if fingerprint(lignes) != expected:
        raise Refused(_MOVED)
    with journal.gathered():
        for ligne in lignes:
            _apply(by, ligne)
    work.applied_by, work.applied_at = by.utilisateur, timezone.now()
    work.save(update_fields=["applied_by", "applied_at"])
    journal.record(
        events.ACTIVITES_IMPORTED, by=by, about=[work.caf], fichier=work.file_name, bilan=" ; ".join(tally(lignes))
    )


def _apply(by: Acteur, ligne: Ligne) -> None:
    if ligne.verdict == CREE and ligne.fiche and ligne.organisme_row:
        open_activite(by=by, organisme=ligne.organisme_row, fiche=ligne.fiche)
    elif ligne.verdict == MODIFIE and ligne.fiche and ligne.activite:
        edit_activite(by=by, activite=ligne.activite, fiche=ligne.fiche, edition=ligne.activite.edition)


def tally(lignes: Sequence[Ligne]) -> list[str]:
    """« 3 créées », « 1 refusée »."""
    counts = Counter(ligne.verdict for ligne in lignes)
    return list(_tallied(counts))


def _tallied(counts: Counter[str]) -> Iterator[str]:
    for verdict, noun in _NOUNS.items():
        if counts[verdict]:
            yield counted(counts[verdict], noun)
