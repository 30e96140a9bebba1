"""What a convention must say to be recorded: None, or the French sentence that says what is wrong and what to do."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portail.comptes.models import Utilisateur
from portail.comptes.rules import refuse_nom
from portail.conventions import queries
from portail.ui.rules import refuse_impossible_day

REQUIRED = (
    "numero",
    "libelle",
    "siret",
    "raison_sociale",
    "type",
    "adresse",
    "code_postal",
    "commune",
    "caf_pivot",
    "opens_on",
    "roles",
)
OPTIONAL = (
    "cafs",
    "closes_on",
    "validated_on",
    "finalites",
    "administrateur_nom",
    "administrateur_prenom",
    "administrateur_courriel",
)
_ADMINISTRATEUR = ("administrateur_nom", "administrateur_prenom", "administrateur_courriel")
_LONGEST = {
    "libelle": 160,
    "raison_sociale": 160,
    "adresse": 200,
    "commune": 80,
    "administrateur_nom": 80,
    "administrateur_prenom": 80,
    "administrateur_courriel": 254,
}
_LA_POSTE = "356000000"

Row = Mapping[str, str]


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a file: at which line, in which column, and what to do."""

    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"ligne {self.line}, colonne {self.column} : {self.sentence}"


def values_of(text: str) -> list[str]:
    """The values of a cell that holds several, separated by « | »."""
    return list(dict.fromkeys(value.strip() for value in text.split("|") if value.strip()))


def day_of(text: str) -> date | None:
    """The day written aaaa-mm-jj or jj/mm/aaaa; None when it is none."""
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).date()
        except ValueError:
            continue
    return None


def refuse_siret(siret: str) -> str | None:
    """Fourteen digits whose key is right: Luhn, or for La Poste a sum that five divides."""
    if not re.fullmatch(r"[0-9]{14}", siret):
        return f"« {siret} » n'est pas un SIRET : écrivez ses 14 chiffres{', sans espace' if ' ' in siret else ''}."
    if siret.startswith(_LA_POSTE) and sum(map(int, siret)) % 5 == 0:
        return None
    if _luhn(siret) != 0:
        return f"La clé du SIRET {siret} est fausse : vérifiez-le, un chiffre a sans doute été mal recopié."
    return None


def _luhn(digits: str) -> int:
    doubled = chain.from_iterable(
        divmod(int(digit) * (2 if rank % 2 else 1), 10) for rank, digit in enumerate(reversed(digits))
    )
    return sum(doubled) % 10


def refuse_columns(columns: Collection[str]) -> list[str]:
    """The header of a file: every required column, none unknown, none twice."""
    known = (*REQUIRED, *OPTIONAL)
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in known]
    twice = sorted({name for name in columns if list(columns).count(name) > 1})
    return [
        *([f"Il manque à la première ligne : {', '.join(missing)}."] if missing else []),
        *([f"Colonnes inconnues : {', '.join(unknown)}. Colonnes admises : {', '.join(known)}."] if unknown else []),
        *([f"Colonnes écrites deux fois : {', '.join(twice)}."] if twice else []),
    ]


def mistakes_of(line: int, row: Row, roles: Collection[str]) -> list[Mistake]:
    """All that is wrong in a row, whose absent cells are empty; `roles` are the codes the services declare."""
    return [
        Mistake(line, column, sentence)
        for column, sentence in (
            *_required(row),
            *_lengths(row),
            *_numero(row),
            *_organisme(row),
            *_cafs(row),
            *_dates(row),
            *_finalites(row),
            *_roles(row, roles),
            *_administrateur(row),
        )
    ]


_Said = Iterable[tuple[str, str]]


def _required(row: Row) -> _Said:
    for column in REQUIRED:
        if not row[column]:
            yield column, "la case est vide : remplissez-la."


def _lengths(row: Row) -> _Said:
    for column, longest in _LONGEST.items():
        if len(row[column]) > longest:
            yield column, f"le texte dépasse {longest} caractères : raccourcissez-le."


def _numero(row: Row) -> _Said:
    numero = row["numero"]
    if not numero:
        return
    if not re.fullmatch(r"[0-9]{1,5}", numero) or int(numero) == 0:
        yield "numero", f"« {numero} » n'est pas un numéro : donnez de 1 à 5 chiffres, par exemple 01302."
    elif queries.convention_exists(int(numero)):
        yield (
            "numero",
            f"la convention {int(numero):05d} existe déjà, dans le portail ou plus haut dans le fichier : "
            "retirez la ligne ou donnez un autre numéro.",
        )


