"""The audit pack: what it holds, for whom, how long."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from portail.campagnes import actions, tasks
from portail.campagnes.enums import EtatDossier
from portail.campagnes.models import Archive, DossierAudit, PieceDossier
from portail.campagnes.queries.dossiers import dossiers_for
from portail.conventions.models import Administrateur
from portail.habilitations import actions as habilitations
from portail.journal.actions import seal_and_keep
from portail.journal.models import JournalEntry
from portail.ui.gateway import MANIFEST
from portail.ui.rules import Refused
from tests.campagnes import applied, launched, sentences
from tests.journal import tampered


def _asked(cast, who="marchand", **more):
    today = timezone.localdate()
    days = {"since": today - timedelta(days=30), "until": today}
    return actions.ask_dossier(by=cast.acteur(who), **{**days, **more})


def _made(cast, who="marchand", **more):
    dossier = _asked(cast, who, **more)
    actions.make(dossier.pk)
    return DossierAudit.objects.get(pk=dossier.pk)


def _files(dossier):
    archive = zipfile.ZipFile(io.BytesIO(bytes(dossier.archive.contenu)))
    return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def _rows(text):
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_pack_answers_who_had_what_and_who_changed_it(cast):
    habilitations.set_roles(by=cast.acteur("bruet"), groupe=cast.groupe("AFAS-DEC"), wanted=set())
    seal_and_keep()
    campagne = applied(cast, launched(cast))

    dossier = _made(cast)

    assert (dossier.etat, dossier.done, dossier.to_do) == (EtatDossier.PRET, 7, 7)
    files = _files(dossier)
    assert _rows(files["habilitations-debut.csv"]) == []
    after = [row["Identifiant"] for row in _rows(files["habilitations-fin.csv"])]
    assert sorted(after) == ["ENF01302XA", "ENF01302XA", "ENF01302XD", "ENF01302XD"]
    changes = [row["Acte"] for row in _rows(files["changements.csv"])]
    assert any("retirés" in sentence for sentence in changes)
    assert [row["N°"] for row in _rows(files["campagnes.csv"])] == [str(campagne.pk)]
    assert _rows(files["campagnes.csv"])[0]["SHA-256 du dossier de preuve"] == campagne.preuve.empreinte
    assert len(_rows(files["sceaux.csv"])) == 1
    assert "Le journal est intact" in files["integrite-du-journal.txt"]
    assert "sha256sum -c" in files["LISEZ-MOI.txt"]


def test_every_file_has_its_digest_and_the_journal_that_of_the_whole(cast):
    dossier = _made(cast)

    content = bytes(dossier.archive.contenu)
    archive = zipfile.ZipFile(io.BytesIO(content))
    manifest = dict(reversed(line.split("  ")) for line in archive.read(MANIFEST).decode().splitlines())
    assert set(manifest) == set(archive.namelist()) - {MANIFEST}
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in manifest.items())
    assert hashlib.sha256(content).hexdigest() in sentences("campagnes.dossier.made")[0]
    assert not PieceDossier.objects.exists()


def test_a_pack_of_an_organisation_or_of_a_convention_holds_no_other(cast):
    voisine = cast.conventions["voisine"]
    of_convention = _files(_made(cast, convention=voisine))
    of_organisme = _files(_made(cast, organisme=voisine.organisme))

    for files in (of_convention, of_organisme):
        people = {row["Convention"] for row in _rows(files["habilitations-fin.csv"])}
        assert people == {"Convention Voisine"}
        assert "Farandole" not in files["changements.csv"]


def test_the_partner_gets_that_of_his_own_convention(cast):
    dossier = _made(cast, "bruet", convention=cast.conventions["farandole"])

    files = _files(dossier)
    assert {row["Convention"] for row in _rows(files["habilitations-fin.csv"])} == {"Convention Farandole"}
    other = _made(cast, "bruet", convention=cast.conventions["voisine"])
    assert (other.etat, other.archive) == (EtatDossier.ECHEC, None)


def test_unused_accounts_are_told(cast):
    cast.people["robine"].last_login = timezone.now() - timedelta(days=500)
    cast.people["robine"].save(update_fields=["last_login"])

    rows = _rows(_files(_made(cast))["comptes-inutilises.csv"])

    assert [row["Identifiant"] for row in rows] == ["ENF01302XB"]


def test_a_broken_journal_is_said_loudly(cast):
    entry = JournalEntry.objects.order_by("pk")[3].pk
    tampered(f"UPDATE journal_journalentry SET by = 'autre' WHERE id = {entry}")

    told = f"N'EST PAS INTACT à partir de la ligne n° {entry} (la ligne {entry} a été modifiée)"
    assert told in _files(_made(cast))["integrite-du-journal.txt"]


@pytest.mark.parametrize("who", ["garban", "robine", "gestin"])
def test_others_ask_for_none(cast, who):
    with pytest.raises(Refused, match="administrateurs et aux auditeurs"):
        _asked(cast, who)


def test_periods_that_make_no_sense_are_refused(cast):
    today = timezone.localdate()
    with pytest.raises(Refused, match="précède son début"):
        _asked(cast, since=today, until=today - timedelta(days=1))
    with pytest.raises(Refused, match="au-delà d'aujourd'hui"):
        _asked(cast, until=today + timedelta(days=1))


def test_one_at_a_time(cast):
    _asked(cast)

    with pytest.raises(Refused, match="attendez qu'il soit prêt"):
        _asked(cast)


def test_only_who_asked_finds_it_and_each_download_is_noted(cast):
    dossier = _made(cast, "auditeau")

    assert list(dossiers_for(cast.acteur("auditeau"))) == [dossier]
    assert not any(dossiers_for(cast.acteur(who)).exists() for who in ("marchand", "gestin", "horsain", "bruet"))
    actions.read_dossier(by=cast.acteur("auditeau"), dossier=dossier)
    assert sentences("campagnes.dossier.asked")[0].startswith("Anne Auditeau a demandé un dossier d'audit : Caf 132")
    assert dossier.archive.empreinte in sentences("campagnes.dossier.downloaded")[0]


def test_packs_are_erased_after_some_days(cast, settings):
    dossier = _made(cast)
    long_ago = timezone.now() - timedelta(days=settings.PORTAIL["DOSSIER_DAYS"], hours=1)
    DossierAudit.objects.filter(pk=dossier.pk).update(ended_at=long_ago)

    tasks.purge_dossiers(timestamp=0)
    tasks.purge_dossiers(timestamp=0)

    dossier.refresh_from_db()
    assert (dossier.etat, dossier.archive) == (EtatDossier.EFFACE, None)
    assert not Archive.objects.exists()
    with pytest.raises(Refused, match="n'est plus gardé"):
        actions.read_dossier(by=cast.acteur("marchand"), dossier=dossier)


def test_who_left_gets_nothing(cast):
    dossier = _asked(cast, "bruet", convention=cast.conventions["farandole"])
    Administrateur.objects.filter(rattachement=cast.rattachements["bruet"]).update(
        closes_on=timezone.localdate() - timedelta(days=1)
    )

    tasks.carry_on_campagnes(timestamp=0)

    dossier.refresh_from_db()
    assert dossier.etat == EtatDossier.ECHEC
    assert "ne suit plus" in dossier.sentence


def test_a_pack_that_breaks_says_so(cast, monkeypatch):
    monkeypatch.setattr("portail.campagnes.actions.dossiers.made_zip", lambda files: 1 / 0)

    dossier = _made(cast)

    assert (dossier.etat, PieceDossier.objects.count()) == (EtatDossier.ECHEC, 0)
