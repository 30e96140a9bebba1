"""Whom a campaign asks about whom: lines made by the base, some conventions at a time."""
# ruff: noqa: S608 (the pieces of SQL are texts of ours; values are parameters)

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from portail.campagnes import events
from portail.campagnes.enums import OPEN, EtatCampagne, Niveau
from portail.campagnes.models import Campagne
from portail.conventions.models import Administrateur
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Responsable
from portail.habilitations.queries.bulk import in_the_order_of_the_view
from portail.journal import actions as journal
from portail.ui.templatetags.ui import counted

CONVENTIONS_AT_ONCE = 1_000

# The administrateurs of each convention, that of the longest standing first.
_HEADS = """
WITH heads AS (
  SELECT r.convention_id, array_agg(r.utilisateur_id ORDER BY a.opens_on, r.utilisateur_id) AS people
  FROM conventions_administrateur a
  JOIN conventions_rattachement r ON r.id = a.rattachement_id AND r.period @> %(on)s::date
  JOIN comptes_utilisateur u ON u.id = r.utilisateur_id AND u.period @> %(on)s::date
  WHERE a.period @> %(on)s::date GROUP BY 1)
"""
# For a line `l`: the responsable of its group or of the nearest above, and an administrateur, neither of them himself.
_WHO_KNOWS = """
LEFT JOIN LATERAL (
  SELECT r.utilisateur_id FROM habilitations_groupeancestor up
  JOIN habilitations_groupe g ON g.id = up.ancestor_id AND g.period @> %(on)s::date
  JOIN habilitations_responsable p ON p.groupe_id = up.ancestor_id AND p.period @> %(on)s::date
  JOIN conventions_rattachement r ON r.id = p.rattachement_id AND r.period @> %(on)s::date
  JOIN comptes_utilisateur u ON u.id = r.utilisateur_id AND u.period @> %(on)s::date
  WHERE up.groupe_id = l.groupe_id AND r.utilisateur_id <> l.utilisateur_id
  ORDER BY up.distance, r.utilisateur_id LIMIT 1) near ON true
LEFT JOIN heads ON heads.convention_id = l.convention_id
LEFT JOIN LATERAL (
  SELECT one.utilisateur_id FROM unnest(heads.people) WITH ORDINALITY AS one(utilisateur_id, rank)
  WHERE one.utilisateur_id <> l.utilisateur_id {not_again}
  ORDER BY one.rank LIMIT 1) head ON true
"""
# What narrows the scope, looked at before the rights are worked out: most of them never are.
_NARROWING = {
    "service": "h.groupe_id IN (SELECT groupe_id FROM habilitations_rolegroupe "
    "WHERE split_part(role, '.', 1) = %(service)s AND period @> %(on)s::date)",
    "role": "h.groupe_id IN (SELECT groupe_id FROM habilitations_rolegroupe "
    "WHERE role = %(role)s AND period @> %(on)s::date)",
    "groupe": "h.groupe_id IN (SELECT id FROM habilitations_groupe WHERE lower(code) = lower(%(groupe)s) "
    "OR position(sort_key(%(groupe)s, '') IN sort_key(libelle, '')) > 0)",
    "sans_usage": "h.utilisateur_id IN (SELECT id FROM comptes_utilisateur WHERE last_login IS NULL "
    "OR last_login < %(on)s::date - make_interval(months => %(sans_usage)s::int))",
}
_PREPARE = f"""
{_HEADS}
INSERT INTO campagnes_lignecampagne (campagne_id, appartenance_id, rattachement_id, utilisateur_id, groupe_id,
  convention_id, roles, opens_on, closes_on, last_login, niveau, relecteur_id, reponse, motif, edition, effet, sentence,
  trace)
SELECT %(campagne)s, l.appartenance_id, l.rattachement_id, l.utilisateur_id, l.groupe_id, l.convention_id, l.roles,
       m.opens_on, m.closes_on, w.last_login,
       CASE WHEN near.utilisateur_id IS NOT NULL THEN 'responsable'
            WHEN head.utilisateur_id IS NOT NULL THEN 'administrateur' ELSE 'caf' END,
       coalesce(near.utilisateur_id, head.utilisateur_id), '', '', 0, '', '', '{{{{}}}}'
FROM (SELECT h.appartenance_id, h.rattachement_id, h.utilisateur_id, h.groupe_id, h.convention_id,
             array_agg(DISTINCT h.role::text) AS roles, array_agg(DISTINCT h.service::text) AS services
      FROM habilitations_habilitation h
      WHERE h.convention_id = ANY(%(conventions)s::bigint[]) AND h.period @> %(on)s::date {{narrowed}}
      GROUP BY 1, 2, 3, 4, 5) l
JOIN habilitations_appartenance m ON m.id = l.appartenance_id
JOIN comptes_utilisateur w ON w.id = l.utilisateur_id
{_WHO_KNOWS.format(not_again="")}
WHERE (%(service)s::text = '' OR l.services @> ARRAY[%(service)s::text])
  AND (%(role)s::text = '' OR l.roles @> ARRAY[%(role)s::text])
"""
_NOT_AGAIN = "AND one.utilisateur_id IS DISTINCT FROM l.relecteur_id AND one.utilisateur_id <> %(asked)s"
# One level up: from who was asked to the administrateur, and from there to the Caf.
_RAISE = f"""
{_HEADS}
UPDATE campagnes_lignecampagne t
SET relecteur_id = up.next, niveau = CASE WHEN up.next IS NULL THEN 'caf' ELSE 'administrateur' END
FROM (SELECT l.id, CASE WHEN l.niveau = 'responsable' THEN head.utilisateur_id END AS next
      FROM campagnes_lignecampagne l
      {_WHO_KNOWS.format(not_again=_NOT_AGAIN)}
      WHERE l.id = ANY(%(lignes)s::bigint[]) AND l.niveau <> 'caf') up
WHERE t.id = up.id
"""


