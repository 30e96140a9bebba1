"""What must run inside the product: a watch, and the draw of every Caf. See servers.Helper."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import Any

import django

from bench.servers import serve

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from portail.cdap.actions import echantillons, gardes  # noqa: E402
from portail.cdap.models import Alerte, Consultation, DemandeJustification, Veille  # noqa: E402
from portail.cdap.queries.gardes import tour  # noqa: E402

WALK = 12  # numbers that follow each other
OVERLAP = int(gardes.OVERLAP.total_seconds())
# Each by another person, who opens a file that there is.
_RUSH = """
INSERT INTO cdap_consultation (at, id, utilisateur_id, organisme_id, convention_id, caf_id, profil, numero, voie, issue,
                               finalite, motif, address)
SELECT %(now)s - make_interval(secs => n / %(rate)s::float), gen_random_uuid(), r.utilisateur_id, v.organisme_id, v.id,
       d.caf_id, 'cdap.t1', d.numero, 'numero', 'ouvert', 'Accompagnement social', 'Demande d''aide', '192.0.2.1'
FROM generate_series(1, %(count)s) n
JOIN (SELECT utilisateur_id, min(convention_id) AS convention_id, row_number() OVER (ORDER BY utilisateur_id) AS n
      FROM conventions_rattachement GROUP BY 1) r USING (n)
JOIN conventions_convention v ON v.id = r.convention_id
JOIN (SELECT caf_id, numero, row_number() OVER (ORDER BY numero, caf_id) AS n FROM cdap_dossier) d USING (n)
"""


def watch(rush: int, every: int) -> dict[str, Any]:
    """The rush; somebody walks through numbers; then each watch, `every` seconds after the one before it."""
    now = timezone.now()
    values = {"now": now, "rate": rush, "count": rush * (every + OVERLAP)}
    with connection.cursor() as cursor:
        cursor.execute(_RUSH, values)
        made = cursor.rowcount
        cursor.execute("ANALYZE cdap_consultation")
    _walk(now)
    seconds = {name: _watched(which, now, every) for name, which in _WATCHES.items()}
    return seconds | {"consultations": made, "alertes": Alerte.objects.filter(detecteur="suite").count()}


_WATCHES = {"measures": Veille.MESURES, "names": Veille.FAMILLE}


def _walk(now: datetime) -> None:
    model = Consultation.objects.order_by("-at").values(
        "utilisateur_id", "organisme_id", "convention_id", "caf_id", "profil", "voie", "issue", "finalite", "motif"
    )[0]
    for rank in range(WALK):
        Consultation.objects.create(**model, numero=9_000_000 + rank, at=now - timedelta(seconds=WALK - rank))


def _watched(which: int, now: datetime, every: int) -> float:
    before = now - timedelta(seconds=every)
    list(tour(before - timedelta(seconds=every) - gardes.OVERLAP, before).seen(names=which == Veille.FAMILLE))
    Veille.objects.update_or_create(pk=which, defaults={"until": before})
    began = time.perf_counter()
    gardes.watch(which)
    return time.perf_counter() - began


def draw() -> dict[str, Any]:
    """The sample of last month for every Caf."""
    began = time.perf_counter()
    echantillons.draw_all(timezone.localdate())
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "drawn": DemandeJustification.objects.count()}


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    serve({"watch": watch, "draw": draw})
