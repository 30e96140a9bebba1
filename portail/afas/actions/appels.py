"""The mails of an échéance: the appel, the reminders, what has no approbateur; each owed once to each person."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction

from portail.afas import events
from portail.afas.enums import EtatDeclaration
from portail.afas.models import Activite, Echeance
from portail.afas.queries.echeances import reminders_of, still_reminded, uncovered_of
from portail.afas.roles import DECLARER, HABILITER
from portail.comptes.models import Utilisateur
from portail.conventions.models import Convention
from portail.courriels import actions as courriels
from portail.habilitations.models import Habilitation
from portail.ui.templatetags.ui import counted

NOT_TRANSMITTED = (
    EtatDeclaration.A_SAISIR,
    EtatDeclaration.EN_COURS,
    EtatDeclaration.A_APPROUVER,
    EtatDeclaration.A_COMPLETER,
)
_NAMED = 20  # activités that a mail names; beyond, they are counted

# Who has something to give at these échéances: by a profile of the day, for an activité whose approbateur the Caf has
# validated, and by a right of the day to declare. The winner of a race has the row.
_TAKE = """
WITH step AS (
  SELECT * FROM unnest(%(echeances)s::bigint[], %(days)s::smallint[], %(dues)s::date[])
    AS s(echeance_id, days, due_on)),
owed AS (
  SELECT s.echeance_id, s.days, s.due_on, p.rattachement_id, count(DISTINCT d.id) AS declarations
  FROM step s
  JOIN afas_declaration d ON d.echeance_id = s.echeance_id AND d.etat = ANY(%(open)s)
  JOIN afas_profil p ON p.activite_id = d.activite_id AND p.period @> %(on)s::date
    AND p.validation IN ('sans_objet', 'validee')
  WHERE EXISTS (SELECT FROM afas_profil a WHERE a.activite_id = d.activite_id AND a.validation = 'validee'
                AND a.period @> %(on)s::date)
    AND (s.days IS NULL OR p.role = 'approbateur' OR EXISTS (
      SELECT FROM afas_volet v WHERE v.declaration_id = d.id AND v.etat <> 'soumis'
        AND v.kind = CASE p.role WHEN 'finances' THEN 'financier' ELSE 'activite' END
        AND (p.lieu_id IS NULL OR v.lieu_id = p.lieu_id)))
    AND (%(activites)s::bigint[] IS NULL OR d.activite_id = ANY(%(activites)s))
  GROUP BY 1, 2, 3, 4),
declaring AS MATERIALIZED (
  SELECT r.id, r.utilisateur_id FROM conventions_rattachement r
  WHERE r.id IN (SELECT rattachement_id FROM owed) AND EXISTS (
    SELECT FROM habilitations_habilitation h
    WHERE h.rattachement_id = r.id AND h.role = %(role)s AND h.period @> %(on)s::date)),
people AS (
  SELECT o.echeance_id, r.utilisateur_id, o.days, o.due_on, sum(o.declarations)::int AS declarations
  FROM owed o JOIN declaring r ON r.id = o.rattachement_id
  WHERE o.days IS NULL OR EXISTS (
    SELECT FROM afas_avisecheance c WHERE c.echeance_id = o.echeance_id AND c.utilisateur_id = r.utilisateur_id
      AND c.days IS NULL AND (c.told_at AT TIME ZONE 'Europe/Paris')::date < o.due_on - o.days)
  GROUP BY 1, 2, 3, 4),
taken AS (
  INSERT INTO afas_avisecheance (echeance_id, utilisateur_id, days, due_on)
  SELECT echeance_id, utilisateur_id, days, due_on FROM people ORDER BY 1, 2
  ON CONFLICT DO NOTHING RETURNING echeance_id, utilisateur_id)
