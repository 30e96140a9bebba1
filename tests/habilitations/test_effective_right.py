"""One definition of an effective right: the SQL view, the decision and the explanation agree with the reference."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portail.comptes.models import Utilisateur
from portail.conventions.models import (
    BulletinAdhesion,
    Caf,
    Convention,
    Organisme,
    Rattachement,
    RoleBulletin,
    Suspension,
    TypeOrganisme,
)
from portail.habilitations import queries
from portail.habilitations.models import (
    Appartenance,
    Groupe,
    Habilitation,
    Justificatif,
    RoleGroupe,
    SuspensionUsage,
)
from portail.habilitations.queries.explanation import explain
from tests.cast import Cast
from tests.habilitations.reference import Model, Span

FIRST = date(2026, 3, 25)  # the change to summer time is in the days looked at
DAYS = [FIRST + timedelta(days=n) for n in range(9)]
PARIS = ZoneInfo("Europe/Paris")
ROLES = {"cdap": ["cdap.t1", "cdap.t5"], "afas": ["afas.declarer"]}
pytestmark = pytest.mark.django_db

days = st.sampled_from(DAYS)


@st.composite
def spans(draw: Any) -> Span:
    """Most often one that covers nearly everything, so that rights do exist; sometimes one that covers no day."""
    if draw(st.integers(0, 3)):
        return Span(FIRST, draw(st.sampled_from([None, None, None, DAYS[-3]])))
    first = draw(days)
    return Span(first, first + timedelta(days=draw(st.integers(-1, 4))))


@st.composite
def histories(draw: Any) -> list[Span]:
    """Spans of one fact, which never overlap: opened, closed, opened again."""
    if draw(st.integers(0, 3)):
        return [draw(spans())]
    cuts = sorted(draw(st.sets(days, max_size=4)))
    closed = [Span(start, end - timedelta(days=1)) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    return [*closed, Span(cuts[-1])] if len(cuts) % 2 else closed


@st.composite
def models(draw: Any) -> Model:
    model = Model(people=[draw(spans()) for _ in range(2)])
    for convention in range(draw(st.integers(1, 2))):
        validated_on = draw(st.sampled_from([FIRST, FIRST, FIRST, DAYS[3], None]))
        suspensions = draw(st.one_of(st.just([]), st.just([]), histories()))
        model.conventions.append((draw(spans()), validated_on, suspensions))
        for service, roles in ROLES.items():
            for span in draw(histories()):
                model.bulletins.append((convention, service, span))
                bulletin = len(model.bulletins) - 1
                model.bulletin_roles += [(bulletin, role, s) for role in roles for s in draw(histories())]
        model.rattachements += [(person, convention, s) for person in range(2) for s in draw(histories())]
        _groupes(draw, model, convention)
    _proofs_and_uses(draw, model)
    return model


def _proofs_and_uses(draw: Any, model: Model) -> None:
    for n in range(len(model.bulletin_roles)):
        if (since := draw(st.sampled_from([None, None, FIRST, DAYS[2]]))) is not None:
            model.asked[n] = since
    for person in range(2):
        model.proofs += [
            (person, role, draw(st.booleans()), draw(spans()))
            for role in draw(st.lists(st.sampled_from(["cdap.t1", "cdap.t5", "afas.declarer"]), max_size=3))
        ]
    for n in range(len(model.rattachements)):
        for service in draw(st.one_of(st.just(set()), st.sets(st.sampled_from(sorted(ROLES))))):
            model.unused += [(n, service, span) for span in draw(histories())]


def _groupes(draw: Any, model: Model, convention: int) -> None:
    first = len(model.groupes)
    for _ in range(draw(st.integers(1, 4))):
        parents = [None, *range(first, len(model.groupes))]
        model.groupes.append((convention, draw(st.sampled_from(parents)), draw(spans())))
        groupe = len(model.groupes) - 1
        held = draw(st.sets(st.sampled_from(["cdap.t1", "cdap.t5", "afas.declarer"]), min_size=1))
        model.groupe_roles += [(groupe, role, s) for role in sorted(held) for s in draw(histories())]
        here = [n for n, (_, of, _) in enumerate(model.rattachements) if of == convention]
        members = draw(st.sets(st.sampled_from(here), max_size=2)) if here else set()
        model.appartenances += [(member, groupe, s) for member in sorted(members) for s in draw(histories())]


def _dates(span: Span) -> dict[str, Any]:
    return {"opens_on": span.first, "closes_on": span.last}


class Written:
    """The model, written with the product's own tables."""

    def __init__(self, model: Model) -> None:
        kind = TypeOrganisme.objects.create(code="centre-social", libelle="Centre social", prefixe="ENF")
        caf = Caf.objects.create(code="132", nom="Caf", courriel="caf@example.fr")
        organisme = Organisme.objects.create(raison_sociale="Ruche", siret="1" * 14, type=kind)
        self.people = [_person(n, span) for n, span in enumerate(model.people)]
        self.conventions = [
            _convention(n, organisme, caf, *convention) for n, convention in enumerate(model.conventions)
        ]
        bulletins = [
            BulletinAdhesion.objects.create(convention=self.conventions[of], service=service, **_dates(span))
            for of, service, span in model.bulletins
        ]
        RoleBulletin.objects.bulk_create(
            RoleBulletin(bulletin=bulletins[of], role=role, justificatif_since=model.asked.get(n), **_dates(span))
            for n, (of, role, span) in enumerate(model.bulletin_roles)
        )
        self.rattachements = [
            Rattachement.objects.create(utilisateur=self.people[who], convention=self.conventions[of], **_dates(span))
            for who, of, span in model.rattachements
        ]
        groupes: list[Groupe] = []
        for n, (of, parent, span) in enumerate(model.groupes):
            above = None if parent is None else groupes[parent]
            here = self.conventions[of]
            groupes.append(
                Groupe.objects.create(convention=here, code=f"G{n}", libelle="G", parent=above, **_dates(span))
            )
        RoleGroupe.objects.bulk_create(
            RoleGroupe(groupe=groupes[of], role=role, **_dates(span)) for of, role, span in model.groupe_roles
        )
        Appartenance.objects.bulk_create(
            Appartenance(rattachement=self.rattachements[of], groupe=groupes[groupe], **_dates(span))
            for of, groupe, span in model.appartenances
        )
        SuspensionUsage.objects.bulk_create(
            SuspensionUsage(rattachement=self.rattachements[of], service=service, unused_since=FIRST, **_dates(span))
            for of, service, span in model.unused
        )
        self._proofs(model)

    def _proofs(self, model: Model) -> None:
        checker = _person(2, Span(FIRST))
        for n, (who, role, is_checked, span) in enumerate(model.proofs):
            decided = {"decided_at": timezone.now(), "opened_by": checker}
            said = {"etat": "verifie"} if is_checked else {"etat": "refuse", "refusal": "Illisible"}
            Justificatif.objects.create(
                utilisateur=self.people[who],
                role=role,
                deposited_by=self.people[who],
                stored_as=f"{n:032}",
                size=1,
                **said,
                **decided,
                **_dates(span),
            )


