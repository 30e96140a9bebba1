"""The fiches: every one is right, is reached, and shows pictures that exist."""

import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from portail.aide import definitions
from portail.aide.calculs import found
from portail.aide.definitions import PUBLICS, SITE, Fiche, WrongFicheError, fiches
from portail.aide.queries import publics_of
from portail.habilitations.roles import SERVICES, role
from tests.cast import Cast

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "portail" / "aide" / "static" / "aide"
MOST_BYTES = 1_500_000


def images() -> set[str]:
    return {etape.image for fiche in fiches().values() for etape in fiche.etapes if etape.image}


def test_a_fiche_is_of_a_service_and_for_profiles_that_exist() -> None:
    held = {each.code for service in SERVICES.values() for each in service.roles}

    for fiche in fiches().values():
        assert fiche.service in {SITE, *SERVICES}, fiche.code
        assert set(fiche.publics) <= held | set(PUBLICS), fiche.code
        assert fiche.publics, fiche.code
        assert len(fiche.etapes) >= 3, fiche.code


def test_every_profile_of_the_service_has_its_fiches() -> None:
    told = {public for fiche in fiches().values() if fiche.service == "cdap" for public in fiche.publics}

    assert {each.code for each in SERVICES["cdap"].roles} <= told
    assert {"partenaire.administrateur", "caf.administrateur", "caf.auditeur"} <= told


def test_every_picture_named_is_there_and_every_one_there_is_named() -> None:
    kept = {path.stem: path for path in PICTURES.glob("*.webp")}

    assert set(kept) == images()
    assert all(path.read_bytes()[8:12] == b"WEBP" for path in kept.values())
    assert sum(path.stat().st_size for path in kept.values()) < MOST_BYTES


def test_make_captures_takes_every_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import captures_aide  # noqa: PLC0415 -- of the tools, which are no package

    assert images() == captures_aide.PICTURES
    sys.modules.pop("captures_aide")


def test_an_alternative_text_says_what_is_seen() -> None:
    told = [etape.alt for fiche in fiches().values() for etape in fiche.etapes if etape.image]

    assert [alt for alt in told if not 40 < len(alt) < 200 or not alt.endswith(".")] == []


def _links() -> Iterator[str]:
    for path in ROOT.glob("portail/*/templates/**/*.html"):
        yield from re.findall(r'ui/components/aide\.html" with fiche="([\w-]+)"', path.read_text("utf-8"))


def test_the_pages_lead_to_fiches_that_exist() -> None:
    assert set(_links()) <= set(fiches())
    assert {"demander-un-dossier", "lire-les-onglets", "profils-et-ce-qu-ils-ouvrent"} <= set(_links())


WRONG = [
    ("titre = 3", "Expected `str`"),
    ('code = "autre"', "le fichier doit porter ce nom"),
    ('tache = "Dormir"', "n'est pas dans la liste"),
    ('etapes = [{ title = "Un", image = "une" }]', "une image va avec son texte de remplacement"),
    ('couleur = "vert"', "unknown field"),
    ('voir = ["nulle-part"]', "renvoie à « nulle-part »"),
    ("ceci n'est pas du TOML", "essai.toml"),
]


@pytest.mark.parametrize(("line", "sentence"), WRONG)
def test_a_wrong_fiche_stops_the_start_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, sentence: str
) -> None:
    right = {
        "code": '"essai"',
        "titre": '"Essai"',
        "resume": '"Essai."',
        "service": '"cdap"',
        "tache": '"Consulter"',
        "publics": '["tous"]',
        "revue_le": "2026-11-21",
        "etapes": "[]",
    }
    name = line.partition(" = ")[0]
    written = "\n".join(f"{key} = {value}" for key, value in right.items() if key != name)
    (tmp_path / "essai.toml").write_text(f"{written}\n{line}\n")
    monkeypatch.setattr(definitions, "FOLDER", tmp_path)

    with pytest.raises(WrongFicheError, match=sentence):
        fiches.__wrapped__()


# Words


