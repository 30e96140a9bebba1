"""Many acts under one convention, as an import makes them: the same actions, whose reads and writes are grouped.

While a batch is open the actions ask it, through `actions.common`, for what they would ask of the database one by one.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cached_property
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models.functions import Lower

from portail.comptes.models import Utilisateur
from portail.conventions.actions import identifiants_from
from portail.conventions.models import BulletinAdhesion, Convention, Rattachement
from portail.courriels import actions as courriels
from portail.habilitations import queries, rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.enums import EtatJustificatif
from portail.habilitations.models import Appartenance, Justificatif, SuspensionUsage
from portail.journal import actions as journal
from portail.ui.rules import Refused

_TOGETHER = 500  # rows written at once
Membership = tuple[int, date, date | None]  # groupe, from, to
CURRENT: ContextVar["Batch | None"] = ContextVar("portail_batch", default=None)


class Batch:
    """Acts of `by` on `convention`; with `is_trial`, nothing is kept and nobody is held up meanwhile."""

    def __init__(self, by: Acteur, convention: Convention, *, is_trial: bool) -> None:
        self.by, self.convention, self.is_trial = by, convention, is_trial
        self.people: dict[int, Rattachement] = {}
        self.known: dict[str, Utilisateur] = {}
        self.memberships: dict[int, list[Membership]] = defaultdict(list)
        self.rows: list[models.Model] = []
        self.updates: list[models.Model] = []
        self.entries: list[Any] = []
        self.owed: list[Any] = []
        self.identifiants = identifiants_from(convention)
        self.given = 0
        self.numbers: dict[type[models.Model], Iterator[int]] = {}
        self.gains = self.is_kept = self.touches = False
        self.quotas: dict[BulletinAdhesion, set[int]] = {}
        self.counted: dict[object, set[int]] = {}

    # reads made once

    def load(self, people: Iterable[Rattachement], mails: Iterable[str]) -> None:
        """The people who will be changed, and who has these mail addresses."""
        self.people = {row.pk: row for row in people}
        outside = queries.serving_outside(self.by, [row.utilisateur_id for row in self.people.values()])
        for row in self.people.values():
            row.utilisateur.known_outside = row.utilisateur_id in outside  # type: ignore[attr-defined]
        found = Utilisateur.objects.alias(mail=Lower("courriel")).filter(mail__in=[mail.lower() for mail in mails])
        self.known = {utilisateur.courriel.lower(): utilisateur for utilisateur in found}
        held = Appartenance.objects.filter(rattachement__in=self.people)
        for appartenance in held:
            membership = appartenance.groupe_id, appartenance.opens_on, appartenance.closes_on
            self.memberships[appartenance.rattachement_id].append(membership)
        for bulletin in queries.limited_bulletins(self.convention, self.by.on):
            self.quotas[bulletin] = set(queries.people_counted(bulletin, self.by.on))

    def is_in(self, rattachement: Rattachement, groupe: int) -> bool:
        """Is the person in the group, or will he be?"""
        held = self.memberships.get(rattachement.pk, [])
        return any(pk == groupe and (end is None or end >= self.by.on) for pk, _, end in held)

    # writes made together

    def insert(self, row: models.Model) -> None:
        """Will be written with many others; it has its number at once."""
        row.pk = self._number(type(row))
        self.rows.append(row)

    def update(self, row: models.Model, fields: Sequence[str]) -> None:
        """The same, unless the line has to see it written."""
        if self.touches:
            row.save(update_fields=fields)
        elif isinstance(row, Utilisateur):  # the dates of an access do not change in a line that touches nothing
            self.updates.append(row)

    def _number(self, model: type[models.Model]) -> int:
        number = next(self.numbers.get(model, iter(())), None)
        if number is None:
            self.numbers[model] = iter(_reserve(model))
            number = next(self.numbers[model])
        return number

    def identifiant(self) -> str:
        self.given += 1
        return next(self.identifiants)

    def write(self) -> None:
        """What waits is written; in a trial it is taken back at once, the database having checked it."""
        rows, updates, self.rows, self.updates = self.rows, self.updates, [], []
        with _kept_or_not(is_trial=self.is_trial):
            _update_people(updates)
            _insert(rows)

    @contextmanager
    def line(self, *, touches: bool) -> Iterator[None]:
        """One line: all of it, or none when it is refused. `touches`: its rules have to see what it changes.

        In a trial that is changed back at once, unless the line sets `is_kept`: the next ones depend on it.
        """
        if len(self.rows) + len(self.updates) >= _TOGETHER:
            self.write()
        gatherings = self.rows, self.updates, self.entries, self.owed
        marks = [len(gathering) for gathering in gatherings]
        self.gains, self.is_kept, self.touches = False, False, touches
        counted = {bulletin: set(people) for bulletin, people in self.quotas.items()} if touches else {}
        point = transaction.savepoint() if touches else None
        try:
            yield
        except Refused:
            if point:
                transaction.savepoint_rollback(point)
            self.quotas.update(counted)
            for gathering, mark in zip(gatherings, marks, strict=True):
                del gathering[mark:]
            raise
        if point and self.is_trial and not self.is_kept:
            transaction.savepoint_rollback(point)
        elif point:
            transaction.savepoint_commit(point)

    # quotas

    def keep_quota(self, rattachement: Rattachement, added: list[Appartenance]) -> None:
        """Counts this person anew where a bulletin limits how many use its service.

        :raises Refused: when there would be too many
        """
        utilisateur = rattachement.utilisateur_id
        is_counted = all(utilisateur in people for people in self.quotas.values())
        if not self.quotas or (not self.touches and (is_counted or not self.gains)):
            return
        counting = self._counting(rattachement, added)
        new = []
        for bulletin, people in self.quotas.items():
            if bulletin.pk not in counting:
                people.discard(utilisateur)
            elif utilisateur not in people:
                people.add(utilisateur)
                new.append(people)
        refusals = [rules.refuse_too_many(bulletin, len(people)) for bulletin, people in self.quotas.items()]
        if self.gains and (refusal := next(filter(None, refusals), None)):
            for people in new:
                people.discard(utilisateur)
            raise Refused(refusal)

    def _counting(self, rattachement: Rattachement, added: list[Appartenance]) -> set[int]:
        """The limited bulletins where the person counts, by the one definition.

        It says the same of two people with the same dates in the same groups on the same days, unless one of them has
        proofs or a service suspended.
        """
        if self.touches or rattachement.utilisateur_id in self.particular:
            return self._seen_counting(rattachement, added)
        utilisateur = rattachement.utilisateur
        memberships = [
            *self.memberships.get(rattachement.pk, []),
            *((a.groupe_id, a.opens_on, a.closes_on) for a in added),
        ]
        dates = [(fact.opens_on, fact.closes_on) for fact in (utilisateur, rattachement)]
        key = repr((dates, sorted(memberships, key=repr)))
        if key not in self.counted:
            self.counted[key] = self._seen_counting(rattachement, added)
        return self.counted[key]

    @cached_property
    def particular(self) -> set[int]:
        """The people of the convention whose rights depend on more than their dates and their groups."""
        here = Rattachement.objects.filter(convention=self.convention)
        proved = Justificatif.objects.filter(etat=EtatJustificatif.VERIFIE, utilisateur__in=here.values("utilisateur"))
        stopped = SuspensionUsage.objects.filter(rattachement__convention=self.convention)
        return {
            *proved.order_by().values_list("utilisateur", flat=True),
            *stopped.order_by().values_list("rattachement__utilisateur", flat=True),
        }

    def _seen_counting(self, rattachement: Rattachement, added: list[Appartenance]) -> set[int]:
        """Asked of the view with the person's rows written, which are then taken back."""
        is_new = rattachement.pk not in self.people
        point = transaction.savepoint()
        _insert([*([rattachement.utilisateur, rattachement] if is_new else []), *added])
        found = queries.bulletins_counting(rattachement.utilisateur_id, list(self.quotas), self.by.on)
        transaction.savepoint_rollback(point)
        return found


