"""Mails before the end: told once at each step, in one digest, whoever runs the job and whenever."""

from typing import Any

import pytest
from django.conf import settings as django_settings

from portail.conventions.models import Rattachement
from portail.courriels.models import Courriel
from portail.habilitations import actions
from portail.habilitations.actions import common
from portail.habilitations.models import Appartenance, AvisTerme, Groupe
from tests.cast import Cast, build_cast
from tests.habilitations.facts import in_days, mails_of, told
from tests.habilitations.test_races import THREADS, at_once


def _end(cast: Cast, days: int) -> None:
    Appartenance.objects.filter(rattachement=cast.rattachements["robine"]).update(closes_on=in_days(days))


def _mails() -> list[tuple[str, str]]:
    return sorted(mails_of(actions.tell_ends))


ROBINE_S_END = [("fin_de_votre_acces", "robine@example.fr"), ("fins_prochaines", "bruet@example.fr")]


@pytest.mark.parametrize(("days", "is_told"), [(31, False), (30, True), (8, True), (7, True), (0, True), (-1, False)])
def test_an_end_is_told_thirty_days_before(cast: Cast, days: int, *, is_told: bool) -> None:
    Appartenance.objects.filter(rattachement=cast.rattachements["robine"]).update(opens_on=in_days(-60))
    _end(cast, days)

    assert _mails() == (ROBINE_S_END if is_told else [])


def test_it_is_told_once_at_each_step(cast: Cast) -> None:
    _end(cast, 20)
    first = _mails()

    again = _mails()
    AvisTerme.objects.update(closes_on=in_days(5))
    _end(cast, 5)
    last, over = _mails(), _mails()

    assert (first, again, last, over) == (ROBINE_S_END, [], ROBINE_S_END, [])


def test_days_without_running_send_one_mail_not_two(cast: Cast) -> None:
    _end(cast, 3)

    assert _mails() == ROBINE_S_END
    assert sorted(AvisTerme.objects.values_list("days", flat=True)) == [7, 30]


def test_a_day_moved_is_told_anew(cast: Cast) -> None:
    _end(cast, 20)
    _mails()
    _end(cast, 25)

    assert _mails() == ROBINE_S_END


@pytest.mark.parametrize("at_once", [1, 5_000])
def test_one_digest_for_all_the_lines_of_a_manager(cast: Cast, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    """However few are read at once."""
    monkeypatch.setattr(common, "_AT_ONCE", at_once)
    _end(cast, 10)
    Rattachement.objects.filter(pk=cast.rattachements["guy"].pk).update(closes_on=in_days(9))
    Groupe.objects.filter(pk=cast.groupes["GUICHET"].pk).update(closes_on=in_days(12))

    sent = _mails()

    assert [to for kind, to in sent if kind == "fins_prochaines"] == ["bruet@example.fr", "garban@example.fr"]
    facts = Courriel.objects.get(kind="fins_prochaines", to="bruet@example.fr").facts
    assert facts == {
        "first": told(in_days(9)),
        "lines": [
            "Convention Farandole : 1 × accès d'une personne",
            "Convention Farandole : 1 × appartenance à un groupe",
            "Convention Farandole : 1 × groupe",
        ],
    }
    assert Courriel.objects.get(kind="fins_prochaines", to="garban@example.fr").facts["lines"] == [
        "Convention Farandole : 1 × groupe"
    ]


def test_the_person_reads_what_ends_for_him(cast: Cast) -> None:
    _end(cast, 10)
    _mails()

    assert Courriel.objects.get(kind="fin_de_votre_acces").facts == {
        "lines": [f"Convention Farandole, groupe AFAS-DECLARER : dernier jour le {told(in_days(10))}"]
    }


def test_what_somebody_decided_to_end_is_not_told(cast: Cast) -> None:
    row = Appartenance.objects.select_related("groupe__convention", "rattachement__utilisateur").get(
        rattachement=cast.rattachements["robine"]
    )
    actions.close_appartenance(by=cast.acteur("bruet"), appartenance=row, closes_on=in_days(5), motif="Mutation")

    assert _mails() == []


def test_the_days_are_settings(cast: Cast, settings: Any) -> None:
    settings.PORTAIL = django_settings.PORTAIL | {"AVIS_DAYS": 60, "AVIS_LAST_DAYS": 10}
    _end(cast, 50)

    assert _mails() == ROBINE_S_END


@pytest.mark.parametrize("rows", [1, 3])
def test_a_run_asks_the_same_whatever_ends_but_for_the_mails(
    cast: Cast, django_assert_num_queries: Any, rows: int
) -> None:
    groupes = [cast.groupes[code].pk for code in ("GUICHET", "AFAS-DEC", "ACCUEIL")[:rows]]
    Groupe.objects.filter(pk__in=groupes).update(closes_on=in_days(10))

    with django_assert_num_queries(9):
        actions.tell_ends()


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_it_once(transactional_db: None) -> None:
    cast = build_cast()
    _end(cast, 10)

    at_once(*[actions.tell_ends] * THREADS)

    assert Courriel.objects.filter(kind="fins_prochaines").count() == 1
