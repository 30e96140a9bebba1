"""The demo is believable, and everybody in it can do what its documentation says."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portail.comptes import rules
from portail.comptes.actions import sign_in
from portail.comptes.models import MotDePasseProvisoire, Utilisateur
from portail.conventions.models import (
    BulletinAdhesion,
    Convention,
    DemandeRattachement,
    Interlocuteur,
    Organisme,
    Suspension,
    TypeOrganisme,
)
from portail.conventions.rules import refuse_siret
from portail.courriels.actions import send_due
from portail.courriels.models import Courriel
from portail.demo import queries
from portail.habilitations import actions
from portail.habilitations.acteur import acteur_for
from portail.habilitations.models import Appartenance, Groupe, Habilitation, Responsable
from portail.habilitations.roles import SERVICES
from portail.journal import events
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused

MASKED = re.compile(r"[A-Z]{2}[0-9]{2} … [0-9A-Z]{4}")  # an IBAN as it is always told

pytestmark = pytest.mark.usefixtures("played", "db")


def enter(identifiant, password):
    return sign_in(identifiant=identifiant, password=password, address="192.0.2.1", known_device=False)


def acting(identifiant):
    return acteur_for(Utilisateur.objects.get(identifiant=identifiant), on=timezone.localdate())


def test_loading_twice_is_loading_once():
    before = Utilisateur.objects.count(), Convention.objects.count()
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert (Utilisateur.objects.count(), Convention.objects.count()) == before
    assert out.getvalue().splitlines() == ["Les données fictives sont déjà là : rien à faire."]


def test_other_people_are_left_alone():
    Utilisateur.objects.filter(identifiant="ENF01302SM").update(identifiant="ENF01302ZZ")
    with pytest.raises(CommandError, match="base vide"):
        call_command("load_demo")


def test_people_of_s0_have_their_identifiants():
    names = Utilisateur.objects.filter(identifiant__startswith="ENF01302S").order_by("identifiant")
    assert [(p.identifiant[-2:], p.nom) for p in names] == [
        ("SM", "Bruet"),
        ("SN", "Garban"),
        ("SO", "Guy"),
        ("SP", "Bollie"),
        ("SQ", "Rocu"),
        ("SR", "Robine"),
    ]
    groupes = Groupe.objects.filter(convention__numero=1302, code__startswith="AFAS")
    assert [(g.code, g.libelle) for g in groupes] == [("AFAS-DEC", "AFAS-DECLARER"), ("AFAS-HAB", "AFAS-HABILITER")]


def test_story_of_s0_can_be_lived_from_its_beginning():
    by = acting("ENF01317AA")
    convention = Convention.objects.get(numero=1317)
    assert convention.rattachements.count() == 1
    made = []
    for nom in ("Garban", "Guy", "Bollie", "Rocu", "Robine"):
        fiche = actions.utilisateurs.Fiche(nom, "Essai", f"essai.{nom}@example.fr", opens_on=by.on)
        made.append(actions.create_utilisateur(by=by, convention=convention, fiche=fiche))
    groupe = Groupe.objects.get(convention=convention, code="AFAS-DEC")
    for rattachement in made:
        actions.add_to_groupe(by=by, groupe=groupe, rattachement=rattachement, opens_on=by.on, closes_on=None)
    assert [r.utilisateur.identifiant[-2:] for r in made] == ["AB", "AC", "AD", "AE", "AF"]
    assert acting("ENF01317AF").roles_of("afas") == {"afas.declarer"}


@pytest.mark.parametrize(
    "person", [said for said in queries.story()["cast"] if "access" not in said], ids=lambda p: p["identifiant"]
)
def test_everybody_signs_in(person):
    result = enter(person["identifiant"], queries.story()["password"])
    assert not result.must_choose_password
    assert result.last_at is not None
    assert Utilisateur.objects.signed_in(result.utilisateur.pk).regle_accepted == 1


def test_shared_password_is_good_enough_for_all():
    password = queries.story()["password"]
    assert {rules.refuse_password(password, person) for person in Utilisateur.objects.all()} == {None}


def test_who_never_signed_in_receives_two_mails(mailbox):
    waiting = Courriel.objects.due(timezone.now())
    assert [courriel.to for courriel in waiting] == 2 * ["benoit.arnoux@example.fr"]
    assert send_due() == 2
    _, mails = queries.mail_page(None, "arnoux")
    secret = next(line for line in mails[0].text.splitlines() if line.count("-") == 3)
    assert enter("CCA01341AG", secret.strip()).must_choose_password


def test_expired_provisional_password_opens_nothing():
    assert MotDePasseProvisoire.objects.filter(utilisateur__identifiant="CCA01341AH").exists()
    with pytest.raises(Refused):
        enter("CCA01341AH", queries.EXPIRED_PROVISIONAL)


def test_who_left_or_comes_later_does_not_enter():
    for nom in ("Delmas", "Morel"):
        person = Utilisateur.objects.get(nom=nom)
        with pytest.raises(Refused):
            enter(person.identifiant, queries.story()["password"])


def test_story_holds_every_kind_of_thing():
    today = timezone.localdate()
    assert {c.etat for c in Convention.objects.all()} == {"brouillon", "proposee", "validee"}
    assert {c.statut(today) for c in Convention.objects.filter(etat="validee")} == {"a_venir", "ouvert", "cloture"}
    assert set(BulletinAdhesion.objects.values_list("service", flat=True)) == set(SERVICES)
    assert set(TypeOrganisme.objects.values_list("code", flat=True)) >= {"ccas", "commune", "finances-publiques"}
    assert BulletinAdhesion.objects.filter(closes_on=today + timedelta(days=20)).exists()
    assert BulletinAdhesion.objects.filter(max_utilisateurs__isnull=False).exists()
    assert Suspension.objects.open_on(today).exists()
    assert Groupe.objects.filter(niveau=3).exists()
    assert Responsable.objects.open_on(today).count() > 5
    assert {a.statut(today) for a in Appartenance.objects.all()} == {"a_venir", "ouvert", "cloture"}
    assert DemandeRattachement.objects.filter(decided_at=None).count() == 1
    assert {i.partie for i in Interlocuteur.objects.all()} == {"caf", "partenaire"}
    assert Appartenance.objects.filter(groupe__code="PERISCO").count() >= 60
    assert {refuse_siret(o.siret) for o in Organisme.objects.all()} == {None}
    for service in SERVICES:
        assert Habilitation.objects.open_on(today).filter(service=service).exists()


def test_two_organisations_give_two_sets_of_rights():
    person = Utilisateur.objects.get(identifiant="COM01340AC")
    on = timezone.localdate()
    organisations = acteur_for(person, on=on).organisations
    assert len(organisations) == 2
    rights = {frozenset(acteur_for(person, on=on, organisme=o.pk).roles_of("cdap")) for o in organisations}
    assert rights == {frozenset({"cdap.t5", "cdap.t18"}), frozenset({"cdap.t2"})}


def test_full_bulletin_refuses_one_more():
    by = acting("DFP01380AA")
    groupe = Groupe.objects.get(convention__numero=1380)
    besson = groupe.convention.rattachements.get(utilisateur__nom="Besson")
    with pytest.raises(Refused, match="limite"):
        actions.add_to_groupe(by=by, groupe=groupe, rattachement=besson, opens_on=by.on, closes_on=None)


def test_every_address_is_reserved_for_examples():
    addresses = [
        *Utilisateur.objects.values_list("courriel", flat=True),
        *Courriel.objects.values_list("to", flat=True),
    ]
    assert {address.rpartition("@")[2] for address in addresses} == {"example.fr"}


def test_demo_people_for_programs():
    out = StringIO()
    call_command("demo_people", "--json", stdout=out)
    people = json.loads(out.getvalue())
    assert 12 <= len(people) <= 17
    keys = {"identifiant", "password", "name", "role", "organisation", "note", "courriel"}
    assert all(set(person) == keys for person in people)
    assert [p["identifiant"] for p in people] == [said["identifiant"] for said in queries.story()["cast"]]
    assert [p["identifiant"] for p in people if not p["password"]] == ["CCA01341AG"]


def test_demo_people_for_readers():
    out = StringIO()
    call_command("demo_people", stdout=out)
    assert "ENF01302SM  Stéphane Bruet" in out.getvalue()
    assert queries.story()["password"] in out.getvalue()


def test_no_sentence_of_the_journal_has_a_hole():
    told = [events.sentence(entry.kind, entry.by_label, entry.facts) for entry in JournalEntry.objects.all()]

    unmasked = [MASKED.sub("", sentence) for sentence in told]
    assert [sentence for sentence in unmasked if "…" in sentence] == []
