"""Mails before the end: one digest for each who can renew, a short one for the person whose own access ends."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portail.comptes.models import Utilisateur
from portail.conventions.models import Administrateur
from portail.courriels import actions as courriels
from portail.habilitations import events, roles
from portail.habilitations.actions.common import slices
from portail.habilitations.enums import Nature
from portail.habilitations.models import GroupeAncestor, Terme

# The winner of a race has the row; an end moved to another day is told anew.
_TAKE = """
INSERT INTO habilitations_avisterme (terme, closes_on, days)
SELECT t.id, t.closes_on, step.days FROM habilitations_terme t CROSS JOIN unnest(%(days)s::int[]) AS step(days)
JOIN conventions_convention c ON c.id = t.convention_id
WHERE t.closes_on BETWEEN %(on)s AND %(on)s::date + step.days AND NOT t.is_decided AND t.opens_on <= %(on)s
  AND c.validated_on IS NOT NULL AND c.period @> %(on)s::date
ON CONFLICT DO NOTHING
RETURNING terme
"""

# What the person himself is told of.
_OWN = (Nature.RATTACHEMENT, Nature.APPARTENANCE, Nature.JUSTIFICATIF)


@transaction.atomic
def tell_ends() -> int:
    """Tells every end that is near enough by today and was not told yet; how many mails it owes.

    Safe to run twice, or by two workers at once, or after days without running.
    """
    on = timezone.localdate()
    days = sorted({settings.PORTAIL["AVIS_DAYS"], settings.PORTAIL["AVIS_LAST_DAYS"]})
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"on": on, "days": days})
        taken = sorted({key for (key,) in cursor.fetchall()})
    rows = Terme.objects.select_related("convention", "rattachement__utilisateur", "groupe")
    found = [terme for part in slices(taken) for terme in rows.filter(pk__in=part)]
    termes = sorted(found, key=lambda terme: (terme.closes_on, terme.pk))
    with courriels.gathered():
        return _tell_managers(termes, on) + _tell_people(termes)


def _tell_managers(termes: list[Terme], on: date) -> int:
    digests: dict[int, list[Terme]] = defaultdict(list)
    managers = _managers(termes, on)
    for terme in termes:
        for pk in managers["convention", terme.convention_id] | managers["groupe", terme.groupe_id]:
            digests[pk].append(terme)
    people = [person for part in slices(sorted(digests)) for person in Utilisateur.objects.filter(pk__in=part)]
    for person in people:
        theirs = digests[person.pk]
        courriels.enqueue(
            events.ENDS_AHEAD,
            to=person.courriel,
            to_label=person.nom_complet,
            about=[person, *{t.convention_id: t.convention for t in theirs}.values()],
            facts={"lines": _counted(theirs), "first": f"{theirs[0].closes_on:%d/%m/%Y}"},
        )
    return len(digests)


def _managers(termes: list[Terme], on: date) -> dict[tuple[str, int | None], set[int]]:
    """Who administers each convention, and who answers for each group or for one above it."""
    managers: dict[tuple[str, int | None], set[int]] = defaultdict(set)
    administrateurs = Administrateur.objects.filter(period__contains=on, rattachement__period__contains=on)
    for part in slices(sorted({terme.convention_id for terme in termes})):
        named = administrateurs.filter(rattachement__convention__in=part)
        for convention, person in named.values_list("rattachement__convention", "rattachement__utilisateur"):
            managers["convention", convention].add(person)
    answering = GroupeAncestor.objects.filter(
        ancestor__responsables__period__contains=on, ancestor__responsables__rattachement__period__contains=on
    )
    for part in slices(sorted({terme.groupe_id for terme in termes if terme.groupe_id})):
        above = answering.filter(groupe__in=part)
        for groupe, person in above.values_list("groupe", "ancestor__responsables__rattachement__utilisateur"):
            managers["groupe", groupe].add(person)
    return managers


def _counted(termes: Iterable[Terme]) -> list[str]:
    """« Convention Farandole : 3 × appartenance à un groupe »: nobody is named."""
    groups = Counter((t.convention.libelle, t.get_nature_display()) for t in termes)
    return [f"{libelle} : {count} × {nature.lower()}" for (libelle, nature), count in sorted(groups.items())]


def _tell_people(termes: list[Terme]) -> int:
    theirs: dict[int, list[Terme]] = defaultdict(list)
    for terme in termes:
        if terme.rattachement is not None and terme.nature in _OWN:
            theirs[terme.rattachement.utilisateur_id].append(terme)
    for ending in theirs.values():
        person = ending[0].rattachement.utilisateur  # type: ignore[union-attr]
        courriels.enqueue(
            events.OWN_END_AHEAD,
            to=person.courriel,
            to_label=person.nom_complet,
            about=[person, *{t.convention_id: t.convention for t in ending}.values()],
            facts={"lines": [_own(terme) for terme in ending]},
        )
    return len(theirs)


def _own(terme: Terme) -> str:
    if terme.nature == Nature.JUSTIFICATIF:
        what = f"justificatif à renouveler ({roles.proof_label(terme.code)})"
    else:
        what = f"groupe {terme.groupe.libelle}" if terme.groupe else "tout votre accès"
    return f"{terme.convention.libelle}, {what} : dernier jour le {terme.closes_on:%d/%m/%Y}"
