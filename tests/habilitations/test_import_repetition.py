"""What each line of an import would do: found by the actions of the forms, and nothing is left of the trial."""

from typing import Any

import pytest

from portail.comptes.models import Utilisateur
from portail.conventions.models import BulletinAdhesion, DemandeRattachement, Rattachement
from portail.courriels.models import Courriel
from portail.habilitations import queries
from portail.habilitations.actions.repetition import Line, Outcome, apply_lines, rehearse
from portail.habilitations.actions.utilisateurs import TO_BE_CHECKED
from portail.habilitations.models import Appartenance
from portail.journal.models import JournalEntry
from tests.cast import Cast
from tests.habilitations.facts import in_days, may_use, refusal_of, roles_today, today, told
from tests.permissions.world import content_of_tables


def line(rang: int, **values: Any) -> Line:
    return Line(rang, values)


def new(rang: int, name: str = "", **values: Any) -> Line:
    name = name or f"neuf{rang}"
    person = {"nom": name.capitalize(), "prenom": "Nora", "courriel": f"{name}@example.fr"}
    return Line(rang, person | values)


def rehearsed(cast: Cast, *lines: Line, by: str = "bruet") -> list[Outcome]:
    """The outcomes, once sure that nothing was written, and that the application does exactly the same."""
    acteur = cast.acteur(by)
    convention = queries.convention_for(acteur, cast.conventions["farandole"].pk)
    before, entries = content_of_tables(), JournalEntry.objects.count()
    outcomes = rehearse(acteur, convention, lines)
    assert (content_of_tables(), JournalEntry.objects.count()) == (before, entries)
    return outcomes


def applied(cast: Cast, *lines: Line, by: str = "bruet") -> list[Outcome]:
    expected = rehearsed(cast, *lines, by=by)
    acteur = cast.acteur(by)
    convention = queries.convention_for(acteur, cast.conventions["farandole"].pk)
    done = apply_lines(by=acteur, convention=convention, lines=lines)
    assert [(o.verdict, o.reasons) for o in done] == [(o.verdict, o.reasons) for o in expected]
    return done


def verdicts(outcomes: list[Outcome]) -> list[str]:
    return [outcome.verdict for outcome in outcomes]


def test_a_new_person_is_created_with_his_groups_mails_and_journal(cast: Cast) -> None:
    [outcome] = applied(cast, new(2, groupes=["GUICHET", "afas-dec"], telephone="0491000000"))

    assert outcome.verdict == "cree"
    assert outcome.reasons == [
        f"Ajouté à GUICHET, à partir du {told(today())}",
        f"Ajouté à AFAS-DEC, à partir du {told(today())}",
    ]
    nora = Utilisateur.objects.get(courriel="neuf2@example.fr")
    assert (nora.telephone, nora.opens_on) == ("0491000000", today())
    cast.people["nora"] = nora
    assert roles_today(cast, "nora") == {"cdap.t5", "afas.declarer"}
    mails = Courriel.objects.filter(to=nora.courriel)
    assert sorted(mails.values_list("kind", flat=True)) == ["identifiant", "mot_de_passe_provisoire"]
    kinds = JournalEntry.objects.filter(subjects__contains=[f"utilisateur:{nora.pk}"]).values_list("kind", flat=True)
    assert sorted(kinds) == ["habilitations.appartenance.opened"] * 2 + ["habilitations.utilisateur.created"]


def test_identifiants_follow_those_of_the_forms(cast: Cast) -> None:
    applied(cast, new(2), new(3))

    given = Utilisateur.objects.filter(courriel__startswith="neuf").order_by("pk").values_list("identifiant", flat=True)
    cast.conventions["farandole"].refresh_from_db()
    assert len(set(given)) == 2
    [third] = applied(cast, new(4))
    assert third.verdict == "cree"


