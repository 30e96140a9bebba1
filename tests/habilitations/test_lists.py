"""Lists: as many queries for one row as for three, a fragment that is the page's own part, exports that run nothing."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from portail.comptes.models import Utilisateur
from portail.conventions.models import Convention
from portail.habilitations import actions
from portail.habilitations.actions.utilisateurs import Fiche
from portail.habilitations.models import Groupe
from portail.journal.models import JournalEntry
from tests.cast import Cast
from tests.habilitations.facts import sentences_of, today
from tests.permissions.world import without_secrets

Grow = Callable[[Cast, int], None]


def _people(cast: Cast, count: int, where: str = "voisine", by: str = "voisin") -> list[Any]:
    fiches = [
        Fiche(nom=f"Neuf{n}", prenom="Nora", courriel=f"neuf{n}@example.fr", opens_on=today()) for n in range(count)
    ]
    acteur, convention = cast.acteur(by), cast.conventions[where]
    return [actions.create_utilisateur(by=acteur, convention=convention, fiche=fiche) for fiche in fiches]


def _more_people(cast: Cast, more: int) -> None:
    _people(cast, more, "lointaine", "lointain")


def _more_groupes(cast: Cast, more: int) -> None:
    for n in range(more):
        actions.create_groupe(
            by=cast.acteur("voisin"),
            convention=cast.conventions["voisine"],
            code=f"RUCHE{n}",
            libelle="Ruche",
            opens_on=today(),
            parent=cast.groupe("VOISINS"),
            responsable=cast.rattachement("voisin"),
        )


def _more_members(cast: Cast, more: int) -> None:
    for rattachement in _people(cast, more):
        _add(cast, cast.groupe("VOISINS"), rattachement)


def _more_appartenances(cast: Cast, more: int) -> None:
    _more_groupes(cast, more)
    elsewhere = cast.people["double"].rattachements.get(convention=cast.conventions["voisine"])
    for groupe in Groupe.objects.filter(code__startswith="RUCHE"):
        _add(cast, groupe, elsewhere)


def _add(cast: Cast, groupe: Groupe, rattachement: Any) -> None:
    actions.add_to_groupe(
        by=cast.acteur("voisin"), groupe=groupe, rattachement=rattachement, opens_on=today(), closes_on=None
    )


def _more_conventions(cast: Cast, more: int) -> None:
    first = cast.conventions["lointaine"]
    same = {"organisme": first.organisme, "caf_pivot": first.caf_pivot, "opens_on": first.opens_on}
    for n in range(more):
        Convention.objects.create(numero=900 + n, libelle=f"Convention {n}", **same).cafs.add(first.caf_pivot)


def _more_demandes(cast: Cast, more: int) -> None:
    for name in ("bruet", "guy", "robine")[:more]:
        fiche = Fiche(nom="Nom", prenom="Prénom", courriel=f"{name}@example.fr", opens_on=today())
        actions.create_utilisateur(by=cast.acteur("voisin"), convention=cast.conventions["voisine"], fiche=fiche)


# who looks, at which address, how many rows there are, how rows are added, how many queries whatever their number
LISTS: dict[str, tuple[str, str, int, Grow, int]] = {
    "conventions": ("horsain", "/conventions/", 1, _more_conventions, 6),
    "utilisateurs": ("lointain", "/conventions/{lointaine}/utilisateurs/", 1, _more_people, 7),
    "groupes": ("voisin", "/conventions/{voisine}/groupes/", 1, _more_groupes, 6),
    "arbre": ("voisin", "/conventions/{voisine}/groupes/?vue=arbre", 1, _more_groupes, 6),
    "membres": ("voisin", "/conventions/{voisine}/groupes/{VOISINS}/membres/", 1, _more_members, 7),
    "appartenances": (
        "voisin",
        "/conventions/{voisine}/utilisateurs/{double}/appartenances/",
        1,
        _more_appartenances,
        7,
    ),
    "historique": ("voisin", "/conventions/{voisine}/historique/", 1, _more_people, 4),
    "courriels": ("lointain", "/conventions/{lointaine}/courriels/", 0, _more_people, 5),
    "comptes à vérifier": ("marchand", "/comptes-a-verifier/", 0, _more_demandes, 3),
    "journal": ("horsain", "/supervision/journal/", 0, _more_people, 4),
}


def _address(cast: Cast, template: str) -> str:
    elsewhere = cast.people["double"].rattachements.get(convention=cast.conventions["voisine"])
    conventions = {name: convention.pk for name, convention in cast.conventions.items()}
    return template.format(**conventions, VOISINS=cast.groupes["VOISINS"].pk, double=elsewhere.pk)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_asks_as_much_for_one_row_as_for_three(
    cast: Cast, client_of, django_assert_num_queries, name: str, rows: int
) -> None:
    who, template, already, grow, expected = LISTS[name]
    grow(cast, rows - already)
    client, url = client_of(who), _address(cast, template)

    with django_assert_num_queries(expected):
        response = client.get(url)

    assert response.status_code == 200


# Fragments


def _plain(response: Any) -> str:
    return re.sub(r"\s+", " ", without_secrets(response).decode()).strip()


@pytest.mark.parametrize(
    ("who", "template", "query"),
    [
        ("marchand", "/conventions/", "?libelle=fara"),
        ("bruet", "/conventions/{farandole}/utilisateurs/", "?nom=ro&statut=ouvert&sort=-nom"),
        ("bruet", "/conventions/{farandole}/groupes/", "?niveau=1"),
        ("voisin", "/conventions/{voisine}/groupes/{VOISINS}/membres/", "?nom=dou"),
    ],
)
def test_a_fragment_is_a_part_of_the_page_at_the_same_address(
    cast: Cast, client_of, who: str, template: str, query: str
) -> None:
    client, url = client_of(who), _address(cast, template) + query

    page, fragment = client.get(url), client.get(url, headers={"HX-Request": "true"})

    assert _plain(fragment) in _plain(page)
    assert "<html" not in _plain(fragment)
    assert {page["Vary"], fragment["Vary"]} == {"HX-Request, Cookie"}


# Filters and sorts


def _names(cast: Cast, client: Any, query: str) -> list[str]:
    url = _address(cast, "/conventions/{farandole}/utilisateurs/export/csv/")
    return [row[1] for row in _csv(client.get(url + query))[1:]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?nom=ROBÎN", ["Robine"]),
        ("?prenom=valerie", ["Guy"]),
        ("?identifiant=enf01302s", ["Bollie", "Bruet"]),
        ("?statut=cloture", ["Rocu"]),
        ("?statut=a_venir", []),
        ("?nom=%25", []),
        ("?nom=_", []),
        ("", ["Bollie", "Bruet", "Double", "Garban", "Guy", "Robine", "Rocu"]),
    ],
)
def test_people_are_found_whatever_the_accents_and_the_case(
    cast: Cast, client_of, query: str, expected: list[str]
) -> None:
    assert _names(cast, client_of("bruet"), query) == expected


def test_people_are_found_by_group(cast: Cast, client_of) -> None:
    assert _names(cast, client_of("bruet"), f"?groupe={cast.groupes['GUICHET'].pk}") == ["Double"]


@pytest.mark.parametrize(
    "query", ["?groupe=0", "?groupe=x", "?statut=x", "?niveau=1e400", "?niveau=NaN", "?nom=%00", "?page=0", "?sort=x"]
)
@pytest.mark.parametrize("page", ["utilisateurs", "groupes"])
def test_a_filter_typed_by_hand_breaks_nothing(cast: Cast, client_of, page: str, query: str) -> None:
    url = _address(cast, f"/conventions/{{farandole}}/{page}/")

    assert client_of("bruet").get(url + query).status_code in (200, 404)


# Exports

FORMULAS = ["=1+1", "+33491000000", "-1+1", "@SUM(A1)", "\t=1", "＝1+1"]


def _csv(response: Any) -> list[list[str]]:
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def _exported(cast: Cast, client: Any, extension: str, query: str = "") -> Any:
    return client.get(_address(cast, f"/conventions/{{farandole}}/utilisateurs/export/{extension}/") + query)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_csv_export_runs_no_formula(cast: Cast, client_of, formula: str) -> None:
    Utilisateur.objects.filter(pk=cast.people["guy"].pk).update(nom=formula, prenom=formula, telephone=formula[:20])

    rows = _csv(_exported(cast, client_of("bruet"), "csv", "?identifiant=ENF01302XC"))

    assert rows[1][1:3] == [f"'{formula}", f"'{formula}"]
    assert rows[1][4] == f"'{formula}"


@pytest.mark.parametrize("formula", FORMULAS)
def test_an_xlsx_export_runs_no_formula(cast: Cast, client_of, formula: str) -> None:
    Utilisateur.objects.filter(pk=cast.people["guy"].pk).update(nom=formula)

    book = load_workbook(io.BytesIO(_exported(cast, client_of("bruet"), "xlsx").content))

    cells = [cell for row in book.active.iter_rows() for cell in row]
    book.close()
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s", "d"}
    assert f"'{formula}" in [cell.value for cell in cells]


def test_an_export_carries_the_columns_the_filters_and_the_name_of_the_list(cast: Cast, client_of) -> None:
    response = _exported(cast, client_of("bruet"), "csv", "?nom=robine")

    robine, day = cast.rattachement("robine"), "%d/%m/%Y"
    assert _csv(response) == [
        ["Identifiant", "Nom", "Prénom", "Adresse mail", "Téléphone", "Date d'ouverture", "Date de clôture", "Statut"],
        ["ENF01302XB", "Robine", "Olivia", "robine@example.fr", "", robine.opens_on.strftime(day), "", "Ouvert"],
    ]
    assert response["Content-Disposition"] == 'attachment; filename="utilisateurs.csv"'


def _list(cast: Cast, name: str, extension: str = "csv", query: str = "") -> str:
    """Where a list is exported."""
    groupes = "/conventions/{farandole}/groupes/"
    places = {
        "conventions": "/conventions/",
        "utilisateurs": "/conventions/{farandole}/utilisateurs/",
        "groupes": groupes,
        "membres": f"{groupes}{cast.groupes['AFAS-DEC'].pk}/membres/",
        "journal": "/supervision/journal/",
    }
    return _address(cast, f"{places[name]}export/{extension}/") + query


EXPORTS = ("conventions", "groupes", "journal", "membres", "utilisateurs")


def test_groups_are_exported_with_their_filters(cast: Cast, client_of) -> None:
    rows = _csv(client_of("bruet").get(_list(cast, "groupes", query="?code=gui")))

    opened = cast.groupes["GUICHET"].opens_on.strftime("%d/%m/%Y")
    assert rows == [
        ["Code", "Libellé", "Niveau", "Sous-groupe de", "Date d'ouverture", "Date de clôture", "Statut"],
        ["GUICHET", "Guichet", "2", "Accueil", opened, "", "Ouvert"],
    ]


def test_groups_exported_by_a_responsable_are_his(cast: Cast, client_of) -> None:
    rows = _csv(client_of("garban").get(_list(cast, "groupes")))

    assert [row[0] for row in rows[1:]] == ["ACCUEIL", "GUICHET"]


def test_members_are_exported_with_their_filters(cast: Cast, client_of) -> None:
    actions.add_to_groupe(
        by=cast.acteur("bruet"),
        groupe=cast.groupe("AFAS-DEC"),
        rattachement=cast.rattachement("guy"),
        opens_on=today(),
        closes_on=None,
    )

    rows = _csv(client_of("bruet").get(_list(cast, "membres", query="?nom=robine")))

    assert rows == [
        ["Identifiant", "Nom", "Prénom", "Date d'ouverture", "Date de clôture", "Statut"],
        ["ENF01302XB", "Robine", "Olivia", f"{today():%d/%m/%Y}", "", "Ouvert"],
    ]


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_noted_in_the_journal(cast: Cast, client_of, name: str) -> None:
    told_of = sentences_of(lambda: client_of("marchand").get(_list(cast, name)))

    what = {"journal": "le journal", "membres": "les membres du groupe AFAS-DECLARER"}.get(name, f"la liste des {name}")
    assert re.fullmatch(rf"Marc Marchand a exporté {what} \(lignes : \d+\)\.", told_of[-1])


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize(("extension", "status"), [("csv", 403), ("ods", 404)])
def test_an_export_refused_is_not_noted_as_made(
    cast: Cast, client_of, settings, name: str, extension: str, status: int
) -> None:
    settings.PORTAIL = settings.PORTAIL | {"EXPORT_ROWS": 0}
    client = client_of("marchand")

    assert client.get(_list(cast, name, extension)).status_code == status

    assert not JournalEntry.objects.filter(kind="habilitations.list.exported").exists()


def test_an_xlsx_export_is_read_without_arranging_it(cast: Cast, client_of) -> None:
    book = load_workbook(io.BytesIO(client_of("bruet").get(_list(cast, "utilisateurs", "xlsx")).content))

    sheet = book.active
    bold = [[cell.font.bold for cell in row] for row in sheet.iter_rows()]
    widths = {letter: sheet.column_dimensions[letter].width for letter in "BDF"}
    assert (bold[0], any(map(any, bold[1:]))) == ([True] * 8, False)
    assert sheet.freeze_panes == "A2"
    assert widths == {"B": 9, "D": len("bollie@example.fr") + 3, "F": len("Date d'ouverture") + 3}
    assert (sheet["F2"].value.date(), sheet["F2"].number_format) == (cast.rattachement("bollie").opens_on, "dd/mm/yyyy")
    assert sheet["A2"].data_type == "s"
    book.close()


def test_a_very_long_cell_does_not_widen_its_column_without_end(cast: Cast, client_of) -> None:
    Groupe.objects.filter(pk=cast.groupes["GUICHET"].pk).update(libelle="G" * 80)

    book = load_workbook(io.BytesIO(client_of("bruet").get(_list(cast, "groupes", "xlsx")).content))

    assert book.active.column_dimensions["B"].width == 60
    book.close()


def test_an_export_of_a_responsable_holds_his_people_only(cast: Cast, client_of) -> None:
    rows = _csv(_exported(cast, client_of("garban"), "csv"))

    assert [row[1] for row in rows[1:]] == ["Double", "Garban", "Rocu"]


def test_the_page_links_to_the_export_with_its_filters(cast: Cast, client_of) -> None:
    url = _address(cast, "/conventions/{farandole}/utilisateurs/")

    page = client_of("bruet").get(url + "?nom=robine&statut=ouvert").content.decode()

    assert f'href="{url}export/csv/?nom=robine&amp;statut=ouvert"' in page


@pytest.mark.parametrize("name", EXPORTS)
def test_every_list_links_to_its_exports(cast: Cast, client_of, name: str) -> None:
    csv_url, xlsx_url = (_list(cast, name, extension) for extension in ("csv", "xlsx"))

    page = client_of("marchand").get(csv_url.partition("export/")[0]).content.decode()

    assert f'href="{csv_url}"' in page
    assert f'href="{xlsx_url}"' in page


# Pages


def test_the_title_of_a_page_beyond_the_first_says_which(cast: Cast, client_of) -> None:
    _people(cast, 26)
    url, client = _address(cast, "/conventions/{voisine}/utilisateurs/"), client_of("voisin")
    newest = JournalEntry.objects.latest("pk").pk

    titles = [
        re.search(r"<title>(.*?)</title>", client.get(page).content.decode()).group(1)
        for page in (url, f"{url}?page=2", _address(cast, f"/conventions/{{voisine}}/historique/?page=avant-{newest}"))
    ]

    assert titles == [
        "Liste des utilisateurs – Convention Voisine – Mon Compte Partenaire",
        "Liste des utilisateurs – Convention Voisine – page 2 sur 2 – Mon Compte Partenaire",
        "Historique de la convention – Convention Voisine – plus anciens – Mon Compte Partenaire",
    ]


def test_an_unknown_format_does_not_exist(cast: Cast, client_of) -> None:
    assert _exported(cast, client_of("bruet"), "ods").status_code == 404


def test_a_list_too_long_is_not_exported(cast: Cast, client_of, settings) -> None:
    settings.PORTAIL = settings.PORTAIL | {"EXPORT_ROWS": 3}

    response = _exported(cast, client_of("bruet"), "csv")

    assert response.status_code == 403
    assert "Cette liste dépasse 3 lignes : filtrez-la avant de l'exporter." in response.content.decode().replace(
        "&#x27;", "'"
    )


@pytest.mark.parametrize(("who", "is_offered"), [("bruet", True), ("marchand", True), ("gestin", False)])
def test_a_list_offers_no_act_that_is_always_refused(cast: Cast, client_of, who: str, *, is_offered: bool) -> None:
    convention, robine = cast.conventions["farandole"].pk, cast.rattachements["robine"].pk
    client = client_of(who)

    groupes = client.get(f"/conventions/{convention}/groupes/").content.decode()
    person = client.get(f"/conventions/{convention}/utilisateurs/{robine}/appartenances/").content.decode()

    assert ("/modifier/" in groupes, "/modifier/" in person) == (is_offered, is_offered)
    assert "/membres/" in groupes
