"""A person leaves, an administrateur leaves: what ends, when, and what stays."""

from datetime import date

import pytest

from portail.comptes.models import Utilisateur
from portail.conventions.actions import next_identifiant, suffix
from portail.habilitations import actions
from tests.cast import Cast
from tests.habilitations.facts import (
    appartenance,
    fiche_of,
    in_days,
    may_use,
    refusal_of,
    roles_today,
    sentences_of,
    today,
    told,
)

ONLY_ONE = (
    "C'est le seul administrateur de la convention : un successeur doit d'abord être proposé à la Caf, "
    "et accepté par elle."
)


def _from(day: date) -> str:
    """How it is said of days to come."""
    return (
        f"La convention n'aurait plus d'administrateur à partir du {day:%d/%m/%Y} : "
        "un successeur doit d'abord être proposé à la Caf, et accepté par elle."
    )


def _close(cast: Cast, name: str, closes_on: date, by: str = "bruet") -> None:
    actions.close_utilisateur(
        by=cast.acteur(by), rattachement=cast.rattachement(name), closes_on=closes_on, motif="Départ"
    )


def _edit(cast: Cast, name: str, by: str, **dates: date) -> None:
    rattachement = cast.rattachement(name)
    edition = rattachement.utilisateur.edition
    fiche = fiche_of(rattachement, **dates)
    actions.edit_utilisateur(by=cast.acteur(by), rattachement=rattachement, fiche=fiche, edition=edition)


def _second_administrateur(cast: Cast) -> None:
    actions.name_administrateur(by=cast.acteur("marchand"), rattachement=cast.rattachement("guy"), opens_on=today())


# A person


def test_closing_a_person_ends_all_he_had_here_at_once(cast: Cast) -> None:
    told_of = sentences_of(lambda: _close(cast, "robine", in_days(-1)))

    assert told_of == [f"Stéphane Bruet a clôturé l'accès d'Olivia Robine au {told(in_days(-1))} : Départ."]
    assert may_use(cast, "robine", "afas.declarer") is False
    assert appartenance(cast, "robine", "AFAS-DEC").statut(today()) == "cloture"
    assert Utilisateur.objects.get(pk=cast.people["robine"].pk).is_active is False


def test_an_open_session_of_a_closed_person_ends_at_its_next_request(cast: Cast, client_of) -> None:
    client = client_of("robine")
    before = client.get("/aides-financieres/").status_code

    _close(cast, "robine", in_days(-1))

    after = client.get("/aides-financieres/")
    assert (before, after.status_code, after["Location"]) == (200, 302, "/connexion/?next=/aides-financieres/")


def test_an_open_session_loses_a_service_with_its_group(cast: Cast, client_of) -> None:
    client = client_of("robine")
    before = client.get("/aides-financieres/").status_code

    actions.close_groupe(by=cast.acteur("bruet"), groupe=cast.groupe("AFAS-DEC"), closes_on=in_days(-1), motif="Fin")

    assert (before, client.get("/aides-financieres/").status_code) == (200, 403)


def test_closing_a_responsable_ends_his_charge(cast: Cast) -> None:
    _close(cast, "garban", in_days(-1))

    assert cast.acteur("garban").managed_groupes == set()


def test_closing_later_keeps_today_s_rights(cast: Cast) -> None:
    _close(cast, "robine", in_days(3))

    assert [may_use(cast, "robine", "afas.declarer", in_days(n)) for n in (0, 3, 4)] == [True, True, False]
    assert Utilisateur.objects.get(pk=cast.people["robine"].pk).is_active


def test_closing_here_leaves_the_other_organisation(cast: Cast) -> None:
    _close(cast, "double", in_days(-1))

    assert may_use(cast, "double", "cdap.t5") is False
    assert may_use(cast, "double", "cdap.t5", where="voisine")
    assert Utilisateur.objects.get(pk=cast.people["double"].pk).closes_on is None


def test_who_has_left_is_not_closed_again(cast: Cast) -> None:
    assert refusal_of(lambda: _close(cast, "rocu", in_days(1))) == f"C'est déjà clôturé au {told(in_days(-1))}."


