"""« Accueil AFAS », « Mes déclarations » and the page of a declaration: what each person reads there."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portail.afas.actions.common import move
from portail.afas.actions.ouverture import open_echeance
from portail.afas.enums import EtatDeclaration, Validation
from portail.afas.models import Activite, Declaration, Echeance, Justification, Profil
from portail.afas.queries.suivi import charges_of
from tests.afas.scene import Scene
from tests.habilitations.facts import in_days, today

pytestmark = pytest.mark.django_db


def listed(client: Any, query: str = "") -> str:
    return client.get(reverse("afas:declaration_list") + f"?{query}").content.decode()


def page_of(scene: Scene, client: Any) -> str:
    return client.get(reverse("afas:declaration_view", args=[scene.declaration.pk])).content.decode()


def home(client: Any) -> str:
    return client.get(reverse("afas:home")).content.decode()


def late(scene: Scene) -> None:
    Echeance.objects.filter(pk=scene.echeance.pk).update(opens_on=in_days(-60), due_on=in_days(-5))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("attente=moi", 1),
        ("attente=saisie", 1),
        ("attente=retard_moi", 0),
        ("attente=retard", 0),
        ("attente=ouvertes", 1),
        ("etat=transmise", 0),
        ("phase=reel&type=alsh&nature=extrascolaire", 1),
        ("activite=farandole", 1),
        ("activite=201800132", 1),
        ("activite=nulle+part", 0),
        ("exercice=2001", 0),
    ],
)
def test_the_filters_of_the_list(scene: Scene, client_of: Any, query: str, count: int) -> None:
    assert f"{count}\u00a0déclaration" in listed(client_of("robine"), query)


def test_the_list_says_what_waits_for_me(scene: Scene, client_of: Any) -> None:
    assert "<strong>Vous</strong>" in listed(client_of("robine"))
    assert "<strong>Vous</strong>" not in listed(client_of("garban"))

    scene.filled(is_submitted=True)

    assert "<strong>Vous</strong>" not in listed(client_of("robine"))
    assert "<strong>Vous</strong> : approbation" in listed(client_of("garban"))


def test_a_late_one_is_said_in_words(scene: Scene, client_of: Any) -> None:
    late(scene)

    assert "En retard (il y a 5 jours)" in listed(client_of("robine"), "attente=retard_moi")
    scene.become(EtatDeclaration.TRANSMISE)
    assert "En retard" not in listed(client_of("robine"), "etat=transmise").split("<table")[1]


def test_the_list_of_who_has_no_profile_says_what_to_do(scene: Scene, client_of: Any) -> None:
    assert "Aucune déclaration" in listed(client_of("guy"))


def test_the_list_asks_as_much_for_one_row_as_for_three(scene: Scene, client_of: Any) -> None:
    robine = client_of("robine")
    listed(robine)
    with CaptureQueriesContext(connection) as one:
        listed(robine)
    for phase in ("previsionnel", "actualise_juin"):
        other = Echeance.objects.create(
            caf=scene.activite.caf,
            exercice=today().year,
            type="alsh",
            phase=phase,
            opens_on=today(),
            due_on=in_days(9),
        )
        open_echeance(other.pk, today())
    with CaptureQueriesContext(connection) as three:
        listed(robine)

    assert len(one) == len(three) == LIST_QUERIES


LIST_QUERIES = 6
PAGE_QUERIES = 32


def test_the_caf_lists_those_of_its_partners(scene: Scene, client_of: Any) -> None:
    assert "Organisme Farandole" in listed(client_of("gestin"))
    assert "Aucune déclaration" in listed(client_of("horsain"))


def test_the_list_is_exported(scene: Scene, client_of: Any) -> None:
    response = client_of("robine").get(reverse("afas:declaration_export", args=["csv"]))

    content = response.content.decode("utf-8-sig")
    assert "ESC Farandole Istres" in content
    assert "À saisir" in content


# The page


def test_the_page_tells_who_does_what_and_what_comes_next(scene: Scene, client_of: Any) -> None:
    page = page_of(scene, client_of("robine"))

    assert "Vous avez 3\u00a0volets à remplir et soumettre." in page
    assert "Gilles Garban" in page
    assert "à signer quand tout sera soumis" in page
    assert "Ce qui se passe ensuite" in page


def test_the_approbateur_is_told_that_it_waits_for_him(scene: Scene, client_of: Any) -> None:
    scene.filled(is_submitted=True)

    assert "Cette déclaration attend votre approbation." in page_of(scene, client_of("garban"))
    assert "Cette déclaration attend votre approbation." not in page_of(scene, client_of("robine"))


def test_an_approbateur_not_validated_is_said_so(scene: Scene) -> None:
    Profil.objects.filter(validation=Validation.VALIDEE).update(
        validation=Validation.EN_ATTENTE, decided_at=None, decided_by=None
    )

    charges = charges_of(scene.declaration, scene.declaration.volets.all(), today())

    assert charges[-1].people == "Gilles Garban (en attente de validation par la Caf)"


def test_the_totals_are_read_by_who_reads_all(scene: Scene, client_of: Any) -> None:
    scene.filled()

    assert "Total des heures réalisées" in page_of(scene, client_of("robine"))
    Profil.objects.filter(rattachement=scene.cast.rattachements["robine"], lieu=None).delete()
    page = page_of(scene, client_of("robine"))
    assert "Total des heures réalisées" not in page
    assert "sans les finances ni les totaux" in page


def test_a_check_that_does_not_hold_is_told_with_its_justification(scene: Scene, client_of: Any) -> None:
    scene.filled()
    sheet = scene.volet()
    sheet.valeurs = sheet.valeurs | {"heures_realisees_m6": "900000"}
    sheet.save()

    page = page_of(scene, client_of("garban"))
    assert "Capacité théorique" in page
    assert "Bloquant" in page

    robine = scene.cast.people["robine"]
    Justification.objects.create(
        declaration=scene.declaration, version=1, controle="C02", text="Deux équipes", by=robine
    )
    assert "Justification d&#x27;Olivia Robine : Deux équipes" in page_of(scene, client_of("garban"))


def test_the_steps_are_a_timeline(scene: Scene, client_of: Any) -> None:
    move(scene.declaration, "commencer", by=scene.cast.acteur("robine"))

    page = page_of(scene, client_of("bruet"))

    assert "Saisie commencée" in page
    assert "Déclaration ouverte" in page


def test_the_page_asks_a_bounded_number_of_questions(scene: Scene, client_of: Any) -> None:
    scene.filled()
    garban = client_of("garban")
    page_of(scene, garban)
    with CaptureQueriesContext(connection) as asked:
        page_of(scene, garban)

    assert len(asked) <= PAGE_QUERIES


# « Accueil AFAS »


def test_the_home_says_what_waits_for_me(scene: Scene, client_of: Any) -> None:
    page = home(client_of("robine"))
    assert "1\u00a0déclaration à saisir" in page
    assert "0\u00a0transmise sur 1\u00a0déclaration" in page

    late(scene)
    assert "1\u00a0déclaration en retard" in home(client_of("robine"))

    scene.filled(is_submitted=True)
    assert "1\u00a0déclaration à approuver" in home(client_of("garban"))
    assert "Rien ne vous attend." in home(client_of("robine"))

    scene.become(EtatDeclaration.A_COMPLETER)
    scene.declaration.volets.update(etat="en_cours", submitted_at=None, submitted_by=None)
    assert "1\u00a0déclaration à compléter" in home(client_of("robine"))


def test_the_home_names_what_nobody_may_sign_for(scene: Scene, client_of: Any) -> None:
    Activite.objects.create(
        organisme=scene.activite.organisme,
        caf=scene.activite.caf,
        libelle="Les Tilleuls",
        type="alsh",
        nature="periscolaire",
        numero_dossier="9",
        opens_on=today() - timedelta(days=9),
    )

    assert "Les Tilleuls" in home(client_of("bruet"))
    assert "Les Tilleuls" not in home(client_of("robine"))


def test_the_home_tells_the_next_echeance_when_nothing_waits(scene: Scene, client_of: Any) -> None:
    Declaration.objects.update(etat=EtatDeclaration.TRANSMISE)
    Echeance.objects.create(
        caf=scene.activite.caf,
        exercice=today().year,
        type="alsh",
        phase="previsionnel",
        opens_on=in_days(12),
        due_on=in_days(60),
    )

    assert "dans 12 jours" in home(client_of("robine"))


def test_the_home_of_the_caf_follows_the_campaign(scene: Scene, client_of: Any) -> None:
    page = home(client_of("gestin"))

    assert "Calendrier des échéances" in page
    assert "0\u00a0transmise sur 1\u00a0déclaration" in page
