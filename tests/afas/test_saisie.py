"""Typing a sheet: what may be typed, by whom, saved field by field, never lost."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portail.afas.actions import saisie as actions
from portail.afas.enums import EtatDeclaration, EtatVolet, SourceSaisie, VoletKind
from portail.afas.models import EtapeDeclaration, Profil, SaisieVolet, Volet
from portail.afas.rules import saisie as rules
from tests.afas.scene import Scene
from tests.habilitations.facts import refusal_of, sentences_of

NAMES = ("bruet", "garban", "robine", "guy", "gestin", "marchand")


def save(scene: Scene, volet: Volet | None = None, by: str = "robine", **typed: tuple[str, str]):
    return actions.enter(by=scene.cast.acteur(by), volet=volet or scene.volet(), frappes=typed)


def values(volet: Volet) -> dict[str, str]:
    return Volet.objects.get(pk=volet.pk).valeurs


def end_profils(scene: Scene, name: str) -> None:
    """His profiles covered no day: as if they had ended before today."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Profil.objects.filter(rattachement=scene.cast.rattachements[name]).update(closes_on=yesterday)


# Who


def test_each_types_his_own_sheets(scene: Scene):
    may = {
        name: [
            rules.refuse_typing(scene.cast.acteur(name), volet) is None
            for volet in (scene.volet(), scene.volet(lieu=1), scene.volet(VoletKind.FINANCIER))
        ]
        for name in NAMES
    }

    assert may == dict.fromkeys(NAMES, [False] * 3) | {"robine": [True] * 3}


def test_a_profile_on_one_lieu_opens_its_sheet_only(scene: Scene):
    Profil.objects.filter(rattachement=scene.cast.rattachements["robine"]).exclude(lieu=scene.lieux[1]).delete()
    robine = scene.cast.acteur("robine")

    assert rules.refuse_typing(robine, scene.volet(lieu=1)) is None
    assert "Fournisseur de données d'activité" in str(rules.refuse_typing(robine, scene.volet()))
    assert "Fournisseur de données financières" in str(rules.refuse_typing(robine, scene.volet(VoletKind.FINANCIER)))


@pytest.mark.parametrize(
    ("etat", "said"),
    [
        (EtatDeclaration.A_APPROUVER, "attend l'approbation"),
        (EtatDeclaration.TRANSMISE, "« Transmise »"),
        (EtatDeclaration.PAYEE, "« Payée »"),
    ],
)
def test_what_is_sent_is_no_longer_typed(scene: Scene, etat, said):
    scene.filled()
    scene.become(etat)

    assert said in refusal_of(lambda: save(scene, capacite=("40", "41")))


def test_a_submitted_sheet_says_who_submitted_it(scene: Scene):
    scene.filled(is_submitted=True)
    scene.become(EtatDeclaration.EN_COURS)

    assert "soumis par Olivia Robine" in refusal_of(lambda: save(scene, capacite=("40", "41")))


def test_a_role_lost_while_the_page_is_open_saves_nothing(scene: Scene):
    save(scene, capacite=("", "40"))
    end_profils(scene, "robine")

    assert "Vous n'avez pas, aujourd'hui, le profil" in refusal_of(lambda: save(scene, capacite=("40", "41")))


def test_nobody_types_in_suppleance(scene: Scene, settings):
    robine = scene.cast.acteur("robine")
    robine.suppleant = type("Lent", (), {"titulaire_label": "Stéphane Bruet", "titulaire": 0})()

    assert "les profils sont personnels" in str(rules.refuse_typing(robine, scene.volet()))
    assert "les profils sont personnels" in str(rules.refuse_justifying(robine, scene.declaration))


# Saving


