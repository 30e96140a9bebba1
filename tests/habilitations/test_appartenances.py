"""Who is in which group: what each act writes, refuses and tells."""

from datetime import timedelta

import pytest

from portail.conventions.models import BulletinAdhesion, Convention, Suspension
from portail.habilitations import actions
from portail.habilitations.models import Appartenance
from portail.ui.rules import Difference, Stale
from tests.cast import Cast
from tests.habilitations.facts import appartenance, in_days, may_use, refusal_of, sentences_of, today, told
from tests.permissions.world import content_of_tables

YESTERDAY = timedelta(days=-1)


def _add(cast: Cast, by: str, code: str, name: str, *, opens_on=None, closes_on=None) -> Appartenance:
    return actions.add_to_groupe(
        by=cast.acteur(by),
        groupe=cast.groupe(code),
        rattachement=cast.rattachement(name),
        opens_on=opens_on or today(),
        closes_on=closes_on,
    )


def _close(cast: Cast, by: str, name: str, code: str, closes_on) -> None:
    actions.close_appartenance(
        by=cast.acteur(by), appartenance=appartenance(cast, name, code), closes_on=closes_on, motif="Mutation"
    )


def _edit(cast: Cast, name: str, code: str, closes_on, *, by: str = "bruet", seen=None) -> None:
    """Another end, by somebody whose form shows the present dates, or `seen`."""
    row = appartenance(cast, name, code)
    seen = seen or (row.opens_on, row.closes_on)
    actions.edit_appartenance(
        by=cast.acteur(by), appartenance=row, opens_on=row.opens_on, closes_on=closes_on, seen=seen
    )


def test_adding_to_a_group_gives_its_roles_at_once(cast: Cast) -> None:
    before = may_use(cast, "guy", "afas.declarer")

    made = _add(cast, "bruet", "AFAS-DEC", "guy")

    assert (before, may_use(cast, "guy", "afas.declarer")) == (False, True)
    assert (made.opened_by, made.opens_on, made.closes_on) == (cast.people["bruet"], today(), None)


def test_adding_to_a_group_is_told(cast: Cast) -> None:
    told_of = sentences_of(lambda: _add(cast, "bruet", "AFAS-DEC", "guy", closes_on=in_days(30)))

    assert told_of == [
        f"Stéphane Bruet a ajouté Valérie Guy au groupe AFAS-DECLARER, du {told(today())} au {told(in_days(30))}."
    ]


def test_adding_from_a_day_to_come_gives_nothing_before_it(cast: Cast) -> None:
    _add(cast, "bruet", "AFAS-DEC", "guy", opens_on=in_days(3), closes_on=in_days(5))

    days = [may_use(cast, "guy", "afas.declarer", in_days(n)) for n in (2, 3, 5, 6)]

    assert days == [False, True, True, False]


def test_a_responsable_adds_to_his_group_and_below(cast: Cast) -> None:
    _add(cast, "garban", "ACCUEIL", "double")
    _add(cast, "garban", "GUICHET", "garban")

    assert may_use(cast, "double", "cdap.t1")


def test_a_responsable_does_not_add_beside_his_group(cast: Cast) -> None:
    refusal = refusal_of(lambda: _add(cast, "garban", "AFAS-DEC", "garban"))

    assert refusal == "Seul l'administrateur de la convention, chez le partenaire ou à la Caf, peut le faire."


def test_a_person_of_another_convention_is_not_added(cast: Cast) -> None:
    refusal = refusal_of(lambda: _add(cast, "bruet", "AFAS-DEC", "voisin"))

    assert refusal == "Cette personne n'est pas rattachée à la convention du groupe."


def test_a_person_who_left_is_not_added(cast: Cast) -> None:
    assert refusal_of(lambda: _add(cast, "bruet", "AFAS-DEC", "rocu")) == "L'accès de cette personne est clôturé."


def test_a_closed_group_takes_nobody(cast: Cast) -> None:
    actions.close_groupe(
        by=cast.acteur("bruet"), groupe=cast.groupe("GUICHET"), closes_on=today() + YESTERDAY, motif="Fin"
    )

    assert refusal_of(lambda: _add(cast, "bruet", "GUICHET", "guy")) == "Ce groupe est clôturé."


def test_a_membership_stays_within_the_person_s_access(cast: Cast) -> None:
    guy = cast.rattachement("guy")
    before = guy.opens_on - timedelta(days=1)

    refusal = refusal_of(lambda: _add(cast, "bruet", "AFAS-DEC", "guy", opens_on=before))

    assert refusal == f"La date d'ouverture précède celle du groupe ({told(guy.opens_on)})."


def test_a_membership_does_not_end_before_it_begins(cast: Cast) -> None:
    refusal = refusal_of(lambda: _add(cast, "bruet", "AFAS-DEC", "guy", opens_on=in_days(5), closes_on=in_days(4)))

    assert refusal == "La date de clôture précède la date d'ouverture."


