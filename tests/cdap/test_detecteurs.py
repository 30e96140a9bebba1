"""Each manner of abuse raises its alert, once; a day's normal work raises none."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portail.cdap.actions import gardes as actions
from portail.cdap.definitions.contenu import NomPartie
from portail.cdap.enums import EtatAlerte
from portail.cdap.gateway.coffre import coffre_of
from portail.cdap.models import Alerte
from portail.comptes.models import Utilisateur
from tests.cdap.gardes import PARIS, chosen, consulted, quiet, walked, watched
from tests.cdap.scene import NUMERO, Scene, keep, parties

pytestmark = pytest.mark.django_db


def codes(alertes: list[Alerte]) -> list[str]:
    return [alerte.detecteur for alerte in alertes]


def test_numbers_that_follow_each_other(dossiers: Scene) -> None:
    quiet(dossiers)
    walked(dossiers, 7)

    alerte = watched()[0]

    assert (alerte.detecteur, alerte.nombre, alerte.utilisateur.nom) == ("suite", 7, "Garban")
    assert alerte.caf == dossiers.caf
    assert "7 numéros qui se suivent" in alerte.phrase


def test_a_slow_walk_is_seen_too(dossiers: Scene) -> None:
    quiet(dossiers)
    for rank in range(8):
        consulted(dossiers, at=timezone.now() - timedelta(hours=2 * rank, minutes=1), numero=9_100_000 + rank)

    assert codes(watched()) == ["suite"]


def test_many_unknown_numbers(dossiers: Scene) -> None:
    quiet(dossiers)
    walked(dossiers, 6, step=1_000, issue="inconnu")

    assert codes(watched()) == ["inconnus"]


def test_unknown_numbers_spread_over_the_day_are_no_abuse(dossiers: Scene) -> None:
    quiet(dossiers)
    for rank in range(6):
        at = timezone.now() - timedelta(minutes=8 * rank)
        consulted(dossiers, at=at, numero=9_100_000 + 1_000 * rank, issue="inconnu")

    assert watched() == []


@pytest.mark.parametrize(
    ("at", "is_seen"),
    [
        (datetime(2026, 11, 17, 23, 30, tzinfo=PARIS), True),
        (datetime(2026, 11, 18, 5, 30, tzinfo=PARIS), True),
        (datetime(2026, 11, 15, 15, 0, tzinfo=PARIS), True),
        (datetime(2026, 11, 17, 15, 0, tzinfo=PARIS), False),
    ],
    ids=["night", "morning", "sunday", "tuesday"],
)
def test_nights_and_sundays(dossiers: Scene, at: datetime, is_seen: bool) -> None:
    chosen(dossiers, seuil_nuit=2)
    for rank in range(2):
        consulted(dossiers, at=at + timedelta(minutes=rank), numero=9_100_000 + 1_000 * rank)

    assert ("nuit" in codes(watched(timezone.now() - at))) is is_seen


@pytest.mark.parametrize("nom", ["Canarès", "PERRUCHE"], ids=["birth", "usage"])
def test_a_file_of_the_same_family_name_without_opening_the_vault(
    dossiers: Scene, monkeypatch: pytest.MonkeyPatch, nom: str
) -> None:
    quiet(dossiers)
    Utilisateur.objects.filter(pk=dossiers.cast.people["garban"].pk).update(nom=nom)
    monkeypatch.setattr("portail.cdap.gateway.coffre.Coffre.open", None)
    consulted(dossiers, numero=NUMERO)
    consulted(dossiers, "robine", numero=NUMERO)

    alertes = watched()

    assert [(alerte.detecteur, alerte.utilisateur.nom) for alerte in alertes] == [("famille", nom)]


def test_the_name_of_a_child_counts(dossiers: Scene) -> None:
    quiet(dossiers)
    whole = parties()
    whole[NomPartie.FAMILLE].personnes[3].nom_naissance = "GARBAN"  # type: ignore[attr-defined]
    keep(dossiers.caf, NUMERO + 40, whole=whole)
    consulted(dossiers, numero=NUMERO + 40)

    assert codes(watched()) == ["famille"]


def test_names_are_compared_by_thousands_within_a_second(dossiers: Scene) -> None:
    vault = coffre_of(dossiers.caf.code)
    noms = [f"Nom{rank}" for rank in range(2_000)]
    kept = [vault.noms(rank, (nom, "Autre")) for rank, nom in enumerate(noms)]

    began = time.process_time()
    found = sum(vault.bears(kept[rank], rank, nom) for rank, nom in enumerate(noms))

    assert found == len(noms)
    assert time.process_time() - began < 1
    assert len({name[at : at + 16] for name in kept for at in (0, 16)}) == 2 * len(noms)  # « Autre » is never the same


def test_two_places_at_once(dossiers: Scene) -> None:
    quiet(dossiers)
    for rank, address in enumerate(["192.0.2.1", "198.51.100.7", "192.0.2.1"]):
        at = timezone.now() - timedelta(minutes=3 - rank)
        consulted(dossiers, at=at, numero=9_100_000 + 1_000 * rank, address=address)

    assert codes(watched()) == ["adresses"]


def test_somebody_who_moves_once_is_not_in_two_places(dossiers: Scene) -> None:
    quiet(dossiers)
    consulted(dossiers, at=timezone.now() - timedelta(minutes=2), address="192.0.2.1")
    consulted(dossiers, numero=9_200_000, address="198.51.100.7")

    assert watched() == []


@pytest.mark.parametrize(("usual", "is_seen"), [(1, True), (4, False)])
def test_far_above_the_usual(dossiers: Scene, usual: int, is_seen: bool) -> None:
    quiet(dossiers)
    chosen(dossiers, seuil_volume=10)
    for day in range(2, 8):
        for rank in range(usual):
            at = timezone.now() - timedelta(days=day, seconds=rank)
            consulted(dossiers, at=at, numero=9_300_000 + 100 * day + 10 * rank)
    walked(dossiers, 11, step=1_000)

    assert ("volume" in codes(watched())) is is_seen


def test_one_file_read_by_many(dossiers: Scene) -> None:
    quiet(dossiers)
    chosen(dossiers, seuil_partage=3)
    for rank, name in enumerate(["robine", "double", "garban"]):
        consulted(dossiers, name, at=timezone.now() - timedelta(days=2 - rank))

    alertes = watched()

    assert [(alerte.detecteur, alerte.utilisateur.nom, alerte.nombre) for alerte in alertes] == [
        ("partage", "Garban", 3)
    ]


def test_back_after_a_long_absence(dossiers: Scene) -> None:
    quiet(dossiers)
    consulted(dossiers, at=timezone.now() - timedelta(days=120))
    consulted(dossiers, "robine", at=timezone.now() - timedelta(days=30))
    consulted(dossiers)
    consulted(dossiers, "robine", numero=9_200_000)

    alertes = watched()

    assert [(alerte.detecteur, alerte.nombre) for alerte in alertes] == [("reprise", 120)]


def test_the_limit_reached(dossiers: Scene) -> None:
    quiet(dossiers)
    chosen(dossiers, quota_personne_heure=9)
    walked(dossiers, 9, step=1_000)

    assert codes(watched()) == ["quota"]


def test_a_normal_day_raises_nothing(dossiers: Scene) -> None:
    quiet(dossiers)
    for rank in range(20):
        consulted(dossiers, at=timezone.now() - timedelta(minutes=20 * rank), numero=9_100_000 + 7_919 * rank)

    assert watched(timedelta(hours=8)) == []


def test_one_alert_for_a_person_a_detector_and_a_day(dossiers: Scene) -> None:
    quiet(dossiers)
    walked(dossiers, 7)
    first = watched()[0]
    walked(dossiers, 9)

    again = watched()

    first.refresh_from_db()
    assert (again, first.nombre) == ([], 9)


def test_what_the_caf_decided_counts_no_more(dossiers: Scene) -> None:
    quiet(dossiers)
    chosen(dossiers, niveau_suite=1)
    walked(dossiers, 7)
    alerte = watched()[0]
    actions.decide(
        by=dossiers.cast.acteur("marchand"), alerte=alerte, etat=EtatAlerte.SANS_SUITE, motif="Distribution de tickets"
    )

    same = watched()
    walked(dossiers, 3)
    few = watched()
    now = timezone.now()
    for rank in range(7):
        consulted(dossiers, at=now + timedelta(microseconds=rank), numero=9_500_000 + rank)
    more = watched(timedelta(hours=1))

    assert (same, few) == ([], [])
    assert codes(more) == ["suite"]


def test_thresholds_are_those_of_the_caf(dossiers: Scene) -> None:
    quiet(dossiers)
    chosen(dossiers, seuil_suite=20)
    walked(dossiers, 12)

    assert watched() == []


# Somebody who consults under the conventions of two Cafs


def under(scene: Scene, name: str) -> dict[str, Any]:
    convention = scene.cast.conventions[name]
    return {"convention": convention, "organisme": convention.organisme}


def chosen_elsewhere(scene: Scene, **valeurs: int) -> None:
    other = Scene(scene.cast, scene.other, scene.caf)
    quiet(other)
    chosen(other, **valeurs)


def told(alertes: list[Alerte]) -> set[tuple[str, str, int]]:
    return {(alerte.detecteur, alerte.caf.code, alerte.nombre) for alerte in alertes}


def both(scene: Scene, here: int, there: int, **other: Any) -> None:
    walked(scene, here, **under(scene, "farandole"), **other)
    walked(scene, there, **under(scene, "lointaine"), **other)


@pytest.mark.parametrize(
    ("detecteur", "other"),
    [("suite", {"step": 1}), ("inconnus", {"step": 1_000, "issue": "inconnu"}), ("volume", {"step": 1_000})],
)
def test_more_under_one_caf_hides_nothing_from_another(dossiers: Scene, detecteur: str, other: dict[str, Any]) -> None:
    quiet(dossiers)
    chosen(dossiers, **{f"seuil_{detecteur}": 100})
    chosen_elsewhere(dossiers, **{f"seuil_{detecteur}": 5})
    both(dossiers, 9, 7, **other)

    assert told(watched()) == {(detecteur, "061", 7)}


def test_nights_are_counted_by_caf(dossiers: Scene) -> None:
    chosen(dossiers, seuil_nuit=100)
    chosen(Scene(dossiers.cast, dossiers.other, dossiers.caf), seuil_nuit=3)
    night = datetime(2026, 11, 17, 23, 30, tzinfo=PARIS)
    for rank in range(9):
        place = under(dossiers, "lointaine" if rank % 3 == 0 else "farandole")
        consulted(dossiers, at=night + timedelta(minutes=rank), numero=9_100_000 + 1_000 * rank, **place)

    assert ("nuit", "061", 3) in told(watched(timezone.now() - night))


def test_an_alert_open_at_one_caf_does_not_silence_the_other(dossiers: Scene) -> None:
    quiet(dossiers)
    chosen_elsewhere(dossiers)
    walked(dossiers, 9)
    assert told(watched()) == {("suite", "132", 9)}

    walked(dossiers, 7, **under(dossiers, "lointaine"))

    assert told(watched()) == {("suite", "061", 7)}


def test_what_one_caf_decided_still_counts_at_the_other(dossiers: Scene) -> None:
    quiet(dossiers)
    chosen_elsewhere(dossiers, seuil_suite=100)
    both(dossiers, 9, 8)
    actions.decide(
        by=dossiers.cast.acteur("marchand"), alerte=watched()[0], etat=EtatAlerte.SANS_SUITE, motif="Distribution"
    )
    chosen_elsewhere(dossiers, seuil_suite=7)

    assert told(watched()) == {("suite", "061", 8)}


@pytest.mark.parametrize(("detecteur", "seuil"), [("quota", "quota_personne_heure"), ("adresses", "seuil_adresses")])
def test_where_he_is_and_his_quota_are_told_to_both(dossiers: Scene, detecteur: str, seuil: str) -> None:
    quiet(dossiers)
    chosen(dossiers, **{seuil: 2})
    chosen_elsewhere(dossiers, **{seuil: 2})
    for rank, name in enumerate(["farandole", "lointaine"] * 2):
        at = timezone.now() - timedelta(minutes=4 - rank)
        place = under(dossiers, name) | {"address": f"192.0.2.{rank}"}
        consulted(dossiers, at=at, numero=9_100_000 + 1_000 * rank, **place)

    assert {code for which, code, _ in told(watched()) if which == detecteur} == {"132", "061"}
