"""Which passwords are good enough (domain.md §4.2)."""

import gzip
import unicodedata
from pathlib import Path

import pytest
from django.contrib.auth import password_validation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portail.comptes.models import Utilisateur
from portail.comptes.rules import refuse_password

BRUET = Utilisateur(identifiant="ENF01302SM", nom="Bruet", prenom="Stéphane", courriel="s.bruet@example.fr")
AGENT = Utilisateur(identifiant="CAF00132AA", nom="Marchand", prenom="Marc", courriel="m@example.fr", is_agent=True)
OWN_WORDS = (
    "bruet",
    "stephane",
    "enf01302sm",
    "s.bruet",
    "caf",
    "partenaire",
    "password",
    "azerty",
    "qwerty",
    "bonjour",
)
SETTINGS = settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def common() -> frozenset[str]:
    path = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    return frozenset(gzip.decompress(path.read_bytes()).decode().split("\n"))


COMMON = common()


def has_the_shape(password: str, minimum: int) -> bool:
    """The rule as domain.md says it, written apart: length, then four classes or twenty characters."""
    if not minimum <= len(password) <= 256:
        return False
    kinds = set()
    for c in password:
        category = unicodedata.category(c)
        if category in ("Ll", "Lu"):
            kinds.add(category)
        elif c.isascii() and c.isdigit():
            kinds.add("digit")
        elif not category.startswith("L") and not c.isspace():
            kinds.add("special")
    return len(password) >= 20 or len(kinds) == 4


typed = st.text(st.sampled_from("aéÉZœßŒ79!*?€ 字ñ\U0001f41d\u0301×÷-_"), max_size=30) | st.text(max_size=40)


@SETTINGS
@given(typed)
@example("Ab1*" + "é" * 4)
@example("ABCDEF1ß")
def test_shape_refused_exactly_as_the_reference_says(password):
    refusal = refuse_password(password, BRUET)

    if not has_the_shape(password, minimum=8):
        assert refusal is not None
    elif refusal is not None:  # the shape is right: something else was guessable
        assert "devinerait" in refusal or "trop courant" in refusal or "trop peu de caractères" in refusal


@SETTINGS
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=20, max_size=256))
def test_a_passphrase_needs_no_classes(password):
    refusal = refuse_password(password, BRUET)

    assert refusal is None or "Il manque" not in refusal


@pytest.mark.parametrize("length", [64, 128, 256])
def test_long_passwords_are_accepted(length):
    assert refuse_password(("Ruche*Violette7-" * 16)[:length], BRUET) is None


def test_257_characters_are_refused_not_cut():
    assert refuse_password("Ruche*Violette7-" * 16 + "x", BRUET) == (
        "Le mot de passe doit compter au plus 256 caractères."
    )


def test_seven_characters_are_too_few():
    assert refuse_password("Ru*he77", BRUET) == "Le mot de passe doit compter au moins 8 caractères."


def test_an_agent_needs_twelve_characters():
    assert refuse_password("Ru*che77xyz", AGENT) == "Le mot de passe doit compter au moins 12 caractères."
    assert refuse_password("Ru*che77xyzt", AGENT) is None


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("RUCHE*77", "une minuscule"),
        ("ruche*77", "une majuscule"),
        ("Ruche*xy", "un chiffre"),
        ("Ruche777", "un caractère spécial"),
        ("ruche777", "une majuscule, un caractère spécial"),
        ("Ruche 77", "un caractère spécial"),
    ],
)
def test_a_missing_class_is_named(password, missing):
    assert refuse_password(password, BRUET) == (
        f"Il manque à ce mot de passe : {missing}. Ou choisissez une phrase de 20 caractères."
    )


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Bruet+2026!", "Bruet"),
        ("St3ph@ne!26", "Stéphane"),
        ("Enf01302sm!", "ENF01302SM"),
        ("Caf13!2026", "caf"),
        ("P4rtenaire!9", "partenaire"),
        ("Azerty!2026", "azerty"),
        ("MotDePasse!1", "motdepasse"),
    ],
)
def test_words_of_the_person_and_of_the_place_are_refused(password, word):
    assert refuse_password(password, BRUET) == (
        f"Ce mot de passe contient « {word} », qu'on devinerait : choisissez autre chose."
    )


def test_the_organisation_is_refused_word_by_word():
    assert refuse_password("Farandole!26", BRUET, words=["Association La Farandole"]) == (
        "Ce mot de passe contient « Farandole », qu'on devinerait : choisissez autre chose."
    )


def test_an_own_word_lost_in_a_long_password_is_accepted():
    assert refuse_password("Bruet mange 3 crêpes !", BRUET) is None


@pytest.mark.parametrize(
    "password", ["Soleil2026!", "Dragon*1987", "Monkey123!", "Chocolat!1", "Iloveyou2!", "Tr0ub4dor&3*"]
)
def test_common_words_dressed_up_are_refused_unless_rare(password):
    refusal = refuse_password(password, BRUET)

    if password.lower().strip("0123456789!*&") in COMMON:
        assert refusal == "Ce mot de passe est trop courant : il figure parmi ceux que les pirates essaient d'abord."


def test_every_common_password_that_fits_is_refused():
    dressed = [f"{word.capitalize()}{tail}" for word in sorted(COMMON) if len(word) >= 4 for tail in ("1!", "2026*")]

    accepted = [password for password in dressed if refuse_password(password, BRUET) is None]

    assert len(dressed) > 30_000
    assert accepted == []


def test_too_few_different_characters_are_refused():
    assert refuse_password("aA1*aA1*aA1*", BRUET) == "Ce mot de passe répète trop peu de caractères différents."
