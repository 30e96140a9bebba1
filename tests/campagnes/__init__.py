"""Campaigns at each step of their life, on the cast."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portail.campagnes import actions
from portail.campagnes.enums import RegleFin
from portail.campagnes.models import Campagne, LigneCampagne
from portail.campagnes.queries.revues import seen
from portail.journal import events
from portail.journal.models import JournalEntry
from tests.cast import Cast


def prepared(
    cast: Cast, by: str = "marchand", *, days: int = 30, regle: str = RegleFin.INCHANGE, **more: Any
) -> Campagne:
    """Its lines made, nobody asked yet; of the whole Caf, or of Farandole for its administrateur."""
    acteur = cast.acteur(by)
    campagne = actions.create_campagne(
        by=acteur,
        libelle="Revue annuelle",
        perimetre=more.get("perimetre", {} if acteur.caf else {"convention": "1302"}),
        ends_on=timezone.localdate() + timedelta(days=days),
        regle=regle,
        regle_on=more.get("regle_on"),
    )
    actions.carry_on(campagne.pk)
    return fresh(campagne)


def launched(cast: Cast, by: str = "marchand", **more: Any) -> Campagne:
    campagne = prepared(cast, by, **more)
    actions.launch(by=cast.acteur(by), campagne=campagne)
    return fresh(campagne)


def closed(cast: Cast, campagne: Campagne, by: str = "marchand") -> Campagne:
    actions.close_answers(by=cast.acteur(by), campagne=campagne)
    return fresh(campagne)


def applied(cast: Cast, campagne: Campagne, by: str = "marchand") -> Campagne:
    actions.apply_campagne(by=cast.acteur(by), campagne=closed(cast, campagne, by))
    actions.carry_on(campagne.pk)
    return fresh(campagne)


def undone(cast: Cast, campagne: Campagne, by: str = "marchand") -> Campagne:
    actions.undo_campagne(by=cast.acteur(by), campagne=campagne)
    actions.carry_on(campagne.pk)
    return fresh(campagne)


def fresh(campagne: Campagne) -> Campagne:
    return Campagne.objects.select_related("caf", "convention", "asked_by").get(pk=campagne.pk)


def ligne(cast: Cast, campagne: Campagne, person: str, groupe: str) -> LigneCampagne:
    return campagne.lignes.get(utilisateur=cast.people[person], groupe=cast.groupes[groupe])


def answered(cast: Cast, by: str, line: LigneCampagne, reponse: str, **more: Any) -> None:
    actions.answer(by=cast.acteur(by), lignes=[line], reponse=reponse, expected=seen([line]), **more)


def sentences(kind: str) -> list[str]:
    rows = JournalEntry.objects.filter(kind=kind).order_by("pk")
    return [events.sentence(row.kind, row.by_label, row.facts) for row in rows]
