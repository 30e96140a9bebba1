"""« Horizon »: what ends, what stops with it, and its renewal: previewed, within the parents' limits, done as shown."""

import re
from datetime import date
from typing import Any

import pytest

from portail.conventions.models import Administrateur, BulletinAdhesion, Convention, Rattachement
from portail.habilitations import actions
from portail.habilitations.actions.lots import Moved, carry_out, rehearse
from portail.habilitations.models import Appartenance, Groupe, Responsable, RoleGroupe, Terme
from portail.habilitations.queries.horizon import conventions_of, rights_lost, termes_for
from portail.journal.models import JournalEntry
from tests.cast import Cast
from tests.habilitations.facts import confirmation_of, in_days, today


def _end(rows: Any, days: int) -> None:
    """A date set from the beginning, as the forms of creation do."""
    rows.update(closes_on=in_days(days))


def _ends(cast: Cast, days: int = 12) -> None:
    farandole = cast.conventions["farandole"]
    _end(Appartenance.objects.filter(groupe=cast.groupes["AFAS-DEC"]), days)
    _end(Groupe.objects.filter(pk=cast.groupes["GUICHET"].pk), days)
    _end(RoleGroupe.objects.filter(groupe=cast.groupes["GUICHET"]), days)
    _end(Responsable.objects.filter(groupe=cast.groupes["ACCUEIL"]), days)
    _end(Rattachement.objects.filter(pk=cast.rattachements["guy"].pk), days)
    _end(Administrateur.objects.filter(rattachement=cast.rattachements["bruet"]), days)
    _end(BulletinAdhesion.objects.filter(convention=farandole, service="afas"), days)


def _termes(cast: Cast, who: str = "bruet", **filters: Any) -> list[Terme]:
    return list(termes_for(cast.acteur(who)).filter(is_decided=False, **filters))


def _renewal(cast: Cast, until: date, who: str = "bruet", **filters: Any) -> Any:
    termes, acteur = _termes(cast, who, **filters), cast.acteur(who)
    return conventions_of(termes), acteur.on, lambda: actions.renewals(by=acteur, termes=termes, until=until)


# What is listed


def test_everything_that_ends_is_listed_once(cast: Cast) -> None:
    _ends(cast)

    natures = [terme.nature for terme in _termes(cast)]

    assert sorted(natures) == sorted(
        ["appartenance", "groupe", "role", "responsable", "rattachement", "administrateur", "bulletin"]
    )


@pytest.mark.parametrize(("days", "is_listed"), [(-31, False), (-30, True), (0, True), (90, True), (91, False)])
def test_it_looks_thirty_days_back_and_ninety_ahead(cast: Cast, days: int, *, is_listed: bool) -> None:
    Appartenance.objects.filter(groupe=cast.groupes["AFAS-DEC"]).update(opens_on=in_days(-60), closes_on=in_days(days))

    assert bool(_termes(cast)) is is_listed


def test_what_goes_on_by_a_later_row_does_not_end(cast: Cast) -> None:
    row = Appartenance.objects.get(groupe=cast.groupes["AFAS-DEC"])
    _end(Appartenance.objects.filter(pk=row.pk), 12)
    Appartenance.objects.create(rattachement_id=row.rattachement_id, groupe_id=row.groupe_id, opens_on=in_days(13))

    assert _termes(cast) == []


def test_an_end_that_somebody_decided_is_left_out_unless_asked_for(cast: Cast, client_of) -> None:
    row = Appartenance.objects.select_related("groupe__convention", "rattachement__utilisateur").get(
        groupe=cast.groupes["AFAS-DEC"]
    )
    actions.close_appartenance(by=cast.acteur("bruet"), appartenance=row, closes_on=in_days(5), motif="Mutation")
    bruet, url = client_of("bruet"), f"/conventions/{cast.conventions['farandole'].pk}/horizon/"

    assert "Olivia Robine" not in bruet.get(url).content.decode()
    assert "Fin décidée : Mutation" in bruet.get(url + "?fin=decidees").content.decode()