def _organisme(row: Row) -> _Said:
    if row["siret"] and (refusal := refuse_siret(row["siret"])):
        yield "siret", refusal
    if row["code_postal"] and not re.fullmatch(r"[0-9]{5}", row["code_postal"]):
        yield "code_postal", f"« {row['code_postal']} » n'est pas un code postal : écrivez 5 chiffres."
    types = queries.types_by_code()
    if row["type"] and row["type"] not in types:
        yield "type", f"le type « {row['type']} » est inconnu : choisissez parmi {', '.join(sorted(types))}."
    known = queries.organisme_of(row["siret"])
    if known is None:
        return
    if known.raison_sociale.casefold() != row["raison_sociale"].casefold():
        yield (
            "raison_sociale",
            f"ce SIRET est déjà celui de « {known.raison_sociale} » : écrivez ce nom ou corrigez le SIRET.",
        )
    if known.type.code != row["type"] and row["type"] in types:
        yield "type", f"cet organisme est déjà connu comme « {known.type.code} » : écrivez ce type."


def _cafs(row: Row) -> _Said:
    known = queries.cafs_by_code()
    listed = ", ".join(sorted(known)) or "aucune n'est enregistrée"
    for column, codes in (("caf_pivot", [row["caf_pivot"]]), ("cafs", values_of(row["cafs"]))):
        for code in codes:
            if code and code not in known:
                yield column, f"la Caf « {code} » est inconnue : donnez son code à 3 chiffres ({listed})."
    if row["cafs"] and row["caf_pivot"] not in values_of(row["cafs"]):
        yield "cafs", f"la Caf pivot {row['caf_pivot']} n'y figure pas : ajoutez-la, ou laissez la case vide."


def _dates(row: Row) -> _Said:
    days = {}
    for column in ("opens_on", "closes_on", "validated_on"):
        if row[column]:
            days[column] = day_of(row[column])
            if days[column] is None:
                yield (
                    column,
                    (
                        refuse_impossible_day(row[column])
                        or f"« {row[column]} » n'est pas une date : écrivez aaaa-mm-jj ou jj/mm/aaaa."
                    ),
                )
    opens_on, closes_on = days.get("opens_on"), days.get("closes_on")
    if opens_on and closes_on and closes_on < opens_on:
        yield "closes_on", "la date de clôture précède la date d'ouverture : corrigez l'une des deux."
    if (validated_on := days.get("validated_on")) and validated_on > date.today():
        yield "validated_on", "une convention ne peut être validée à l'avance : laissez vide tant qu'elle ne l'est pas."


def _finalites(row: Row) -> _Said:
    for finalite in values_of(row["finalites"]):
        if len(finalite) > 200:
            yield "finalites", f"« {finalite[:40]}… » dépasse 200 caractères : raccourcissez cette finalité."


def _roles(row: Row, known: Collection[str]) -> _Said:
    for role in values_of(row["roles"]):
        if role not in known:
            yield "roles", f"le rôle « {role} » est inconnu : choisissez parmi {', '.join(sorted(known))}."


def _administrateur(row: Row) -> _Said:
    given = [column for column in _ADMINISTRATEUR if row[column]]
    if not given:
        if row["validated_on"]:
            yield _ADMINISTRATEUR[0], "une convention validée a un administrateur : donnez son nom, prénom et courriel."
        return
    for column in _ADMINISTRATEUR:
        if not row[column]:
            yield column, "la case est vide : remplissez-la, ou videz toutes celles de l'administrateur."
    for column in _ADMINISTRATEUR[:2]:
        if row[column] and (refusal := refuse_nom(row[column])):
            yield column, refusal
    courriel = row["administrateur_courriel"]
    if courriel:
        yield from _courriel(row, courriel)


def _courriel(row: Row, courriel: str) -> _Said:
    try:
        validate_email(courriel)
    except ValidationError:
        yield "administrateur_courriel", f"« {courriel} » n'est pas une adresse mail : corrigez-la."
        return
    known = Utilisateur.objects.with_courriel(courriel).first()
    if known is None:
        return
    same = [known.nom.casefold(), known.prenom.casefold()] == [
        row["administrateur_nom"].casefold(),
        row["administrateur_prenom"].casefold(),
    ]
    if known.is_agent or not same:
        yield (
            "administrateur_courriel",
            "cette adresse est celle d'une autre personne du portail : donnez celle de l'administrateur.",
        )
