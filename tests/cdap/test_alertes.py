"""From the warning to the suspension: what the person lives, what the Caf decides, what is written."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from portail.cdap.actions import gardes as actions
from portail.cdap.enums import EtatAlerte, Niveau
from portail.cdap.models import Veille
from portail.cdap.queries.gardes import consultations_of
from portail.courriels.models import Courriel
from portail.habilitations.actions.usages import reinstate
from portail.habilitations.models import UsageService
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.cdap.gardes import PARIS, alerte_of, consulted
from tests.cdap.scene import Scene

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 17, 12, 0, tzinfo=PARIS)
HOME = "/consulter-dossier/"


def kinds(prefix: str = "cdap.alerte.") -> list[str]:
    return list(JournalEntry.objects.filter(kind__startswith=prefix).order_by("pk").values_list("kind", flat=True))


def test_a_warning_is_shown_until_it_is_read(dossiers: Scene, client_of: Any) -> None:
    alerte, client = alerte_of(dossiers, Niveau.AVERTIR), client_of("garban")

    first = client.get(HOME).content.decode()
    answer = client.post(f"{HOME}mes-alertes/{alerte.pk}/lue/")

    assert "8 numéros qui se suivent" in first
    assert answer.status_code == 302
    assert "8 numéros qui se suivent" not in client.get(HOME).content.decode()
    assert kinds() == ["cdap.alerte.raised", "cdap.alerte.read"]
    assert set(Courriel.objects.values_list("kind", flat=True)) >= {"cdap_alerte_caf", "cdap_alerte_avertissement"}
    assert dossiers.consult("garban", profil="cdap.t1") is not None


def test_who_must_justify_answers_before_he_consults_further(dossiers: Scene) -> None:
    alerte = alerte_of(dossiers)

    with pytest.raises(Refused, match="répondez d'abord"):
        dossiers.consult("garban", profil="cdap.t1")
    actions.answer(by=dossiers.cast.acteur("garban"), alerte=alerte, texte="Je reclasse des dossiers anciens.")

    assert dossiers.consult("garban", profil="cdap.t1") is not None
    alerte.refresh_from_db()
    assert alerte.etat == EtatAlerte.REPONDUE
    with pytest.raises(Refused, match="déjà répondu"):
        actions.answer(by=dossiers.cast.acteur("garban"), alerte=alerte, texte="Autre chose.")


def test_the_caf_asks_then_decides(dossiers: Scene) -> None:
    alerte, marchand = alerte_of(dossiers, Niveau.AVERTIR), dossiers.cast.acteur("marchand")

    actions.ask_justification(by=marchand, alerte=alerte)
    actions.answer(by=dossiers.cast.acteur("garban"), alerte=alerte, texte="Je reclasse des dossiers anciens.")
    actions.decide(by=marchand, alerte=alerte, etat=EtatAlerte.JUSTIFIEE, motif="Explication reçue.")

    alerte.refresh_from_db()
    assert (alerte.etat, alerte.decided_by) == (EtatAlerte.JUSTIFIEE, marchand.utilisateur)
    assert kinds() == [f"cdap.alerte.{step}" for step in ("raised", "asked", "answered", "closed")]
    with pytest.raises(Refused, match="déjà décidée"):
        actions.decide(by=marchand, alerte=alerte, etat=EtatAlerte.SANS_SUITE, motif="Encore.")


@pytest.mark.parametrize("name", ["gestin", "auditeau", "garban"])
def test_only_an_administrateur_of_the_caf_decides(dossiers: Scene, name: str) -> None:
    alerte = alerte_of(dossiers)

    with pytest.raises(Refused):
        actions.decide(
            by=dossiers.cast.acteur(name), alerte=alerte, etat=EtatAlerte.SANS_SUITE, motif="Rien à signaler."
        )


def test_a_suspension_stops_the_profiles_at_once_and_the_caf_alone_reinstates(dossiers: Scene) -> None:
    alerte = alerte_of(dossiers, Niveau.SUSPENDRE)
    cast = dossiers.cast

    assert cast.acteur("garban").roles_of("cdap") == set()
    assert alerte.etat == EtatAlerte.SUSPENSION
    usage = UsageService.objects.select_related("rattachement__convention", "rattachement__utilisateur").get(
        rattachement=cast.rattachements["garban"], service="cdap"
    )
    with pytest.raises(Refused, match="elle seule peut le rétablir"):
        reinstate(by=cast.acteur("bruet"), usage=usage)
    actions.reinstate(by=cast.acteur("marchand"), alerte=alerte, motif="Vu avec l'organisme.")

    assert "cdap.t1" in cast.acteur("garban").roles_of("cdap")
    assert kinds() == [f"cdap.alerte.{step}" for step in ("raised", "suspended", "reinstated")]
    assert "habilitations.usage.stopped" in kinds("habilitations.usage.")


def test_the_caf_suspends_by_a_decision(dossiers: Scene) -> None:
    alerte = alerte_of(dossiers)

    actions.decide(
        by=dossiers.cast.acteur("marchand"), alerte=alerte, etat=EtatAlerte.SUSPENSION, motif="Pas de réponse crédible."
    )

    assert dossiers.cast.acteur("garban").roles_of("cdap") == set()
    assert dossiers.cast.acteur("robine").roles_of("cdap") != set()


def test_mails_and_journal_never_tell_a_number(dossiers: Scene) -> None:
    alerte_of(dossiers, Niveau.SUSPENDRE)

    told = [str(row) for row in JournalEntry.objects.values_list("facts", flat=True)]
    told += [str(row) for row in Courriel.objects.values_list("facts", flat=True)]

    assert "91000" not in " ".join(told)


@pytest.mark.parametrize("people", [1, 3])
def test_reads_are_as_many_whoever_consulted(dossiers: Scene, django_assert_num_queries: Any, people: int) -> None:
    """One question for each detector."""
    for name in ("garban", "robine", "double")[:people]:
        consulted(dossiers, name, numero=9_100_000 + 1_000 * len(name), at=NOON)
    Veille.objects.update_or_create(pk=1, defaults={"until": NOON - timedelta(minutes=5)})

    with django_assert_num_queries(17):
        actions.watch()


def test_what_was_said_to_another_caf_is_not_shown_with_an_alert(dossiers: Scene) -> None:
    alerte, lointaine = alerte_of(dossiers), dossiers.cast.conventions["lointaine"]
    elsewhere = {"convention": lointaine, "organisme": lointaine.organisme, "caf": lointaine.caf_pivot}
    consulted(dossiers, at=alerte.jusqua, motif="Dit à une autre Caf", **elsewhere)

    shown = [consultation.motif for consultation in consultations_of(alerte)]

    assert (len(shown), "Dit à une autre Caf" in shown) == (8, False)
