"""At once on the same declaration: one wins, the others read a sentence."""

import pytest

from portail.afas.actions import complements, droits, traitement
from portail.afas.enums import EtatDeclaration
from portail.afas.models import Droit, EtapeDeclaration, NotificationDroit
from portail.conventions.enums import Fonction
from portail.conventions.models import AgentCaf
from portail.habilitations.acteur import Acteur, acteur_for
from tests.afas.processing import again, computed, decided, figures, taken, transmitted
from tests.afas.scene import Scene, build_scene
from tests.afas.test_complements import in_days
from tests.cast import build_cast
from tests.habilitations.test_races import at_once

THREADS = 16
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    """Committed, so that every thread sees it."""
    return build_scene(build_cast())


def colleague(scene: Scene) -> Acteur:
    """Marchand, gestionnaire too for the time of the test."""
    AgentCaf.objects.filter(utilisateur=scene.cast.people["marchand"]).update(fonction=Fonction.GESTIONNAIRE)
    return acteur_for(scene.cast.people["marchand"], on=in_days(0))


def winners(told: list[object]) -> int:
    return sum(not isinstance(each, Exception) for each in told)


def test_one_takes_it(scene: Scene):
    declaration, gestin, marchand = transmitted(scene), scene.cast.acteur("gestin"), colleague(scene)

    told = at_once(
        *[lambda: traitement.take(by=gestin, declaration=declaration)] * (THREADS // 2),
        *[lambda: traitement.take(by=marchand, declaration=declaration)] * (THREADS // 2),
    )

    assert winners(told) == 1
    assert EtapeDeclaration.objects.filter(code="prendre").count() == 1
    losers = {str(each) for each in told if isinstance(each, Exception)}
    assert all("attribuée à" in each or "Rechargez la page" in each for each in losers)


def test_one_calculation_is_kept(scene: Scene):
    figures(scene)
    declaration, gestin = taken(scene), scene.cast.acteur("gestin")

    told = at_once(*[lambda: droits.compute(by=gestin, declaration=declaration)] * THREADS)

    assert winners(told) == THREADS
    assert Droit.objects.count() == 1


def test_one_decides_and_nobody_asks_meanwhile(scene: Scene):
    figures(scene)
    declaration, gestin = computed(scene), scene.cast.acteur("gestin")
    seen = declaration.droits.get().empreinte
    volets = [scene.volet("financier").pk]
    demande = complements.Demande("Charges", in_days(9), "Pourquoi ?", volets)

    told = at_once(
        *[lambda: droits.decide(by=gestin, declaration=declaration, seen=seen)] * (THREADS // 2),
        *[lambda: complements.ask(by=gestin, declaration=declaration, demande=demande)] * (THREADS // 2),
    )

    assert winners(told) == 1
    assert again(declaration).etat in (EtatDeclaration.TRAITEE, EtatDeclaration.A_COMPLETER)


def test_it_is_notified_once(scene: Scene):
    figures(scene)
    declaration, gestin = decided(scene), scene.cast.acteur("gestin")

    told = at_once(*[lambda: droits.notify(by=gestin, declaration=declaration)] * THREADS)

    assert winners(told) == 1
    assert NotificationDroit.objects.count() == 1


def test_an_answer_is_in_the_thread_or_refused(scene: Scene):
    """The partner answers while the Caf closes: what was accepted was written before the end."""
    declaration, gestin, robine = taken(scene), scene.cast.acteur("gestin"), scene.cast.acteur("robine")
    demande = complements.ask(
        by=gestin,
        declaration=declaration,
        demande=complements.Demande("Charges", in_days(9), "Pourquoi ?", [scene.volet("financier").pk]),
    )

    told = at_once(
        *[lambda: complements.answer(by=robine, demande=demande, text="Une embauche.")] * (THREADS - 1),
        lambda: complements.close(by=gestin, demande=demande),
    )

    answered = [each for each in told[:-1] if not isinstance(each, Exception)]
    demande.refresh_from_db()
    assert told[-1] is None
    assert demande.messages.count() == len(answered) + 1
    assert all(message.written_at <= demande.closed_at for message in demande.messages.all())
