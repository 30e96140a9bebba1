"""Audit packs: those one asked for, and the rows that go into one."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from portail.campagnes.models import Campagne, DossierAudit
from portail.comptes.models import midnight
from portail.conventions.models import Convention, Organisme, Rattachement
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Habilitation
from portail.habilitations.queries.bulk import in_the_order_of_the_view
from portail.journal.models import JournalEntry, JournalSeal
from portail.supervision.queries.habilitations import supervised

_AT_ONCE = 100  # conventions whose rights are worked out together


def dossiers_for(acteur: Acteur) -> QuerySet[DossierAudit]:
    """His own, for the Caf or the conventions he acts for; the newest first."""
    rows = DossierAudit.objects.filter(asked_by=acteur.utilisateur)
    if acteur.caf is not None:
        rows = rows.filter(caf=acteur.caf.pk)
    else:
        rows = rows.filter(caf=None, convention__in=acteur.administered)
    return rows.select_related("caf", "organisme", "convention", "asked_by").order_by("-pk")


def dossier_for(acteur: Acteur, pk: int) -> DossierAudit:
    return dossiers_for(acteur).get(pk=pk)


def conventions_of(acteur: Acteur, dossier: DossierAudit) -> list[int]:
    """The conventions of the pack that he looks over."""
    rows = supervised(acteur)
    if dossier.convention_id is not None:
        rows = rows.filter(pk=dossier.convention_id)
    elif dossier.organisme_id is not None:
        rows = rows.filter(organisme=dossier.organisme_id)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def organisme_with(acteur: Acteur, siret: str) -> Organisme | None:
    """The organisation of that SIRET, when he looks over one of its conventions."""
    return Organisme.objects.filter(siret=siret, conventions__in=supervised(acteur)).distinct().first()


def convention_with(acteur: Acteur, numero: int) -> Convention | None:
    return supervised(acteur).filter(numero=numero).order_by("pk").first()


def rights_on(conventions: list[int], day: date) -> Iterator[Habilitation]:
    """Every right of that day, some conventions at a time: the memory used does not grow with the Caf."""
    for start in range(0, len(conventions), _AT_ONCE):
        rows = Habilitation.objects.open_on(day).filter(convention__in=conventions[start : start + _AT_ONCE])
        rows = rows.select_related("utilisateur", "convention__organisme", "groupe")
        with transaction.atomic(), in_the_order_of_the_view():
            read = list(rows.order_by("convention_id", "utilisateur_id", "appartenance_id", "role", "period"))
        yield from read


def changes_in(conventions: list[int], since: date, until: date) -> QuerySet[JournalEntry]:
    """What the journal says of these conventions on these days, the oldest first."""
    first, end = _bounds(since, until)
    subjects = [f"convention:{pk}" for pk in conventions]
    rows = JournalEntry.objects.filter(subjects__overlap=subjects, recorded_at__gte=first, recorded_at__lt=end)
    return rows.order_by("pk")


def campagnes_in(conventions: list[int], dossier: DossierAudit) -> QuerySet[Campagne]:
    """The campaigns about these conventions under way in the period; those of the Caf in a pack of that Caf only."""
    first, end = _bounds(dossier.since, dossier.until)
    seen = Q(convention__in=conventions) | Q(caf=dossier.caf_id, caf__isnull=False, conventions__overlap=conventions)
    rows = Campagne.objects.filter(seen, asked_at__lt=end)
    running = Q(ended_at=None) | Q(ended_at__gte=first)
    return rows.filter(running).select_related("caf", "convention", "asked_by").order_by("pk")


def unused_on(conventions: list[int], day: date) -> QuerySet[Rattachement]:
    """People with an access on that day and no sign-in for long before it."""
    month = day.year * 12 + day.month - 1 - settings.PORTAIL["UNUSED_MONTHS"]
    limit, _ = _bounds(date(month // 12, month % 12 + 1, min(day.day, 28)), day)
    rows = Rattachement.objects.filter(convention__in=conventions, period__contains=day)
    unused = Q(utilisateur__last_login__lt=limit) | Q(utilisateur__last_login=None, opens_on__lt=limit.date())
    rows = rows.filter(unused, utilisateur__period__contains=day)
    rows = rows.select_related("utilisateur", "convention__organisme")
    return rows.order_by("convention_id", "utilisateur__sort_key", "pk")


def seals_over(since: date, until: date) -> QuerySet[JournalSeal]:
    """The seals made on these days, and the first one after them: it holds the last entries."""
    first, end = _bounds(since, until)
    after = JournalSeal.objects.filter(sealed_at__gte=end).order_by("pk").values_list("pk", flat=True)[:1]
    rows = JournalSeal.objects.filter(Q(sealed_at__gte=first, sealed_at__lt=end) | Q(pk__in=list(after)))
    return rows.order_by("pk")


def _bounds(since: date, until: date) -> tuple[datetime, datetime]:
    """From the first instant of a day to the first after another."""
    return midnight(since), midnight(until + timedelta(days=1))
