"""One answer for unknown, wrong, closed, not yet open, delayed and expired (security.md B3, B4)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portail.comptes import actions
from portail.comptes.models import MotDePasseProvisoire, SignInLane, Utilisateur
from portail.journal.models import JournalEntry
from tests.cast import PASSWORD
from tests.client import PortailClient

WRONG = "Faux*Essai77"


def unknown(cast) -> tuple[str, str]:
    return "ENF01302ZZ", WRONG


def wrong(cast) -> tuple[str, str]:
    return "ENF01302SM", WRONG


def closed_yesterday(cast) -> tuple[str, str]:
    Utilisateur.objects.filter(identifiant="ENF01302SM").update(closes_on=timezone.localdate() - timedelta(days=1))
    return "ENF01302SM", PASSWORD


def not_open_yet(cast) -> tuple[str, str]:
    Utilisateur.objects.filter(identifiant="ENF01302SM").update(opens_on=timezone.localdate() + timedelta(days=1))
    return "ENF01302SM", PASSWORD


def delayed(cast) -> tuple[str, str]:
    for _ in range(4):
        PortailClient().post("/connexion/", {"login": "ENF01302SM", "password": WRONG})
    return "ENF01302SM", PASSWORD


def expired(cast) -> tuple[str, str]:
    secret = actions.issue_provisional(cast.people["bruet"])
    MotDePasseProvisoire.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    return "ENF01302SM", secret


def used(cast) -> tuple[str, str]:
    secret = actions.issue_provisional(cast.people["bruet"])
    MotDePasseProvisoire.objects.update(used_at=timezone.now())
    return "ENF01302SM", secret


def without_password_yet(cast) -> tuple[str, str]:
    return cast.people["bollie"].identifiant, WRONG


def with_an_empty_hash(cast) -> tuple[str, str]:
    Utilisateur.objects.filter(identifiant="ENF01302SM").update(password="")
    return "ENF01302SM", WRONG


CASES = [
    unknown,
    wrong,
    closed_yesterday,
    not_open_yet,
    delayed,
    expired,
    used,
    without_password_yet,
    with_an_empty_hash,
]


@pytest.fixture
def tried(cast, sign_in):
    """The answer to somebody in each of the cases, and the identifiant typed."""

    def answer(case):
        identifiant, password = case(cast)
        client = PortailClient()
        client.get("/connexion/")
        return sign_in(client, identifiant, password), identifiant

    return answer


def bare(response, identifiant: str) -> tuple:
    """The whole answer, less what differs between two identical requests: tokens, and what was typed."""
    page = response.content.decode().replace(f'value="{identifiant}"', "value")
    page = re.sub(r'(name="csrfmiddlewaretoken" value|name="cle" value|name="csrf-token" content)="[^"]*"', r"\1", page)
    headers = {name: value for name, value in response.headers.items() if name not in ("X-Request-Id", "Expires")}
    cookies = {
        name: {key: value for key, value in morsel.items() if value and key != "expires"}
        for name, morsel in response.cookies.items()
    }
    return response.status_code, page, headers, cookies


@pytest.mark.parametrize("case", CASES)
def test_the_answer_is_the_same(tried, sign_in, case):
    expected = bare(sign_in(PortailClient(), "ENF00000ZZ", WRONG), "ENF00000ZZ")

    response, identifiant = tried(case)

    assert bare(response, identifiant) == expected
    assert response.status_code == 422
    assert actions.REFUSED.replace("'", "&#x27;") in response.content.decode()
    assert "session" not in response.cookies


@pytest.mark.parametrize("case", CASES)
def test_one_hash_is_computed_whatever_the_case(tried, case, hashes, monkeypatch):
    counts: list[int] = []
    real = actions.connexion._check

    def counted(utilisateur, password):
        before = len(hashes)
        matches = real(utilisateur, password)
        counts.append(len(hashes) - before)
        return matches

    monkeypatch.setattr(actions.connexion, "_check", counted)

    tried(case)

    assert counts[-1] == 1


@pytest.mark.parametrize("case", CASES)
def test_the_base_is_asked_the_same_questions(tried, sign_in, case):
    """Same number of queries of the same kinds: what is left of the time is the same."""
    with CaptureQueriesContext(
        connection,
    ) as expected:
        sign_in(PortailClient(), "ENF00000ZZ", WRONG)
    SignInLane.objects.all().delete()

    with CaptureQueriesContext(connection) as made:
        tried(case)

    def kinds(queries):
        words = [
            q["sql"].split()[0] + re.sub(r".*?(comptes_\w+|journal_\w+|$).*", r" \1", q["sql"], flags=re.S)
            for q in queries
        ]
        return [word for word in words if not word.startswith(("SAVEPOINT", "RELEASE"))]

    expected_kinds, kinds_made = kinds(expected.captured_queries), kinds(made.captured_queries)
    if case is delayed:  # less is written about who must wait, and he may learn that he waits
        assert set(kinds_made) >= set(expected_kinds)
    else:
        assert kinds_made[-len(expected_kinds) :] == expected_kinds


def test_a_forgotten_password_gives_the_same_answer_to_all(cast, anonymous):
    answers, counts = [], []
    for who in ("ENF01302SM", "ENF99999ZZ", cast.people["rocu"].identifiant, "pas un identifiant", "x" * 40):
        with CaptureQueriesContext(connection) as queries:
            answers.append(bare(anonymous.post("/mot-de-passe-oublie/", {"identifiant": who}), who))
        counts.append(len(queries))

    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 200
    assert counts[0] == counts[1] == counts[2] == counts[3] + 1  # the job of what may be an identifiant


def test_case_and_spaces_of_the_identifiant_do_not_matter(cast, anonymous, sign_in):
    assert sign_in(anonymous, "  enf01302sm ").status_code == 302


@pytest.mark.parametrize(
    "identifiant", ["ENF01302SMX", "ENF01302S", "ENF01302SM" + "X" * 20, "%", "ENF01302S_", "ENF01302SM' OR '1'='1"]
)
def test_another_identifiant_is_nobody(cast, anonymous, sign_in, identifiant):
    assert sign_in(anonymous, identifiant).status_code == 422


def test_a_password_typed_as_identifiant_is_not_written_down(cast, anonymous, sign_in):
    sign_in(anonymous, "Ruche*Violette7", "x")

    entry = JournalEntry.objects.get(kind="comptes.session.refused")
    assert entry.facts == {"identifiant": "(inconnu)", "motif": "identifiant ou mot de passe refusé"}
    assert entry.subjects == []


def test_a_success_tells_the_last_one_and_the_refusals_since(cast, anonymous, sign_in):
    sign_in(PortailClient(), "ENF01302SM", WRONG)
    sign_in(PortailClient(), "ENF01302SM", WRONG)

    sign_in(anonymous, "ENF01302SM")
    page = anonymous.get("/").content.decode()

    assert "2 tentatives ont été refusées depuis. Si ce n&#x27;était pas vous, signalez-le" in page
    assert JournalEntry.objects.filter(kind="comptes.session.opened", by="ENF01302SM").count() == 1


def test_somebody_signed_in_is_sent_home_whoever_he_says_he_is(client_of, sign_in):
    client = client_of("robine")

    response = sign_in(client, "ENF01302SM")

    assert response.headers["Location"] == "/"
    assert Utilisateur.objects.get(pk=client.session["_auth_user_id"]).nom == "Robine"
