"""Who must wait before another try: failures are counted per account, per known device and per address."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from portail.comptes.models import SignInLane, rows_found

# Seconds to wait after the nth failure in a row: ten tries at most before a full day (CNIL 2022-100).
DELAYS = (0, 0, 10, 30, 60, 300, 900, 3600, 4 * 3600)
LONGEST_DELAY = 24 * 3600
# Failures that an account stands from strange browsers, and how fast they are forgotten: the owner's own successes
# do not wipe them out, so that nobody gets more than 12 + 12 tries in a day.
ACCOUNT_FAILURES = 12
ACCOUNT_FAILURE_SECONDS = 2 * 3600


@dataclass(frozen=True)
class Bucket:
    """How many failures a lane stands, and in how many seconds one of them is forgotten."""

    failures: int
    seconds: int


# Written out in SQL: every sign-in asks them, and composing them cost more than running them. Rows are always locked in
# the order of their keys, or two tries would wait for each other.
_FOUND = "SELECT {columns} FROM comptes_signinlane t WHERE t.key = %s"
_LOCKED = """
INSERT INTO comptes_signinlane AS t (key, failures, open_at, updated_at)
SELECT key, 0, %(now)s, %(now)s FROM unnest(%(keys)s::varchar[]) AS key ORDER BY key
ON CONFLICT (key) DO UPDATE SET failures = t.failures
RETURNING {columns}
"""
_WRITTEN = """
UPDATE comptes_signinlane AS t SET failures = new.failures, open_at = new.open_at, updated_at = new.updated_at
FROM unnest(%s::varchar[], %s::int[], %s::timestamptz[], %s::timestamptz[]) AS new (key, failures, open_at, updated_at)
WHERE t.key = new.key
"""
_FORGOTTEN = """
UPDATE comptes_signinlane AS t SET
  failures = CASE WHEN t.key = %(lane)s THEN 0 ELSE greatest(t.failures - 1, 0) END,
  open_at = CASE WHEN t.key = %(lane)s THEN %(now)s ELSE t.open_at END
FROM (SELECT key FROM comptes_signinlane WHERE key = ANY(%(keys)s) ORDER BY key FOR UPDATE) AS held
WHERE t.key = held.key
"""
ACCOUNT = Bucket(ACCOUNT_FAILURES, ACCOUNT_FAILURE_SECONDS)


def address_bucket() -> Bucket:
    return Bucket(settings.PORTAIL["ADDRESS_TRIES"], settings.PORTAIL["ADDRESS_TRY_SECONDS"])


def key_of(kind: str, value: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


def network_key(kind: str, address: str) -> str:
    """The lane of an address; an IPv6 subscriber holds a whole /64 and has one lane for it."""
    try:
        ip = ip_address(address)
    except ValueError:
        return key_of(kind, address)
    if isinstance(ip, IPv6Address):
        return key_of(kind, str(ip.ipv4_mapped or ip_network((ip, 64), strict=False)))
    return key_of(kind, str(ip))


def device_lane(identifiant: str, device: str) -> str:
    """Each known browser has a lane of its own: one that was stolen slows no other."""
    return key_of("appareil", f"{identifiant}\0{device}")


def lane_open_to(identifiant: str, address: str, device: str) -> str | None:
    """The key of the lane in which this try is made, None when it must wait.

    A throttled address closes nobody's lane: an attacker cannot slow more accounts than he may try.
    """
    if device:
        lane = device_lane(identifiant, device)
        return lane if reserve(lane) else None
    lane = key_of("compte", identifiant)
    is_open = may_try(network_key("adresse", address), address_bucket()) and reserve(lane, key_of("jour", identifiant))
    return lane if is_open else None


def forget(lane: str, identifiant: str) -> None:
    """After a success: no wait in this lane, and the try that succeeded was no failure."""
    keys = [lane, key_of("jour", identifiant)] if lane == key_of("compte", identifiant) else [lane]
    with connection.cursor() as cursor:
        cursor.execute(_FORGOTTEN, {"lane": lane, "keys": keys, "now": timezone.now()})


def give_back(lane: str | None, identifiant: str) -> None:
    """A try that was counted but could not be made does not count."""
    if lane is not None:
        for key in sorted([lane, key_of("jour", identifiant)]):
            counted = SignInLane.objects.filter(pk=key, failures__gt=0)
            counted.update(failures=F("failures") - 1, open_at=timezone.now())


def clear(lane: str) -> None:
    """No wait in this lane any more. The row stays: another try may be waiting for it."""
    SignInLane.objects.filter(pk=lane).update(failures=0, open_at=timezone.now())


@transaction.atomic
def reserve(key: str, bucket_key: str | None = None) -> bool:
    """Counts a try before it is made, so that no race gives more tries than the delays allow."""
    now = timezone.now()
    lanes = _locked([key, bucket_key] if bucket_key else [key], now)
    lane, bucket = lanes[key], lanes.get(bucket_key or "")
    if lane.open_at > now or (bucket and _remaining(bucket, ACCOUNT, now) >= ACCOUNT.failures):
        return False
    lane.failures += 1
    delay = DELAYS[lane.failures - 1] if lane.failures <= len(DELAYS) else LONGEST_DELAY
    lane.open_at, lane.updated_at = now + timedelta(seconds=delay), now
    if bucket:
        _add_failure(bucket, ACCOUNT, now)
    _write(*lanes.values())
    return True


def _locked(keys: list[str], now: datetime) -> dict[str, SignInLane]:
    """The lanes of these keys, made where missing, held until the transaction ends; always in the same order."""
    return {lane.key: lane for lane in rows_found(SignInLane, _LOCKED, {"now": now, "keys": keys})}


def _write(*lanes: SignInLane) -> None:
    """Keeps what these lanes, locked, became."""
    rows = [(lane.key, lane.failures, lane.open_at, lane.updated_at) for lane in lanes]
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [list(column) for column in zip(*rows, strict=True)])


def _remaining(lane: SignInLane, bucket: Bucket, now: datetime) -> int:
    """The failures still held against a lane."""
    forgotten = (now - lane.updated_at).total_seconds() / bucket.seconds
    return max(0, lane.failures - int(forgotten))


def may_try(key: str, bucket: Bucket) -> bool:
    lane = next(rows_found(SignInLane, _FOUND, [key]), None)
    return lane is None or _remaining(lane, bucket, timezone.now()) < bucket.failures


@transaction.atomic
def count_failure(key: str, bucket: Bucket) -> None:
    """Holds one more failure against the lane; at most twice what it stands, so that everybody is forgiven one day."""
    now = timezone.now()
    lane = _locked([key], now)[key]
    _add_failure(lane, bucket, now)
    _write(lane)


def _add_failure(lane: SignInLane, bucket: Bucket, now: datetime) -> None:
    failures = _remaining(lane, bucket, now)
    if failures < lane.failures or failures == 0:
        lane.updated_at = now
    lane.failures = min(failures + 1, 2 * bucket.failures)
