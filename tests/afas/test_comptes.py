"""Bank accounts: four eyes, mails at the address we knew, payments held back meanwhile."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portail.afas.actions import comptes as actions
from portail.afas.actions.comptes import Coordonnees
from portail.afas.models import CompteBancaire
from portail.afas.queries.lots import held_back, payable
from portail.comptes.models import Utilisateur
from tests.afas.scene import Scene
from tests.afas.versements import BIC, CAF_IBAN, IBAN, OTHER_IBAN, REEL, Tresor, build_tresor, today
from tests.habilitations.facts import mails_of, refusal_of, sentences_of

GIVEN = Coordonnees("Les Lutins", IBAN, BIC, "RIB du 02/01")


@pytest.fixture
def tresor(scene: Scene) -> Tresor:
    return build_tresor(scene)


def entered(tresor: Tresor, given: Coordonnees = GIVEN) -> CompteBancaire:
    organisme = tresor.scene.activite.organisme
    return actions.enter_compte(by=tresor.gestin, organisme=organisme, coordonnees=given)


def test_an_account_is_validated_by_somebody_else_and_never_shown_whole(tresor: Tresor) -> None:
    compte = entered(tresor)

    own = refusal_of(lambda: actions.validate_compte(by=tresor.gestin, compte=compte))
    told = sentences_of(lambda: actions.validate_compte(by=tresor.other, compte=compte))

    assert "un autre gestionnaire" in own
    assert told == ["Côme Comptat a validé le compte bancaire FR76 … 0189 de Les Lutins."]
    assert "déjà décidé" in refusal_of(lambda: actions.validate_compte(by=tresor.other, compte=compte))


def test_the_base_keeps_one_from_validating_his_own(tresor: Tresor) -> None:
    compte = entered(tresor)
    gestin = tresor.gestin.utilisateur

    with pytest.raises(IntegrityError, match="compte_bancaire_two_persons"), transaction.atomic():
        CompteBancaire.objects.filter(pk=compte.pk).update(etat="valide", decided_by=gestin, decided_at=timezone.now())


def test_every_change_is_told_to_who_administers_at_the_address_before_a_recent_change(tresor: Tresor) -> None:
    Utilisateur.objects.filter(pk=tresor.scene.cast.people["bruet"].pk).update(
        previous_courriel="bruet@example.fr",
        courriel="voleur@example.fr",
        courriel_changed_at=timezone.now() - timedelta(hours=1),
    )

    asked = mails_of(lambda: entered(tresor))
    compte = CompteBancaire.objects.get()
    decided = mails_of(lambda: actions.validate_compte(by=tresor.other, compte=compte))

    assert asked == [("compte_bancaire_saisi", "bruet@example.fr")]
    assert decided == [("compte_bancaire_decide", "bruet@example.fr")]


def test_a_change_holds_the_payments_back_until_it_is_decided(tresor: Tresor) -> None:
    tresor.accounts()
    tresor.due(REEL, "1000")
    caf = tresor.scene.activite.caf
    assert payable(caf, today()).count() == 1

    compte = entered(tresor, Coordonnees("Les Lutins", OTHER_IBAN, "", "RIB du 03/02"))
    assert payable(caf, today()).count() == 0
    assert [each.raison for each in held_back(caf, today())] == ["Compte bancaire en attente de validation"]

    told = sentences_of(lambda: actions.refuse_compte(by=tresor.other, compte=compte, motif="RIB falsifié."))
    assert told[0].endswith("de Les Lutins : RIB falsifié.")
    assert payable(caf, today()).get().account == CompteBancaire.objects.get(iban=IBAN).pk


def test_the_account_before_is_replaced_and_kept(tresor: Tresor) -> None:
    before = tresor.compte()
    after = tresor.compte(OTHER_IBAN)

    before.refresh_from_db()
    assert (before.etat, after.etat) == ("remplace", "valide")


def test_one_account_waits_at_a_time(tresor: Tresor) -> None:
    entered(tresor)

    with pytest.raises(IntegrityError, match="compte_bancaire_one_waiting"), transaction.atomic():
        entered(tresor)


def test_a_refusal_says_why(tresor: Tresor) -> None:
    compte = entered(tresor)

    assert "pourquoi" in refusal_of(lambda: actions.refuse_compte(by=tresor.other, compte=compte, motif=" "))


@pytest.mark.parametrize("who", ["marchand", "auditeau", "bruet", "horsain"])
def test_accounts_are_a_gestionnaire_s(tresor: Tresor, who: str) -> None:
    acteur, organisme = tresor.scene.cast.acteur(who), tresor.scene.activite.organisme

    refusal = refusal_of(lambda: actions.enter_compte(by=acteur, organisme=organisme, coordonnees=GIVEN))

    assert "gestionnaire" in refusal


def test_the_caf_is_told_of_its_own_account(tresor: Tresor) -> None:
    given = Coordonnees("Caf 132", CAF_IBAN, BIC, "Relevé")

    told = mails_of(lambda: actions.enter_compte(by=tresor.gestin, organisme=None, coordonnees=given))

    assert told == [("compte_bancaire_saisi", "caf132@example.fr")]


def test_nobody_else_than_the_administrateurs_is_told(tresor: Tresor) -> None:
    addresses = {to for _, to in mails_of(lambda: entered(tresor))}

    assert addresses == {"bruet@example.fr"}
