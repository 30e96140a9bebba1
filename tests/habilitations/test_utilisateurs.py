"""People of a convention: what each act writes, refuses and tells."""

from datetime import date

import pytest

from portail.comptes import actions as comptes
from portail.comptes.models import Utilisateur
from portail.conventions.models import BulletinAdhesion, Rattachement
from portail.habilitations import actions
from portail.habilitations.actions.utilisateurs import Fiche
from portail.ui.rules import Difference, Stale
from tests.cast import Cast
from tests.habilitations.facts import (
    fiche_of,
    in_days,
    mails_of,
    may_use,
    refusal_of,
    roles_today,
    sentences_of,
    today,
    told,
)
from tests.permissions.world import content_of_tables

BY_HIMSELF = "Le nom et l'adresse mail de cette personne ne se modifient que par elle-même, dans « Mon profil »."


def _neuf(**other) -> Fiche:
    return Fiche(**{"nom": "Neuf", "prenom": "Nora", "courriel": "neuf@example.fr", "opens_on": today()} | other)


def _create(cast: Cast, fiche: Fiche, by: str = "bruet") -> Rattachement | None:
    return actions.create_utilisateur(by=cast.acteur(by), convention=cast.conventions["farandole"], fiche=fiche)


def _edit(cast: Cast, name: str, by: str = "bruet", edition: int | None = None, **other) -> None:
    rattachement = cast.rattachement(name)
    edition = rattachement.utilisateur.edition if edition is None else edition
    fiche = fiche_of(rattachement, **other)
    actions.edit_utilisateur(by=cast.acteur(by), rattachement=rattachement, fiche=fiche, edition=edition)


def _close(cast: Cast, name: str, closes_on: date) -> None:
    rattachement = cast.rattachement(name)
    actions.close_utilisateur(by=cast.acteur("bruet"), rattachement=rattachement, closes_on=closes_on, motif="Départ")


# Create


def test_a_person_is_created_without_password_or_right(cast: Cast) -> None:
    made = _create(cast, _neuf(telephone="0491000000", poste="itinerant", closes_on=in_days(30)))

    neuf = cast.people["neuf"] = made.utilisateur
    assert (neuf.identifiant, neuf.telephone, neuf.poste) == ("ENF01302SO", "0491000000", "itinerant")
    assert (made.opens_on, made.closes_on, made.opened_by) == (today(), in_days(30), cast.people["bruet"])
    assert (neuf.has_usable_password(), roles_today(cast, "neuf")) == (False, set())


def test_a_person_is_told_by_two_mails(cast: Cast) -> None:
    owed = mails_of(lambda: _create(cast, _neuf()))

    assert owed == [("identifiant", "neuf@example.fr"), ("mot_de_passe_provisoire", "neuf@example.fr")]


def test_a_creation_is_told(cast: Cast) -> None:
    assert sentences_of(lambda: _create(cast, _neuf())) == [
        f"Stéphane Bruet a créé l'utilisateur Nora Neuf, à partir du {told(today())}."
    ]


def test_a_person_of_the_list_is_not_created_twice(cast: Cast) -> None:
    refusal = refusal_of(lambda: _create(cast, _neuf(courriel="ROBINE@example.fr")))

    assert refusal == "Cette adresse mail est celle d'Olivia Robine (ENF01302XB), déjà dans la liste."


def test_a_responsable_is_not_told_of_people_outside_his_groups(cast: Cast) -> None:
    assert _create(cast, _neuf(courriel="robine@example.fr"), by="garban") is None


def test_dates_stay_within_the_convention(cast: Cast) -> None:
    first = cast.conventions["farandole"].opens_on

    refusal = refusal_of(lambda: _create(cast, _neuf(opens_on=date(2020, 1, 1))))

    assert refusal == f"La date d'ouverture précède celle de la convention ({told(first)})."


@pytest.mark.parametrize("by", ["robine", "voisin", "gestin", "horsain"])
def test_others_create_nobody(cast: Cast, by: str) -> None:
    refusal = refusal_of(lambda: _create(cast, _neuf(), by=by))

    assert refusal == "Seul l'administrateur de la convention, chez le partenaire ou à la Caf, peut le faire."


# Edit


def test_an_edit_is_told_field_by_field(cast: Cast) -> None:
    told_of = sentences_of(lambda: _edit(cast, "guy", nom="Guyot", telephone="0491000000"))

    assert told_of == [
        "Stéphane Bruet a modifié la fiche de Valérie Guyot : "
        "Nom : Guy → Guyot ; Téléphone : (vide) → 04\u00a091\u00a000\u00a000\u00a000."
    ]