SELECT p.echeance_id, p.utilisateur_id, p.declarations
FROM people p JOIN taken t ON t.echeance_id = p.echeance_id AND t.utilisateur_id = p.utilisateur_id
ORDER BY 1, 2
"""
Steps = list[tuple[Echeance, int | None]]


@transaction.atomic
def call(on: date, *, echeance: Echeance | None = None, activites: Iterable[Activite] | None = None) -> int:
    """Owes the « appel d'échéance » to each supplier and approbateur who has not had it; how many mails.

    Of this échéance, else of every one that is open; for these `activites` only when given (an approbateur has just
    been validated, a profile given). Safe to run twice, or by two at once.
    """
    open_ones = [echeance] if echeance else list(still_reminded(on))
    steps: Steps = [(each, None) for each in open_ones]
    return _tell(events.APPEL, steps, on, [activite.pk for activite in activites] if activites is not None else None)


@transaction.atomic
def remind(on: date) -> int:
    """Owes today's reminders before the due date, then each week after it; how many mails.

    Who was called after the day of a reminder is not reminded. Safe to run twice, or by two at once, or after days
    without running.
    """
    due: Steps = [(each, days) for each in still_reminded(on) if (days := reminders_of(each.due_on, on)) is not None]
    return _tell(events.RAPPEL, due, on)


def _tell(kind: Any, steps: Steps, on: date, activites: list[int] | None = None) -> int:
    taken = _take(steps, on, activites)
    people = Utilisateur.objects.in_bulk({utilisateur for _, utilisateur, _ in taken})
    echeances = {echeance.pk: echeance for echeance, _ in steps}
    with courriels.gathered():
        for echeance, utilisateur, declarations in taken:
            facts = {"declarations": counted(declarations, "déclaration")}
            _owe(kind, people[utilisateur], echeances[echeance], on, **facts)
    return len(taken)


def _take(steps: Steps, on: date, activites: list[int] | None) -> list[tuple[int, int, int]]:
    """(échéance, person, number of declarations) of those nobody had told yet."""
    arguments: dict[str, Any] = {
        "on": on,
        "open": list(NOT_TRANSMITTED),
        "role": DECLARER.code,
        "activites": activites,
        "echeances": [echeance.pk for echeance, _ in steps],
        "days": [days for _, days in steps],
        "dues": [echeance.due_on if days is not None else None for echeance, days in steps],
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, arguments)
        return cursor.fetchall()


def _owe(kind: Any, person: Utilisateur, echeance: Echeance, on: date, **facts: Any) -> None:
    shared = {
        "echeance": echeance.label,
        "caf": echeance.caf.nom,
        "due_on": f"{echeance.due_on:%d/%m/%Y}",
        "days": (echeance.due_on - on).days,
    }
    courriels.enqueue(
        kind, to=person.courriel, to_label=person.nom_complet, about=[person, echeance], facts={**shared, **facts}
    )


def tell_moved(echeance: Echeance, before: date, on: date) -> int:
    """Tells everybody who was called that the due date is another one; how many mails."""
    called = echeance.avis.filter(days=None).select_related("utilisateur").order_by("utilisateur")
    with courriels.gathered() as owed:
        for avis in called:
            _owe(events.DATE_CHANGED, avis.utilisateur, echeance, on, before=f"{before:%d/%m/%Y}")
    return len(owed)


def tell_uncovered(echeance: Echeance, on: date) -> None:
    """Names the activités without a validated approbateur to who gives their profiles, and to the Caf."""
    uncovered = list(uncovered_of(echeance, on))
    if not uncovered:
        return
    by_organisme: dict[int, list[str]] = defaultdict(list)
    for activite in uncovered:
        by_organisme[activite.organisme_id].append(activite.libelle)
    with courriels.gathered():
        _owe_uncovered(echeance, echeance.caf.courriel, echeance.caf.nom, [each.libelle for each in uncovered])
        for person, libelles in _givers(echeance, by_organisme, on):
            _owe_uncovered(echeance, person.courriel, person.nom_complet, libelles)


def _givers(
    echeance: Echeance, by_organisme: dict[int, list[str]], on: date
) -> Iterable[tuple[Utilisateur, list[str]]]:
    """Each person with AFAS-Habiliter where some have no approbateur, with their names."""
    conventions = dict(
        Convention.objects.filter(organisme__in=by_organisme, cafs=echeance.caf).values_list("pk", "organisme")
    )
    rights = Habilitation.objects.open_on(on).filter(role=HABILITER.code, convention__in=conventions)
    held = sorted(set(rights.order_by().values_list("utilisateur", "convention")))
    people = Utilisateur.objects.in_bulk({utilisateur for utilisateur, _ in held})
    theirs: dict[int, set[int]] = defaultdict(set)
    for utilisateur, convention in held:
        theirs[utilisateur].add(conventions[convention])
    for utilisateur, organismes in theirs.items():
        yield people[utilisateur], [libelle for each in sorted(organismes) for libelle in by_organisme[each]]


def _owe_uncovered(echeance: Echeance, to: str, to_label: str, libelles: list[str]) -> None:
    courriels.enqueue(
        events.UNCOVERED,
        to=to,
        to_label=to_label,
        about=[echeance],
        facts={
            "echeance": echeance.label,
            "due_on": f"{echeance.due_on:%d/%m/%Y}",
            "count": counted(len(libelles), "activité"),
            "activites": libelles[:_NAMED],
            "beyond": max(0, len(libelles) - _NAMED),
        },
    )
