"""A declaration lived at random: never a path outside the table, no version lost, what was signed is as it was."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portail.afas.actions import approbation as actions
from portail.afas.actions.common import held, move, open_next_version
from portail.afas.enums import EtatVolet
from portail.afas.models import Declaration, EtapeDeclaration, VersionDeclaration, Volet
from portail.afas.queries.versions import content_of, digest_of
from portail.ui.rules import Refused, Stale
from tests.afas.approbation import MOTIF, fresh, volets
from tests.afas.scene import Scene

EXAMPLES, STEPS = 12, 40
# The reference, written by hand from what the team was told: state → act → state.
PATHS = {
    "a_saisir": {"commencer": "en_cours"},
    "en_cours": {"proposer": "a_approuver"},
    "a_approuver": {"reprendre": "en_cours", "refuser": "en_cours", "transmettre": "transmise"},
    "transmise": {"prendre": "en_traitement", "corriger": "a_completer"},
    "en_traitement": {"completer": "a_completer", "corriger": "a_completer", "traiter": "traitee"},
    "a_completer": {"proposer": "a_approuver"},
    "traitee": {"rouvrir": "en_traitement", "notifier": "notifiee"},
    "notifiee": {"payer": "payee"},
    "payee": {},
}
WRITTEN = ("a_saisir", "en_cours", "a_completer")
people = st.sampled_from(["garban", "garban", "garban", "robine", "bruet", "gestin"])
numbers = st.integers(0, 2)


class Cycle(RuleBasedStateMachine):
    """The approbateur's acts are the product's own; the suppliers' and the Caf's are brought down to their step."""

    scene: Scene
    signed = 0

    def __init__(self) -> None:
        super().__init__()
        self.opened = transaction.atomic()
        self.opened.__enter__()
        self.scene.filled()
        self.scene.become("a_saisir")
        self.etat, self.version = "a_saisir", 1
        self.capacites = ["40", "40"]
        self.submitted = [False, False, False]
        self.contents: list[dict[str, Any]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.opened.__exit__(None, None, None)

    def done(self, act: Callable[[], Any]) -> bool:
        try:
            with transaction.atomic():
                act()
        except (Refused, Stale, IntegrityError):
            return False
        return True

    def moves(self, code: str, act: Callable[[], Any], *, may: bool = True) -> bool:
        """Tries the act; it is done exactly when the reference has that path and `may` says so."""
        expected = may and code in PATHS[self.etat]
        assert self.done(act) is expected, (self.etat, code)
        if expected:
            self.etat = PATHS[self.etat][code]
        return expected

    def declaration(self) -> Declaration:
        return fresh(self.scene)

    def step(self, code: str) -> Callable[[], None]:
        """The bare step, as the other acts take it."""
        return lambda: move(held(self.declaration()), code, by=self.scene.cast.acteur("robine"), motif=MOTIF)

    # The suppliers

    @rule(lieu=st.integers(0, 1), capacite=st.sampled_from(["40", "1"]))
    def write(self, lieu: int, capacite: str) -> None:
        row = volets(self.scene)[lieu]
        sheet = Volet.objects.filter(pk=row.pk)
        if capacite != self.capacites[lieu]:  # nothing is refused to who changes nothing
            changed = row.valeurs | {"capacite": capacite}
            assert self.done(lambda: sheet.update(valeurs=changed)) is (self.etat in WRITTEN)
        if self.etat in WRITTEN:
            self.capacites[lieu] = capacite
        if self.etat == "a_saisir":
            self.moves("commencer", self.step("commencer"))

    @rule(number=numbers)
    def submit(self, number: int) -> None:
        if self.etat not in ("en_cours", "a_completer") or self.submitted[number]:
            return
        sheet = Volet.objects.filter(pk=volets(self.scene)[number].pk)
        robine = self.scene.cast.people["robine"]
        sheet.update(etat=EtatVolet.SOUMIS, submitted_by=robine, submitted_at=timezone.now())
        self.submitted[number] = True
        if all(self.submitted):
            self.moves("proposer", self.step("proposer"))

    @rule()
    def submit_everything(self) -> None:
        """So that most lives go further than the entry."""
        if self.etat == "a_saisir":
            self.write(0, "40")
        for number in range(3):
            self.submit(number)

    @rule(number=numbers)
    def take_back(self, number: int) -> None:
        if self.moves("reprendre", self.step("reprendre")):
            Volet.objects.filter(pk=volets(self.scene)[number].pk).update(
                etat=EtatVolet.EN_COURS, submitted_by=None, submitted_at=None
            )
            self.submitted[number] = False

    # The approbateur

    @rule(by=people, has_read=st.sampled_from([True, True, True, False]))
    def approve(self, by: str, has_read: bool) -> None:
        contenu = content_of(self.declaration())
        empreinte = digest_of(contenu) if has_read else "0" * 64
        acteur = self.scene.cast.acteur(by)
        may = by == "garban" and has_read and self.capacites != ["1", "1"]
        act = lambda: actions.approve(by=acteur, declaration=self.declaration(), empreinte=empreinte)  # noqa: E731
        if self.moves("transmettre", act, may=may):
            self.contents.append(contenu)
            type(self).signed += 1

    @rule()
    def read_and_sign(self) -> None:
        self.approve("garban", True)

    @rule(by=people, number=numbers)
    def send_back(self, by: str, number: int) -> None:
        acteur, given = self.scene.cast.acteur(by), [volets(self.scene)[number]]
        act = lambda: actions.send_back(  # noqa: E731
            by=acteur, declaration=self.declaration(), volets=given, motif=MOTIF
        )
        if self.moves("refuser", act, may=by == "garban"):
            self.submitted[number] = False

    @rule(by=st.sampled_from(["garban", "garban", "robine"]), number=numbers)
    def correct(self, by: str, number: int) -> None:
        acteur, given = self.scene.cast.acteur(by), [volets(self.scene)[number]]
        act = lambda: actions.correct(  # noqa: E731
            by=acteur, declaration=self.declaration(), volets=given, motif=MOTIF
        )
        if self.moves("corriger", act, may=by == "garban"):
            self.submitted[number] = False
            self.version += 1

    # The Caf

    @rule(code=st.sampled_from(["prendre", "traiter", "rouvrir", "notifier", "payer"]))
    def process(self, code: str) -> None:
        self.moves(code, self.step(code))

    @rule(number=numbers)
    def ask_for_more(self, number: int) -> None:
        def act() -> None:
            declaration = held(self.declaration())
            move(declaration, "completer", by=self.scene.cast.acteur("gestin"), motif=MOTIF)
            open_next_version(declaration, [volets(self.scene)[number].pk])

        if self.moves("completer", act):
            self.submitted[number] = False
            self.version += 1

    # Always

    @invariant()
    def it_stands_where_the_reference_stands(self) -> None:
        now = self.declaration()

        assert (now.etat, now.version) == (self.etat, self.version)
        assert [volet.etat == EtatVolet.SOUMIS for volet in volets(self.scene)] == self.submitted

    @invariant()
    def no_version_is_lost_and_each_is_as_it_was_signed(self) -> None:
        versions = VersionDeclaration.objects.filter(declaration=self.scene.declaration).order_by("numero")

        assert [version.contenu for version in versions] == self.contents
        assert all(version.empreinte == digest_of(version.contenu) for version in versions)
        assert len(self.contents) >= self.version - 1

    @invariant()
    def the_steps_taken_are_a_path_of_the_reference(self) -> None:
        etat = "a_saisir"
        for step in EtapeDeclaration.objects.filter(declaration=self.scene.declaration).order_by("pk"):
            assert PATHS[etat][step.code] == step.vers
            etat = step.vers
        assert etat == self.etat


@pytest.mark.django_db
def test_no_act_leaves_the_table_whatever_the_order(scene: Scene) -> None:
    Cycle.scene, Cycle.signed = scene, 0

    run_state_machine_as_test(
        Cycle,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert Cycle.signed > 0