def test_an_edit_that_changes_nothing_leaves_nothing(cast: Cast) -> None:
    before = content_of_tables()

    assert sentences_of(lambda: _edit(cast, "guy")) == []
    assert content_of_tables() == before


def test_a_new_mail_is_told_to_the_old_one(cast: Cast) -> None:
    owed = mails_of(lambda: _edit(cast, "guy", courriel="valerie@example.fr"))

    assert owed == [("courriel_change", "guy@example.fr")]
    assert Utilisateur.objects.get(pk=cast.people["guy"].pk).previous_courriel == "guy@example.fr"


def test_a_mail_changed_twice_leaves_the_reset_where_it_went_before_the_first(cast: Cast) -> None:
    """Else who changes it twice receives the password of somebody who was told of a day's delay."""
    guy = cast.people["guy"]
    _edit(cast, "guy", courriel="un@example.fr")

    owed = mails_of(lambda: _edit(cast, "guy", edition=2, courriel="deux@example.fr"))

    guy.refresh_from_db()
    assert comptes.reset_address(guy) == "guy@example.fr"
    assert owed == [("courriel_change", "guy@example.fr"), ("courriel_change", "un@example.fr")]


def test_a_stale_form_says_what_it_would_have_changed(cast: Cast) -> None:
    _edit(cast, "guy", nom="Guyot")
    before = content_of_tables()

    with pytest.raises(Stale) as stale:
        _edit(cast, "guy", edition=1, nom="Guyard")

    assert stale.value.differences == [Difference("Nom", "Guyot", "Guyard")]
    assert content_of_tables() == before


@pytest.mark.parametrize("by", ["bruet", "garban"])
def test_the_identity_of_a_person_of_several_organisations_is_his_own(cast: Cast, by: str) -> None:
    assert refusal_of(lambda: _edit(cast, "double", by=by, nom="Doublet")) == BY_HIMSELF


def test_dates_of_a_person_of_several_organisations_are_each_one_s(cast: Cast) -> None:
    _edit(cast, "double", closes_on=in_days(3))

    assert [may_use(cast, "double", "cdap.t5", in_days(n)) for n in (3, 4)] == [True, False]
    assert may_use(cast, "double", "cdap.t5", in_days(4), where="voisine")


def test_the_caf_changes_an_identity_known_under_its_own_conventions_only(cast: Cast) -> None:
    _edit(cast, "double", by="marchand", nom="Doublet")

    Rattachement.objects.create(
        utilisateur=cast.people["double"], convention=cast.conventions["lointaine"], opens_on=today()
    )
    assert refusal_of(lambda: _edit(cast, "double", by="marchand", nom="Doublon")) == BY_HIMSELF


def test_a_responsable_does_not_change_an_administrateur(cast: Cast) -> None:
    bruet, guichet = cast.rattachement("bruet"), cast.groupe("GUICHET")
    actions.add_to_groupe(by=cast.acteur("bruet"), groupe=guichet, rattachement=bruet, opens_on=today(), closes_on=None)

    refusal = refusal_of(lambda: _edit(cast, "bruet", by="garban", nom="Bruette"))

    assert refusal == "Un administrateur de la convention ne peut être modifié que par un administrateur."


def test_a_person_let_in_again_may_sign_in_again(cast: Cast) -> None:
    owed = mails_of(lambda: _edit(cast, "rocu", closes_on=None))

    assert Utilisateur.objects.get(pk=cast.people["rocu"].pk).is_active
    assert owed == [("identifiant", "rocu@example.fr"), ("mot_de_passe_provisoire", "rocu@example.fr")]


def test_an_end_planned_then_withdrawn_does_not_close_the_person(cast: Cast) -> None:
    _close(cast, "guy", in_days(5))

    _edit(cast, "guy", closes_on=None)

    assert Utilisateur.objects.get(pk=cast.people["guy"].pk).closes_on is None


def test_an_access_opened_earlier_opens_the_person_too(cast: Cast) -> None:
    cast.rattachements["neuf"] = made = _create(cast, _neuf(opens_on=in_days(9)))

    _edit(cast, "neuf", opens_on=today())

    assert Utilisateur.objects.get(pk=made.utilisateur_id).is_active


def test_an_access_opened_again_keeps_the_limit_of_the_bulletin(cast: Cast) -> None:
    _edit(cast, "robine", closes_on=in_days(-1))
    BulletinAdhesion.objects.filter(service="afas").update(max_utilisateurs=0)

    refusal = refusal_of(lambda: _edit(cast, "robine", closes_on=None))

    assert refusal.startswith("Le bulletin d'adhésion limite")
