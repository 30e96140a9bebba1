"""« Demander l'accès »: from a grey tile to a dated membership, or to a refusal that says why."""

from typing import Any

import pytest

from portail.accueil.queries import menu_for, tiles_for
from portail.comptes.models import Utilisateur
from portail.habilitations import actions, roles
from portail.habilitations.models import Appartenance, DemandeAcces, Responsable
from portail.habilitations.queries.acces import acces_for
from tests.cast import Cast, build_cast
from tests.habilitations.facts import confirmation_of, in_days, mails_of, refusal_of, sentences_of, today
from tests.habilitations.test_races import THREADS, at_once


def _ask(cast: Cast, who: str = "robine", service: str = "cdap", **other: Any) -> DemandeAcces:
    typed = {"motif": "Remplacement à l'accueil", "wished_until": in_days(60)} | other
    return actions.ask_acces(by=cast.acteur(who), service=roles.service(service), **typed)


def _grant(cast: Cast, demande: DemandeAcces, by: str = "garban", groupe: str = "GUICHET", **other: Any) -> None:
    dates = {"opens_on": today(), "closes_on": in_days(60)} | other
    actions.grant_acces(by=cast.acteur(by), demande=demande, groupe=cast.groupe(groupe), **dates)


def _tile(cast: Cast, who: str, service: str = "cdap") -> Any:
    return next(tile for tile in tiles_for(cast.acteur(who)) if tile.service.code == service)


def test_a_grey_tile_offers_the_request_when_the_convention_opens_the_service(cast: Cast, client_of) -> None:
    page = client_of("robine").get("/").content.decode()

    assert page.count("/demander/") == 1
    assert "/services/cdap/demander/" in page


def test_the_request_goes_to_the_responsables_of_the_groups_that_give_it(cast: Cast) -> None:
    assert mails_of(lambda: _ask(cast)) == [("demande_acces", "garban@example.fr")]


def test_without_responsable_it_goes_to_the_administrateurs(cast: Cast) -> None:
    Responsable.objects.update(closes_on=in_days(-1))

    assert mails_of(lambda: _ask(cast)) == [("demande_acces", "bruet@example.fr")]


def test_the_journal_tells_the_request(cast: Cast) -> None:
    assert sentences_of(lambda: _ask(cast)) == [
        "Olivia Robine a demandé l'accès à « Consulter un dossier » : Remplacement à l'accueil"
    ]


@pytest.mark.parametrize(
    ("who", "service", "sentence"),
    [
        ("robine", "adonis", "La convention de votre organisme n'ouvre pas ce service : seule la Caf peut l'ouvrir."),
        ("robine", "afas", "Vous avez déjà accès à ce service."),
        ("marchand", "cdap", "Seules les personnes d'un organisme partenaire demandent l'accès à un service."),
    ],
)
def test_what_may_not_be_asked(cast: Cast, who: str, service: str, sentence: str) -> None:
    assert refusal_of(lambda: _ask(cast, who, service)) == sentence


def test_one_request_at_a_time(cast: Cast) -> None:
    _ask(cast)

    assert refusal_of(lambda: _ask(cast)) == "Vous avez déjà une demande en attente pour ce service."


def test_those_who_decide_see_it_counted_in_the_menu(cast: Cast) -> None:
    _ask(cast)
    _ask(cast, "guy", "afas")

    def label(who: str) -> list[str]:
        items = [i.label for s in menu_for(cast.acteur(who), "/") for i in s.items]
        return [each for each in items if each.startswith("Demandes d'accès")]

    assert {who: len(acces_for(cast.acteur(who))) for who in ("bruet", "garban", "voisin", "robine")} == {
        "bruet": 2,
        "garban": 1,
        "voisin": 0,
        "robine": 0,
    }
    assert [label(who) for who in ("bruet", "garban", "voisin", "robine")] == [
        ["Demandes d'accès (2)"],
        ["Demandes d'accès (1)"],
        ["Demandes d'accès"],
        [],
    ]


def test_it_is_granted_as_a_dated_membership_after_a_preview(cast: Cast, client_of) -> None:
    demande, garban = _ask(cast), client_of("garban")
    url = f"/demandes-acces/{demande.pk}/"
    form = {"decision": "accorder", "groupe": cast.groupes["GUICHET"].pk, "opens_on": today(), "closes_on": in_days(60)}

    asked = garban.get(url)
    shown = garban.post(url, form)
    assert not Appartenance.objects.filter(rattachement=cast.rattachements["robine"], groupe__code="GUICHET").exists()
    done = garban.post(url, confirmation_of(shown))

    assert f'value="{in_days(60):%Y-%m-%d}"' in asked.content.decode()
    assert "1\u00a0droit gagné" in shown.content.decode()
    assert done.status_code == 302
    given = Appartenance.objects.get(rattachement=cast.rattachements["robine"], groupe__code="GUICHET")
    demande.refresh_from_db()
    assert (given.closes_on, demande.appartenance, demande.etat) == (in_days(60), given, "accordee")
    assert _tile(cast, "robine").is_open


