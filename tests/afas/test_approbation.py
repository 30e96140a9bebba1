"""The approbateur signs exactly what he read; what keeps him from it is a sentence."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portail.afas.actions import approbation as actions
from portail.afas.enums import EtatDeclaration, EtatVolet, Phase, Validation
from portail.afas.models import EtapeDeclaration, Justification, Profil, SeuilControle, VersionDeclaration, Volet
from portail.afas.queries.approbations import held_as_approbateur, to_approve
from portail.afas.queries.recapitulatifs import late_in_words
from portail.afas.queries.versions import content_of, digest_of, in_french
from portail.afas.rules import approbation as rules
from portail.conventions.models import Convention
from portail.courriels.models import Courriel
from portail.habilitations.acteur import acteur_for
from portail.habilitations.actions import name_suppleant
from portail.habilitations.models import Appartenance
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused, Stale
from tests.afas.approbation import (
    MOTIF,
    another,
    correct,
    digest,
    due,
    fresh,
    resubmitted,
    sign,
    submitted,
    transmitted,
    volets,
)

pytestmark = pytest.mark.django_db


def montant(valeur):
    return {"valeur": valeur, "unite": "€"}


def refusal(scene, name="garban"):
    return rules.refuse_approving(scene.cast.acteur(name), fresh(scene))


def unbalanced(scene):
    """Charges equal to last year's are too far from them: the Caf wants less than no difference."""
    SeuilControle.objects.create(
        caf=scene.activite.caf, type="alsh", code="seuil_variation", valeur=-1, entered_by=scene.cast.people["gestin"]
    )


def test_he_signs_what_he_read_and_it_is_frozen_whole(scene):
    declaration = submitted(scene)
    seen = content_of(declaration)

    version = sign(scene)

    assert version.contenu == seen
    assert version.empreinte == digest_of(version.contenu)
    after = fresh(scene)
    assert (after.etat, after.transmitted_at) == (EtatDeclaration.TRANSMISE, version.approved_at)
    assert EtapeDeclaration.objects.get(declaration=after).code == "transmettre"


def test_the_content_holds_identity_values_totals_and_checks(scene):
    contenu = content_of(submitted(scene))

    assert contenu["activite"]["libelle"] == "ESC Farandole Istres"
    assert contenu["echeance"]["phase"] == "reel"
    assert contenu["definition"] == fresh(scene).definition
    assert [volet["kind"] for volet in contenu["volets"]] == ["activite", "activite", "financier"]
    assert contenu["volets"][0]["valeurs"]["heures_realisees_p6"] == "11000.50"
    hours = next(total for total in contenu["totaux"] if total["code"] == "heures_realisees")
    assert hours == {
        "code": "heures_realisees",
        "libelle": "Total des heures réalisées",
        "unite": "heures",
        "valeur": "40001.00",
    }
    assert {constat["code"] for constat in contenu["constats"] if constat["tient"]} >= {"C02"}


def test_the_journal_and_the_mails_tell_it_without_a_figure(scene):
    version = transmitted(scene)

    entry = JournalEntry.objects.get(kind="afas.version.transmitted")
    assert entry.facts["empreinte"] == version.empreinte
    told = Courriel.objects.filter(kind="declaration_transmise")
    assert {mail.to for mail in told} == {
        scene.cast.people["robine"].courriel,
        scene.cast.people["garban"].courriel,
        scene.activite.caf.courriel,
    }
    assert all("9000" not in str(mail.facts) and "42000" not in str(mail.facts) for mail in told)


def test_something_changed_since_he_read_it(scene):
    submitted(scene)
    seen = content_of(fresh(scene))
    scene.become(EtatDeclaration.EN_COURS)
    Volet.objects.filter(pk=volets(scene)[2].pk).update(valeurs={"c60": "4100", "c64": "42000.10", "p744": "46000.10"})
    scene.become(EtatDeclaration.A_APPROUVER)

    with pytest.raises(Stale) as stale:
        sign(scene, empreinte=digest_of(seen), seen=seen)

    told = {difference.label: (difference.before, difference.after) for difference in stale.value.differences}
    before, after = told["Volet financier – 60 – Achats"]
    assert (before, after) == (in_french(montant("4000")), in_french(montant("4100")))
    assert not VersionDeclaration.objects.exists()


def test_a_change_of_what_is_not_a_value_is_said_too(scene):
    submitted(scene)
    seen = content_of(fresh(scene))
    unbalanced(scene)

    with pytest.raises(Stale) as stale:
        sign(scene, empreinte=digest_of(seen), seen=seen)

    assert stale.value.differences


