"""Profiles: who may be given which, for how long; the Caf's answer about an approbateur; what they stand on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portail.afas import events
from portail.afas.actions import profils as actions
from portail.afas.actions.activites import close_activite, close_lieu
from portail.afas.enums import RoleProfil, Validation
from portail.afas.models import Profil
from portail.afas.queries.profils import candidates_for, others_for, people_of, roles_on, waiting_for
from portail.conventions.models import Rattachement
from portail.habilitations import actions as habilitations
from portail.habilitations.acteur import acteur_for
from portail.ui.rules import Refused, constraint_sentence
from tests.afas.scene import Scene
from tests.habilitations.facts import in_days, mails_of, refusal_of, sentences_of, today

pytestmark = pytest.mark.django_db
A, F, P = RoleProfil.ACTIVITE, RoleProfil.FINANCES, RoleProfil.APPROBATEUR


def give(scene: Scene, name: str, role: str = F, *, by: str = "bruet", lieu: int | None = None, on: int = 0) -> Profil:
    given = actions.give_profils(
        by=scene.cast.acteur(by),
        rattachement=scene.cast.rattachement(name),
        role=role,
        opens_on=in_days(on),
        portees=[(scene.activite, None if lieu is None else scene.lieux[lieu])],
    )
    return given[0]


def giving(scene: Scene, *args: Any, **kwargs: Any) -> Callable[[], Any]:
    return lambda: give(scene, *args, **kwargs)


def declares(scene: Scene, *names: str) -> None:
    """These people may declare from now on."""
    for name in names:
        habilitations.add_to_groupe(
            by=scene.cast.acteur("bruet"),
            groupe=scene.cast.groupes["AFAS-DEC"],
            rattachement=scene.cast.rattachement(name),
            opens_on=today(),
            closes_on=None,
        )


def test_a_role_is_given_and_told(scene: Scene) -> None:
    told = sentences_of(giving(scene, "guy"))

    assert told == [
        "Stéphane Bruet a donné à Valérie Guy le rôle Fournisseur de données financières sur « ESC Farandole Istres »"
        f", à partir du {today():%d/%m/%Y}."
    ]
    assert roles_on(scene.cast.acteur("guy"), scene.activite) == {F}
    assert [p.rattachement.utilisateur.nom for p in people_of(scene.activite, today()) if p.role == F] == [
        "Guy",
        "Robine",
    ]


def test_one_person_may_have_the_three_roles(scene: Scene) -> None:
    give(scene, "garban", F)
    give(scene, "garban", A)

    assert roles_on(scene.cast.acteur("garban"), scene.activite) == {A, F, P}


def test_the_same_role_is_not_given_twice(scene: Scene) -> None:
    assert refusal_of(giving(scene, "robine", F)) == (
        "Olivia Robine est déjà fournisseur de données financières sur « ESC Farandole Istres »."
    )


def test_at_most_two_suppliers(scene: Scene) -> None:
    give(scene, "guy", F)
    refusal = refusal_of(giving(scene, "garban", F))

    assert refusal.startswith("« ESC Farandole Istres » a déjà deux personnes fournisseur de données financières (")
    give(scene, "guy", A, lieu=0)
    assert "« ESC Farandole Istres » a déjà deux personnes" in refusal_of(giving(scene, "garban", A, lieu=0))
    give(scene, "garban", A, lieu=1)  # two on each lieu
    give(scene, "garban", A)  # and two on the activité


def test_a_third_may_come_when_one_has_left(scene: Scene) -> None:
    guy = give(scene, "guy", F)
    actions.end_profil(by=scene.cast.acteur("bruet"), profil=guy, closes_on=in_days(9), motif="Départ")

    assert "deux personnes" in refusal_of(giving(scene, "garban", F, on=9))
    give(scene, "garban", F, on=10)


def test_the_base_keeps_two_suppliers_at_every_date(scene: Scene) -> None:
    give(scene, "guy", F)
    guy, garban = scene.profil("guy"), scene.cast.rattachements["garban"]

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Profil.objects.create(rattachement=garban, role=F, activite=scene.activite, opens_on=in_days(30))
    assert constraint_sentence(refused.value) == (
        "Deux personnes ont déjà ce rôle à ces dates : mettez fin à l'une des deux d'abord."
    )
    Profil.objects.filter(pk=guy.pk).update(closes_on=in_days(29))
    Profil.objects.create(rattachement=garban, role=F, activite=scene.activite, opens_on=in_days(30))
    with pytest.raises(IntegrityError), transaction.atomic():
        Profil.objects.filter(pk=guy.pk).update(closes_on=None)


def test_on_a_lieu_only_the_activity_is_supplied(scene: Scene) -> None:
    assert "Sur un lieu d'implantation" in refusal_of(giving(scene, "guy", F, lieu=0))


def test_whoever_may_not_declare_is_not_chosen_and_the_way_is_said(scene: Scene) -> None:
    bruet = scene.cast.acteur("bruet")
    refusal = refusal_of(giving(scene, "double"))

    assert refusal.startswith("Denise Double n'a pas le rôle AFAS-Déclarer")
    assert {r.utilisateur.nom for r in candidates_for(bruet)} == {"Garban", "Guy", "Robine"}
    assert {r.utilisateur.nom for r in others_for(bruet)} == {"Bollie", "Bruet", "Double"}


def test_a_day_gone_by_or_beyond_the_activite_is_refused(scene: Scene) -> None:
    assert "La date de début est passée" in refusal_of(giving(scene, "guy", on=-1))
    close_activite(
        by=scene.cast.acteur("gestin"), activite=scene.activite, closes_on=in_days(20), motif="Fin du service"
    )
    scene.activite.refresh_from_db()
    assert "vient après la clôture" in refusal_of(giving(scene, "guy", on=21))


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("robine", "demande le rôle AFAS-Habiliter"),
        ("voisin", "demande le rôle AFAS-Habiliter"),
        ("gestin", "donnés par l'organisme"),
        ("marchand", "donnés par l'organisme"),
    ],
)
def test_only_who_holds_afas_habiliter_gives(scene: Scene, who: str, why: str) -> None:
    assert why in refusal_of(giving(scene, "guy", by=who))


def test_nobody_gives_a_profile_as_somebody_s_deputy(scene: Scene) -> None:
    bruet, garban = scene.cast.acteur("bruet"), scene.cast.acteur("garban")
    lent = habilitations.name_suppleant(
        by=garban,
        titulaire=scene.cast.rattachement("garban"),
        suppleant=scene.cast.rattachement("bruet"),
        opens_on=today(),
        closes_on=in_days(10),
        motif="Congés",
    )
    deputy = acteur_for(bruet.utilisateur, on=today(), suppleance=lent.pk)

    with pytest.raises(Refused, match="pas en suppléance"):
        actions.give_profils(
            by=deputy,
            rattachement=scene.cast.rattachement("guy"),
            role=F,
            opens_on=today(),
            portees=[(scene.activite, None)],
        )


def test_all_or_none_of_the_activites_chosen(scene: Scene) -> None:
    bruet, guy = scene.cast.acteur("bruet"), scene.cast.rattachement("guy")
    give(scene, "guy", A, lieu=1)

    refusal = refusal_of(
        lambda: actions.give_profils(
            by=bruet,
            rattachement=guy,
            role=A,
            opens_on=today(),
            portees=[(scene.activite, lieu) for lieu in scene.lieux],
        )
    )

    assert "est déjà fournisseur" in refusal


# The approbateur


def test_an_approbateur_waits_and_the_caf_is_told_once(scene: Scene) -> None:
    told = mails_of(giving(scene, "guy", P))

    guy = scene.profil("guy")
    assert told == [("approbateur_a_valider", "caf132@example.fr")]
    assert (guy.validation, guy.remplace) == (Validation.EN_ATTENTE, scene.profil("garban"))
    assert roles_on(scene.cast.acteur("guy"), scene.activite) == set()
    assert roles_on(scene.cast.acteur("garban"), scene.activite) == {P}
    assert list(waiting_for(scene.cast.acteur("gestin"))) == [guy]
    assert list(waiting_for(scene.cast.acteur("horsain"))) == []


def test_a_second_proposal_waits_for_the_first(scene: Scene) -> None:
    give(scene, "guy", P)

    assert "Valérie Guy attend déjà la validation" in refusal_of(giving(scene, "robine", P))


def test_a_proposal_is_withdrawn_and_another_made(scene: Scene) -> None:
    guy = give(scene, "guy", P, on=5)
    actions.end_profil(by=scene.cast.acteur("bruet"), profil=guy, closes_on=today(), motif="Erreur")

    assert list(waiting_for(scene.cast.acteur("gestin"))) == []
    assert "a retiré cette proposition" in refusal_of(
        lambda: actions.validate_approbateur(by=scene.cast.acteur("gestin"), profil=guy)
    )
    give(scene, "robine", P)


@pytest.mark.parametrize("days", [0, 8])
def test_validation_leaves_no_day_uncovered(scene: Scene, days: int) -> None:
    guy, gestin = give(scene, "guy", P, on=days), scene.cast.acteur("gestin")

    told = mails_of(lambda: actions.validate_approbateur(by=gestin, profil=guy))

    guy.refresh_from_db()
    garban = scene.profil("garban")
    assert (guy.validation, guy.opens_on, garban.closes_on) == (Validation.VALIDEE, in_days(days), in_days(days - 1))
    kinds = [kind for kind, _ in told]
    assert kinds.count("approbateur_valide") == 3  # Guy, Garban, and Bruet who proposed her
    assert {to for kind, to in told if kind == "afas_appel_echeance"} >= {"robine@example.fr"}


def test_who_was_proposed_long_ago_approves_from_the_answer_on(scene: Scene) -> None:
    guy = give(scene, "guy", P)
    Profil.objects.filter(pk=guy.pk).update(opens_on=in_days(-10))

    actions.validate_approbateur(by=scene.cast.acteur("marchand"), profil=guy)

    guy.refresh_from_db()
    assert guy.opens_on == today()


def test_refused_with_the_reason_he_in_post_stays(scene: Scene) -> None:
    guy, gestin = give(scene, "guy", P), scene.cast.acteur("gestin")

    told = sentences_of(lambda: actions.refuse_approbateur(by=gestin, profil=guy, motif="Délégation absente."))

    assert told == [
        "Gaëlle Gestin a refusé Valérie Guy comme approbateur de « ESC Farandole Istres » : Délégation absente."
    ]
    assert scene.profil("garban").closes_on is None
    give(scene, "guy", P)  # and may be proposed again


@pytest.mark.parametrize("who", ["auditeau", "bruet", "garban"])
def test_the_caf_alone_answers(scene: Scene, who: str) -> None:
    guy, acteur = give(scene, "guy", P), scene.cast.acteur(who)

    assert "gestionnaire ou un administrateur" in refusal_of(
        lambda: actions.validate_approbateur(by=acteur, profil=guy)
    )


def test_an_answer_is_given_once(scene: Scene) -> None:
    guy, gestin = give(scene, "guy", P), scene.cast.acteur("gestin")
    actions.validate_approbateur(by=gestin, profil=guy)

    assert "a déjà sa réponse" in refusal_of(lambda: actions.refuse_approbateur(by=gestin, profil=guy, motif="Non."))


def test_who_may_no_longer_declare_is_not_validated(scene: Scene) -> None:
    guy = give(scene, "guy", P)
    habilitations.close_utilisateur(
        by=scene.cast.acteur("bruet"),
        rattachement=scene.cast.rattachement("guy"),
        closes_on=in_days(-1),
        motif="Départ",
    )

    assert "n'a pas le rôle AFAS-Déclarer" in refusal_of(
        lambda: actions.validate_approbateur(by=scene.cast.acteur("gestin"), profil=guy)
    )


# What they stand on


def test_a_profile_acts_only_while_its_person_may_declare(scene: Scene) -> None:
    habilitations.set_roles(by=scene.cast.acteur("bruet"), groupe=scene.cast.groupe("AFAS-DEC"), wanted=set())

    assert roles_on(scene.cast.acteur("robine"), scene.activite) == set()
    assert people_of(scene.activite, today()) == []
    assert scene.profil("robine").closes_on is None  # nothing is lost if the role comes back


def test_the_profiles_of_who_has_left_end_with_him(scene: Scene) -> None:
    Rattachement.objects.filter(pk=scene.cast.rattachements["robine"].pk).update(closes_on=in_days(-1))

    ended: list[int] = []
    told = sentences_of(lambda: ended.append(actions.end_left_behind(today())))

    assert ended == [3]
    assert {p.closes_on for p in Profil.objects.filter(rattachement=scene.cast.rattachements["robine"])} == {
        in_days(-1)
    }
    assert "Le système a mis fin au rôle" in told[0]
    assert actions.end_left_behind(today()) == 0


def test_closing_an_activite_ends_its_profiles_and_its_lieux(scene: Scene) -> None:
    gestin = scene.cast.acteur("gestin")
    told = sentences_of(
        lambda: close_activite(by=gestin, activite=scene.activite, closes_on=in_days(5), motif="Fin du service")
    )

    assert {p.closes_on for p in scene.activite.profils.all()} == {in_days(5)}
    assert {lieu.closes_on for lieu in scene.activite.lieux.all()} == {in_days(5)}
    assert told[-1] == (
        f"Gaëlle Gestin a clôturé l'activité « ESC Farandole Istres » au {in_days(5):%d/%m/%Y} (4\xa0rôles terminés) : "
        "Fin du service"
    )


def test_closing_a_lieu_ends_what_was_given_on_it(scene: Scene) -> None:
    close_lieu(by=scene.cast.acteur("gestin"), lieu=scene.lieux[1], closes_on=in_days(5), motif="Travaux")

    ended = Profil.objects.filter(activite=scene.activite, closes_on=in_days(5))
    assert [profil.lieu for profil in ended] == [scene.lieux[1]]


def test_every_kind_of_the_feed_is_told() -> None:
    assert {kind.code.split(".")[1] for kind in events.PROFIL_KINDS} == {"profil", "approbateur"}
