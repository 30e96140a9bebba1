"""Who has, had or will have what: lines of the one view of rights, in the perimeter of who asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from portail.comptes.models import DatedQuerySet
from portail.conventions.models import Convention, Rattachement
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Appartenance, Habilitation, RoleGroupe
from portail.habilitations.queries.bulk import in_the_order_of_the_view
from portail.supervision.models import HabilitationConnue

ETATS = [
    ("effective", "Effective ce jour-là"),
    ("a_venir", "À venir"),
    ("terminee", "Terminée"),
    ("toutes", "Toutes, passées et à venir comprises"),
    ("jamais", "Jamais effective"),
]
NEVER = "jamais"
COUNTED = 500  # lines are counted up to there: counting all those of a Caf would read every right of it
_AT_ONCE, _AT_MOST = 125, 2_000  # people whose rights are worked out together, at first and then


@dataclass(frozen=True)
class Search:
    """What is asked; everything optional but the day."""

    jour: date
    etat: str = "effective"
    connu_le: datetime | None = None
    personne: str = ""
    organisme: str = ""
    convention: str = ""
    service: str = ""
    role: str = ""


def supervised(acteur: Acteur) -> QuerySet[Convention]:
    """The conventions whose rights he looks over: those of his Caf, or those he administers for the partner."""
    if acteur.caf is not None:
        return Convention.objects.visible_to(acteur)
    return Convention.objects.filter(pk__in=acteur.administered)


def rattachement_for(acteur: Acteur, pk: int) -> Rattachement:
    rows = Rattachement.objects.filter(convention__in=supervised(acteur))
    return rows.select_related("utilisateur", "convention__organisme", "opened_by").get(pk=pk)


def lines_for(acteur: Acteur, asked: Search, *, limit: int, order: str = "personne") -> list[Any]:
    """The first lines asked for, one more than `limit` when there are more; in the order of people.

    Rights are worked out for some people at a time, until there are enough: the first page of a Caf costs what its
    first people cost. With `connu_le`, to be called within `connu.known_at`.
    """
    with _planned_for_these_values():
        people = _people(acteur, asked, order)
        return _without_effect(people, limit) if asked.etat == NEVER else _lines(people, asked, limit)


@contextmanager
def _planned_for_these_values() -> Iterator[None]:
    """Within, no statement is planned for any values: what suits a name reads everything for a service (ADR 0010)."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        with in_the_order_of_the_view():
            yield


def _lines(people: list[int], asked: Search, limit: int) -> list[Any]:
    found: list[Any] = []
    start, length = 0, _AT_ONCE
    while start < len(people):
        batch = people[start : start + length]
        start, length = start + length, min(2 * length, _AT_MOST)
        rows = _rights(batch, asked)
        place = {pk: rank for rank, pk in enumerate(batch)}
        found += sorted(rows, key=lambda row: place[row.rattachement_id])
        if len(found) > limit:
            return found[: limit + 1]
    return found


def _people(acteur: Acteur, asked: Search, order: str) -> list[int]:
    """The rattachements that may have a line, in the order asked for."""
    rows = Rattachement.objects.filter(convention__in=conventions_asked(acteur, asked))
    rows = rows.filter(_person(asked.personne))
    if asked.etat == "effective" and asked.connu_le is None:
        inside = _holding(Appartenance.objects.open_on(asked.jour).filter(rattachement=OuterRef("pk")), asked)
        rows = rows.filter(Exists(inside), period__contains=asked.jour, utilisateur__period__contains=asked.jour)
    field = "utilisateur__identifiant" if order.endswith("identifiant") else "utilisateur__sort_key"
    sense = "-" if order.startswith("-") else ""
    return list(rows.order_by(sense + field, "utilisateur_id", "pk").values_list("pk", flat=True))


def _holding(memberships: DatedQuerySet, asked: Search) -> DatedQuerySet:
    """Of these, the ones whose group itself holds what is asked for: working out the others would find nothing."""
    if not (asked.service or asked.role):
        return memberships
    held = RoleGroupe.objects.open_on(asked.jour).filter(groupe=OuterRef("groupe"))
    held = held.filter(role=asked.role) if asked.role else held.filter(role__startswith=f"{asked.service}.")
    return memberships.filter(Exists(held))


def _rights(rattachements: list[int], asked: Search) -> DatedQuerySet:
    model = HabilitationConnue if asked.connu_le else Habilitation
    rows = model.objects.filter(rattachement__in=rattachements)
    rows = rows.select_related("utilisateur", "convention__organisme", "groupe")
    if asked.service:
        rows = rows.filter(service=asked.service)
    if asked.role:
        rows = rows.filter(role=asked.role)
    if asked.etat == "effective":
        rows = rows.open_on(asked.jour)
    elif asked.etat == "a_venir":
        rows = rows.filter(period__startswith__gt=asked.jour)
    elif asked.etat == "terminee":
        rows = rows.filter(period__endswith__lte=asked.jour)
    return rows.order_by("appartenance_id", "role", "period")


