"""What was loaded, as each Caf sees it."""

import re
from typing import Any

import pytest
from django.utils import timezone

from portail.cdap.models import ChargementDossiers
from portail.conventions.models import Caf
from tests.cast import Cast

LIST = "/consulter-dossier/chargements/"


def keep_chargement(name: str, counts: dict[Caf, tuple[int, int, int]], **more: Any) -> ChargementDossiers:
    chargement = ChargementDossiers.objects.create(fichier=name, empreinte=f"{name:0<64}", par_tranche=10, **more)
    for caf, (loaded, replaced, refused) in counts.items():
        found = {"chargees": loaded, "remplacees": replaced, "refusees": refused, "lues": loaded + replaced + refused}
        chargement.tranches.create(rang=0, caf=caf, **found)
    return chargement


@pytest.fixture
def seen(cast: Cast) -> None:
    here, elsewhere = cast.cafs["132"], cast.cafs["061"]
    keep_chargement("mars.parquet", {here: (40, 2, 1), elsewhere: (900, 0, 0)}, ended_at=timezone.now())
    keep_chargement("avril.csv", {here: (7, 0, 0)})
    keep_chargement("ailleurs.csv", {elsewhere: (5, 0, 0)})


def test_the_caf_sees_what_was_loaded_of_its_own_lines(seen: None, client_of: Any) -> None:
    page = client_of("auditeau").get(LIST).content.decode()

    assert re.search(r"2\s+chargements", page)
    assert "mars.parquet" in page
    assert "ailleurs.csv" not in page
    assert ">900<" not in page
    export = client_of("auditeau").get(f"{LIST}export/csv/").content.decode("utf-8-sig")
    assert [row.split(";")[0] for row in export.splitlines()[1:]] == ["avril.csv", "mars.parquet"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("fichier=AVR", ["avril.csv"]),
        ("etat=termine", ["mars.parquet"]),
        ("etat=en_cours", ["avril.csv"]),
        ("refus=avec", ["mars.parquet"]),
        ("refus=sans", ["avril.csv"]),
        ("sort=-lues", ["mars.parquet", "avril.csv"]),
        ("sort=fichier", ["avril.csv", "mars.parquet"]),
        ("fichier=rien", []),
    ],
)
def test_the_list_is_filtered_and_sorted(seen: None, client_of: Any, query: str, found: list[str]) -> None:
    page = client_of("marchand").get(f"{LIST}?{query}").content.decode()

    assert re.findall(r"(\w+\.(?:csv|parquet))</th>", page) == found


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_costs_the_same_whatever_its_length(
    seen: None, cast: Cast, client_of: Any, django_assert_num_queries: Any, more: int
) -> None:
    for rank in range(more):
        keep_chargement(f"plus{rank}.csv", {cast.cafs["132"]: (1, 0, 0)})
    client = client_of("gestin")
    client.get(LIST)

    with django_assert_num_queries(4):
        client.get(LIST)
