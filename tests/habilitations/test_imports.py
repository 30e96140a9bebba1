"""The life of an import: vérification, confirmation, application, annulation; whole or not at all."""

import io
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from portail.comptes.models import Utilisateur
from portail.conventions.models import Rattachement
from portail.courriels.models import Courriel
from portail.habilitations import tasks
from portail.habilitations.actions import imports
from portail.habilitations.actions.repetition import Line
from portail.habilitations.models import Appartenance, ImportUtilisateurs, LigneImport
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.cast import Cast, build_cast
from tests.habilitations.facts import in_days, may_use, sentences_of, today

HEADER = "Identifiant;Nom;Prénom;Adresse mail;Téléphone;Poste;Date d'ouverture;Date de clôture;Groupes\n"


def given(cast: Cast, *lines: dict[str, Any], by: str = "bruet") -> ImportUtilisateurs:
    """An import already rehearsed by the worker."""
    work = imports.start_import(
        by=cast.acteur(by),
        convention=cast.conventions["farandole"],
        file_name="equipe.csv",
        digest="0" * 64,
        lines=[Line(rang, values) for rang, values in enumerate(lines, 2)],
    )
    tasks.carry_on_import(work.pk)
    work.refresh_from_db()
    return work


def confirmed(cast: Cast, work: ImportUtilisateurs) -> ImportUtilisateurs:
    imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition)
    tasks.carry_on_import(work.pk)
    work.refresh_from_db()
    return work


def undone(cast: Cast, work: ImportUtilisateurs) -> ImportUtilisateurs:
    imports.undo_import(by=cast.acteur("bruet"), work=work)
    tasks.carry_on_import(work.pk)
    work.refresh_from_db()
    return work


def nora(**other: Any) -> dict[str, Any]:
    return {"nom": "Neuf", "prenom": "Nora", "courriel": "nora@example.fr", "groupes": ["GUICHET"]} | other


GUY = {"courriel": "guy@example.fr", "telephone": "0491000000", "groupes": ["AFAS-DEC"]}


def verdicts(work: ImportUtilisateurs) -> list[str]:
    return list(work.lignes.order_by("rang").values_list("verdict", flat=True))


def test_an_import_is_rehearsed_then_applied_as_shown_and_journalled(cast: Cast) -> None:
    work = given(cast, nora(), GUY, nora(courriel="perdu"), {"courriel": "robine@example.fr"})
    assert (work.etat, verdicts(work)) == ("a_confirmer", ["cree", "modifie", "cree", "inchange"])
    assert not Utilisateur.objects.filter(courriel="nora@example.fr").exists()

    told = sentences_of(lambda: confirmed(cast, work))

    work.refresh_from_db()
    assert (work.etat, verdicts(work)) == ("applique", ["cree", "modifie", "cree", "inchange"])
    assert told[-1] == "Stéphane Bruet a importé « equipe.csv » : 2 créés, 1 modifié, 1 inchangé."
    cast.people["nora"] = Utilisateur.objects.get(courriel="nora@example.fr")
    assert may_use(cast, "nora", "cdap.t5")
    assert may_use(cast, "guy", "afas.declarer")
    assert Courriel.objects.filter(to="nora@example.fr").count() == 2
    rehearsed = JournalEntry.objects.get(kind="habilitations.import.rehearsed")
    assert rehearsed.facts["bilan"] == "2 créés, 1 modifié, 1 inchangé"


def test_a_base_that_moved_is_refused_with_the_lines_and_rehearsed_anew(cast: Cast) -> None:
    work = given(cast, nora(), GUY)
    Utilisateur.objects.filter(pk=cast.people["guy"].pk).update(telephone="0600000000")

    confirmed(cast, work)

    assert work.etat == "a_confirmer"
    assert work.sentence.startswith("La situation a changé depuis la vérification (ligne 3) : rien n'a été enregistré.")
    assert not Utilisateur.objects.filter(courriel="nora@example.fr").exists()
    assert work.lignes.get(rang=3).reasons[0] == "Téléphone : 0600000000 → 0491000000"
    assert confirmed(cast, work).etat == "applique"


def test_a_rehearsal_made_anew_is_not_confirmed_unread(cast: Cast) -> None:
    work = given(cast, nora())

    with pytest.raises(Refused, match="relisez-la avant de confirmer"):
        imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition - 1)


def test_one_import_at_a_time(cast: Cast) -> None:
    given(cast, nora())

    with pytest.raises(Refused, match="Un autre import est en cours"):
        given(cast, nora())


