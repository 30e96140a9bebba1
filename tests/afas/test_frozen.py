"""The base itself refuses to change what was said, signed or decided: who cheats by SQL is stopped."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from portail.afas.enums import FROZEN, EtatDeclaration
from portail.afas.models import (
    ChiffreBareme,
    Droit,
    EtapeDeclaration,
    Justification,
    MessageDeclaration,
    SaisieVolet,
    SeuilControle,
    VersionDeclaration,
    Volet,
)
from tests.afas.approbation import transmitted, volets

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(scene):
    """One row of each table that only grows."""
    version = transmitted(scene)
    robine, caf = scene.cast.people["robine"], scene.activite.caf
    Justification.objects.create(declaration=scene.declaration, version=1, controle="C02", text="Oui", by=robine)
    MessageDeclaration.objects.create(declaration=scene.declaration, author=robine, text="Bonjour")
    SaisieVolet.objects.create(volet=volets(scene)[0], by=robine, changes={"enfants": ["", "60"]})
    Droit.objects.create(declaration=scene.declaration, version=version, montant=1, lignes=[], empreinte="0" * 64)
    ChiffreBareme.objects.create(
        caf=caf, type="alsh", code="prix_plafond", exercice=2025, valeur=2, source="Lettre", entered_by=robine
    )
    SeuilControle.objects.create(caf=caf, type="alsh", code="seuil_variation", valeur=2, entered_by=robine)
    return scene


APPEND_ONLY = (
    VersionDeclaration,
    SaisieVolet,
    EtapeDeclaration,
    Justification,
    MessageDeclaration,
    Droit,
    ChiffreBareme,
    SeuilControle,
)


@pytest.mark.parametrize("model", APPEND_ONLY)
@pytest.mark.parametrize("act", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_a_row_is_never_changed_nor_taken_away(kept, model, act):
    before = list(model.objects.order_by("pk").values())
    assert before

    with (
        pytest.raises(ProgrammingError, match="ne se modifie pas"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table=model._meta.db_table))

    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("etat", [*FROZEN, EtatDeclaration.A_APPROUVER])
def test_sheets_do_not_change_while_they_wait_or_once_transmitted(kept, etat):
    kept.become(etat)
    sheet = Volet.objects.filter(pk=volets(kept)[0].pk)

    for cheat in (
        lambda: sheet.update(valeurs={"capacite": "1"}),
        lambda: sheet.update(kind="financier", lieu=None),
        lambda: sheet._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="est figé"), transaction.atomic():
            cheat()


@pytest.mark.parametrize("etat", FROZEN)
def test_a_sheet_is_not_taken_back_once_transmitted(kept, etat):
    kept.become(etat)

    with pytest.raises(IntegrityError, match="est figé"), transaction.atomic():
        Volet.objects.filter(pk=volets(kept)[0].pk).update(etat="en_cours", submitted_by=None, submitted_at=None)


def test_a_sheet_is_taken_back_while_it_waits(kept):
    kept.become(EtatDeclaration.A_APPROUVER)

    assert Volet.objects.filter(pk=volets(kept)[0].pk).update(etat="en_cours", submitted_by=None, submitted_at=None)


@pytest.mark.parametrize("etat", [EtatDeclaration.EN_COURS, EtatDeclaration.A_COMPLETER])
def test_sheets_change_while_they_are_written(kept, etat):
    kept.become(etat)

    assert Volet.objects.filter(pk=volets(kept)[0].pk).update(valeurs={"capacite": "1"}) == 1