def test_a_grant_is_told_to_the_journal_and_to_the_person(cast: Cast) -> None:
    demande = _ask(cast)

    said = sentences_of(lambda: _grant(cast, demande))

    assert said[-1] == (
        "Gilles Garban a accordé à Olivia Robine l'accès à « Consulter un dossier » par le groupe Guichet."
    )
    other = _ask(cast, "guy")
    assert mails_of(lambda: _grant(cast, other)) == [("demande_acces_accordee", "guy@example.fr")]


def test_a_refusal_is_told_on_the_tile_and_one_may_ask_again(cast: Cast, client_of) -> None:
    demande, garban = _ask(cast), client_of("garban")
    assert "attend une réponse" in _tile(cast, "robine").reason
    assert _tile(cast, "robine").request_url == ""

    said = sentences_of(
        lambda: garban.post(f"/demandes-acces/{demande.pk}/", {"decision": "refuser", "refusal": "Pas ce mois-ci"})
    )

    assert said[-1].endswith("a refusé à Olivia Robine l'accès à « Consulter un dossier » : Pas ce mois-ci")
    assert _tile(cast, "robine").reason.endswith("a été refusée : Pas ce mois-ci")
    assert _tile(cast, "robine").request_url == "/services/cdap/demander/"
    assert _ask(cast).etat == "en_attente"


def test_nobody_grants_his_own(cast: Cast, client_of) -> None:
    demande = _ask(cast, "bruet")

    assert client_of("bruet").get(f"/demandes-acces/{demande.pk}/").status_code == 404
    assert refusal_of(lambda: _grant(cast, demande, by="bruet")) == (
        "Personne ne s'accorde à soi-même un accès : un autre administrateur ou responsable décide."
    )


def test_a_group_that_does_not_give_the_service_is_refused(cast: Cast) -> None:
    demande = _ask(cast)

    assert refusal_of(lambda: _grant(cast, demande, by="bruet", groupe="AFAS-DEC")) == (
        "Le groupe AFAS-DECLARER ne donne aucun rôle de « Consulter un dossier » : choisissez-en un autre."
    )


def test_errors_keep_what_was_typed(cast: Cast, client_of) -> None:
    robine = client_of("robine")

    response = robine.post("/services/cdap/demander/", {"motif": "Accueil", "wished_until": in_days(-1)})

    assert response.status_code == 422
    assert "Accueil</textarea>" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_one_request_as_for_three(
    cast: Cast, client_of, django_assert_num_queries, rows: int
) -> None:
    for who in ("robine", "guy", "double")[:rows]:
        _ask(cast, who, "afas" if who == "double" else "cdap")
    bruet = client_of("bruet")

    with django_assert_num_queries(4):
        page = bruet.get("/demandes-acces/").content.decode()

    assert "en attente" in page


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def committed(self, transactional_db: None) -> Cast:
        return build_cast()

    def test_one_request_whoever_clicks(self, committed: Cast) -> None:
        robine = committed.acteur("robine")
        ask = lambda: actions.ask_acces(  # noqa: E731
            by=robine, service=roles.service("cdap"), motif="Accueil", wished_until=None
        )

        at_once(*[ask] * THREADS)

        assert DemandeAcces.objects.count() == 1

    def test_one_decision(self, committed: Cast) -> None:
        demande = _ask(committed)
        bruet, garban, groupe = committed.acteur("bruet"), committed.acteur("garban"), committed.groupe("GUICHET")
        grant = lambda: actions.grant_acces(  # noqa: E731
            by=garban, demande=demande, groupe=groupe, opens_on=today(), closes_on=None
        )
        refuse = lambda: actions.refuse_acces(by=bruet, demande=demande, refusal="Non")  # noqa: E731

        told = at_once(*[grant, refuse] * (THREADS // 2))

        demande.refresh_from_db()
        assert len([each for each in told if each is None]) == 1
        is_member = Appartenance.objects.filter(
            rattachement=committed.rattachements["robine"], groupe__code="GUICHET"
        ).exists()
        assert is_member == (demande.etat == "accordee")
        assert Utilisateur.objects.get(pk=demande.decided_by_id) in (bruet.utilisateur, garban.utilisateur)
