"""Suppléances: what one manages, lent for some days to another, who chooses to use it; each act says both names."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portail.accueil.queries import menu_for
from portail.campagnes import rules as campagnes
from portail.conventions.models import Administrateur, Rattachement
from portail.habilitations import actions, queries, roles
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.actions.appartenances import close_appartenances
from portail.habilitations.actions.utilisateurs import Fiche
from portail.habilitations.models import Appartenance, Responsable, Suppleance
from portail.habilitations.queries.suppleances import suppleances_for
from portail.habilitations.rules import refuse_importing
from portail.habilitations.rules.suppleances import NOTHING_LENT
from portail.journal.models import JournalEntry
from portail.simulations import rules as simulations
from tests.cast import Cast
from tests.habilitations.facts import in_days, mails_of, refusal_of, sentences_of, today, told


def named(cast: Cast, by: str = "bruet", to: str = "guy", **other: Any) -> Suppleance:
    dates = {"opens_on": today(), "closes_on": in_days(10), "motif": "Congés"} | other
    titulaire, suppleant = cast.rattachement(by), cast.rattachement(to)
    return actions.name_suppleant(by=cast.acteur(by), titulaire=titulaire, suppleant=suppleant, **dates)


def acting(cast: Cast, who: str, suppleance: Suppleance) -> Acteur:
    return acteur_for(cast.people[who], on=today(), suppleance=suppleance.pk)


def test_the_deputy_of_an_administrateur_manages_the_convention_once_he_chose_to(cast: Cast) -> None:
    suppleance = named(cast)
    farandole = cast.conventions["farandole"].pk

    assert cast.acteur("guy").administered == set()
    assert acting(cast, "guy", suppleance).administered == {farandole}
    assert acting(cast, "guy", suppleance).fonction_label == "en suppléance de Stéphane Bruet"


def test_the_deputy_of_a_responsable_manages_his_groups_and_no_other(cast: Cast) -> None:
    garban = cast.acteur("garban")

    lent = acting(cast, "guy", named(cast, "garban"))

    assert (lent.managed_groupes, lent.administered) == (garban.managed_groupes, set())


def test_his_own_rights_do_not_change(cast: Cast) -> None:
    suppleance = named(cast, to="robine")

    assert acting(cast, "robine", suppleance).rights == cast.acteur("robine").rights
    assert cast.acteur("robine").rights != []


def test_his_own_management_is_set_aside(cast: Cast) -> None:
    """Explicit, not a union: Garban standing in for Guy, named responsable of another group, manages that one only."""
    bruet = cast.acteur("bruet")
    actions.name_responsable(by=bruet, groupe=cast.groupe("AFAS-DEC"), rattachement=cast.rattachement("guy"))
    suppleance = named(cast, "guy", "garban")

    assert acting(cast, "garban", suppleance).managed_groupes == {cast.groupes["AFAS-DEC"].pk}


@pytest.mark.parametrize("lost", [Administrateur, Rattachement])
def test_what_the_giver_loses_the_deputy_loses_at_once(cast: Cast, lost: Any) -> None:
    suppleance = named(cast)
    bruet = cast.rattachements["bruet"].pk
    rows = lost.objects.filter(rattachement=bruet) if lost is Administrateur else lost.objects.filter(pk=bruet)

    rows.update(closes_on=in_days(-1))

    lent = acting(cast, "guy", suppleance)
    assert (lent.suppleant, lent.suppleances, lent.administered) == (None, [], set())


@pytest.mark.parametrize(("day", "is_lent"), [(1, False), (2, True), (5, True), (6, False)])
def test_both_ends_are_included(cast: Cast, day: int, is_lent: bool) -> None:
    suppleance = named(cast, opens_on=in_days(2), closes_on=in_days(5))

    lent = acteur_for(cast.people["guy"], on=in_days(day), suppleance=suppleance.pk)

    assert (lent.suppleant is not None) is is_lent


def test_nobody_takes_up_the_suppleance_of_another(cast: Cast) -> None:
    suppleance = named(cast)

    assert acting(cast, "robine", suppleance).suppleant is None
    assert acting(cast, "voisin", suppleance).administered == {cast.conventions["voisine"].pk}


@pytest.mark.parametrize(
    ("by", "to", "other", "sentence"),
    [
        ("bruet", "bruet", {}, "Personne n'est son propre suppléant : choisissez quelqu'un d'autre."),
        ("bruet", "voisin", {}, "Le suppléant doit être une personne de la même convention."),
        (
            "robine",
            "guy",
            {},
            "Seuls un administrateur partenaire et un responsable des habilitations nomment leur suppléant.",
        ),
        (
            "bruet",
            "guy",
            {"opens_on": in_days(-1)},
            "Une suppléance ne commence pas dans le passé : choisissez aujourd'hui ou un jour à venir.",
        ),
        ("bruet", "guy", {"closes_on": in_days(-1)}, "La date de clôture précède la date d'ouverture."),
    ],
)
def test_what_may_not_be_lent(cast: Cast, by: str, to: str, other: dict[str, Any], sentence: str) -> None:
    assert refusal_of(lambda: named(cast, by, to, **other)) == sentence


def test_not_beyond_the_access_of_the_deputy(cast: Cast) -> None:
    Rattachement.objects.filter(pk=cast.rattachements["guy"].pk).update(closes_on=in_days(5))

    assert refusal_of(lambda: named(cast)) == (
        f"La date de clôture dépasse celle de l'accès de Valérie Guy ({told(in_days(5))})."
    )


def test_the_base_refuses_doubles_oneself_no_end_and_two_conventions(cast: Cast) -> None:
    first = named(cast)
    titulaire, guy, voisin = first.titulaire, first.suppleant, cast.rattachements["voisin"]
    wrong: list[dict[str, Any]] = [
        {"suppleant": guy, "opens_on": in_days(10), "closes_on": in_days(20)},
        {"suppleant": titulaire, "opens_on": today(), "closes_on": today()},
        {"suppleant": cast.rattachements["robine"], "opens_on": today(), "closes_on": None},
        {"suppleant": voisin, "opens_on": today(), "closes_on": today()},
    ]
    for row in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Suppleance.objects.create(titulaire=titulaire, motif="Congés", **row)


# Never a chain, nothing on oneself


def test_a_deputy_names_no_deputy(cast: Cast) -> None:
    lent = acting(cast, "guy", named(cast))
    titulaire, robine = cast.rattachement("bruet"), cast.rattachement("robine")

    sentence = refusal_of(
        lambda: actions.name_suppleant(
            by=lent, titulaire=titulaire, suppleant=robine, opens_on=today(), closes_on=today(), motif="Chaîne"
        )
    )

    assert sentence.startswith("« Nommer un suppléant » ne se fait pas en suppléance")


ON_HIMSELF = "En suppléance de Stéphane Bruet, vous n'agissez pas sur vos propres droits"
ON_THE_GIVER = "Vous agissez en suppléance de Stéphane Bruet : ses propres droits ne se changent pas"
ON_THEIR_GROUP = "Ce groupe donne des droits ou une charge à vous-même ou à Stéphane Bruet"


@pytest.mark.parametrize(("who", "sentence"), [("garban", ON_HIMSELF), ("bruet", ON_THE_GIVER)])
def test_nothing_on_himself_nor_on_the_giver(cast: Cast, who: str, sentence: str) -> None:
    lent = acting(cast, "garban", named(cast, to="garban"))
    person, groupe = cast.rattachement(who), cast.groupe("AFAS-DEC")
    acts = [
        lambda: actions.add_to_groupe(by=lent, groupe=groupe, rattachement=person, opens_on=today(), closes_on=None),
        lambda: actions.close_utilisateur(by=lent, rattachement=person, closes_on=in_days(9), motif="Essai"),
        lambda: actions.name_responsable(by=lent, groupe=groupe, rattachement=person),
    ]

    assert [refusal_of(act).startswith(sentence) for act in acts] == [True] * 3


def test_not_on_his_own_membership_charge_nor_groups(cast: Cast) -> None:
    lent = acting(cast, "garban", named(cast, to="garban"))
    mine = Appartenance.objects.select_related("groupe__convention", "rattachement__utilisateur").get(
        rattachement=cast.rattachements["garban"]
    )
    charge = Responsable.objects.select_related("groupe__convention", "rattachement__utilisateur").get()
    accueil = cast.groupe("ACCUEIL")

    def leave() -> None:
        actions.close_appartenance(by=lent, appartenance=mine, closes_on=in_days(-1), motif="Essai")

    assert refusal_of(leave).startswith(ON_HIMSELF)
    assert refusal_of(lambda: actions.end_responsable(by=lent, responsable=charge)).startswith(ON_HIMSELF)
    assert refusal_of(lambda: actions.set_roles(by=lent, groupe=accueil, wanted=set())).startswith(ON_THEIR_GROUP)


def test_an_import_is_not_asked_for_in_suppleance(cast: Cast) -> None:
    lent = acting(cast, "guy", named(cast))

    assert "« Importer des utilisateurs » ne se fait pas en suppléance" in str(
        refuse_importing(lent, cast.conventions["farandole"])
    )


def test_requests_of_both_are_left_to_others(cast: Cast) -> None:
    service = roles.service("cdap")
    for who in ("guy", "bruet", "robine"):
        actions.ask_acces(by=cast.acteur(who), service=service, motif="Accueil", wished_until=None)
    lent = acting(cast, "guy", named(cast))

    assert sum(place.pending_acces for place in lent.places) == 1
    assert "Demandes d'accès (1)" in [item.label for section in menu_for(lent, "/") for item in section.items]


# What is told


def test_each_act_says_both_names(cast: Cast) -> None:
    lent = acting(cast, "guy", named(cast))
    fiche = Fiche(nom="Neuf", prenom="Nora", courriel="neuf@example.fr", opens_on=today())

    said = sentences_of(
        lambda: actions.create_utilisateur(by=lent, convention=cast.conventions["farandole"], fiche=fiche)
    )

    entry = JournalEntry.objects.order_by("-pk").first()
    assert said[0].startswith("Valérie Guy, en suppléance de Stéphane Bruet a créé l'utilisateur Nora Neuf")
    assert (entry.by, entry.by_label) == ("ENF01302XC", "Valérie Guy, en suppléance de Stéphane Bruet")


def test_naming_and_ending_are_told_to_both_and_to_the_journal(cast: Cast) -> None:
    dates = f"du {told(today())} au {told(in_days(10))}"

    said = sentences_of(lambda: named(cast))

    suppleance = Suppleance.objects.select_related(
        "titulaire__convention", "titulaire__utilisateur", "suppleant__utilisateur"
    ).get()
    mails = mails_of(
        lambda: actions.end_suppleance(by=cast.acteur("bruet"), suppleance=suppleance, motif="Retour anticipé")
    )
    last = JournalEntry.objects.order_by("-pk").first()
    assert said == [f"Stéphane Bruet a nommé Valérie Guy comme suppléant, {dates} : Congés"]
    assert mails == [("suppleance_terminee", "guy@example.fr"), ("suppleance_terminee", "bruet@example.fr")]
    assert last.kind == "habilitations.suppleance.ended"
    assert cast.acteur("guy").suppleances == []


@pytest.mark.parametrize(("who", "may"), [("bruet", True), ("marchand", True), ("garban", False), ("horsain", False)])
def test_the_giver_and_his_caf_end_it_any_day(cast: Cast, who: str, may: bool) -> None:
    suppleance = named(cast, opens_on=in_days(3))
    rows = Suppleance.objects.select_related(
        "titulaire__convention", "titulaire__utilisateur", "suppleant__utilisateur"
    )
    act = lambda: actions.end_suppleance(by=cast.acteur(who), suppleance=rows.get(), motif="Retour")  # noqa: E731

    if may:
        act()
    else:
        assert refusal_of(act)
    suppleance.refresh_from_db()
    assert suppleance.is_withdrawn is may


# Screens


def _switch(client: Any, chosen: str) -> Any:
    return client.post("/organisation/", {"convention": chosen}, follow=True)


def test_one_chooses_in_the_header_and_the_band_stays_on_every_page(cast: Cast, client_of) -> None:
    suppleance, guy = named(cast), client_of("guy")

    before = guy.get("/").content.decode()
    said = sentences_of(lambda: _switch(guy, f"suppleance:{suppleance.pk}"))
    pages = [guy.get(url).content.decode() for url in ("/", "/conventions/", "/mon-profil/")]
    left = sentences_of(lambda: _switch(guy, str(cast.conventions["farandole"].organisme_id)))
    after = guy.get("/").content.decode()

    assert "Stéphane Bruet (suppléance)" in before
    assert "suppleance-band" not in before + after
    assert ["suppleance-band" in page for page in pages] == [True] * 3
    assert said == ["Valérie Guy agit désormais en suppléance de Stéphane Bruet."]
    assert left == ["Valérie Guy n'agit plus en suppléance de Stéphane Bruet."]


def test_a_suppleance_that_lends_nothing_is_said_so(cast: Cast, client_of) -> None:
    suppleance = named(cast)
    Administrateur.objects.filter(rattachement=cast.rattachements["bruet"]).update(closes_on=in_days(-1))

    page = _switch(client_of("guy"), f"suppleance:{suppleance.pk}").content.decode()

    assert NOTHING_LENT.replace("'", "&#x27;") in page


def test_it_is_named_after_reading_what_it_lends(cast: Cast, client_of) -> None:
    url = f"/conventions/{cast.conventions['farandole'].pk}/suppleances/"
    form = {"suppleant": "ENF01302XC", "opens_on": today(), "closes_on": in_days(5), "motif": "Congés"}
    bruet = client_of("bruet")

    shown = bruet.post(f"{url}nommer/", form).content.decode()
    assert Suppleance.objects.count() == 0
    bruet.post(f"{url}nommer/", form | {"confirm": "1"})
    listed = bruet.get(url).content.decode()
    theirs = client_of("guy").get("/mon-profil/").content.decode()

    assert "toute la convention : utilisateurs, groupes" in shown
    assert "Valérie Guy" in listed
    assert "Vous suppléez <strong>Stéphane Bruet</strong>" in theirs


def test_a_suppleance_to_come_is_told_without_what_it_will_lend(cast: Cast, client_of) -> None:
    suppleance = named(cast, opens_on=in_days(20), closes_on=in_days(30))

    told = client_of("guy").get("/mon-profil/").content.decode()

    assert f"à partir du {suppleance.opens_on:%d/%m/%Y} et jusqu'au {suppleance.closes_on:%d/%m/%Y}" in told
    assert "Pour agir à sa place" not in told


def test_who_answers_for_a_group_lends_and_sees_his_own_only(cast: Cast) -> None:
    named(cast)
    mine = named(cast, "garban", "double")
    farandole = queries.convention_for(cast.acteur("garban"), cast.conventions["farandole"].pk)

    assert list(suppleances_for(cast.acteur("garban"), farandole)) == [mine]
    assert len(suppleances_for(cast.acteur("bruet"), farandole)) == 2


def test_a_page_costs_no_more_without_and_one_query_more_with(cast: Cast) -> None:
    def cost(suppleance: int | None) -> int:
        with CaptureQueriesContext(connection) as asked:
            acteur_for(cast.people["guy"], on=today(), suppleance=suppleance)
        return len(asked)

    alone = cost(None)
    suppleance = named(cast)

    assert (alone, cost(None), cost(suppleance.pk)) == (1, 1, 2)


def test_what_a_worker_carries_on_is_not_started_in_suppleance(cast: Cast) -> None:
    """It would be done as the deputy alone, or after the days lent."""
    acteur, convention = acting(cast, "guy", named(cast)), cast.conventions["farandole"]

    refusals = [
        refuse_importing(acteur, convention),
        simulations.refuse_simulating(acteur, convention),
        campagnes.refuse_launching(acteur),
        campagnes.refuse_asking(acteur),
    ]

    assert all(refusal and "ne se fait pas en suppléance" in refusal for refusal in refusals)


def test_many_taken_out_of_a_group_are_never_the_titulaire_nor_himself(cast: Cast) -> None:
    lent = acting(cast, "guy", named(cast, "garban"))
    member = Appartenance.objects.select_related("rattachement__utilisateur").get(
        rattachement=cast.rattachements["garban"], groupe=cast.groupes["ACCUEIL"]
    )

    [(row, why)] = close_appartenances(
        by=lent, groupe=cast.groupe("ACCUEIL"), appartenances=[member], closes_on=in_days(-1), motif="Essai"
    )

    assert (row, "ses propres droits ne se changent pas" in why) == (member, True)


def test_a_group_the_titulaire_answers_for_is_not_closed_by_what_he_lent(cast: Cast) -> None:
    bruet, groupe = cast.acteur("bruet"), cast.groupe("GUICHET")
    actions.name_responsable(by=bruet, groupe=groupe, rattachement=cast.rattachement("bruet"))
    lent = acting(cast, "guy", named(cast))

    said = refusal_of(lambda: actions.close_groupe(by=lent, groupe=groupe, closes_on=in_days(-1), motif="Essai"))

    assert "ou une charge" in said


def test_what_is_lent_again_later_is_chosen_again(cast: Cast, client_of: Any) -> None:
    suppleance, client = named(cast), client_of("guy")
    client.post("/organisation/", {"convention": f"suppleance:{suppleance.pk}"})
    charge = Administrateur.objects.filter(rattachement=cast.rattachements["bruet"])
    charge.update(closes_on=in_days(-1))

    assert client.session["suppleance"] == suppleance.pk
    client.get("/")
    charge.update(closes_on=None)
    client.get("/")

    assert "suppleance" not in client.session
