"""What ends: the lines of « Horizon », the rights each one takes away, and the rows behind them."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from portail.conventions.models import Administrateur, Convention, Rattachement
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.enums import Nature
from portail.habilitations.models import Appartenance, Groupe, Responsable, RoleGroupe, Terme

SOONEST, FARTHEST = 30, 90  # days looked back at, and ahead
Fact = Appartenance | Groupe | Responsable | RoleGroupe | Rattachement | Administrateur


def termes_for(acteur: Acteur, convention: Convention | None = None) -> QuerySet[Terme]:
    """What ends within ninety days, or ended in the last thirty, in his perimeter; the nearest first."""
    rows = Terme.objects.filter(
        closes_on__gte=acteur.on - timedelta(days=SOONEST), closes_on__lte=acteur.on + timedelta(days=FARTHEST)
    )
    rows = rows.filter(_visible_to(acteur, convention))
    rows = rows.select_related("convention__organisme", "rattachement__utilisateur", "groupe")
    return rows.order_by("closes_on", "sort_key", "pk")


def ending_for(acteur: Acteur) -> int:
    """How many ends of the next thirty days nobody has decided, in his perimeter."""
    limit = acteur.on + timedelta(days=SOONEST)
    rows = Terme.objects.filter(
        _visible_to(acteur, None), closes_on__gte=acteur.on, closes_on__lte=limit, is_decided=False
    )
    return rows.count()


def _visible_to(acteur: Acteur, convention: Convention | None) -> Q:
    """All of a convention for who administers it or its Caf; for a responsable, his groups and their people."""
    if acteur.caf is not None:
        whole = Q(convention__in=Convention.objects.visible_to(acteur).values("pk"))
        return whole & Q(convention=convention) if convention else whole
    administered = acteur.administered & {convention.pk} if convention else acteur.administered
    answered = (acteur.answered_for & {convention.pk} if convention else acteur.answered_for) - administered
    people = Appartenance.objects.not_ended_on(acteur.on - timedelta(days=SOONEST)).filter(
        groupe__in=acteur.managed_groupes
    )
    his = Q(groupe__in=acteur.managed_groupes) | Q(
        nature__in=[Nature.RATTACHEMENT, Nature.JUSTIFICATIF], rattachement__in=people.values("rattachement")
    )
    return Q(convention__in=administered) | Q(convention__in=answered) & (his | Q(nature=Nature.BULLETIN))


def termes_of(people: Collection[Rattachement], on: date, until: date) -> list[Terme]:
    """The accesses and memberships of these people that end from that day on and before `until`, undecided."""
    rows = Terme.objects.filter(
        nature__in=[Nature.RATTACHEMENT, Nature.APPARTENANCE],
        rattachement__in=[each.pk for each in people],
        closes_on__gte=on,
        closes_on__lt=until,
        is_decided=False,
    )
    return list(rows.select_related("convention__organisme", "rattachement__utilisateur", "groupe").order_by("pk"))


def conventions_of(termes: Iterable[Terme]) -> list[Convention]:
    return sorted({t.convention_id: t.convention for t in termes}.values(), key=lambda c: c.pk)


_ROWS: dict[Nature, tuple[Any, tuple[str, ...]]] = {
    Nature.APPARTENANCE: (Appartenance, ("groupe__parent", "rattachement__utilisateur")),
    Nature.RESPONSABLE: (Responsable, ("groupe__parent", "rattachement__utilisateur")),
    Nature.ROLE: (RoleGroupe, ("groupe__parent",)),
    Nature.GROUPE: (Groupe, ("parent",)),
    Nature.RATTACHEMENT: (Rattachement, ("utilisateur",)),
    Nature.ADMINISTRATEUR: (Administrateur, ("rattachement__utilisateur",)),
}


def facts_of(termes: Collection[Terme]) -> Iterator[tuple[Terme, Fact | None]]:
    """The rows behind the lines, carriers first; all that stand under one convention share it.

    Each kind is read when its turn comes: what was done to its carriers meanwhile is seen.
    """
    shared = {convention.pk: convention for convention in conventions_of(termes)}
    for nature in Nature:
        lines = [terme for terme in termes if terme.nature == nature]
        found = _rows(nature, lines) if lines else {}
        for terme in sorted(lines, key=lambda line: _niveau(found.get(line.object_id))):
            fact = found.get(terme.object_id)
            _share(fact, shared[terme.convention_id])
            yield terme, fact


def _rows(nature: Nature, lines: list[Terme]) -> dict[int, Any]:
    if nature not in _ROWS:
        return {}
    model, related = _ROWS[nature]
    return model.objects.select_related(*related).in_bulk([line.object_id for line in lines])


def _share(fact: Fact | None, convention: Convention) -> None:
    carriers = [fact, getattr(fact, "rattachement", None), getattr(fact, "groupe", None), getattr(fact, "parent", None)]
    carriers.append(getattr(carriers[2], "parent", None))
    for each in carriers:
        if isinstance(each, Groupe | Rattachement):
            each.convention = convention


def _niveau(fact: Fact | None) -> int:
    groupe = fact if isinstance(fact, Groupe) else getattr(fact, "groupe", None)
    return groupe.niveau if groupe else 0


# Which rights stop on the very day a line ends, and for how many people.
_LOST = """
WITH line AS (SELECT * FROM habilitations_terme WHERE id = ANY(%s)),
     ending AS (
       SELECT line.id, h.role, h.utilisateur_id, h.period FROM line
       JOIN habilitations_habilitation h ON h.appartenance_id = line.object_id
       WHERE line.nature = 'appartenance'
       UNION ALL
       SELECT line.id, h.role, h.utilisateur_id, h.period FROM line
       JOIN habilitations_habilitation h ON h.rattachement_id = line.rattachement_id
       WHERE line.nature = 'rattachement' OR line.nature = 'justificatif' AND h.role = line.code
       UNION ALL
       SELECT line.id, h.role, h.utilisateur_id, h.period FROM line
       JOIN habilitations_groupeancestor below ON below.ancestor_id = line.groupe_id
       JOIN habilitations_habilitation h ON h.groupe_id = below.groupe_id
       WHERE line.nature = 'groupe' OR line.nature = 'role' AND h.role = line.code
       UNION ALL
       SELECT line.id, h.role, h.utilisateur_id, h.period FROM line
       JOIN habilitations_habilitation h ON h.convention_id = line.convention_id
       WHERE line.nature = 'convention' OR line.nature = 'bulletin' AND h.service = line.code)
