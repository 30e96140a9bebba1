"""What is written around a declaration: its comments, and its files, kept, analysed, opened and withdrawn."""

from typing import Any

import pytest
from django.urls import reverse

from portail.afas.actions import pieces
from portail.afas.enums import EtatDeclaration
from portail.afas.models import PieceDeclaration, Profil
from portail.afas.rules import declarations as rules
from portail.afas.tasks import scan_piece, scan_pieces
from portail.habilitations import gateway
from tests.afas.scene import Scene
from tests.habilitations.facts import refusal_of, sentences_of
from tests.permissions.world import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


def deposit(scene: Scene, by: str = "robine", **other: Any) -> PieceDeclaration:
    given = {"libelle": "Bilan", "file_name": "bilan.pdf", "content": PDF}
    return pieces.deposit_piece(by=scene.cast.acteur(by), declaration=scene.declaration, **given | other)


def name(scene: Scene) -> str:
    return str(scene.declaration)


def test_a_comment_is_read_by_the_partner_s_people_alone(scene: Scene, client_of: Any) -> None:
    url = reverse("afas:commentaire_create", args=[scene.declaration.pk])
    robine = client_of("robine")

    assert sentences_of(lambda: robine.post(url, {"text": "Et les heures de juillet ?"}))[-1:] == [
        f"Olivia Robine a ajouté un commentaire à la déclaration {name(scene)}."
    ]

    page = reverse("afas:declaration_view", args=[scene.declaration.pk])
    assert "Et les heures de juillet ?" in client_of("bruet").get(page).content.decode()
    assert "Et les heures de juillet ?" not in client_of("gestin").get(page).content.decode()


def test_an_empty_comment_is_to_be_written(scene: Scene, client_of: Any) -> None:
    response = client_of("robine").post(reverse("afas:commentaire_create", args=[scene.declaration.pk]), {"text": " "})

    assert response.status_code == 422
    assert "Écrivez votre commentaire." in response.content.decode()


def test_a_file_is_joined_and_opened(scene: Scene, client_of: Any) -> None:
    assert sentences_of(lambda: deposit(scene)) == [f"Olivia Robine a joint « Bilan » à la déclaration {name(scene)}."]
    piece = PieceDeclaration.objects.get()
    assert (gateway.folder(pieces.PLACE) / piece.stored_as).read_bytes() == PDF

    response = client_of("gestin").get(reverse("afas:piece_file", args=[piece.pk]))

    assert (response.content, response["Content-Disposition"]) == (PDF, 'attachment; filename="bilan.pdf"')
    assert response["X-Content-Type-Options"] == "nosniff"
    opened = sentences_of(lambda: pieces.open_piece(by=scene.cast.acteur("gestin"), piece=piece))
    assert opened == [f"Gaëlle Gestin a ouvert « Bilan » de la déclaration {name(scene)}."]


def test_what_is_no_document_is_refused(scene: Scene) -> None:
    assert refusal_of(lambda: deposit(scene, content=b"MZ")).startswith("Ce fichier n'est pas un PDF")


def test_a_file_that_is_no_longer_there_says_so(scene: Scene) -> None:
    piece = deposit(scene)
    gateway.destroy(piece.stored_as, pieces.PLACE)

    assert "ne se trouve plus" in refusal_of_opening(scene, piece)


def refusal_of_opening(scene: Scene, piece: PieceDeclaration, by: str = "robine") -> str:
    from portail.ui.rules import Refused  # noqa: PLC0415

    with pytest.raises(Refused) as refused:
        pieces.open_piece(by=scene.cast.acteur(by), piece=piece)
    return str(refused.value)


@pytest.mark.parametrize("etat", [EtatDeclaration.A_APPROUVER, EtatDeclaration.TRANSMISE])
def test_what_is_being_signed_or_was_sent_keeps_its_files(scene: Scene, etat: str) -> None:
    piece = deposit(scene)
    scene.become(etat)

    assert "n'est plus en cours de saisie" in refusal_of(lambda: deposit(scene))
    withdraw = lambda: pieces.withdraw_piece(by=scene.cast.acteur("robine"), piece=piece)  # noqa: E731
    assert "n'est plus en cours de saisie" in refusal_of(withdraw)


