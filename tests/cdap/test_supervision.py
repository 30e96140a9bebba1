"""The pages of the Caf: what was consulted, the settings of the watch, alerts, who consulted one file."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from portail.cdap.models import Alerte, ReglageGarde
from portail.journal.models import JournalEntry
from tests.cdap.gardes import PARIS, alerte_of, build_gardes, consulted
from tests.cdap.scene import NUMERO, Scene

pytestmark = pytest.mark.django_db
HERE = "/consulter-dossier/supervision/"


def text(response: Any) -> str:
    return unescape(response.content.decode())


def test_consultations_are_told_by_organisation_and_hour(dossiers: Scene, client_of: Any) -> None:
    at = (timezone.now() - timedelta(days=1)).astimezone(PARIS).replace(hour=10, minute=5)
    for _ in range(3):
        consulted(dossiers, at=at)
    consulted(dossiers, at=at, issue="inconnu")
    consulted(dossiers, at=at, caf=dossiers.other)

    page = text(client_of("auditeau").get(HERE))
    export = client_of("auditeau").get(f"{HERE}export/csv/").content.decode("utf-8-sig")

    assert "10 h" in page
    assert "Accompagnement social" in page
    assert str(NUMERO) not in page
    assert '"Organisme Farandole";"4";"1";"3";"1";"0";"0"' in export or "Organisme Farandole;4;1;3;1;0;0" in export


@pytest.mark.parametrize("organismes", [1, 3])
def test_supervision_asks_as_much_whatever_there_is(
    dossiers: Scene, client_of: Any, django_assert_num_queries: Any, organismes: int
) -> None:
    for name in ("farandole", "voisine", "lointaine")[:organismes]:
        consulted(dossiers, organisme=dossiers.cast.conventions[name].organisme)
    client = client_of("marchand")
    client.get(HERE)

    with django_assert_num_queries(6):
        client.get(HERE)


@pytest.mark.parametrize("people", [1, 3])
def test_alerts_are_listed_in_as_many_reads(
    dossiers: Scene, client_of: Any, django_assert_num_queries: Any, people: int
) -> None:
    alerte = alerte_of(dossiers)
    for name in ("robine", "double")[: people - 1]:
        Alerte.objects.create(
            **{
                field: getattr(alerte, field)
                for field in (
                    *("organisme", "convention", "caf", "detecteur", "niveau"),
                    *("jour", "depuis", "jusqua", "nombre"),
                )
            },
            utilisateur=dossiers.cast.people[name],
        )
    client = client_of("marchand")
    client.get(f"{HERE}alertes/")

    with django_assert_num_queries(4):
        page = client.get(f"{HERE}alertes/")

    assert text(page).count("Numéros qui se suivent</a>") == people


def test_an_alert_tells_the_caf_what_was_seen(dossiers: Scene, client_of: Any) -> None:
    alerte = alerte_of(dossiers)

    page = text(client_of("marchand").get(f"{HERE}alertes/{alerte.pk}/"))

    assert "8 numéros qui se suivent" in page
    assert "9100003" in page
    assert "Demander une justification" not in page
    assert "Décider" in page


def test_a_suspension_is_read_again_before_it_is_done(dossiers: Scene, client_of: Any) -> None:
    alerte, client = alerte_of(dossiers), client_of("marchand")
    typed = {"etat": "suspension", "motif": "Aucune réponse crédible"}

    first = client.post(f"{HERE}alertes/{alerte.pk}/decider/", typed)
    assert "ne peut plus consulter aucun dossier" in text(first)
    assert dossiers.cast.acteur("garban").roles_of("cdap")
    client.post(f"{HERE}alertes/{alerte.pk}/decider/", typed | {"confirm": "1"})

    assert not dossiers.cast.acteur("garban").roles_of("cdap")
    assert "Suspendu par la Caf" in text(client_of("garban").get("/"))


def test_a_setting_is_read_again_chosen_and_never_written_over(dossiers: Scene, client_of: Any) -> None:
    client, url = client_of("marchand"), f"{HERE}reglages/quota_personne_heure/modifier/"

    preview = client.post(url, {"vu": "", "valeur": "12"})
    assert "Qui a déjà atteint cette limite" in text(preview)
    assert not ReglageGarde.objects.exists()
    assert client.post(url, {"vu": "", "valeur": "12", "confirm": "1"}).status_code == 302
    stale = client.post(url, {"vu": "", "valeur": "14", "confirm": "1"})

    assert stale.status_code == 409
    assert [row.valeur for row in ReglageGarde.objects.all()] == [12]
    assert JournalEntry.objects.get(kind="cdap.reglage.chosen").facts["valeur"] == "12\u00a0consultations"
    assert client.post(url, {"vu": "", "valeur": "0"}).status_code == 422


def test_levels_are_settings_too(dossiers: Scene, client_of: Any) -> None:
    page = text(client_of("marchand").get(f"{HERE}reglages/niveau_suite/modifier/"))

    assert "Suspendre ses consultations" in page


class TestTrace:
    URL = f"{HERE}qui-a-consulte/"
    TYPED = {"numero": str(NUMERO), "motif": "Demande reçue par courrier"}

    def test_tells_who_when_why_and_which_tabs(self, dossiers: Scene, client_of: Any) -> None:
        consultation = dossiers.consult("garban", profil="cdap.t1")
        assert consultation is not None
        client_of("garban").get(f"/consulter-dossier/dossiers/{consultation.id}/famille/")

        page = text(client_of("marchand").post(self.URL, self.TYPED))

        assert "Gilles Garban (ENF01302XA)" in page
        assert "Composition de la famille" in page
        assert "Demande d'aide pour la cantine" in page

    def test_is_itself_written_without_the_number(self, dossiers: Scene, client_of: Any) -> None:
        client = client_of("marchand")
        client.post(self.URL, self.TYPED)
        export = client.post(self.URL, self.TYPED | {"extension": "csv"})

        told = JournalEntry.objects.filter(kind__startswith="cdap.trace.").order_by("pk")
        assert [entry.kind for entry in told] == ["cdap.trace.read", "cdap.trace.exported"]
        assert str(NUMERO) not in "".join(f"{entry.facts}{entry.subjects}" for entry in told)
        assert str(NUMERO) not in export["Content-Disposition"]

    def test_knows_only_the_files_of_its_own_caf(self, dossiers: Scene, client_of: Any) -> None:
        dossiers.consult("garban", profil="cdap.t1")

        assert "Garban" not in text(client_of("horsain").post(self.URL, self.TYPED))


@pytest.mark.parametrize("name", ["marchand", "garban"])
def test_what_is_to_justify_is_listed_and_exported(dossiers: Scene, client_of: Any, name: str) -> None:
    build_gardes(dossiers)
    client = client_of(name)

    assert "À examiner" in text(client.get("/consulter-dossier/a-justifier/"))
    assert client.get("/consulter-dossier/a-justifier/export/xlsx/").status_code == 200
    assert client.get("/consulter-dossier/a-justifier/?etat=repondue").status_code == 200


def test_a_period_that_is_none_is_not_exported_as_another(dossiers: Scene, client_of: Any) -> None:
    answer = client_of("marchand").get("/consulter-dossier/supervision/export/csv/?du=2026-02-31")

    assert answer.status_code == 403
    assert "corrigez-les dans la liste" in answer.content.decode()
