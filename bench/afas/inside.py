"""What must run inside the product: its pages, its acts, its jobs, and what the base then holds. See servers.Helper."""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any

import django

from bench.servers import serve

django.setup()
logging.disable(logging.WARNING)

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.afas.base import CAF, LAST  # noqa: E402
from bench.inside import sessions  # noqa: E402
from portail.afas.actions import ouverture, recalculs, saisie  # noqa: E402
from portail.afas.models import Declaration, Droit, Volet  # noqa: E402
from portail.afas.queries import droits  # noqa: E402
from portail.comptes.models import Utilisateur  # noqa: E402
from portail.conventions.models import Caf  # noqa: E402
from portail.habilitations.acteur import acteur_for  # noqa: E402

CHUNK = 250  # rights kept at once


def cookies(people: list[int]) -> dict[str, Any]:
    """A session for each person, in this order."""
    return {"cookies": [sessions([person])["cookies"][0] for person in people]}


def page(name: str, people: list[int], query: dict[str, str]) -> dict[str, Any]:
    """The page for each person: milliseconds of the whole, and those spent in the statements about declarations."""
    answer: dict[str, Any] = {"milliseconds": [], "declarations": [], "statuses": []}
    for cookie in cookies(people)["cookies"]:
        client, spent = Client(SERVER_NAME="localhost", HTTP_COOKIE=cookie), [0.0]
        began = time.perf_counter()
        with connection.execute_wrapper(lambda *args, spent=spent: _timed(spent, *args)):
            response = client.get(reverse(name), query)
        answer["milliseconds"].append((time.perf_counter() - began) * 1000)
        answer["declarations"].append(spent[0])
        answer["statuses"].append(response.status_code)
    return answer


def _timed(spent: list[float], execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        if "afas_declaration" in sql:
            spent[0] += (time.perf_counter() - began) * 1000


def bare(statements: list[str], people: list[int]) -> dict[str, Any]:
    """The statements written by hand, for each person, over the same connection: milliseconds of all together."""
    milliseconds, rows = [], []
    with connection.cursor() as cursor:
        for person in people:
            began = time.perf_counter()
            found = 0
            for statement in statements:
                cursor.execute(statement, {"person": person, "caf": CAF})
                found += len(cursor.fetchall())
            milliseconds.append((time.perf_counter() - began) * 1000)
            rows.append(found)
    return {"milliseconds": milliseconds, "rows": rows}


def save_groups(sheets: list[list[int]]) -> dict[str, Any]:
    """For each (person, sheet) a group of fields is saved: by the action alone, then as a page sends it."""
    acts, requests, statuses = [], [], []
    for person, sheet in sheets:
        volet = Volet.objects.select_related("declaration__activite__organisme", "declaration__echeance").get(pk=sheet)
        acteur = acteur_for(Utilisateur.objects.get(pk=person), on=timezone.localdate())
        before = volet.valeurs["capacite"]
        frappes = {"capacite": (before, str(int(before) + 1))}
        began = time.perf_counter()
        saisie.enter(by=acteur, volet=volet, frappes=frappes)
        acts.append((time.perf_counter() - began) * 1000)
        spent, status = _sent(person, sheet, str(int(before) + 1), str(int(before) + 2))
        requests.append(spent)
        statuses.append(status)
    return {"acts": acts, "requests": requests, "statuses": statuses}


def _sent(person: int, sheet: int, seen: str, typed: str) -> tuple[float, int]:
    (cookie,) = cookies([person])["cookies"]
    client = Client(SERVER_NAME="localhost", HTTP_COOKIE=cookie)
    fields = {"cle": str(uuid.uuid4()), "groupe": "ouverture", "capacite": typed, "vu-capacite": seen}
    began = time.perf_counter()
    response = client.post(reverse("afas:volet_save", args=[sheet]), fields, HTTP_HX_REQUEST="true")
    return (time.perf_counter() - began) * 1000, response.status_code


def make_droits() -> dict[str, Any]:
    """Works out and keeps every right of the Caf-year: how many, in how many seconds."""
    began, made = time.perf_counter(), 0
    rows = Declaration.objects.filter(
        caf=CAF, echeance__exercice=LAST, etat__in=("en_traitement", "notifiee"), transmitted_at__isnull=False
    )
    chunk: list[Droit] = []
    for declaration in rows.select_related("echeance", "caf", "activite").order_by("pk"):
        version = declaration.versions.get()
        now = droits.calculation_of(version, declaration)
        chunk.append(
            Droit(
                declaration=declaration,
                version=version,
                montant=now.montant,
                lignes=now.lignes,
                empreinte=now.empreinte,
            )
        )
        if len(chunk) == CHUNK:
            made += len(Droit.objects.bulk_create(chunk))
            chunk = []
    made += len(Droit.objects.bulk_create(chunk))
    return {"made": made, "seconds": time.perf_counter() - began}


def recompute() -> dict[str, Any]:
    """All of them again, as the command does: seconds, how many, how many differ."""
    work = recalculs.start_recalcul(caf=Caf.objects.get(pk=CAF), exercice=LAST)
    began = time.perf_counter()
    recalculs.carry_on(work.pk)
    seconds = time.perf_counter() - began
    work.refresh_from_db()
    return {
        "seconds": seconds,
        "done": work.done,
        "differing": work.ecarts.count(),
        "finished": work.finished_at is not None,
    }


def open_all() -> dict[str, Any]:
    """The morning's job: seconds, échéances and declarations opened."""
    before, began = Declaration.objects.count(), time.perf_counter()
    opened = ouverture.open_due(timezone.localdate())
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "echeances": opened, "declarations": Declaration.objects.count() - before}


def sheets(pks: list[int]) -> dict[str, Any]:
    """What these sheets hold now."""
    return {"valeurs": dict(Volet.objects.filter(pk__in=pks).order_by().values_list("pk", "valeurs"))}


def states(pks: list[int]) -> dict[str, Any]:
    """Where these declarations stand."""
    rows = Declaration.objects.filter(pk__in=pks).order_by()
    return {"states": {pk: etat for pk, etat in rows.values_list("pk", "etat")}}


if __name__ == "__main__":
    serve(
        {
            "page": page,
            "bare": bare,
            "save_groups": save_groups,
            "make_droits": make_droits,
            "recompute": recompute,
            "open_all": open_all,
            "sheets": sheets,
            "states": states,
            "cookies": cookies,
        }
    )