def _person(n: int, span: Span) -> Utilisateur:
    names = {"nom": f"Nom{n}", "prenom": "P", "courriel": f"p{n}@example.fr"}
    return Utilisateur.objects.create(identifiant=f"ENF00001A{'ABCD'[n]}", **names, **_dates(span))


def _convention(
    n: int, organisme: Organisme, caf: Caf, span: Span, validated_on: date | None, suspensions: list[Span]
) -> Convention:
    made = Convention.objects.create(
        numero=n + 1,
        libelle=f"C{n}",
        organisme=organisme,
        caf_pivot=caf,
        etat="validee" if validated_on else "signee",
        validated_on=validated_on,
        **_dates(span),
    )
    Suspension.objects.bulk_create(Suspension(convention=made, motif="m", **_dates(s)) for s in suspensions)
    return made


@given(model=models(), asked=st.lists(days, min_size=2, max_size=2, unique=True))
@settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_effective_right_is_that_of_the_reference(model: Model, asked: list[date]) -> None:
    with transaction.atomic():
        written = Written(model)

        for day in DAYS:
            _same_rights(model, written, day)
        for day in asked:
            _same_decisions(model, written, day)
            _same_explanations(model, written, day)

        transaction.set_rollback(True)


def _same_rights(model: Model, written: Written, day: date) -> None:
    told = set(Habilitation.objects.open_on(day).values_list("rattachement", "role"))

    assert told == {(written.rattachements[n].pk, role) for n, role in model.rights(day)}


def _same_decisions(model: Model, written: Written, day: date) -> None:
    expected = {(*model.rattachements[n][:2], role) for n, role in model.rights(day)}
    for person, utilisateur in enumerate(written.people):
        for of, convention in enumerate(written.conventions):
            for role in ("cdap.t1", "cdap.t5", "afas.declarer"):
                may = queries.may_use(utilisateur.pk, role, convention.pk, day)
                assert may is ((person, of, role) in expected)


def _same_explanations(model: Model, written: Written, day: date) -> None:
    expected = model.rights(day)
    for n, rattachement in enumerate(written.rattachements):
        told = explain(rattachement, day)
        assert {e.role.code for e in told if e.is_held} == {role for of, role in expected if of == n}
        for each in told:
            assert each.is_held is all(link.is_ok for link in each.links)
            assert bool(each.remedy) is not each.is_held
            assert [bool(link.reason) for link in each.links] == [not link.is_ok for link in each.links]


def test_a_right_ends_with_its_last_day_in_paris(cast: Cast) -> None:
    robine = cast.rattachement("robine")
    Appartenance.objects.filter(rattachement=robine).update(closes_on=date(2027, 3, 28))

    told = []
    for moment in (datetime(2027, 3, 28, 23, 59, tzinfo=PARIS), datetime(2027, 3, 29, 0, 0, tzinfo=PARIS)):
        with time_machine.travel(moment, tick=False):
            told.append(cast.acteur("robine").roles_of("afas"))

    assert told == [{"afas.declarer"}, set()]
