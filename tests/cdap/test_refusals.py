"""Unknown, closed, opposed, of another Caf: nothing tells them apart, neither a byte nor the time."""

import re
import time
from collections.abc import Iterator
from html import unescape
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portail.cdap.actions import oppositions
from portail.cdap.actions.consultations import consult
from portail.cdap.gateway import UnavailableError
from portail.cdap.gateway.http import Http
from portail.cdap.models import Consultation, Dossier, Opposition
from tests.cdap.gardes import chosen, consulted
from tests.cdap.scene import CLOSED, ELSEWHERE, NE_LE, NOM, NUMERO, OPPOSED, UNKNOWN, Scene, asked, keep
from tests.cdap.systeme import SystemeFictif, listening, write_annuaire

pytestmark = pytest.mark.django_db
ASK, SEARCH = "/consulter-dossier/demander/", "/consulter-dossier/chercher/"
HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7203011 AND pid = pg_backend_pid()"
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


# By name


def by_name(scene: Scene, nom: str, caf: int = 0) -> dict[str, str]:
    sent = asked(scene, "garban", "cdap.t1") | {"nom": nom, "ne_le": f"{NE_LE:%d/%m/%Y}"}
    return sent | ({"caf": str(caf)} if caf else {})


@pytest.fixture
def opposed(dossiers: Scene) -> Scene:
    """The only person of this name objects."""
    Dossier.objects.exclude(numero=OPPOSED).delete()
    return dossiers


def test_who_objects_and_nobody_ask_the_same_questions(opposed: Scene, client_of: Any) -> None:
    client, questions, pages = client_of("garban"), [], []
    client.post(SEARCH, by_name(opposed, "Personne"))
    for nom in (NOM, "Personne"):
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(SEARCH, by_name(opposed, nom))
        questions.append([re.sub(r"'[^']*'|\d+", "…", query["sql"])[:60] for query in captured])
        pages.append(blind(unescape(answer.content.decode()), opposed).replace(nom, "…"))

    assert questions[0] == questions[1]
    assert pages[0] == pages[1]
    assert set(Consultation.objects.values_list("issue", flat=True)) == {"oppose", "inconnu"}


def test_too_many_of_another_caf_are_nobody(dossiers: Scene, client_of: Any) -> None:
    for numero in range(5):
        keep(dossiers.other, ELSEWHERE + 10 + numero)

    answers = [client_of("garban").post(SEARCH, by_name(dossiers, nom, dossiers.other.pk)) for nom in (NOM, "Personne")]

    assert ["Aucun dossier ne peut" in unescape(answer.content.decode()) for answer in answers] == [True, True]
    assert set(Consultation.objects.values_list("issue", flat=True)) == {"hors_caf"}


# Of a Caf that keeps its files itself


@pytest.fixture
def far(dossiers: Scene, tmp_path: Path, settings: Any) -> Iterator[SystemeFictif]:
    """The Caf of Farandole."""
    with listening() as system:
        settings.CDAP_SOURCES = str(write_annuaire(tmp_path, system.url))
        yield system


@pytest.mark.parametrize("address", [ASK, SEARCH])
def test_no_lock_is_held_while_a_caf_is_asked(
    dossiers: Scene, far: SystemeFictif, client_of: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    ask, held = Http._asked, list[int]()

    def asked_holding(*args: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(HELD)
            held.append(cursor.fetchone()[0])
        return ask(*args)

    monkeypatch.setattr(Http, "_asked", asked_holding)
    client_of("garban").post(address, by_name(dossiers, NOM) if address == SEARCH else sent(dossiers, "inconnu"))

    assert held == [0]
    assert len(far.asked) == Consultation.objects.count() == 1


def test_who_has_no_room_left_asks_a_caf_nothing(dossiers: Scene, far: SystemeFictif, client_of: Any) -> None:
    chosen(dossiers, quota_personne_heure=1)
    consulted(dossiers)

    answer = client_of("garban").post(ASK, sent(dossiers, "inconnu"))

    assert "la limite de 1 consultations" in unescape(answer.content.decode())
    assert far.asked == []


@pytest.mark.parametrize("numero", [NUMERO, CLOSED, UNKNOWN, None], ids=["ouvert", "clos", "inconnu", "panne"])
def test_a_quota_reached_meanwhile_tells_nothing_of_the_answer(
    dossiers: Scene, client_of: Any, far: SystemeFictif, monkeypatch: pytest.MonkeyPatch, numero: int | None
) -> None:
    """A colleague takes the last place while the Caf answers."""
    chosen(dossiers, quota_organisme_heure=1)
    answer = Http.fiche

    def late(source: Http, asked_for: int) -> Any:
        consulted(dossiers, "robine")
        if numero is None:
            raise UnavailableError("ne répond pas")
        return answer(source, asked_for)

    monkeypatch.setattr(Http, "fiche", late)
    page = client_of("garban").post(ASK, sent(dossiers, "inconnu") | {"numero": str(numero or NUMERO)})

    told = unescape(page.content.decode())
    assert page.status_code == 422
    assert "Votre organisme a atteint la limite de 1 consultations" in told
    assert "ne répond pas" not in told
    assert not Consultation.objects.filter(utilisateur=dossiers.cast.people["garban"]).exists()


@pytest.mark.parametrize("address", [ASK, SEARCH])
def test_the_system_of_another_caf_is_never_asked(
    dossiers: Scene, tmp_path: Path, settings: Any, client_of: Any, address: str
) -> None:
    """It is down, and nobody sees it."""
    caf = dossiers.other
    typed = by_name(dossiers, NOM, caf.pk) if address == SEARCH else sent(dossiers, "hors_caf")
    ordinary = client_of("garban").post(address, typed)
    with listening() as system:
        settings.CDAP_SOURCES = str(write_annuaire(tmp_path, system.url, caf=caf.code))
        system.manner = "en panne"
        answer = client_of("garban").post(address, typed)

    assert system.asked == []
    assert blind(answer.content.decode(), dossiers) == blind(ordinary.content.decode(), dossiers)
    assert "Aucun dossier ne peut être consulté" in unescape(answer.content.decode())
    assert [row.issue for row in Consultation.objects.all()] == ["hors_caf", "hors_caf"]


@pytest.mark.parametrize("nom", [NOM, "Personne"])
def test_a_search_asks_a_caf_one_question_whoever_is_found(
    dossiers: Scene, far: SystemeFictif, client_of: Any, nom: str
) -> None:
    opposition: Opposition = dossiers.made["opposition"]
    Opposition.objects.filter(pk=opposition.pk).update(numero=NUMERO)

    page = client_of("garban").post(SEARCH, by_name(dossiers, nom))

    assert "Aucun dossier ne peut être consulté" in unescape(page.content.decode())
    assert [each.path.rpartition("/")[2] for each in far.asked] == ["recherche"]
