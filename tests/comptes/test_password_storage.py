"""How passwords are kept, compared and changed (security.md A1-A3)."""

import re
import unicodedata

import pytest
from django.contrib.auth.hashers import make_password
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portail.comptes.actions import sign_in as sign_in_action
from portail.comptes.adapters import Argon2id
from portail.comptes.models import Session, SignInLane, Utilisateur
from portail.ui.rules import Refused
from tests.cast import PASSWORD
from tests.client import PortailClient
from tests.comptes.conftest import make_due, run_jobs

CHANGED = "Votre mot de passe a été changé"
TOO_COMMON = "Ce mot de passe est trop courant : il figure parmi ceux que les pirates essaient d&#x27;abord."
GUESSABLE = ["Soleil2026!", "Dragon*1987!", "Iloveyou2!!!", "Monkey1234*!"]


def enters(identifiant: str, password: str) -> bool:
    SignInLane.objects.all().delete()
    try:
        sign_in_action(identifiant=identifiant, password=password, address="192.0.2.1", known_device="")
    except Refused:
        return False
    return True


def choose(client, password: str):
    return client.post("/mot-de-passe/", {"password": password, "confirmation": password})


def change(client, password: str):
    data = {"current": PASSWORD, "password": password, "confirmation": password}
    return client.post("/mon-profil/mot-de-passe/", data)


def test_hashes_are_argon2id_with_a_salt_of_their_own(cast):
    stored = list(Utilisateur.objects.exclude(password__startswith="!").values_list("password", flat=True))
    again = make_password(PASSWORD)

    assert stored
    for encoded in [*stored, again]:
        assert re.match(r"^argon2\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[\w+/]{22,}\$[\w+/]{43}$", encoded)
    assert again not in stored


def test_a_password_is_hashed_anew_at_sign_in_when_the_costs_rise(cast, anonymous, sign_in, monkeypatch):
    before = Utilisateur.objects.get(identifiant="ENF01302SM").password
    monkeypatch.setattr(Argon2id, "time_cost", 3)

    response = sign_in(anonymous, "ENF01302SM")

    after = Utilisateur.objects.get(identifiant="ENF01302SM").password
    assert response.status_code == 302
    assert "t=3" not in before
    assert "t=3" in after
    assert anonymous.get("/").status_code == 200  # the session holds the new hash


def test_confirming_a_password_does_not_hash_it_anew_and_keeps_the_session(cast, client_of, monkeypatch):
    client = client_of("bruet")
    before = Utilisateur.objects.get(identifiant="ENF01302SM").password
    monkeypatch.setattr(Argon2id, "time_cost", 3)

    client.post("/mon-profil/adresse-mail/", {"current": PASSWORD, "courriel": "a", "confirmation": "b"})
    client.post(
        "/mon-profil/adresse-mail/",
        {"current": PASSWORD, "courriel": "neuf@example.fr", "confirmation": "neuf@example.fr"},
    )

    assert Utilisateur.objects.get(identifiant="ENF01302SM").password == before
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "password",
    [" Ruche*Violette7 ", "Ruche*Violette7\u00a0", "Ru\U0001f41dche*Violette7", "Ruche*Violette7" * 17 + "x"],
    ids=["spaces", "unbreakable-space", "bee", "256"],
)
def test_what_is_typed_is_kept_as_it_is(cast, client_of, password):
    client = client_of("bruet")

    assert change(client, password).status_code == 302

    assert enters("ENF01302SM", password)
    assert not enters("ENF01302SM", password.strip()) or password == password.strip()
    assert not enters("ENF01302SM", password[:-1])
    assert not enters("ENF01302SM", password[:-1] + "y")
    assert not enters("ENF01302SM", password.swapcase())


def test_a_composed_accent_is_not_a_decomposed_one(cast, client_of):
    composed = unicodedata.normalize("NFC", "Réglisse*Violette7")

    assert change(client_of("bruet"), composed).status_code == 302

    assert enters("ENF01302SM", composed)
    assert not enters("ENF01302SM", unicodedata.normalize("NFD", composed))


def test_257_characters_are_refused_on_the_page(cast, client_of):
    response = change(client_of("bruet"), "Ruche*Violette7" * 17 + "xy")

    assert response.status_code == 422
    assert "Le mot de passe doit compter au plus 256 caractères." in response.content.decode()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=256), st.data())
