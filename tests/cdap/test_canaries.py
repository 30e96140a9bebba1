"""Each field has a value of its own: it leaves the server for the profiles to which the matrix opens it, no other."""

import json
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portail.cdap.actions import attestations, courriers
from portail.cdap.calculs.attestations import REQUIRED
from portail.cdap.calculs.lecture import needed, read, rows_of
from portail.cdap.definitions import DEMONSTRATION
from portail.cdap.definitions.champs import BLOCS, CHAMPS, ONGLETS, champs_of
from portail.cdap.enums import KindAttestation
from portail.cdap.models import Dossier, VersionMatrice
from tests.cdap.echanges import attested, printed
from tests.cdap.scene import NUMERO, Scene, parties

pytestmark = pytest.mark.django_db
WHO = {"cdap.t1": "garban", "cdap.t2": "robine", "cdap.t5": "double", "cdap.t18": "guy"}
GENERIC = {"", "Oui", "Non", "2", "3", "4"}  # too common to be told from what surrounds them


class _Told(HTMLParser):
    """The texts of the cells of a page: labels of fields, and values."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: list[str] = []
        self.values: list[str] = []
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        known = {"dt": self.labels, "th": self.labels, "dd": self.values, "td": self.values}
        if tag in known:
            self._into = known[tag]
            self._into.append("")
        elif tag == "br" and self._into is not None:
            self._into[-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("dt", "th", "dd", "td"):
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data


def told(page: str) -> tuple[list[str], list[str]]:
    parser = _Told()
    parser.feed(page[page.index('id="dossier"') :])
    return [text.strip() for text in parser.labels], [_plain(text) for text in parser.values]


def _plain(text: str) -> str:
    """« –non renseigné » is how nothing is shown."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return "" if lines == ["–non renseigné"] else "\n".join(lines)


def canaries() -> dict[str, set[str]]:
    """Field → its values, every row and every line of them."""
    found: dict[str, set[str]] = {code: set() for code in CHAMPS}
    for bloc in BLOCS:
        for row in rows_of(bloc, parties()):
            for name, value in row.items():
                found[f"{bloc}.{name}"] |= {line for line in value.splitlines() if line not in GENERIC}
    return found


def tab(scene: Scene, client_of: Any, profil: str, onglet: str, **headers: Any) -> Any:
    consultation = scene.consult(WHO[profil], profil=profil)
    assert consultation is not None
    address = reverse("cdap:onglet_view", args=[consultation.id, onglet])
    return client_of(WHO[profil]).get(address, **headers)


def test_every_field_has_a_value_of_its_own() -> None:
    """But for those that say yes or no, the state told twice, and the same person named in several blocks."""
    alone = {code for code, values in canaries().items() if values}

    assert {code.partition(".")[2] for code in set(CHAMPS) - alone} == {
        *("a_charge", "garde_alternee", "personnes", "enfants", "parts", "majore", "droits_devoirs"),
        *("tiers_payant", "conventionne", "impaye", "transferee"),
    }


@pytest.mark.parametrize("onglet", ONGLETS)
@pytest.mark.parametrize("profil", WHO)
def test_a_tab_shows_the_fields_that_the_matrix_opens_and_no_other(
    dossiers: Scene, client_of: Any, profil: str, onglet: str
) -> None:
    opened = DEMONSTRATION[profil]
    expected = [[champ for champ in champs if champ.code in opened] for _, champs in champs_of(onglet)]
    answer = tab(dossiers, client_of, profil, onglet)

    if not any(expected):
        assert answer.status_code == 403
        return
    labels, values = told(answer.content.decode())
    assert labels == [champ.libelle for champs in expected for champ in champs]
    assert values == [
        row[champ.code.partition(".")[2]]
        for (bloc, _), champs in zip(champs_of(onglet), expected, strict=True)
        if champs
        for row in rows_of(bloc.code, parties())
        for champ in champs
    ]


@pytest.mark.parametrize("code", CHAMPS)
def test_a_field_alone_is_read_from_its_own_parts(code: str) -> None:
    """What it says needs no other part than those fetched for it."""
    champ, whole = CHAMPS[code], parties()
    alone = read(champ.onglet, {name: whole[name] for name in champ.parties}, frozenset({code}))

    assert needed(champ.onglet, frozenset({code})) == list(champ.parties)
    assert alone == read(champ.onglet, whole, frozenset({code}))
    assert any(value for bloc in alone for row in bloc.rows for value in row)


def test_two_fields_of_the_summary_fetch_two_parts_only(dossiers: Scene, client_of: Any) -> None:
    codes = ["synthese.adresse", "synthese.qf"]
    VersionMatrice.objects.create(
        caf=dossiers.caf,
        contenu={"cdap.t5": codes},
        motif="Accueil",
        etat="en_vigueur",
        proposed_by=dossiers.cast.people["marchand"],
        decided_by=dossiers.cast.people["gestin"],
        decided_at=timezone.now(),
    )
    with CaptureQueriesContext(connection) as asked:
        page = tab(dossiers, client_of, "cdap.t5", "synthese")

    assert told(page.content.decode())[0] == [CHAMPS[code].libelle for code in codes]
    statement = next(each["sql"] for each in asked if "FROM cdap_dossier" in each["sql"])
    assert "identite, ressources FROM cdap_dossier" in statement


