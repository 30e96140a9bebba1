"""« Barèmes » and « Seuils des contrôles »: read by the Caf, entered by its gestionnaires, never changed."""

import html
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portail.afas.actions import baremes as actions
from portail.afas.enums import EtatChiffre, EtatDeclaration
from portail.afas.models import ChiffreBareme, SeuilControle
from portail.afas.queries import baremes as queries
from portail.ui.rules import Stale
from tests.afas.scene import Scene
from tests.cast import Cast
from tests.habilitations.facts import refusal_of, sentences_of

YEAR = timezone.localdate().year - 1
PLACE = ("alsh", YEAR, "taux_ps")


def enter(cast: Cast, value: str = "31.5", place: tuple[str, int, str] = PLACE, by: str = "gestin", **other: Any):
    acteur = cast.acteur(by)
    chiffre = queries.chiffre_for(acteur, *place)
    given = {"valeur": Decimal(value), "source": "Circulaire 2025", "seen": chiffre.own.pk if chiffre.own else None}
    return actions.enter_chiffre(by=acteur, chiffre=chiffre, **(given | other))


def choose(cast: Cast, value: str, by: str = "gestin", **other: Any):
    acteur = cast.acteur(by)
    seuil = queries.seuil_for(acteur, "alsh", "seuil_variation")
    given = {"valeur": Decimal(value), "seen": seuil.own.pk if seuil.own else None}
    return actions.choose_seuil(by=acteur, seuil=seuil, **(given | other))


def address(page: str, *args: Any) -> str:
    return reverse(f"afas:{page}", args=args)


# What is retained


def test_the_caf_s_newest_figure_takes_the_place_of_the_published_one(cast: Cast) -> None:
    enter(cast, "31")
    enter(cast, "32")

    read = queries.figures_for(cast.cafs["132"], "alsh", "extrascolaire", YEAR)

    assert (read["taux_ps"].valeur, read["taux_ps"].source) == (32, "Circulaire 2025")
    assert queries.figures_for(cast.cafs["132"], "alsh", "extrascolaire", YEAR + 1)["taux_ps"].valeur == 30
    assert queries.figures_for(cast.cafs["061"], "alsh", "extrascolaire", YEAR)["taux_ps"].valeur == 30


def test_a_figure_of_a_nature_says_nothing_of_the_others(cast: Cast) -> None:
    enter(cast, "1.5", ("alsh", YEAR, "prix_plafond-adolescents"))

    def plafond(nature: str) -> Decimal | None:
        return queries.figures_for(cast.cafs["132"], "alsh", nature, YEAR)["prix_plafond"].valeur

    assert plafond("adolescents") == Decimal("1.5")
    shown = queries.chiffre_for(cast.acteur("gestin"), "alsh", YEAR, "prix_plafond-adolescents").bareme
    assert shown == f"Accueil de loisirs sans hébergement · Accueil adolescents · exercice {YEAR}"
    assert plafond("accueil_jeunes") is None


def test_a_missing_figure_says_that_no_source_is_published(cast: Cast) -> None:
    read = queries.figures_for(cast.cafs["132"], "rpe", "rpe", YEAR)["plafond_etp"]

    assert (read.valeur, read.source) == (None, "aucune source publiée")


def test_figures_and_thresholds_are_read_by_one_query_each(cast: Cast) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.figures_for(cast.cafs["132"], "eaje", "psu", YEAR)
        queries.seuils_for(cast.cafs["132"], "eaje")

    assert len(asked) == 2


def test_only_the_thresholds_that_the_caf_chose_are_its_own(cast: Cast) -> None:
    choose(cast, "25")
    choose(cast, "30")

    assert queries.seuils_for(cast.cafs["132"], "alsh") == {"seuil_variation": 30}
    assert queries.seuils_for(cast.cafs["132"], "rpe") == {}


# Entering


def test_a_figure_is_entered_once_more_never_changed_and_the_journal_tells_it(cast: Cast) -> None:
    first = enter(cast, "31")

    told = sentences_of(lambda: enter(cast, "31.5"))

    assert len(told) == 1
    assert told[0].endswith(
        f"a saisi le chiffre « Taux de la prestation de service » du barème {YEAR} "
        "(Accueil de loisirs sans hébergement) : 31,5\u00a0%. Source : Circulaire 2025."
    )
    assert ChiffreBareme.objects.get(pk=first.pk).valeur == 31
    chiffre = queries.chiffre_for(cast.acteur("auditeau"), *PLACE)
    assert [row.valeur for row in queries.history_of(cast.acteur("auditeau"), chiffre)] == [Decimal("31.5"), 31]


def test_a_threshold_is_chosen_and_the_journal_tells_it(cast: Cast) -> None:
    told = sentences_of(lambda: choose(cast, "25"))

    assert len(told) == 1
    assert told[0].endswith(
        "a choisi le seuil « Variation admise par rapport à l'année précédente » "
        "(Accueil de loisirs sans hébergement) : 25\u00a0%."
    )


