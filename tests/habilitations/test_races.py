"""Sixteen people at once on the same thing: the base has the last word, losers get a sentence, never an error."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections
from django.db.models import Count

from portail.comptes.models import Utilisateur
from portail.conventions.models import DemandeRattachement, Rattachement
from portail.habilitations import actions, queries
from portail.habilitations.actions.utilisateurs import Fiche
from portail.habilitations.models import Appartenance, Groupe, RoleGroupe
from portail.ui.models import SubmittedForm
from portail.ui.rules import Refused
from tests.cast import Cast, build_cast
from tests.client import PortailClient
from tests.habilitations.facts import in_days, today

THREADS = 16
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Committed, so that every thread sees it."""
    return build_cast()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each act in a thread and a connection of its own, started together; what it gave, or how it was refused."""
    barrier = threading.Barrier(len(acts))
    told: list[Any] = [None] * len(acts)

    def run(n: int, act: Callable[[], Any]) -> None:
        connection.ensure_connection()
        barrier.wait(timeout=20)
        try:
            told[n] = act()
        except (Refused, IntegrityError) as refused:
            told[n] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return told


def _winners(told: list[Any]) -> list[Any]:
    return [each for each in told if not isinstance(each, Exception)]


def test_one_membership_of_the_same_person_in_the_same_group(cast: Cast) -> None:
    bruet, groupe, guy = cast.acteur("bruet"), cast.groupe("AFAS-DEC"), cast.rattachement("guy")

    told = at_once(
        *[lambda: actions.add_to_groupe(by=bruet, groupe=groupe, rattachement=guy, opens_on=today(), closes_on=None)]
        * THREADS
    )

    assert len(_winners(told)) == 1
    assert Appartenance.objects.filter(groupe=groupe, rattachement=guy).count() == 1


def test_one_group_of_the_same_code(cast: Cast) -> None:
    bruet, farandole = cast.acteur("bruet"), cast.conventions["farandole"]

    told = at_once(
        *[
            lambda: actions.create_groupe(
                by=bruet, convention=farandole, code="RUCHE", libelle="Ruche", opens_on=today()
            )
        ]
        * THREADS
    )

    assert len(_winners(told)) == 1
    assert {str(each) for each in told if isinstance(each, Exception)} == {
        "Un groupe de cette convention porte déjà le code RUCHE."
    }


def test_one_person_of_the_same_mail_whoever_asks(cast: Cast) -> None:
    fiche = Fiche(nom="Neuf", prenom="Nora", courriel="neuf@example.fr", opens_on=today())
    asked = [("bruet", "farandole"), ("voisin", "voisine")] * (THREADS // 2)

    def create(name: str, where: str) -> Callable[[], Any]:
        acteur, convention = cast.acteur(name), cast.conventions[where]
        return lambda: actions.create_utilisateur(by=acteur, convention=convention, fiche=fiche)

    at_once(*[create(*each) for each in asked])

    assert Utilisateur.objects.filter(courriel__iexact="neuf@example.fr").count() == 1
    assert DemandeRattachement.objects.count() <= 1


def test_identifiants_given_at_once_are_all_different(cast: Cast) -> None:
    bruet, farandole = cast.acteur("bruet"), cast.conventions["farandole"]

    def create(n: int) -> Callable[[], Any]:
        fiche = Fiche(nom="Neuf", prenom="Nora", courriel=f"neuf{n}@example.fr", opens_on=today())
        return lambda: actions.create_utilisateur(by=bruet, convention=farandole, fiche=fiche)

    told = at_once(*[create(n) for n in range(THREADS)])

    assert len({rattachement.utilisateur.identifiant for rattachement in _winners(told)}) == THREADS


def _orphans() -> list[RoleGroupe]:
    """Roles of a sub-group that its parent does not hold."""
    rows = RoleGroupe.objects.exclude(groupe__parent=None).extra(where=["NOT isempty(habilitations_rolegroupe.period)"])
    held = {(row.groupe_id, row.role) for row in RoleGroupe.objects.filter(closes_on=None)}
    return [row for row in rows.filter(closes_on=None) if (row.groupe.parent_id, row.role) not in held]


@pytest.mark.parametrize("turn", range(3))
def test_a_role_taken_above_while_given_below_is_never_left_below(cast: Cast, turn: int) -> None:
    bruet, above, below = cast.acteur("bruet"), cast.groupe("ACCUEIL"), cast.groupe("GUICHET")
    take = lambda: actions.set_roles(by=bruet, groupe=above, wanted={"cdap.t5"})  # noqa: E731
    give = lambda: actions.set_roles(by=bruet, groupe=below, wanted={"cdap.t1", "cdap.t5"})  # noqa: E731

    at_once(*[take, give] * (THREADS // 2))

    assert _orphans() == []
    assert queries.roles_held(above, today()) == {"cdap.t5"}
    assert queries.roles_held(below, today()) == {"cdap.t5"}


def test_the_base_itself_keeps_a_sub_group_within_its_parent(cast: Cast) -> None:
    """Without any lock of ours: two writers straight to the tables."""
    above, below = cast.groupes["ACCUEIL"], cast.groupes["GUICHET"]
    take = lambda: RoleGroupe.objects.filter(groupe=above, role="cdap.t1").update(closes_on=in_days(-1))  # noqa: E731
    give = lambda: RoleGroupe.objects.create(groupe=below, role="cdap.t1", opens_on=today())  # noqa: E731

    told = at_once(take, give)

    assert len(_winners(told)) == 1
    assert _orphans() == []


def test_one_responsable_of_the_same_group(cast: Cast) -> None:
    bruet, groupe, guy = cast.acteur("bruet"), cast.groupe("GUICHET"), cast.rattachement("guy")

    told = at_once(*[lambda: actions.name_responsable(by=bruet, groupe=groupe, rattachement=guy)] * THREADS)

    assert len(_winners(told)) == 1


def test_of_two_administrateurs_leaving_at_once_one_stays(cast: Cast) -> None:
    marchand, farandole = cast.acteur("marchand"), cast.conventions["farandole"]
    actions.name_administrateur(by=marchand, rattachement=cast.rattachement("guy"), opens_on=today())

    def leave(name: str) -> Callable[[], Any]:
        rattachement = cast.rattachement(name)
        return lambda: actions.close_utilisateur(
            by=marchand, rattachement=rattachement, closes_on=in_days(-1), motif="Départ"
        )

    told = at_once(*[leave(name) for name in ("bruet", "guy")] * (THREADS // 2))

    assert len(_winners(told)) == 1
    assert queries.lasting_administrateurs(farandole, today()).count() == 1


def test_a_person_leaving_while_added_keeps_no_right(cast: Cast) -> None:
    bruet, groupe, guy = cast.acteur("bruet"), cast.groupe("AFAS-DEC"), cast.rattachement("guy")
    add = lambda: actions.add_to_groupe(  # noqa: E731
        by=bruet, groupe=groupe, rattachement=guy, opens_on=today(), closes_on=None
    )
    leave = lambda: actions.close_utilisateur(  # noqa: E731
        by=bruet, rattachement=guy, closes_on=in_days(-1), motif="Départ"
    )

    at_once(add, leave)

    assert queries.may_use(guy.utilisateur_id, "afas.declarer", guy.convention_id, today()) is False
    assert not Appartenance.objects.not_ended_on(today()).filter(rattachement=guy).exists()


def test_a_membership_is_judged_on_the_access_as_it_is_once_its_turn_comes(cast: Cast) -> None:
    """What the page read is a moment old: the access was closed while the act waited."""
    bruet, groupe, read_before = cast.acteur("bruet"), cast.groupe("AFAS-DEC"), cast.rattachement("guy")
    actions.close_utilisateur(by=bruet, rattachement=cast.rattachement("guy"), closes_on=in_days(-1), motif="Départ")

    with pytest.raises(Refused, match="est clôturé"):
        actions.add_to_groupe(by=bruet, groupe=groupe, rattachement=read_before, opens_on=today(), closes_on=None)


def test_the_last_two_accesses_closed_at_once_close_the_person(cast: Cast) -> None:
    marchand, double = cast.acteur("marchand"), cast.people["double"]
    places = list(Rattachement.objects.filter(utilisateur=double).select_related("convention__caf_pivot"))
    assert len(places) == 2

    at_once(
        *[
            lambda place=place: actions.close_utilisateur(
                by=marchand, rattachement=place, closes_on=in_days(-1), motif="Départ"
            )
            for place in places
        ]
    )

    double.refresh_from_db()
    assert double.closes_on == in_days(-1)


def test_one_case_decided_once(cast: Cast) -> None:
    fiche = Fiche(nom="Guy", prenom="Valérie", courriel="guy@example.fr", opens_on=today())
    actions.create_utilisateur(by=cast.acteur("voisin"), convention=cast.conventions["voisine"], fiche=fiche)
    demande, marchand = DemandeRattachement.objects.select_related("convention").get(), cast.acteur("marchand")

    told = at_once(
        *[
            lambda is_granted=is_granted: actions.decide_demande(by=marchand, demande=demande, is_granted=is_granted)
            for is_granted in (True, False) * (THREADS // 2)
        ]
    )

    assert len(_winners(told)) == 1


# The same form sent several times


def _session(cast: Cast) -> str:
    client = PortailClient()
    client.force_login(cast.people["bruet"], backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.session.session_key


def _send(session: str, url: str, form: dict[str, str]) -> tuple[int, str]:
    client = PortailClient()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    response = client.post(url, form)
    return response.status_code, response.get("Location", "")


def test_a_form_sent_ten_times_at_once_is_carried_out_once(cast: Cast) -> None:
    farandole, session = cast.conventions["farandole"].pk, _session(cast)
    form = {"code": "RUCHE", "libelle": "Ruche", "opens_on": today().isoformat(), "cle": str(uuid.uuid4())}

    told = at_once(*[lambda: _send(session, f"/conventions/{farandole}/groupes/creer/", form)] * 10)

    made = Groupe.objects.get(code="RUCHE")
    assert set(told) == {(302, f"/conventions/{farandole}/groupes/{made.pk}/roles/")}
    assert SubmittedForm.objects.values("key").annotate(times=Count("pk")).get()["times"] == 1


def test_the_same_form_sent_with_other_values_is_refused(cast: Cast) -> None:
    farandole, session, key = cast.conventions["farandole"].pk, _session(cast), str(uuid.uuid4())
    form = {"code": "RUCHE", "libelle": "Ruche", "opens_on": today().isoformat(), "cle": key}
    url = f"/conventions/{farandole}/groupes/creer/"

    told = [_send(session, url, form)[0], _send(session, url, form | {"code": "AUTRE"})[0]]

    assert told == [302, 409]
    assert Groupe.objects.filter(code="AUTRE").exists() is False


def test_different_forms_on_one_thing_give_one_winner_and_sentences(cast: Cast) -> None:
    farandole, session = cast.conventions["farandole"].pk, _session(cast)
    url = f"/conventions/{farandole}/groupes/creer/"

    def send() -> tuple[int, str]:
        form = {"code": "RUCHE", "libelle": "Ruche", "opens_on": today().isoformat(), "cle": str(uuid.uuid4())}
        return _send(session, url, form)

    statuses = sorted(status for status, _ in at_once(*[send] * THREADS))

    assert statuses == [302] + [422] * (THREADS - 1)
