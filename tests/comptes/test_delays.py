"""Who tries too much waits, and slows nobody else (security.md B1, B2, B5)."""

import contextlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from portail.comptes import actions
from portail.comptes.actions.lanes import address_bucket, count_failure, lane_open_to, may_try, network_key
from portail.comptes.models import SignInLane
from portail.journal.middleware import client_address
from portail.ui.rules import Refused
from tests.cast import PASSWORD
from tests.client import PortailClient
from tests.comptes.conftest import at_once

WRONG = "Faux*Essai77"
NOON = datetime.now(ZoneInfo("UTC")).replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture
def tried(hashes):
    """One try; True when it was really compared with the person's password."""

    def once(password: str = WRONG, *, address: str = "192.0.2.1", known_device: str = "") -> bool:
        hashes.clear()
        with contextlib.suppress(Refused):
            actions.sign_in(identifiant="ENF01302SM", password=password, address=address, known_device=known_device)
        assert len(hashes) == 1
        return hashes == ["verify"]

    return once


@pytest.mark.parametrize("known_device", ["d1", ""])
def test_ten_tries_fill_a_day_for_who_tries_as_soon_as_he_may(cast, tried, known_device):
    verified = 0
    with time_machine.travel(NOON, tick=False) as clock:
        while timezone.now() < NOON + timedelta(hours=24):
            verified += tried(address=f"198.51.100.{verified}", known_device=known_device)
            wait = max(SignInLane.objects.values_list("open_at", flat=True)) - timezone.now()
            clock.shift(max(1.0, wait.total_seconds()))

    assert verified == 10


def test_each_wait_in_turn(cast, tried):
    with time_machine.travel(NOON, tick=False) as clock:
        for delay in actions.DELAYS:
            assert tried()
            if delay:
                clock.shift(delay - 1)
                assert not tried()
                clock.shift(1)
        assert tried()
        clock.shift(actions.LONGEST_DELAY - 1)
        assert not tried()


def test_the_right_password_is_refused_like_a_wrong_one_while_one_must_wait(cast, tried):
    for _ in range(3):
        tried()

    assert not tried(PASSWORD)
    with pytest.raises(Refused) as refusal:
        actions.sign_in(identifiant="ENF01302SM", password=PASSWORD, address="192.0.2.1", known_device="")
    assert str(refusal.value) == actions.REFUSED


@pytest.fixture
def many_hashes(monkeypatch):
    monkeypatch.setattr(settings, "PORTAIL", settings.PORTAIL | {"HASHES_AT_ONCE": 64})


@pytest.mark.django_db(transaction=True)
def test_sixteen_threads_get_no_more_tries_than_one(cast, hashes, many_hashes):
    def act(number: int) -> None:
        for _ in range(5):
            with contextlib.suppress(Refused):
                actions.sign_in(
                    identifiant="ENF01302SM", password=WRONG, address=f"203.0.113.{number}", known_device=""
                )

    results = at_once(16, act)

    assert results == [None] * 16
    assert len(hashes) == 80
    assert hashes.count("verify") == 3


@pytest.mark.django_db(transaction=True)
def test_a_success_at_the_same_time_as_tries_breaks_nothing(cast, sign_in, many_hashes):
    def act(number: int) -> int:
        return sign_in(PortailClient(), "ENF01302SM", PASSWORD if number % 2 else WRONG).status_code

    for _ in range(3):
        assert set(at_once(8, act)) <= {302, 422}


def test_the_owner_s_successes_give_the_attacker_no_more_than_25_tries_a_day(cast, tried):
    verified = 0
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(24):
            verified += sum(tried(address=f"198.51.100.{n}") for n in range(3))
            clock.shift(1800)
            with contextlib.suppress(Refused):
                actions.sign_in(identifiant="ENF01302SM", password=PASSWORD, address="192.0.2.77", known_device="")
            clock.shift(1800)

    assert 10 < verified <= 25


@pytest.mark.django_db(transaction=True)
def test_the_state_is_in_the_base_for_all_processes(cast, tried):
    for _ in range(3):
        tried()
    connection.close()

    assert not tried()


def test_a_known_device_is_not_slowed_by_an_attack(cast, sign_in):
    known = PortailClient()
    sign_in(known, "ENF01302SM")
    known.post("/deconnexion/")
    for _ in range(20):
        sign_in(PortailClient(), "ENF01302SM", WRONG)

    assert sign_in(PortailClient(), "ENF01302SM").status_code == 422
    assert sign_in(known, "ENF01302SM").status_code == 302


def test_a_known_device_waits_too_when_it_guesses(cast, sign_in):
    known = PortailClient()
    sign_in(known, "ENF01302SM")
    known.post("/deconnexion/")
    for _ in range(3):
        sign_in(known, "ENF01302SM", WRONG)

    assert sign_in(known, "ENF01302SM").status_code == 422


def test_a_stolen_device_does_not_slow_the_owner_s(cast, sign_in):
    known, thief = PortailClient(), PortailClient()
    for browser in (known, thief):
        sign_in(browser, "ENF01302SM")
        browser.post("/deconnexion/")
    for _ in range(4):
        sign_in(thief, "ENF01302SM", WRONG)

    assert sign_in(thief, "ENF01302SM").status_code == 422
    assert sign_in(known, "ENF01302SM").status_code == 302


