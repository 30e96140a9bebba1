"""What must run inside the product: searches, jobs, imports, verification. See servers.Helper."""

from __future__ import annotations

import logging
import time
from datetime import date, timedelta
from typing import Any

import django

from bench.servers import serve

django.setup()
logging.disable(logging.WARNING)

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.governance import by_hand  # noqa: E402
from bench.governance.base import CAF, agent_of, seals_of  # noqa: E402
from bench.inside import sessions  # noqa: E402
from portail.campagnes import actions as campagnes  # noqa: E402
from portail.campagnes.enums import EtatCampagne, RegleFin  # noqa: E402
from portail.comptes.models import Utilisateur  # noqa: E402
from portail.conventions.models import Administrateur, Convention  # noqa: E402
from portail.habilitations import actions as habilitations  # noqa: E402
from portail.habilitations.acteur import Acteur, acteur_for  # noqa: E402
from portail.habilitations.actions import imports  # noqa: E402
from portail.habilitations.actions.repetition import Line  # noqa: E402
from portail.habilitations.models import ImportUtilisateurs  # noqa: E402
from portail.journal import actions as journal  # noqa: E402
from portail.journal.events import ACT_REFUSED  # noqa: E402
from portail.journal.queries.verification import verification  # noqa: E402
from portail.supervision import actions as supervision  # noqa: E402
from portail.supervision.queries.habilitations import COUNTED, Search, lines_for  # noqa: E402


def _agent() -> Acteur:
    connection.ensure_connection()
    return acteur_for(Utilisateur.objects.get(pk=agent_of(connection.connection)), on=timezone.localdate())


def search(questions: list[dict[str, str]], on: str) -> dict[str, Any]:
    """Each question through the product's own function: how long, and the lines found."""
    acteur, day = _agent(), date.fromisoformat(on)
    milliseconds, found = [], []
    for question in questions:
        began = time.perf_counter()
        lines = lines_for(acteur, Search(jour=day, **question), limit=COUNTED)
        milliseconds.append((time.perf_counter() - began) * 1000)
        found.append([[line.appartenance_id, line.role] for line in lines])
    return {"milliseconds": milliseconds, "found": found}


def search_by_hand(questions: list[dict[str, str]], on: str) -> dict[str, Any]:
    """The same questions put to the hand-written statement, over the same connection."""
    connection.ensure_connection()
    milliseconds, found = [], []
    for question in questions:
        began = time.perf_counter()
        lines = by_hand.search(connection.connection, question, caf=CAF, on=on, limit=COUNTED + 1)
        milliseconds.append((time.perf_counter() - began) * 1000)
        found.append(lines)
    return {"milliseconds": milliseconds, "found": found}


def search_page(questions: list[dict[str, str]], on: str) -> dict[str, Any]:
    """The same questions as pages, drawn and all."""
    (cookie,) = sessions([_agent().utilisateur.pk])["cookies"]
    client = Client(SERVER_NAME="localhost", HTTP_COOKIE=cookie)
    milliseconds, statuses = [], set()
    for question in questions:
        began = time.perf_counter()
        statuses.add(client.get("/supervision/habilitations/", question | {"jour": on}).status_code)
        milliseconds.append((time.perf_counter() - began) * 1000)
    if statuses != {200}:
        raise RuntimeError(f"the page answered {statuses}")
    return {"milliseconds": milliseconds, "found": []}


def daily() -> dict[str, Any]:
    """Every job of a day that looks at everybody, on its second day: the seconds of each."""
    today = timezone.localdate()
    jobs = {
        "tell_ends": habilitations.tell_ends,
        "watch_usages": lambda: habilitations.watch_usages(today),
        "record_usage": lambda: supervision.record_usage(today),
        "remind": lambda: campagnes.remind(today),
        "send_digests": lambda: supervision.send_digests(today),
    }
    for job in jobs.values():
        job()
    return {"seconds": {name: _seconds(job) for name, job in jobs.items()}}


