"""Sixteen at once on what is signed: one version, and a sentence for the others."""

from functools import partial

import pytest
from django.db import transaction

from portail.afas.actions import approbation as actions
from portail.afas.enums import EtatDeclaration, EtatVolet
from portail.afas.models import Declaration, VersionDeclaration, Volet
from portail.afas.queries.versions import digest_of
from portail.ui.rules import Refused, Stale
from tests.afas.approbation import MOTIF, digest, fresh, submitted, transmitted, volets
from tests.afas.scene import Scene, build_scene
from tests.cast import build_cast
from tests.habilitations.test_races import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    """Committed, so that every thread sees it."""
    return build_scene(build_cast())


def done(told):
    return [each for each in told if not isinstance(each, Exception)]


def test_it_is_signed_once(scene):
    declaration, garban, seen = submitted(scene), scene.cast.acteur("garban"), digest(scene)

    told = at_once(
        *[partial(actions.approve, by=garban, declaration=declaration, empreinte=seen) for _ in range(THREADS)]
    )

    assert len(done(told)) == 1
    assert all("Transmise" in str(each) for each in told if isinstance(each, Refused))
    assert VersionDeclaration.objects.count() == 1


def test_signed_or_sent_back_never_both(scene):
    declaration, garban, seen = submitted(scene), scene.cast.acteur("garban"), digest(scene)
    sheets = volets(scene)

    told = at_once(
        *[
            partial(actions.approve, by=garban, declaration=declaration, empreinte=seen),
            partial(actions.send_back, by=garban, declaration=declaration, volets=sheets, motif=MOTIF),
        ]
        * (THREADS // 2)
    )

    assert len(done(told)) == 1
    is_signed = VersionDeclaration.objects.exists()
    assert fresh(scene).etat == (EtatDeclaration.TRANSMISE if is_signed else EtatDeclaration.EN_COURS)


def test_a_correction_is_opened_once(scene):
    transmitted(scene)
    declaration, garban, sheets = fresh(scene), scene.cast.acteur("garban"), volets(scene)

    told = at_once(
        *[
            partial(actions.correct, by=garban, declaration=declaration, volets=sheets, motif=MOTIF)
            for _ in range(THREADS)
        ]
    )

    assert len(done(told)) == 1
    assert fresh(scene).version == 2


def test_what_is_signed_is_what_the_sheets_hold_whoever_writes_meanwhile(scene):
    """Suppliers who take a sheet back and write in it, while the approbateur signs: the digest tells."""
    declaration, garban, seen = submitted(scene), scene.cast.acteur("garban"), digest(scene)
    sheet = volets(scene)[0]

    def rewrite():
        with transaction.atomic():
            row = Declaration.objects.select_for_update().get(pk=declaration.pk)
            if row.etat != EtatDeclaration.A_APPROUVER:
                raise Refused("trop tard")
            Declaration.objects.filter(pk=row.pk).update(etat=EtatDeclaration.EN_COURS)
            Volet.objects.filter(pk=sheet.pk).update(valeurs=sheet.valeurs | {"enfants": "61"})
            Declaration.objects.filter(pk=row.pk).update(etat=EtatDeclaration.A_APPROUVER)

    def sign():
        try:
            return actions.approve(by=garban, declaration=declaration, empreinte=seen)
        except Stale as stale:
            raise Refused(str(stale)) from stale

    at_once(*[rewrite, sign] * (THREADS // 2))

    assert all(sheet.etat == EtatVolet.SOUMIS for sheet in volets(scene))
    for version in VersionDeclaration.objects.all():
        assert version.empreinte == seen == digest_of(version.contenu)
        assert volets(scene)[0].valeurs == version.contenu["volets"][0]["valeurs"]