def test_everybody_sees_what_ends_in_his_perimeter(cast: Cast) -> None:
    _ends(cast)
    own = Convention.objects.get(pk=cast.conventions["voisine"].pk)
    _end(Convention.objects.filter(pk=own.pk), 20)

    seen = {who: sorted(t.nature for t in _termes(cast, who)) for who in ("garban", "voisin", "lointain", "guy")}

    assert seen == {
        "garban": ["bulletin", "groupe", "responsable", "role"],
        "voisin": ["convention"],
        "lointain": [],
        "guy": [],
    }
    assert len(_termes(cast, "marchand")) == 8
    assert _termes(cast, "horsain") == []


def test_a_line_says_which_rights_stop_with_it(cast: Cast) -> None:
    _ends(cast)

    lost = {terme.nature: rights_lost([terme]).get(terme.pk) for terme in _termes(cast)}

    afas, t5 = "Aides financières d'action sociale – AFAS-Déclarer", "Consulter un dossier – T5"
    assert lost["appartenance"] == afas
    assert lost["bulletin"] == f"{afas} (1 personne)"
    assert lost["groupe"] is not None
    assert lost["groupe"].startswith(t5)
    assert lost["groupe"].endswith("(1 personne)")
    assert lost["role"] == lost["groupe"]
    assert (lost["rattachement"], lost["administrateur"]) == (None, None)


def test_the_list_filters_by_period_nature_and_name(cast: Cast, client_of) -> None:
    _ends(cast, 45)
    bruet, url = client_of("bruet"), "/horizon/"

    def found(query: str) -> int:
        page = bruet.get(f"{url}?{query}").content.decode()
        return len(re.findall(r'name="choix"', page))

    assert (found(""), found("periode=30"), found("periode=60"), found("periode=passe")) == (7, 0, 7, 0)
    assert (found("nature=role"), found("nom=robine"), found("nom=guichet")) == (1, 1, 2)


def test_the_list_is_exported(cast: Cast, client_of) -> None:
    _ends(cast)

    text = client_of("bruet").get("/horizon/export/csv/?nature=appartenance").content.decode("utf-8-sig")

    header, row = text.splitlines()
    assert header == "Nature;Qui ou quoi;Convention;Dernier jour;Ce qui s'arrête;Que faire"
    assert "Olivia Robine (ENF01302XB), AFAS-DECLARER;Convention Farandole" in row
    assert f"{in_days(12):%d/%m/%Y}" in row


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("url", ["/horizon/", "/conventions/{}/horizon/"])
def test_the_list_asks_as_much_for_one_row_as_for_three(
    cast: Cast, client_of, django_assert_num_queries, rows: int, url: str
) -> None:
    people = [cast.rattachements[name].pk for name in ("guy", "robine", "double")[:rows]]
    _end(Rattachement.objects.filter(pk__in=people), 12)
    bruet = client_of("bruet")

    with django_assert_num_queries(5 if url == "/horizon/" else 7):
        bruet.get(url.format(cast.conventions["farandole"].pk))


# Renewal


def test_a_preview_changes_nothing_and_tells_who_keeps_what(cast: Cast) -> None:
    _ends(cast)

    lot = rehearse(*_renewal(cast, in_days(100), nature="appartenance"))

    assert [(o.label, o.told) for o in lot.done] == [
        (
            "Appartenance à un groupe : Olivia Robine (ENF01302XB), AFAS-DECLARER",
            f"{in_days(12):%d/%m/%Y} → {in_days(100):%d/%m/%Y}",
        )
    ]
    assert Appartenance.objects.get(groupe=cast.groupes["AFAS-DEC"]).closes_on == in_days(12)


