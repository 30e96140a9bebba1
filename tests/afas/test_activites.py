"""Activités and their lieux: kept by the Caf, with their history; a file of many."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portail.afas.actions.activites import (
    FicheActivite,
    FicheLieu,
    close_activite,
    edit_activite,
    edit_lieu,
    open_activite,
    open_lieu,
)
from portail.afas.actions.imports import apply_import, fingerprint, judged, lignes_from, start_import
from portail.afas.models import Activite, ImportActivites
from portail.ui.rules import Refused, Stale, constraint_sentence
from tests.afas.profils import another, csv, line, with_profils
from tests.afas.scene import Scene
from tests.habilitations.facts import in_days, refusal_of, sentences_of, today

pytestmark = pytest.mark.django_db
LIST = reverse("afas:activite_list")


def fiche(**other: Any) -> FicheActivite:
    told = {
        "libelle": "Mercredis",
        "type": "alsh",
        "nature": "periscolaire",
        "numero_dossier": "201800900",
        "opens_on": today(),
    }
    return FicheActivite(**(told | other))


def test_an_activite_is_opened_for_an_organisme_of_the_caf(scene: Scene) -> None:
    gestin, organisme = scene.cast.acteur("gestin"), scene.activite.organisme

    told = sentences_of(lambda: open_activite(by=gestin, organisme=organisme, fiche=fiche()))

    assert told == ["Gaëlle Gestin a créé l'activité « Mercredis » (201800900) d'Organisme Farandole."]
    assert Activite.objects.get(numero_dossier="201800900").caf == gestin.caf


def test_a_numero_is_that_of_one_activite_of_the_caf(scene: Scene) -> None:
    gestin, organisme = scene.cast.acteur("gestin"), scene.activite.organisme

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        open_activite(by=gestin, organisme=organisme, fiche=fiche(numero_dossier="201800132"))

    assert constraint_sentence(refused.value) == "Une autre activité de cette Caf porte déjà ce numéro de dossier."


def test_an_organisme_without_convention_here_is_refused(scene: Scene) -> None:
    gestin, lointain = scene.cast.acteur("gestin"), scene.cast.conventions["lointaine"].organisme

    assert "n'a pas de convention avec votre Caf" in refusal_of(
        lambda: open_activite(by=gestin, organisme=lointain, fiche=fiche())
    )


def test_a_nature_is_one_of_its_type(scene: Scene) -> None:
    gestin, organisme = scene.cast.acteur("gestin"), scene.activite.organisme

    assert "Cette nature n'est pas du type" in refusal_of(
        lambda: open_activite(by=gestin, organisme=organisme, fiche=fiche(nature="inconnue"))
    )
    assert "n'existe pas" in refusal_of(
        lambda: open_activite(by=gestin, organisme=organisme, fiche=fiche(type="inconnu"))
    )


@pytest.mark.parametrize("who", ["bruet", "auditeau"])
def test_who_does_not_keep_them_opens_none(scene: Scene, who: str) -> None:
    acteur, organisme = scene.cast.acteur(who), scene.activite.organisme

    assert "gestionnaire ou un administrateur" in refusal_of(
        lambda: open_activite(by=acteur, organisme=organisme, fiche=fiche())
    )


def test_a_change_is_told_and_an_old_form_is_stale(scene: Scene) -> None:
    gestin = scene.cast.acteur("gestin")
    wanted = fiche(libelle="ESC Istres", nature="extrascolaire", numero_dossier="201800132")

    told = sentences_of(lambda: edit_activite(by=gestin, activite=scene.activite, fiche=wanted, edition=0))

    assert "« ESC Farandole Istres » devient « ESC Istres »" in told[0]
    with pytest.raises(Stale):
        edit_activite(by=gestin, activite=scene.activite, fiche=fiche(), edition=0)


def test_what_was_declared_by_a_form_keeps_its_type(scene: Scene) -> None:
    """Only the nature changes within a type."""
    gestin = scene.cast.acteur("gestin")
    edit_activite(by=gestin, activite=scene.activite, fiche=fiche(numero_dossier="201800132"), edition=0)

    scene.activite.refresh_from_db()
    assert scene.activite.nature == "periscolaire"


def test_closed_it_is_no_longer_changed(scene: Scene) -> None:
    gestin = scene.cast.acteur("gestin")
    close_activite(by=gestin, activite=scene.activite, closes_on=in_days(-1), motif="Fin du service")

    assert "Cette activité est clôturée" in refusal_of(
        lambda: edit_activite(by=gestin, activite=scene.activite, fiche=fiche(), edition=1)
    )


def test_lieux_are_added_and_edited_within_the_activite(scene: Scene) -> None:
    gestin = scene.cast.acteur("gestin")
    told = FicheLieu("Maison pour tous", today(), commune="Istres")
    lieu = open_lieu(by=gestin, activite=scene.activite, fiche=told)

    assert "précède celle de l'activité" in refusal_of(
        lambda: open_lieu(by=gestin, activite=scene.activite, fiche=FicheLieu("Ailleurs", in_days(-4000)))
    )
    edit_lieu(by=gestin, lieu=lieu, fiche=FicheLieu("Maison pour tous", today(), commune="Miramas"), edition=0)
    with pytest.raises(Stale):
        edit_lieu(by=gestin, lieu=lieu, fiche=told, edition=0)


# Screens


def test_an_organisme_is_found_by_a_part_of_its_name_or_its_siret(scene: Scene, client_of: Any) -> None:
    gestin = client_of("gestin")
    siret = scene.activite.organisme.siret
    suggested = gestin.get(reverse("afas:organisme_suggest"), {"organisme": "farand"}).content.decode()
    assert f'value="{siret}"' in suggested
    url = reverse("afas:activite_create")
    data = {
        "libelle": "Mercredis",
        "genre": "alsh.periscolaire",
        "numero_dossier": "201800900",
        "opens_on": today().isoformat(),
    }

    several = gestin.post(url, data | {"organisme": "organisme"})
    nobody = gestin.post(url, data | {"organisme": "lointaine"})
    made = gestin.post(url, data | {"organisme": f"{siret[:3]} {siret[3:]}"})

    assert "Plusieurs organismes correspondent" in several.content.decode()
    assert "Aucun organisme qui a une convention" in nobody.content.decode()
    assert (several.status_code, nobody.status_code, made.status_code) == (422, 422, 302)


def test_the_list_is_filtered_and_exported(scene: Scene, client_of: Any) -> None:
    another(scene)
    gestin = client_of("gestin")

    found = gestin.get(LIST, {"nature": "periscolaire"}).content.decode()
    exported = gestin.get(reverse("afas:activite_export", args=["csv"])).content.decode("utf-8-sig")

    assert "Accueil du mercredi 1" in found
    assert "ESC Farandole Istres" not in found
    assert len(exported.splitlines()) == 3


def test_the_list_asks_the_same_questions_for_one_and_for_three(scene: Scene, client_of: Any) -> None:
    gestin, counts = client_of("gestin"), []
    for rank in (1, 2, 3):
        with CaptureQueriesContext(connection) as asked:
            assert gestin.get(LIST).status_code == 200
        counts.append(len(asked))
        another(scene, rank)

    assert counts[0] == counts[2]


def test_who_loses_his_role_is_said_before_an_activite_is_closed(scene: Scene, client_of: Any) -> None:
    gestin, url = client_of("gestin"), reverse("afas:activite_close", args=[scene.activite.pk])
    data = {"closes_on": in_days(9).isoformat(), "motif": "Fin du service"}

    page = gestin.post(url, data).content.decode()

    assert "4\xa0droits perdus" in page
    assert "Gilles Garban" in page
    assert gestin.post(url, data | {"confirm": "1"}).status_code == 302


# Imports


def given(scene: Scene, *lines: dict[str, str]) -> ImportActivites:
    gestin = scene.cast.acteur("gestin")
    return start_import(
        by=gestin, file_name="activites.csv", lignes=[[rank, each] for rank, each in enumerate(lines, 2)]
    )


def test_each_line_is_judged_before_anything_is_written(scene: Scene) -> None:
    own = {"libelle": "ESC Farandole Istres", "opens_on": f"{scene.activite.opens_on:%d/%m/%Y}", "capacite": "60"}
    work = given(
        scene,
        line(scene),
        line(scene, numero_dossier="201800132", **own),
        line(scene, numero_dossier="201800132X", siret="00000000000000"),
        line(scene, numero_dossier="201800134"),
        line(scene, numero_dossier="201800135", nature="Inconnue"),
        line(scene, numero_dossier="201800136", opens_on="demain"),
    )

    told = [(ligne.verdict, ligne.why) for ligne in judged(work, scene.cast.acteur("gestin"))]

    assert [verdict for verdict, _ in told] == ["cree", "inchange", "refuse", "refuse", "refuse", "refuse"]
    assert told[2][1].startswith("SIRET : aucun organisme")
    assert told[3][1] == "N° de dossier : il figure plus haut dans le fichier."
    assert told[4][1].startswith("Nature : pour ce type, écrivez l'une de : ")
    assert told[5][1].startswith("Date d'ouverture : écrivez jj/mm/aaaa")
    assert Activite.objects.count() == 1


def test_confirmed_it_does_what_was_shown_once(scene: Scene) -> None:
    gestin, work = scene.cast.acteur("gestin"), given(scene, line(scene), line(scene, numero_dossier="!"))
    seen = fingerprint(judged(work, gestin))

    told = sentences_of(lambda: apply_import(by=gestin, work=work, expected=seen))

    assert told[-1] == "Gaëlle Gestin a importé des activités de « activites.csv » : 1\xa0créée ; 1\xa0refusée."
    assert Activite.objects.filter(numero_dossier="201800134").count() == 1
    assert "a été appliqué le" in refusal_of(lambda: apply_import(by=gestin, work=work, expected=seen))


def test_what_changed_since_is_not_written(scene: Scene) -> None:
    gestin, work = scene.cast.acteur("gestin"), given(scene, line(scene))
    seen = fingerprint(judged(work, gestin))
    open_activite(by=gestin, organisme=scene.activite.organisme, fiche=fiche(numero_dossier="201800134"))

    assert "La situation a changé" in refusal_of(lambda: apply_import(by=gestin, work=work, expected=seen))


def test_a_header_that_is_not_the_template_s_is_refused() -> None:
    with pytest.raises(Refused, match="Il manque des colonnes : SIRET"):
        lignes_from([(1, ["Nom", "Activité"]), (2, ["x", "y"])])
    with pytest.raises(Refused, match="dépasse 500 activités"):
        lignes_from([(1, ["SIRET"]), *((rank, ["1"]) for rank in range(501))])


def test_a_file_is_given_looked_at_and_confirmed(scene: Scene, client_of: Any) -> None:
    gestin = client_of("gestin")
    template = gestin.get(reverse("afas:import_template", args=["csv"])).content.decode("utf-8-sig")
    assert template.splitlines()[0].startswith("SIRET;Activité;Type;Nature")
    sent = {"fichier": SimpleUploadedFile("activites.csv", csv(line(scene)))}

    started = gestin.post(reverse("afas:import_create"), sent)
    shown = gestin.get(started["Location"])
    done = gestin.post(started["Location"], {"empreinte": shown.context["fingerprint"]})

    assert "1\xa0créée" in shown.content.decode()
    assert done.status_code == 302
    assert "Appliqué le" in gestin.get(started["Location"]).content.decode()


def test_judging_asks_the_same_questions_for_one_line_and_for_three(scene: Scene) -> None:
    with_profils(scene)
    gestin, counts = scene.cast.acteur("gestin"), []
    for size in (1, 3):
        work = given(scene, *[line(scene, numero_dossier=f"N{rank}") for rank in range(size)])
        with CaptureQueriesContext(connection) as asked:
            judged(work, gestin)
        counts.append(len(asked))

    assert counts[0] == counts[1] == 2
