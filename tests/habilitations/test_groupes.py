"""Groups and what they hold: what each act writes, refuses and tells."""

from datetime import date

import pytest

from portail.conventions.models import BulletinAdhesion
from portail.habilitations import actions, queries
from portail.habilitations.models import Groupe, Responsable, RoleGroupe
from portail.ui.rules import Difference, Stale
from tests.cast import Cast
from tests.habilitations.facts import in_days, may_use, refusal_of, responsable, sentences_of, today, told
from tests.permissions.world import content_of_tables

NOT_YOURS = "Seul l'administrateur de la convention, chez le partenaire ou à la Caf, peut le faire."


def _create(cast: Cast, by: str, code: str, *, parent: str | None = None, **other) -> Groupe:
    return actions.create_groupe(
        by=cast.acteur(by),
        convention=cast.conventions["farandole"],
        code=code,
        libelle="Ruche",
        opens_on=other.pop("opens_on", today()),
        parent=cast.groupe(parent) if parent else None,
        **other,
    )


def _set_roles(cast: Cast, by: str, code: str, *wanted: str) -> None:
    actions.set_roles(by=cast.acteur(by), groupe=cast.groupe(code), wanted=wanted)


def _edit(cast: Cast, by: str = "bruet", *, edition: int = 1, **other) -> None:
    groupe = cast.groupe("GUICHET")
    present = {"code": "GUICHET", "libelle": "Guichet", "opens_on": groupe.opens_on, "closes_on": None}
    actions.edit_groupe(by=cast.acteur(by), groupe=groupe, edition=edition, **present | other)


def _close(cast: Cast, code: str, closes_on: date, by: str = "bruet") -> None:
    actions.close_groupe(by=cast.acteur(by), groupe=cast.groupe(code), closes_on=closes_on, motif="Fusion")


def _held(cast: Cast, code: str) -> set[str]:
    return queries.roles_held(cast.groupe(code), today())


# Create


def test_a_new_group_holds_no_role_and_stands_below_its_parent(cast: Cast) -> None:
    told_of = sentences_of(lambda: _create(cast, "bruet", "RUCHE", parent="GUICHET"))

    made = Groupe.objects.get(code="RUCHE")
    line = made.ancestors.order_by("distance").values_list("ancestor__code", flat=True)
    assert told_of == [f"Stéphane Bruet a créé le groupe Ruche, sous-groupe de Guichet, à partir du {told(today())}."]
    assert (made.niveau, list(line)) == (3, ["RUCHE", "GUICHET", "ACCUEIL"])
    assert queries.roles_held(made, today()) == set()


def test_a_group_is_created_with_its_responsable(cast: Cast) -> None:
    told_of = sentences_of(lambda: _create(cast, "bruet", "RUCHE", responsable=cast.rattachement("guy")))

    assert told_of[1] == "Stéphane Bruet a nommé Valérie Guy responsable du groupe Ruche."
    assert cast.acteur("guy").managed_groupes == {Groupe.objects.get(code="RUCHE").pk}


@pytest.mark.parametrize("code", ["GUICHET", "guichet"])
def test_a_code_serves_once_in_a_convention(cast: Cast, code: str) -> None:
    refusal = refusal_of(lambda: _create(cast, "bruet", code))

    assert refusal == f"Un groupe de cette convention porte déjà le code {code}."


def test_a_parent_is_of_the_same_convention(cast: Cast) -> None:
    refusal = refusal_of(lambda: _create(cast, "marchand", "RUCHE", parent="VOISINS"))

    assert refusal == "Le groupe parent est d'une autre convention."


def test_a_responsable_creates_below_his_group_only(cast: Cast) -> None:
    _create(cast, "garban", "RUCHE", parent="ACCUEIL")

    assert refusal_of(lambda: _create(cast, "garban", "SOMMET")) == NOT_YOURS
    assert refusal_of(lambda: _create(cast, "garban", "COTE", parent="AFAS-DEC")) == NOT_YOURS


def test_a_group_opens_within_its_parent(cast: Cast) -> None:
    first = cast.groupe("ACCUEIL").opens_on

    refusal = refusal_of(lambda: _create(cast, "bruet", "RUCHE", parent="ACCUEIL", opens_on=date(2020, 1, 1)))

    assert refusal == f"La date d'ouverture précède celle de la convention ({told(first)})."


# Roles


def test_a_role_given_to_a_group_is_its_members_at_once(cast: Cast) -> None:
    told_of = sentences_of(lambda: _set_roles(cast, "bruet", "GUICHET", "cdap.t5", "cdap.t1"))

    assert may_use(cast, "double", "cdap.t1")
    assert told_of == [
        "Stéphane Bruet a changé les rôles du groupe Guichet : ajoutés Consulter un dossier – T1 – Travailleur social."
    ]