def test_a_sheet_that_is_not_submitted_keeps_from_signing(scene):
    submitted(scene)
    scene.become(EtatDeclaration.EN_COURS)
    Volet.objects.filter(pk=volets(scene)[0].pk).update(etat=EtatVolet.EN_COURS, submitted_by=None, submitted_at=None)
    scene.become(EtatDeclaration.A_APPROUVER)

    with pytest.raises(Refused, match="Un volet n'est pas soumis : Volet activité – ESC Farandole Istres"):
        sign(scene)


def test_a_blocking_check_keeps_from_signing(scene):
    scene.filled(is_submitted=True)
    scene.become(EtatDeclaration.EN_COURS)
    Volet.objects.filter(pk=volets(scene)[0].pk).update(
        valeurs={"capacite": "1", "jours_ouverture": "1", "amplitude": "1", "heures_realisees_m6": "9000",
                 "heures_realisees_p6": "11000"}
    )  # fmt: skip
    Volet.objects.filter(pk=volets(scene)[1].pk).update(
        valeurs={"capacite": "1", "jours_ouverture": "1", "amplitude": "1", "heures_realisees_m6": "9000",
                 "heures_realisees_p6": "11000"}
    )  # fmt: skip
    scene.become(EtatDeclaration.A_APPROUVER)

    with pytest.raises(Refused, match="Un contrôle bloque : Capacité théorique"):
        sign(scene)


def test_an_alert_asks_for_its_justification_that_is_signed_with_the_rest(scene):
    transmitted(another(scene, Phase.REEL, scene.echeance.exercice - 1))
    submitted(scene)
    unbalanced(scene)
    with pytest.raises(Refused, match=r"Une alerte n'est pas justifiée : .*Variation des charges"):
        sign(scene)

    for controle in ("C05-charges", "C05-heures", "C08"):
        Justification.objects.create(
            declaration=scene.declaration,
            version=1,
            controle=controle,
            text="Un poste créé en mars.",
            by=scene.cast.people["robine"],
        )
    version = sign(scene)

    constat = next(each for each in version.contenu["constats"] if each["code"] == "C05-charges")
    assert constat["justification"]["texte"] == "Un poste créé en mars."
    assert constat["justification"]["par"] == scene.cast.people["robine"].nom_complet
    assert {terme["source"] for terme in constat["termes"]} >= {"réel de l'année précédente"}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("robine", "Seul l'approbateur de « ESC Farandole Istres » fait cet acte : Gilles Garban."),
        ("bruet", "Seul l'approbateur"),
        ("gestin", "La signature revient à l'approbateur désigné par le partenaire"),
    ],
)
def test_nobody_else_signs(scene, name, sentence):
    submitted(scene)

    assert refusal(scene, name).startswith(sentence)
    with pytest.raises(Refused):
        sign(scene, name)


@pytest.mark.parametrize(
    ("validation", "motif", "sentence"),
    [
        (Validation.EN_ATTENTE, "", "votre Caf ne vous a pas encore validé"),
        (Validation.REFUSEE, "Autre personne attendue.", "La Caf ne vous a pas validé"),
    ],
)
def test_an_approbateur_that_the_caf_has_not_validated(scene, validation, motif, sentence):
    submitted(scene)
    decided = {} if motif else {"decided_by": None, "decided_at": None}
    Profil.objects.filter(role="approbateur").update(validation=validation, refusal=motif, **decided)

    assert sentence in refusal(scene)


def test_nobody_is_named(scene):
    submitted(scene)
    Profil.objects.filter(role="approbateur").update(closes_on=timezone.localdate() - timedelta(days=1))

    assert refusal(scene, "robine").startswith("« ESC Farandole Istres » n'a pas d'approbateur validé")


def test_a_convention_that_is_closed(scene):
    submitted(scene)
    Convention.objects.filter(pk=scene.cast.conventions["farandole"].pk).update(
        closes_on=timezone.localdate() - timedelta(days=1)
    )

    assert "est close : plus rien ne se transmet sous elle" in refusal(scene)


def test_a_role_lost_while_the_page_is_open(scene):
    """The page found him approbateur; his access to the group ended before he pressed the button."""
    submitted(scene)
    seen = digest(scene)
    assert held_as_approbateur(scene.cast.acteur("garban")).exists()
    Appartenance.objects.filter(rattachement=scene.cast.rattachements["garban"], groupe__code="AFAS-DEC").update(
        closes_on=timezone.localdate() - timedelta(days=1)
    )

    with pytest.raises(Refused, match="vous n'avez pas ici le rôle AFAS-Déclarer"):
        actions.approve(by=scene.cast.acteur("garban"), declaration=fresh(scene), empreinte=seen)


