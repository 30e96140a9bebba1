"""« Administration des profils », the queue and the feed as one reads and uses them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portail.afas.actions.profils import end_profil, give_profils, validate_approbateur
from portail.afas.actions.syntheses import tell_changes
from portail.afas.enums import RoleProfil, Validation
from portail.afas.models import Activite, Profil
from portail.afas.queries.attributions import Recherche, blocs_of, incomplete_for
from portail.courriels.models import Courriel
from portail.habilitations import actions as habilitations
from tests.afas.profils import another, with_profils
from tests.afas.scene import Scene
from tests.habilitations.facts import in_days, today

pytestmark = pytest.mark.django_db
LIST, CREATE, QUEUE = reverse("afas:profil_list"), reverse("afas:profil_create"), reverse("afas:approbateur_list")


def lines(scene: Scene, *etats: str, **more: Any) -> list[tuple[str, str, str, str]]:
    """(activité or lieu, role, who, état) of what a search shows."""
    recherche = Recherche(today(), frozenset(etats), **more)
    activites = list(recherche.activites(Activite.objects.order_by("pk")))
    return [
        (
            str(bloc.lieu or bloc.activite),
            line.role,
            line.profil.rattachement.utilisateur.nom if line.profil else "",
            line.etat,
        )
        for bloc in blocs_of(activites, recherche)
        for line in bloc.lines
    ]


def test_results_are_those_of_s0(scene: Scene) -> None:
    assert lines(scene, "actif", "inactif") == [
        ("ESC Farandole Istres", "finances", "Robine", "actif"),
        ("ESC Farandole Istres", "approbateur", "Garban", "actif"),
        ("ESC Farandole Istres", "activite", "Robine", "actif"),
        ("ESC L'éclair", "activite", "Robine", "actif"),
    ]
    assert [line[0] for line in lines(scene, "actif", lieux=False)] == ["ESC Farandole Istres"] * 2
    assert lines(scene, "historique") == []


def test_every_role_of_an_activite_nobody_cares_for_is_non_attribue(scene: Scene) -> None:
    another(scene)

    assert lines(scene, "non_attribue") == [
        ("Accueil du mercredi 1", "activite", "", "non_attribue"),
        ("Accueil du mercredi 1", "finances", "", "non_attribue"),
        ("Accueil du mercredi 1", "approbateur", "", "non_attribue"),
    ]
    assert incomplete_for(scene.cast.acteur("bruet")) == 1
    assert incomplete_for(scene.cast.acteur("gestin")) == 1
    assert incomplete_for(scene.cast.acteur("horsain")) == 0


def test_a_lieu_without_supplier_is_non_attribue_unless_the_whole_activite_has_one(scene: Scene) -> None:
    bruet, lost = scene.cast.acteur("bruet"), Profil.objects.get(lieu=scene.lieux[1])
    end_profil(by=bruet, profil=lost, closes_on=in_days(-1), motif="Départ")
    assert lines(scene, "non_attribue") == [("ESC L'éclair", "activite", "", "non_attribue")]
    assert lines(scene, "historique") == [("ESC L'éclair", "activite", "Robine", "historique")]

    give_profils(
        by=bruet,
        rattachement=scene.cast.rattachement("guy"),
        role=RoleProfil.ACTIVITE,
        opens_on=today(),
        portees=[(scene.activite, None)],
    )
    assert lines(scene, "non_attribue") == []


def test_inactif_is_who_waits_comes_later_or_may_not_declare(scene: Scene) -> None:
    bruet, guy = scene.cast.acteur("bruet"), scene.cast.rattachement("guy")
    give_profils(by=bruet, rattachement=guy, role="approbateur", opens_on=today(), portees=[(scene.activite, None)])
    give_profils(by=bruet, rattachement=guy, role="finances", opens_on=in_days(9), portees=[(scene.activite, None)])
    assert lines(scene, "inactif") == [
        ("ESC Farandole Istres", "finances", "Guy", "inactif"),
        ("ESC Farandole Istres", "approbateur", "Guy", "inactif"),
    ]

    habilitations.set_roles(by=bruet, groupe=scene.cast.groupe("AFAS-DEC"), wanted=set())
    assert lines(scene, "actif") == []
    assert len(lines(scene, "inactif")) == 6


def test_the_screen_greys_who_waits_with_the_note(scene: Scene, client_of: Any) -> None:
    with_profils(scene)

    page = client_of("bruet").get(LIST).content.decode()

    assert '<em class="note">Valérie Guy</em>' in page
    assert "(*) En attente de validation par votre Caf." in page
    assert "Rôles que personne n" in page
    page = client_of("bruet").get(LIST, {"utilisateur": "garban", "etat": "actif"}).content.decode()
    assert "Gilles Garban" in page
    assert "Olivia Robine" not in page


def test_the_list_asks_the_same_questions_for_one_and_for_three(scene: Scene, client_of: Any) -> None:
    bruet = client_of("bruet")
    counts = []
    for rank in (1, 2, 3):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert bruet.get(LIST, {"etat": ["actif", "inactif", "historique", "non_attribue"]}).status_code == 200
        counts.append(len(asked))
        another(scene, rank)

    assert counts[1] == counts[2]
    assert counts[2] <= 22


@pytest.mark.parametrize("who", ["gestin", "auditeau"])
def test_the_caf_reads_the_same_and_gives_nothing(scene: Scene, client_of: Any, who: str) -> None:
    page = client_of(who).get(LIST).content.decode()

    assert "Gilles Garban" in page
    assert CREATE not in page
    assert "Mettre fin" not in page


def test_the_export_has_a_line_for_each_role(scene: Scene, client_of: Any) -> None:
    answer = client_of("bruet").get(reverse("afas:profil_export", args=["csv"]))

    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 5
    assert "Garban" in answer.content.decode()


# Giving, in three steps


def sent(scene: Scene, name: str, role: str, portee: str, **more: Any) -> dict[str, Any]:
    return {
        "rattachement": scene.cast.people[name].identifiant,
        "role": role,
        "opens_on": today().isoformat(),
        "portee": portee,
        "affichee": portee,
    } | more


def test_one_saves_and_stays_or_leaves(scene: Scene, client_of: Any) -> None:
    bruet, box = client_of("bruet"), str(scene.activite.pk)

    stays = bruet.post(CREATE, sent(scene, "guy", "finances", "activites", choix=[box]))
    leaves = bruet.post(CREATE, sent(scene, "garban", "activite", "activites", choix=[box], quitter="1"))

    assert (stays["Location"], leaves["Location"]) == (CREATE, LIST)
    assert "Les habilitations ont été créées avec succès." in bruet.get(LIST).content.decode()


def test_all_lieux_of_an_activite_or_all_of_all(scene: Scene, client_of: Any) -> None:
    bruet = client_of("bruet")

    bruet.post(CREATE, sent(scene, "guy", "activite", "lieux", tous_de=[str(scene.activite.pk)]))
    assert Profil.objects.filter(rattachement=scene.cast.rattachements["guy"]).count() == 2
    bruet.post(CREATE, sent(scene, "garban", "finances", "activites", tous="1"))
    assert Profil.objects.filter(rattachement=scene.cast.rattachements["garban"], role="finances").count() == 1


def test_another_list_is_shown_without_losing_what_was_typed(scene: Scene, client_of: Any) -> None:
    data = sent(scene, "guy", "activite", "lieux", afficher="1") | {"affichee": "activites"}

    answer = client_of("bruet").post(CREATE, data)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "ESC L&#x27;éclair" in page
    assert f'value="{scene.cast.people["guy"].identifiant}" selected' in page
    assert Profil.objects.filter(rattachement=scene.cast.rattachements["guy"]).count() == 0


def test_nothing_chosen_and_a_list_not_shown_are_said(scene: Scene, client_of: Any) -> None:
    bruet = client_of("bruet")

    none = bruet.post(CREATE, sent(scene, "guy", "activite", "lieux"))
    other = bruet.post(CREATE, sent(scene, "guy", "activite", "lieux") | {"affichee": "activites"})

    assert (none.status_code, other.status_code) == (422, 422)
    assert "La sélection d&#x27;au moins un lieu d&#x27;implantation est obligatoire." in none.content.decode()
    assert "cliquez sur « Afficher la liste »" in other.content.decode()


def test_who_is_missing_is_told_with_the_way_to_add_him(scene: Scene, client_of: Any) -> None:
    double = scene.cast.rattachements["double"]

    page = client_of("bruet").get(CREATE).content.decode()

    assert reverse("habilitations:appartenance_create", args=[double.convention_id, double.pk]) in page


def test_a_lieu_of_somebody_else_s_is_not_chosen(scene: Scene, client_of: Any) -> None:
    answer = client_of("bruet").post(CREATE, sent(scene, "guy", "activite", "lieux", choix=["999999"]))

    assert answer.status_code == 422


# Ending and replacing


def test_what_is_left_is_said_before_one_confirms(scene: Scene, client_of: Any) -> None:
    bruet, garban = client_of("bruet"), scene.profil("garban")
    url = reverse("afas:profil_end", args=[garban.pk])
    data = {"when": "tout_de_suite", "motif": "Départ"}

    page = bruet.post(url, data).content.decode()

    assert "plus d'approbateur" in page
    assert reverse("afas:profil_replace", args=[garban.pk]) in page
    garban.refresh_from_db()
    assert garban.closes_on is None
    bruet.post(url, data | {"confirm": "1"})
    garban.refresh_from_db()
    assert garban.closes_on == in_days(-1)


def test_a_proposal_is_withdrawn_for_a_reason(scene: Scene, client_of: Any) -> None:
    with_profils(scene)
    bruet, guy = client_of("bruet"), scene.profil("guy")
    url = reverse("afas:profil_end", args=[guy.pk])

    page = bruet.post(url, {"motif": "Erreur de personne"}).content.decode()
    bruet.post(url, {"motif": "Erreur de personne", "confirm": "1"})

    assert "La Caf ne décidera plus de cette proposition." in page
    assert not Profil.objects.waiting(today()).exists()


def test_an_approbateur_is_replaced_from_his_line(scene: Scene, client_of: Any) -> None:
    bruet, garban = client_of("bruet"), scene.profil("garban")
    url = reverse("afas:profil_replace", args=[garban.pk])
    data = {"rattachement": scene.cast.people["guy"].identifiant, "opens_on": today().isoformat()}

    assert "aucun jour ne reste découvert" in bruet.get(url).content.decode()
    assert bruet.post(url, data)["Location"] == LIST
    assert scene.profil("guy").remplace == garban


# The Caf


def test_many_are_answered_as_they_were_shown(scene: Scene, client_of: Any) -> None:
    with_profils(scene)
    gestin, guy = client_of("gestin"), scene.profil("guy")
    assert "Valérie Guy" in gestin.get(QUEUE).content.decode()
    url = reverse("afas:approbateur_lot")
    chosen = {"choix": [str(guy.pk)], "lot-reponse": "valider"}

    shown = gestin.post(url, chosen)
    print_of = shown.context["lot"].fingerprint
    assert "1\xa0ligne sera faite" in shown.content.decode()
    assert gestin.post(url, chosen | {"confirm": "1", "empreinte": "autre"}).status_code == 409
    done = gestin.post(url, chosen | {"confirm": "1", "empreinte": print_of})

    assert done.status_code == 302
    guy.refresh_from_db()
    assert guy.validation == Validation.VALIDEE


def test_many_are_refused_with_a_reason_only(scene: Scene, client_of: Any) -> None:
    with_profils(scene)
    data = {"tous": "1", "lot-reponse": "refuser"}

    assert client_of("gestin").post(reverse("afas:approbateur_lot"), data).status_code == 422


def test_the_queue_asks_the_same_questions_for_one_and_for_three(scene: Scene, client_of: Any) -> None:
    with_profils(scene)
    gestin, counts = client_of("gestin"), []
    for rank in (2, 3, 4):
        with CaptureQueriesContext(connection) as asked:
            assert gestin.get(QUEUE).status_code == 200
        counts.append(len(asked))
        Profil.objects.create(
            rattachement=scene.cast.rattachements["guy"],
            role=RoleProfil.APPROBATEUR,
            activite=another(scene, rank),
            opens_on=today(),
            validation=Validation.EN_ATTENTE,
        )

    assert counts[0] == counts[2]


def test_the_feed_and_the_home_pages_tell(scene: Scene, client_of: Any) -> None:
    another(scene)
    give_profils(
        by=scene.cast.acteur("bruet"),
        rattachement=scene.cast.rattachement("guy"),
        role="approbateur",
        opens_on=today(),
        portees=[(scene.activite, None)],
    )

    feed = client_of("auditeau").get(reverse("afas:changement_list"), {"organisme": "farandole"}).content.decode()
    assert "a proposé Valérie Guy comme approbateur" in feed
    assert "1\xa0approbateur à valider" in client_of("gestin").get("/").content.decode()
    assert "rôle n&#x27;est donné à personne" in client_of("bruet").get("/").content.decode()
    assert "Rôles que personne n" in client_of("bruet").get(reverse("afas:home")).content.decode()
    other = client_of("horsain").get(reverse("afas:changement_list")).content.decode()
    assert "Aucun changement de profil" in other


def test_the_caf_is_told_once_a_day_and_only_of_changes(scene: Scene) -> None:
    assert tell_changes(in_days(1)) == 0
    guy = give_profils(
        by=scene.cast.acteur("bruet"),
        rattachement=scene.cast.rattachement("guy"),
        role="approbateur",
        opens_on=today(),
        portees=[(scene.activite, None)],
    )[0]

    assert (tell_changes(today()), tell_changes(in_days(1)), tell_changes(in_days(1))) == (0, 1, 0)

    mail = Courriel.objects.get(kind="profils_changes")
    assert (mail.to, mail.facts["waiting"], mail.facts["bilan"]) == (
        "caf132@example.fr",
        1,
        ["1\xa0approbateur proposé"],
    )
    validate_approbateur(by=scene.cast.acteur("gestin"), profil=guy)
    assert tell_changes(in_days(1)) == 1
