"""What an act would change is told before it is done, exactly, and nothing is left of the trial."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portail.conventions.models import Rattachement
from portail.habilitations import actions
from portail.habilitations.actions.preview import Change, without
from portail.habilitations.models import Appartenance
from portail.journal.models import JournalEntry
from tests.cast import Cast
from tests.habilitations.facts import in_days, refusal_of, today
from tests.permissions.world import content_of_tables


def _preview(cast: Cast, act: Callable[[], Any]) -> Change:
    before, entries = content_of_tables(), JournalEntry.objects.count()
    change = actions.preview(cast.conventions["farandole"], today(), act)
    assert (content_of_tables(), JournalEntry.objects.count()) == (before, entries)
    return change


def _told(rights: list[Any]) -> list[tuple[Any, ...]]:
    return [(right.utilisateur.nom, right.role, right.first, right.last) for right in rights]


def _close_groupe(cast: Cast, closes_on: Any) -> Callable[[], None]:
    return lambda: actions.close_groupe(
        by=cast.acteur("bruet"), groupe=cast.groupe("ACCUEIL"), closes_on=closes_on, motif="Fin"
    )


def test_closing_at_once_tells_who_loses_what_from_today(cast: Cast) -> None:
    change = _preview(cast, _close_groupe(cast, in_days(-1)))

    assert _told(change.losses) == [
        ("Double", "cdap.t5", today(), None),
        ("Garban", "cdap.t1", today(), None),
        ("Garban", "cdap.t5", today(), None),
    ]
    assert (change.gains, change.people, change.refusal) == ([], 2, None)


def test_closing_later_tells_the_days_lost_and_no_gain(cast: Cast) -> None:
    change = _preview(cast, _close_groupe(cast, in_days(4)))

    assert {right.first for right in change.losses} == {in_days(5)}
    assert change.gains == []


def test_adding_tells_who_gains_what(cast: Cast) -> None:
    change = _preview(
        cast,
        lambda: actions.add_to_groupe(
            by=cast.acteur("bruet"),
            groupe=cast.groupe("AFAS-DEC"),
            rattachement=cast.rattachement("guy"),
            opens_on=in_days(1),
            closes_on=in_days(3),
        ),
    )

    assert (_told(change.gains), change.losses) == ([("Guy", "afas.declarer", in_days(1), in_days(3))], [])


def test_a_right_that_another_group_gives_is_not_lost(cast: Cast) -> None:
    garban, guichet = cast.rattachement("garban"), cast.groupe("GUICHET")
    Appartenance.objects.create(rattachement=garban, groupe=guichet, opens_on=today())

    change = _preview(
        cast,
        lambda: actions.close_groupe(by=cast.acteur("bruet"), groupe=guichet, closes_on=in_days(-1), motif="Fin"),
    )

    assert _told(change.losses) == [("Double", "cdap.t5", today(), None)]


def test_an_act_refused_is_told_by_its_sentence(cast: Cast) -> None:
    act = lambda: actions.set_roles(by=cast.acteur("robine"), groupe=cast.groupe("AFAS-DEC"), wanted=[])  # noqa: E731

    change = _preview(cast, act)

    assert (change.losses, change.gains, change.refusal) == ([], [], refusal_of(act))


def test_the_trial_and_the_act_agree(cast: Cast) -> None:
    act = _close_groupe(cast, in_days(4))
    change = _preview(cast, act)

    act()

    gone = {right.utilisateur.nom for right in change.losses}
    still = set(Rattachement.objects.filter(appartenances__closes_on=None).values_list("utilisateur__nom", flat=True))
    assert gone & still == {"Double"}  # of two organisations: the other one stays


DAY = st.integers(0, 12)
SPANS = st.lists(st.tuples(DAY, st.one_of(st.none(), DAY)), max_size=4)


def _periods(spans: list[tuple[int, int | None]]) -> list[tuple[Any, Any]]:
    """In order, apart from each other, as PostgreSQL gives a multirange."""
    days = sorted({day for first, last in spans for day in range(first, 20 if last is None else last)})
    periods: list[list[int]] = []
    for day in days:
        if periods and periods[-1][1] == day:
            periods[-1][1] = day + 1
        else:
            periods.append([day, day + 1])
    start = today()
    return [(start + timedelta(f), None if last == 20 else start + timedelta(last)) for f, last in periods]


def _days(periods: list[tuple[Any, Any]]) -> set[int]:
    return {
        n
        for n in range(20)
        for first, end in periods
        if first <= today() + timedelta(n) and (end is None or today() + timedelta(n) < end)
    }


@given(SPANS, SPANS)
@settings(max_examples=200, deadline=None, database=None)
def test_days_taken_away_are_a_difference_of_sets(ours: Any, taken: Any) -> None:
    left = without(_periods(ours), _periods(taken))

    assert _days(left) == _days(_periods(ours)) - _days(_periods(taken))
