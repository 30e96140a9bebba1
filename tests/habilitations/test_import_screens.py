"""The screens of an import: the file read, what is told of it, its progress, its result."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from portail.comptes.models import Utilisateur
from portail.habilitations.actions import imports
from portail.habilitations.models import ImportUtilisateurs, LigneImport
from tests.cast import Cast
from tests.habilitations.facts import in_days, today
from tests.habilitations.test_imports import given, nora

HEADER = "Identifiant;Nom;Prénom;Adresse mail;Téléphone;Poste;Date d'ouverture;Date de clôture;Groupes\n"


def sent(client: Any, cast: Cast, content: bytes, name: str = "equipe.csv") -> Any:
    url = f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/imports/nouveau/"
    return client.post(url, {"fichier": SimpleUploadedFile(name, content)})


def xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_a_csv_is_read_whatever_the_spreadsheet_made_of_it(
    cast: Cast, client_of: Any, encoding: str, separator: str
) -> None:
    rows = f"{HEADER};Émery;Zoé;zoe@example.fr;04 91 00 00 00;Sédentaire;{today():%d/%m/%Y};;GUICHET | AFAS-DEC\n"

    response = sent(client_of("bruet"), cast, rows.replace(";", separator).encode(encoding))

    assert response.status_code == 302
    [line] = LigneImport.objects.all()
    assert line.mistakes == []
    assert line.values == {
        **{"identifiant": "", "nom": "Émery", "prenom": "Zoé", "courriel": "zoe@example.fr", "closes_on": ""},
        **{"telephone": "0491000000", "poste": "sedentaire", "opens_on": today().isoformat()},
        "groupes": ["GUICHET", "AFAS-DEC"],
    }


def test_an_xlsx_is_read(cast: Cast, client_of: Any) -> None:
    content = xlsx(
        ["Nom", "prenom *", "ADRESSE MAIL", "Date de clôture"], ["Émery", "Zoé", "zoe@example.fr", in_days(9)]
    )

    sent(client_of("bruet"), cast, content, "equipe.xlsx")

    assert LigneImport.objects.get().values["closes_on"] == in_days(9).isoformat()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Ce fichier est vide."),
        (HEADER.encode(), "Ce fichier ne contient aucune ligne"),
        (b"%PDF-1.7 ...", "celui-ci est d&#x27;un autre type"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 20, "l&#x27;ancien format Excel (.xls)"),
        (b"PK\x03\x04" + b"x" * 200, "Ce fichier ne peut \u00eatre lu"),
        (b"Nom;Taille\nA;B\n", "Colonnes inconnues : « Taille »."),
        (b"Nom;Nom;Adresse mail\nA;B;c@example.fr\n", "Colonnes en double : Nom."),
        (b'Nom;Adresse mail\n"A;b@example.fr\n', "un guillemet n&#x27;est pas referm\u00e9"),
        (("Adresse mail\n" + "a@example.fr\n" * 5001).encode(), "dépasse 5000 lignes"),
        (b"x" * 5_000_001, "dépasse 5 Mo"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(cast: Cast, client_of: Any, content: bytes, sentence: str) -> None:
    response = sent(client_of("bruet"), cast, content)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not ImportUtilisateurs.objects.exists()


def _archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"xl/workbook.xml": b"<x/>", **parts}.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (_archive(bomb=b"0" * 51_000_000), "trop volumineux une fois décompressé"),
        (_archive(**{"xl/vbaProject.bin": b"x"}), "contient des macros"),
        (
            _archive(**{"xl/sharedStrings.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'}),
            "ne peut être lu",
        ),
        (_archive(**{"../x": b"x"}), "ne peut être lu"),
    ],
    ids=["bomb", "macros", "entities", "broken"],
)
def test_a_dangerous_spreadsheet_is_not_opened(cast: Cast, client_of: Any, content: bytes, sentence: str) -> None:
    response = sent(client_of("bruet"), cast, content, "equipe.xlsx")

    assert (response.status_code, sentence in response.content.decode()) == (422, True)


def test_a_formula_is_not_worked_out(cast: Cast, client_of: Any) -> None:
    sent(client_of("bruet"), cast, xlsx(["Nom", "Adresse mail"], ["=1+1", "zoe@example.fr"]), "equipe.xlsx")

    assert LigneImport.objects.get().values["nom"] == ""


def test_three_kinds_of_mistakes_are_told_then_confirmed_from_the_screen(cast: Cast, client_of: Any) -> None:
    client = client_of("bruet")
    rows = (
        ";Neuf;Nora;nora@example.fr;;;;;GUICHET\n"
        ";Faux;Paul;paul;12;;31/02/2026;;\n"
        ";Neuf;Nora;NORA@example.fr;;;;;\n"
        ";Perdu;Luc;luc@example.fr;;;;;AILLEURS\n"
    )
    page = sent(client, cast, (HEADER + rows).encode())["Location"]
    assert "Vérification des lignes" in client.get(page).content.decode()
    imports.carry_on(ImportUtilisateurs.objects.get().pk)

    shown = client.get(page).content.decode()

    for sentence in (
        "Adresse mail : Saisissez une adresse mail complète, par exemple prenom.nom@example.fr.",
        "Téléphone : Saisissez un numéro de téléphone, par exemple 04 91 00 00 00.",
        "Date d&#x27;ouverture : Le 31/02/2026 n&#x27;existe pas : vérifiez le jour et le mois.",
        "Cette adresse mail figure déjà à la ligne 2.",
        "Aucun groupe ouvert de la convention n&#x27;a le code « AILLEURS ».",
        "Rien n'est encore enregistré.",
    ):
        assert sentence in shown
    assert "Luc" not in client.get(f"{page}?verdict=cree").content.decode().partition("<tbody>")[2]

    assert client.post(f"{page}confirmer/", {"edition": "2"}).status_code == 302
    imports.carry_on(ImportUtilisateurs.objects.get().pk)
    assert Utilisateur.objects.filter(courriel__in=["nora@example.fr", "luc@example.fr"]).count() == 1


def test_the_progress_alone_is_asked_again_then_the_page(cast: Cast, client_of: Any) -> None:
    client = client_of("bruet")
    page = sent(client, cast, (HEADER + ";Neuf;Nora;nora@example.fr;;;;;\n").encode())["Location"]

    at_work = client.get(page, headers={"HX-Request": "true"})
    imports.carry_on(ImportUtilisateurs.objects.get().pk)
    done = client.get(page, headers={"HX-Request": "true"})

    assert "<progress" in at_work.content.decode()
    assert "<html" not in at_work.content.decode()
    assert "HX-Refresh" not in at_work
    assert done["HX-Refresh"] == "true"


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_template_and_the_result_are_given_back_as_they_are(cast: Cast, client_of: Any, extension: str) -> None:
    client = client_of("bruet")
    base = f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/imports/"
    template = client.get(f"{base}modele/{extension}/").content
    page = sent(client, cast, template, f"modele.{extension}")["Location"]
    imports.carry_on(ImportUtilisateurs.objects.get().pk)
    ImportUtilisateurs.objects.update(etat="abandonne")

    result = client.get(f"{page}resultat/{extension}/")

    assert sent(client, cast, result.content, f"resultat.{extension}").status_code == 302
    first, second = LigneImport.objects.order_by("pk")
    assert second.values == first.values
    assert "Martin" in str(first.values)


def test_no_cell_of_the_result_is_a_formula(cast: Cast, client_of: Any) -> None:
    client = client_of("bruet")
    page = sent(client, cast, (HEADER + ";=1+1;@SUM(A1);nora@example.fr;;;;;+A1\n").encode())["Location"]
    imports.carry_on(ImportUtilisateurs.objects.get().pk)

    book = load_workbook(io.BytesIO(client.get(f"{page}resultat/xlsx/").content))

    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert "'=1+1" in [cell.value for cell in cells]


def test_a_page_of_lines_costs_the_same_queries_for_one_and_for_twenty(
    cast: Cast, client_of: Any, django_assert_num_queries: Any
) -> None:
    client = client_of("bruet")
    people = [nora(courriel=f"p{n}@example.fr") for n in range(20)]
    work = given(cast, *people)
    url = f"/conventions/{work.convention_id}/utilisateurs/imports/{work.pk}/"
    client.get(url)
    with django_assert_num_queries(8):
        client.get(url)
    work.lignes.filter(rang__gt=2).delete()

    with django_assert_num_queries(8):
        client.get(url)
