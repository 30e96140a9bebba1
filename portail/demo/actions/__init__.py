"""Plays the story of the demo: first rows written here, all that follows by the product's own actions."""

import random

from django.db import connection, transaction
from django.utils import timezone

from portail.demo import queries
from portail.demo.actions import acces, afas, campagnes, conventions, justificatifs, simulations, suivis, versements
from portail.demo.actions.common import Play
from portail.ui.rules import Refused

LOADING = 7203002  # advisory lock: one loading at a time


@transaction.atomic
def load_demo() -> bool:
    """Plays the whole story, relative to today; False when it has been played already.

    :raises Refused: when the base holds other people, or no règles d'usage
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING])
    if queries.is_loaded():
        return False
    if not queries.is_empty():
        raise Refused("Cette base contient d'autres personnes : donnez à la démonstration une base vide.")
    story = queries.story()
    play = Play(timezone.localdate(), story, random.Random(story["seed"]))
    conventions.raise_cafs(play)
    for said in story["convention"]:
        conventions.play_convention(play, said)
    acces.give_access(play)
    justificatifs.play_usages(timezone.now())
    afas.play_afas(play)
    versements.play_versements(play)
    suivis.play_suivis(play)
    campagnes.play_campagnes(play)
    acces.note_mails_sent(play)
    simulations.try_changes(play)
    return True