@pytest.mark.parametrize("profil", WHO)
def test_no_canary_escapes_whatever_the_output(dossiers: Scene, client_of: Any, profil: str) -> None:
    opened, known = DEMONSTRATION[profil], canaries()
    answers = [
        tab(dossiers, client_of, profil, onglet, **headers)
        for onglet in ONGLETS
        for headers in ({}, {"HTTP_HX_REQUEST": "true"})
    ]
    out = unescape("".join(f"{answer.headers} {answer.content.decode()}" for answer in answers))
    words = {champ.libelle for champ in CHAMPS.values()}
    seen = {value for code in opened & set(known) for value in known[code]}
    hidden = {value for code in set(known) - opened for value in known[code]} - seen

    assert {value for value in hidden if value in out and not any(value in other for other in seen | words)} == set()
    assert all(value in out for value in seen)
    assert bool(hidden) == (profil != "cdap.t1")


# What an attestation takes from the file: the rest never stands on it, whatever the profile opens.
_ATTESTED = {
    *("synthese.identite", "synthese.adresse", "resume.adresse", "qf.valeur", "qf.mois"),
    *("paiement.mois", "paiement.prestation", "paiement.net"),
    *("famille.role", "famille.nom", "famille.prenoms", "famille.naissance"),
}


@pytest.mark.parametrize("kind", ["qf", "paiement"])
@pytest.mark.parametrize("profil", WHO)
def test_an_attestation_says_what_the_profile_opens_on_the_page_as_in_the_pdf(
    dossiers: Scene, client_of: Any, monkeypatch: pytest.MonkeyPatch, profil: str, kind: str
) -> None:
    opened, papers = DEMONSTRATION[profil], list[str]()
    monkeypatch.setattr(
        "portail.cdap.views.attestations.made_pdf", lambda template, data: papers.append(_read(data)) or b"%PDF-"
    )
    if not REQUIRED[KindAttestation(kind)] <= opened:
        return  # it makes none: tests/cdap/test_attestations.py
    attestation, client = attested(dossiers, kind, name=WHO[profil]), client_of(WHO[profil])

    for page in ("attestation_view", "attestation_print", "attestation_pdf"):
        answer = client.get(reverse(f"cdap:{page}", args=[attestation.pk]))
        out = f"{answer.headers} {unescape(answer.content.decode())} {''.join(papers)}"
        assert {"qf": "787\xa0€", "paiement": "265,46\xa0€"}[kind] in out
        assert _escaped(out, opened & _ATTESTED) == set()
    assert len(papers) == 1


def _read(data: Any) -> str:
    """All that a paper or a list is made of."""
    return json.dumps(data, ensure_ascii=False, default=str)


def _escaped(out: str, opened: set[str] | frozenset[str]) -> set[str]:
    """The values of the file that stand there, and are none of those of the fields opened, nor part of them."""
    known = canaries()
    seen = {value for code in opened & set(known) for value in known[code]} | {
        champ.libelle for champ in CHAMPS.values()
    }
    hidden = {value for code in set(known) - opened for value in known[code]} - seen
    return {value for value in hidden if value in out and not any(value in other for other in seen)}


def test_a_letter_bears_the_attestation_and_the_address_only(dossiers: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    papers: list[str] = []
    monkeypatch.setattr(
        "portail.cdap.actions.courriers.made_pdf", lambda template, data: papers.append(_read(data)) or b"%PDF-"
    )
    listed: list[str] = []
    monkeypatch.setattr("portail.cdap.actions.courriers.made_csv", lambda rows: listed.append(_read(rows)) or b"")
    attestations.post(by=dossiers.cast.acteur("guy"), attestation=attested(dossiers, name="guy"))

    courriers.download(by=dossiers.cast.acteur("gestin"), lot=printed(dossiers))

    opened = DEMONSTRATION["cdap.t18"] & _ATTESTED | {"synthese.adresse"}
    assert "17 allée des Canaris" in papers[0]
    assert _escaped(papers[0], opened) == set()
    assert _escaped(listed[0], {"qf.mois"}) == set()


@pytest.mark.parametrize("onglet", ["rsa", "synthese"])
def test_a_file_that_does_not_open_says_nothing_of_itself_nor_to_the_logs(
    dossiers: Scene, client_of: Any, caplog: pytest.LogCaptureFixture, onglet: str
) -> None:
    consultation = dossiers.consult("garban", profil="cdap.t1")
    assert consultation is not None
    part = {"rsa": "rsa", "synthese": "identite"}[onglet]
    Dossier.objects.filter(numero=NUMERO).update(**{part: b"\x01altered"})
    client = client_of("garban")
    client.raise_request_exception = False

    answer = client.get(reverse("cdap:onglet_view", args=[consultation.id, onglet]))

    assert answer.status_code >= 500
    out = unescape(f"{answer.headers} {answer.content.decode()} {caplog.text}")
    distinct = {value for values in canaries().values() for value in values if value.istitle() or value[0].isdigit()}
    assert [word for word in (*distinct, str(NUMERO)) if word in out] == []
