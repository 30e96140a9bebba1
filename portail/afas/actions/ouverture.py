"""Opens the declarations of an échéance: one for each activité of the exercice, with its sheets."""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.afas import events
from portail.afas.actions.appels import call, tell_uncovered
from portail.afas.definitions import type_of
from portail.afas.enums import OPEN_TO_ENTRY
from portail.afas.models import Echeance
from portail.afas.rules.echeances import refuse_opening
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.templatetags.ui import counted

BATCH = 2000
YEARS = 2  # exercices that still receive an activité or a lieu recorded late

# Numbers of the activité are taken in their order, each batch holding the échéance: two runs wait for each other.
_DECLARATIONS = """
WITH made AS (
  INSERT INTO afas_declaration (activite_id, echeance_id, caf_id, definition, etat, version, edition)
  SELECT a.id, %(echeance)s, a.caf_id, %(definition)s, 'a_saisir', 1, 0 FROM afas_activite a
  WHERE a.caf_id = %(caf)s AND a.type = %(type)s AND a.period && %(exercice)s::daterange
    AND NOT EXISTS (SELECT FROM afas_declaration d WHERE d.activite_id = a.id AND d.echeance_id = %(echeance)s)
  ORDER BY a.id LIMIT %(batch)s
  ON CONFLICT DO NOTHING
  RETURNING id, activite_id),
sheets AS (
  INSERT INTO afas_volet (declaration_id, kind, lieu_id, etat, valeurs, edition)
  SELECT m.id, 'financier', NULL::bigint, 'vide', '{}'::jsonb, 0 FROM made m
  UNION ALL
  SELECT m.id, 'activite', l.id, 'vide', '{}'::jsonb, 0 FROM made m
  LEFT JOIN afas_lieuimplantation l ON l.activite_id = m.activite_id AND l.period && %(exercice)s::daterange)
SELECT count(*) FROM made
"""
# Only what is still being written: neither what waits for a signature nor what was transmitted changes.
_WITHOUT_A_LIEU = """
SELECT d.id FROM afas_declaration d
WHERE d.echeance_id = %(echeance)s AND d.etat = ANY(%(open)s)
  AND EXISTS (
    SELECT FROM afas_lieuimplantation l WHERE l.activite_id = d.activite_id AND l.period && %(exercice)s::daterange
      AND NOT EXISTS (SELECT FROM afas_volet v WHERE v.declaration_id = d.id AND v.lieu_id = l.id))
ORDER BY d.id LIMIT %(batch)s FOR UPDATE OF d
"""
# A sheet begun when the activité had no lieu becomes that of its first one, with what was typed in it.
_GIVEN_A_LIEU = """
UPDATE afas_volet v SET lieu_id = first.lieu_id
FROM (SELECT d.id AS declaration_id, min(l.id) AS lieu_id FROM afas_declaration d
      JOIN afas_lieuimplantation l ON l.activite_id = d.activite_id AND l.period && %(exercice)s::daterange
      WHERE d.id = ANY(%(declarations)s) GROUP BY d.id) first
WHERE v.declaration_id = first.declaration_id AND v.kind = 'activite' AND v.lieu_id IS NULL
  AND NOT EXISTS (SELECT FROM afas_volet o WHERE o.declaration_id = v.declaration_id AND o.lieu_id = first.lieu_id)
"""
_SHEETS = """
INSERT INTO afas_volet (declaration_id, kind, lieu_id, etat, valeurs, edition)
SELECT d.id, 'activite', l.id, 'vide', '{}'::jsonb, 0 FROM afas_declaration d
JOIN afas_lieuimplantation l ON l.activite_id = d.activite_id AND l.period && %(exercice)s::daterange
WHERE d.id = ANY(%(declarations)s)
ON CONFLICT DO NOTHING
"""
_TO_OPEN = """
SELECT e.id FROM afas_echeance e
WHERE e.opens_on <= %(on)s AND e.exercice >= %(since)s AND (e.opened_at IS NULL OR EXISTS (
  SELECT FROM afas_activite a WHERE a.caf_id = e.caf_id AND a.type = e.type
    AND a.period && daterange(make_date(e.exercice, 1, 1), make_date(e.exercice, 12, 31), '[]')
    AND NOT EXISTS (SELECT FROM afas_declaration d WHERE d.activite_id = a.id AND d.echeance_id = e.id)
) OR EXISTS (
  SELECT FROM afas_declaration d
  JOIN afas_lieuimplantation l ON l.activite_id = d.activite_id
    AND l.period && daterange(make_date(e.exercice, 1, 1), make_date(e.exercice, 12, 31), '[]')
  WHERE d.echeance_id = e.id AND d.etat = ANY(%(open)s)
    AND NOT EXISTS (SELECT FROM afas_volet v WHERE v.declaration_id = d.id AND v.lieu_id = l.id)))
ORDER BY e.opens_on, e.id
"""