def test_every_kind_is_renewed_carriers_first(cast: Cast) -> None:
    """The group, then its role, then the membership in it, in one act."""
    _ends(cast)
    _end(Appartenance.objects.filter(groupe=cast.groupes["GUICHET"], closes_on=None), 12)
    conventions, on, build = _renewal(cast, in_days(60))

    lot = carry_out(conventions, on, build, rehearse(conventions, on, build).fingerprint)

    guichet = cast.groupe("GUICHET")
    assert {o.label.partition(" :")[0]: o.refusal for o in lot.refused} == {
        "Bulletin d'adhésion": "Une convention et un bulletin d'adhésion se prolongent par un avenant, "
        "que la Caf prépare.",
        "Administrateur": "Seule la Caf prolonge un administrateur : adressez-vous à elle.",
    }
    assert guichet.closes_on == in_days(60)
    assert set(RoleGroupe.objects.filter(groupe=guichet).values_list("closes_on", flat=True)) == {in_days(60)}
    assert Appartenance.objects.filter(groupe=guichet, closes_on=in_days(60)).count() == 1
    assert Responsable.objects.get(groupe=cast.groupes["ACCUEIL"]).closes_on == in_days(60)
    assert Rattachement.objects.get(pk=cast.rattachements["guy"].pk).closes_on == in_days(60)
    assert [r.last for r in lot.change.gains if r.utilisateur == cast.people["double"]] == [in_days(60)]
    kinds = set(JournalEntry.objects.values_list("kind", flat=True))
    assert {"habilitations.role.renewed", "habilitations.responsable.renewed"} <= kinds


def test_the_caf_renews_an_administrateur(cast: Cast) -> None:
    _end(Administrateur.objects.filter(rattachement=cast.rattachements["bruet"]), 12)
    conventions, on, build = _renewal(cast, in_days(60), who="marchand", nature="administrateur")

    carry_out(conventions, on, build, rehearse(conventions, on, build).fingerprint)

    assert Administrateur.objects.get(rattachement=cast.rattachements["bruet"]).closes_on == in_days(60)
    assert JournalEntry.objects.filter(kind="habilitations.administrateur.renewed").count() == 1


@pytest.mark.parametrize(
    ("carrier", "sentence"),
    [
        ("groupe", "La date de clôture dépasse celle du groupe ("),
        ("rattachement", "La date de clôture dépasse celle de l'accès de cette personne ("),
    ],
)
def test_a_membership_is_renewed_within_its_carriers(cast: Cast, carrier: str, sentence: str) -> None:
    _end(Appartenance.objects.filter(groupe=cast.groupes["AFAS-DEC"]), 12)
    rows = {
        "groupe": Groupe.objects.filter(pk=cast.groupes["AFAS-DEC"].pk),
        "rattachement": Rattachement.objects.filter(pk=cast.rattachements["robine"].pk),
    }
    _end(rows[carrier], 40)

    lot = rehearse(*_renewal(cast, in_days(60), nature="appartenance"))

    assert [o.refusal.startswith(sentence) for o in lot.refused] == [True]


def test_a_role_is_renewed_within_its_parent_and_its_bulletin(cast: Cast) -> None:
    _end(RoleGroupe.objects.filter(groupe=cast.groupes["GUICHET"]), 12)
    _end(RoleGroupe.objects.filter(groupe=cast.groupes["ACCUEIL"]), 30)
    _end(BulletinAdhesion.objects.filter(convention=cast.conventions["farandole"], service="cdap"), 50)

    lot = rehearse(*_renewal(cast, in_days(60), nature="role"))

    reasons = {o.refusal.partition(" (")[0] for o in lot.refused}
    assert reasons == {
        "La date de clôture dépasse celle du bulletin d'adhésion",
        "La date de clôture dépasse celle du rôle dans le groupe parent",
    }
    assert lot.done == []


def test_what_is_over_opens_anew_and_the_days_between_stay_closed(cast: Cast) -> None:
    row = Appartenance.objects.get(groupe=cast.groupes["AFAS-DEC"])
    Appartenance.objects.filter(pk=row.pk).update(opens_on=in_days(-20), closes_on=in_days(-5))
    conventions, on, build = _renewal(cast, in_days(60), nature="appartenance")

    carry_out(conventions, on, build, rehearse(conventions, on, build).fingerprint)

    rows = Appartenance.objects.filter(groupe=cast.groupes["AFAS-DEC"]).order_by("opens_on")
    assert [(a.opens_on, a.closes_on) for a in rows] == [(in_days(-20), in_days(-5)), (today(), in_days(60))]


def test_a_responsable_renews_only_what_he_manages(cast: Cast) -> None:
    _ends(cast)

    lot = rehearse(*_renewal(cast, in_days(60), who="garban"))

    assert {o.label.partition(" :")[0] for o in lot.done} == {"Groupe", "Rôle d'un groupe"}
    assert {o.label.partition(" :")[0] for o in lot.refused} == {"Bulletin d'adhésion", "Responsable d'un groupe"}


