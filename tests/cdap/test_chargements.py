"""Files loaded from Parquet, CSV or a seed: every line accounted for, wherever it is stopped."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portail.cdap.actions import chargements
from portail.cdap.calculs.fiction import dossier_fictif
from portail.cdap.definitions import echange, encoded
from portail.cdap.definitions.contenu import PARTIES, NomPartie
from portail.cdap.gateway.fichiers import Fichier
from portail.cdap.gateway.lignes import TrancheLue
from portail.cdap.gateway.tables import Tables
from portail.cdap.models import ChargementDossiers, Dossier, TrancheChargement
from portail.cdap.queries.chargements import COUNTS, refusals_of
from portail.conventions.models import Caf
from portail.journal.models import JournalEntry
from tests.architecture.sources import ROOT

ON, SEED = date(2026, 11, 21), 7
FIRST = 9_000_000
LIST = "/consulter-dossier/chargements/"


def line(numero: int, /, **changes: Any) -> dict[str, Any]:
    made = dossier_fictif(SEED, "132", numero, ON)
    parts = {str(name): echange.written(partie) for name, partie in made.parties.items()}
    return {"caf": "132", "numero": numero, "closed_on": made.closed_on} | parts | changes


def write_csv(path: Path, lines: list[dict[str, Any]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, echange.COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(lines)
    return path


def write_parquet(path: Path, lines: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(lines), path, row_group_size=4)
    return path


def counts(chargement: ChargementDossiers) -> tuple[int, ...]:
    rows = chargement.tranches.values_list(*COUNTS)
    return tuple(map(sum, zip(*rows, strict=True)))


def load(*paths: Path, **how: Any) -> ChargementDossiers:
    """What became of the last of them."""
    kept: list[ChargementDossiers] = []
    chargements.load(map(Fichier, paths), ended=lambda _, each, __: kept.append(each), **how)
    return kept[-1]


@pytest.fixture
def caf(db: None) -> Caf:
    return Caf.objects.create(code="132", nom="Caf de test", courriel="caf@example.fr")


@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_what_is_loaded_is_what_is_read(caf: Caf, tmp_path: Path, write: Any) -> None:
    path = write(tmp_path / f"d.{write.__name__[6:]}", [line(FIRST + rank) for rank in range(10)])

    chargement = load(path, lines=3)

    assert counts(chargement) == (10, 10, 0, 0)
    for rank in range(10):
        made = dossier_fictif(SEED, "132", FIRST + rank, ON)
        assert Tables(caf).parties(FIRST + rank, list(PARTIES)) == made.parties
        assert Dossier.objects.get(caf=caf, numero=FIRST + rank).closed_on == made.closed_on
    who = made.parties[NomPartie.FAMILLE].personnes[0]  # type: ignore[attr-defined]
    found = Tables(caf).search(who.nom_naissance.lower(), who.ne_le, 9)
    assert (FIRST + 9, made.closed_on) in [(fiche.numero, fiche.closed_on) for fiche in found]
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM cdap_dossier")
        assert cursor.fetchall() == [(f"cdap_dossier_{caf.pk}",)]


def test_a_file_loaded_again_replaces_rows_and_only_when_asked(caf: Caf, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "d.csv", [line(FIRST), line(FIRST + 1)], delimiter=";")

    first = load(path)
    same = load(path)
    again = load(path, again=True)

    assert same == first
    assert counts(again) == (2, 0, 2, 0)
    assert Dossier.objects.count() == 2


WRONG = [
    ({"numero": "12 rue X"}, "le numéro n'est pas un nombre de 1 à 9999999"),
    ({"numero": "10000000"}, "le numéro n'est pas un nombre de 1 à 9999999"),
    ({"caf": "999"}, "la Caf n'est pas enregistrée"),
    ({"closed_on": "hier"}, "closed_on n'est pas une date de la forme aaaa-mm-jj"),
    ({"rsa": "Secret"}, "la partie rsa n'est pas du JSON"),
    ({"rsa": '{"majore": "Secret"}'}, "la partie rsa n'a pas la forme attendue au champ majore"),
    ({"rsa": '{"Secret": 1}'}, "la partie rsa n'a pas la forme attendue"),
    ({"droits": '{"lignes": [{"prestation": "AF"}]}'}, "la partie droits n'a pas la forme attendue au champ lignes[0]"),
    ({"famille": '{"personnes": []}'}, "la partie famille doit avoir une personne DEM et au plus une CJT"),
    ({"numero": FIRST}, "ce numéro est déjà plus haut dans le fichier"),
]


def test_a_wrong_line_is_refused_alone_and_its_reason_repeats_nothing(caf: Caf, tmp_path: Path) -> None:
    lines = [line(FIRST), *(line(FIRST + 1 + rank, **wrong) for rank, (wrong, _) in enumerate(WRONG)), line(FIRST + 50)]
    path = write_csv(tmp_path / "d.csv", lines)

    call_command("load_dossiers", path, processes=1, verbosity=0)

    chargement = ChargementDossiers.objects.get()
    assert counts(chargement) == (len(lines), 2, 0, len(WRONG))
    found = list(refusals_of(chargement))
    assert [(ligne, raison) for ligne, _, raison in found] == [(2 + at, why) for at, (_, why) in enumerate(WRONG)]
    report = (tmp_path / "d.csv.refus.csv").read_text()
    assert report.count("\n") == len(WRONG) + 1
    assert "Secret" not in report
    assert "rue X" not in report
    assert set(Dossier.objects.values_list("numero", flat=True)) == {FIRST, FIRST + 50}


@pytest.mark.parametrize("lines", [3, 4, 8])
def test_slices_that_are_row_groups_say_the_same(caf: Caf, tmp_path: Path, lines: int) -> None:
    rows = [line(FIRST + rank) for rank in range(10)]
    rows[6], rows[8] = line(FIRST + 1), line(FIRST + 8, rsa="Secret")
    path = write_parquet(tmp_path / "d.parquet", [{**row, "numero": int(row["numero"])} for row in rows])

    chargement = load(path, lines=lines)

    assert counts(chargement) == (10, 8, 0, 2)
    assert [(ligne, raison) for ligne, _, raison in refusals_of(chargement)] == [
        (7, "ce numéro est déjà plus haut dans le fichier"),
        (9, "la partie rsa n'est pas du JSON"),
    ]
    assert chargement.tranches.count() == -(-10 // lines)


def test_the_same_file_under_two_names_is_loaded_once(caf: Caf, tmp_path: Path) -> None:
    said = StringIO()
    for name in ("a.csv", "b.csv"):
        write_csv(tmp_path / name, [line(FIRST)])

    call_command("load_dossiers", tmp_path, processes=1, verbosity=0, stdout=said)

    assert said.getvalue().count("déjà chargé") == 1
    assert Dossier.objects.count() == TrancheChargement.objects.count() == 1


def test_a_file_damaged_within_undoes_nothing_of_those_before(caf: Caf, tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", [line(FIRST)])
    damaged = write_parquet(tmp_path / "b.parquet", [line(FIRST + 1)])
    data = bytearray(damaged.read_bytes())
    data[4:200] = bytes(196)
    damaged.write_bytes(data)

    with pytest.raises(CommandError, match=r"b\.parquet : le fichier est endommagé"):
        call_command("load_dossiers", tmp_path, processes=1, verbosity=0)

    first, second = ChargementDossiers.objects.order_by("fichier")
    assert first.ended_at is not None
    assert second.ended_at is None


def test_the_refusals_of_a_folder_are_in_one_report_when_asked(caf: Caf, tmp_path: Path) -> None:
    report = tmp_path / "refus.txt"
    for name in ("a.csv", "b.csv"):
        write_csv(tmp_path / name, [line(FIRST), line(FIRST, caf=name[0])])

    for _ in range(2):
        call_command("load_dossiers", tmp_path, processes=1, verbosity=0, report=report)

    assert [row.split(";")[:2] for row in report.read_text().splitlines()[1:]] == [["a.csv", "2"], ["b.csv", "2"]]


def test_what_was_refused_is_never_loaded_nor_written_over_a_file(caf: Caf, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [line(FIRST), line(FIRST, caf="999")])
    kept = path.read_bytes()

    for _ in range(2):
        call_command("load_dossiers", tmp_path, processes=1, verbosity=0)
    with pytest.raises(CommandError, match="un fichier à charger"):
        call_command("load_dossiers", path, processes=1, verbosity=0, report=path)

    assert path.read_bytes() == kept
    assert (tmp_path / "a.csv.refus.csv").read_text().count("\n") == 2
    assert ChargementDossiers.objects.count() == 1


def test_lines_that_cannot_even_be_read_are_counted(caf: Caf, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "d.csv", [line(FIRST), line(FIRST + 1)])
    text = path.read_bytes()
    path.write_bytes(text.replace(b"9000001", b"9000001\xff") + b"132;trop;peu\r\n\r\n")

    chargement = load(path)

    assert counts(chargement) == (3, 1, 0, 2)
    assert [raison for _, _, raison in refusals_of(chargement)] == [
        "la ligne n'est pas en UTF-8",
        "la ligne a 1 valeurs, et non 12",
    ]


def test_a_file_without_a_column_or_damaged_is_refused_whole(caf: Caf, tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("caf,numero\n132,9000000\n")
    damaged = tmp_path / "e.parquet"
    damaged.write_bytes(b"PAR1 and nothing")

    with pytest.raises(CommandError, match="il manque la colonne identite"):
        call_command("load_dossiers", path, verbosity=0)
    with pytest.raises(CommandError, match="endommagé"):
        call_command("load_dossiers", damaged, verbosity=0)
    with pytest.raises(CommandError, match="aucun fichier"):
        call_command("load_dossiers", tmp_path / "rien.txt", verbosity=0)
    assert not ChargementDossiers.objects.exists()


def test_stopped_it_goes_on_where_it_was(caf: Caf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_parquet(tmp_path / "d.parquet", [line(FIRST + rank) for rank in range(12)])
    whole = chargements.write_tranche

    def stop(pk: int, tranche: TrancheLue, known: Any) -> int:
        if tranche.rang == 2:
            raise KeyboardInterrupt
        return whole(pk, tranche, known)

    monkeypatch.setattr(chargements, "write_tranche", stop)
    with pytest.raises(KeyboardInterrupt):
        load(path, lines=4)
    monkeypatch.setattr(chargements, "write_tranche", whole)
    resumed = load(path, lines=5)

    assert resumed.par_tranche == 4
    assert counts(resumed) == (12, 12, 0, 0)
    assert ChargementDossiers.objects.count() == 1


def test_two_loadings_do_not_run_at_once(caf: Caf, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "d.csv", [line(FIRST)])
    parameters = connection.get_connection_params()
    where = {name: parameters[name] for name in ("host", "port", "user", "dbname") if parameters.get(name)}
    with psycopg.connect(**where, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [chargements.LOADING])
        with pytest.raises(CommandError, match="déjà en cours"):
            call_command("load_dossiers", path, processes=1, verbosity=0)

    assert not Dossier.objects.exists()


def test_a_file_loaded_before_is_told_so(caf: Caf, tmp_path: Path) -> None:
    path, said = write_csv(tmp_path / "d.csv", [line(FIRST)]), StringIO()
    for _ in range(2):
        call_command("load_dossiers", path, processes=1, verbosity=0, stdout=said)

    assert said.getvalue().count("1 lignes lues, 1 chargées") == 2
    assert said.getvalue().count("déjà chargé, rien à faire") == 1


def test_a_slice_written_twice_is_written_once(caf: Caf, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "d.csv", [line(FIRST)])
    chargement = load(path)
    tranche = next(Fichier(path).tranches(10))

    assert chargements.write_tranche(chargement.pk, tranche, {"132": (caf.pk, f"cdap_dossier_{caf.pk}")}) == 1
    assert TrancheChargement.objects.count() == 1


def test_a_loading_is_told_to_the_journal_without_what_it_holds(caf: Caf, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "caf-132.csv", [line(FIRST), line(FIRST + 1, caf="999")])

    load(path)

    started, ended = JournalEntry.objects.filter(kind__startswith="cdap.chargement").order_by("pk")
    assert (started.kind, ended.kind) == ("cdap.chargement.started", "cdap.chargement.ended")
    assert ended.facts["chargees"] == ended.facts["refusees"] == 1
    assert f"caf:{caf.pk}" in ended.subjects
    assert str(FIRST) not in f"{started.facts}{ended.facts}"


def test_the_schema_of_the_documentation_is_that_of_the_code() -> None:
    kept = json.loads((ROOT / "docs/exploitation/dossiers.schema.json").read_text("utf-8"))

    assert kept == json.loads(json.dumps(echange.schema()))


def test_what_travels_is_kept_as_it_would_be_at_home() -> None:
    for name, partie in dossier_fictif(SEED, "132", FIRST + 4, ON).parties.items():
        assert echange.kept(echange.read(name, echange.written(partie))) == encoded(partie)


# Synthetic files


@pytest.mark.django_db
def test_synthetic_files_go_straight_to_the_base(caf: Caf) -> None:
    Caf.objects.create(code="061", nom="Autre", courriel="autre@example.fr")
    words = {"count": 31, "seed": SEED, "on": ON, "processes": 1, "verbosity": 0}

    call_command("generate_dossiers", **words)
    call_command("generate_dossiers", **words)

    assert [Dossier.objects.filter(caf__code=code).count() for code in ("061", "132")] == [16, 15]
    assert ChargementDossiers.objects.count() == 1
    made = dossier_fictif(SEED, "132", FIRST + 3, ON)
    assert Tables(caf).parties(FIRST + 3, list(PARTIES)) == made.parties


@pytest.mark.parametrize("extension", ["parquet", "csv"])
def test_synthetic_documents_are_loaded(caf: Caf, tmp_path: Path, extension: str) -> None:
    words: dict[str, Any] = {"count": 5, "caf": ["132"], "seed": SEED, "on": ON, "verbosity": 0, "format": extension}
    call_command("generate_dossiers", **words, out=tmp_path / "out", processes=1)

    call_command("load_dossiers", tmp_path / "out", processes=1, verbosity=0)

    assert Dossier.objects.count() == 5
    with pytest.raises(CommandError, match="n'est pas vide"):
        call_command("generate_dossiers", **words, out=tmp_path / "out")


def test_too_many_or_unknown_is_refused(caf: Caf) -> None:
    for words, why in (({"count": 0}, "de 1 à 1000000"), ({"count": 1, "caf": ["999"]}, "Caf non enregistrée")):
        with pytest.raises(CommandError, match=why):
            call_command("generate_dossiers", verbosity=0, **words)


# Killed


@pytest.fixture
def committed(transactional_db: None) -> Caf:
    return Caf.objects.create(code="132", nom="Caf de test", courriel="caf@example.fr")


def loading(path: Path) -> subprocess.Popen[bytes]:
    address = os.environ["DATABASE_URL"].replace("/portail?", f"/{connection.settings_dict['NAME']}?")
    command = [sys.executable, "manage.py", "load_dossiers", str(path), "--processes", "2", "--lines", "20", "-v0"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": address}, stdout=subprocess.DEVNULL)


def test_killed_and_run_again_no_line_is_lost_none_is_twice(committed: Caf, tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "d.parquet", [line(FIRST + rank) for rank in range(400)])
    kills = 0
    while (child := loading(path)).poll() is None and kills < 2:
        deadline, seen = time.monotonic() + 60, TrancheChargement.objects.count()
        while child.poll() is None and TrancheChargement.objects.count() <= seen and time.monotonic() < deadline:
            time.sleep(0.001 + kills / 100)
        child.send_signal(signal.SIGKILL)
        child.wait()
        kills += 1
    child.wait()

    assert loading(path).wait() == 0
    chargement = ChargementDossiers.objects.get()
    assert chargement.ended_at is not None
    assert counts(chargement) == (400, 400, 0, 0)
    assert Dossier.objects.count() == 400