def test_somebody_of_the_convention_is_found_by_his_mail_or_his_identifiant(cast: Cast) -> None:
    garban = cast.people["garban"]

    outcomes = applied(
        cast,
        line(2, courriel="GUY@example.fr", telephone="0491000000"),
        line(3, identifiant=garban.identifiant, courriel="gilles@example.fr", nom="Garban"),
        line(4, courriel="robine@example.fr", nom="Robine", groupes=["AFAS-DEC"]),
    )

    assert verdicts(outcomes) == ["modifie", "modifie", "inchange"]
    assert outcomes[0].reasons == ["Téléphone : (vide) → 04\xa091\xa000\xa000\xa000"]
    assert outcomes[1].reasons == ["Adresse mail : garban@example.fr → gilles@example.fr"]
    garban.refresh_from_db()
    assert garban.courriel == "gilles@example.fr"


def test_an_empty_cell_changes_nothing(cast: Cast) -> None:
    [outcome] = applied(cast, line(2, courriel="guy@example.fr", nom="", closes_on=""))

    assert outcome == Outcome("inchange")


def test_somebody_is_added_to_the_groups_he_is_not_in(cast: Cast) -> None:
    [outcome] = applied(cast, line(2, courriel="garban@example.fr", groupes=["ACCUEIL", "AFAS-DEC"]))

    assert (outcome.verdict, outcome.reasons) == ("modifie", [f"Ajouté à AFAS-DEC, à partir du {told(today())}"])
    assert may_use(cast, "garban", "afas.declarer")


def test_every_reason_of_a_line_is_told(cast: Cast) -> None:
    lines = [
        Line(2, {"nom": "Neuf", "groupes": ["PERDU", "VOISINS"]}, ["Téléphone : Saisissez un numéro."]),
        new(3, groupes=["GUICHET", "ACCUEIL"], opens_on=in_days(-800).isoformat()),
        line(4, identifiant="ENF01303AA", nom="Voisin"),
    ]

    outcomes = applied(cast, *lines)

    assert verdicts(outcomes) == ["refuse"] * 3
    assert outcomes[0].reasons == [
        "Téléphone : Saisissez un numéro.",
        "Aucun groupe ouvert de la convention n'a le code « PERDU ».",
        "Aucun groupe ouvert de la convention n'a le code « VOISINS ».",
        "Pour créer un compte, indiquez le prénom et l'adresse mail.",
    ]
    opening = cast.conventions["farandole"].opens_on
    assert outcomes[1].reasons == [f"La date d'ouverture précède celle de la convention ({told(opening)})."]
    assert "n'a l'identifiant ENF01303AA" in outcomes[2].reasons[0]


def test_each_group_says_why_its_dates_do_not_fit(cast: Cast) -> None:
    for code in ("GUICHET", "AFAS-DEC"):
        groupe = cast.groupe(code)
        groupe.closes_on = in_days(10)
        groupe.save(update_fields=["closes_on"])

    [outcome] = applied(cast, new(2, groupes=["GUICHET", "AFAS-DEC"], closes_on=in_days(20).isoformat()))

    end = told(in_days(10))
    assert outcome.reasons == [
        f"GUICHET : La date de clôture dépasse celle du groupe ({end}).",
        f"AFAS-DEC : La date de clôture dépasse celle du groupe ({end}).",
    ]
    assert not Utilisateur.objects.filter(courriel="neuf2@example.fr").exists()


def test_a_double_of_the_file_is_refused_and_says_where_it_stands(cast: Cast) -> None:
    guy = cast.people["guy"].identifiant

    outcomes = applied(
        cast,
        new(2, "nora"),
        new(3, "NORA"),
        line(4, identifiant=guy, telephone="0491000000"),
        line(5, courriel="guy@example.fr", telephone="0491000001"),
    )

    assert verdicts(outcomes) == ["cree", "refuse", "modifie", "refuse"]
    assert outcomes[1].reasons == ["Cette adresse mail figure déjà à la ligne 2."]
    assert outcomes[3].reasons == ["Cette personne figure déjà à la ligne 4."]


