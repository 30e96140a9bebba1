"""What must run inside the product: a watch, and the draw of every Caf. See servers.Helper."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import Any

import django

from bench.servers import serve

django.setup()
logging.disable(logging.WARNING)

from django.utils import timezone  # noqa: E402

from portail.cdap.actions import echantillons, gardes  # noqa: E402
from portail.cdap.models import Alerte, Consultation, DemandeJustification, Veille  # noqa: E402

WALK = 12  # numbers that follow each other


def watch() -> dict[str, Any]:
    """Somebody walks through numbers; the next watch, as if the one before was half a minute ago."""
    now = timezone.now()
    model = Consultation.objects.order_by("-at").values(
        "utilisateur_id", "organisme_id", "convention_id", "caf_id", "profil", "voie", "issue", "finalite", "motif"
    )[0]
    for rank in range(WALK):
        Consultation.objects.create(**model, numero=9_000_000 + rank, at=now - timedelta(seconds=WALK - rank))
    Veille.objects.update_or_create(pk=1, defaults={"until": now - timedelta(seconds=30)})
    began = time.perf_counter()
    gardes.watch()
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "alertes": Alerte.objects.filter(detecteur="suite").count()}


def draw() -> dict[str, Any]:
    """The sample of last month for every Caf."""
    began = time.perf_counter()
    echantillons.draw_all(timezone.localdate())
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "drawn": DemandeJustification.objects.count()}


serve({"watch": watch, "draw": draw})
