"""Sixteen at once on what is signed, proved and simulated: one is done, the others get a sentence."""

from typing import Any

import pytest

from portail.conventionnement import actions
from portail.conventionnement.models import Signature
from portail.conventions.actions.conventions import FicheOrganisme
from portail.conventions.models import Administrateur, Convention, Organisme, RoleBulletin, TypeOrganisme
from portail.habilitations.actions import end_suppleance, justificatifs, name_suppleant
from portail.habilitations.models import Justificatif, Suppleance
from portail.simulations import actions as simulations
from portail.simulations.models import Simulation
from portail.simulations.queries import simulation_for
from portail.ui.rules import Stale
from tests.cast import Cast, build_cast
from tests.conventionnement import fresh, proposed, signatory, signed
from tests.habilitations.facts import in_days, today
from tests.habilitations.proofs import T1, deposit
from tests.habilitations.test_races import THREADS, at_once
from tests.simulations.test_simulations import roles_of_accueil

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


def done(told: list[Any]) -> int:
    return len([each for each in told if not isinstance(each, Exception)])


def test_a_version_is_signed_once(cast: Cast) -> None:
    version = proposed(cast)
    by = signatory(version)

    told = at_once(*[lambda: actions.sign(by=by, version=version, empreinte=version.empreinte)] * THREADS)

    assert done(told) == 1
    assert Signature.objects.filter(version=version).count() == 1


def test_a_version_is_validated_once_or_withdrawn(cast: Cast) -> None:
    version, marchand = signed(cast), cast.acteur("marchand")

    told = at_once(
        *[
            lambda: actions.validate(by=marchand, version=version, empreinte=version.empreinte),
            lambda: actions.withdraw(by=marchand, version=version, motif="Erreur"),
        ]
        * (THREADS // 2)
    )

    assert done(told) == 1
    acts = Convention.objects.filter(pk=fresh(version).convention_id, validated_on__isnull=False)
    named = Administrateur.objects.filter(rattachement__convention=version.convention_id).count()
    assert named == acts.count()


def test_a_proof_is_decided_once(cast: Cast) -> None:
    RoleBulletin.objects.filter(role=T1).update(justificatif_since=in_days(-10))
    given, bruet = deposit(cast), cast.acteur("bruet")

    told = at_once(
        *[
            lambda: justificatifs.check(by=bruet, justificatif=given, opens_on=today(), closes_on=None),
            lambda: justificatifs.refuse_justificatif(by=bruet, justificatif=given, refusal="Illisible"),
        ]
        * (THREADS // 2)
    )

    assert done(told) == 1
    assert Justificatif.objects.get(pk=given.pk).etat in ("verifie", "refuse")


def test_a_suppleance_is_named_once_and_ended_once(cast: Cast) -> None:
    bruet, titulaire, suppleant = cast.acteur("bruet"), cast.rattachement("bruet"), cast.rattachement("guy")
    days = {"opens_on": today(), "closes_on": in_days(9), "motif": "Congés"}

    told = at_once(*[lambda: name_suppleant(by=bruet, titulaire=titulaire, suppleant=suppleant, **days)] * THREADS)
    named = Suppleance.objects.select_related("titulaire__convention", "suppleant__utilisateur").get()
    ended = at_once(*[lambda: end_suppleance(by=bruet, suppleance=named, motif="Retour")] * THREADS)

    assert (done(told), done(ended)) == (1, 1)


def test_a_simulation_is_applied_once(cast: Cast) -> None:
    simulation, bruet = roles_of_accueil(cast, "cdap.t5"), cast.acteur("bruet")
    shown = simulation_for(bruet, simulation.pk)

    told = at_once(*[lambda: simulations.apply_simulation(by=bruet, simulation=shown, edition=shown.edition)] * THREADS)

    assert done(told) == 1
    assert Simulation.objects.get(pk=simulation.pk).etat == "appliquee"


def test_of_those_who_change_the_type_of_an_organisation_one_does_and_the_others_are_told(cast: Cast) -> None:
    marchand, organisme = cast.acteur("marchand"), cast.conventions["farandole"].organisme
    kinds = [TypeOrganisme.objects.create(code=f"type-{n}", libelle=f"Type {n}", prefixe="ENF") for n in range(THREADS)]
    said = {name: getattr(organisme, name) for name in ("siret", "raison_sociale", "adresse", "code_postal", "commune")}

    def edited(kind: TypeOrganisme) -> Any:
        fiche = FicheOrganisme(type=kind, **said)
        try:
            actions.edit_organisme(by=marchand, organisme=organisme, fiche=fiche, edition=organisme.edition)
        except Stale as stale:
            return stale
        return kind

    told = at_once(*(lambda kind=kind: edited(kind) for kind in kinds))

    winners = [each for each in told if isinstance(each, TypeOrganisme)]
    assert [type(each) for each in told].count(Stale) == THREADS - 1
    assert [Organisme.objects.get(pk=organisme.pk).type] == winners