def test_the_first_value_begins_the_declaration_and_is_told_once_a_day(scene: Scene):
    said = sentences_of(lambda: save(scene, capacite=("", "40")))
    again = sentences_of(lambda: save(scene, jours_ouverture=("", "100")))

    volet = scene.volet()
    scene.declaration.refresh_from_db()
    assert volet.valeurs == {"capacite": "40", "jours_ouverture": "100"}
    assert (volet.etat, scene.declaration.etat) == (EtatVolet.EN_COURS, EtatDeclaration.EN_COURS)
    assert said == [
        f"Olivia Robine a fait passer la déclaration {scene.declaration} à « En cours de saisie ».",
        f"Olivia Robine a saisi « Volet activité – ESC Farandole Istres » de la déclaration {scene.declaration} "
        "(saisie).",
    ]
    assert again == []
    assert EtapeDeclaration.objects.count() == 1
    assert [row.changes for row in SaisieVolet.objects.order_by("pk")] == [
        {"capacite": ["", "40"]},
        {"jours_ouverture": ["", "100"]},
    ]


def test_nothing_is_written_when_nothing_changed(scene: Scene):
    scene.filled()
    before = scene.volet()

    saved = save(scene, heures_realisees_p6=("11000.50", "11000.5"), capacite=("40", "40"))

    assert (saved.changes, saved.conflits, SaisieVolet.objects.count()) == ({}, {}, 0)
    assert (scene.volet().edition, scene.volet().valeurs) == (before.edition, before.valeurs)


def test_an_emptied_field_is_absent(scene: Scene):
    scene.filled()

    save(scene, enfants=("60", ""))

    assert "enfants" not in scene.volet().valeurs
    assert SaisieVolet.objects.get().changes == {"enfants": ["60", ""]}


def other_supplier(scene: Scene) -> None:
    """Guy types the activity too."""
    Profil.objects.create(
        rattachement=scene.cast.rattachements["guy"],
        role="activite",
        activite=scene.activite,
        opens_on=timezone.localdate(),
        opened_by=scene.cast.people["bruet"],
    )


def test_two_people_on_two_fields_lose_nothing(scene: Scene):
    other_supplier(scene)

    save(scene, capacite=("", "40"), jours_ouverture=("", ""))
    save(scene, by="guy", capacite=("", ""), jours_ouverture=("", "100"))

    assert scene.volet().valeurs == {"capacite": "40", "jours_ouverture": "100"}


def test_the_same_field_changed_meanwhile_is_a_choice_never_a_loss(scene: Scene):
    other_supplier(scene)
    save(scene, capacite=("", "40"))

    saved = save(scene, by="guy", capacite=("", "45"), jours_ouverture=("", "100"))

    conflit = saved.conflits["capacite"]
    assert (conflit.theirs, conflit.typed, conflit.derniere.by_label) == ("40", "45", "Olivia Robine")
    assert scene.volet().valeurs == {"capacite": "40", "jours_ouverture": "100"}
    save(scene, by="guy", capacite=("40", "45"))
    assert scene.volet().valeurs["capacite"] == "45"


def test_the_same_value_by_both_is_no_conflict(scene: Scene):
    other_supplier(scene)
    save(scene, capacite=("", "40"))

    assert save(scene, by="guy", capacite=("", "40")).conflits == {}


def test_an_answer_that_was_lost_is_no_conflict_with_oneself(scene: Scene):
    save(scene, capacite=("", "40"))

    saved = save(scene, capacite=("", "45"))

    assert (saved.conflits, scene.volet().valeurs["capacite"]) == ({}, "45")


def test_a_file_is_applied_as_it_was_shown_or_not_at_all(scene: Scene):
    save(scene, capacite=("", "40"))
    robine, volet = scene.cast.acteur("robine"), scene.volet()

    told = refusal_of(
        lambda: actions.fill(
            by=robine, volet=volet, source=SourceSaisie.IMPORT, frappes={"capacite": ("", "45"), "enfants": ("", "60")}
        )
    )

    assert "Capacité d'accueil déclarée" in told
    assert scene.volet().valeurs == {"capacite": "40"}


