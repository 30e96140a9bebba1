"""What watches the consultations, over ten million of them: how soon an abuse is an alert, how long a draw lasts.

A year of consultations by 20,000 people of 2,500 organisations at 101 Cafs, one in twenty unknown; then the peak hour,
when each second brings RUSH of them. Ten million rows, or as many as BENCH_CONSULTATIONS says.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import psycopg

from bench import data
from bench.cdap import base
from bench.figures import Measured, load_average
from bench.servers import helper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

SIZE = base.Size(data.Size("portail_bench_gardes", users=20_000, conventions=2_500), 10_000)
ROWS = int(os.environ.get("BENCH_CONSULTATIONS", "10000000"))
CAFS, RUSH = 101, 20
EVERY = 30  # seconds between two watches (portail.cdap.tasks.watch)
_PARTITIONS = "SELECT cdap_consultation_months((current_date - interval '13 months')::date, 15)"
_ROWS = """
INSERT INTO cdap_consultation (at, id, utilisateur_id, organisme_id, convention_id, caf_id, profil, numero, voie, issue,
                               finalite, motif, address)
SELECT now() - make_interval(secs => n * (365 * 86400.0 / {rows})), gen_random_uuid(), 1 + n % {users},
       1 + n % {conventions}, 1 + n % {conventions}, 1 + n % {cafs}, 'cdap.t1',
       1 + (n::bigint * 7919 % 4999999)::int, 'numero', CASE WHEN n % 20 = 0 THEN 'inconnu' ELSE 'ouvert' END,
       'Accompagnement social', 'Demande d''aide', '192.0.2.' || n % 200
FROM generate_series(1, {rows}) n
"""


def measure(place: Place) -> Iterator[Measured]:
    """On a base made for it and removed after: an abuse is made, then seen; the samples of a month are drawn.

    The delay of an alert is the wait for the next watch, then the watch.
    """
    data.remake(place.url, place.environment, (SIZE.people,))
    try:
        base.generate(place, SIZE)
        fill(place.url)
        database = data.app_address(place.url, SIZE.people)
        with helper(place, "bench.cdap.gardes_inside", database) as inside:
            seen = inside.ask(do="watch", rush=RUSH, every=EVERY)
            drawn = inside.ask(do="draw")
    finally:
        data.drop(place.url, (SIZE.people,))
    detail = {"rows": ROWS, "rush_per_s": RUSH, "load": load_average()}
    spoiled = "" if seen["alertes"] else "no alert was made"
    for figure, name in (("alert_visible", "measures"), ("alert_of_name_visible", "names")):
        told = detail | {"watch_s": round(seen[name], 3), "consultations": seen["consultations"]}
        yield Measured(figure, EVERY + seen[name], "s", "<= 60", told, spoiled if name == "measures" else "")
    detail |= {"drawn": drawn["drawn"], "cafs": CAFS}
    spoiled = "" if drawn["drawn"] else "nothing was drawn"
    yield Measured("monthly_sample", drawn["seconds"], "s", "<= 10", detail, spoiled)


def fill(url: str, rows: int = ROWS) -> None:
    """Adds the Cafs and the consultations of a year to the base of this size, and has the planner know them."""
    with psycopg.connect(data.address(url, database=SIZE.people.name), autocommit=True) as connection:
        for statement in statements(rows):
            connection.execute(statement)  # type: ignore[arg-type]
        connection.execute("VACUUM (ANALYZE) cdap_consultation")


def statements(rows: int, people: data.Size = SIZE.people) -> list[str]:
    told = _ROWS.format(rows=rows, users=people.users, conventions=people.conventions, cafs=CAFS)
    return [data.cafs(CAFS), _PARTITIONS, told]