def prepare(by: Acteur, campagne: Campagne) -> None:
    """The lines of the next conventions; after the last ones, the campaign waits to be launched."""
    batch = campagne.conventions[campagne.done : campagne.done + CONVENTIONS_AT_ONCE]
    asked = campagne.perimetre
    if batch:
        values = {
            "campagne": campagne.pk,
            "conventions": batch,
            "on": timezone.localdate(),
            "service": asked.get("service", ""),
            "role": asked.get("role", ""),
            "groupe": asked.get("groupe", ""),
            "sans_usage": int(asked.get("sans_usage") or 0),
        }
        narrowed = "".join(f" AND {sql}" for name, sql in _NARROWING.items() if asked.get(name))
        with in_the_order_of_the_view():
            _execute(_PREPARE.format(narrowed=narrowed), values)
    campagne.done += len(batch)
    if campagne.done >= len(campagne.conventions):
        _finish(by, campagne)
    campagne.save(update_fields=["done", "etat", "total"])


def _finish(by: Acteur, campagne: Campagne) -> None:
    campagne.total = campagne.lignes.count()
    campagne.etat = EtatCampagne.A_LANCER
    journal.record(
        events.PREPARED,
        by=by,
        about=about(campagne),
        numero=campagne.pk,
        campagne=campagne.libelle,
        lignes=counted(campagne.total, "ligne,lignes"),
    )


def about(campagne: Campagne) -> list[Any]:
    """What the journal says a campaign is about: itself, and its convention when it has but one."""
    return [campagne, *([campagne.convention] if campagne.convention is not None else [])]


def raise_lines(lignes: Iterable[int], *, asked: int = 0) -> int:
    """Has the next who knows asked, but not `asked`: the administrateur, then the Caf; how many went up."""
    return _execute(_RAISE, {"lignes": list(lignes), "on": timezone.localdate(), "asked": asked})


def raise_open(campagne: Campagne, niveau: Niveau) -> int:
    """What nobody answered at that level goes up; how many lines."""
    waiting = campagne.lignes.filter(niveau=niveau, reponse__in=OPEN)
    return raise_lines(waiting.order_by("pk").values_list("pk", flat=True))


def raise_orphans(campagne: Campagne, on: date) -> int:
    """What is asked of somebody who answers no more for that group goes up; how many lines."""
    in_charge = {
        "rattachement__utilisateur": OuterRef("relecteur"),
        "period__contains": on,
        "rattachement__period__contains": on,
    }
    near = Responsable.objects.filter(groupe__descendants__groupe=OuterRef("groupe"), **in_charge)
    head = Administrateur.objects.filter(rattachement__convention=OuterRef("convention"), **in_charge)
    asked = campagne.lignes.filter(reponse__in=OPEN, relecteur__isnull=False)
    gone = asked.exclude(Exists(near) | Exists(head), relecteur__period__contains=on)
    return raise_lines(gone.order_by("pk").values_list("pk", flat=True))


def _execute(sql: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