def test_a_sub_group_holds_only_what_its_parent_holds(cast: Cast) -> None:
    refusal = refusal_of(lambda: _set_roles(cast, "bruet", "GUICHET", "cdap.t5", "afas.declarer"))

    assert refusal == "Le groupe parent n'a pas : Aides financières d'action sociale – AFAS-Déclarer."


def test_a_top_group_holds_only_what_a_bulletin_opens(cast: Cast) -> None:
    refusal = refusal_of(lambda: _set_roles(cast, "bruet", "ACCUEIL", "cdap.t1", "cdap.t2"))

    assert (
        refusal == "Aucun bulletin d'adhésion n'ouvre : Consulter un dossier – T2 – Agent administratif action sociale."
    )


def test_a_role_taken_from_a_parent_ends_below(cast: Cast) -> None:
    _set_roles(cast, "bruet", "ACCUEIL", "cdap.t1")

    assert (_held(cast, "ACCUEIL"), _held(cast, "GUICHET")) == ({"cdap.t1"}, set())
    assert may_use(cast, "double", "cdap.t5") is False


def test_a_role_taken_and_given_back_the_same_day_is_held(cast: Cast) -> None:
    _set_roles(cast, "bruet", "ACCUEIL", "cdap.t1")

    _set_roles(cast, "bruet", "ACCUEIL", "cdap.t1", "cdap.t5")

    assert _held(cast, "ACCUEIL") == {"cdap.t1", "cdap.t5"}
    assert (may_use(cast, "garban", "cdap.t5"), may_use(cast, "double", "cdap.t5")) == (True, False)


def test_a_role_given_below_lasts_no_longer_than_above(cast: Cast) -> None:
    RoleGroupe.objects.filter(groupe=cast.groupes["ACCUEIL"], role="cdap.t1").update(closes_on=in_days(9))

    _set_roles(cast, "bruet", "GUICHET", "cdap.t5", "cdap.t1")

    assert RoleGroupe.objects.get(groupe=cast.groupes["GUICHET"], role="cdap.t1").closes_on == in_days(9)


def test_nothing_is_told_when_nothing_changes(cast: Cast) -> None:
    assert sentences_of(lambda: _set_roles(cast, "bruet", "GUICHET", "cdap.t5")) == []


def test_roles_of_a_group_respect_the_limit_of_the_bulletin(cast: Cast) -> None:
    BulletinAdhesion.objects.filter(service="afas").update(max_utilisateurs=1)

    refusal = refusal_of(lambda: _set_roles(cast, "bruet", "ACCUEIL", "cdap.t1", "cdap.t5", "afas.declarer"))

    assert refusal.startswith("Le bulletin d'adhésion limite « Aides financières d'action sociale » à 1 utilisateurs")


def test_a_limit_lowered_below_the_present_still_lets_a_role_be_taken(cast: Cast) -> None:
    BulletinAdhesion.objects.filter(service="cdap").update(max_utilisateurs=0)

    _set_roles(cast, "bruet", "GUICHET")

    assert _held(cast, "GUICHET") == set()


def test_a_responsable_sets_roles_of_his_group_within_the_bulletin(cast: Cast) -> None:
    _set_roles(cast, "garban", "GUICHET", "cdap.t1")

    assert refusal_of(lambda: _set_roles(cast, "garban", "AFAS-DEC")) == NOT_YOURS


# Edit


def test_editing_a_group_is_told_field_by_field(cast: Cast) -> None:
    told_of = sentences_of(lambda: _edit(cast, libelle="Comptoir", closes_on=in_days(9)))

    assert told_of == [
        "Stéphane Bruet a modifié le groupe Comptoir : Libellé : Guichet → Comptoir ; "
        f"Date de clôture : (vide) → {told(in_days(9))}."
    ]
    assert [may_use(cast, "double", "cdap.t5", in_days(n)) for n in (9, 10)] == [True, False]


def test_a_stale_form_says_what_it_would_have_changed(cast: Cast) -> None:
    _edit(cast, libelle="Comptoir")
    before = content_of_tables()

    with pytest.raises(Stale) as stale:
        _edit(cast, libelle="Bureau")

    assert stale.value.differences == [Difference("Libellé", "Comptoir", "Bureau")]
    assert content_of_tables() == before


def test_a_group_does_not_take_the_code_of_another(cast: Cast) -> None:
    assert (
        refusal_of(lambda: _edit(cast, code="accueil")) == "Un groupe de cette convention porte déjà le code accueil."
    )