@contextmanager
def batch(by: Acteur, convention: Convention, *, is_trial: bool) -> Iterator[Batch]:
    """Opens a batch; the caller is in a transaction, and holds the lock of the convention unless it is a trial."""
    opened = Batch(by, convention, is_trial=is_trial)
    # Asked once for all the lines; the rules of the actions read it instead of asking each time.
    convention.known_suspension = (by.on, convention.suspensions.open_on(by.on).exists())  # type: ignore[attr-defined]
    token = CURRENT.set(opened)
    try:
        with courriels.gathered() as opened.owed, journal.gathered() as opened.entries:
            yield opened
            opened.write()
            if is_trial:
                opened.owed.clear()
                opened.entries.clear()
            elif opened.given:
                Convention.objects.filter(pk=convention.pk).update(next_suffix=models.F("next_suffix") + opened.given)
    finally:
        CURRENT.reset(token)
        del convention.known_suspension  # type: ignore[attr-defined]


@contextmanager
def _kept_or_not(*, is_trial: bool) -> Iterator[None]:
    point = transaction.savepoint() if is_trial else None
    yield
    if point:
        transaction.savepoint_rollback(point)


def _insert(rows: list[models.Model]) -> None:
    """People before what points to them. One statement for each table, always the same: planned once."""
    by_model: defaultdict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model in (Utilisateur, Rattachement, Appartenance):
        if given := by_model.pop(model, []):
            # What the database computes or knows by itself is left to it.
            fields = [f for f in model._meta.concrete_fields if not f.generated and not f.has_db_default()]
            columns = ", ".join(str(field.column) for field in fields)
            _from_rows(
                f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {columns}",
                {field.attname: field for field in fields},
                given,
            )
    if by_model:
        raise TypeError(f"un lot n'écrit pas : {', '.join(model.__name__ for model in by_model)}")


_CHANGED = ("nom", "prenom", "courriel", "telephone", "poste", "edition", "previous_courriel", "courriel_changed_at")


def _update_people(people: list[models.Model]) -> None:
    """What a form changes of a person."""
    if people:
        assigned = ", ".join(f"{name} = given.{name}" for name in _CHANGED)
        fields = {name: Utilisateur._meta.get_field(name) for name in ("id", *_CHANGED)}
        _from_rows(
            f"UPDATE comptes_utilisateur SET {assigned}",  # noqa: S608
            fields,
            people,
            where="WHERE comptes_utilisateur.id = given.id",
        )


def _from_rows(statement: str, fields: dict[str, Any], rows: list[models.Model], where: str = "") -> None:
    """Runs the statement on these fields of the rows, given as one JSON value."""
    typed = ", ".join(f"{field.column} {field.db_type(connection)}" for field in fields.values())
    values = [{field.column: getattr(row, name) for name, field in fields.items()} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            f"{statement} FROM jsonb_to_recordset(%s::jsonb) AS given({typed}) {where}",
            [json.dumps(values, cls=DjangoJSONEncoder)],
        )


def _reserve(model: type[models.Model]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, _TOGETHER],
        )
        return [row[0] for row in cursor.fetchall()]