def test_a_profile_is_not_lent(scene):
    submitted(scene)
    cast = scene.cast
    name_suppleant(
        by=cast.acteur("bruet"),
        titulaire=cast.rattachement("bruet"),
        suppleant=cast.rattachement("garban"),
        opens_on=timezone.localdate(),
        closes_on=timezone.localdate(),
        motif="Congés",
    )
    garban = cast.acteur("garban")
    lent = acteur_for(cast.people["garban"], on=timezone.localdate(), suppleance=garban.suppleances[0].pk)

    assert "vous ne signez pas en suppléance" in rules.refuse_approving(lent, fresh(scene))
    assert not to_approve(lent).exists()


def test_late_is_allowed_and_said(scene):
    due(scene, -3)

    version = transmitted(scene)

    assert late_in_words(version) == "transmise avec 3\N{NO-BREAK SPACE}jours de retard"
    assert JournalEntry.objects.get(kind="afas.version.transmitted").facts["retard"] == (
        ", transmise avec 3\N{NO-BREAK SPACE}jours de retard"
    )


def test_in_time_nothing_is_said(scene):
    due(scene, 0)

    assert late_in_words(transmitted(scene)) == ""


# Sent back, corrected


def test_he_sends_back_the_sheets_he_chooses(scene):
    declaration = submitted(scene)

    actions.send_back(by=scene.cast.acteur("garban"), declaration=declaration, volets=volets(scene)[:1], motif=MOTIF)

    assert [volet.etat for volet in volets(scene)] == [EtatVolet.EN_COURS, EtatVolet.SOUMIS, EtatVolet.SOUMIS]
    assert fresh(scene).etat == EtatDeclaration.EN_COURS
    assert EtapeDeclaration.objects.get(declaration=declaration).motif == MOTIF
    assert JournalEntry.objects.get(kind="afas.declaration.returned").facts["motif"] == MOTIF
    mail = Courriel.objects.get(kind="declaration_renvoyee")
    assert mail.to == scene.cast.people["robine"].courriel
    assert MOTIF not in str(mail.facts)


def test_sending_back_gives_something_back(scene):
    with pytest.raises(Refused, match="Choisissez au moins un volet"):
        actions.send_back(by=scene.cast.acteur("garban"), declaration=submitted(scene), volets=[], motif=MOTIF)


def test_a_correction_is_a_new_version_with_the_same_values(scene):
    first = transmitted(scene)

    correct(scene)

    after = fresh(scene)
    assert (after.etat, after.version) == (EtatDeclaration.A_COMPLETER, 2)
    assert [volet.etat for volet in volets(scene)] == [EtatVolet.EN_COURS, EtatVolet.SOUMIS, EtatVolet.SOUMIS]
    assert volets(scene)[0].valeurs == first.contenu["volets"][0]["valeurs"]
    assert JournalEntry.objects.get(kind="afas.version.opened").facts["version"] == 2
    assert Courriel.objects.filter(kind="declaration_rouverte", to=scene.activite.caf.courriel).exists()


def test_the_corrected_version_says_why_and_the_old_one_stays(scene):
    first = transmitted(scene)
    correct(scene)
    resubmitted(scene, heures_realisees_m6="9500")

    second = sign(scene)

    assert (second.numero, second.motif) == (2, MOTIF)
    assert VersionDeclaration.objects.get(pk=first.pk).contenu == first.contenu
    assert late_in_words(second) == ""


@pytest.mark.parametrize("etat", [EtatDeclaration.TRAITEE, EtatDeclaration.NOTIFIEE, EtatDeclaration.PAYEE])
def test_nothing_is_corrected_after_the_decision(scene, etat):
    transmitted(scene)
    scene.become(etat)

    with pytest.raises(Refused, match=r"cet acte demande qu'elle soit « Transmise »"):
        correct(scene)


# Several at once


def test_several_are_signed_together_or_none(scene):
    submitted(scene)
    good = {scene.declaration.pk: digest(scene)}
    wrong = {scene.declaration.pk: "0" * 64}
    garban = scene.cast.acteur("garban")

    with pytest.raises(Refused, match="a changé depuis que vous l'avez lue"):
        actions.approve_together(by=garban, empreintes=wrong)
    assert len(actions.approve_together(by=garban, empreintes=good)) == 1
    with pytest.raises(Refused, match="Rien n'est signé"):
        actions.approve_together(by=garban, empreintes=good)