def test_no_other_password_opens_the_account(password, data):
    encoded = make_password(password)
    person = Utilisateur(password=encoded)
    place = data.draw(st.integers(0, len(password) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda c: c != password[place]))

    assert person.check_password(password)
    assert not person.check_password(password[:place] + letter + password[place + 1 :])
    assert not person.check_password(password + " ")


@pytest.mark.parametrize("password", GUESSABLE)
def test_common_passwords_are_refused_at_the_first_access(cast, anonymous, sign_in, secret_of, password):
    sign_in(anonymous, cast.people["bollie"].identifiant, secret_of(cast.people["bollie"]))
    anonymous.post("/regles-usage/accepter/", {"version": "1"})

    response = choose(anonymous, password)

    assert response.status_code == 422
    assert TOO_COMMON in response.content.decode()
    assert not Utilisateur.objects.get(pk=cast.people["bollie"].pk).has_usable_password()


@pytest.mark.parametrize("password", GUESSABLE)
def test_common_passwords_are_refused_when_forgotten(cast, anonymous, sign_in, secret_of, password):
    sign_in(anonymous, "ENF01302SM", secret_of(cast.people["bruet"]))

    response = choose(anonymous, password)

    assert response.status_code == 422
    assert TOO_COMMON in response.content.decode()
    assert enters("ENF01302SM", PASSWORD)


@pytest.mark.parametrize("password", GUESSABLE)
def test_common_passwords_are_refused_at_a_change(cast, client_of, password):
    response = change(client_of("bruet"), password)

    assert response.status_code == 422
    assert TOO_COMMON in response.content.decode()
    assert enters("ENF01302SM", PASSWORD)


def test_the_name_of_the_organisation_is_refused_on_the_page(cast, client_of):
    response = change(client_of("bruet"), "Farandole!26")

    assert response.status_code == 422
    assert "qu&#x27;on devinerait" in response.content.decode()


def test_a_wrong_current_password_changes_nothing(cast, client_of):
    data = {"current": "Autre*Chose7!", "password": "Neuve*Ruche88", "confirmation": "Neuve*Ruche88"}

    response = client_of("bruet").post("/mon-profil/mot-de-passe/", data)

    assert response.status_code == 422
    assert "Ce n&#x27;est pas votre mot de passe actuel." in response.content.decode()
    assert enters("ENF01302SM", PASSWORD)


def test_the_current_password_cannot_be_guessed_at_leisure_from_an_open_session(cast, client_of, hashes):
    client = client_of("bruet")
    data = {"password": "Neuve*Ruche88", "confirmation": "Neuve*Ruche88"}

    answers = [
        client.post("/mon-profil/mot-de-passe/", {"current": f"Essai*{n}", **data}).content.decode() for n in range(12)
    ]

    assert len(hashes) == 3
    assert "Trop d&#x27;essais : patientez avant de confirmer à nouveau votre mot de passe." in answers[-1]


def test_a_change_ends_the_other_sessions_and_is_told_by_mail(cast, client_of, mailoutbox):
    here, elsewhere = client_of("bruet"), client_of("bruet")
    old_key = here.session.session_key

    response = change(here, "Neuve*Ruche88")
    run_jobs()
    make_due()

    assert response.status_code == 302
    assert here.get("/").status_code == 200
    assert here.session.session_key != old_key
    assert elsewhere.get("/").status_code == 302
    assert Session.objects.filter(utilisateur=cast.people["bruet"]).count() == 1
    assert [m.subject for m in mailoutbox if "bruet@example.fr" in m.to[0]] == [CHANGED]
    replay = PortailClient()
    replay.cookies["session"] = old_key
    assert replay.get("/").status_code == 302


def test_an_empty_confirmation_asks_to_confirm(client_of):
    client = client_of("bruet")

    shown = client.post("/mon-profil/mot-de-passe/", {"current": "x", "password": "", "confirmation": ""})

    said = shown.context["form"].errors
    assert said["password"] == ["Saisissez le nouveau mot de passe."]
    assert said["confirmation"] == ["Confirmez le nouveau mot de passe."]
