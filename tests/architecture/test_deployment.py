"""What the documents tell whoever installs is what the portal does."""

import re

from django.conf import settings

from portail.cdap.gateway import http
from tests.architecture.sources import ROOT


def _doc(name: str) -> str:
    return (ROOT / "docs" / "exploitation" / name).read_text(encoding="utf-8")


def _only(pattern: str, text: str) -> int:
    (found,) = set(re.findall(pattern, text))
    return int(found)


def test_threads_and_connections_of_a_web_process_are_the_same_everywhere() -> None:
    told = [
        _only(r"--blocking-threads (\d+)", _doc("installer.md")),
        _only(r"donc (\d+) par processus web", _doc("installer.md")),
        _only(r"réserve de 1 à (\d+) connexions", _doc("reglages.md")),
        _only(r"processus × (\d+) connexions", _doc("dimensionnement.md")),
        _only(r'"--blocking-threads", "(\d+)"', (ROOT / "tools/launch.py").read_text(encoding="utf-8")),
        _only(r'"max_size": (\d+)', (ROOT / "config/settings.py").read_text(encoding="utf-8")),
        http._CONNECTIONS,
    ]

    assert set(told) == {told[0]}


def test_the_connections_counted_for_the_country_are_the_product() -> None:
    counted = re.search(
        r"(\d+) machines × (\d+) processus × (\d+) connexions.*?= (\d+) connexions", _doc("dimensionnement.md")
    )

    machines, processes, connections, total = map(int, counted.groups())
    assert machines * processes * connections == total
    assert f"| les connexions à PostgreSQL | {total} " in _doc("dimensionnement.md")


def test_the_reverse_proxy_lets_through_the_largest_file_that_the_portal_takes() -> None:
    megabytes = _only(r"client_max_body_size (\d+)m;", _doc("installer.md"))
    taken = {name: settings.PORTAIL[name] for name in ("JUSTIFICATIF_BYTES", "IMPORT_BYTES")}

    assert max(taken.values()) < megabytes * 1024**2
    assert all(f"`PORTAIL_{name}`" in _doc("installer.md") for name in taken)


def test_each_setting_of_cdap_is_told_where_it_is_looked_for() -> None:
    part = next(part for part in _doc("reglages.md").split("\n## ") if part.startswith("Dossiers d'allocataires"))

    assert set(re.findall(r"^\| `(\w+)`", part, re.M)) == {
        "PORTAIL_CDAP_CONSULTATION_MINUTES",
        "PORTAIL_CDAP_KEYS_DIR",
        "PORTAIL_CDAP_SOURCES",
    }


def test_no_document_advises_a_pooler_in_transaction_mode() -> None:
    advice = [line for line in _doc("dimensionnement.md").splitlines() if "pgBouncer" in line]

    assert all("n'est pas possible" in line for line in advice)