@pytest.mark.parametrize("who", ["marchand", "auditeau", "bruet", "horsain"])
def test_only_a_gestionnaire_enters(cast: Cast, who: str) -> None:
    chiffre = queries.chiffre_for(cast.acteur("gestin"), *PLACE)
    acteur = cast.acteur(who)

    said = refusal_of(
        lambda: actions.enter_chiffre(by=acteur, chiffre=chiffre, valeur=Decimal(31), source="x", seen=None)
    )

    assert "Caf" in said


def test_a_rate_beyond_a_hundred_is_refused_and_so_is_the_same_figure_again(cast: Cast) -> None:
    assert refusal_of(lambda: enter(cast, "130")) == "Ce chiffre est un pourcentage : saisissez une valeur de 0 à 100."
    enter(cast, "31")
    assert refusal_of(lambda: enter(cast, "31")).startswith("Ce chiffre est déjà retenu")
    choose(cast, "25")
    assert refusal_of(lambda: choose(cast, "25")).startswith("Ce seuil est déjà de 25")


def test_who_has_not_seen_the_newest_is_told_so(cast: Cast) -> None:
    enter(cast, "31")
    choose(cast, "25")

    with pytest.raises(Stale) as stale:
        enter(cast, "32", seen=None)
    with pytest.raises(Stale):
        choose(cast, "30", seen=None)

    assert "31\u00a0%" in stale.value.differences[0].after
    assert (ChiffreBareme.objects.count(), SeuilControle.objects.count()) == (1, 1)


@pytest.mark.parametrize("place", [("alsh", 1999, "taux_ps"), ("perdu", YEAR, "taux_ps"), ("alsh", YEAR, "perdu")])
def test_what_is_no_figure_is_not_found(cast: Cast, place: tuple[str, int, str]) -> None:
    with pytest.raises(ChiffreBareme.DoesNotExist):
        queries.chiffre_for(cast.acteur("gestin"), *place)


@pytest.mark.parametrize("place", [("perdu", "seuil_variation"), ("alsh", "perdu")])
def test_what_is_no_threshold_is_not_found(cast: Cast, place: tuple[str, str]) -> None:
    with pytest.raises(SeuilControle.DoesNotExist):
        queries.seuil_for(cast.acteur("gestin"), *place)


def test_what_a_figure_touches_is_counted(scene: Scene) -> None:
    acteur = scene.cast.acteur("gestin")
    shared = queries.chiffre_for(acteur, "alsh", YEAR, "taux_ps")
    other = queries.chiffre_for(acteur, "alsh", YEAR, "prix_plafond-adolescents")

    assert queries.effects_of(acteur, shared) == queries.Effets(activites=1, waiting=1, decided=0)
    assert queries.effects_of(acteur, other) == queries.Effets(activites=0, waiting=0, decided=0)
    scene.become(EtatDeclaration.TRAITEE)
    assert queries.effects_of(acteur, shared) == queries.Effets(activites=1, waiting=0, decided=1)


# Screens


def test_what_is_missing_comes_first_and_each_sureness_is_said(client_of) -> None:
    page = client_of("auditeau").get(f"{address('bareme_list')}?exercice={YEAR}&type=alsh")

    rows = page.context["table"].data.data
    etats = [row.etat for row in rows]
    assert etats == sorted(etats, key=list(EtatChiffre).index)
    assert etats[0] == EtatChiffre.MANQUANT
    assert {"texte officiel", "déduit de chiffres publiés", "à confirmer par votre Caf"} <= {row.surete for row in rows}
    assert "texte officiel</span>" in page.content.decode()
    assert "Autres actions" not in page.content.decode()


def test_a_missing_figure_recalls_the_last_one_published(client_of) -> None:
    response = client_of("marchand").get(address("chiffre_view", "clas", YEAR, "montant_collectif"))

    page = html.unescape(response.content.decode())
    assert "Personne n'a publié ce chiffre" in page
    assert "2\u202f563\u00a0€/collectif en 2020" in page
    assert "Ne vaut pas pour cet exercice." in page


def test_the_filters_keep_what_is_asked_and_a_wrong_one_nothing(cast: Cast, client_of) -> None:
    enter(cast, "31")
    client = client_of("gestin")

    def found(query: str) -> list[str]:
        return [row.published.key for row in client.get(f"{address('bareme_list')}?{query}").context["table"].data.data]

    assert found(f"exercice={YEAR}&etat=saisi") == ["taux_ps"]
    assert found(f"exercice={YEAR}&type=rpe") == ["plafond_etp", "bonus_missions", "taux_ps"]
    assert found("exercice=1900") == []
    assert len(found("")) > 20


