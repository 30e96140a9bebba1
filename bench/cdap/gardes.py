"""What watches the consultations, over ten million of them: how soon an abuse is an alert, how long a draw lasts.

A year of consultations, ten million, by 20,000 people of 2,500 organisations at 101 Cafs, one in twenty unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from bench import data
from bench.figures import Measured, load_average, measured
from bench.servers import helper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Figure, Place

GROUP = "cdap"
SIZE = data.Size("portail_bench_gardes", users=20_000, conventions=2_500)
ROWS = 10_000_000
EVERY = 30  # seconds between two watches (portail.cdap.tasks.watch)
_PARTITIONS = "SELECT cdap_consultation_months((current_date - interval '13 months')::date, 15)"
_ROWS = """
INSERT INTO cdap_consultation (at, id, utilisateur_id, organisme_id, convention_id, caf_id, profil, numero, voie, issue,
                               finalite, motif, address)
SELECT now() - make_interval(secs => n * (365 * 86400.0 / {rows})), gen_random_uuid(), 1 + n % {users},
       1 + n % {conventions}, 1 + n % {conventions}, (SELECT min(id) FROM conventions_caf) + n % 101, 'cdap.t1',
       1 + (n::bigint * 7919 % 4999999)::int, 'numero', CASE WHEN n % 20 = 0 THEN 'inconnu' ELSE 'ouvert' END,
       'Accompagnement social', 'Demande d''aide', '192.0.2.' || n % 200
FROM generate_series(1, {rows}) n
"""


def fill(url: str, rows: int = ROWS) -> None:
    """Adds the consultations of a year to the base of this size, and has the planner know them."""
    with psycopg.connect(data.address(url, database=SIZE.name), autocommit=True) as connection:
        connection.execute(_PARTITIONS)
        told = _ROWS.format(rows=rows, users=SIZE.users, conventions=SIZE.conventions)
        connection.execute(told)  # type: ignore[arg-type]
        connection.execute("VACUUM (ANALYZE) cdap_consultation")


def measure(place: Place) -> Iterator[Measured]:
    """An abuse is made, then seen: the delay is that of the job and the wait for its turn."""
    with helper(place, "bench.cdap.gardes_inside", data.app_address(place.url, SIZE)) as inside:
        seen = inside.ask(do="watch")
        drawn = inside.ask(do="draw")
    detail = {"watch_s": round(seen["seconds"], 3), "rows": ROWS, "load": load_average()}
    spoiled = "" if seen["alertes"] else "no alert was made"
    yield Measured("alert_visible", EVERY + seen["seconds"], "s", "<= 60", detail, spoiled)
    spoiled = "" if drawn["drawn"] else "nothing was drawn"
    detail = {"drawn": drawn["drawn"], "rows": ROWS, "load": load_average()}
    yield Measured("monthly_sample", drawn["seconds"], "s", "<= 10", detail, spoiled)


def figures(place: Place) -> Iterator[Figure]:
    """Both, on a base made for them and removed after."""
    data.remake(place.url, place.environment, (SIZE,))
    try:
        fill(place.url)
        yield from measured(GROUP, (("gardes", measure),), place)
    finally:
        data.drop(place.url, (SIZE,))
