"""A key changes: everything that the vault closed is closed anew, and the old key goes only when nothing needs it."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.urls import reverse

from portail.cdap.actions import attestations, cles
from portail.cdap.definitions.contenu import PARTIES
from portail.cdap.gateway import coffre
from portail.cdap.gateway.coffre import Coffre, coffre_of
from portail.cdap.gateway.lignes import INDEX
from portail.cdap.gateway.scelles import ADRESSE, LOT, MESSAGE, SCELLES
from portail.cdap.gateway.tables import Tables
from portail.cdap.models import Attestation, Dossier, EnvoiPostal, LotPostal, MessageDialogue
from portail.cdap.queries.attestations import adresse_of, contenu_of
from portail.cdap.queries.dialogues import thread_of
from portail.journal.models import JournalEntry
from tests.cdap.echanges import TEXT, attested, opened, printed
from tests.cdap.scene import NUMERO, Scene, parties

pytestmark = pytest.mark.django_db
REMOVABLE = "les anciennes clés peuvent être retirées"


def forget() -> None:
    """What a process that starts now would read anew."""
    coffre._coffre.cache_clear()


def everything(scene: Scene) -> None:
    """Each content that the vault closes, of the first key."""
    dialogue = opened(scene)
    attestation = attested(scene)
    attestations.post(by=scene.cast.acteur("garban"), attestation=attestation)
    scene.made |= {"dialogue": dialogue, "attestation": attestation, "printed": printed(scene)}


def new_key() -> None:
    call_command("create_dossier_key")
    forget()


def rekeyed(*options: str) -> str:
    told = io.StringIO()
    call_command("rekey_dossiers", *options, verbosity=0, stdout=told)
    return told.getvalue()


def versions() -> set[int]:
    """The keys that anything kept needs."""
    columns = [(Dossier, name) for name in PARTIES] + [(scelle.model, scelle.column) for scelle in SCELLES]
    kept = (model._default_manager.order_by().values_list(column, flat=True) for model, column in columns)
    return {bytes(each)[0] for rows in kept for each in rows if each is not None}


def test_every_column_of_bytes_is_closed_anew_or_is_a_blind_index() -> None:
    """A new column that the vault closes must be told in `SCELLES`; one of a file, in the parts of a file."""
    known = {(scelle.model, scelle.column) for scelle in SCELLES} | {(Dossier, name) for name in PARTIES}
    indexes = {(Dossier, name) for name in INDEX}

    found = {
        (model, field.name)
        for model in apps.get_app_config("cdap").get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.BinaryField)
    }

    assert found == known | indexes


def test_the_old_key_goes_and_everything_is_read(dossiers: Scene, keys: Path, client_of: Any) -> None:
    everything(dossiers)
    new_key()

    told = rekeyed()

    words = "4\u00a0dossiers, 1\u00a0message de dialogue, 1\u00a0attestation, 1\u00a0adresse de courrier, 1\u00a0lot"
    assert words in told
    assert REMOVABLE in told
    (keys / "1.key").unlink()
    forget()
    assert Tables(dossiers.caf).parties(NUMERO, [*PARTIES]) == parties()
    assert [message.text for message in thread_of(dossiers.made["dialogue"])] == [TEXT]
    assert contenu_of(Attestation.objects.get()).valeur == "787\u00a0€"
    assert "allée des Canaris" in adresse_of(EnvoiPostal.objects.get())
    lot = dossiers.made["printed"]
    assert client_of("gestin").post(reverse("cdap:lot_postal_file", args=[lot.pk])).content.startswith(b"PK")


def test_the_journal_tells_how_many_of_each_and_nothing_else(dossiers: Scene, keys: Path) -> None:
    everything(dossiers)
    new_key()

    rekeyed()
    rekeyed()

    entries = JournalEntry.objects.filter(kind="cdap.dossiers.rekeyed").order_by("pk")
    assert {entry.facts["caf"] for entry in entries} == {dossiers.caf.nom, dossiers.other.nom}
    assert len(entries) == 2
    assert "1\u00a0attestation" in next(e.facts["contenus"] for e in entries if e.facts["caf"] == dossiers.caf.nom)


def test_a_lot_already_posted_has_nothing_left_to_close(dossiers: Scene, keys: Path) -> None:
    everything(dossiers)
    LotPostal.objects.update(etat="poste", fichier=None, posted_on="2026-11-20")
    new_key()

    assert "lot de" not in rekeyed()


def test_stopped_anywhere_it_goes_on(dossiers: Scene, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everything(dossiers)
    opened(dossiers)
    new_key()
    monkeypatch.setattr(cles, "BATCH", 1)
    left = [cles.count_old(dossiers.caf)]

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    while left[-1]:
        with pytest.raises(KeyboardInterrupt):
            cles.rekey(dossiers.caf, stop)
        left.append(cles.count_old(dossiers.caf))

    assert left == sorted(set(left), reverse=True)
    assert REMOVABLE in rekeyed()
    assert versions() == {2}


def test_files_kept_before_their_names_were_are_given_them(dossiers: Scene, keys: Path) -> None:
    Dossier.objects.update(noms=None)

    told = rekeyed()

    assert "4\u00a0dossiers" in told
    kept = Dossier.objects.get(caf=dossiers.caf, numero=NUMERO)
    vault = coffre_of(dossiers.caf.code)
    assert [vault.bears(bytes(kept.noms), NUMERO, nom) for nom in ("Canarès", "Perruche", "Serin")] == [
        True,
        True,
        False,
    ]


def test_while_another_caf_waits_no_key_may_go(dossiers: Scene, keys: Path) -> None:
    everything(dossiers)
    new_key()

    told = rekeyed("--caf", dossiers.caf.code)

    assert "Dans les autres Caf, contenus qui attendent : 1" in told
    assert REMOVABLE not in told
    assert REMOVABLE in rekeyed()


@pytest.mark.parametrize("scelle", SCELLES, ids=lambda scelle: scelle.column)
def test_what_does_not_open_is_left_told_and_keeps_the_key(dossiers: Scene, keys: Path, scelle: Any) -> None:
    everything(dossiers)
    scelle.model.objects.update(**{scelle.column: b"\x01altered"})
    new_key()

    with pytest.raises(CommandError, match="1 contenus ne s'ouvrent pas"):
        rekeyed()

    assert versions() == {1, 2}


def test_what_an_old_process_writes_meanwhile_keeps_the_key(
    dossiers: Scene, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything(dossiers)
    before = coffre_of(dossiers.caf.code)  # of a process that was not started again
    new_key()
    rekey = cles.rekey

    def and_then_written(caf: Any, advance: Any) -> Any:
        done = rekey(caf, advance)
        _write_with(before, dossiers)
        return done

    monkeypatch.setattr("portail.cdap.management.commands.rekey_dossiers.rekey", and_then_written)
    with pytest.raises(CommandError, match="écrits entre-temps avec une ancienne clé : 1"):
        rekeyed()
    monkeypatch.undo()
    assert REMOVABLE in rekeyed()
    assert versions() == {2}


def _write_with(old: Coffre, scene: Scene) -> None:
    kept = MessageDialogue.objects.get()
    kept.text = old.close_at(TEXT.encode(), "cdap_messagedialogue", kept.pk, "text")
    kept.save()


@pytest.mark.parametrize(("scelle", "row"), [(MESSAGE, "pk"), (LOT, "pk"), (ADRESSE, "attestation_id")])
def test_what_is_closed_anew_opens_in_its_row_only(dossiers: Scene, keys: Path, scelle: Any, row: str) -> None:
    everything(dossiers)
    new_key()
    rekeyed()
    kept = scelle.model.objects.get()

    assert scelle.open(dossiers.caf, getattr(kept, row), getattr(kept, scelle.column))
    with pytest.raises(coffre.AlteredError):
        scelle.open(dossiers.other, getattr(kept, row), getattr(kept, scelle.column))
