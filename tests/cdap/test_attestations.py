"""An attestation: what it says and to whom, its code, its letter."""

import hashlib
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from portail.cdap.actions import attestations as actions
from portail.cdap.actions import courriers
from portail.cdap.calculs.attestations import digest
from portail.cdap.definitions.contenu import NomPartie, QuotientFamilial, Ressources
from portail.cdap.enums import EtatEnvoi, EtatLotPostal, KindAttestation
from portail.cdap.gateway.coffre import AlteredError, coffre_of
from portail.cdap.models import Attestation, EnvoiPostal, LotPostal
from portail.cdap.queries.attestations import contenu_of, months_before
from portail.conventionnement.queries.documents import document_by_code
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.cdap.echanges import OCTOBER, attested, posted, printed, read_by
from tests.cdap.scene import NUMERO, Scene, keep, parties

pytestmark = pytest.mark.django_db
LIST, QUEUE = reverse("cdap:attestation_list"), reverse("cdap:envoi_list")
ADDRESS = "17 allée des Canaris"


def url(attestation: Attestation, page: str = "attestation_view") -> str:
    return reverse(f"cdap:{page}", args=[attestation.pk])


def some_month() -> str:
    """One that may be asked for, of which the file knows no payment."""
    return next(month for month in months_before(timezone.localdate()) if month != OCTOBER).isoformat()


def kinds_told(start: str) -> list[str]:
    rows = JournalEntry.objects.filter(kind__startswith=start).order_by("pk")
    return [entry.kind.split(".")[2] for entry in rows]


def without_qf() -> Any:
    quotients = [QuotientFamilial(mois=OCTOBER, valeur=None, parts=4, calcule_le=OCTOBER)]
    return parties() | {NomPartie.RESSOURCES: Ressources(lignes=[], quotients=quotients)}


def test_a_social_worker_makes_reads_prints_and_downloads_one(dossiers: Scene, client_of: Any) -> None:
    client, consultation = client_of("garban"), read_by(dossiers)
    page = reverse("cdap:attestation_create", args=[consultation.id])
    assert client.get(page).status_code == 200

    made = client.post(page, {"kind": "qf", "mois": some_month()})

    attestation = Attestation.objects.get()
    assert made["Location"] == url(attestation)
    shown = client.get(url(attestation)).content.decode()
    for told in (
        "787\u00a0€",
        "novembre 2026",
        "Ottiline CANARES",
        ADDRESS,
        "Zéphyrine",
        attestation.code,
        str(NUMERO),
    ):
        assert told in shown
    assert "data-portail-print" in client.get(url(attestation, "attestation_print")).content.decode()
    pdf = client.get(url(attestation, "attestation_pdf"))
    assert pdf.content.startswith(b"%PDF-")
    assert b"pdfuaid" in pdf.content
    assert kinds_told("cdap.attestation") == ["asked", "issued", "read", "printed", "downloaded"]


def test_that_of_the_payments_tells_those_of_the_month(dossiers: Scene) -> None:
    contenu = contenu_of(attested(dossiers, "paiement"))

    assert contenu.mois == OCTOBER
    assert contenu.valeur == "265,46\u00a0€"
    assert contenu.lignes == [("Allocation de logement familiale", "265,46\u00a0€")]


@pytest.mark.parametrize(
    ("name", "has_address", "has_children"), [("garban", True, True), ("double", False, True), ("guy", False, False)]
)
def test_it_says_only_what_the_profile_opens(dossiers: Scene, name: str, has_address: bool, has_children: bool) -> None:
    contenu = contenu_of(attested(dossiers, name=name))

    assert (bool(contenu.adresse), bool(contenu.enfants)) == (has_address, has_children)
    assert contenu.valeur == "787\u00a0€"


@pytest.mark.parametrize("name", ["double", "guy"])
def test_a_profile_that_does_not_open_the_payments_attests_none(dossiers: Scene, client_of: Any, name: str) -> None:
    consultation = read_by(dossiers, name)
    page = reverse("cdap:attestation_create", args=[consultation.id])

    assert "Attestation de paiement" not in client_of(name).get(page).content.decode()
    assert client_of(name).post(page, {"kind": "paiement", "mois": some_month()}).status_code == 422
    with pytest.raises(Refused, match="n'ouvre pas cette attestation"):
        actions.issue(
            by=dossiers.cast.acteur(name),
            consultation=consultation,
            kind=KindAttestation.PAIEMENT,
            asked=OCTOBER,
        )


