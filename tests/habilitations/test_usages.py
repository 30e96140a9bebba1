"""Yearly use (S4): what is counted, who is warned, suspended, reinstated, and what everybody sees of it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from portail.accueil.queries import tiles_for
from portail.conventions.models import RoleBulletin
from portail.habilitations import actions
from portail.habilitations.models import Appartenance, AvisTerme, RoleGroupe, SuspensionUsage, UsageService
from portail.habilitations.queries.conditions import stops_for
from portail.habilitations.queries.explanation import explain
from portail.habilitations.queries.usages import usages_for
from tests.cast import Cast, build_cast
from tests.habilitations.facts import (
    confirmation_of,
    in_days,
    mails_of,
    may_use,
    refusal_of,
    sentences_of,
    today,
    told,
)
from tests.habilitations.test_races import at_once

PARIS = ZoneInfo("Europe/Paris")


def _usage(cast: Cast, name: str, service: str) -> UsageService:
    rows = UsageService.objects.select_related("rattachement__utilisateur", "rattachement__convention__caf_pivot")
    return rows.get(rattachement=cast.rattachements[name], service=service)


def _unused(cast: Cast, name: str, service: str, days: int) -> UsageService:
    """The service last counted so many days ago."""
    actions.watch_usages(today())
    UsageService.objects.filter(rattachement=cast.rattachements[name], service=service).update(
        counted_from=in_days(-days)
    )
    # The right itself began before.
    RoleGroupe.objects.update(opens_on=in_days(-399))
    Appartenance.objects.filter(rattachement=cast.rattachements[name]).update(opens_on=in_days(-399))
    return _usage(cast, name, service)


def _told_before(usage: UsageService, days: int) -> None:
    actions.watch_usages(today())
    with_day = AvisTerme.objects.filter(terme=f"usage:{usage.pk}")
    with_day.update(told_at=datetime.combine(in_days(-days), datetime.min.time(), PARIS))


def _suspended(cast: Cast, name: str, service: str) -> UsageService:
    usage = _unused(cast, name, service, 380)
    _told_before(usage, 15)
    assert actions.watch_usages(today())[1] == 1
    return usage


def test_opening_a_service_is_noted_once_a_day(cast: Cast, client_of: Any) -> None:
    garban = client_of("garban")
    garban.get("/consulter-dossier/")
    garban.get("/consulter-dossier/")

    usage = _usage(cast, "garban", "cdap")
    assert (usage.last_on, usage.reference) == (today(), today())


def test_a_second_opening_of_the_day_writes_nothing(cast: Cast) -> None:
    actions.note_use(cast.acteur("garban"), "cdap")
    before = UsageService.objects.extra(select={"version": "xmin::text || '/' || xmax::text"}).values_list("version")[0]

    actions.note_use(cast.acteur("garban"), "cdap")

    after = UsageService.objects.extra(select={"version": "xmin::text || '/' || xmax::text"}).values_list("version")[0]
    assert before == after


def test_the_morning_counts_every_right_from_its_first_day(cast: Cast) -> None:
    actions.watch_usages(today())

    found = set(
        UsageService.objects.values_list("rattachement__utilisateur__nom", "service", "counted_from", "is_held")
    )
    assert found == {
        ("Robine", "afas", today(), True),
        ("Garban", "cdap", today(), True),
        ("Double", "cdap", today(), True),
    }
    assert UsageService.objects.filter(rattachement__utilisateur=cast.people["double"]).count() == 2


def test_a_right_that_ends_is_no_longer_followed_and_one_that_comes_back_is_counted_anew(cast: Cast) -> None:
    usage = _unused(cast, "robine", "afas", 300)
    Appartenance.objects.filter(rattachement=cast.rattachements["robine"]).update(closes_on=in_days(-2))
    actions.watch_usages(today())
    assert not _usage(cast, "robine", "afas").is_held

    Appartenance.objects.filter(rattachement=cast.rattachements["robine"]).update(opens_on=in_days(-1), closes_on=None)
    actions.watch_usages(today())

    usage.refresh_from_db()
    assert (usage.is_held, usage.counted_from) == (True, in_days(-1))


@pytest.mark.parametrize(("days", "mails"), [(300, 0), (320, 1), (352, 1), (500, 1)])
def test_the_person_is_told_sixty_then_fifteen_days_before(cast: Cast, days: int, mails: int) -> None:
    _unused(cast, "robine", "afas", days)

    sent = mails_of(lambda: actions.watch_usages(today()))

    assert sent == [("usage_a_venir", "robine@example.fr")] * mails
    assert mails_of(lambda: actions.watch_usages(today())) == []


def test_it_is_told_again_fifteen_days_before(cast: Cast) -> None:
    usage = _unused(cast, "robine", "afas", 320)
    actions.watch_usages(today())

    with time_machine.travel(datetime.combine(in_days(40), datetime.min.time(), PARIS), tick=False):
        sent = mails_of(lambda: actions.watch_usages(today()))

    assert sent == [("usage_a_venir", "robine@example.fr")]
    assert sorted(AvisTerme.objects.filter(terme=f"usage:{usage.pk}").values_list("days", flat=True)) == [15, 60]


@pytest.mark.parametrize(("told_before", "is_suspended"), [(14, False), (15, True)])
def test_nobody_is_suspended_without_having_been_told(cast: Cast, told_before: int, *, is_suspended: bool) -> None:
    usage = _unused(cast, "robine", "afas", 380)
    _told_before(usage, told_before)

    assert actions.watch_usages(today())[1] == int(is_suspended)

    assert may_use(cast, "robine", "afas.declarer") is not is_suspended
    assert may_use(cast, "robine", "afas.declarer", in_days(-1))


def test_a_suspension_is_journalled_and_told_to_the_person_and_his_administrateur(cast: Cast) -> None:
    usage = _unused(cast, "robine", "afas", 380)
    _told_before(usage, 15)
    sent: list[Any] = []

    said = sentences_of(lambda: sent.extend(mails_of(lambda: actions.watch_usages(today()))))

    assert said == [
        "Le système a suspendu l'accès d'Olivia Robine à « Aides financières d'action sociale », non utilisé depuis "
        f"le {told(usage.counted_from)}."
    ]
    assert sorted(sent) == [("usage_suspendu", "robine@example.fr"), ("usages_suspendus", "bruet@example.fr")]
    assert actions.watch_usages(today()) == (0, 0)


def test_who_opens_the_service_in_time_keeps_it(cast: Cast) -> None:
    usage = _unused(cast, "robine", "afas", 380)
    _told_before(usage, 15)
    actions.note_use(cast.acteur("robine"), "afas")

    assert actions.watch_usages(today()) == (0, 0)


def test_another_service_of_the_same_person_goes_on(cast: Cast) -> None:
    bruet = cast.acteur("bruet")
    groupe, robine = cast.groupe("GUICHET"), cast.rattachement("robine")
    actions.add_to_groupe(by=bruet, groupe=groupe, rattachement=robine, opens_on=today(), closes_on=None)
    _suspended(cast, "robine", "afas")

    assert cast.acteur("robine").roles_of("cdap") == {"cdap.t5"}
    assert cast.acteur("robine").roles_of("afas") == set()


def test_everybody_sees_why(cast: Cast, client_of: Any) -> None:
    usage = _suspended(cast, "robine", "afas")
    robine = cast.acteur("robine")

    tile = next(t for t in tiles_for(robine, stops_for(robine)) if t.service.code == "afas")
    explained = next(e for e in explain(cast.rattachement("robine"), today()) if e.role.code == "afas.declarer")

    assert tile.reason.startswith(f"Suspendu depuis le {told(today())}, faute d'utilisation. Votre administrateur")
    assert not explained.is_held
    missing = [link.reason for link in explained.links if not link.is_ok]
    assert missing == [f"Suspendu depuis le {told(today())}, faute d'utilisation depuis le {told(usage.reference)}."]
    assert "peut rétablir l'accès" in explained.remedy
    assert "Suspendu depuis le" in client_of("robine").get("/").content.decode()


@pytest.mark.parametrize("name", ["bruet", "marchand"])
def test_one_click_reinstates(cast: Cast, client_of: Any, name: str) -> None:
    usage = _suspended(cast, "robine", "afas")
    client = client_of(name)
    url = reverse("habilitations:usage_reinstate", args=[cast.conventions["farandole"].pk])
    asked = client.get(url, {"choix": usage.pk})
    assert "Vous avez choisi 1\xa0service" in asked.content.decode()

    preview = client.post(url, {"choix": usage.pk})
    assert "Olivia Robine" in preview.content.decode()
    assert not may_use(cast, "robine", "afas.declarer")
    sent: list[Any] = []
    said = sentences_of(
        lambda: sent.extend(mails_of(lambda: client.post(url, confirmation_of(preview)))),
    )

    assert may_use(cast, "robine", "afas.declarer")
    assert any("a rétabli l'accès d'Olivia Robine à « Aides financières" in sentence for sentence in said)
    assert sent == [("usage_retabli", "robine@example.fr")]
    assert actions.watch_usages(today()) == (0, 0)
    assert _usage(cast, "robine", "afas").counted_from == today()


def test_a_responsable_reinstates_his_people_only(cast: Cast) -> None:
    robine, double = _suspended(cast, "robine", "afas"), None
    garban = cast.acteur("garban")
    assert refusal_of(lambda: actions.reinstate(by=garban, usage=robine)).startswith("Seul l'administrateur")

    double = _suspended(cast, "double", "cdap")
    actions.reinstate(by=garban, usage=double)

    assert may_use(cast, "double", "cdap.t5")


def test_what_is_not_suspended_is_not_reinstated(cast: Cast) -> None:
    actions.watch_usages(today())

    refusal = refusal_of(lambda: actions.reinstate(by=cast.acteur("bruet"), usage=_usage(cast, "robine", "afas")))

    assert refusal == "« Aides financières d'action sociale » n'est pas suspendu pour cette personne."


def test_who_left_is_not_reinstated(cast: Cast) -> None:
    usage = _suspended(cast, "robine", "afas")
    usage.rattachement.closes_on = in_days(-1)

    assert refusal_of(lambda: actions.reinstate(by=cast.acteur("bruet"), usage=usage)).startswith("L'accès de cette")


def test_the_list_filters_sorts_and_exports(cast: Cast, client_of: Any) -> None:
    _suspended(cast, "robine", "afas")
    bruet = client_of("bruet")
    url = reverse("habilitations:usage_list", args=[cast.conventions["farandole"].pk])

    page = bruet.get(url).content.decode()
    assert "3\xa0services suivis" in page
    for filters, count in (
        ({"etat": "suspendu"}, 1),
        ({"etat": "jamais"}, 3),
        ({"etat": "utilise"}, 0),
        ({"service": "cdap"}, 2),
        ({"nom": "robine"}, 1),
    ):
        assert bruet.get(url, filters).context["table"].total == count, filters
    for sort in ("personne", "-service", "last_on", "-due_on"):
        assert bruet.get(url, {"sort": sort}).status_code == 200
    lines = bruet.get(f"{url}export/csv/", {"etat": "suspendu"}).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Personne;Identifiant;Service;Dernière utilisation;État;Suspension le"
    assert lines[1].startswith("Olivia Robine;ENF01302XB;Aides financières d'action sociale;")


def test_the_list_asks_the_same_number_of_queries_for_many(cast: Cast, django_assert_num_queries: Any) -> None:
    actions.watch_usages(today())
    bruet = cast.acteur("bruet")

    with django_assert_num_queries(1):
        rows = list(usages_for(bruet, cast.conventions["farandole"]))
        assert {row.rattachement.utilisateur.nom for row in rows} == {"Robine", "Garban", "Double"}


def test_a_responsable_sees_his_people_only(cast: Cast) -> None:
    actions.watch_usages(today())

    rows = usages_for(cast.acteur("garban"), cast.conventions["farandole"])

    assert {row.rattachement.utilisateur.nom for row in rows} == {"Garban", "Double"}


@pytest.mark.django_db(transaction=True)
def test_two_workers_suspend_once(transactional_db: Any) -> None:
    cast = build_cast()
    usage = _unused(cast, "robine", "afas", 380)
    _told_before(usage, 15)

    at_once(*[lambda: actions.watch_usages(today())] * 8)

    assert SuspensionUsage.objects.count() == 1


def test_a_bulletin_that_closes_stops_the_count(cast: Cast) -> None:
    actions.watch_usages(today())
    RoleBulletin.objects.filter(role="afas.declarer").update(closes_on=in_days(-1))

    actions.watch_usages(today())

    assert not _usage(cast, "robine", "afas").is_held
