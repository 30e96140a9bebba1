"""Each field has a value of its own: it leaves the server for the profiles to which the matrix opens it, no other."""

from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import reverse

from portail.cdap.calculs.lecture import rows_of
from portail.cdap.definitions import DEMONSTRATION
from portail.cdap.definitions.champs import BLOCS, CHAMPS, ONGLETS, champs_of
from tests.cdap.scene import Scene, parties

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
