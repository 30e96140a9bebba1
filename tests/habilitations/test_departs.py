"""« Départ d'un collaborateur »: everything ends in one act, shown before; nothing is left without anybody unseen."""

import re
from typing import Any

from portail.comptes.models import Utilisateur
from portail.conventions.models import Administrateur, Rattachement
from portail.habilitations import actions
from portail.habilitations.models import Appartenance, Responsable
from tests.cast import Cast
from tests.habilitations.facts import confirmation_of, in_days, today


def _url(cast: Cast, name: str) -> str:
    return f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/{cast.rattachements[name].pk}/depart/"


def _form(**other: Any) -> dict[str, Any]:
    return {"lot-when": "tout_de_suite", "lot-motif": "Retraite"} | other


def _two_administrateurs(cast: Cast) -> None:
    """Bruet administers the neighbour's convention too, where Double serves."""
    elsewhere = Rattachement.objects.create(
        utilisateur=cast.people["bruet"],
        convention=cast.conventions["voisine"],
        opens_on=today(),
        opened_by=cast.people["voisin"],
    )
    actions.name_administrateur(by=cast.acteur("marchand"), rattachement=elsewhere, opens_on=today())
    cast.conventions["voisine"].organisme = cast.conventions["farandole"].organisme
    cast.conventions["voisine"].save(update_fields=["organisme"])


def test_everything_ends_in_one_act(cast: Cast, client_of) -> None:
    bruet, garban = client_of("bruet"), client_of("garban")
    assert garban.get("/").status_code == 200

    shown = bruet.post(_url(cast, "garban"), _form())
    bruet.post(_url(cast, "garban"), confirmation_of(shown))

    page = shown.content.decode()
    assert "membre d&#x27;Accueil ; responsable d&#x27;Accueil ; accès au titre de la convention" in page
    assert "2\u00a0droits perdus" in page
    assert re.findall(r"<dd>\s*(Immédiatement|Retraite)\s*</dd>", page) == ["Immédiatement", "Retraite"]
    rows = [Appartenance, Responsable]
    closed = {m.objects.get(rattachement=cast.rattachements["garban"]).closes_on for m in rows}
    assert closed == {in_days(-1)}
    assert Utilisateur.objects.get(pk=cast.people["garban"].pk).is_active is False
    assert garban.get("/").status_code == 302


def test_groups_left_without_responsable_are_told_before(cast: Cast, client_of) -> None:
    page = client_of("bruet").get(_url(cast, "garban")).content.decode()

    assert "plus aucun responsable pour : Accueil." in page


def test_the_only_administrateur_cannot_leave(cast: Cast, client_of) -> None:
    response = client_of("bruet").get(_url(cast, "bruet"))

    assert response.status_code == 403
    page = response.content.decode()
    assert "un successeur doit d&#x27;abord être proposé à la Caf" in page
    assert f'href="/conventions/{cast.conventions["farandole"].pk}/succession/"' in page


def test_a_departure_of_one_of_two_administrateurs_is_told(cast: Cast, client_of) -> None:
    actions.name_administrateur(by=cast.acteur("marchand"), rattachement=cast.rattachement("guy"), opens_on=today())

    shown = client_of("bruet").post(_url(cast, "guy"), _form(**{"lot-when": "plus_tard", "lot-on": in_days(9)}))

    page = shown.content.decode()
    assert "administrateur de la convention ; accès au titre de la convention" in page
    assert not Administrateur.objects.get(rattachement=cast.rattachements["guy"]).closes_on


def test_all_the_conventions_one_administers_are_offered(cast: Cast, client_of) -> None:
    _two_administrateurs(cast)
    bruet, here = client_of("bruet"), cast.rattachements["double"].pk
    there = cast.people["double"].rattachements.get(convention=cast.conventions["voisine"]).pk

    page = bruet.get(_url(cast, "double")).content.decode()
    shown = bruet.post(_url(cast, "double"), _form(**{"lot-places": [str(here), str(there)]}))
    bruet.post(_url(cast, "double"), confirmation_of(shown))

    assert "Convention Voisine" in page
    assert set(Rattachement.objects.filter(pk__in=[here, there]).values_list("closes_on", flat=True)) == {in_days(-1)}
    assert Utilisateur.objects.get(pk=cast.people["double"].pk).closes_on == in_days(-1)


def test_a_convention_of_others_is_neither_offered_nor_left(cast: Cast, client_of) -> None:
    bruet = client_of("bruet")
    there = cast.people["double"].rattachements.get(convention=cast.conventions["voisine"])

    page = bruet.get(_url(cast, "double")).content.decode()
    refused = bruet.post(_url(cast, "double"), _form(**{"lot-places": [str(there.pk)]}))

    assert "Convention Voisine" not in page
    assert refused.status_code == 422
    assert Rattachement.objects.get(pk=there.pk).closes_on is None
