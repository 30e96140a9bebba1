"""An échéance opens one declaration per activité with its sheets: once, whoever runs it and how often."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portail.afas.actions.ouverture import ask_opening, open_due, open_echeance
from portail.afas.enums import EtatDeclaration, EtatVolet, Phase, Validation, VoletKind
from portail.afas.models import Activite, Declaration, Echeance, LieuImplantation, Profil, Volet
from portail.courriels.models import Courriel
from tests.afas.scene import Scene, build_scene
from tests.cast import build_cast
from tests.habilitations.facts import mails_of, refusal_of, sentences_of, today
from tests.habilitations.test_races import at_once

pytestmark = pytest.mark.django_db


def activite(scene: Scene, numero: str, **given: Any) -> Activite:
    fields = {
        "organisme": scene.activite.organisme,
        "caf": scene.activite.caf,
        "libelle": f"Accueil {numero}",
        "type": "alsh",
        "nature": "extrascolaire",
        "numero_dossier": numero,
        "opens_on": scene.activite.opens_on,
    }
    return Activite.objects.create(**fields | given)


def lieu(on: Activite, libelle: str, opens_on: date | None = None) -> LieuImplantation:
    return LieuImplantation.objects.create(activite=on, libelle=libelle, opens_on=opens_on or on.opens_on)


@pytest.fixture
def echeance(scene: Scene) -> Echeance:
    """Another one of this exercice, whose day has come and whose declarations are not open."""
    return Echeance.objects.create(
        caf=scene.activite.caf,
        exercice=today().year,
        type="alsh",
        phase=Phase.PREVISIONNEL,
        opens_on=today(),
        due_on=today() + timedelta(days=60),
    )


def sheets(echeance: Echeance) -> list[tuple[str, str, str]]:
    rows = Volet.objects.filter(declaration__echeance=echeance).order_by("declaration__activite", "kind", "lieu")
    return [(v.declaration.activite.libelle, v.kind, v.lieu.libelle if v.lieu else "") for v in rows]


def test_each_activite_of_the_exercice_has_its_sheets(scene: Scene, echeance: Echeance) -> None:
    activite(scene, "2", libelle="Sans lieu")
    activite(scene, "3", closes_on=date(today().year - 1, 12, 31))
    activite(scene, "5", caf=scene.cast.cafs["061"])

    assert open_echeance(echeance.pk, today()) == 2

    assert sheets(echeance) == [
        ("ESC Farandole Istres", "activite", "ESC Farandole Istres"),
        ("ESC Farandole Istres", "activite", "ESC L'éclair"),
        ("ESC Farandole Istres", "financier", ""),
        ("Sans lieu", "activite", ""),
        ("Sans lieu", "financier", ""),
    ]
    made = Declaration.objects.get(echeance=echeance, activite=scene.activite)
    assert (made.etat, made.definition, made.caf) == ("a_saisir", "alsh/2024", scene.activite.caf)


def test_an_activite_open_on_one_day_of_the_exercice_declares(scene: Scene, echeance: Echeance) -> None:
    activite(scene, "2", closes_on=date(today().year, 1, 1))

    assert open_echeance(echeance.pk, today()) == 2


def test_it_opens_once(scene: Scene, echeance: Echeance) -> None:
    open_echeance(echeance.pk, today())
    before, opened_at = sheets(echeance), Echeance.objects.get(pk=echeance.pk).opened_at

    assert (open_echeance(echeance.pk, today()), open_due(today())) == (0, 0)
    assert (sheets(echeance), Echeance.objects.get(pk=echeance.pk).opened_at) == (before, opened_at)


def test_small_batches_open_everything(scene: Scene, echeance: Echeance) -> None:
    for numero in range(2, 7):
        activite(scene, str(numero))

    assert open_echeance(echeance.pk, today(), batch=2) == 6


def test_what_is_recorded_later_gets_its_own_at_the_next_run(scene: Scene, echeance: Echeance) -> None:
    open_echeance(echeance.pk, today())
    activite(scene, "2")
    lieu(scene.activite, "Zénith")

    assert open_due(today()) == 2  # the réel of the scene has a new lieu too

    assert len(sheets(echeance)) == 3 + 1 + 2
    assert open_due(today()) == 0


def test_a_sheet_begun_without_lieu_becomes_that_of_the_first(scene: Scene, echeance: Echeance) -> None:
    alone = activite(scene, "2", libelle="Sans lieu")
    open_echeance(echeance.pk, today())
    begun = Volet.objects.get(declaration__activite=alone, kind=VoletKind.ACTIVITE)
    Volet.objects.filter(pk=begun.pk).update(valeurs={"capacite": "12"}, etat=EtatVolet.EN_COURS)
    first = lieu(alone, "Premier")
    lieu(alone, "Second")

    open_due(today())

    begun.refresh_from_db()
    assert (begun.lieu, begun.valeurs) == (first, {"capacite": "12"})
    assert [each for each in sheets(echeance) if each[0] == "Sans lieu"] == [
        ("Sans lieu", "activite", "Premier"),
        ("Sans lieu", "activite", "Second"),
        ("Sans lieu", "financier", ""),
    ]


@pytest.mark.parametrize("etat", [EtatDeclaration.A_APPROUVER, EtatDeclaration.TRANSMISE])
def test_what_waits_for_a_signature_or_was_sent_does_not_change(scene: Scene, etat: str) -> None:
    scene.become(etat)
    lieu(scene.activite, "Zénith")

    open_due(today())

    assert scene.declaration.volets.count() == 3


def test_a_day_to_come_opens_nothing(scene: Scene, echeance: Echeance) -> None:
    Echeance.objects.filter(pk=echeance.pk).update(opens_on=today() + timedelta(days=1))

    assert open_due(today()) == 0


def test_the_journal_tells_what_was_opened(scene: Scene, echeance: Echeance) -> None:
    name = f"Prévisionnel {echeance.exercice}, Accueil de loisirs sans hébergement"

    assert sentences_of(lambda: open_echeance(echeance.pk, today())) == [
        f"Le système a ouvert l'échéance {name} : 1\u00a0déclaration."
    ]

    lieu(scene.activite, "Zénith")
    assert sentences_of(lambda: open_echeance(echeance.pk, today())) == [
        f"Le système a ajouté 1\u00a0volet à l'échéance {name}, pour des lieux ouverts depuis."
    ]


def test_the_people_are_called_once_for_all_their_activites(scene: Scene, echeance: Echeance) -> None:
    other = activite(scene, "2")
    for profil in Profil.objects.filter(lieu=None).order_by("pk"):
        Profil.objects.create(
            rattachement=profil.rattachement,
            role=profil.role,
            activite=other,
            opens_on=profil.opens_on,
            validation=profil.validation,
            decided_at=profil.decided_at,
        )

    assert mails_of(lambda: open_echeance(echeance.pk, today())) == [
        ("afas_appel_echeance", "garban@example.fr"),
        ("afas_appel_echeance", "robine@example.fr"),
    ]
    facts = Courriel.objects.get(kind="afas_appel_echeance", to="robine@example.fr").facts
    assert facts["declarations"] == "2\u00a0déclarations"


def test_without_approbateur_nobody_is_called_and_who_can_mend_it_is_told(scene: Scene, echeance: Echeance) -> None:
    Profil.objects.filter(validation=Validation.VALIDEE).update(
        validation=Validation.EN_ATTENTE, decided_at=None, decided_by=None
    )

    assert mails_of(lambda: open_echeance(echeance.pk, today())) == [
        ("afas_sans_approbateur", "caf132@example.fr"),
        ("afas_sans_approbateur", "bruet@example.fr"),
    ]
    assert Courriel.objects.filter(to="bruet@example.fr").latest("pk").facts["activites"] == ["ESC Farandole Istres"]


def test_the_gestionnaire_opens_it_now(scene: Scene, echeance: Echeance) -> None:
    Echeance.objects.filter(pk=echeance.pk).update(opens_on=today() + timedelta(days=9))
    gestin = scene.cast.acteur("gestin")

    told = sentences_of(lambda: ask_opening(by=gestin, echeance=echeance))

    assert told == [
        f"Gaëlle Gestin a demandé l'ouverture de l'échéance Prévisionnel {echeance.exercice}, "
        "Accueil de loisirs sans hébergement."
    ]
    assert open_due(today()) == 1
    assert "déjà ouvertes" in refusal_of(lambda: ask_opening(by=gestin, echeance=echeance))


@pytest.mark.django_db(transaction=True)
def test_runs_at_once_open_everything_once(transactional_db: None) -> None:
    scene = build_scene(build_cast())
    for numero in range(2, 30):
        lieu(activite(scene, str(numero)), "Ici")
    echeance = Echeance.objects.create(
        caf=scene.activite.caf,
        exercice=today().year,
        type="alsh",
        phase=Phase.PREVISIONNEL,
        opens_on=today(),
        due_on=today() + timedelta(days=60),
    )

    at_once(*[lambda: open_echeance(echeance.pk, today(), batch=3)] * 8)

    assert Declaration.objects.filter(echeance=echeance).count() == 29
    assert Volet.objects.filter(declaration__echeance=echeance).count() == 3 + 28 * 2
    assert sorted(Courriel.objects.filter(kind="afas_appel_echeance").values_list("to", flat=True)) == [
        "garban@example.fr",
        "robine@example.fr",
    ]
    assert Echeance.objects.get(pk=echeance.pk).opened_at <= timezone.now()