def test_one_confirms_once_and_a_job_played_twice_does_one_thing(cast: Cast) -> None:
    work = confirmed(cast, given(cast, nora()))

    with pytest.raises(Refused, match="n'attend plus de confirmation"):
        imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition)
    tasks.carry_on_import(work.pk)
    tasks.carry_on_imports(0)

    assert Utilisateur.objects.filter(courriel="nora@example.fr").count() == 1


def test_a_worker_killed_leaves_nothing_and_another_carries_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    work = given(cast, nora())
    imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition)

    def killed(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(imports, "_keep", killed)
        with pytest.raises(KeyboardInterrupt):
            imports.carry_on(work.pk)
    assert not Utilisateur.objects.filter(courriel="nora@example.fr").exists()

    tasks.carry_on_imports(0)

    work.refresh_from_db()
    assert work.etat == "applique"


def test_what_breaks_is_said_and_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    work = given(cast, nora())
    imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition)
    monkeypatch.setattr(imports, "_keep", lambda *args: 1 / 0)

    imports.carry_on(work.pk)

    work.refresh_from_db()
    assert (work.etat, work.sentence.split(" :")[0]) == ("echec", "L'import n'a pas pu aboutir")
    assert not Utilisateur.objects.filter(courriel="nora@example.fr").exists()


def test_who_no_longer_administers_has_nothing_applied(cast: Cast) -> None:
    work = given(cast, nora())
    imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition)
    administers = cast.rattachements["bruet"].administrations.get()
    administers.closes_on = in_days(-1)
    administers.save()

    imports.carry_on(work.pk)

    work.refresh_from_db()
    assert work.etat == "echec"
    assert "n'administre plus la convention" in work.sentence


def test_an_import_is_undone_while_nothing_used_it(cast: Cast) -> None:
    work = confirmed(cast, given(cast, nora(), GUY))

    told = sentences_of(lambda: undone(cast, work))

    work.refresh_from_db()
    assert work.etat == "annule"
    assert told[-1] == "Stéphane Bruet a annulé l'import « equipe.csv »."
    created = Rattachement.objects.get(utilisateur__courriel="nora@example.fr")
    assert created.statut(today()) != "ouvert"
    assert not may_use(cast, "guy", "afas.declarer")
    cast.people["guy"].refresh_from_db()
    assert cast.people["guy"].telephone == ""


def test_what_was_used_prevents_the_undoing_of_everything(cast: Cast) -> None:
    work = confirmed(cast, given(cast, nora(), GUY))
    Utilisateur.objects.filter(courriel="nora@example.fr").update(last_login=timezone.now())
    Utilisateur.objects.filter(pk=cast.people["guy"].pk).update(telephone="0600000000")

    undone(cast, work)

    assert work.etat == "applique"
    assert "Ligne 2 : Nora Neuf s'est déjà connecté" in work.sentence
    assert "Ligne 3 : La fiche de Valérie Guy a été modifiée depuis" in work.sentence
    assert may_use(cast, "guy", "afas.declarer")


def test_old_lines_are_forgotten_and_what_nobody_confirmed_is_dropped(cast: Cast) -> None:
    work = given(cast, nora())
    ImportUtilisateurs.objects.update(asked_at=timezone.now() - timedelta(days=31))

    tasks.purge_imports(0)

    work.refresh_from_db()
    assert (work.etat, work.purged_at is not None) == ("abandonne", True)
    assert not LigneImport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_confirms_one_wins() -> None:
    cast = build_cast()
    work = given(cast, nora())
    acteurs = [cast.acteur("bruet"), cast.acteur("marchand")] * 4
    barrier, answers = threading.Barrier(len(acteurs)), []

    def confirm(acteur: Any) -> None:
        try:
            barrier.wait()
            imports.confirm_import(by=acteur, work=work, edition=work.edition)
            imports.carry_on(work.pk)
            answers.append("fait")
        except Refused:
            answers.append("refusé")
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=(acteur,)) for acteur in acteurs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["fait"] + ["refusé"] * (len(acteurs) - 1)
    assert Appartenance.objects.filter(rattachement__utilisateur__courriel="nora@example.fr").count() == 1


# the screens


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
        "Date d&#x27;ouverture : Saisissez une date au format jj/mm/aaaa, par exemple 31/12/2026.",
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
    with django_assert_num_queries(10):
        client.get(url)
    work.lignes.filter(rang__gt=2).delete()

    with django_assert_num_queries(10):
        client.get(url)
