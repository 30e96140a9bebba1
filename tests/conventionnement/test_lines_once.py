"""A version says each thing once: one bulletin per service, one person per quality, each administrateur."""

from dataclasses import asdict

import pytest
from django.db import IntegrityError, connection, transaction

from portail.conventionnement import actions, rules
from portail.conventionnement.enums import EtatVersion
from portail.conventionnement.models import Bulletin, Interlocuteur, VersionConvention
from portail.ui.rules import Refused, constraint_sentence
from tests.conventionnement import ADMINISTRATEUR, contenu, drafted, fresh, signed

pytestmark = pytest.mark.django_db

DAYS = {"opens_on": contenu().opens_on, "closes_on": contenu().closes_on}
BULLETIN = {"roles": ["cdap.t1"], **DAYS}
SECURITE = {"partie": "caf", "qualite": "responsable_securite", "nom": "Autre Nom", "courriel": "autre@example.fr"}
SAME_PERSON = {"nom": "Tissot", "prenom": "Théo", "courriel": "TISSOT@example.fr"}
TWICE = {
    "bulletins": Bulletin("cdap", ["cdap.t1"], **DAYS),
    "interlocuteurs": Interlocuteur(**SECURITE),
    "administrateurs": ADMINISTRATEUR,
}


def doubled(version: VersionConvention, part: str) -> VersionConvention:
    """As versions could be before the base kept it."""
    told = version.contenu | {part: [*version.contenu[part], asdict(TWICE[part])]}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE conventionnement_versionconvention DISABLE TRIGGER conventionnement_lines_once")
        VersionConvention.objects.filter(pk=version.pk).update(contenu=told)
        cursor.execute("ALTER TABLE conventionnement_versionconvention ENABLE TRIGGER conventionnement_lines_once")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return fresh(version)


@pytest.mark.parametrize(
    ("part", "query", "typed", "sentence"),
    [
        ("bulletins", "?service=cdap", BULLETIN, "Ce service a déjà son bulletin"),
        ("interlocuteurs", "", SECURITE, "Un interlocuteur a déjà cette qualité"),
        ("administrateurs", "", SAME_PERSON, "Un administrateur a déjà cette adresse"),
    ],
)
def test_a_second_line_about_the_same_thing_is_refused_where_it_is_typed(cast, client_of, part, query, typed, sentence):
    version = drafted(cast)
    url = f"/conventions/{version.convention_id}/versions/1/{part}/ajouter/{query}"

    response = client_of("marchand").post(url, typed | {"seen": actions.part_digest(version, part)})

    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert typed.get("courriel", 'value="cdap.t1"') in page
    assert fresh(version).contenu == version.contenu


def test_a_line_is_written_anew_without_meeting_itself(cast, client_of):
    version = drafted(cast)
    url = f"/conventions/{version.convention_id}/versions/1/administrateurs/0/"

    response = client_of("marchand").post(url, SAME_PERSON | {"seen": actions.part_digest(version, "administrateurs")})

    assert response.status_code == 302
    assert fresh(version).told.administrateurs[0].courriel == "TISSOT@example.fr"


@pytest.mark.parametrize("part", list(TWICE))
def test_the_base_keeps_each_line_once(cast, part):
    version = drafted(cast)
    lines = [*getattr(version.told, part), TWICE[part]]

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        actions.set_part(
            by=cast.acteur("marchand"),
            version=version,
            part=part,
            values={part: lines},
            seen=actions.part_digest(version, part),
        )

    assert "figure déjà dans la version" in constraint_sentence(error.value)


@pytest.mark.parametrize("part", list(TWICE))
def test_a_draft_already_so_is_corrected_before_it_is_proposed(cast, part):
    version, marchand = doubled(drafted(cast), part), cast.acteur("marchand")

    assert "gardez-en un seul" in rules.lacks(version)[part]
    with pytest.raises(Refused, match="gardez-en un seul"):
        actions.propose(by=marchand, version=version)

    actions.remove_element(
        by=marchand,
        version=version,
        part=part,
        rang=len(version.contenu[part]) - 1,
        seen=actions.part_digest(version, part),
    )
    assert part not in rules.twice(fresh(version).told)


def test_a_signed_version_already_so_is_withdrawn_not_validated(cast):
    version = doubled(signed(cast), "bulletins")

    assert "Retirez la version de la signature" in rules.refuse_validating(cast.acteur("marchand"), version)
    actions.withdraw(by=cast.acteur("marchand"), version=version, motif="Deux bulletins")
    assert fresh(version).etat == EtatVersion.BROUILLON


def test_an_avenant_may_start_from_a_version_already_so(cast):
    version = signed(cast)
    actions.validate(by=cast.acteur("marchand"), version=version, empreinte=version.empreinte)
    doubled(version, "bulletins")

    avenant = actions.draft_avenant(by=cast.acteur("marchand"), convention=version.convention, motif="Corriger")

    assert set(rules.twice(avenant.told)) == {"bulletins"}