def open_due(on: date) -> int:
    """Opens every échéance whose day has come, and gives those open already what was recorded since; how many.

    Each batch is a transaction: a run that was stopped is carried on by the next. Safe to run twice, or by two.
    """
    arguments: dict[str, Any] = {"on": on, "since": on.year - YEARS, "open": list(OPEN_TO_ENTRY)}
    with connection.cursor() as cursor:
        cursor.execute(_TO_OPEN, arguments)
        waiting = [pk for (pk,) in cursor.fetchall()]
    for pk in waiting:
        open_echeance(pk, on)
    return len(waiting)


def open_echeance(pk: int, on: date, batch: int = BATCH) -> int:
    """One declaration per activité of the exercice with its sheets, then the appel to its people; how many are new.

    An activité is there when it is open on a day of the exercice. Safe to run twice, or by two at once.
    """
    made = _until_done(_open_batch, pk, batch)
    sheets = _until_done(_sheets_batch, pk, batch)
    _finish(pk, on, made, sheets)
    return made


def _until_done(step: Any, pk: int, batch: int) -> int:
    """How many rows all batches made together."""
    total = 0
    while count := step(pk, batch):
        total += count
    return total


def _held(pk: int) -> Echeance:
    return Echeance.objects.select_for_update(of=("self",)).select_related("caf").get(pk=pk)


def _arguments(echeance: Echeance, batch: int) -> dict[str, Any]:
    return {
        "echeance": echeance.pk,
        "caf": echeance.caf_id,
        "type": echeance.type,
        "exercice": f"[{echeance.exercice}-01-01,{echeance.exercice}-12-31]",
        "definition": type_of(echeance.type).definition(echeance.exercice).version,
        "open": list(OPEN_TO_ENTRY),
        "batch": batch,
    }


@transaction.atomic
def _open_batch(pk: int, batch: int) -> int:
    arguments = _arguments(_held(pk), batch)
    with connection.cursor() as cursor:
        cursor.execute(_DECLARATIONS, arguments)
        return cursor.fetchone()[0]


@transaction.atomic
def _sheets_batch(pk: int, batch: int) -> int:
    """Sheets of lieux recorded since; how many changed."""
    arguments = _arguments(_held(pk), batch)
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_A_LIEU, arguments)
        arguments["declarations"] = [declaration for (declaration,) in cursor.fetchall()]
        if not arguments["declarations"]:
            return 0
        cursor.execute(_GIVEN_A_LIEU, arguments)
        given = cursor.rowcount
        cursor.execute(_SHEETS, arguments)
        return given + cursor.rowcount


@transaction.atomic
def _finish(pk: int, on: date, made: int, sheets: int) -> None:
    """Says what was opened, and calls the people; the first time, tells of what has no approbateur."""
    echeance = _held(pk)
    is_first = echeance.opened_at is None
    if is_first:
        echeance.opened_at = timezone.now()
        echeance.save(update_fields=["opened_at"])
    if is_first or made:
        _record(events.ECHEANCE_OPENED, journal.SYSTEM, echeance, declarations=counted(made, "déclaration"))
    if sheets:
        _record(events.FEUILLES_ADDED, journal.SYSTEM, echeance, feuilles=counted(sheets, "volet"))
    if is_first:
        tell_uncovered(echeance, on)
    call(on, echeance=echeance)


@transaction.atomic
def ask_opening(*, by: Acteur, echeance: Echeance) -> None:
    """« Ouvrir maintenant »: the day comes today, and a worker opens the declarations.

    :raises Refused: when a rule forbids it
    """
    echeance = _held(echeance.pk)
    allow(refuse_opening(by, echeance))
    echeance.opens_on = min(echeance.opens_on, by.on)
    echeance.edition += 1
    echeance.save(update_fields=["opens_on", "edition"])
    _record(events.ECHEANCE_ASKED, by, echeance)
    app.configure_task("afas.open_echeance", queue="entretien").defer(pk=echeance.pk)


def _record(kind: Any, by: journal.Author, echeance: Echeance, **facts: Any) -> None:
    journal.record(kind, by=by, about=[echeance, echeance.caf], echeance=echeance.label, **facts)
