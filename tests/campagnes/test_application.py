"""What was answered is done by the acts of the habilitations, proved, and taken back where nobody touched it since."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from django.utils import timezone

from portail.campagnes import actions
from portail.campagnes.actions.application import foreseen
from portail.campagnes.enums import Effet, EtatCampagne, RegleFin
from portail.campagnes.models import Campagne
from portail.conventions.models import Suspension
from portail.habilitations.actions import close_appartenance, edit_appartenance
from portail.habilitations.models import Appartenance, Habilitation
from portail.journal.models import JournalEntry
from portail.ui.gateway import MANIFEST
from portail.ui.rules import Refused
from tests.campagnes import answered, applied, closed, fresh, launched, ligne, sentences, undone


def _membership(cast, person, groupe):
    rows = Appartenance.objects.select_related("groupe__convention", "rattachement__utilisateur")
    return rows.get(rattachement__utilisateur=cast.people[person], groupe=cast.groupes[groupe])


def _effects(campagne):
    rows = campagne.lignes.select_related("utilisateur", "groupe")
    return {(row.utilisateur.nom, row.groupe.code): (row.effet, row.sentence) for row in rows}


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def reviewed(cast, today):
    """Robine is taken out, Garban limited, Double kept at Farandole; Voisin has not answered."""
    campagne = launched(cast)
    answered(cast, "bruet", ligne(cast, campagne, "robine", "AFAS-DEC"), "retirer", motif="A quitté le service")
    limite = today + timedelta(days=60)
    answered(cast, "bruet", ligne(cast, campagne, "garban", "ACCUEIL"), "limiter", limite_on=limite)
    answered(cast, "garban", ligne(cast, campagne, "double", "GUICHET"), "garder")
    return campagne


def test_answers_are_applied_by_the_acts_of_the_habilitations(cast, reviewed, today):
    campagne = applied(cast, reviewed)

    assert campagne.etat == EtatCampagne.APPLIQUEE
    robine, garban = _membership(cast, "robine", "AFAS-DEC"), _membership(cast, "garban", "ACCUEIL")
    assert robine.closes_on == today - timedelta(days=1)
    assert robine.closing_reason == f"Campagne n° {campagne.pk} : retirer, d'après Stéphane Bruet."
    assert garban.closes_on == today + timedelta(days=60)
    assert not Habilitation.objects.open_on(today).filter(utilisateur=cast.people["robine"]).exists()
    assert _effects(campagne) == {
        ("Robine", "AFAS-DEC"): ("retire", f"Dernier jour : {robine.closes_on:%d/%m/%Y}."),
        ("Garban", "ACCUEIL"): ("limite", f"Dernier jour : {garban.closes_on:%d/%m/%Y}."),
        ("Double", "GUICHET"): ("garde", ""),
        ("Double", "VOISINS"): ("inchange", ""),
    }
    assert sentences("campagnes.campagne.applied") == [
        f"Marc Marchand a appliqué la campagne n° {campagne.pk} « Revue annuelle » : "
        "1 gardé, 1 inchangé sans réponse, 1 limité, 1 retiré."
    ]
    told = JournalEntry.objects.get(kind="habilitations.appartenance.closed", facts__utilisateur="Olivia Robine")
    assert f"Campagne n° {campagne.pk}" in told.facts["motif"]


@pytest.mark.parametrize(
    ("regle", "days", "effet"), [(RegleFin.RETIRE, None, Effet.RETIRE), (RegleFin.LIMITE, 40, Effet.LIMITE)]
)
def test_the_rule_chosen_before_ends_what_nobody_answered(cast, today, regle, days, effet):
    regle_on = today + timedelta(days=days) if days else None

    campagne = applied(cast, launched(cast, regle=regle, regle_on=regle_on))

    assert {each for each, _ in _effects(campagne).values()} == {effet}
    expected = regle_on or today - timedelta(days=1)
    assert _membership(cast, "robine", "AFAS-DEC").closes_on == expected
    assert "personne n'a confirmé" in _membership(cast, "robine", "AFAS-DEC").closing_reason


def test_who_loses_what_is_shown_by_the_very_acts(cast, reviewed, today):
    campagne = closed(cast, reviewed)

    change = foreseen(cast.acteur("marchand"), campagne)

    assert [(r.utilisateur.nom, r.role, r.first) for r in change.losses] == [
        ("Garban", "cdap.t1", today + timedelta(days=61)),
        ("Garban", "cdap.t5", today + timedelta(days=61)),
        ("Robine", "afas.declarer", today),
    ]
    assert _membership(cast, "robine", "AFAS-DEC").closes_on is None
    assert set(campagne.lignes.values_list("effet", flat=True)) == {""}


def test_too_many_changes_are_not_tried_while_somebody_waits(cast, reviewed, monkeypatch):
    monkeypatch.setattr("portail.campagnes.actions.application.TRIED", 1)

    assert foreseen(cast.acteur("marchand"), closed(cast, reviewed)) is None


def test_what_ended_meanwhile_is_told(cast, reviewed, today):
    close_appartenance(
        by=cast.acteur("bruet"),
        appartenance=_membership(cast, "garban", "ACCUEIL"),
        closes_on=today + timedelta(days=5),
        motif="Départ",
    )

    effects = _effects(applied(cast, reviewed))

    assert effects["Garban", "ACCUEIL"][0] == Effet.DEJA_FINI
    assert effects["Robine", "AFAS-DEC"][0] == Effet.RETIRE


def test_a_line_that_a_rule_forbids_is_told_and_the_others_are_done(cast, today):
    campagne = closed(cast, launched(cast, regle=RegleFin.RETIRE))
    Suspension.objects.create(convention=cast.conventions["voisine"], opens_on=today, motif="Contrôle")

    actions.apply_campagne(by=cast.acteur("marchand"), campagne=campagne)
    actions.carry_on(campagne.pk)

    effects = _effects(fresh(campagne))
    assert effects["Double", "VOISINS"] == (
        "refuse",
        "La convention est suspendue par la Caf : rien ne peut y être changé.",
    )
    assert effects["Double", "GUICHET"][0] == "retire"


def test_a_worker_that_was_stopped_goes_on(cast, reviewed, monkeypatch):
    monkeypatch.setattr("portail.campagnes.actions.application.LINES_AT_ONCE", 1)
    campagne = closed(cast, reviewed)
    actions.apply_campagne(by=cast.acteur("marchand"), campagne=campagne)

    actions.carry_on_all()

    assert fresh(campagne).etat == EtatCampagne.APPLIQUEE
    assert (fresh(campagne).done, fresh(campagne).to_do) == (2, 2)


def test_applied_once_only(cast, reviewed):
    campagne = applied(cast, reviewed)

    with pytest.raises(Refused, match="Appliquée"):
        actions.apply_campagne(by=cast.acteur("marchand"), campagne=campagne)


def test_undoing_puts_back_what_nobody_touched(cast, reviewed, today):
    campagne = applied(cast, reviewed)
    garban = _membership(cast, "garban", "ACCUEIL")
    edit_appartenance(
        by=cast.acteur("bruet"),
        appartenance=garban,
        opens_on=garban.opens_on,
        closes_on=today + timedelta(days=90),
        seen=(garban.opens_on, garban.closes_on),
    )

    campagne = undone(cast, campagne)

    assert campagne.etat == EtatCampagne.ANNULEE
    robine = _membership(cast, "robine", "AFAS-DEC")
    assert (robine.closes_on, robine.closed_at, robine.closing_reason) == (None, None, "")
    assert _membership(cast, "garban", "ACCUEIL").closes_on == today + timedelta(days=90)
    effects = _effects(campagne)
    assert effects["Robine", "AFAS-DEC"] == ("restaure", "")
    assert effects["Garban", "ACCUEIL"][0] == "laisse"
    assert sentences("campagnes.campagne.undone")[0].endswith(
        "1 gardé, 1 inchangé sans réponse, 1 rétabli, 1 laissé tel quel."
    )


def test_undoing_gives_back_an_end_that_somebody_had_decided(cast, reviewed, today):
    membership, end = _membership(cast, "robine", "AFAS-DEC"), today + timedelta(days=20)
    close_appartenance(by=cast.acteur("bruet"), appartenance=membership, closes_on=end, motif="Fin de mission")

    undone(cast, applied(cast, reviewed))

    robine = _membership(cast, "robine", "AFAS-DEC")
    assert (robine.closes_on, robine.closing_reason) == (end, "Fin de mission")
    assert robine.closed_at is not None


def test_the_window_closes(cast, reviewed, settings):
    campagne = applied(cast, reviewed)
    days = settings.PORTAIL["CAMPAGNE_UNDO_DAYS"]
    Campagne.objects.filter(pk=campagne.pk).update(applied_at=timezone.now() - timedelta(days=days + 1))

    with pytest.raises(Refused, match="ne pouvait être annulée que jusqu'au"):
        actions.undo_campagne(by=cast.acteur("marchand"), campagne=fresh(campagne))


def _files(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


def test_the_evidence_file_holds_every_line_and_its_digests(cast, reviewed):
    campagne = applied(cast, reviewed)

    archive = actions.read_proof(by=cast.acteur("auditeau"), campagne=campagne)

    content = bytes(archive.contenu)
    assert hashlib.sha256(content).hexdigest() == archive.empreinte
    files = _files(content)
    for line in files[MANIFEST].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    rows = list(csv.DictReader(io.StringIO(files["lignes.csv"].decode("utf-8-sig")), delimiter=";"))
    robine = next(row for row in rows if row["Identifiant"] == "ENF01302XB")
    assert (robine["Demandé à"], robine["Réponse"], robine["Effet"]) == ("Stéphane Bruet", "Retirer", "Retiré")
    assert robine["Répondu par"] == "Stéphane Bruet (ENF01302SM)"
    assert len(rows) == 4
    assert files["reponses.csv"].decode().count("\n") == 4
    with pikepdf.open(io.BytesIO(files["synthese.pdf"])) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr-FR"
    for kind in ("made", "downloaded"):
        assert archive.empreinte in sentences(f"campagnes.preuve.{kind}")[0]


def test_a_remark_is_never_a_formula(cast):
    campagne = launched(cast)
    answered(cast, "bruet", ligne(cast, campagne, "robine", "AFAS-DEC"), "garder", motif="=HYPERLINK(1)")

    archive = actions.read_proof(by=cast.acteur("marchand"), campagne=applied(cast, campagne))

    assert b";'=HYPERLINK(1);" in _files(bytes(archive.contenu))["lignes.csv"]


def test_there_is_no_proof_before(cast, reviewed):
    with pytest.raises(Refused, match="quand la campagne est appliquée"):
        actions.read_proof(by=cast.acteur("marchand"), campagne=fresh(reviewed))


def test_a_work_that_breaks_may_be_asked_for_again(cast, reviewed, monkeypatch):
    campagne = closed(cast, reviewed)
    with monkeypatch.context() as broken:
        broken.setattr("portail.campagnes.actions.application.make_proof", lambda *_: 1 / 0)
        actions.apply_campagne(by=cast.acteur("marchand"), campagne=campagne)
        actions.carry_on(campagne.pk)
    assert fresh(campagne).etat == EtatCampagne.A_APPLIQUER
    assert "n'a pas pu aboutir" in fresh(campagne).sentence

    actions.apply_campagne(by=cast.acteur("marchand"), campagne=fresh(campagne))
    actions.carry_on(campagne.pk)

    assert fresh(campagne).etat == EtatCampagne.APPLIQUEE
    assert _effects(fresh(campagne))["Robine", "AFAS-DEC"][0] == Effet.RETIRE
