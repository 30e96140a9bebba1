"""Changes tried without being made: the difference by the real acts, kept, then done exactly as shown."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from portail.conventions.models import RoleBulletin
from portail.habilitations import actions as habilitations
from portail.habilitations.models import Appartenance, Groupe, Habilitation, RoleGroupe
from portail.journal import events
from portail.journal.models import JournalEntry
from portail.journal.queries import entries_about
from portail.simulations import actions, queries
from portail.simulations.models import LigneSimulation, Simulation
from portail.simulations.rules import refuse_applying
from tests.cast import Cast
from tests.habilitations.facts import in_days, today
from tests.permissions.world import content_of_tables


def begun(cast: Cast, who: str = "bruet", jour: Any = None) -> Simulation:
    acteur = cast.acteur(who)
    made = actions.create_simulation(
        by=acteur, convention=cast.groupe("GUICHET").convention, libelle="Réorganisation", jour=jour
    )
    return queries.simulation_for(acteur, made.pk)


def put(
    cast: Cast, simulation: Simulation, nature: str, cible: str, values: dict[str, Any], who: str = "bruet"
) -> None:
    place = queries.place_for(cast.acteur(who), simulation.pk, nature, cible)
    actions.set_changement(by=cast.acteur(who), place=place, libelle="Un changement", values=values)


def computed(cast: Cast, simulation: Simulation, who: str = "bruet") -> Simulation:
    acteur = cast.acteur(who)
    actions.compute_simulation(by=acteur, simulation=queries.simulation_for(acteur, simulation.pk))
    return queries.simulation_for(acteur, simulation.pk)


def lines(simulation: Simulation) -> set[tuple[str, str, str]]:
    rows = LigneSimulation.objects.filter(simulation=simulation).select_related("utilisateur")
    return {(row.sens, row.utilisateur.nom, row.role) for row in rows}


def roles_of_accueil(cast: Cast, *wanted: str) -> Simulation:
    simulation = begun(cast)
    put(cast, simulation, "roles", str(cast.groupes["ACCUEIL"].pk), {"roles": list(wanted)})
    return computed(cast, simulation)


def rights() -> set[tuple[int, str, Any]]:
    return set(Habilitation.objects.order_by("pk").values_list("utilisateur", "role", "period"))


def test_a_role_taken_away_is_lost_below_and_nothing_is_done(cast: Cast) -> None:
    before, held = rights(), RoleGroupe.objects.count()

    simulation = roles_of_accueil(cast, "cdap.t1")

    assert lines(simulation) == {("perte", "Garban", "cdap.t5"), ("perte", "Double", "cdap.t5")}
    assert simulation.etat == "calculee"
    assert (rights(), RoleGroupe.objects.count()) == (before, held)
    assert simulation.bilan == {
        "roles": [["cdap.t5", 2, 0]], "losers": 2, "gainers": 0, "without": 1, "quotas": []
    }  # fmt: skip
    assert LigneSimulation.objects.get(is_last=True).utilisateur.nom == "Double"


def test_only_what_a_simulation_keeps_is_written(cast: Cast) -> None:
    mails = JournalEntry.objects.exclude(kind__startswith="simulations.").count()

    roles_of_accueil(cast, "cdap.t1")

    assert JournalEntry.objects.exclude(kind__startswith="simulations.").count() == mails
    kinds = [entry.kind for entry in entries_about(Simulation.objects.get())]
    assert kinds == ["simulations.simulation.computed", "simulations.simulation.created"]


def test_the_very_difference_is_applied_and_its_acts_carry_its_number(cast: Cast) -> None:
    simulation = roles_of_accueil(cast, "cdap.t1")
    shown = lines(simulation)

    done = actions.apply_simulation(by=cast.acteur("bruet"), simulation=simulation, edition=simulation.edition)

    assert done.etat == "appliquee"
    assert done.applied_by == cast.people["bruet"]
    assert lines(done) == shown
    assert {role for _, role, _ in rights()} == {"afas.declarer", "cdap.t1", "cdap.t5"}  # T5: the neighbour's
    act = JournalEntry.objects.filter(kind="habilitations.roles.set").order_by("-pk").first()
    assert f"simulation:{done.pk}" in act.subjects
    told = events.sentence(act.kind, act.by_label, act.facts)
    assert told.endswith(f" (simulation n° {done.pk}).")
    assert entries_about(done).first().kind == "simulations.simulation.applied"


def test_what_moved_is_not_applied_but_shown(cast: Cast) -> None:
    simulation = roles_of_accueil(cast, "cdap.t1")
    habilitations.add_to_groupe(
        by=cast.acteur("bruet"),
        groupe=cast.groupe("GUICHET"),
        rattachement=cast.rattachement("guy"),
        opens_on=today(),
        closes_on=None,
    )

    after = actions.apply_simulation(by=cast.acteur("bruet"), simulation=simulation, edition=simulation.edition)

    assert (after.etat, after.applied_by) == ("calculee", None)
    assert "La situation a changé depuis le calcul" in after.sentence
    assert [(who.partition(",")[0], before) for who, before, _ in after.moved] == [("Valérie Guy (ENF01302XC)", "rien")]
    assert ("perte", "Guy", "cdap.t5") in lines(after)
    assert RoleGroupe.objects.filter(groupe=cast.groupes["ACCUEIL"], closes_on=None).count() == 2


def test_the_screen_answers_409_with_what_moved(cast: Cast, client_of) -> None:
    simulation = roles_of_accueil(cast, "cdap.t1")
    habilitations.add_to_groupe(
        by=cast.acteur("bruet"),
        groupe=cast.groupe("GUICHET"),
        rattachement=cast.rattachement("guy"),
        opens_on=today(),
        closes_on=None,
    )

    answer = client_of("bruet").post(f"/simulations/{simulation.pk}/appliquer/", {"edition": simulation.edition})

    assert answer.status_code == 409
    assert "Valérie Guy" in answer.content.decode()
    assert Simulation.objects.get().etat == "calculee"


def test_people_are_added_and_removed_together(cast: Cast) -> None:
    simulation = begun(cast)
    people = [cast.rattachements[name].pk for name in ("guy", "robine", "double")]
    dates = {"opens_on": today().isoformat(), "closes_on": in_days(30).isoformat()}
    put(cast, simulation, "ajout", str(cast.groupes["ACCUEIL"].pk), {"people": people, "source": None, **dates})
    leaving = {"people": [], "tous": True, "when": "tout_de_suite", "on": "", "motif": "Réorganisation"}
    put(cast, simulation, "retrait", str(cast.groupes["GUICHET"].pk), leaving)

    done = computed(cast, simulation)

    assert lines(done) >= {
        ("gain", "Guy", "cdap.t1"),
        ("gain", "Robine", "cdap.t5"),
        ("perte", "Double", "cdap.t5"),
        ("gain", "Double", "cdap.t1"),
    }
    assert [c.done for c in done.changements.all()] == [3, 1]
    assert not Appartenance.objects.filter(rattachement=cast.rattachements["guy"]).exists()

    actions.apply_simulation(by=cast.acteur("bruet"), simulation=done, edition=done.edition)

    assert Appartenance.objects.get(rattachement=cast.rattachements["guy"]).closes_on == in_days(30)


def test_each_refusal_is_told_with_whom_it_stops(cast: Cast) -> None:
    simulation = begun(cast)
    people = [cast.rattachements[name].pk for name in ("garban", "guy", "rocu")]
    values = {"people": people, "source": None, "opens_on": today().isoformat(), "closes_on": ""}
    put(cast, simulation, "ajout", str(cast.groupes["ACCUEIL"].pk), values)
    put(cast, simulation, "roles", str(cast.groupes["GUICHET"].pk), {"roles": ["afas.declarer"]})

    done = computed(cast, simulation)

    first, second = done.changements.all()
    assert (first.done, first.is_refused) == (1, False)
    assert [refusal["why"] for refusal in first.refusals] == [
        "Cette personne appartient déjà à ce groupe à ces dates.",
        "L'accès de cette personne est clôturé.",
    ]
    assert second.is_refused
    assert second.refusals[0]["why"].startswith("Le groupe parent n'a pas")
    assert "Le changement n° 2 est refusé" in (refuse_applying(cast.acteur("bruet"), done) or "")


def test_a_sub_group_comes_with_its_roles_and_members(cast: Cast) -> None:
    simulation = begun(cast, "garban")
    values = {
        "code": "NUIT",
        "libelle": "Nuit",
        "opens_on": today().isoformat(),
        "closes_on": "",
        "roles": ["cdap.t1"],
        "responsable": None,
        "people": [cast.rattachements["double"].pk],
        "source": None,
    }
    put(cast, simulation, "sous-groupe", str(cast.groupes["ACCUEIL"].pk), values, who="garban")

    done = computed(cast, simulation, "garban")

    assert [c.refusals for c in done.changements.all()] == [[]]
    assert lines(done) == {("gain", "Double", "cdap.t1")}
    assert not Groupe.objects.filter(code="NUIT").exists()

    actions.apply_simulation(by=cast.acteur("garban"), simulation=done, edition=done.edition)

    assert Groupe.objects.get(code="NUIT").parent == cast.groupes["ACCUEIL"]


def test_on_a_day_to_come(cast: Cast) -> None:
    simulation = begun(cast, jour=in_days(10))
    put(cast, simulation, "roles", str(cast.groupes["ACCUEIL"].pk), {"roles": ["cdap.t1"]})

    done = computed(cast, simulation)

    assert {row.opens_on for row in LigneSimulation.objects.all()} == {in_days(10)}
    assert f"vaut pour le {in_days(10):%d/%m/%Y}" in (refuse_applying(cast.acteur("bruet"), done) or "")


def test_a_caf_tries_the_suspension_and_the_end_of_a_convention(cast: Cast) -> None:
    simulation = begun(cast, "marchand")
    days = {"opens_on": today().isoformat(), "closes_on": in_days(5).isoformat(), "motif": "Contrôle"}
    put(cast, simulation, "suspension", "convention", days, who="marchand")
    put(
        cast,
        simulation,
        "cloture",
        "convention",
        {"closes_on": in_days(20).isoformat(), "motif": "Fin"},
        who="marchand",
    )

    done = computed(cast, simulation, "marchand")

    assert [c.refusals for c in done.changements.all()] == [[], []]
    periods = {(row.opens_on, row.closes_on) for row in LigneSimulation.objects.all()}
    assert periods == {(today(), in_days(5)), (in_days(21), None)}
    assert cast.groupe("GUICHET").convention.closes_on is None


def test_a_bulletin_is_tried_then_becomes_an_avenant(cast: Cast) -> None:
    simulation = begun(cast, "marchand")
    values = {
        "service": "cdap",
        "roles": ["cdap.t5"],
        "opens_on": f"{cast.conventions['farandole'].opens_on}",
        "closes_on": "",
        "max_utilisateurs": "1",
        "finalite": "",
    }
    put(cast, simulation, "bulletin", "cdap", values, who="marchand")

    done = computed(cast, simulation, "marchand")

    assert lines(done) == {("perte", "Garban", "cdap.t1")}
    assert done.bilan["quotas"][0].startswith("Le bulletin d'adhésion limite")
    assert "serait dépassé" in (refuse_applying(cast.acteur("marchand"), done) or "")
    assert RoleBulletin.objects.filter(role="cdap.t1", closes_on=None).exists()

    place = queries.changement_for(cast.acteur("marchand"), done.pk, 1)
    actions.set_changement(
        by=cast.acteur("marchand"), place=place, libelle="Sans T1", values=values | {"max_utilisateurs": ""}
    )
    done = computed(cast, done, "marchand")
    after = actions.apply_simulation(by=cast.acteur("marchand"), simulation=done, edition=done.edition)

    assert after.etat == "appliquee"
    assert after.version.etat == "brouillon"
    assert [b.roles for b in after.version.told.bulletins if b.service == "cdap"] == [["cdap.t5"]]
    assert RoleBulletin.objects.filter(role="cdap.t1", closes_on=None).exists(), "nothing before both have signed"


def test_a_simulation_applied_is_kept_for_ever(cast: Cast) -> None:
    simulation = roles_of_accueil(cast, "cdap.t1")
    actions.apply_simulation(by=cast.acteur("bruet"), simulation=simulation, edition=simulation.edition)

    for rows in (LigneSimulation.objects.all(), simulation.changements.all(), Simulation.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Simulation.objects.update(libelle="Autre")


def test_a_large_convention_is_left_to_a_worker(cast: Cast, settings) -> None:
    settings.PORTAIL = settings.PORTAIL | {"SIMULATION_AT_ONCE": 0}
    waiting = roles_of_accueil(cast, "cdap.t1")
    assert waiting.etat == "calcul"

    actions.carry_on_all()

    done = queries.simulation_for(cast.acteur("bruet"), waiting.pk)
    assert (done.etat, len(lines(done))) == ("calculee", 2)
    actions.apply_simulation(by=cast.acteur("bruet"), simulation=done, edition=done.edition)
    actions.carry_on(done.pk)
    assert Simulation.objects.get().etat == "appliquee"


def test_who_may_no_longer_act_there_changes_nothing(cast: Cast, settings) -> None:
    settings.PORTAIL = settings.PORTAIL | {"SIMULATION_AT_ONCE": 0}
    waiting = roles_of_accueil(cast, "cdap.t1")
    cast.people["bruet"].rattachements.update(closes_on=timezone.localdate() - timedelta(days=1))

    actions.carry_on(waiting.pk)

    stopped = Simulation.objects.get()
    assert stopped.etat == "brouillon"
    assert "ne gère plus la convention" in stopped.sentence


def test_nobody_sees_a_person_out_of_his_perimeter(cast: Cast) -> None:
    simulation = roles_of_accueil(cast, "cdap.t1")
    garban = begun(cast, "garban")
    put(cast, garban, "roles", str(cast.groupes["GUICHET"].pk), {"roles": []}, who="garban")
    computed(cast, garban, "garban")

    seen = {who: set(queries.simulations_for(cast.acteur(who)).values_list("pk", flat=True)) for who in cast.people}

    assert seen["bruet"] == seen["marchand"] == seen["auditeau"] == {simulation.pk, garban.pk}
    assert seen["garban"] == {garban.pk}
    assert [who for who in ("robine", "voisin", "horsain", "gestin", "guy") if seen[who]] == []
    assert {line.utilisateur.nom for line in queries.lignes_for(cast.acteur("garban"), garban)} == {"Double"}


def test_what_a_caf_tries_is_the_caf_s(cast: Cast) -> None:
    simulation = begun(cast, "marchand")

    assert not queries.simulations_for(cast.acteur("bruet")).exists()
    assert queries.simulations_for(cast.acteur("auditeau")).get() == simulation


def test_it_can_be_given_up(cast: Cast, client_of) -> None:
    simulation = roles_of_accueil(cast, "cdap.t1")
    auditeau = client_of("auditeau")
    before = content_of_tables()

    refused = auditeau.post(f"/simulations/{simulation.pk}/abandonner/")
    assert (refused.status_code, content_of_tables()) == (403, before)
    client_of("bruet").post(f"/simulations/{simulation.pk}/abandonner/")

    assert Simulation.objects.get().etat == "abandonnee"
    assert entries_about(simulation).first().kind == "simulations.simulation.abandoned"


def test_natures_are_told_to_their_side_only(cast: Cast, client_of) -> None:
    simulation, of_caf = begun(cast), begun(cast, "marchand")

    partner = client_of("bruet").get(f"/simulations/{simulation.pk}/changements/").content.decode()
    caf = client_of("marchand").get(f"/simulations/{of_caf.pk}/changements/").content.decode()
    refused = client_of("bruet").get(f"/simulations/{simulation.pk}/changements/suspension/convention/")

    assert "Suspendre la convention" not in partner
    assert "Suspendre la convention" in caf
    assert refused.status_code == 403
    assert 'value="roles"' in caf