def first(asked: str) -> str:
    answers = found(fiches().values(), asked)
    return answers[0].code if answers else ""


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("numéros refusés", "pourquoi-un-numero-est-refuse"),
        ("NUMERO REFUSE", "pourquoi-un-numero-est-refuse"),
        ("refus numer", "pourquoi-un-numero-est-refuse"),
        ("qui a consulté", "ce-qui-est-trace"),
        ("mot de passe oublié", "premiere-connexion"),
        ("attestation QF", "attestation"),
        ("travailleur social diplôme", "profils-et-ce-qu-ils-ouvrent"),
        ("seuils", "supervision-metier"),
        ("quatre yeux", "matrice-des-profils"),
        ("locomotive", ""),
        ("dossier locomotive", ""),
    ],
)
def test_words_find_the_fiche_that_answers(asked: str, code: str) -> None:
    assert first(asked) == code


def test_small_words_and_nothing_find_everything_in_its_order() -> None:
    assert found(fiches().values(), "") == found(fiches().values(), "de la") == list(fiches().values())


# Pages


@pytest.mark.django_db
def test_every_fiche_is_reached_from_the_list_and_shown_whole(cast: Cast, client_of: Any) -> None:
    client = client_of("garban")
    listed = unescape(client.get(reverse("aide:fiche_list")).content.decode())

    for fiche in fiches().values():
        url = reverse("aide:fiche_view", args=[fiche.code])
        assert f'<a href="{url}">{fiche.titre}</a>' in listed
        _is_whole(fiche, unescape(client.get(url).content.decode()))


def _is_whole(fiche: Fiche, page: str) -> None:
    for number, etape in enumerate(fiche.etapes, 1):
        assert f"{number}. {etape.title}</h2>" in page
        assert all(text in page for text in (*etape.paragraphs, *etape.points))
        assert not etape.image or f'aide/{etape.image}.webp" alt="{etape.alt}"' in page
    assert f"{fiche.revue_le:%d/%m/%Y}" in page
    assert all((PUBLICS.get(code) or role(code).libelle) in page for code in fiche.publics)
    assert all(reverse("aide:fiche_view", args=[code]) in page for code in fiche.voir)


@pytest.mark.django_db
def test_the_list_is_searched_and_filtered(cast: Cast, client_of: Any) -> None:
    client = client_of("marchand")

    def listed(**asked: str) -> list[str]:
        page = client.get(reverse("aide:fiche_list"), asked).content.decode()
        return re.findall(r'<li><a href="/aide/([\w-]+)/">', page)

    assert listed(mots="numéro refusé")[0] == "pourquoi-un-numero-est-refuse"
    assert set(listed(service="portail")) == {"premiere-connexion", "signaler-un-incident"}
    assert "oppositions" in listed(public="moi")
    assert "demander-un-dossier" not in listed(public="moi")
    assert "attestation" in listed(public="cdap.t18")
    assert "chercher-par-nom" not in listed(public="cdap.t18")
    assert listed(service="inconnu") == listed()
    assert "Aucune fiche ne répond" in unescape(
        client.get(reverse("aide:fiche_list"), {"mots": "locomotive"}).content.decode()
    )


@pytest.mark.django_db
def test_a_fiche_that_does_not_exist_is_not_found(cast: Cast, client_of: Any) -> None:
    assert client_of("garban").get("/aide/nulle-part/").status_code == 404


@pytest.mark.django_db
def test_who_one_is_in_the_words_of_the_fiches(cast: Cast) -> None:
    assert publics_of(cast.acteur("auditeau")) == {"tous", "caf.auditeur"}
    assert "partenaire.administrateur" in publics_of(cast.acteur("bruet"))
    assert {"tous", "cdap.t5"} <= publics_of(cast.acteur("double"))


@pytest.mark.django_db
def test_the_list_reads_nothing_of_its_own_from_the_base(
    cast: Cast, client_of: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_of("garban")
    client.get(reverse("aide:fiche_list"))

    with django_assert_max_num_queries(12) as all_of_them:
        client.get(reverse("aide:fiche_list"))
    with django_assert_max_num_queries(len(all_of_them)):
        client.get(reverse("aide:fiche_list"), {"mots": "attestation"})


def test_a_list_is_in_the_order_of_the_work_then_of_the_titles() -> None:
    codes = list(fiches())

    assert codes.index("demander-un-dossier") < codes.index("chercher-par-nom") < codes.index("lire-les-onglets")
    assert codes.index("dialogue") < codes.index("attestation") < codes.index("consultation-signalee")
