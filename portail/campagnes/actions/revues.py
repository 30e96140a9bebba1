"""Answers: those of whoever is nearest to the person, one line or many at once, corrected until the end."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from portail.campagnes import events, rules
from portail.campagnes.actions.preparation import raise_lines
from portail.campagnes.enums import Niveau, Reponse
from portail.campagnes.models import Campagne, LigneCampagne, ReponseCampagne
from portail.campagnes.queries.revues import revues_for, seen
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Refused, Stale
from portail.ui.templatetags.ui import counted

_NAMED = 20  # people named in the journal's subjects for one answer


@transaction.atomic
def answer(
    *,
    by: Acteur,
    lignes: Sequence[LigneCampagne],
    reponse: str,
    limite_on: date | None = None,
    motif: str = "",
    expected: str,
) -> int:
    """One answer for these lines, all of them or none; how many. « Je ne sais pas » asks the next who knows.

    :param expected: the digest of the lines as they were shown
    :raises Refused: when a rule forbids it
    :raises Stale: when somebody else answered one of them meanwhile
    """
    allow(rules.refuse_reviewing(by))
    allow(rules.refuse_limit(limite_on, by.on))
    _hold_open({ligne.campagne_id for ligne in lignes})
    pks = [ligne.pk for ligne in lignes]
    rows = list(revues_for(by).filter(pk__in=pks).select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        allow(rules.refuse_answer(by, row))
    if len(rows) != len(pks):
        raise Refused("Une de ces lignes ne vous est plus confiée : rechargez la liste.")
    if seen(rows) != expected:
        raise Stale([])
    _write(by, rows, reponse, limite_on if reponse == Reponse.LIMITER else None, motif)
    _tell(by, rows, reponse)
    if reponse == Reponse.NE_SAIT_PAS:
        raise_lines([row.pk for row in rows if _is_asked(by, row)], asked=by.utilisateur.pk)
    return len(rows)


def _hold_open(campagnes: set[int]) -> None:
    """Nobody closes these campaigns while an answer is being written; many may answer at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM campagnes_campagne WHERE id = ANY(%s::bigint[]) ORDER BY id FOR SHARE", [sorted(campagnes)]
        )
    for campagne in Campagne.objects.filter(pk__in=campagnes).order_by("pk"):
        allow(rules.refuse_closed(campagne))


def _is_asked(by: Acteur, row: LigneCampagne) -> bool:
    """« Je ne sais pas » goes up when it comes from the level that was asked, or from above."""
    return row.relecteur_id == by.utilisateur.pk or row.niveau == Niveau.RESPONSABLE


def _write(by: Acteur, rows: list[LigneCampagne], reponse: str, limite_on: date | None, motif: str) -> None:
    now = timezone.now()
    LigneCampagne.objects.filter(pk__in=[row.pk for row in rows]).update(
        reponse=reponse,
        limite_on=limite_on,
        motif=motif,
        answered_by=by.utilisateur,
        answered_at=now,
        edition=F("edition") + 1,
    )
    given = {"reponse": reponse, "limite_on": limite_on, "motif": motif, "given_by": by.utilisateur, "given_at": now}
    ReponseCampagne.objects.bulk_create([ReponseCampagne(ligne=row, **given) for row in rows], batch_size=1000)


def _tell(by: Acteur, rows: list[LigneCampagne], reponse: str) -> None:
    theirs: dict[int, list[LigneCampagne]] = defaultdict(list)
    for row in rows:
        theirs[row.campagne_id].append(row)
    for lignes in theirs.values():
        campagne = lignes[0].campagne
        conventions = {row.convention_id: row.convention for row in lignes}
        people = [row.utilisateur for row in lignes] if len(lignes) <= _NAMED else []
        journal.record(
            events.ANSWERED,
            by=by,
            about=[campagne, *conventions.values(), *people],
            reponse=Reponse(reponse).label,
            lignes=counted(len(lignes), "ligne,lignes"),
            numero=campagne.pk,
            campagne=campagne.libelle,
        )