def test_a_mail_known_elsewhere_is_a_case_for_the_caf_and_tells_nothing(cast: Cast) -> None:
    outcomes = applied(cast, new(2, "voisin"), new(3, "lointain"), new(4, "marchand"), new(5, "rocu"))

    assert outcomes == [Outcome("a_verifier", [TO_BE_CHECKED])] * 4
    assert DemandeRattachement.objects.count() == 4
    assert Courriel.objects.filter(kind="rattachement_a_verifier").count() == 4


def test_the_mail_of_somebody_else_is_not_taken(cast: Cast) -> None:
    [outcome] = applied(cast, line(2, identifiant=cast.people["guy"].identifiant, courriel="voisin@example.fr"))

    assert outcome.reasons == ["Cette adresse mail ne peut pas être utilisée."]


def test_identity_of_somebody_who_serves_elsewhere_is_his_own(cast: Cast) -> None:
    [outcome] = applied(cast, line(2, courriel="double@example.fr", nom="Triple"))

    assert outcome.verdict == "refuse"
    assert "ne se modifient que par elle-même" in outcome.reasons[0]


def test_the_last_administrateur_does_not_leave_by_a_file(cast: Cast) -> None:
    [outcome] = applied(cast, line(2, courriel="bruet@example.fr", closes_on=in_days(5).isoformat()))

    assert "La convention n'aurait plus d'administrateur à partir du" in outcome.reasons[0]


@pytest.mark.parametrize("maximum", [2, 3, 4])
def test_a_quota_stops_at_the_line_that_exceeds_it(cast: Cast, maximum: int) -> None:
    """Garban and Double use Cdap; each line would add one."""
    BulletinAdhesion.objects.filter(convention=cast.conventions["farandole"], service="cdap").update(
        max_utilisateurs=maximum
    )

    outcomes = applied(
        cast,
        new(2, groupes=["GUICHET"]),
        new(3, groupes=["GUICHET"]),
        line(4, courriel="guy@example.fr", groupes=["ACCUEIL"]),
        new(5, groupes=["AFAS-DEC"]),
    )

    count = len(queries.people_counted(BulletinAdhesion.objects.get(service="cdap", max_utilisateurs=maximum), today()))
    assert count == maximum
    assert [o.verdict for o in outcomes].count("cree") == maximum - 2 + 1 - (1 if maximum > 2 else 0)
    refused = next(o for o in outcomes if o.verdict == "refuse")
    assert "Retirez quelqu'un, ou demandez à votre Caf d'élever la limite." in refused.reasons[0]


def test_one_who_leaves_in_the_file_makes_room_for_another(cast: Cast) -> None:
    BulletinAdhesion.objects.filter(convention=cast.conventions["farandole"], service="cdap").update(max_utilisateurs=2)
    since = in_days(-1).isoformat()

    outcomes = applied(
        cast,
        new(2, groupes=["GUICHET"]),
        line(3, courriel="garban@example.fr", closes_on=since),
    )

    assert verdicts(outcomes) == ["cree", "modifie"]


def test_only_who_administers_imports(cast: Cast) -> None:
    acteur = cast.acteur("garban")
    convention = queries.convention_for(acteur, cast.conventions["farandole"].pk)

    sentence = refusal_of(lambda: apply_lines(by=acteur, convention=convention, lines=[new(2)]))

    assert sentence == "Seul l'administrateur de la convention, chez le partenaire ou à la Caf, peut le faire."
    assert verdicts(rehearsed(cast, new(2), by="marchand")) == ["cree"]


def test_a_hundred_lines_cost_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    acteur = cast.acteur("bruet")
    convention = queries.convention_for(acteur, cast.conventions["farandole"].pk)
    lines = [new(n, groupes=["GUICHET", "AFAS-DEC"]) for n in range(2, 102)]

    with django_assert_max_num_queries(30):
        rehearse(acteur, convention, lines)
    with django_assert_max_num_queries(40):
        apply_lines(by=acteur, convention=convention, lines=lines)

    assert Rattachement.objects.filter(utilisateur__courriel__startswith="neuf").count() == 100
    assert Appartenance.objects.filter(rattachement__utilisateur__courriel__startswith="neuf").count() == 200
