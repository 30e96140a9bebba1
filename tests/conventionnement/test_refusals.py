"""What the state or the contents of a thing do not allow is told as such, not as a lack of right."""

import pytest

from portail.conventionnement import actions
from portail.conventionnement.models import Personne
from tests.conventionnement import drafted, fresh, proposed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", ["signataire/", "administrateurs/ajouter/"])
def test_the_address_of_an_agent_is_refused_where_it_is_typed(cast, client_of, part):
    version, agent = drafted(cast), cast.people["gestin"]
    typed = {"nom": "Gestin", "prenom": "Gaëlle", "courriel": agent.courriel.upper(), "qualite": "Présidente"}
    seen = actions.part_digest(version, part.partition("/")[0])

    response = client_of("marchand").post(
        f"/conventions/{version.convention_id}/versions/1/{part}", typed | {"seen": seen}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "est celle d&#x27;un agent de la Caf" in page
    assert agent.courriel.upper() in page
    assert fresh(version).contenu == version.contenu


@pytest.mark.parametrize(
    ("is_agent", "sentence"), [(False, "Ajoutez au moins un bulletin"), (True, "est celle d&#x27;un agent de la Caf")]
)
def test_what_a_draft_lacks_is_no_lack_of_right(cast, client_of, is_agent, sentence):
    agent = Personne("Gestin", "Gaëlle", cast.people["gestin"].courriel, qualite="X")
    version = drafted(cast, signataire=agent) if is_agent else drafted(cast, bulletins=[])
    url = f"/conventions/{version.convention_id}/versions/1/"

    told, refused = client_of("marchand").post(f"{url}proposer/"), client_of("gestin").post(f"{url}proposer/")

    page = told.content.decode()
    assert (told.status_code, refused.status_code) == (409, 403)
    assert sentence in page
    assert f'href="{url}"' in page
    assert "demandez-le" not in page
    assert "demandez-le" in refused.content.decode()


def test_what_was_typed_is_kept_when_the_state_changed_meanwhile(cast, client_of):
    version = proposed(cast)
    actions.withdraw(by=cast.acteur("marchand"), version=version, motif="Une erreur")

    response = client_of("marchand").post(
        f"/conventions/{version.convention_id}/versions/1/retirer/", {"motif": "Le quota est faux"}
    )

    assert response.status_code == 409
    assert 'value="Le quota est faux"' in response.content.decode()