SELECT ending.id, ending.role, count(DISTINCT ending.utilisateur_id)
FROM ending JOIN line ON line.id = ending.id
WHERE upper(ending.period) = line.closes_on + 1
GROUP BY 1, 2 ORDER BY 1, 2
"""


def rights_lost(termes: Iterable[Terme]) -> dict[str, str]:
    """For each line, the rights that stop with it: « Consulter un dossier – T1 (3 personnes) »."""
    keys = [terme.pk for terme in termes]
    lost: dict[str, list[str]] = {}
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(_LOST, [keys])
            for key, role, people in cursor.fetchall():
                is_personal = key.startswith((Nature.APPARTENANCE, Nature.RATTACHEMENT, Nature.JUSTIFICATIF))
                count = "" if is_personal else f" ({people} personne{'s' if people > 1 else ''})"
                lost.setdefault(key, []).append(roles.label(role) + count)
    return {key: ", ".join(labels) for key, labels in lost.items()}


def last_day_of_role(groupe: Groupe, role: str, on: date) -> tuple[str, date, date | None] | None:
    """Within which days the group may hold the role: its parent's, or for a top group those of the bulletin."""
    if groupe.parent_id:
        above = RoleGroupe.objects.filter(groupe=groupe.parent_id, role=role).not_ended_on(on).first()
        return ("du rôle dans le groupe parent", above.opens_on, above.closes_on) if above else None
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT lower(b.period * rb.period), (upper(b.period * rb.period) - 1)::date
               FROM conventions_bulletinadhesion b JOIN conventions_rolebulletin rb ON rb.bulletin_id = b.id
               WHERE b.convention_id = %s AND rb.role = %s AND b.period * rb.period && daterange(%s, NULL)
               ORDER BY 1 LIMIT 1""",
            (groupe.convention_id, role, on),
        )
        found = cursor.fetchone()
    return ("du bulletin d'adhésion", *found) if found else None
