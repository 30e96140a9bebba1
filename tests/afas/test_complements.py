"""What the Caf asks before it decides: a thread, the sheets opened again, the version that answers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portail.afas.actions import complements
from portail.afas.actions.complements import Demande
from portail.afas.enums import EtatDeclaration, EtatVolet, VoletKind
from portail.afas.models import DemandeComplement, Justification
from portail.courriels.models import Courriel
from portail.habilitations.acteur import acteur_for
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.afas.processing import again, figures, taken, transmit, transmitted
from tests.afas.scene import Scene

pytestmark = pytest.mark.django_db


def asked(scene: Scene, **more: object) -> DemandeComplement:
    declaration = taken(scene)
    volet = declaration.volets.get(kind=VoletKind.FINANCIER)
    given = {"objet": "Charges de personnel", "due_on": in_days(15), "message": "Pouvez-vous détailler ?"}
    return complements.ask(
        by=scene.cast.acteur("gestin"), declaration=declaration, demande=Demande(**(given | more), volets=[volet.pk])
    )


def in_days(days: int):
    return timezone.localdate() + timedelta(days=days)


def test_asking_opens_a_new_version_of_the_sheets_chosen(scene: Scene):
    demande = asked(scene)

    declaration = again(demande.declaration)
    assert declaration.etat == EtatDeclaration.A_COMPLETER
    assert declaration.version == 2
    assert {(v.kind, v.etat) for v in declaration.volets.all()} == {
        (VoletKind.FINANCIER, EtatVolet.EN_COURS),
        (VoletKind.ACTIVITE, EtatVolet.SOUMIS),
    }
    assert [m.text for m in demande.messages.all()] == ["Pouvez-vous détailler ?"]
    assert declaration.etapes.first().motif == "Charges de personnel"


def test_the_new_version_begins_with_the_justifications_given(scene: Scene):
    declaration = taken(scene)
    robine = scene.cast.people["robine"]
    for text in ("Trop court", "Travaux de l'été"):
        Justification.objects.create(
            declaration=declaration, version=1, controle="C05-charges", text=text, by=robine, at=timezone.now()
        )
    volet = declaration.volets.get(kind=VoletKind.FINANCIER)
    demande = Demande("Charges", in_days(9), "Précisez.", [volet.pk])

    complements.ask(by=scene.cast.acteur("gestin"), declaration=declaration, demande=demande)

    assert [j.text for j in Justification.objects.filter(version=2)] == ["Travaux de l'été"]


def test_everybody_who_declares_is_told_without_a_figure(scene: Scene):
    demande = asked(scene)

    told = Courriel.objects.filter(kind="afas_complement_demande")
    assert {c.to for c in told} == {scene.cast.people[n].courriel for n in ("robine", "garban")}
    assert set(told.first().facts) == {"declaration", "due_on", "pk"}
    assert demande.closed_at is None


def test_at_least_one_sheet_is_opened_and_the_day_is_to_come(scene: Scene):
    declaration, gestin = taken(scene), scene.cast.acteur("gestin")
    volet = declaration.volets.get(kind=VoletKind.FINANCIER)

    with pytest.raises(Refused, match="au moins un volet"):
        complements.ask(by=gestin, declaration=declaration, demande=Demande("x", in_days(3), "y"))
    with pytest.raises(Refused, match="à venir"):
        complements.ask(by=gestin, declaration=declaration, demande=Demande("x", in_days(0), "y", [volet.pk]))


def test_the_form_keeps_what_was_typed(scene: Scene, client_of):
    declaration = taken(scene)

    response = client_of("gestin").post(
        reverse("afas:complement_ask", args=[declaration.pk]), {"objet": "Charges", "message": "", "due_on": ""}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Charges"' in page
    assert "Écrivez ce que vous demandez." in page
    assert "Choisissez au moins un volet" in page


def test_the_thread_is_answered_by_both_sides(scene: Scene, client_of):
    demande = asked(scene)
    url = reverse("afas:complement_view", args=[demande.pk])

    client_of("robine").post(url, {"text": "Une embauche en mars."})
    client_of("gestin").post(url, {"text": "Merci, corrigez le compte 64."})

    page = client_of("garban").get(url).content.decode()
    assert "Une embauche en mars." in page
    assert "Merci, corrigez le compte 64." in page
    to = list(Courriel.objects.filter(kind="afas_complement_message").order_by("pk").values_list("to", flat=True))
    assert to[0] == scene.cast.people["gestin"].courriel
    assert scene.cast.people["robine"].courriel in to[1:]


@pytest.mark.parametrize("name", ["bruet", "marchand", "auditeau"])
def test_who_has_no_profile_reads_and_does_not_answer(scene: Scene, client_of, name):
    demande = asked(scene)

    response = client_of(name).post(reverse("afas:complement_view", args=[demande.pk]), {"text": "Moi aussi"})

    assert response.status_code == 422
    assert demande.messages.count() == 1


@pytest.mark.parametrize("name", ["guy", "voisin", "horsain"])
def test_strangers_do_not_know_of_it(scene: Scene, client_of, name):
    demande = asked(scene)

    assert client_of(name).get(reverse("afas:complement_view", args=[demande.pk])).status_code == 404
    assert "Charges de personnel" not in client_of(name).get(reverse("afas:complement_list")).content.decode()


def test_a_profile_is_not_lent(scene: Scene):
    demande = asked(scene)
    acteur = acteur_for(scene.cast.people["robine"], on=timezone.localdate())
    acteur.suppleant = object()  # type: ignore[assignment]

    with pytest.raises(Refused, match="personnel"):
        complements.answer(by=acteur, demande=demande, text="Au nom de Jeanne")


def test_closed_it_says_nothing_more(scene: Scene, client_of):
    demande = asked(scene)
    client_of("gestin").post(reverse("afas:complement_close", args=[demande.pk]))

    with pytest.raises(Refused, match="close"):
        complements.answer(by=scene.cast.acteur("robine"), demande=demande, text="Trop tard")
    with pytest.raises(Refused, match="déjà close"):
        complements.close(by=scene.cast.acteur("gestin"), demande=demande)
    assert again(demande.declaration).etat == EtatDeclaration.A_COMPLETER


def test_the_corrected_version_closes_it_and_comes_back_to_the_same_person(scene: Scene, client_of):
    demande = asked(scene)
    finances = demande.declaration.volets.get(kind=VoletKind.FINANCIER)
    finances.valeurs = finances.valeurs | {"c60": "5000"}
    finances.save()

    declaration = transmit(scene, demande.declaration)

    demande.refresh_from_db()
    assert demande.closed_by == scene.cast.people["garban"]
    assert declaration.traitant == scene.cast.people["gestin"]
    kinds = set(JournalEntry.objects.values_list("kind", flat=True))
    assert {"afas.complement.asked", "afas.complement.closed"} <= kinds
    page = client_of("gestin").get(reverse("afas:traitement_view", args=[declaration.pk])).content.decode()
    assert "Ce qui change depuis la version précédente" in page
    assert "60 – Achats" in page


def test_messages_are_journalled(scene: Scene):
    demande = asked(scene)
    complements.answer(by=scene.cast.acteur("robine"), demande=demande, text="Voici.")

    assert JournalEntry.objects.filter(kind="afas.complement.answered").count() == 1


def test_late_answers_are_listed(scene: Scene, client_of):
    demande = asked(scene)
    DemandeComplement.objects.filter(pk=demande.pk).update(due_on=in_days(-2))

    page = client_of("gestin").get(reverse("afas:complement_list"), {"suivi": "retard"}).content.decode()

    assert "Charges de personnel" in page
    assert "En retard" in page
    export = client_of("auditeau").get(reverse("afas:complement_export", args=["csv"])).content.decode()
    assert "Charges de personnel" in export


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_many_queries_for_many(scene: Scene, client_of, django_assert_num_queries, number):
    demande = asked(scene)
    for _ in range(number - 1):
        gestin = scene.cast.people["gestin"]
        DemandeComplement.objects.create(
            declaration=demande.declaration,
            objet="Avant",
            due_on=in_days(1),
            asked_by=gestin,
            closed_by=gestin,
            closed_at=timezone.now(),
        )
    client = client_of("gestin")

    with django_assert_num_queries(4):
        client.get(reverse("afas:complement_list"))


def test_nothing_is_asked_twice_at_once(scene: Scene):
    demande = asked(scene)
    figures(scene)

    with pytest.raises(Refused, match="À compléter"):
        complements.ask(
            by=scene.cast.acteur("gestin"),
            declaration=demande.declaration,
            demande=Demande("Encore", in_days(5), "Et ceci ?", [1]),
        )


def test_one_transmitted_has_to_be_taken_first(scene: Scene, client_of):
    declaration = transmitted(scene)

    response = client_of("gestin").get(reverse("afas:complement_ask", args=[declaration.pk]))

    assert response.status_code == 403
    assert "Prenez d'abord" in response.content.decode().replace("&#x27;", "'")