def test_who_gave_it_or_approves_withdraws_it_once(scene: Scene) -> None:
    robine, garban = scene.cast.acteur("robine"), scene.cast.acteur("garban")
    piece, other = deposit(scene, by="garban"), deposit(scene)

    assert "par la personne qui l'a jointe" in refusal_of(lambda: pieces.withdraw_piece(by=robine, piece=piece))
    assert sentences_of(lambda: pieces.withdraw_piece(by=garban, piece=other)) == [
        f"Gilles Garban a retiré « Bilan » de la déclaration {name(scene)}."
    ]
    assert "déjà retirée" in refusal_of(lambda: pieces.withdraw_piece(by=garban, piece=other))
    other.refresh_from_db()
    assert "a été retirée" in refusal_of_opening(scene, other)


def test_a_supplier_of_one_lieu_opens_only_what_he_gave(scene: Scene, client_of: Any) -> None:
    piece = deposit(scene, by="garban")
    Profil.objects.filter(rattachement=scene.cast.rattachements["robine"], lieu=None).delete()

    assert rules.refuse_opening_piece(scene.cast.acteur("robine"), piece)
    assert rules.refuse_opening_piece(scene.cast.acteur("robine"), deposit(scene)) is None
    page = client_of("robine").get(reverse("afas:declaration_view", args=[scene.declaration.pk])).content.decode()
    assert page.count("bilan.pdf") == 1


def test_no_more_files_than_a_person_can_read(scene: Scene, monkeypatch: Any) -> None:
    monkeypatch.setattr(rules, "MAX_PIECES", 1)
    deposit(scene)

    assert "a déjà 1 pièces" in refusal_of(lambda: deposit(scene))


@pytest.fixture
def antivirus(monkeypatch: Any) -> Any:
    found = {"virus": ""}
    monkeypatch.setattr(gateway, "has_antivirus", lambda: True)
    monkeypatch.setattr(gateway, "virus_in", lambda content: found["virus"])
    return found


def test_with_an_antivirus_a_file_opens_once_it_was_analysed(scene: Scene, antivirus: dict[str, str]) -> None:
    piece = deposit(scene)
    assert "n'est pas finie" in refusal_of_opening(scene, piece)

    scan_piece(pk=piece.pk)

    piece.refresh_from_db()
    assert pieces.open_piece(by=scene.cast.acteur("robine"), piece=piece) == PDF


def test_an_infected_file_is_destroyed(
    scene: Scene, antivirus: dict[str, str], django_capture_on_commit_callbacks: Any
) -> None:
    piece = deposit(scene)
    antivirus["virus"] = "Eicar"

    with django_capture_on_commit_callbacks(execute=True):
        told = sentences_of(lambda: scan_pieces(timestamp=0))

    assert told == [f"Le système a détruit « Bilan » de la déclaration {name(scene)} : virus trouvé (Eicar)."]
    assert gateway.content_of(piece.stored_as, pieces.PLACE) is None


def test_a_file_is_joined_from_the_page(scene: Scene, client_of: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    robine, url = client_of("robine"), reverse("afas:piece_create", args=[scene.declaration.pk])

    assert "Choisissez un fichier" in robine.post(url, {"libelle": "Bilan"}).content.decode()
    given = {"libelle": "Bilan", "fichier": SimpleUploadedFile("bilan.pdf", PDF)}
    assert robine.post(url, given).status_code == 302

    piece = PieceDeclaration.objects.get()
    assert "Rien n'est encore fait" in robine.get(reverse("afas:piece_withdraw", args=[piece.pk])).content.decode()
    assert robine.post(reverse("afas:piece_withdraw", args=[piece.pk])).status_code == 302
    piece.refresh_from_db()
    assert piece.withdrawn_at