# The page


def page_of(client, scene: Scene, kind: str = VoletKind.ACTIVITE) -> str:
    return unescape(client.get(f"/aides-financieres/volets/{scene.volet(kind).pk}/").content.decode())


def post(client, scene: Scene, data: dict[str, str], *, htmx: bool = False, kind: str = VoletKind.ACTIVITE):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/aides-financieres/volets/{scene.volet(kind).pk}/enregistrer/", data, headers=headers)


def test_the_sheet_shows_fields_totals_and_checks(scene: Scene, client_of):
    scene.filled()

    told = page_of(client_of("robine"), scene)

    for text in ("Capacité d'accueil déclarée", "11\u202f000,5", "20\u202f000,5", "Capacité théorique", "Respecté"):
        assert text in told
    assert 'name="heures_realisees_p6"' in told


def test_others_read_it_without_inputs(scene: Scene, client_of):
    scene.filled()

    for name in ("garban", "bruet", "gestin", "auditeau"):
        told = page_of(client_of(name), scene)
        assert "Lecture seule" in told
        assert "11\u202f000,5" in told
        assert 'name="capacite"' not in told


def test_a_group_saves_without_javascript(scene: Scene, client_of):
    answer = post(client_of("robine"), scene, {"groupe": "ouverture", "capacite": "1 040", "vu-capacite": ""})

    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/aides-financieres/volets/{scene.volet().pk}/#groupe-ouverture",
    )
    assert scene.volet().valeurs == {"capacite": "1040"}


def test_what_is_wrong_is_kept_as_typed_and_the_rest_is_saved(scene: Scene, client_of):
    data = {"groupe": "ouverture", "capacite": "quarante", "vu-capacite": "", "jours_ouverture": "100"}

    answer = post(client_of("robine"), scene, data | {"vu-jours_ouverture": ""})

    told = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="quarante"' in told
    assert "Saisissez un nombre, par exemple 12 500,50." in told
    assert scene.volet().valeurs == {"jours_ouverture": "100"}


def test_htmx_is_answered_with_what_changes(scene: Scene, client_of):
    data = {"groupe": "heures", "heures_realisees_m6": "9 000", "vu-heures_realisees_m6": ""}

    told = post(client_of("robine"), scene, data | {"heures_realisees_p6": "x"}, htmx=True).content.decode()

    assert "<html" not in told
    assert "Non enregistré : 1" in told
    assert 'id="champ-vu-heures_realisees_m6" value="9000"' in told
    assert 'id="calcul-heures_realisees"' in told
    assert 'id="controles"' in told


def test_a_conflict_is_read_and_settled_on_the_page(scene: Scene, client_of):
    other_supplier(scene)
    save(scene, capacite=("", "40"))
    guy, typed = client_of("guy"), {"groupe": "ouverture", "capacite": "45", "vu-capacite": ""}

    answer = post(guy, scene, typed)
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "Olivia Robine a saisi « 40 »" in told
    assert "vous avez saisi « 45 »" in told
    assert 'name="autre-capacite" value="40"' in told

    assert post(guy, scene, typed | {"autre-capacite": "40", "prendre": "capacite"}).status_code == 302
    assert scene.volet().valeurs == {"capacite": "40"}
    assert post(guy, scene, typed | {"autre-capacite": "40", "garder": "capacite"}).status_code == 302
    assert scene.volet().valeurs == {"capacite": "45"}


def test_a_conflict_settled_too_late_is_told_again(scene: Scene, client_of):
    other_supplier(scene)
    save(scene, capacite=("", "40"))
    save(scene, capacite=("40", "50"))

    data = {"groupe": "ouverture", "capacite": "45", "vu-capacite": "", "autre-capacite": "40", "garder": "capacite"}

    assert post(client_of("guy"), scene, data).status_code == 409
    assert scene.volet().valeurs == {"capacite": "50"}


