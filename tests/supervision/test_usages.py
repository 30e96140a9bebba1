"""« Statistiques d'usage »: figures worked out at night, in the perimeter, the same however often."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portail.habilitations.models import Appartenance
from portail.journal import actions as journal
from portail.journal.events import KINDS
from portail.journal.models import JournalEntry
from portail.supervision import actions, tasks
from portail.supervision.models import Usage
from portail.supervision.queries import usages

PAGE = "/supervision/usage/"


@pytest.fixture
def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def _sign_in(cast, name, times=1):
    for _ in range(times):
        journal.record(KINDS["comptes.session.opened"], by=cast.people[name])


def _whole(cast, name, month):
    rows = Usage.objects.filter(convention=cast.conventions[name], mois=month, service="")
    return rows.values_list("connexions", "connectes", "habilites", "ouvertes", "terminees").get()


def test_the_figures_are_those_of_the_journal_and_of_the_rights(cast, tomorrow):
    _sign_in(cast, "bruet", 2)
    _sign_in(cast, "double")
    Appartenance.objects.filter(rattachement=cast.rattachements["robine"]).update(closes_on=timezone.localdate())
    month = timezone.localdate().replace(day=1)

    actions.record_usage(tomorrow)

    assert _whole(cast, "farandole", month) == (3, 2, 3, 4, 1)
    assert _whole(cast, "voisine", month) == (1, 1, 1, 1, 0)
    afas = Usage.objects.get(convention=cast.conventions["farandole"], service="afas", mois=month)
    assert (afas.habilites, afas.ouvertes, afas.terminees, afas.connexions) == (1, 1, 1, 0)


def test_worked_out_twice_they_are_the_same(cast, tomorrow):
    _sign_in(cast, "bruet")

    def told():
        actions.record_usage(tomorrow)
        return sorted(Usage.objects.values_list("convention", "mois", "service", "connexions", "habilites"))

    assert told() == told()


def test_a_day_to_come_is_not_told(cast):
    """A right of today is not in the figures that stop yesterday."""
    tasks.record_usage(timestamp=0)

    assert not Usage.objects.filter(ouvertes__gt=0).exists()


def test_the_months_are_the_last_twelve_over_a_new_year():
    months = usages.last_months(datetime(2027, 1, 31).date())

    assert [f"{m:%Y-%m-%d}" for m in (months[0], months[1], months[-1])] == ["2027-01-01", "2026-12-01", "2026-02-01"]
    assert len(months) == 12


def test_everybody_reads_his_own_perimeter(cast, client_of, tomorrow):
    actions.record_usage(tomorrow)

    def organisations(who):
        month = timezone.localdate().replace(day=1)
        return [o.raison_sociale for o in usages.organismes_for(cast.acteur(who), month)]

    assert organisations("auditeau") == ["Organisme Farandole", "Organisme Voisine"]
    assert organisations("bruet") == ["Organisme Farandole"]
    assert organisations("horsain") == []
    page = client_of("bruet").get(PAGE).content.decode()
    assert "Organisme Farandole" in page
    assert "figure-bar" in page
    assert "Organisme Voisine" not in page
    assert "Aucun chiffre" in client_of("horsain").get(PAGE).content.decode()
    assert client_of("bruet").get(f"{PAGE}?mois=2001-01").status_code == 200


def test_an_export_is_journalled(cast, client_of, tomorrow):
    actions.record_usage(tomorrow)

    told = client_of("auditeau").get(f"{PAGE}export/csv/").content.decode("utf-8-sig")

    assert told.splitlines()[0].startswith("Organisme;Connexions")
    assert "Organisme Voisine;0;0;1;1;0" in told
    assert "statistiques" in JournalEntry.objects.get(kind="habilitations.list.exported").facts["what"]


def test_the_page_costs_the_same_for_one_organisation_and_for_two(cast, client_of, tomorrow):
    actions.record_usage(tomorrow)

    client = client_of("auditeau")

    def queries():
        client.get(PAGE)
        with CaptureQueriesContext(connection) as seen:
            client.get(PAGE)
        return len(seen)

    two = queries()
    Usage.objects.filter(convention=cast.conventions["voisine"]).delete()
    assert queries() == two
