"""Conventions from a file: all of them, or none and the reasons."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from portail.conventions import events, queries, rules
from portail.conventions.actions.conventions import FicheBulletin, FicheConvention, FicheOrganisme, open_convention
from portail.conventions.enums import Etat
from portail.conventions.models import Convention
from portail.journal import actions as journal
from portail.ui.rules import Refused


@dataclass(frozen=True)
class Contact:
    """The first administrateur partenaire, as the file names him."""

    nom: str
    prenom: str
    courriel: str


@dataclass
class Report:
    """What an import did, or why it did nothing."""

    conventions: list[Convention] = field(default_factory=list)
    organismes: int = 0
    mistakes: list[rules.Mistake] = field(default_factory=list)


Complete = Callable[[journal.Author, Convention, Contact | None], None]


class _TakenBack(Exception):
    pass


def lines_of(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file (UTF-8 with or without BOM, « ; » or « , ») with their line numbers.

    :raises Refused: when the file cannot be read, or its header is wrong
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused(f"Ligne {line} : le fichier n'est pas en UTF-8. Enregistrez-le en « CSV UTF-8 ».") from error
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    try:
        columns = [name.strip() for name in next(reader, [])]
        if refusals := rules.refuse_columns(columns):
            raise Refused(" ".join(refusals))
        return [_named(line, columns, cells) for line, cells in _numbered(reader) if any(map(str.strip, cells))]
    except csv.Error as error:
        raise Refused(f"Ligne {reader.line_num} : le fichier est mal formé ({error}).") from error


def _numbered(reader: Any) -> list[tuple[int, list[str]]]:
    """Each row with the line on which it begins, since a cell may hold several lines."""
    rows, begins = [], reader.line_num + 1
    for cells in reader:
        rows.append((begins, cells))
        begins = reader.line_num + 1
    return rows


def _named(line: int, columns: list[str], cells: list[str]) -> tuple[int, dict[str, str]]:
    if len(cells) > len(columns) and any(map(str.strip, cells[len(columns) :])):
        raise Refused(
            f"Ligne {line} : {len(cells)} cases pour {len(columns)} colonnes. "
            "Entourez de guillemets les textes qui contiennent le séparateur."
        )
    row = dict.fromkeys([*rules.REQUIRED, *rules.OPTIONAL], "")
    row |= {name: " ".join(cell.split()) for name, cell in zip(columns, cells, strict=False)}
    return line, row


def import_conventions(
    lines: Sequence[tuple[int, Mapping[str, str]]],
    *,
    by: journal.Author = journal.SYSTEM,
    roles: Sequence[str],
    complete: Complete,
    only_check: bool = False,
) -> Report:
    """Records every line, or none when one is wrong; with `only_check` none in any case.

    `roles` are the codes the services declare, in their order; `complete(by, convention, contact)` opens what the apps
    above owe to a new convention: its administrateur and its groups.
    """
    report = Report()
    try:
        with transaction.atomic():
            for line, row in lines:
                _import_line(report, line, row, by, roles, complete)
            if report.mistakes or only_check:
                raise _TakenBack
            journal.record(
                events.CONVENTIONS_IMPORTED,
                by=by,
                about=report.conventions,
                conventions=len(report.conventions),
                organismes=report.organismes,
            )
    except _TakenBack:
        pass
    return report


def _import_line(
    report: Report, line: int, row: Mapping[str, str], by: journal.Author, roles: Sequence[str], complete: Complete
) -> None:
    if mistakes := rules.mistakes_of(line, row, roles):
        report.mistakes += mistakes
        return
    is_new = queries.organisme_of(row["siret"]) is None
    convention = open_convention(by=by, fiche=_fiche(row, roles))
    try:
        complete(by, convention, _contact(row))
    except Refused as refusal:
        report.mistakes.append(rules.Mistake(line, "administrateur_courriel", str(refusal)))
    report.conventions.append(convention)
    report.organismes += is_new


def _contact(row: Mapping[str, str]) -> Contact | None:
    if not row["administrateur_courriel"]:
        return None
    return Contact(row["administrateur_nom"], row["administrateur_prenom"], row["administrateur_courriel"])


def _fiche(row: Mapping[str, str], roles: Sequence[str]) -> FicheConvention:
    cafs, types = queries.cafs_by_code(), queries.types_by_code()
    opens_on, closes_on = rules.day_of(row["opens_on"]), rules.day_of(row["closes_on"])
    validated_on = rules.day_of(row["validated_on"])
    assert opens_on is not None  # noqa: S101 - rules.mistakes_of found it right
    wanted = [role for role in roles if role in rules.values_of(row["roles"])]
    services = list(dict.fromkeys(role.partition(".")[0] for role in wanted))
    return FicheConvention(
        numero=int(row["numero"]),
        libelle=row["libelle"],
        organisme=FicheOrganisme(
            siret=row["siret"],
            raison_sociale=row["raison_sociale"],
            type=types[row["type"]],
            adresse=row["adresse"],
            code_postal=row["code_postal"],
            commune=row["commune"],
        ),
        caf_pivot=cafs[row["caf_pivot"]],
        cafs=[cafs[code] for code in rules.values_of(row["cafs"]) or [row["caf_pivot"]]],
        opens_on=opens_on,
        closes_on=closes_on,
        etat=Etat.VALIDEE if validated_on else Etat.PROPOSEE,
        validated_on=validated_on,
        finalites=rules.values_of(row["finalites"]),
        bulletins=[
            FicheBulletin(service, [r for r in wanted if r.partition(".")[0] == service], opens_on, closes_on)
            for service in services
        ],
    )
