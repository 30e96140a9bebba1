"""What a person may be called."""

import pytest
from django.core.exceptions import ValidationError

from portail.comptes.forms import NomField


@pytest.mark.parametrize(
    "nom",
    [
        "Robine",
        "D'Étournel",
        "D’Étournel",
        "Jean-Noël",
        "J. R.",
        "De la Cour",
        "Ngũgĩ",
        "Łukasz",
        "王",
        "हिन्दी",
        "O'Neil",
    ],
)
def test_a_name_is_made_of_letters_of_any_script(nom):
    assert NomField().clean(nom) == nom


@pytest.mark.parametrize("nom", ["!!! 12345", "<script>alert(1)</script>", "Robine2", "-", "'", "a@b", "Ro;bine"])
def test_nothing_else_is_a_name(nom):
    with pytest.raises(ValidationError, match="Écrivez ce nom en lettres"):
        NomField().clean(nom)


def test_a_name_may_be_left_out_where_it_is_not_asked():
    assert NomField(required=False).clean("") == ""
