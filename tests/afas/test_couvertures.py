"""Who leaves takes a role of an activité with him: it is told before, and shown for as long as nobody has it."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from portail.afas.enums import RoleProfil
from portail.afas.models import Profil
from portail.afas.queries.accueil import uncovered_for
from portail.afas.queries.attributions import incomplete_for
from portail.afas.queries.comparaisons import approbateurs_of
from portail.afas.queries.echeances import uncovered_of
from portail.conventions.models import Rattachement
from portail.habilitations import actions
from portail.habilitations.actions.lots import rehearse
from portail.habilitations.actions.preview import Change, preview
from portail.habilitations.models import Appartenance
from portail.ui.templatetags.ui import day
from tests.afas.scene import Scene
from tests.habilitations.facts import in_days, today

ISTRES, ECLAIR = "ESC Farandole Istres", "ESC L'éclair"


def _told(change: Change) -> list[tuple[str, Any]]:
    return [(manque.sentence.partition(" ; ")[0], manque.first) for manque in change.manques]


def _said(what: str, lieu: str = "") -> str:
    return f"« ESC Farandole Istres » (dossier 201800132{f', lieu {lieu}' if lieu else ''}) n'aura plus {what}"


APPROBATEUR = _said("d'approbateur")
FINANCES = _said("personne pour saisir ses finances")


def _activite(lieu: str) -> str:
    return _said("personne pour saisir son activité", lieu)


def _preview(scene: Scene, act: Any) -> Change:
    return preview(scene.cast.conventions["farandole"], today(), act)


def _closing(scene: Scene, name: str, closes_on: Any) -> Any:
    return lambda: actions.close_utilisateur(
        by=scene.cast.acteur("bruet"),
        rattachement=scene.cast.rattachement(name),
        closes_on=closes_on,
        motif="Départ",
    )


def test_the_only_approbateur_leaves(scene: Scene) -> None:
    change = _preview(scene, _closing(scene, "garban", in_days(4)))

    assert _told(change) == [(APPROBATEUR, in_days(5))]
    due = f"une déclaration est à rendre pour le {day(scene.echeance.due_on)}."
    assert change.manques[0].sentence.endswith(due)


def test_the_only_supplier_leaves(scene: Scene) -> None:
    change = _preview(scene, _closing(scene, "robine", in_days(-1)))

    assert _told(change) == [(each, today()) for each in sorted([_activite(ISTRES), _activite(ECLAIR), FINANCES])]


@pytest.mark.parametrize(("lieu", "left"), [(0, [_activite(ECLAIR), FINANCES]), (None, [FINANCES])])
def test_a_colleague_who_stays_covers_what_he_has(scene: Scene, lieu: int | None, left: list[str]) -> None:
    Profil.objects.create(
        rattachement=scene.cast.rattachements["guy"],
        role=RoleProfil.ACTIVITE,
        activite=scene.activite,
        lieu=None if lieu is None else scene.lieux[lieu],
        opens_on=today(),
    )

    change = _preview(scene, _closing(scene, "robine", in_days(-1)))

    assert [sentence for sentence, _ in _told(change)] == sorted(left)


def test_a_role_withdrawn_and_a_group_closed_leave_everything_uncovered(scene: Scene) -> None:
    bruet, groupe = scene.cast.acteur("bruet"), scene.cast.groupe("AFAS-DEC")
    withdrawn = _preview(scene, lambda: actions.set_roles(by=bruet, groupe=groupe, wanted=set()))
    closed = _preview(scene, lambda: actions.close_groupe(by=bruet, groupe=groupe, closes_on=in_days(-1), motif="Fin"))

    all_roles = {APPROBATEUR, FINANCES, _activite(ISTRES), _activite(ECLAIR)}
    assert {s for s, _ in _told(withdrawn)} == {s for s, _ in _told(closed)} == all_roles


def test_who_has_no_profil_leaves_nothing_uncovered(scene: Scene) -> None:
    assert _preview(scene, _closing(scene, "guy", in_days(-1))).manques == []


def test_a_lot_tells_it_too_and_its_fingerprint_holds_it(scene: Scene) -> None:
    convention, garban = scene.cast.conventions["farandole"], scene.cast.rattachements["garban"]

    def shown() -> Any:
        rows = Rattachement.objects.filter(pk=garban.pk).select_related("convention", "utilisateur")
        build = lambda: actions.departure(scene.cast.acteur("bruet"), rows, in_days(-1), "Départ")  # noqa: E731
        return rehearse([convention], today(), build)

    alone = shown()
    Profil.objects.filter(role=RoleProfil.APPROBATEUR).update(closes_on=timezone.localdate() - timedelta(days=1))
    ended = shown()

    assert [s for s, _ in _told(alone.change)] == [APPROBATEUR]
    assert ended.change.manques == []
    assert alone.fingerprint != ended.fingerprint


def test_the_pages_of_a_departure_and_of_a_closing_show_it(scene: Scene, client_of) -> None:
    garban = scene.cast.rattachements["garban"]
    url, bruet = f"/conventions/{garban.convention_id}/utilisateurs/{garban.pk}", client_of("bruet")

    departure = bruet.post(f"{url}/depart/", {"lot-when": "tout_de_suite", "lot-motif": "Retraite"})
    closing = bruet.post(f"{url}/cloturer/", {"when": "tout_de_suite", "motif": "Retraite"})

    for shown in (departure, closing):
        assert "Plus personne après cet acte" in shown.content.decode()
        assert "n&#x27;aura plus d&#x27;approbateur" in shown.content.decode()


def _without_role(scene: Scene) -> None:
    """Garban keeps his profil, but leaves the group that let him declare."""
    Appartenance.objects.filter(
        rattachement=scene.cast.rattachements["garban"], groupe=scene.cast.groupes["AFAS-DEC"]
    ).update(closes_on=in_days(-1))


def test_an_approbateur_without_access_covers_nothing(scene: Scene) -> None:
    bruet = scene.cast.acteur("bruet")
    assert (incomplete_for(bruet), [*uncovered_for(bruet)], uncovered_of(scene.echeance, today()).count()) == (0, [], 0)

    _without_role(scene)

    bruet = scene.cast.acteur("bruet")
    assert (incomplete_for(bruet), [*uncovered_for(bruet)]) == (1, [scene.activite])
    assert uncovered_of(scene.echeance, today()).count() == 1
    assert approbateurs_of(scene.declaration, today()) == []


def test_who_may_declare_again_later_still_has_the_role_but_does_not_sign_today(scene: Scene) -> None:
    _without_role(scene)
    Appartenance.objects.create(
        rattachement=scene.cast.rattachements["garban"], groupe=scene.cast.groupes["AFAS-DEC"], opens_on=in_days(3)
    )

    bruet = scene.cast.acteur("bruet")
    assert (incomplete_for(bruet), [*uncovered_for(bruet)]) == (0, [scene.activite])


def test_the_screens_say_that_he_has_no_access_any_more(scene: Scene, client_of) -> None:
    _without_role(scene)

    bruet = client_of("bruet")
    declaration = bruet.get(f"/aides-financieres/declarations/{scene.declaration.pk}/").content.decode()
    gaps = bruet.get(reverse("afas:profil_gaps"), follow=True).content.decode()

    assert "Gilles Garban : n'a plus l'accès" in declaration
    assert "à signer quand tout sera soumis" in declaration
    assert "Qui a ce rôle n&#x27;a plus l&#x27;accès." in gaps
    assert "1\u00a0activité où un rôle n&#x27;est donné à personne" in bruet.get("/").content.decode()