def test_nothing_is_attested_that_the_caf_does_not_know(dossiers: Scene, client_of: Any) -> None:
    keep(dossiers.caf, NUMERO + 20, whole=without_qf())
    consultation = dossiers.consult("garban", NUMERO + 20)
    assert consultation is not None
    page = reverse("cdap:attestation_create", args=[consultation.id])

    answer = client_of("garban").post(page, {"kind": "qf", "mois": some_month()})

    assert answer.status_code == 422
    assert "pas connu de la Caf" in answer.content.decode()
    assert not Attestation.objects.exists()
    assert kinds_told("cdap.attestation") == ["asked"]  # the file was read
    assert "connu" not in "".join(str(entry.facts) for entry in JournalEntry.objects.all())


def test_a_month_without_payment_says_what_to_do(dossiers: Scene, client_of: Any) -> None:
    page = reverse("cdap:attestation_create", args=[read_by(dossiers).id])

    answer = client_of("garban").post(page, {"kind": "paiement", "mois": some_month()})

    assert answer.status_code == 422
    assert "Aucun paiement n&#x27;est enregistré pour ce mois" in answer.content.decode()


def test_its_content_is_closed_in_the_vault_and_opens_nowhere_else(dossiers: Scene) -> None:
    first, second = attested(dossiers), attested(dossiers)
    kept = bytes(first.contenu)
    assert b"CANARES" not in kept
    clear = coffre_of(dossiers.caf.code).open_at(kept, "cdap_attestation", first.pk, "contenu")
    assert first.empreinte == digest(clear, first.code)

    second.contenu = kept

    with pytest.raises(AlteredError):
        contenu_of(second)


def test_its_code_proves_the_figure_and_never_says_whose_it_is(dossiers: Scene, client: Any) -> None:
    attestation = attested(dossiers)

    shown = client.get(reverse("conventionnement:document_verify"), {"code": attestation.code}).content.decode()

    assert "787\u00a0€" in shown
    assert dossiers.caf.nom in shown
    assert not [word for word in ("CANARES", "Ottiline", str(NUMERO), ADDRESS) if word in shown]
    assert document_by_code("AAAA-AAAA-AAAA-AAAA") is None


def test_it_is_not_read_once_the_consultation_is_over(dossiers: Scene, client_of: Any, settings: Any) -> None:
    attestation = attested(dossiers)
    settings.PORTAIL = settings.PORTAIL | {"CDAP_CONSULTATION_MINUTES": -1}

    answer = client_of("garban").get(url(attestation))

    assert answer.status_code == 403
    assert "787\u00a0" not in answer.content.decode()
    assert attestation.code in client_of("garban").get(LIST).content.decode()


def test_a_letter_is_asked_once_for_a_file_and_a_month(dossiers: Scene, client_of: Any) -> None:
    first, second = attested(dossiers), attested(dossiers)
    client_of("garban").post(url(first, "attestation_post"))

    again = client_of("garban").post(url(second, "attestation_post"))

    assert again.status_code == 409
    assert "déjà été demandée par courrier" in again.content.decode()
    assert EnvoiPostal.objects.count() == 1
    with pytest.raises(IntegrityError):
        actions.post(by=dossiers.cast.acteur("garban"), attestation=second)


def test_the_address_goes_to_the_letter_and_not_to_who_asked(dossiers: Scene, client_of: Any) -> None:
    attestation = attested(dossiers, name="double")
    client = client_of("double")
    client.post(url(attestation, "attestation_post"))

    assert ADDRESS not in client.get(url(attestation)).content.decode()
    assert ADDRESS.encode() not in bytes(EnvoiPostal.objects.get().adresse)


def test_an_altered_attestation_stops_no_other_lot(dossiers: Scene) -> None:
    altered, sound = attested(dossiers), attested(dossiers, "paiement")
    for attestation in (altered, sound):
        actions.post(by=dossiers.cast.acteur("garban"), attestation=attestation)
        courriers.prepare_lot(by=dossiers.cast.acteur("gestin"))
    Attestation.objects.filter(pk=altered.pk).update(contenu=b"x" * 40)

    with pytest.raises(ExceptionGroup):
        courriers.print_lots()

    assert list(LotPostal.objects.order_by("pk").values_list("etat", flat=True)) == ["preparation", "pret"]


