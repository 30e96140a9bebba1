"""A mail already known: the partner learns nothing, the Caf decides."""

import pytest
from django.urls import reverse

from portail.comptes.models import Utilisateur
from portail.conventions.models import DemandeRattachement, Rattachement
from portail.habilitations import actions, rules
from portail.habilitations.actions.utilisateurs import Fiche
from tests.cast import Cast
from tests.habilitations.facts import in_days, mails_of, refusal_of, sentences_of, today

NEW = {"nom": "Neuf", "prenom": "Nora", "courriel": "neuf@example.fr", "courriel_confirmation": "neuf@example.fr"}


def _ask(cast: Cast, courriel: str = "GUY@example.fr", **other) -> Rattachement | None:
    """The neighbour asks for somebody of Farandole's."""
    fiche = Fiche(**{"nom": "Guy", "prenom": "Valérie", "courriel": courriel, "opens_on": today()} | other)
    return actions.create_utilisateur(by=cast.acteur("voisin"), convention=cast.conventions["voisine"], fiche=fiche)


def _demande() -> DemandeRattachement:
    return DemandeRattachement.objects.select_related("convention__organisme", "utilisateur").get()


def _decide(cast: Cast, *, is_granted: bool, by: str = "marchand") -> None:
    actions.decide_demande(by=cast.acteur(by), demande=_demande(), is_granted=is_granted)


def test_a_mail_already_known_creates_nobody_and_warns_the_caf(cast: Cast) -> None:
    people = Utilisateur.objects.count()

    owed = mails_of(lambda: _ask(cast))

    assert owed == [("rattachement_a_verifier", "caf132@example.fr")]
    assert (Utilisateur.objects.count(), _demande().utilisateur) == (people, cast.people["guy"])


def test_the_journal_of_the_partner_does_not_name_the_person(cast: Cast) -> None:
    assert sentences_of(lambda: _ask(cast)) == [
        "Victor Voisin a demandé un compte qui demande une vérification de la Caf."
    ]


def test_asking_twice_makes_one_case(cast: Cast) -> None:
    _ask(cast)
    _ask(cast)

    assert DemandeRattachement.objects.count() == 1


@pytest.mark.parametrize("known", ["guy@example.fr", "rocu@example.fr", "marchand@example.fr", "lointain@example.fr"])
def test_the_answer_is_the_same_whoever_is_known(cast: Cast, client_of, known: str) -> None:
    voisine = cast.conventions["voisine"].pk
    form = NEW | {"courriel": known, "courriel_confirmation": known, "opens_on": today().isoformat()}
    client = client_of("voisin")

    response = client.post(f"/conventions/{voisine}/utilisateurs/creer/", form)

    page = client.get(response["Location"]).content.decode()
    assert response["Location"] == f"/conventions/{voisine}/utilisateurs/"
    assert "Ce compte demande une vérification de votre Caf" in page
    assert known not in page


def test_granting_attaches_the_person_under_his_own_identifiant(cast: Cast) -> None:
    _ask(cast)

    told_of = sentences_of(lambda: _decide(cast, is_granted=True))

    made = Rattachement.objects.get(utilisateur=cast.people["guy"], convention=cast.conventions["voisine"])
    assert told_of == ["Marc Marchand a rattaché Valérie Guy à la convention Convention Voisine."]
    assert (made.opens_on, made.opened_by) == (today(), cast.people["marchand"])


def test_refusing_attaches_nobody(cast: Cast) -> None:
    _ask(cast)

    told_of = sentences_of(lambda: _decide(cast, is_granted=False))

    assert told_of == ["Marc Marchand n'a pas rattaché Valérie Guy à la convention Convention Voisine."]
    assert Rattachement.objects.filter(utilisateur=cast.people["guy"]).count() == 1


def test_nobody_of_a_caf_is_attached_to_a_partner(cast: Cast, client_of) -> None:
    """His mailbox opens a Caf: no partner may have it changed."""
    agent = cast.people["horsain"]
    _ask(cast, agent.courriel)

    refusal = refusal_of(lambda: _decide(cast, is_granted=True))

    assert refusal.startswith(f"{agent.nom_complet} est agent d'une Caf")
    page = client_of("marchand").get(reverse("habilitations:demande_list")).content.decode()
    assert ('value="rattacher"' in page, 'value="ecarter"' in page) == (False, True)
    _decide(cast, is_granted=False)
    assert not Rattachement.objects.filter(utilisateur=agent).exists()


def test_the_identity_of_an_agent_is_his_own_wherever_he_was_attached(cast: Cast) -> None:
    agent, voisine = cast.people["horsain"], cast.conventions["voisine"]
    Rattachement.objects.create(utilisateur=agent, convention=voisine, opens_on=today())

    assert rules.refuse_changing_identity(cast.acteur("voisin"), agent) is not None


def test_a_case_is_decided_once(cast: Cast) -> None:
    _ask(cast)
    demande = _demande()
    _decide(cast, is_granted=False)

    refusal = refusal_of(lambda: actions.decide_demande(by=cast.acteur("marchand"), demande=demande, is_granted=True))

    assert refusal == "Cette demande a déjà été traitée."


@pytest.mark.parametrize("by", ["gestin", "auditeau", "horsain", "bruet"])
def test_only_an_administrateur_of_the_caf_decides(cast: Cast, by: str) -> None:
    _ask(cast)

    refusal = refusal_of(lambda: _decide(cast, is_granted=True, by=by))

    assert refusal == "Seul l'administrateur de la convention, chez le partenaire ou à la Caf, peut le faire."


def test_who_had_left_comes_back_under_his_own_identifiant(cast: Cast) -> None:
    _ask(cast, "rocu@example.fr")

    owed = mails_of(lambda: _decide(cast, is_granted=True))

    assert owed == [("identifiant", "rocu@example.fr"), ("mot_de_passe_provisoire", "rocu@example.fr")]
    assert Utilisateur.objects.get(pk=cast.people["rocu"].pk).is_active


def test_an_end_planned_elsewhere_does_not_close_who_is_attached_here(cast: Cast) -> None:
    leaving = cast.rattachement("guy")
    actions.close_utilisateur(by=cast.acteur("bruet"), rattachement=leaving, closes_on=in_days(5), motif="Départ")
    _ask(cast)

    owed = mails_of(lambda: _decide(cast, is_granted=True))

    assert Utilisateur.objects.get(pk=cast.people["guy"].pk).closes_on is None
    assert owed == []


def test_an_access_shorter_than_the_planned_end_leaves_it(cast: Cast) -> None:
    leaving = cast.rattachement("guy")
    actions.close_utilisateur(by=cast.acteur("bruet"), rattachement=leaving, closes_on=in_days(5), motif="Départ")
    _ask(cast, closes_on=in_days(3))

    _decide(cast, is_granted=True)

    assert Utilisateur.objects.get(pk=cast.people["guy"].pk).closes_on == in_days(5)
