"""Successions: a convention is never left without administrateur; the successor is proposed, the Caf accepts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portail.comptes.models import Utilisateur
from portail.conventions.models import Administrateur, Rattachement, Succession
from portail.habilitations import actions
from portail.habilitations.actions.successions import Proposal
from portail.habilitations.queries.successions import days_left_without, succession_for
from tests.cast import Cast, build_cast
from tests.habilitations.facts import in_days, mails_of, refusal_of, sentences_of, today, told
from tests.habilitations.test_races import THREADS, at_once


def proposed(cast: Cast, **other: Any) -> Succession:
    typed = {"effective_on": in_days(10), "motif": "Retraite", "successeur": cast.rattachement("guy")} | other
    succession = actions.propose_successor(
        by=cast.acteur("bruet"), titulaire=cast.rattachement("bruet"), proposal=Proposal(**typed)
    )
    return succession_for(cast.acteur("marchand"), succession.pk)


def accept(cast: Cast, succession: Succession, by: str = "marchand") -> None:
    actions.accept_succession(by=cast.acteur(by), succession=succession)


def duties(cast: Cast, name: str) -> list[tuple[Any, Any]]:
    rows = Administrateur.objects.filter(rattachement=cast.rattachements[name], period__isempty=False)
    return list(rows.order_by("opens_on").values_list("opens_on", "closes_on"))


def test_nothing_changes_before_the_caf_accepts(cast: Cast) -> None:
    proposed(cast)

    assert duties(cast, "guy") == []


def test_the_successor_begins_the_day_after_the_giver_ends(cast: Cast) -> None:
    accept(cast, proposed(cast))

    assert duties(cast, "guy") == [(in_days(10), None)]
    assert duties(cast, "bruet")[0][1] == in_days(9)


def test_the_giver_may_stay(cast: Cast) -> None:
    accept(cast, proposed(cast, ends_titulaire=False))

    assert duties(cast, "bruet")[0][1] is None


def test_accepted_after_its_day_it_begins_at_once(cast: Cast) -> None:
    succession = proposed(cast)
    Succession.objects.filter(pk=succession.pk).update(effective_on=in_days(-3))

    accept(cast, succession)

    assert (duties(cast, "guy"), duties(cast, "bruet")[0][1]) == ([(today(), None)], in_days(-1))


def test_a_new_person_enters_with_his_two_mails(cast: Cast) -> None:
    new = {"successeur": None, "nom": "Neuf", "prenom": "Nora", "courriel": "neuf@example.fr"}
    succession = proposed(cast, **new)

    mails = mails_of(lambda: accept(cast, succession))

    nora = Utilisateur.objects.get(courriel="neuf@example.fr")
    assert nora.identifiant.startswith("ENF01302")
    assert [kind for kind, to in mails if to == "neuf@example.fr"] == [
        "identifiant",
        "mot_de_passe_provisoire",
        "succession_acceptee",
    ]
    assert Administrateur.objects.get(rattachement__utilisateur=nora).opens_on == in_days(10)


def test_once_accepted_the_giver_may_leave_from_the_eve_and_not_before(cast: Cast) -> None:
    accept(cast, proposed(cast))
    bruet = cast.rattachement("bruet")

    def leave(days: int) -> None:
        actions.close_utilisateur(by=cast.acteur("marchand"), rattachement=bruet, closes_on=in_days(days), motif="Fin")

    assert refusal_of(lambda: leave(5)) == (
        f"La convention n'aurait plus d'administrateur à partir du {told(in_days(6))} : "
        "un successeur doit d'abord être proposé à la Caf, et accepté par elle."
    )
    leave(9)
    assert Rattachement.objects.get(pk=bruet.pk).closes_on == in_days(9)


def test_a_successor_to_come_does_not_leave_either(cast: Cast) -> None:
    """Nobody administers today but Bruet; from the tenth day nobody but Guy."""
    accept(cast, proposed(cast))
    guy = cast.rattachement("guy")

    sentence = refusal_of(
        lambda: actions.close_utilisateur(by=cast.acteur("marchand"), rattachement=guy, closes_on=today(), motif="Fin")
    )

    assert sentence.startswith("La convention n'aurait plus d'administrateur")


def test_the_days_left_without(cast: Cast) -> None:
    bruet, guy = cast.rattachement("bruet"), cast.rattachement("guy")
    alone = days_left_without(bruet, today())
    accept(cast, proposed(cast))

    assert (alone.first, alone.last) == (today(), None)
    assert (days_left_without(bruet, today()).first, days_left_without(bruet, today()).last) == (today(), in_days(9))
    assert days_left_without(bruet, today(), (today(), in_days(9))) is None
    assert days_left_without(guy, today()).first == in_days(10)


def test_a_successor_who_leaves_too_early_is_refused_by_the_rule_at_acceptance(cast: Cast) -> None:
    succession = proposed(cast)
    Rattachement.objects.filter(pk=cast.rattachements["guy"].pk).update(closes_on=in_days(30))

    assert refusal_of(lambda: accept(cast, succession)) == (
        f"La convention n'aurait plus d'administrateur à partir du {told(in_days(31))} : "
        "un successeur doit d'abord être proposé à la Caf, et accepté par elle."
    )


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"effective_on": in_days(-1)}, "Cette date est passée : choisissez aujourd'hui ou un jour à venir."),
    ],
)
def test_what_may_not_be_proposed(cast: Cast, other: dict[str, Any], sentence: str) -> None:
    assert refusal_of(lambda: proposed(cast, **other)) == sentence


def test_neither_oneself_nor_a_person_of_another_convention(cast: Cast) -> None:
    assert refusal_of(lambda: proposed(cast, successeur=cast.rattachement("bruet"))) == (
        "Personne n'est son propre successeur : choisissez quelqu'un d'autre."
    )
    assert refusal_of(lambda: proposed(cast, successeur=cast.rattachement("voisin"))) == (
        "Le successeur doit être une personne de la convention, à l'accès ouvert ce jour-là."
    )
    for wrong in ("bruet", "voisin"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Succession.objects.create(
                titulaire=cast.rattachements["bruet"],
                successeur=cast.rattachements[wrong],
                effective_on=today(),
                motif="Essai",
            )


def test_one_proposal_at_a_time(cast: Cast) -> None:
    proposed(cast)

    assert refusal_of(lambda: proposed(cast)).startswith("Vous avez déjà proposé un successeur")


@pytest.mark.parametrize("who", ["gestin", "auditeau", "horsain", "bruet"])
def test_only_the_caf_pivot_decides(cast: Cast, who: str) -> None:
    succession = proposed(cast)

    assert refusal_of(lambda: accept(cast, succession, who))


def test_a_refusal_says_why_to_the_giver(cast: Cast) -> None:
    succession = proposed(cast)
    refuse = lambda: actions.refuse_succession(  # noqa: E731
        by=cast.acteur("marchand"), succession=succession, decision="Trop tôt"
    )

    assert mails_of(refuse) == [("succession_refusee", "bruet@example.fr")]
    assert refusal_of(refuse).startswith("Cette proposition a déjà reçu sa réponse")


def test_a_proposal_withdrawn_is_no_more_to_decide(cast: Cast) -> None:
    succession = proposed(cast)

    said = sentences_of(lambda: actions.withdraw_succession(by=cast.acteur("bruet"), succession=succession))

    assert said == ["Stéphane Bruet a retiré sa proposition : Valérie Guy ne sera pas administrateur."]
    assert refusal_of(lambda: accept(cast, succession)).startswith("Cette proposition a déjà reçu sa réponse")


def test_the_journal_tells_the_whole(cast: Cast) -> None:
    said = sentences_of(lambda: accept(cast, proposed(cast)))

    assert said[0] == (
        f"Stéphane Bruet a proposé Valérie Guy comme administrateur à partir du {told(in_days(10))} : Retraite"
    )
    assert said[-1] == "Marc Marchand a accepté Valérie Guy comme successeur de Stéphane Bruet."


# Screens


def test_from_the_refused_departure_to_the_acceptance(cast: Cast, client_of) -> None:
    farandole, bruet, marchand = cast.conventions["farandole"].pk, client_of("bruet"), client_of("marchand")
    propose = f"/conventions/{farandole}/succession/"
    stuck = bruet.get(f"/conventions/{farandole}/utilisateurs/{cast.rattachements['bruet'].pk}/depart/")
    assert (stuck.status_code, propose in stuck.content.decode()) == (403, True)

    typed = {"successeur": "ENF01302XC", "effective_on": in_days(3), "ends_titulaire": "on", "motif": "Retraite"}
    bruet.post(propose, typed)
    waiting = bruet.get(f"/conventions/{farandole}/").content.decode()
    succession = Succession.objects.get()
    url = f"/successions/{succession.pk}/"
    queue = marchand.get("/successions/?etat=proposee").content.decode()
    shown = marchand.post(url, {"decision_kind": "accepter"}).content.decode()
    assert duties(cast, "guy") == []
    marchand.post(url, {"decision_kind": "accepter", "confirm": "1"})

    assert "Ce qui se passe ensuite" in waiting
    assert "Stéphane Bruet" in queue
    assert "Aucun jour ne reste sans administrateur" in shown
    assert duties(cast, "guy") == [(in_days(3), None)]
    assert marchand.get(url).status_code == 200


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "successeur"),
        ({"nom": "Neuf"}, "prenom"),
        ({"successeur": "ENF01302XC", "nom": "Neuf"}, "successeur"),
    ],
)
def test_the_form_wants_one_person(cast: Cast, client_of, typed: dict[str, str], field: str) -> None:
    url = f"/conventions/{cast.conventions['farandole'].pk}/succession/"

    response = client_of("bruet").post(url, {"effective_on": today(), "motif": "Retraite"} | typed)

    assert response.status_code == 422
    assert f'href="#id_{field}"' in response.content.decode()


# At once


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    return build_cast()


@pytest.mark.django_db(transaction=True)
def test_of_many_acceptances_at_once_one_is_done(committed: Cast) -> None:
    succession, marchand = proposed(committed), committed.acteur("marchand")

    told_all = at_once(*[lambda: actions.accept_succession(by=marchand, succession=succession)] * THREADS)

    assert len([each for each in told_all if each is None]) == 1
    assert duties(committed, "guy") == [(in_days(10), None)]


@pytest.mark.django_db(transaction=True)
def test_of_two_last_administrateurs_leaving_at_once_one_stays(committed: Cast) -> None:
    """One now, the other to come: whoever is first, no day is left uncovered."""
    accept(committed, proposed(committed, ends_titulaire=False))
    marchand = committed.acteur("marchand")

    def leave(name: str) -> Callable[[], Any]:
        person = committed.rattachement(name)
        return lambda: actions.close_utilisateur(by=marchand, rattachement=person, closes_on=in_days(20), motif="Fin")

    told_all = at_once(*[leave(name) for name in ("bruet", "guy")] * (THREADS // 2))

    assert len([each for each in told_all if not isinstance(each, Exception)]) == 1
    assert (
        Administrateur.objects.filter(rattachement__convention=committed.conventions["farandole"])
        .filter(closes_on=None)
        .count()
        == 1
    )
