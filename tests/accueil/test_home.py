"""« Bienvenue »: tiles, menu, what ends soon, the security notice."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portail.accueil.queries import ending_soon, menu_for, tiles_for, to_do
from portail.habilitations import actions
from portail.habilitations.models import Appartenance
from tests.afas.scene import build_scene
from tests.campagnes import launched


def texts(response, selector):
    """The words inside each element of that class."""
    found = re.findall(rf'class="{selector}"[^>]*>(.*?)</(?:p|h2|h3)>', response.content.decode(), re.S)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).strip() for text in found]


def test_tiles_open_first_then_grey_with_their_reason(cast):
    tiles = tiles_for(cast.acteur("robine"))

    assert [(tile.service.code, tile.is_open) for tile in tiles] == [
        ("afas", True),
        ("cdap", False),
        ("bailleur", False),
        ("adonis", False),
        ("dgfip", False),
    ]
    assert tiles[1].reason.startswith("Aucun de vos groupes ne donne de rôle dans ce service")
    assert tiles[2].reason.startswith("La convention de votre organisme n'ouvre pas ce service")


def test_tiles_of_an_administrateur_are_grey_by_default(cast):
    """S3: the administrateur has no role of his own."""
    assert [tile.is_open for tile in tiles_for(cast.acteur("bruet"))] == [False] * 5


def test_tiles_follow_the_organisation_acted_for(cast, client_of):
    double = client_of("double")
    before = cast.acteur("double").organisation_label

    other = next(o for o in cast.acteur("double").organisations if not o.is_current)
    double.post("/organisation/", {"convention": other.pk})

    page = double.get("/").content.decode()
    assert f"Vous agissez maintenant pour {other.label}." in page
    assert other.label != before


def test_organisation_of_somebody_else_is_not_switched_to(cast, client_of):
    robine = client_of("robine")

    robine.post("/organisation/", {"convention": cast.conventions["lointaine"].organisme_id})

    assert "organisme" not in robine.session


def test_menu_shows_only_what_may_be_opened(cast):
    def labels(name):
        return [section.label for section in menu_for(cast.acteur(name), "/")]

    assert labels("guy") == ["", "Administration"]
    aids = "Aides financières d'action sociale"
    assert labels("robine") == ["", aids, "Administration"]
    managed, supervised = "Gestion des habilitations", "Supervision habilitations"
    assert labels("bruet") == ["", managed, supervised, "Administration"]
    assert labels("garban") == ["", managed, "Consulter un dossier", supervised, "Administration"]
    kept = [aids, "Aides financières : versements", "Aides financières : réglages", "Supervision métier"]
    kept += ["Organismes partenaires"]
    assert labels("auditeau") == ["", managed, "Consulter un dossier", *kept, supervised, "Administration"]
    assert labels("marchand") == ["", managed, "Consulter un dossier", *kept, "À décider", supervised, "Administration"]


def test_menu_supervises_as_far_as_one_may(cast):
    def supervision(name):
        label = "Supervision habilitations"
        return [item.label for s in menu_for(cast.acteur(name), "/") if s.label == label for item in s.items]

    following = ["Suivi des habilitations", "Anomalies", "Statistiques d'usage"]
    proving, kept = ["Campagnes", "Dossiers d'audit"], ["Journal", "État du portail"]
    assert supervision("marchand") == [*following, "Mes revues", *proving, *kept]
    assert supervision("auditeau") == [*following, *proving, *kept]
    assert supervision("gestin") == kept
    assert supervision("bruet") == ["Suivi des habilitations", "Mes revues", *proving]
    assert supervision("garban") == ["Mes revues"]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/organismes/types/", ["Consulter les types d'organismes"]),
        ("/organismes/12/modifier/", ["Consulter les organismes partenaires"]),
        ("/consulter-dossier/dialogues/7/", ["Dialogues"]),
        ("/consulter-dossier/suivi/sujets/", ["Accueil CDAP"]),
        ("/", ["Bienvenue"]),
        ("/ailleurs/", []),
    ],
)
def test_menu_tells_the_nearest_entry(cast, path, current):
    sections = menu_for(cast.acteur("marchand"), path)
    assert [item.label for section in sections for item in section.items if item.is_current] == current


def test_home_tells_what_ends_within_thirty_days(cast, client_of):
    today = timezone.localdate()
    robine = Appartenance.objects.get(rattachement=cast.rattachements["robine"])
    robine.groupe, robine.rattachement = cast.groupe("AFAS-DEC"), cast.rattachement("robine")
    end = today + timedelta(days=12)
    actions.edit_appartenance(
        by=cast.acteur("bruet"), appartenance=robine, opens_on=today, closes_on=end, seen=(today, None)
    )

    assert [(row.held.role.code, row.held.until) for row in ending_soon(cast.acteur("robine"))] == [
        ("afas.declarer", end)
    ]
    assert f"jusqu'au {end:%d/%m/%Y} (dans 12 jours)" in client_of("robine").get("/").content.decode()


def test_home_asks_the_database_seven_times(cast, client_of, django_assert_num_queries):
    """Five more than any page: where his requests for the grey tiles stand, what waits for his signature, what he may
    declare, what stops a right that his groups give, what the Caf asks him to justify.
    """
    robine = client_of("robine")
    robine.get("/")

    with django_assert_num_queries(7):
        robine.get("/")


def test_service_home_tells_role_group_convention_and_end(cast, client_of):
    page = client_of("robine").get("/aides-financieres/").content.decode()

    cells = re.findall(r'data-label="[^"]*">([^<]*)<', page)
    assert cells == [
        "AFAS-Déclarer",
        "Consulter et déclarer les données, dans les limites des profils reçus.",
        "AFAS-DECLARER",
        "Convention Farandole",
        "sans fin prévue",
    ]


def test_service_home_is_refused_with_what_to_do(cast, client_of):
    response = client_of("guy").get("/consulter-dossier/")

    assert response.status_code == 403
    assert "aucun rôle qui ouvre « Consulter un dossier »" in response.content.decode().replace("&#x27;", "'")


def test_declarations_that_wait_are_told_at_home(cast):
    scene = build_scene(cast)

    assert to_do(cast.acteur("robine")) == [
        ("1\N{NO-BREAK SPACE}déclaration à saisir", "/aides-financieres/declarations/?attente=saisie")
    ]

    scene.filled(is_submitted=True)
    assert to_do(cast.acteur("robine")) == []
    assert [each.label for each in to_do(cast.acteur("garban"))] == ["1\N{NO-BREAK SPACE}déclaration à approuver"]


def test_home_tells_a_responsable_what_waits_for_him_elsewhere(cast, client_of, django_assert_num_queries):
    today = timezone.localdate()
    Appartenance.objects.filter(rattachement=cast.rattachements["double"]).update(closes_on=today + timedelta(days=12))
    launched(cast)

    garban, robine = client_of("garban"), client_of("robine")
    page = garban.get("/").content.decode()

    assert '<a href="/horizon/">1\u00a0habilitation se termine d&#x27;ici 30\u00a0jours</a>' in page
    assert re.search(r'<a href="/revues/">\d+\u00a0accès atten(d|dent) votre réponse</a>', page)
    assert "/revues/" not in robine.get("/").content.decode()
    with django_assert_num_queries(8):
        garban.get("/")
