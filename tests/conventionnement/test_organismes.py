"""Organisations and their kinds: told apart by their SIRET and their labels."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from portail.conventionnement import actions
from portail.conventions.models import Organisme, TypeOrganisme
from portail.ui.rules import constraint_sentence

pytestmark = pytest.mark.django_db


def fiche(organisme: Organisme, **more: str) -> dict[str, str]:
    names = ("siret", "raison_sociale", "adresse", "code_postal", "commune")
    typed = {name: getattr(organisme, name) for name in names}
    return typed | {"type": f"{organisme.type_id}", "edition": f"{organisme.edition}"} | more


def recorded(cast) -> Organisme:
    """Of a SIRET that a form takes: those of the cast are invented."""
    Organisme.objects.filter(pk=cast.conventions["farandole"].organisme_id).update(siret="73282932000074")
    return Organisme.objects.get(siret="73282932000074")


def same_siret(cast) -> tuple[Organisme, dict[str, str]]:
    held = recorded(cast)
    return held, fiche(held, raison_sociale="Tout autre nom")


def test_a_siret_already_recorded_sends_to_its_organisation(cast, client_of):
    held, typed = same_siret(cast)

    response = client_of("marchand").post("/organismes/enregistrer/", typed)

    page = response.content.decode()
    assert response.status_code == 422
    assert f"Ce SIRET est déjà celui de {held.raison_sociale}" in page
    assert f'href="/organismes/{held.pk}/"' in page
    assert "quand même" not in page
    assert "Tout autre nom" in page


def test_an_organisation_does_not_take_the_siret_of_another(cast, client_of):
    held, typed = same_siret(cast)
    other = Organisme.objects.create(
        siret="13002526500013",
        raison_sociale="Autre",
        type=held.type,
        adresse="1 rue",
        code_postal="13000",
        commune="Aix",
    )

    response = client_of("marchand").post(f"/organismes/{other.pk}/modifier/", typed | {"edition": "0"})

    assert response.status_code == 422
    assert f'href="/organismes/{held.pk}/"' in response.content.decode()


def test_an_organisation_of_a_closed_type_is_still_edited(cast, client_of):
    organisme = recorded(cast)
    marchand, client = cast.acteur("marchand"), client_of("marchand")
    actions.close_type(by=marchand, type_=organisme.type, motif="Essai")
    url = f"/organismes/{organisme.pk}/modifier/"

    assert f'value="{organisme.type_id}" selected' in client.get(url).content.decode()
    assert client.post(url, fiche(organisme, commune="Marignane")).status_code == 302
    assert Organisme.objects.get(pk=organisme.pk).commune == "Marignane"
    assert client.post("/organismes/enregistrer/", fiche(organisme, siret="13002526500013")).status_code == 422


def test_two_types_never_bear_the_same_label(cast, client_of):
    known, client = TypeOrganisme.objects.order_by("pk")[0], client_of("marchand")
    other = TypeOrganisme.objects.create(code="essai", libelle="Essai", prefixe="ESS")
    sentence = "Ce libellé est déjà celui d&#x27;un autre type"

    added = client.post(
        "/organismes/types/ajouter/", {"code": "neuf", "prefixe": "NEU", "libelle": known.libelle.upper()}
    )
    edited = client.post(f"/organismes/types/{other.pk}/modifier/", {"libelle": known.libelle})
    kept = client.post(f"/organismes/types/{other.pk}/modifier/", {"libelle": "Essai"})

    assert (added.status_code, edited.status_code, kept.status_code) == (422, 422, 302)
    assert sentence in added.content.decode()
    assert sentence in edited.content.decode()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        actions.edit_type(by=cast.acteur("marchand"), type_=other, libelle=known.libelle, usual=[])
    assert "déjà celui d'un autre type" in constraint_sentence(error.value)


def test_types_that_bore_the_same_label_are_told_apart_by_their_code(cast):
    told_apart = import_module("portail.conventions.migrations.0006_type_libelle_once").TOLD_APART
    constraint = next(c for c in TypeOrganisme._meta.constraints if c.name == "type_organisme_libelle")
    with connection.schema_editor(atomic=False) as editor:
        editor.remove_constraint(apps.get_model("conventions", "TypeOrganisme"), constraint)
    for code in ("un", "deux", "trois"):
        TypeOrganisme.objects.create(code=code, libelle="Même nom", prefixe="MEM")

    with connection.cursor() as cursor:
        cursor.execute(told_apart)
    with connection.schema_editor(atomic=False) as editor:
        editor.add_constraint(apps.get_model("conventions", "TypeOrganisme"), constraint)

    labels = dict(TypeOrganisme.objects.filter(prefixe="MEM").values_list("code", "libelle"))
    assert labels == {"un": "Même nom", "deux": "Même nom (deux)", "trois": "Même nom (trois)"}
