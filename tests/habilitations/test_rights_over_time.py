"""5,000 acts in random order, day after day: the rights of yesterday, today and tomorrow are those of the reference."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portail.comptes.models import Utilisateur
from portail.conventionnement import actions as conventionnement
from portail.conventions.models import BulletinAdhesion, Convention, Rattachement, RoleBulletin
from portail.habilitations import actions
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.actions import justificatifs
from portail.habilitations.models import (
    Appartenance,
    Groupe,
    Habilitation,
    Justificatif,
    RoleGroupe,
    SuspensionUsage,
)
from portail.ui.rules import Refused
from tests.cast import Cast
from tests.habilitations.reference import Model, Span
from tests.permissions.world import PDF

PARTS, EXAMPLES, STEPS = 8, 10, 100
PARIS = ZoneInfo("Europe/Paris")
ASKING = "cdap.t1"  # asks for a proof from the second day on
ROLES = ("afas.declarer", "afas.habiliter", "cdap.t1", "cdap.t5")
PARTNERS = ("bruet", "bruet", "garban", "robine")

numbers = st.integers(0, 1_000)
partners = st.sampled_from(PARTNERS)
ends = st.sampled_from([None, None, -1, 0, 1, 2, 9])
role_sets = st.sets(st.sampled_from(ROLES))


def ended(span: Span, last: date) -> Span:
    """What an act that ends it after `last` leaves: nothing more when it is over by then."""
    if span.last is not None and span.last <= last:
        return span
    return replace(span, last=max(last, span.first - timedelta(days=1)))


class Facts:
    """The rows of the base at the beginning, as the reference model holds them; later acts are told to both."""

    def __init__(self) -> None:
        self.model = Model()
        self.people = self._numbered(Utilisateur, self.model.people, lambda u: _span(u))
        self.conventions = self._numbered(
            Convention,
            self.model.conventions,
            lambda c: (_span(c), c.validated_on, [_span(s) for s in c.suspensions.all()]),
        )
        bulletins = self._numbered(
            BulletinAdhesion,
            self.model.bulletins,
            lambda b: (self.conventions[b.convention_id], b.service, _span(b)),
        )
        opened = self._numbered(
            RoleBulletin, self.model.bulletin_roles, lambda r: (bulletins[r.bulletin_id], r.role, _span(r))
        )
        asking = RoleBulletin.objects.exclude(justificatif_since=None).values_list("pk", "justificatif_since")
        self.model.asked.update({opened[pk]: since for pk, since in asking})
        self.proofs: list[int] = []
        self.rattachements = self._numbered(
            Rattachement,
            self.model.rattachements,
            lambda r: (self.people[r.utilisateur_id], self.conventions[r.convention_id], _span(r)),
        )
        self.groupes: dict[int, int] = {}
        for groupe in Groupe.objects.order_by("niveau", "pk"):
            self.add_groupe(groupe)
        self._numbered(RoleGroupe, self.model.groupe_roles, lambda r: (self.groupes[r.groupe_id], r.role, _span(r)))
        self.appartenances = self._numbered(
            Appartenance,
            self.model.appartenances,
            lambda a: (self.rattachements[a.rattachement_id], self.groupes[a.groupe_id], _span(a)),
        )

    def _numbered(self, model: Any, facts: list[Any], told: Callable[[Any], Any]) -> dict[int, int]:
        rows = list(model.objects.order_by("pk"))
        facts += [told(row) for row in rows]
        return {row.pk: number for number, row in enumerate(rows)}

    def add_groupe(self, groupe: Groupe) -> None:
        parent = None if groupe.parent_id is None else self.groupes[groupe.parent_id]
        self.groupes[groupe.pk] = len(self.model.groupes)
        self.model.groupes.append((self.conventions[groupe.convention_id], parent, _span(groupe)))

    def below(self, groupe: int) -> set[int]:
        """The numbers of the group and of all below it."""
        children = [n for n, (_, parent, _) in enumerate(self.model.groupes) if parent == groupe]
        return {groupe}.union(*map(self.below, children))

    def end(self, facts: list[Any], last: date, concerns: Callable[[Any], bool]) -> None:
        """Ends, in a list of the model, the facts concerned; the span is the last thing that each holds."""
        for number, fact in enumerate(facts):
            if concerns(fact):
                facts[number] = (*fact[:-1], ended(fact[-1], last))


def _span(row: Any) -> Span:
    return Span(row.opens_on, row.closes_on)


class RightsOverTime(RuleBasedStateMachine):
    """Acts through the product's own actions; one that a rule refuses must change nothing."""

    cast: Cast
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.opened = transaction.atomic()
        self.opened.__enter__()
        self.today = date.today()
        RoleBulletin.objects.filter(role=ASKING).update(justificatif_since=self.today + timedelta(days=1))
        self.facts = Facts()
        self.travel(0)

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.opened.__exit__(None, None, None)

    def travel(self, days: int) -> None:
        if days:
            self.clock.stop()
        self.today += timedelta(days=days)
        noon = datetime(self.today.year, self.today.month, self.today.day, 12, tzinfo=PARIS)
        self.clock = time_machine.travel(noon, tick=False)
        self.clock.start()

    def acteur(self, name: str) -> Acteur:
        return acteur_for(Utilisateur.objects.get(pk=self.cast.people[name].pk), on=self.today)

    def done(self, act: Callable[..., Any], **arguments: Any) -> Any:
        """What the act gives, or None when it is refused: then the reference does not change either."""
        type(self).steps += 1
        try:
            with transaction.atomic():
                return act(**arguments) or True
        except (Refused, IntegrityError):  # a double: the constraint has its sentence
            return None

    def groupe(self, number: int) -> Groupe:
        pk = list(self.facts.groupes)[number % len(self.facts.groupes)]
        return Groupe.objects.select_related("convention__organisme", "parent").get(pk=pk)

    def rattachement(self, number: int) -> Rattachement:
        pk = list(self.facts.rattachements)[number % len(self.facts.rattachements)]
        return Rattachement.objects.select_related("utilisateur", "convention__organisme").get(pk=pk)

    def day(self, days: int | None) -> date | None:
        return None if days is None else self.today + timedelta(days=days)

    @rule(by=partners, groupe=numbers, person=numbers, until=ends)
    def join(self, by: str, groupe: int, person: int, until: int | None) -> None:
        into, who, last = self.groupe(groupe), self.rattachement(person), self.day(until)
        made = self.done(
            actions.add_to_groupe,
            by=self.acteur(by),
            groupe=into,
            rattachement=who,
            opens_on=self.today,
            closes_on=last,
        )
        if made:
            self.facts.appartenances[made.pk] = len(self.facts.model.appartenances)
            self.facts.model.appartenances.append(
                (self.facts.rattachements[who.pk], self.facts.groupes[into.pk], Span(self.today, last))
            )

    @rule(by=partners, appartenance=numbers, days=st.sampled_from([-1, 0, 1, 5]))
    def leave(self, by: str, appartenance: int, days: int) -> None:
        pk = list(self.facts.appartenances)[appartenance % len(self.facts.appartenances)]
        left = Appartenance.objects.select_related(
            "groupe__convention__organisme", "groupe__parent", "rattachement__utilisateur", "rattachement__convention"
        ).get(pk=pk)
        last = self.today + timedelta(days=days)
        if self.done(actions.close_appartenance, by=self.acteur(by), appartenance=left, closes_on=last, motif="Essai"):
            number = self.facts.appartenances[pk]
            *what, span = self.facts.model.appartenances[number]
            self.facts.model.appartenances[number] = (*what, ended(span, last))

    @rule(by=partners, groupe=numbers, wanted=role_sets)
    def set_roles(self, by: str, groupe: int, wanted: set[str]) -> None:
        changed, model = self.groupe(groupe), self.facts.model
        number = self.facts.groupes[changed.pk]
        held = self._held(number)
        above = None if changed.parent_id is None else self._held(self.facts.groupes[changed.parent_id])
        if not self.done(actions.set_roles, by=self.acteur(by), groupe=changed, wanted=wanted):
            return
        below = self.facts.below(number)
        gone = held.keys() - wanted
        yesterday = self.today - timedelta(days=1)
        self.facts.end(model.groupe_roles, yesterday, lambda fact: fact[0] in below and fact[1] in gone)
        for role in sorted(wanted - held.keys()):
            model.groupe_roles.append((number, role, Span(self.today, above[role] if above is not None else None)))

    def _held(self, groupe: int) -> dict[str, date | None]:
        """The roles of the group that are not over, with their last day."""
        return {
            role: span.last
            for of, role, span in self.facts.model.groupe_roles
            if of == groupe and (span.last is None or span.last >= self.today) and span.first <= self.today
        }

    @rule(by=partners, parent=numbers, code=st.integers(0, 10**6), until=ends)
    def create_groupe(self, by: str, parent: int, code: int, until: int | None) -> None:
        above = self.groupe(parent) if parent % 3 else None
        convention = above.convention if above else self.groupe(parent).convention
        made = self.done(
            actions.create_groupe,
            by=self.acteur(by),
            convention=convention,
            code=f"E{code}",
            libelle="Essai",
            opens_on=self.today,
            closes_on=self.day(until),
            parent=above,
        )
        if made:
            self.facts.add_groupe(made)

    @rule(by=partners, groupe=numbers, days=st.sampled_from([-1, 0, 3]), is_sure=st.integers(0, 4))
    def close_groupe(self, by: str, groupe: int, days: int, is_sure: int) -> None:
        if is_sure:
            return
        closed, last, model = self.groupe(groupe), self.today + timedelta(days=days), self.facts.model
        if self.done(actions.close_groupe, by=self.acteur(by), groupe=closed, closes_on=last, motif="Essai"):
            below = self.facts.below(self.facts.groupes[closed.pk])
            for number in below:
                *what, span = model.groupes[number]
                model.groupes[number] = (*what, ended(span, last))  # type: ignore[assignment]
            self.facts.end(model.groupe_roles, last, lambda fact: fact[0] in below)
            self.facts.end(model.appartenances, last, lambda fact: fact[1] in below)

    @rule(by=partners, person=numbers, days=st.sampled_from([-1, 0, 3]), is_sure=st.integers(0, 4))
    def close_utilisateur(self, by: str, person: int, days: int, is_sure: int) -> None:
        if is_sure:
            return
        who, last, model = self.rattachement(person), self.today + timedelta(days=days), self.facts.model
        if not self.done(
            actions.close_utilisateur, by=self.acteur(by), rattachement=who, closes_on=last, motif="Essai"
        ):
            return
        number, of = self.facts.rattachements[who.pk], self.facts.people[who.utilisateur_id]
        self.facts.end(model.appartenances, last, lambda fact: fact[0] == number)
        *what, span = model.rattachements[number]
        model.rattachements[number] = (*what, ended(span, last))  # type: ignore[assignment]
        theirs = [held for person, _, held in model.rattachements if person == of]
        if all(held.last is not None and held.last <= last for held in theirs):
            model.people[of] = replace(model.people[of], last=max(last, model.people[of].first - timedelta(days=1)))

    @rule(by=st.sampled_from(["marchand", "horsain", "bruet"]), days=st.integers(-1, 3), length=ends)
    def suspend(self, by: str, days: int, length: int | None) -> None:
        first = self.today + timedelta(days=days)
        last = None if length is None else first + timedelta(days=length)
        convention = self._farandole()
        if self.done(
            conventionnement.suspend_convention,
            by=self.acteur(by),
            convention=convention,
            opens_on=first,
            closes_on=last,
            motif="Essai",
        ):
            self._suspensions(convention).append(Span(first, last))

    @rule(by=st.sampled_from(["marchand", "marchand", "auditeau"]))
    def resume(self, by: str) -> None:
        convention = self._farandole()
        if self.done(conventionnement.resume_convention, by=self.acteur(by), convention=convention, motif="Essai"):
            spans = self._suspensions(convention)
            spans[:] = [ended(span, self.today - timedelta(days=1)) for span in spans]

    def _farandole(self) -> Convention:
        rows = Convention.objects.select_related("organisme", "caf_pivot")
        return rows.get(pk=self.cast.conventions["farandole"].pk)

    def _suspensions(self, convention: Convention) -> list[Span]:
        return self.facts.model.conventions[self.facts.conventions[convention.pk]][2]

    @rule(by=st.sampled_from(["bruet", "bruet", "garban", "marchand"]), person=numbers, until=ends)
    def prove(self, by: str, person: int, until: int | None) -> None:
        who, last = self.rattachement(person).utilisateur, self.day(until)
        his = acteur_for(who, on=self.today)
        given = self.done(justificatifs.deposit, by=his, utilisateur=who, role=ASKING, file_name="d.pdf", content=PDF)
        if not given:
            return
        if self.done(justificatifs.check, by=self.acteur(by), justificatif=given, opens_on=self.today, closes_on=last):
            self.facts.proofs.append(given.pk)
            self.facts.model.proofs.append((self.facts.people[who.pk], ASKING, True, Span(self.today, last)))

    @rule(by=st.sampled_from(["bruet", "marchand"]), proof=numbers, days=st.sampled_from([-1, 0, 2]))
    def withdraw_proof(self, by: str, proof: int, days: int) -> None:
        if not self.facts.proofs:
            return
        number = proof % len(self.facts.proofs)
        held = Justificatif.objects.select_related("utilisateur").get(pk=self.facts.proofs[number])
        last = self.today + timedelta(days=days)
        if self.done(
            justificatifs.withdraw_justificatif, by=self.acteur(by), justificatif=held, closes_on=last, motif="Essai"
        ):
            *what, span = self.facts.model.proofs[number]
            self.facts.model.proofs[number] = (*what, ended(span, last))  # type: ignore[assignment]

    @rule(person=numbers, service=st.sampled_from(["cdap", "afas"]), length=st.integers(0, 3))
    def stay_unused(self, person: int, service: str, length: int) -> None:
        """As the job of the morning writes it, with a reinstatement already known."""
        who, last = self.rattachement(person), self.today + timedelta(days=length)
        if self.done(
            SuspensionUsage.objects.create,
            rattachement=who,
            service=service,
            unused_since=self.today,
            opens_on=self.today,
            closes_on=last,
        ):
            self.facts.model.unused.append((self.facts.rattachements[who.pk], service, Span(self.today, last)))

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        type(self).steps += 1
        self.travel(days)

    @invariant()
    def rights_are_those_of_the_reference(self) -> None:
        rows = list(Habilitation.objects.order_by().values_list("rattachement", "role", "period"))
        number = self.facts.rattachements
        for day in (self.today + timedelta(days=n) for n in (-1, 0, 1)):
            told = {(number[rattachement], role) for rattachement, role, period in rows if day in period}
            assert told == self.facts.model.rights(day), day


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_rights_of_yesterday_today_and_tomorrow_through_5000_acts(cast: Cast, part: int) -> None:
    """In parts, so that two workers share them; each draws its own acts."""
    RightsOverTime.cast, RightsOverTime.steps = cast, 0

    run_state_machine_as_test(
        RightsOverTime,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # a failing sequence is printed as it is: making it shorter takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert RightsOverTime.steps >= 5_000 / PARTS