@pytest.mark.parametrize("sort", ["valeur", "-valeur", "etat", "-type_label", "surete", "nature_label", "entered_by"])
def test_every_column_sorts(client_of, sort: str) -> None:
    assert client_of("marchand").get(f"{address('bareme_list')}?exercice={YEAR}&sort={sort}").status_code == 200


@pytest.mark.parametrize("page", ["bareme_export", "seuil_export"])
@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_both_lists_are_exported(client_of, page: str, extension: str) -> None:
    response = client_of("auditeau").get(address(page, extension))

    assert response.status_code == 200
    if (page, extension) == ("bareme_export", "csv"):
        assert "Exercice" in response.content.decode("utf-8-sig").splitlines()[0]


def test_a_list_asks_as_much_with_one_figure_as_with_three(cast: Cast, client_of) -> None:
    client = client_of("gestin")
    client.get(address("bareme_list"))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries_made:
            client.get(f"{address('bareme_list')}?exercice={YEAR}")
            client.get(address("seuil_list"))
        return len(queries_made)

    enter(cast, "31")
    choose(cast, "25")
    with_one = asked()
    for value in ("32", "33"):
        enter(cast, value)
        choose(cast, value)
    assert asked() == with_one


def test_a_figure_is_typed_read_again_then_entered(scene: Scene, client_of) -> None:
    gestin = scene.cast.people["gestin"]
    client, url = client_of("gestin"), address("chiffre_create", *PLACE)
    typed = {"valeur": "31,5", "source": "Barème national 2025", "vu": ""}

    asked = client.post(url, typed)

    text = html.unescape(asked.content.decode())
    assert asked.status_code == 200
    assert "Rien n'est encore enregistré" in text
    assert "31,5\u00a0%" in text
    assert f"Déclarations de l'exercice {YEAR} qui restent à décider" in text
    assert ChiffreBareme.objects.count() == 0

    done = client.post(url, typed | {"confirm": "1"})

    assert done.status_code == 302
    row = ChiffreBareme.objects.get()
    assert (row.valeur, row.source, row.entered_by) == (Decimal("31.5"), "Barème national 2025", gestin)
    shown = client.get(address("chiffre_view", *PLACE)).content.decode()
    assert "31,5\u00a0%" in shown
    assert "Valeur publiée, que celle de votre Caf remplace : 30\u00a0%" in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"valeur": "", "source": "x"}, "Saisissez la valeur."),
        ({"valeur": "douze", "source": "x"}, "Saisissez un nombre, par exemple 1,97."),
        ({"valeur": "-1", "source": "x"}, "Une valeur n'est jamais négative."),
        ({"valeur": "1,1234567", "source": "x"}, "Saisissez 6 décimales au plus."),
        ({"valeur": "130", "source": "x"}, "Ce chiffre est un pourcentage : saisissez une valeur de 0 à 100."),
        ({"valeur": "31", "source": "  "}, "Dites d'où vient ce chiffre : texte et date."),
    ],
)
def test_what_must_be_corrected_is_said_and_nothing_typed_is_lost(client_of, typed: dict[str, str], said: str) -> None:
    response = client_of("gestin").post(address("chiffre_create", *PLACE), typed | {"vu": ""})

    assert response.status_code == 422
    assert said in [error for errors in response.context["form"].errors.values() for error in errors]
    assert response.context["form"]["valeur"].value() == typed["valeur"]


def test_a_colleague_s_figure_entered_meanwhile_is_shown_and_what_was_typed_is_kept(cast: Cast, client_of) -> None:
    client, url = client_of("gestin"), address("chiffre_create", *PLACE)
    enter(cast, "31")

    late = client.post(url, {"valeur": "32", "source": "Autre texte", "vu": "", "confirm": "1"})

    assert late.status_code == 409
    assert "31\u00a0%" in late.content.decode()
    assert late.context["form"]["valeur"].value() == "32"
    again = client.post(url, {"valeur": "32", "source": "Autre texte", "vu": late.context["form"]["vu"].value(),
                              "confirm": "1"})  # fmt: skip
    assert again.status_code == 302
    assert [row.valeur for row in ChiffreBareme.objects.order_by("pk")] == [31, 32]


def test_a_threshold_is_typed_read_again_then_chosen(cast: Cast, client_of) -> None:
    client, url = client_of("gestin"), address("seuil_create", "alsh", "seuil_variation")

    assert client.post(url, {"valeur": "25", "vu": ""}).status_code == 200
    assert SeuilControle.objects.count() == 0
    assert client.post(url, {"valeur": "25", "vu": "", "confirm": "1"}).status_code == 302
    assert SeuilControle.objects.get().valeur == 25
    assert client.post(url, {"valeur": "-25", "vu": ""}).status_code == 422
    shown = client.get(address("seuil_view", "alsh", "seuil_variation")).content.decode()
    assert "25\u00a0%" in shown
    assert "C05-charges" in shown