def test_nothing_changes_under_a_suspended_convention(cast: Cast) -> None:
    Suspension.objects.create(convention=cast.conventions["farandole"], opens_on=today(), motif="Contrôle")

    refusal = refusal_of(lambda: _add(cast, "bruet", "AFAS-DEC", "guy"))

    assert refusal == "La convention est suspendue par la Caf : rien ne peut y être changé."
    assert not may_use(cast, "robine", "afas.declarer")


def test_nothing_changes_under_a_convention_not_validated(cast: Cast) -> None:
    farandole = Convention.objects.filter(pk=cast.conventions["farandole"].pk)
    farandole.update(etat="signee", validated_on=None)

    refusal = refusal_of(lambda: _add(cast, "bruet", "AFAS-DEC", "guy"))

    assert refusal == "La convention n'est pas encore validée : rien ne peut y être changé."


def test_nothing_changes_under_a_closed_convention(cast: Cast) -> None:
    Convention.objects.filter(pk=cast.conventions["farandole"].pk).update(closes_on=today() + YESTERDAY)

    refusal = refusal_of(lambda: _add(cast, "bruet", "AFAS-DEC", "guy"))

    assert refusal == "La convention est clôturée : rien ne peut y être changé."


def _limit(people: int) -> None:
    BulletinAdhesion.objects.filter(service="afas").update(max_utilisateurs=people)


def test_a_bulletin_limits_how_many_people_use_its_service(cast: Cast) -> None:
    _limit(1)

    refusal = refusal_of(lambda: _add(cast, "bruet", "AFAS-DEC", "guy"))

    assert refusal == (
        "Le bulletin d'adhésion limite « Aides financières d'action sociale » à 1 utilisateurs : il y en aurait 2. "
        "Retirez quelqu'un, ou demandez à votre Caf d'élever la limite."
    )


def test_a_limit_lowered_below_the_present_still_lets_people_go(cast: Cast) -> None:
    _add(cast, "bruet", "AFAS-DEC", "guy")
    _limit(0)

    _edit(cast, "robine", "AFAS-DEC", in_days(3))

    assert appartenance(cast, "robine", "AFAS-DEC").closes_on == in_days(3)


def test_longer_dates_keep_the_limit(cast: Cast) -> None:
    _close(cast, "bruet", "robine", "AFAS-DEC", in_days(-1))
    _add(cast, "bruet", "AFAS-DEC", "guy")
    _limit(1)

    refusal = refusal_of(lambda: _edit(cast, "robine", "AFAS-DEC", None))

    assert refusal.startswith("Le bulletin d'adhésion limite")


def test_changing_dates_is_told_and_takes_effect(cast: Cast) -> None:
    told_of = sentences_of(lambda: _edit(cast, "robine", "AFAS-DEC", in_days(2)))

    assert told_of == [
        "Stéphane Bruet a changé les dates d'Olivia Robine dans le groupe AFAS-DECLARER, "
        f"du {told(today())} au {told(in_days(2))}."
    ]
    assert [may_use(cast, "robine", "afas.declarer", in_days(n)) for n in (2, 3)] == [True, False]


def test_dates_changed_by_two_people_are_told_to_the_second(cast: Cast) -> None:
    _edit(cast, "robine", "AFAS-DEC", in_days(20), by="marchand")
    before = content_of_tables()

    with pytest.raises(Stale) as stale:
        _edit(cast, "robine", "AFAS-DEC", in_days(5), seen=(today(), None))

    assert stale.value.differences == [Difference("Date de clôture", "(vide)", told(in_days(20)))]
    assert content_of_tables() == before


def test_taking_out_at_once_ends_the_right_the_same_day(cast: Cast) -> None:
    told_of = sentences_of(lambda: _close(cast, "bruet", "robine", "AFAS-DEC", in_days(-1)))

    row = appartenance(cast, "robine", "AFAS-DEC")
    assert told_of == [
        f"Stéphane Bruet a retiré Olivia Robine du groupe AFAS-DECLARER au {told(in_days(-1))} : Mutation."
    ]
    assert may_use(cast, "robine", "afas.declarer") is False
    assert (row.closed_by, row.closing_reason) == (cast.people["bruet"], "Mutation")


def test_taking_out_later_keeps_the_right_until_then(cast: Cast) -> None:
    _close(cast, "bruet", "robine", "AFAS-DEC", in_days(4))

    assert [may_use(cast, "robine", "afas.declarer", in_days(n)) for n in (0, 4, 5)] == [True, True, False]


def test_what_is_over_is_not_ended_a_second_time(cast: Cast) -> None:
    _close(cast, "bruet", "robine", "AFAS-DEC", in_days(-1))
    end = appartenance(cast, "robine", "AFAS-DEC").closes_on

    refusal = refusal_of(lambda: _close(cast, "bruet", "robine", "AFAS-DEC", in_days(2)))

    assert refusal == f"C'est déjà clôturé au {told(end)}."


def test_somebody_taken_out_today_may_come_back_today(cast: Cast) -> None:
    _close(cast, "bruet", "robine", "AFAS-DEC", in_days(-1))

    _add(cast, "bruet", "AFAS-DEC", "robine")

    assert may_use(cast, "robine", "afas.declarer")