# An administrateur


@pytest.mark.parametrize("by", ["bruet", "marchand"])
def test_the_last_administrateur_stays(cast: Cast, by: str) -> None:
    assert refusal_of(lambda: _close(cast, "bruet", in_days(-1), by=by)) == ONLY_ONE
    assert refusal_of(lambda: _edit(cast, "bruet", by, closes_on=in_days(9))) == _from(in_days(10))
    assert refusal_of(lambda: _edit(cast, "bruet", by, opens_on=in_days(9))) == ONLY_ONE


def test_of_two_administrateurs_one_may_leave(cast: Cast) -> None:
    _second_administrateur(cast)

    _close(cast, "bruet", in_days(-1), by="guy")

    assert cast.acteur("bruet").administered == set()
    assert refusal_of(lambda: _close(cast, "guy", in_days(-1), by="marchand")) == ONLY_ONE


def test_an_administrateur_about_to_leave_does_not_count_for_the_other(cast: Cast) -> None:
    _second_administrateur(cast)

    _close(cast, "guy", in_days(5))

    assert refusal_of(lambda: _close(cast, "bruet", in_days(-1), by="guy")) == _from(in_days(6))
    assert refusal_of(lambda: _edit(cast, "bruet", "marchand", closes_on=in_days(5))) == _from(in_days(6))


def test_naming_an_administrateur_is_told_and_gives_no_role(cast: Cast) -> None:
    told_of = sentences_of(lambda: _second_administrateur(cast))

    guy = cast.acteur("guy")
    assert told_of == ["Marc Marchand a désigné Valérie Guy administrateur de la convention Convention Farandole."]
    assert (guy.administered, roles_today(cast, "guy")) == ({cast.conventions["farandole"].pk}, set())


# Organisations


def test_acting_for_another_organisation_is_told(cast: Cast) -> None:
    double, organisme = cast.acteur("double"), cast.conventions["voisine"].organisme

    told_of = sentences_of(lambda: actions.switch_organisation(by=double, organisme=organisme))

    assert told_of == ["Denise Double agit désormais pour Organisme Voisine."]


def test_acting_for_another_organisation_gives_its_rights_and_no_other(cast: Cast, client_of) -> None:
    client, organisme = client_of("double"), cast.conventions["voisine"].organisme
    actions.close_groupe(by=cast.acteur("voisin"), groupe=cast.groupe("VOISINS"), closes_on=in_days(-1), motif="Fin")

    told_of = sentences_of(lambda: client.post("/organisation/", {"convention": organisme.pk}))

    assert told_of == ["Denise Double agit désormais pour Organisme Voisine."]
    assert client.get("/consulter-dossier/").status_code == 403


@pytest.mark.parametrize("where", ["lointaine", "farandole"])
def test_one_acts_for_an_organisation_one_serves(cast: Cast, client_of, where: str) -> None:
    client, organisme = client_of("double"), cast.conventions[where].organisme

    assert sentences_of(lambda: client.post("/organisation/", {"convention": organisme.pk})) == []


# Identifiants


@pytest.mark.parametrize(
    ("rank", "letters"), [(0, "AA"), (1, "AB"), (26, "BA"), (480, "SM"), (675, "ZZ"), (676, "AAA"), (18251, "ZZZ")]
)
def test_identifiants_count_in_letters(rank: int, letters: str) -> None:
    assert suffix(rank) == letters


def test_no_two_ranks_have_the_same_letters() -> None:
    assert len({suffix(rank) for rank in range(20_000)}) == 20_000


def test_identifiants_follow_each_other_as_in_the_source(cast: Cast) -> None:
    """S0: ENF01302SM, then SN, SO."""
    farandole = cast.conventions["farandole"]
    farandole.next_suffix = 480
    farandole.save(update_fields=["next_suffix"])

    assert [next_identifiant(farandole) for _ in range(3)] == ["ENF01302SM", "ENF01302SN", "ENF01302SO"]
