"""Many at once on the same line or on the same campaign: one wins, the others get a sentence."""

import pytest

from portail.campagnes import actions
from portail.campagnes.enums import EtatCampagne
from portail.campagnes.models import ReponseCampagne
from portail.campagnes.queries.revues import seen
from portail.courriels.models import Courriel
from portail.habilitations.models import Appartenance
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused, Stale
from tests.campagnes import answered, closed, fresh, launched, ligne, prepared
from tests.cast import build_cast
from tests.habilitations.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


@pytest.fixture
def cast(transactional_db):
    return build_cast()


def _told(act):
    """An act whose loser is told by `Stale`, as a value."""

    def run():
        try:
            return act()
        except Stale as stale:
            return Refused(str(stale))

    return run


def _winners(told):
    return [each for each in told if not isinstance(each, Exception)]


def test_two_people_answer_the_same_line(cast):
    campagne = launched(cast)
    line = ligne(cast, campagne, "double", "GUICHET")
    people = [cast.acteur(name) for name in ("bruet", "garban")] * (THREADS // 2)
    answers = ["garder", "retirer"] * (THREADS // 2)

    told = at_once(
        *[
            _told(lambda by=by, word=word: actions.answer(by=by, lignes=[line], reponse=word, expected=seen([line])))
            for by, word in zip(people, answers, strict=True)
        ]
    )

    assert len(_winners(told)) == 1
    assert ReponseCampagne.objects.count() == 1
    assert {str(each) for each in told if isinstance(each, Exception)} == {
        "Cette fiche a été modifiée depuis que vous l'avez ouverte."
    }


def test_an_answer_and_the_end_never_cross(cast):
    campagne = launched(cast)
    line = ligne(cast, campagne, "double", "GUICHET")

    told = at_once(
        lambda: closed(cast, campagne),
        _told(lambda: answered(cast, "garban", line, "retirer")),
    )

    answer = ReponseCampagne.objects.filter(ligne=line).first()
    assert fresh(campagne).etat == EtatCampagne.A_APPLIQUER
    assert isinstance(told[1], Refused) == (answer is None)
    assert (ligne(cast, campagne, "double", "GUICHET").reponse == "retirer") == (answer is not None)


def test_launched_once(cast):
    campagne, marchand = prepared(cast), cast.acteur("marchand")

    told = at_once(*[lambda: actions.launch(by=marchand, campagne=campagne)] * THREADS)

    assert len(_winners(told)) == 1
    assert Courriel.objects.filter(kind="campagne_ouverte").count() == 3


def test_several_workers_apply_each_line_once(cast):
    campagne = launched(cast)
    answered(cast, "bruet", ligne(cast, campagne, "robine", "AFAS-DEC"), "retirer")
    campagne = closed(cast, campagne)
    actions.apply_campagne(by=cast.acteur("marchand"), campagne=campagne)

    at_once(*[lambda: actions.carry_on(campagne.pk)] * THREADS)

    actions.carry_on(campagne.pk)
    assert fresh(campagne).etat == EtatCampagne.APPLIQUEE
    assert JournalEntry.objects.filter(kind="campagnes.campagne.applied").count() == 1
    assert JournalEntry.objects.filter(kind="habilitations.appartenance.closed").count() == 1
    assert Appartenance.objects.filter(closing_reason__startswith="Campagne n°").count() == 1


def test_one_mail_each_whatever_the_number_of_workers(cast):
    campagne = launched(cast)

    at_once(*[lambda: actions.remind(campagne.ends_on)] * THREADS)

    told = list(Courriel.objects.filter(kind="campagne_rappel").values_list("to", flat=True))
    assert len(told) == len(set(told)) > 0
