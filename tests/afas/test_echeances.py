"""The calendar of a Caf: what is written, what may no longer change, whom it tells, what its screens say."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portail.afas.actions import appels
from portail.afas.actions.echeances import create_echeance, create_exercice, edit_echeance, remove_echeance
from portail.afas.calculs.calendrier import observed, years_later
from portail.afas.enums import Phase
from portail.afas.models import Echeance
from portail.afas.queries.echeances import OBSERVE, PRECEDENT, opening_of, proposed
from portail.journal.models import JournalEntry
from portail.ui.rules import Stale
from tests.afas.scene import Scene
from tests.habilitations.facts import in_days, mails_of, refusal_of, sentences_of, today, told

pytestmark = pytest.mark.django_db
ALSH = "Accueil de loisirs sans hébergement"


def created(scene: Scene, **other: Any) -> Echeance:
    given = {"exercice": today().year, "type": "alsh", "phase": "previsionnel", "opens_on": in_days(5)}
    return create_echeance(by=scene.cast.acteur("gestin"), **{**given, "due_on": in_days(60), **other})


def test_one_is_added_to_the_calendar_of_ones_caf(scene: Scene) -> None:
    name = f"Prévisionnel {today().year}, {ALSH}"

    assert sentences_of(lambda: created(scene)) == [
        f"Gaëlle Gestin a inscrit l'échéance {name} au calendrier : ouverte le {told(in_days(5))}, à rendre le "
        f"{told(in_days(60))}."
    ]
    assert Echeance.objects.latest("pk").caf == scene.activite.caf


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"due_on": in_days(4)}, "La date limite précède l'ouverture"),
        ({"exercice": today().year + 4}, "Ces dates sont loin de l'exercice"),
    ],
)
def test_dates_must_make_sense(scene: Scene, other: dict[str, Any], sentence: str) -> None:
    assert refusal_of(lambda: created(scene, **other)).startswith(sentence)


@pytest.mark.parametrize("name", ["marchand", "auditeau", "bruet"])
def test_the_gestionnaire_alone_keeps_it(scene: Scene, name: str) -> None:
    acteur = scene.cast.acteur(name)
    given = {"exercice": 2030, "type": "alsh", "phase": "reel", "opens_on": today(), "due_on": today()}

    assert refusal_of(lambda: create_echeance(by=acteur, **given))
    assert refusal_of(lambda: remove_echeance(by=acteur, echeance=scene.echeance))


def test_an_exercice_follows_the_one_before(scene: Scene) -> None:
    caf, next_one = scene.activite.caf, scene.echeance.exercice + 1

    rows = proposed(caf, next_one, ["alsh", "rpe"], PRECEDENT)

    assert [(e.type, e.phase, e.due_on) for e in rows] == [("alsh", "reel", years_later(scene.echeance.due_on, 1))]


def test_an_exercice_by_the_observed_calendar_leaves_what_is_there(scene: Scene) -> None:
    gestin, exercice = scene.cast.acteur("gestin"), scene.echeance.exercice
    typed = {"by": gestin, "exercice": exercice, "types": ["alsh"], "origine": OBSERVE}

    create_exercice(**typed, expected=3)

    rows = Echeance.objects.filter(exercice=exercice).order_by("opens_on", "pk")
    assert {e.phase for e in rows} == set(Phase.values)
    assert Echeance.objects.get(pk=scene.echeance.pk).due_on == scene.echeance.due_on
    assert "a changé" in refusal_of(lambda: create_exercice(**typed, expected=3))


@pytest.mark.parametrize(
    ("phase", "days"),
    [
        ("previsionnel", (date(2022, 12, 15), date(2023, 2, 13))),
        ("actualise_juin", (date(2023, 6, 15), date(2023, 7, 10))),
        ("actualise_septembre", (date(2023, 9, 17), date(2023, 10, 12))),
        ("reel", (date(2024, 1, 16), date(2024, 3, 31))),
    ],
)
def test_the_observed_calendar_is_that_of_the_source(phase: str, days: tuple[date, date]) -> None:
    assert observed(2023, phase) == days


def test_a_leap_day_has_a_day_the_year_after() -> None:
    assert years_later(date(2024, 2, 29), 1) == date(2025, 2, 28)


def edit(scene: Scene, *, due_on: date, edition: int = 0, **other: Any) -> int:
    given = {"opens_on": scene.echeance.opens_on, "due_on": due_on, "edition": edition}
    return edit_echeance(by=scene.cast.acteur("gestin"), echeance=scene.echeance, **given | other)


def test_another_due_date_is_told_to_who_was_called(scene: Scene) -> None:
    appels.call(today())

    assert sorted(mails_of(lambda: edit(scene, due_on=in_days(40)))) == [
        ("afas_echeance_modifiee", "garban@example.fr"),
        ("afas_echeance_modifiee", "robine@example.fr"),
    ]
    assert Echeance.objects.get(pk=scene.echeance.pk).due_on == in_days(40)


def test_the_journal_tells_the_new_dates(scene: Scene) -> None:
    assert sentences_of(lambda: edit(scene, due_on=in_days(40))) == [
        f"Gaëlle Gestin a modifié l'échéance Réel {scene.echeance.exercice}, {ALSH} : ouverte le "
        f"{told(scene.echeance.opens_on)}, à rendre le {told(in_days(40))}."
    ]


def test_an_opening_that_took_place_does_not_move(scene: Scene) -> None:
    assert "ne change plus" in refusal_of(lambda: edit(scene, due_on=in_days(40), opens_on=today()))


def test_two_people_do_not_overwrite_each_other(scene: Scene) -> None:
    edit(scene, due_on=in_days(40))

    with pytest.raises(Stale):
        edit(scene, due_on=in_days(50))


def test_only_what_opened_nothing_is_removed(scene: Scene) -> None:
    coming = created(scene)
    gestin = scene.cast.acteur("gestin")

    assert sentences_of(lambda: remove_echeance(by=gestin, echeance=coming)) == [
        f"Gaëlle Gestin a retiré l'échéance Prévisionnel {today().year}, {ALSH} du calendrier."
    ]
    assert "déjà ouvertes" in refusal_of(lambda: remove_echeance(by=gestin, echeance=scene.echeance))


def test_what_an_opening_makes_is_counted_first(scene: Scene) -> None:
    found = opening_of(created(scene), today())

    assert (found.activites, found.feuilles, found.uncovered) == (1, 3, 0)


# Screens


def test_the_same_twice_is_said_on_the_form(scene: Scene, client_of: Any) -> None:
    data = {"exercice": scene.echeance.exercice, "type": "alsh", "phase": "reel"}
    data |= {"opens_on": in_days(1).isoformat(), "due_on": in_days(2).isoformat()}

    response = client_of("gestin").post(reverse("afas:echeance_create"), data)

    assert response.status_code == 409
    assert "Cette échéance figure déjà au calendrier." in response.content.decode()


def test_an_exercice_is_shown_before_it_is_written(scene: Scene, client_of: Any) -> None:
    gestin, url = client_of("gestin"), reverse("afas:exercice_create")
    typed = {"exercice": scene.echeance.exercice, "origine": OBSERVE, "types": "alsh"}

    page = gestin.post(url, typed).content.decode()
    assert "Calendrier observé, à confirmer" in page
    assert Echeance.objects.count() == 1

    assert gestin.post(url, typed | {"confirm": "1", "expected": "3"}).status_code == 302
    assert Echeance.objects.count() == 4


def test_whom_a_new_date_touches_is_said_first(scene: Scene, client_of: Any) -> None:
    appels.call(today())
    url = reverse("afas:echeance_edit", args=[scene.echeance.pk])
    typed = {"opens_on": scene.echeance.opens_on.isoformat(), "due_on": in_days(50).isoformat(), "edition": "0"}
    gestin = client_of("gestin")

    page = gestin.post(url, typed).content.decode()
    assert "2\u00a0personnes appelées sont prévenues" in page
    assert Echeance.objects.get(pk=scene.echeance.pk).edition == 0

    assert gestin.post(url, typed | {"confirm": "1"}).status_code == 302
    assert gestin.post(url, typed | {"confirm": "1"}).status_code == 409


def test_the_page_of_an_echeance_tells_where_it_stands(scene: Scene, client_of: Any) -> None:
    page = client_of("auditeau").get(reverse("afas:echeance_view", args=[scene.echeance.pk])).content.decode()

    assert "Ouverte" in page
    assert "1\u00a0déclaration" in page
    assert "Modifier les dates" not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [("situation=ouverte", 1), ("situation=a_venir", 1), ("situation=echue", 0), ("phase=reel", 1), ("type=alsh", 2)],
)
def test_the_filters_of_the_calendar(scene: Scene, client_of: Any, query: str, count: int) -> None:
    created(scene)

    page = client_of("gestin").get(reverse("afas:echeance_list") + f"?{query}").content.decode()

    assert f"{count}\u00a0échéance" in page


def test_the_calendar_asks_as_much_for_one_row_as_for_three(scene: Scene, client_of: Any) -> None:
    gestin, url = client_of("gestin"), reverse("afas:echeance_list")
    gestin.get(url)
    with CaptureQueriesContext(connection) as one:
        gestin.get(url)
    for phase in ("previsionnel", "actualise_juin"):
        created(scene, phase=phase)
    with CaptureQueriesContext(connection) as three:
        gestin.get(url)

    assert len(one) == len(three) == LIST_QUERIES


LIST_QUERIES = 4


def test_the_calendar_is_exported(scene: Scene, client_of: Any) -> None:
    response = client_of("gestin").get(reverse("afas:echeance_export", args=["csv"]))

    content = response.content.decode("utf-8-sig") if not response.streaming else b"".join(response).decode("utf-8-sig")
    assert content.splitlines()[0].startswith("Exercice;Échéance;Type d'activité")
    assert JournalEntry.objects.latest("pk").facts["what"] == "le calendrier des échéances"


def test_the_gestionnaire_opens_it_from_its_page(scene: Scene, client_of: Any) -> None:
    coming = created(scene)
    gestin, url = client_of("gestin"), reverse("afas:echeance_open", args=[coming.pk])

    assert "1\u00a0déclaration est ouverte" in gestin.get(url).content.decode()
    assert gestin.post(url).status_code == 302
    assert Echeance.objects.get(pk=coming.pk).opens_on == today()


def test_a_day_is_late_only_after_the_due_date(scene: Scene) -> None:
    assert scene.echeance.situation(scene.echeance.due_on) == "ouverte"
    assert scene.echeance.situation(scene.echeance.due_on + timedelta(days=1)) == "echue"