def test_a_lot_is_printed_downloaded_and_posted(dossiers: Scene, client_of: Any) -> None:
    attestation, gestin = attested(dossiers), client_of("gestin")
    actions.post(by=dossiers.cast.acteur("garban"), attestation=attestation)
    made = gestin.post(reverse("cdap:lot_postal_create"))
    lot = LotPostal.objects.get()
    assert made["Location"] == reverse("cdap:lot_postal_view", args=[lot.pk])
    courriers.print_lots()
    courriers.print_lot(lot.pk)  # again, nothing changes
    lot.refresh_from_db()
    assert b"PK" not in bytes(lot.fichier or b"")[:40]

    answer = gestin.post(reverse("cdap:lot_postal_file", args=[lot.pk]))

    assert hashlib.sha256(answer.content).hexdigest() == lot.empreinte
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("courriers.pdf").startswith(b"%PDF-")
        listed = archive.read("bordereau.csv").decode()
    assert "Attestation de quotient familial" in listed
    assert not [word for word in (str(NUMERO), "CANARES", "787\u00a0") if word in listed]
    gestin.post(reverse("cdap:lot_postal_post", args=[lot.pk]))
    lot.refresh_from_db()
    assert (lot.etat, lot.fichier) == (EtatLotPostal.POSTE, None)
    assert "Posté le" in client_of("garban").get(LIST).content.decode()
    assert kinds_told("cdap.lotpostal") == ["prepared", "downloaded", "posted"]
    with pytest.raises(Refused, match="effacé"):
        courriers.download(by=dossiers.cast.acteur("gestin"), lot=lot)


def test_a_returned_letter_is_seen_by_who_asked(dossiers: Scene, client_of: Any) -> None:
    envoi = posted(dossiers, attested(dossiers))

    client_of("gestin").post(reverse("cdap:envoi_return", args=[envoi.pk]))

    envoi.refresh_from_db()
    assert envoi.etat == EtatEnvoi.REVENU
    assert "Revenu non distribué" in client_of("garban").get(LIST).content.decode()
    assert kinds_told("cdap.envoi") == ["asked", "returned"]
    with pytest.raises(Refused, match="posté peut revenir"):
        courriers.mark_returned(by=dossiers.cast.acteur("gestin"), envoi=envoi)


def test_an_empty_lot_is_not_made_and_a_lot_has_a_limit(dossiers: Scene, settings: Any) -> None:
    with pytest.raises(Refused, match="Aucun courrier n'attend"):
        printed(dossiers)
    settings.PORTAIL = settings.PORTAIL | {"CDAP_LOT_COURRIERS": 1}
    for kind in ("qf", "paiement"):
        actions.post(by=dossiers.cast.acteur("garban"), attestation=attested(dossiers, kind))

    lot = printed(dossiers)

    assert (lot.nombre, EnvoiPostal.objects.filter(etat=EtatEnvoi.A_ENVOYER).count()) == (1, 1)


def test_neither_the_journal_nor_an_export_tells_what_is_attested(dossiers: Scene, client_of: Any) -> None:
    envoi = posted(dossiers, attested(dossiers))
    courriers.mark_returned(by=dossiers.cast.acteur("gestin"), envoi=envoi)

    told = "".join(str(entry.facts) for entry in JournalEntry.objects.filter(kind__startswith="cdap."))
    exports = [
        client_of("garban").get(reverse("cdap:attestation_export", args=["csv"])).content.decode(),
        client_of("gestin").get(reverse("cdap:envoi_export", args=["csv"]) + "?etat=tous").content.decode(),
    ]
    assert all("quotient familial" in each.lower() for each in [told, *exports])
    assert not [
        word for word in (str(NUMERO), "CANARES", "787\u00a0", "Canaris") for each in [told, *exports] if word in each
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_lists_ask_as_many_queries_for_many(
    dossiers: Scene, client_of: Any, django_assert_num_queries: Any, number: int
) -> None:
    for more in range(number):
        keep(dossiers.caf, NUMERO + 30 + more)
        actions.post(by=dossiers.cast.acteur("garban"), attestation=attested(dossiers, numero=NUMERO + 30 + more))
        printed(dossiers)
    gestin, garban = client_of("gestin"), client_of("garban")
    pages = [(garban, LIST, 4), (gestin, f"{QUEUE}?etat=tous", 5), (gestin, reverse("cdap:lot_postal_list"), 4)]

    for client, page, queries in pages:
        client.get(page)
        with django_assert_num_queries(queries):
            client.get(page)


def test_only_recent_months_are_attested(dossiers: Scene, client_of: Any) -> None:
    page = reverse("cdap:attestation_create", args=[read_by(dossiers).id])
    old = (timezone.localdate() - timedelta(days=800)).replace(day=1)

    assert client_of("garban").post(page, {"kind": "paiement", "mois": old.isoformat()}).status_code == 422
