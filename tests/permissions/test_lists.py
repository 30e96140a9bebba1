"""A list and the check of one object agree: whoever sees it in the list finds it, and nobody else."""

import pytest
from django.core.exceptions import ObjectDoesNotExist

from portail.comptes import queries as comptes
from portail.comptes.models import Session
from portail.conventions.models import Convention, DemandeRattachement, Rattachement
from portail.habilitations import queries, rules
from portail.habilitations.models import Appartenance, Groupe, Responsable, Suppleance
from portail.habilitations.queries.suppleances import suppleance_for, suppleances_for
from portail.incidents import queries as incidents
from portail.incidents.models import Incident
from tests.permissions.matrix import PEOPLE
from tests.permissions.world import World

pytestmark = pytest.mark.django_db

NAMES = sorted(set(PEOPLE) - {"anonyme"})


def _finds(find, *arguments) -> bool:
    try:
        find(*arguments)
    except ObjectDoesNotExist:
        return False
    return True


@pytest.mark.parametrize("name", NAMES)
def test_a_convention_is_found_iff_it_is_listed(world: World, name: str) -> None:
    acteur = world.cast.acteur(name)

    listed = set(queries.conventions_for(acteur))

    found = {c for c in Convention.objects.all() if _finds(queries.convention_for, acteur, c.pk)}
    assert found == listed == set(Convention.objects.visible_to(acteur))
    assert all(rules.refuse_reading(acteur, convention) is None for convention in found)


@pytest.mark.parametrize("name", NAMES)
def test_a_list_of_conventions_opens_iff_it_may_show_one(world: World, name: str) -> None:
    acteur = world.cast.acteur(name)

    refusal = rules.refuse_conventions(acteur)

    assert (refusal is None) == (acteur.caf is not None or queries.conventions_for(acteur).exists())


@pytest.mark.parametrize("name", NAMES)
def test_a_person_is_found_iff_he_is_listed(world: World, name: str) -> None:
    acteur = world.cast.acteur(name)

    listed = {r for c in queries.conventions_for(acteur) for r in queries.rattachements_for(acteur, c)}

    everybody = Rattachement.objects.all()
    assert {r for r in everybody if _finds(queries.rattachement_for, acteur, r.convention_id, r.pk)} == listed


@pytest.mark.parametrize("name", NAMES)
def test_a_group_is_found_iff_it_is_listed(world: World, name: str) -> None:
    acteur = world.cast.acteur(name)

    listed = {g for c in queries.conventions_for(acteur) for g in queries.groupes_for(acteur, c)}

    found = {g for g in Groupe.objects.all() if _finds(queries.groupe_for, acteur, g.convention_id, g.pk)}
    assert found == listed == set(Groupe.objects.visible_to(acteur))


@pytest.mark.parametrize("name", NAMES)
def test_a_membership_is_found_iff_its_group_is_listed(world: World, name: str) -> None:
    acteur = world.cast.acteur(name)

    groupes = {g for c in queries.conventions_for(acteur) for g in queries.groupes_for(acteur, c)}

    found = {
        a for a in Appartenance.objects.all() if _finds(queries.appartenance_for, acteur, a.groupe.convention_id, a.pk)
    }
    assert found == {appartenance for groupe in groupes for appartenance in queries.members_of(groupe)}


@pytest.mark.parametrize("name", NAMES)
def test_a_responsable_is_found_iff_his_group_is_listed(world: World, name: str) -> None:
    acteur = world.cast.acteur(name)

    groupes = {g for c in queries.conventions_for(acteur) for g in queries.groupes_for(acteur, c)}

    found = {
        r
        for r in Responsable.objects.all()
        if _finds(queries.responsable_for, acteur, r.groupe.convention_id, r.groupe_id, r.pk)
    }
    assert found == set(Responsable.objects.filter(groupe__in=groupes))


@pytest.mark.parametrize("name", NAMES)
def test_a_case_to_decide_is_found_iff_it_is_listed(world: World, name: str) -> None:
    acteur = world.cast.acteur(name)

    listed = set(queries.demandes_for(acteur))

    assert {d for d in DemandeRattachement.objects.all() if _finds(queries.demande_for, acteur, d.pk)} == listed


@pytest.mark.parametrize("name", NAMES)
def test_a_session_is_found_iff_it_is_listed(world: World, name: str) -> None:
    acteur = world.cast.acteur(name)

    listed = {session.pk for session in comptes.sessions_for(acteur)}

    found = {session.pk for session in Session.objects.all() if _finds(comptes.session_for, acteur, session.handle)}
    assert found == listed


@pytest.mark.parametrize("name", NAMES)
def test_a_group_where_one_may_add_people_is_one_he_manages(world: World, name: str) -> None:
    acteur = world.cast.acteur(name)
    groupes = [queries.groupe_for(acteur, g.convention_id, g.pk) for g in Groupe.objects.visible_to(acteur)]

    offered = {g for c in queries.conventions_for(acteur) for g in queries.managed_groupes_of(acteur, c)}

    managed = {groupe for groupe in groupes if rules.refuse_managing_groupe(acteur, groupe) is None}
    assert managed <= offered
    assert offered == managed or acteur.fonction in ("gestionnaire", "auditeur")


@pytest.mark.parametrize("name", NAMES)
def test_an_incident_is_found_iff_it_is_listed(world: World, name: str) -> None:
    acteur = world.cast.acteur(name)

    listed = set(incidents.incidents_for(acteur))

    assert {i for i in Incident.objects.all() if _finds(incidents.incident_for, acteur, i.pk)} == listed


@pytest.mark.parametrize("name", NAMES)
def test_a_suppleance_is_found_iff_it_is_listed(world: World, name: str) -> None:
    acteur = world.cast.acteur(name)

    listed = {s for c in queries.conventions_for(acteur) for s in suppleances_for(acteur, c)}

    everybody = Suppleance.objects.select_related("titulaire")
    assert {s for s in everybody if _finds(suppleance_for, acteur, s.titulaire.convention_id, s.pk)} == listed
