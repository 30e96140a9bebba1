"""What must run inside the product: keys, files opened by people, what the journal holds. See servers.Helper."""

from __future__ import annotations

import logging
from typing import Any

import django

from bench.servers import serve

django.setup()
logging.disable(logging.WARNING)

from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.inside import sessions  # noqa: E402
from portail.cdap.actions.consultations import Demande, consult  # noqa: E402
from portail.cdap.queries.titres import titres_of  # noqa: E402
from portail.comptes.models import Utilisateur  # noqa: E402
from portail.habilitations.acteur import acteur_for  # noqa: E402
from portail.journal.models import JournalEntry  # noqa: E402


def opened(people: list[int], numeros: list[list[int]], onglet: str) -> dict[str, Any]:
    """Each person opens his files; the cookie of each, and the addresses of that tab."""
    cookies, paths = sessions(people)["cookies"], []
    for person, own in zip(people, numeros, strict=True):
        acteur = acteur_for(Utilisateur.objects.get(pk=person), on=timezone.localdate())
        titre = next(titre for titre in titres_of(acteur) if titre.role == "cdap.t1")
        demande = Demande(titre, titre.cafs[0], titre.finalites[0], "Instruction d'une aide")
        found = [consult(by=acteur, demande=demande, numero=numero) for numero in own]
        paths.append([reverse("cdap:onglet_view", args=[each.id, onglet]) for each in found if each is not None])
    return {"cookies": cookies, "paths": paths}


def traced(requests: list[str]) -> dict[str, Any]:
    """Those of these requests that left no trace of a tab in the journal."""
    rows = JournalEntry.objects.filter(kind="cdap.onglet.read", request__in=requests)
    return {"missing": sorted(set(requests) - set(rows.values_list("request", flat=True)))}


def traces() -> dict[str, Any]:
    return {"count": JournalEntry.objects.filter(kind="cdap.onglet.read").count()}


if __name__ == "__main__":
    serve({"opened": opened, "traced": traced, "traces": traces, "sessions": sessions})
