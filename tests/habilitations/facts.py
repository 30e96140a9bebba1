"""What the tests of the actions look at: rows, sentences of the journal, mails; and that a refusal leaves nothing."""

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from portail.conventions.models import Rattachement
from portail.courriels.models import Courriel
from portail.habilitations import queries
from portail.habilitations.actions.utilisateurs import Fiche
from portail.habilitations.models import Appartenance, Habilitation, Responsable
from portail.journal.events import sentence
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.cast import Cast
from tests.permissions.world import content_of_tables


def today() -> date:
    return timezone.localdate()


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def told(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def sentences_of(act: Callable[[], Any]) -> list[str]:
    """What the journal tells of the act, in order."""
    last = max(JournalEntry.objects.values_list("pk", flat=True), default=0)
    act()
    entries = JournalEntry.objects.filter(pk__gt=last).order_by("pk")
    return [sentence(entry.kind, entry.by_label, entry.facts) for entry in entries]


def mails_of(act: Callable[[], Any]) -> list[tuple[str, str]]:
    """(kind, address) of the mails owed by the act."""
    last = max(Courriel.objects.values_list("pk", flat=True), default=0)
    act()
    return list(Courriel.objects.filter(pk__gt=last).order_by("pk").values_list("kind", "to"))


def refusal_of(act: Callable[[], Any]) -> str:
    """The sentence of the refusal, once sure that it left no row of any table changed."""
    before, entries = content_of_tables(), JournalEntry.objects.count()
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()
    assert (content_of_tables(), JournalEntry.objects.count()) == (before, entries)
    return str(refused.value)


def fiche_of(rattachement: Rattachement, **other: Any) -> Fiche:
    """The person's form as it is, but for `other`."""
    utilisateur = rattachement.utilisateur
    names = ("nom", "prenom", "courriel", "telephone", "poste")
    dates = {"opens_on": rattachement.opens_on, "closes_on": rattachement.closes_on}
    return Fiche(**{name: getattr(utilisateur, name) for name in names} | dates | other)


def may_use(cast: Cast, name: str, role: str, on: date | None = None, where: str = "farandole") -> bool:
    return queries.may_use(cast.people[name].pk, role, cast.conventions[where].pk, on or today())


def roles_today(cast: Cast, name: str) -> set[str]:
    """Every role the person has today, whatever the convention."""
    return set(
        Habilitation.objects.open_on(today()).filter(utilisateur=cast.people[name]).values_list("role", flat=True)
    )


def appartenance(cast: Cast, name: str, code: str) -> Appartenance:
    rows = Appartenance.objects.select_related("groupe__convention__organisme", "rattachement__utilisateur")
    return rows.get(rattachement=cast.rattachements[name], groupe=cast.groupes[code])


def responsable(cast: Cast, name: str, code: str) -> Responsable:
    rows = Responsable.objects.select_related("groupe__convention__organisme", "rattachement__utilisateur")
    return rows.get(rattachement=cast.rattachements[name], groupe=cast.groupes[code])


def confirmation_of(response: Any) -> dict[str, list[str]]:
    """What the confirmation of a preview sends."""
    form = response.content.decode().split('<form method="post">')[1]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(html.unescape(value))
    fields.pop("csrfmiddlewaretoken", None)
    return fields
