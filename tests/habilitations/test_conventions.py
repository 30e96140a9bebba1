"""What a new convention is given: the groups of its services, its administrateur."""

from portail.comptes.models import Utilisateur
from portail.conventions.models import BulletinAdhesion, RoleBulletin
from portail.habilitations.actions.conventions import attach_administrateur, open_service_groupes
from portail.habilitations.actions.utilisateurs import Fiche
from portail.habilitations.models import Groupe
from portail.journal.actions import SYSTEM
from tests.cast import Cast
from tests.habilitations.facts import mails_of, roles_today, sentences_of, today, told


def _open(cast: Cast) -> list[Groupe]:
    return open_service_groupes(by=SYSTEM, convention=cast.conventions["farandole"], opens_on=today())


def _fiche(courriel: str) -> Fiche:
    return Fiche(nom="Neuf", prenom="Nora", courriel=courriel, opens_on=today())


def _attach(cast: Cast, courriel: str, where: str = "voisine") -> None:
    attach_administrateur(by=SYSTEM, convention=cast.conventions[where], fiche=_fiche(courriel))


def test_afas_comes_with_its_two_groups(cast: Cast) -> None:
    Groupe.objects.filter(code="AFAS-DEC").update(code="DEJA")

    told_of = sentences_of(lambda: _open(cast))

    made = Groupe.objects.filter(code__startswith="AFAS").order_by("code")
    assert [(g.code, g.libelle, g.roles.get().role) for g in made] == [
        ("AFAS-DEC", "AFAS-DECLARER", "afas.declarer"),
        ("AFAS-HAB", "AFAS-HABILITER", "afas.habiliter"),
    ]
    assert told_of[0] == f"Le système a créé le groupe AFAS-HABILITER, à partir du {told(today())}."


def test_groups_of_a_service_are_not_made_twice(cast: Cast) -> None:
    first = [groupe.code for groupe in _open(cast)]

    assert (first, _open(cast)) == (["AFAS-HAB"], [])


def test_a_role_absent_from_the_bulletin_gives_no_group(cast: Cast) -> None:
    RoleBulletin.objects.filter(role="afas.habiliter").delete()

    assert _open(cast) == []


def test_groups_open_with_their_bulletin(cast: Cast) -> None:
    BulletinAdhesion.objects.filter(service="afas").update(opens_on=today().replace(year=today().year + 1, day=1))

    made = _open(cast)

    assert [groupe.opens_on for groupe in made] == [today().replace(year=today().year + 1, day=1)]


def test_a_new_administrateur_is_created_and_told(cast: Cast) -> None:
    owed = mails_of(lambda: _attach(cast, "neuf@example.fr"))

    neuf = Utilisateur.objects.get(courriel="neuf@example.fr")
    cast.people["neuf"] = neuf
    assert (neuf.identifiant, owed) == (
        "ENF01303AB",
        [("identifiant", "neuf@example.fr"), ("mot_de_passe_provisoire", "neuf@example.fr")],
    )
    assert cast.acteur("neuf").administered == {cast.conventions["voisine"].pk}
    assert roles_today(cast, "neuf") == set()


def test_somebody_known_administers_under_his_own_identifiant(cast: Cast) -> None:
    told_of = sentences_of(lambda: _attach(cast, "GUY@example.fr"))

    assert told_of == [
        "Le système a rattaché Valérie Guy à la convention Convention Voisine.",
        "Le système a désigné Valérie Guy administrateur de la convention Convention Voisine.",
    ]


def test_who_had_left_may_come_back_as_administrateur(cast: Cast) -> None:
    owed = mails_of(lambda: _attach(cast, "rocu@example.fr"))

    assert Utilisateur.objects.get(pk=cast.people["rocu"].pk).is_active
    assert owed == [("identifiant", "rocu@example.fr"), ("mot_de_passe_provisoire", "rocu@example.fr")]