def prepare_campaign() -> dict[str, Any]:
    """A campaign over all that the Caf leads: the seconds until it may be launched, and its lines."""
    on = timezone.localdate()
    campagne = campagnes.create_campagne(
        by=_agent(),
        libelle="Mesure",
        perimetre={},
        ends_on=on + timedelta(days=30),
        regle=RegleFin.INCHANGE,
        regle_on=None,
    )
    began = time.perf_counter()
    while campagne.etat == EtatCampagne.PREPARATION:
        campagnes.carry_on(campagne.pk)
        campagne.refresh_from_db()
    return {"seconds": time.perf_counter() - began, "lines": campagne.total, "etat": campagne.etat}


def _seconds(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def import_people(count: int) -> dict[str, Any]:
    """A file of as many new people, each in a group to come: seconds to rehearse it, then to apply it."""
    chief = Administrateur.objects.select_related("rattachement__utilisateur", "rattachement__convention").filter(
        rattachement__convention__validated_on__isnull=False
    )
    rattachement = chief.order_by("pk")[0].rattachement
    convention = Convention.objects.select_related("organisme").get(pk=rattachement.convention_id)
    acteur = acteur_for(rattachement.utilisateur, on=timezone.localdate(), organisme=convention.organisme_id)
    work = imports.start_import(
        by=acteur, convention=convention, file_name="mesure.csv", digest="0" * 64, lines=_lines(count)
    )
    rehearsed = _seconds(lambda: imports.carry_on(work.pk))
    work = ImportUtilisateurs.objects.get(pk=work.pk)
    work.convention = convention
    imports.confirm_import(by=acteur, work=work, edition=work.edition)
    applied = _seconds(lambda: imports.carry_on(work.pk))
    ended = ImportUtilisateurs.objects.get(pk=work.pk)
    people = Utilisateur.objects.filter(courriel__startswith="mesure", courriel__endswith="@import.example.fr").count()
    return {"rehearsed": rehearsed, "applied": applied, "etat": ended.etat, "people": people}


def _lines(count: int) -> list[Line]:
    opens = str(timezone.localdate() + timedelta(days=1))
    return [
        Line(
            rang=number + 2,
            values={
                "nom": f"Mesure{number}",
                "prenom": "Camille",
                "courriel": f"mesure{number}@import.example.fr",
                "telephone": f"02{number:08d}",
                "poste": "sedentaire",
                "groupes": ["G01"],
                "opens_on": opens,
            },
            mistakes=(),
        )
        for number in range(count)
    ]


def journal_entries(count: int) -> dict[str, Any]:
    """Fills the journal up to as many entries, sealed, then verifies it: the seconds."""
    author = journal.System(journal_name="ENF00001AA", journal_label="Camille MESURE", journal_organisation="Mesure")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_journalentry")
        missing = count - cursor.fetchone()[0]
        entry = journal.record(ACT_REFUSED, by=author, page="habilitations:groupe_view", motif="Mesure du journal.")
        cursor.execute(
            "INSERT INTO journal_journalentry (kind, result, by, by_label, organisation, address, request, subjects,"
            " facts) SELECT kind, result, by, by_label, organisation, '192.0.2.1', request,"
            " ARRAY['convention:' || mod(n, 5000), 'utilisateur:' || n], facts || jsonb_build_object('number', n)"
            " FROM journal_journalentry, generate_series(1, %s) n WHERE id = %s",
            (missing - 1, entry.pk),
        )
    sealed = _seconds(journal.seal_and_keep)
    began = time.perf_counter()
    found = verification()
    seconds = time.perf_counter() - began
    fault = found.fault.sentence if found.fault else ""
    return {"entries": found.entries, "sealed": sealed, "verified": seconds, "fault": fault, "outside": found.outside}


if __name__ == "__main__":
    settings.SEALS_DIR = seals_of(settings.DATA_DIR, connection.settings_dict["NAME"])
    serve(
        {
            "search": search,
            "search_by_hand": search_by_hand,
            "search_page": search_page,
            "daily": daily,
            "prepare_campaign": prepare_campaign,
            "import_people": import_people,
            "journal_entries": journal_entries,
        }
    )