def test_a_group_edited_by_who_manages_the_level_above(cast: Cast) -> None:
    _edit(cast, "garban", libelle="Comptoir")

    groupe = cast.groupe("ACCUEIL")
    same = {"code": "ACCUEIL", "libelle": "Accueil", "opens_on": groupe.opens_on, "closes_on": None, "edition": 1}
    garban = cast.acteur("garban")
    assert refusal_of(lambda: actions.edit_groupe(by=garban, groupe=groupe, **same)) == NOT_YOURS


def test_a_group_opened_again_keeps_the_limit_of_the_bulletin(cast: Cast) -> None:
    _edit(cast, closes_on=in_days(-1))
    BulletinAdhesion.objects.filter(service="cdap").update(max_utilisateurs=1)

    refusal = refusal_of(lambda: _edit(cast, closes_on=None, edition=2))

    assert refusal.startswith("Le bulletin d'adhésion limite « Consulter un dossier » à 1 utilisateurs")


# Close


def test_closing_a_group_ends_all_below_at_once(cast: Cast) -> None:
    told_of = sentences_of(lambda: _close(cast, "ACCUEIL", in_days(-1)))

    assert told_of == [
        f"Stéphane Bruet a clôturé le groupe {libelle} au {told(in_days(-1))} : Fusion."
        for libelle in ("Accueil", "Guichet")
    ]
    assert [may_use(cast, name, "cdap.t5") for name in ("garban", "double")] == [False, False]
    assert cast.acteur("garban").managed_groupes == set()
    assert Responsable.objects.not_ended_on(today()).count() == 0


def test_closing_a_group_later_keeps_rights_until_then(cast: Cast) -> None:
    _close(cast, "ACCUEIL", in_days(3))

    assert [may_use(cast, "double", "cdap.t5", in_days(n)) for n in (0, 3, 4)] == [True, True, False]
    assert cast.acteur("garban").managed_groupes != set()


def test_closing_a_group_says_nothing_of_those_that_were_over(cast: Cast) -> None:
    _close(cast, "GUICHET", in_days(-1))

    told_of = sentences_of(lambda: _close(cast, "ACCUEIL", in_days(3)))

    assert told_of == [f"Stéphane Bruet a clôturé le groupe Accueil au {told(in_days(3))} : Fusion."]


def test_a_closed_group_is_not_closed_again(cast: Cast) -> None:
    _close(cast, "GUICHET", in_days(-1))

    assert refusal_of(lambda: _close(cast, "GUICHET", in_days(3))) == f"C'est déjà clôturé au {told(in_days(-1))}."


def test_a_responsable_does_not_close_his_own_group(cast: Cast) -> None:
    assert refusal_of(lambda: _close(cast, "ACCUEIL", in_days(3), by="garban")) == NOT_YOURS


# Responsables


def test_a_responsable_is_named_once(cast: Cast) -> None:
    bruet, groupe, guy = cast.acteur("bruet"), cast.groupe("AFAS-DEC"), cast.rattachement("guy")

    told_of = sentences_of(lambda: actions.name_responsable(by=bruet, groupe=groupe, rattachement=guy))

    assert told_of == ["Stéphane Bruet a nommé Valérie Guy responsable du groupe AFAS-DECLARER."]
    again = refusal_of(lambda: actions.name_responsable(by=bruet, groupe=groupe, rattachement=guy))
    assert again == "Valérie Guy est déjà responsable de ce groupe."


@pytest.mark.parametrize("name", ["rocu", "voisin"])
def test_a_responsable_serves_the_convention_today(cast: Cast, name: str) -> None:
    bruet, person = cast.acteur("bruet"), cast.rattachement(name)

    refusal = refusal_of(lambda: actions.name_responsable(by=bruet, groupe=cast.groupe("ACCUEIL"), rattachement=person))

    assert refusal == "Le responsable doit être une personne de la convention, à l'accès ouvert."


def test_a_responsable_ended_manages_nothing_any_more(cast: Cast) -> None:
    told_of = sentences_of(
        lambda: actions.end_responsable(by=cast.acteur("bruet"), responsable=responsable(cast, "garban", "ACCUEIL"))
    )

    garban = cast.acteur("garban")
    assert told_of == ["Stéphane Bruet a mis fin à la responsabilité de Gilles Garban sur le groupe Accueil."]
    assert (garban.managed_groupes, garban.answered_for) == (set(), set())


def test_a_responsable_does_not_end_himself(cast: Cast) -> None:
    garban = cast.acteur("garban")

    refusal = refusal_of(lambda: actions.end_responsable(by=garban, responsable=responsable(cast, "garban", "ACCUEIL")))

    assert refusal == NOT_YOURS
