"""Unknown, closed, opposed, of another Caf: nothing tells them apart, neither a byte nor the time."""

import re
import time
from itertools import combinations
from typing import Any

import pytest
from django.urls import reverse

from portail.cdap.actions import oppositions
from portail.cdap.actions.consultations import consult
from portail.cdap.models import Consultation
from tests.cdap.gardes import chosen
from tests.cdap.scene import CLOSED, ELSEWHERE, NUMERO, OPPOSED, UNKNOWN, Scene, asked

pytestmark = pytest.mark.django_db
ASK = "/consulter-dossier/demander/"
CASES = {"inconnu": UNKNOWN, "clos": CLOSED, "oppose": OPPOSED, "hors_caf": ELSEWHERE}
# What changes from one answer to the next whoever asks for what.
_OF_THE_REQUEST = (
    r'name="csrf-token" content="[^"]+"',
    r'name="csrfmiddlewaretoken" value="[^"]+"',
    r'name="cle" value="[^"]+"',
    r"90\d{5}",
)

_HEADERS = ("Set-Cookie", "X-Request-Id", "Expires", "Content-Length")  # the length is that of what was typed


def sent(scene: Scene, case: str) -> dict[str, str]:
    caf = scene.other if case == "hors_caf" else scene.caf
    return asked(scene, "garban", "cdap.t1") | {"numero": str(CASES[case]), "caf": str(caf.pk)}


def blind(page: str, scene: Scene) -> str:
    """Without what was typed and the marks of the form."""
    for pattern in _OF_THE_REQUEST:
        page = re.sub(pattern, "…", page)
    return page.replace(f'value="{scene.other.pk}"', f'value="{scene.caf.pk}"')


def test_the_four_refusals_are_the_same_bytes(dossiers: Scene, client_of: Any) -> None:
    client = client_of("garban")
    answers = {case: client.post(ASK, sent(dossiers, case)) for case in CASES}

    assert {answer.status_code for answer in answers.values()} == {422}
    pages = {case: blind(answer.content.decode(), dossiers) for case, answer in answers.items()}
    assert pages["clos"] == pages["inconnu"]
    assert pages["oppose"] == pages["inconnu"]
    assert pages["hors_caf"].replace(" selected", "") == pages["inconnu"].replace(" selected", "")
    headers = [
        {name: value for name, value in answer.headers.items() if name not in _HEADERS} for answer in answers.values()
    ]
    assert headers == [headers[0]] * 4
    assert set(Consultation.objects.values_list("issue", flat=True)) == set(CASES)


def test_the_four_refusals_take_the_same_time(dossiers: Scene) -> None:
    """The chance that one is slower than another, over interleaved requests: 0.5 when nothing tells them apart."""
    chosen(dossiers, quota_personne_heure=100_000, quota_personne_jour=100_000)
    chosen(dossiers, quota_organisme_heure=100_000, quota_organisme_jour=100_000)
    by = dossiers.cast.acteur("garban")
    demandes = {case: dossiers.demande("garban", profil="cdap.t1") for case in CASES}
    demandes["hors_caf"] = dossiers.demande("garban", dossiers.other, profil="cdap.t1")
    spent: dict[str, list[float]] = {case: [] for case in CASES}
    for turn in range(330):
        for case, numero in CASES.items():
            began = time.perf_counter()
            assert consult(by=by, demande=demandes[case], numero=numero) is None
            if turn >= 30:
                spent[case].append(time.perf_counter() - began)

    told = {(one, other): _auc(spent[one], spent[other]) for one, other in combinations(CASES, 2)}
    assert {pair: auc for pair, auc in told.items() if not 0.41 <= auc <= 0.59} == {}


def _auc(one: list[float], other: list[float]) -> float:
    """The chance that a measure of `one` is larger than one of `other`."""
    ranked = sorted([(value, 1) for value in one] + [(value, 0) for value in other])
    ranks = sum(rank for rank, (_, is_one) in enumerate(ranked, 1) if is_one)
    return (ranks - len(one) * (len(one) + 1) / 2) / (len(one) * len(other))


def test_who_objects_meanwhile_is_no_longer_read(dossiers: Scene, client_of: Any) -> None:
    consultation = dossiers.consult("garban", profil="cdap.t1")
    assert consultation is not None
    address = reverse("cdap:onglet_view", args=[consultation.id, "synthese"])
    assert client_of("garban").get(address).status_code == 200

    oppositions.enter(by=dossiers.cast.acteur("marchand"), numero=NUMERO, source="Téléphone")

    assert client_of("garban").get(address).status_code == 403


@pytest.mark.parametrize("name", ["double", "bruet", "marchand", "voisin"])
def test_a_file_opened_by_somebody_is_nobody_else_s(dossiers: Scene, client_of: Any, name: str) -> None:
    consultation = dossiers.consult("garban", profil="cdap.t5")
    assert consultation is not None

    answer = client_of(name).get(reverse("cdap:onglet_view", args=[consultation.id, "synthese"]))

    assert answer.status_code == 404