def test_a_quota_is_looked_at_once_for_the_whole(cast: Cast) -> None:
    row = Appartenance.objects.get(groupe=cast.groupes["AFAS-DEC"])
    Appartenance.objects.filter(pk=row.pk).update(opens_on=in_days(-20), closes_on=in_days(-5))
    BulletinAdhesion.objects.filter(convention=cast.conventions["farandole"], service="afas").update(max_utilisateurs=0)

    lot = rehearse(*_renewal(cast, in_days(60), nature="appartenance"))

    assert lot.refusal.startswith("Le bulletin d'adhésion limite « Aides financières d'action sociale » à 0")
    assert (lot.change.gains, lot.change.losses) == ([], [])


def test_what_moved_since_the_preview_is_not_done(cast: Cast) -> None:
    _end(Appartenance.objects.filter(groupe=cast.groupes["AFAS-DEC"]), 12)
    conventions, on, build = _renewal(cast, in_days(60), nature="appartenance")
    shown = rehearse(conventions, on, build).fingerprint
    actions.set_roles(by=cast.acteur("bruet"), groupe=cast.groupe("AFAS-DEC"), wanted=set())

    with pytest.raises(Moved) as moved:
        carry_out(conventions, on, build, shown)

    assert str(moved.value).startswith("La situation a changé depuis l'aperçu : rien n'a été fait.")
    assert Appartenance.objects.get(groupe=cast.groupes["AFAS-DEC"]).closes_on == in_days(12)


# The screens


def test_renewal_from_the_list_to_the_confirmation(cast: Cast, client_of) -> None:
    _ends(cast)
    bruet, url = client_of("bruet"), f"/conventions/{cast.conventions['farandole'].pk}/horizon/renouveler/"
    row = Appartenance.objects.get(groupe=cast.groupes["AFAS-DEC"])

    asked = bruet.get(f"{url}?choix=appartenance:{row.pk}")
    shown = bruet.post(url, {"choix": f"appartenance:{row.pk}", "lot-until": in_days(60).isoformat()})
    done = bruet.post(url, confirmation_of(shown))

    assert "Vous avez choisi 1\u00a0ligne." in asked.content.decode()
    assert "1\u00a0ligne sera faite" in shown.content.decode()
    assert (done.status_code, Appartenance.objects.get(pk=row.pk).closes_on) == (302, in_days(60))


def test_a_confirmation_of_what_moved_shows_it_anew(cast: Cast, client_of) -> None:
    _ends(cast)
    bruet, url = client_of("bruet"), "/horizon/renouveler/"
    shown = bruet.post(url, {"tous": "1", "nature": "appartenance", "lot-until": in_days(60).isoformat()})
    _end(Groupe.objects.filter(pk=cast.groupes["AFAS-DEC"].pk), 40)

    answer = bruet.post(url, confirmation_of(shown))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "La situation a changé depuis l" in page
    assert "La date de clôture dépasse celle du groupe" in page
    assert Appartenance.objects.get(groupe=cast.groupes["AFAS-DEC"]).closes_on == in_days(12)


@pytest.mark.parametrize("choix", ["", "?choix=appartenance:99999999", "?choix=%00", "?choix=autre"])
def test_nothing_chosen_says_what_to_do(cast: Cast, client_of, choix: str) -> None:
    page = client_of("bruet").get(f"/horizon/renouveler/{choix}").content.decode()

    assert "cochez au moins une ligne" in page


def test_too_many_lines_are_refused(cast: Cast, client_of, settings) -> None:
    _ends(cast)
    settings.PORTAIL = settings.PORTAIL | {"LOT_ROWS": 2}

    page = client_of("bruet").get("/horizon/renouveler/?tous=1").content.decode()

    assert "Vous avez choisi plus de 2 lignes" in page


def test_a_past_day_is_refused_with_the_selection_kept(cast: Cast, client_of) -> None:
    _ends(cast)

    response = client_of("bruet").post("/horizon/renouveler/", {"tous": "1", "lot-until": in_days(-1).isoformat()})

    assert response.status_code == 422
    assert '<input type="hidden" name="tous" value="1">' in response.content.decode()
