"""Suspensions: never two on the same day, and said as they are when they are still to come."""

import pytest

from portail.conventionnement import actions
from tests.habilitations.facts import in_days

pytestmark = pytest.mark.django_db


def suspend(cast, first: int, last: int | None = None) -> None:
    actions.suspend_convention(
        by=cast.acteur("marchand"),
        convention=cast.conventions["farandole"],
        opens_on=in_days(first),
        closes_on=None if last is None else in_days(last),
        motif="Travaux",
    )


@pytest.mark.parametrize("sent", [{}, {"confirm": "1"}])
def test_dates_already_suspended_are_named_and_the_form_kept(cast, client_of, sent):
    suspend(cast, 3, 9)
    typed = {"opens_on": f"{in_days(1)}", "closes_on": f"{in_days(5)}", "motif": "Autre raison"}

    response = client_of("marchand").post(f"/conventions/{cast.conventions['farandole'].pk}/suspendre/", typed | sent)

    page = response.content.decode()
    assert response.status_code == 422
    assert f"déjà enregistrée, du {in_days(3):%d/%m/%Y} au {in_days(9):%d/%m/%Y}" in page
    assert "Autre raison" in page


def test_the_days_of_a_suspension_taken_back_are_free(cast):
    suspend(cast, 3)
    actions.resume_convention(by=cast.acteur("marchand"), convention=cast.conventions["farandole"], motif="Erreur")

    suspend(cast, 2, 5)

    assert cast.conventions["farandole"].suspensions.count() == 2


def test_a_suspension_to_come_is_said_so(cast, client_of):
    convention, client = cast.conventions["farandole"], client_of("marchand")
    typed = {"opens_on": f"{in_days(3)}", "motif": "Travaux", "confirm": "1"}

    page = client.post(f"/conventions/{convention.pk}/suspendre/", typed, follow=True).content.decode()

    assert f"La convention sera suspendue le {in_days(3):%d/%m/%Y}." in page
    assert (
        f"La convention sera suspendue le {in_days(3):%d/%m/%Y}"
        in client.get(f"/conventions/{convention.pk}/").content.decode()
    )


def test_a_suspension_of_today_is_said_so(cast, client_of):
    convention = cast.conventions["farandole"]
    typed = {"opens_on": f"{in_days(0)}", "motif": "Travaux", "confirm": "1"}

    page = client_of("marchand").post(f"/conventions/{convention.pk}/suspendre/", typed, follow=True).content.decode()

    assert "La convention est suspendue." in page
    assert "sera suspendue" not in page