def test_a_device_keeps_its_number(cast, sign_in):
    browser = PortailClient()
    sign_in(browser, "ENF01302SM")
    number = browser.cookies["appareil"].value
    browser.post("/deconnexion/")

    sign_in(browser, "ENF01302SM")

    assert browser.cookies["appareil"].value == number


FORGED = [
    "ENF01302XA",
    "ENF01302XA.x",
    "ENF01302XA.x:",
    "ENF01302XA.x:AAAA",
    "",
    ":",
    ".",
    "{value}",
    "ENF01302XA.x:{signature}",
]


@pytest.mark.parametrize("cookie", FORGED)
def test_a_forged_device_cookie_opens_no_lane(cast, sign_in, cookie):
    other = PortailClient()
    sign_in(other, "ENF01302SM")
    value = other.cookies["appareil"].value
    for _ in range(4):
        sign_in(PortailClient(), "ENF01302XA", WRONG)
    attacker = PortailClient()
    attacker.cookies["appareil"] = cookie.format(signature=value.rpartition(":")[2], value=value)

    assert sign_in(attacker, "ENF01302XA").status_code == 422


def test_a_success_elsewhere_does_not_reset_the_attacker_s_lane(cast, sign_in, tried):
    known = PortailClient()
    sign_in(known, "ENF01302SM")
    known.post("/deconnexion/")
    for _ in range(3):
        tried()
    sign_in(known, "ENF01302SM")

    assert not tried()


def test_a_provisional_password_frees_its_owner_s_device_only(cast, sign_in, secret_of, tried):
    known = PortailClient()
    sign_in(known, "ENF01302SM")
    known.post("/deconnexion/")
    for _ in range(6):
        sign_in(known, "ENF01302SM", WRONG)
        tried()
    sign_in(known, "ENF01302SM", secret_of(cast.people["bruet"]))
    known.post("/mot-de-passe/", {"password": "Neuve*Ruche88", "confirmation": "Neuve*Ruche88"})
    known.post("/deconnexion/")

    assert sign_in(known, "ENF01302SM", "Neuve*Ruche88").status_code == 302
    assert not tried("Neuve*Ruche88")


def test_a_thousand_identifiants_from_five_addresses(db, monkeypatch):
    monkeypatch.setattr(settings, "PORTAIL", settings.PORTAIL | {"ADDRESS_TRY_SECONDS": 3600})
    lanes = []

    for number in range(1000):
        lanes.append(lane_open_to(f"ENF{number:05}AA", f"192.0.2.{number % 5}", ""))
        count_failure(network_key("adresse", f"192.0.2.{number % 5}"), address_bucket())

    assert len(list(filter(None, lanes))) == 75
    assert SignInLane.objects.count() == 75 * 2 + 5  # a throttled address closes nobody's lane


def test_an_address_is_forgiven_in_a_few_minutes(cast, tried):
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(500):
            count_failure(network_key("adresse", "192.0.2.1"), address_bucket())
        assert not tried()
        clock.shift(settings.PORTAIL["ADDRESS_TRIES"] * settings.PORTAIL["ADDRESS_TRY_SECONDS"] + 31)
        assert tried(PASSWORD)


def test_a_lane_long_idle_forgets_no_failure_at_once(cast):
    bucket, key = address_bucket(), network_key("adresse", "192.0.2.1")
    with time_machine.travel(NOON, tick=False) as clock:
        SignInLane.objects.create(key=key, updated_at=timezone.now(), open_at=timezone.now())
        clock.shift(30 * 86400)
        for _ in range(bucket.failures):
            count_failure(key, bucket)
        assert not may_try(key, bucket)


def test_an_ipv6_subscriber_has_one_lane():
    assert network_key("adresse", "2001:db8:1:2::1") == network_key("adresse", "2001:db8:1:2:ffff::9")
    assert network_key("adresse", "2001:db8:1:2::1") != network_key("adresse", "2001:db8:1:3::1")
    assert network_key("adresse", "::ffff:192.0.2.1") == network_key("adresse", "192.0.2.1")
    assert network_key("adresse", "192.0.2.1") != network_key("adresse", "192.0.2.2")
    assert network_key("adresse", "192.0.2.1") != network_key("oubli", "192.0.2.1")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "1.2.3.4", "127.0.0.1"),
        (1, "1.2.3.4, 192.0.2.5", "192.0.2.5"),
        (1, "192.0.2.5", "192.0.2.5"),
        (2, "6.6.6.6, 192.0.2.5, 10.0.0.1", "192.0.2.5"),
        (2, "192.0.2.5", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "192.0.2.5,", "127.0.0.1"),
        (1, "<script>", "127.0.0.1"),
        (1, "fe80::1%eth0", "127.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_is_what_the_nearest_trusted_proxy_says(monkeypatch, proxies, forwarded, expected):
    monkeypatch.setattr(settings, "PORTAIL", settings.PORTAIL | {"TRUSTED_PROXIES": proxies})

    assert client_address(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})) == expected


def test_a_forged_forwarding_header_changes_nothing(cast, sign_in):
    for number in range(16):
        sign_in(PortailClient(), f"ENF{number:05}AA", WRONG, headers={"X-Forwarded-For": f"198.51.100.{number}"})

    response = sign_in(PortailClient(), "ENF01302SM", headers={"X-Forwarded-For": "198.51.100.99"})

    assert response.status_code == 422
    assert SignInLane.objects.filter(pk=network_key("adresse", "127.0.0.1"), failures=17).exists()