# The days of the person, his access and his membership together; what else makes a right is the group's, unless a
# service is suspended for him or a role of his convention asks for a proof: then nobody is like him.
_HELD = """
SELECT a.id, (r.convention_id, a.groupe_id, upper(days), CASE WHEN alone THEN a.id END)::text, lower(days)
FROM unnest(%s::bigint[]) WITH ORDINALITY AS asked(id, rank)
JOIN conventions_rattachement r ON r.id = asked.id
JOIN comptes_utilisateur u ON u.id = r.utilisateur_id
JOIN habilitations_appartenance a ON a.rattachement_id = r.id
CROSS JOIN LATERAL (SELECT u.period * r.period * a.period) AS common(days)
CROSS JOIN LATERAL (SELECT
  EXISTS (SELECT FROM habilitations_suspensionusage n WHERE n.rattachement_id = r.id)
  OR EXISTS (SELECT FROM conventions_bulletinadhesion b JOIN conventions_rolebulletin rb ON rb.bulletin_id = b.id
             JOIN habilitations_rolegroupe held ON held.groupe_id = a.groupe_id AND held.role = rb.role
             WHERE b.convention_id = r.convention_id AND rb.justificatif_since IS NOT NULL)) AS his(alone)
ORDER BY asked.rank, a.id
"""


def _without_effect(people: list[int], limit: int) -> list[Appartenance]:
    """Memberships that give no right on any day: a convention not validated, a group without role, dates apart.

    Of those of one group that end together, who has a right in the fewest days has one in more: the view is asked
    of the shortest, and of the others only where that one has none.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [people])
        held = cursor.fetchall()
    shortest: dict[str, tuple[date, int]] = {}
    for pk, alike, first in held:
        if first is not None:
            shortest[alike] = max(shortest.get(alike, (first, pk)), (first, pk))
    effective = _effective([pk for _, pk in shortest.values()])
    settled = {alike for alike, (_, pk) in shortest.items() if pk in effective}
    doubtful = [pk for pk, alike, first in held if first is None or alike not in settled]
    effective = _effective(doubtful)
    never = [pk for pk in doubtful if pk not in effective][: limit + 1]
    rows = Appartenance.objects.select_related(
        "rattachement__utilisateur", "rattachement__convention__organisme", "groupe"
    ).in_bulk(never)
    return [rows[pk] for pk in never]


def _effective(appartenances: list[int]) -> set[int]:
    """Those of the memberships that give a right on some day, by the one definition."""
    with connection.cursor() as cursor:  # one array: there may be more of them than a statement has parameters
        cursor.execute(
            "SELECT DISTINCT appartenance_id FROM habilitations_habilitation WHERE appartenance_id = ANY(%s)",
            [appartenances],
        )
        return {pk for (pk,) in cursor.fetchall()}


def conventions_asked(acteur: Acteur, asked: Search) -> list[int]:
    """Found first and given by number: rights are then worked out for their people only."""
    rows = supervised(acteur)
    if asked.organisme:
        siret = "".join(asked.organisme.split())
        rows = rows.filter(Q(organisme__sort_key__holds=asked.organisme) | Q(organisme__siret=siret))
    if asked.convention:
        named = Q(sort_key__holds=asked.convention)
        if asked.convention.isdecimal() and len(asked.convention) <= 5:
            named |= Q(numero=int(asked.convention))
        rows = rows.filter(named)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _person(typed: str) -> Q:
    """A part of the name, of the identifiant or of the mail."""
    if not typed:
        return Q()
    named = Q(utilisateur__sort_key__holds=typed) | Q(utilisateur__identifiant__icontains=typed)
    return named | Q(utilisateur__courriel__icontains=typed)


def service_choices() -> list[tuple[str, str]]:
    return [(s.code, s.libelle) for s in roles.SERVICES.values()]


def role_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The roles, under the name of their service."""
    return [(s.libelle, [(r.code, r.libelle) for r in s.roles]) for s in roles.SERVICES.values()]


def in_words(asked: Search) -> str:
    """The question, as a sentence above its answer."""
    day = f"le {asked.jour:%d/%m/%Y}"
    told = {
        "effective": f"Qui avait quoi {day}" if asked.jour < timezone.localdate() else f"Qui a quoi {day}",
        "a_venir": f"Habilitations qui commencent après {day}",
        "terminee": f"Habilitations terminées {day}",
        "toutes": "Habilitations de tous les jours, passés et à venir",
        "jamais": "Appartenances qui n'ouvrent aucun droit, à aucune date",
    }[asked.etat]
    if asked.connu_le is None:
        return f"{told}, d'après ce que le portail sait aujourd'hui."
    local = timezone.localtime(asked.connu_le)
    return f"{told}, tel qu'on le savait le {local:%d/%m/%Y} à {local:%Hh%M}."