def test_a_group_of_nowhere_is_missing(scene: Scene, client_of):
    assert post(client_of("robine"), scene, {"groupe": "charges", "c60": "4"}).status_code == 404


def test_the_history_of_a_field_tells_who_and_when(scene: Scene, client_of):
    save(scene, capacite=("", "40"), enfants=("", "60"))
    save(scene, capacite=("40", "1045"))

    url = f"/aides-financieres/volets/{scene.volet().pk}/historique/"
    told = client_of("garban").get(f"{url}?champ=capacite").content.decode()

    assert "vide → <strong>40</strong>" in told
    assert "40 → <strong>1\u202f045</strong>" in told
    assert "60" not in told.split("timeline")[1].split("</main>")[0].replace("2026", "")
    assert "2\xa0enregistrements" in told
    assert "Nombre d'enfants différents" in unescape(client_of("garban").get(url).content.decode())


def test_an_empty_history_says_so(scene: Scene, client_of):
    told = client_of("robine").get(f"/aides-financieres/volets/{scene.volet().pk}/historique/").content.decode()

    assert "Rien n'a encore été saisi" in told


def test_a_sheet_of_nobody_s_perimeter_is_missing(scene: Scene, client_of):
    for name in ("guy", "voisin", "lointain", "horsain", "double"):
        assert client_of(name).get(f"/aides-financieres/volets/{scene.volet().pk}/").status_code == 404


def test_who_supplies_one_lieu_reads_its_sheet_only(scene: Scene, client_of):
    Profil.objects.filter(rattachement=scene.cast.rattachements["robine"]).exclude(lieu=scene.lieux[1]).delete()
    robine = client_of("robine")

    assert robine.get(f"/aides-financieres/volets/{scene.volet(lieu=1).pk}/").status_code == 200
    assert robine.get(f"/aides-financieres/volets/{scene.volet().pk}/").status_code == 404


@pytest.mark.parametrize("saves", [1, 3])
def test_a_sheet_costs_the_same_whatever_was_typed(scene: Scene, client_of, saves):
    scene.filled()
    for n in range(saves):
        save(scene, capacite=(str(40 + n), str(41 + n)))
    client = client_of("robine")
    page_of(client, scene)

    with CaptureQueriesContext(connection) as asked:
        page_of(client, scene)

    assert len(asked) == 14


@pytest.mark.parametrize("saves", [1, 3])
def test_a_history_costs_the_same_whatever_was_typed(scene: Scene, client_of, saves):
    for n in range(saves):
        save(scene, capacite=(str(40 + n), str(41 + n)))
    client, url = client_of("robine"), f"/aides-financieres/volets/{scene.volet().pk}/historique/"
    client.get(url)

    with CaptureQueriesContext(connection) as asked:
        client.get(url)

    assert len(asked) == 5


def test_who_supplies_one_lieu_reads_its_checks_alone(scene: Scene, client_of):
    scene.filled()
    guy, lieu = scene.cast.rattachements["guy"], scene.lieux[0]
    Profil.objects.create(
        rattachement=guy, role="activite", activite=scene.activite, lieu=lieu, opens_on=timezone.localdate()
    )
    client = client_of("guy")

    page = unescape(client.get(f"/aides-financieres/volets/{scene.volet().pk}/").content.decode())
    assert "Capacité théorique" in page
    assert "Total des charges" not in page
    assert "46\u202f000,10" not in page
    assert "Tous les contrôles" not in page
    assert client.get(f"/aides-financieres/volets/{scene.volet(lieu=1).pk}/").status_code == 404
    assert client.get(f"/aides-financieres/volets/{scene.volet(VoletKind.FINANCIER).pk}/").status_code == 404
    assert client.get(f"/aides-financieres/declarations/{scene.declaration.pk}/controles/").status_code == 403
    assert client.get(f"/aides-financieres/declarations/{scene.declaration.pk}/versions/").status_code == 403
