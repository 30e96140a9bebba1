"""Who administers a convention on which days, and the successors proposed."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from portail.conventions.enums import EtatSuccession
from portail.conventions.models import Convention, Rattachement, Succession
from portail.habilitations.acteur import Acteur

# On which days he administers, less those he keeps and those on which somebody else does.
_LEFT = """
WITH duty AS (
  SELECT r.id, a.period * r.period * u.period AS days
  FROM conventions_administrateur a JOIN conventions_rattachement r ON r.id = a.rattachement_id
  JOIN comptes_utilisateur u ON u.id = r.utilisateur_id WHERE r.convention_id = %(convention)s),
days AS (
  SELECT (coalesce(range_agg(days) FILTER (WHERE id = %(person)s), '{}')
          * datemultirange(daterange(%(on)s::date, %(end)s::date, '[]')))
         - coalesce(range_agg(days) FILTER (WHERE id <> %(person)s), '{}')
         - datemultirange(%(kept)s::daterange) AS missing FROM duty)
SELECT lower(missing), CASE WHEN upper_inf(missing) THEN NULL ELSE upper(missing) - 1 END
FROM days WHERE NOT isempty(missing)
"""


@dataclass(frozen=True)
class Missing:
    """From which day, and until which (None: for good), a convention would be without administrateur."""

    first: date
    last: date | None


def days_left_without(
    rattachement: Rattachement, on: date, kept: tuple[date, date | None] | None = None
) -> Missing | None:
    """The days, from this one on, that nobody else would administer if this person kept only the days `kept`."""
    convention = rattachement.convention
    if convention.closes_on is not None and convention.closes_on < on:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            _LEFT,
            {
                "convention": convention.pk,
                "person": rattachement.pk,
                "on": on,
                "end": convention.closes_on,
                "kept": f"[{kept[0]},{kept[1] or ''}]" if kept else "empty",
            },
        )
        row = cursor.fetchone()
    return Missing(*row) if row else None


def _successions() -> QuerySet[Succession]:
    rows = Succession.objects.select_related(
        "titulaire__utilisateur",
        "titulaire__convention__organisme",
        "titulaire__convention__caf_pivot",
        "successeur__utilisateur",
        "decided_by",
    )
    return rows.order_by("-proposed_at", "-pk")


def successions_for(acteur: Acteur) -> QuerySet[Succession]:
    """The successors proposed for the conventions of his Caf, the last proposed first."""
    return _successions().filter(titulaire__convention__caf_pivot=acteur.caf)


def succession_for(acteur: Acteur, pk: int) -> Succession:
    """One that his Caf decides.

    :raises Succession.DoesNotExist: when it is another's
    """
    return successions_for(acteur).get(pk=pk)


def own_succession(acteur: Acteur, convention: int, pk: int) -> Succession:
    """One that he proposed himself."""
    own = _successions().filter(titulaire__convention=convention, titulaire__utilisateur=acteur.utilisateur)
    return own.get(pk=pk)


def pending_successions(convention: Convention) -> list[Succession]:
    """The proposals of a convention that await the Caf."""
    return list(_successions().filter(titulaire__convention=convention, etat=EtatSuccession.PROPOSEE))
