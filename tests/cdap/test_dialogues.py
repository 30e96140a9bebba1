"""A thread with the Caf: written from a file, answered, taken over, closed; what each side may read and do."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from portail.cdap.actions import dialogues as actions
from portail.cdap.actions import sujets
from portail.cdap.definitions.sujets import SUJETS
from portail.cdap.enums import EtatDialogue
from portail.cdap.gateway.coffre import AlteredError
from portail.cdap.models import Dialogue, MessageDialogue, SujetDialogue
from portail.cdap.queries.dialogues import sujets_of, thread_of
from portail.conventions.models import AgentCaf
from portail.courriels.models import Courriel
from portail.habilitations.models import Appartenance
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused, Stale
from tests.cdap.echanges import TEXT, opened, read_by
from tests.cdap.scene import NUMERO, Scene

pytestmark = pytest.mark.django_db
MINE, QUEUE = reverse("cdap:dialogue_list"), reverse("cdap:dialogue_queue")


def url(dialogue: Dialogue, page: str = "dialogue_view") -> str:
    return reverse(f"cdap:{page}", args=[dialogue.pk])


def fresh(dialogue: Dialogue) -> Dialogue:
    return Dialogue.objects.get(pk=dialogue.pk)


def without_profil(scene: Scene, name: str) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Appartenance.objects.filter(rattachement__utilisateur=scene.cast.people[name]).update(closes_on=yesterday)


def second_gestionnaire(scene: Scene) -> None:
    AgentCaf.objects.filter(utilisateur=scene.cast.people["auditeau"]).update(fonction="gestionnaire")


def test_a_social_worker_writes_from_the_file_and_the_caf_answers(dossiers: Scene, client_of: Any) -> None:
    consultation = read_by(dossiers)
    page = reverse("cdap:dialogue_create", args=[consultation.id])
    asked = client_of("garban").get(page)
    assert "donnée de santé" in asked.content.decode()

    written = client_of("garban").post(page, {"sujet": SUJETS[0], "text": TEXT})

    dialogue = Dialogue.objects.get()
    assert written["Location"] == url(dialogue)
    gestin = client_of("gestin")
    assert TEXT in gestin.get(url(dialogue)).content.decode()
    gestin.post(url(dialogue), {"text": "De quel mois ?", "is_awaiting": "on"})
    assert fresh(dialogue).etat == EtatDialogue.EN_ATTENTE
    shown = client_of("garban").get(MINE).content.decode()
    assert "réponse à lire" in shown
    client_of("garban").post(url(dialogue), {"text": "D'octobre."})
    assert (fresh(dialogue).etat, fresh(dialogue).is_unread) == (EtatDialogue.PRIS_EN_CHARGE, False)
    gestin.post(url(dialogue), {"text": "Il est arrivé."})
    assert fresh(dialogue).etat == EtatDialogue.REPONDU
    client_of("garban").post(url(dialogue, "dialogue_acknowledge"))
    client_of("garban").post(url(dialogue, "dialogue_close"))
    assert (fresh(dialogue).etat, fresh(dialogue).is_unread) == (EtatDialogue.CLOS, False)
    gestin.post(url(dialogue, "dialogue_reopen"))
    assert fresh(dialogue).etat == EtatDialogue.PRIS_EN_CHARGE
    told = list(
        JournalEntry.objects.filter(kind__startswith="cdap.dialogue").order_by("pk").values_list("kind", flat=True)
    )
    assert told[0] == "cdap.dialogue.opened"
    assert {kind.split(".")[2] for kind in told} == {"opened", "read", "answered", "acknowledged", "closed", "reopened"}


def test_the_form_keeps_what_was_typed(dossiers: Scene, client_of: Any) -> None:
    consultation = read_by(dossiers)

    answer = client_of("garban").post(
        reverse("cdap:dialogue_create", args=[consultation.id]), {"sujet": "", "text": TEXT}
    )

    assert answer.status_code == 422
    assert TEXT in answer.content.decode()
    assert "Choisissez le sujet de votre message." in answer.content.decode()


def test_neither_mail_nor_journal_tells_what_was_written_or_about_whom(dossiers: Scene) -> None:
    dialogue = opened(dossiers)
    actions.answer(by=dossiers.cast.acteur("gestin"), dialogue=dialogue, text="Son loyer est de 642 €.")

    to = {mail.to: mail for mail in Courriel.objects.filter(kind="cdap_dialogue_message")}
    assert set(to) == {dossiers.caf.courriel, dossiers.cast.people["garban"].courriel}
    link = settings.PUBLIC_URL + url(dialogue)
    assert all(mail.facts == {"sujet": SUJETS[0], "link": link} for mail in to.values())
    told = "".join(str(entry.facts) for entry in JournalEntry.objects.filter(kind__startswith="cdap."))
    assert not [word for word in (str(NUMERO), "bail", "642") if word in told]


def mails(kind: str) -> list[tuple[str, dict[str, Any]]]:
    return list(Courriel.objects.filter(kind=kind).order_by("pk").values_list("to", "facts"))


def test_each_side_is_told_when_the_other_closes_and_the_partner_when_it_is_reopened(dossiers: Scene) -> None:
    dialogue, people = opened(dossiers), dossiers.cast.people
    garban, gestin = dossiers.cast.acteur("garban"), dossiers.cast.acteur("gestin")
    facts = {"sujet": SUJETS[0], "link": settings.PUBLIC_URL + url(dialogue)}

    actions.take(by=gestin, dialogue=dialogue)
    actions.close(by=gestin, dialogue=dialogue)
    assert mails("cdap_dialogue_clos") == [(people["garban"].courriel, facts)]
    actions.reopen(by=gestin, dialogue=dialogue)
    assert mails("cdap_dialogue_rouvert") == [(people["garban"].courriel, facts)]
    actions.close(by=garban, dialogue=dialogue)

    assert mails("cdap_dialogue_clos")[1:] == [(people["gestin"].courriel, facts)]


def test_one_that_nobody_followed_is_closed_without_a_mail(dossiers: Scene) -> None:
    actions.close(by=dossiers.cast.acteur("garban"), dialogue=opened(dossiers))

    assert mails("cdap_dialogue_clos") == []


def test_a_message_for_an_agent_who_left_goes_to_the_caf(dossiers: Scene) -> None:
    dialogue = opened(dossiers)
    actions.take(by=dossiers.cast.acteur("gestin"), dialogue=dialogue)
    actions.answer(by=dossiers.cast.acteur("garban"), dialogue=dialogue, text="Bonjour")
    AgentCaf.objects.filter(utilisateur=dossiers.cast.people["gestin"]).update(fonction="auditeur")

    actions.answer(by=dossiers.cast.acteur("garban"), dialogue=dialogue, text="Encore")

    to = [to for to, _ in mails("cdap_dialogue_message")]
    assert to == [dossiers.caf.courriel, dossiers.cast.people["gestin"].courriel, dossiers.caf.courriel]


def test_who_is_given_threads_is_told_once(dossiers: Scene) -> None:
    second_gestionnaire(dossiers)
    gestin, auditeau = dossiers.cast.acteur("gestin"), dossiers.cast.people["auditeau"]

    for _ in range(3):
        actions.assign(by=gestin, dialogue=opened(dossiers), agent=auditeau)
    actions.assign(by=gestin, dialogue=opened(dossiers), agent=gestin.utilisateur)

    link = f"{settings.PUBLIC_URL}{QUEUE}?agent=moi"
    assert mails("cdap_dialogues_attribues") == [(auditeau.courriel, {"caf": dossiers.caf.nom, "link": link})]


def test_a_message_is_closed_in_the_vault_and_opens_nowhere_else(dossiers: Scene) -> None:
    dialogue = opened(dossiers)
    kept = MessageDialogue.objects.get()
    assert TEXT.encode() not in bytes(kept.text)

    MessageDialogue.objects.create(dialogue=dialogue, author=kept.author, text=kept.text)

    with pytest.raises(AlteredError):
        thread_of(dialogue)


def test_who_may_no_longer_read_the_file_may_not_write_from_it(dossiers: Scene, client_of: Any) -> None:
    consultation = read_by(dossiers, "guy")

    answer = client_of("guy").get(reverse("cdap:dialogue_create", args=[consultation.id]))

    assert answer.status_code == 403  # T18 does not open the dialogue


def test_who_lost_his_profile_reads_and_does_not_write(dossiers: Scene, client_of: Any) -> None:
    dialogue = opened(dossiers)
    without_profil(dossiers, "garban")

    assert "Mes dialogues" in client_of("garban").get(MINE).content.decode()
    assert TEXT in client_of("garban").get(url(dialogue)).content.decode()
    assert client_of("garban").post(url(dialogue), {"text": "Encore"}).status_code == 422
    with pytest.raises(Refused, match="plus le profil"):
        actions.close(by=dossiers.cast.acteur("garban"), dialogue=dialogue)


def test_a_colleague_takes_over_and_it_is_said(dossiers: Scene, client_of: Any) -> None:
    dialogue = opened(dossiers)
    robine = client_of("robine")
    assert robine.get(url(dialogue)).status_code == 404  # not before he has taken it over
    assert url(dialogue, "dialogue_resume") in robine.get(f"{MINE}?qui=collegues").content.decode()
    assert TEXT not in robine.get(url(dialogue, "dialogue_resume")).content.decode()

    robine.post(url(dialogue, "dialogue_resume"))

    page = robine.get(url(dialogue)).content.decode()
    assert TEXT in page
    assert "reprend ce dialogue à la suite de" in page
    assert client_of("garban").get(url(dialogue)).status_code == 200
    actions.answer(by=dossiers.cast.acteur("gestin"), dialogue=fresh(dialogue), text="Oui.")
    assert Courriel.objects.order_by("-pk")[0].to == dossiers.cast.people["robine"].courriel
    assert [to for to, _ in mails("cdap_dialogue_repris")] == [dossiers.cast.people["garban"].courriel]
    assert JournalEntry.objects.filter(kind="cdap.dialogue.resumed").count() == 1


@pytest.mark.parametrize("name", ["guy", "bruet", "voisin"])
def test_who_has_no_profile_that_writes_takes_nothing_over(dossiers: Scene, client_of: Any, name: str) -> None:
    dialogue = opened(dossiers)

    assert client_of(name).get(url(dialogue, "dialogue_resume")).status_code == 404
    assert client_of(name).get(url(dialogue)).status_code == 404


def test_of_two_who_take_the_same_one_is_told_who_has_it(dossiers: Scene, client_of: Any) -> None:
    dialogue = opened(dossiers)
    second_gestionnaire(dossiers)
    client_of("gestin").post(url(dialogue, "dialogue_take"))

    answer = client_of("auditeau").post(url(dialogue, "dialogue_take"))

    assert answer.status_code == 409
    assert dossiers.cast.people["gestin"].nom_complet in answer.content.decode()
    with pytest.raises(Refused, match="suivi par"):
        actions.answer(by=dossiers.cast.acteur("auditeau"), dialogue=dialogue, text="Moi")


def test_of_two_who_take_over_the_same_one_is_told(dossiers: Scene) -> None:
    dialogue = opened(dossiers)
    seen = Dialogue.objects.select_related("caf", "porteur").get(pk=dialogue.pk)
    actions.resume(by=dossiers.cast.acteur("robine"), dialogue=dialogue)

    with pytest.raises(Stale):
        actions.resume(by=dossiers.cast.acteur("double"), dialogue=seen)


def test_many_are_given_at_once(dossiers: Scene, client_of: Any) -> None:
    for _ in range(3):
        opened(dossiers)
    gestin = dossiers.cast.people["gestin"]
    page = reverse("cdap:dialogue_lot")
    data = {"tous": "1", "lot-agent": str(gestin.pk)}
    preview = client_of("gestin").post(page, data)
    stamp = preview.content.decode().split('name="empreinte" value="')[1].split('"')[0]

    client_of("gestin").post(page, data | {"confirm": "1", "empreinte": stamp})

    assert Dialogue.objects.filter(agent=gestin, etat=EtatDialogue.PRIS_EN_CHARGE).count() == 3
    assert JournalEntry.objects.filter(kind="cdap.dialogue.assigned").count() == 3


def test_only_a_gestionnaire_of_the_caf_is_given_one(dossiers: Scene) -> None:
    dialogue = opened(dossiers)

    with pytest.raises(Refused, match="n'est pas gestionnaire"):
        actions.assign(by=dossiers.cast.acteur("gestin"), dialogue=dialogue, agent=dossiers.cast.people["horsain"])


def test_the_queue_says_what_is_late_and_filters(dossiers: Scene, client_of: Any) -> None:
    late, recent = opened(dossiers), opened(dossiers, sujet=SUJETS[1])
    Dialogue.objects.filter(pk=late.pk).update(last_at=timezone.now() - timedelta(days=6))
    gestin = client_of("gestin")

    page = gestin.get(QUEUE).content.decode()
    assert "6\u00a0jours, en retard" in page
    assert page.index(url(late)) < page.index(url(recent))
    only_late = gestin.get(f"{QUEUE}?delai=retard").content.decode()
    assert url(late) in only_late
    assert url(recent) not in only_late
    assert "Aucun dialogue" in gestin.get(f"{QUEUE}?agent=moi").content.decode()
    exported = gestin.get(reverse("cdap:dialogue_queue_export", args=["csv"])).content.decode()
    assert SUJETS[1] in exported
    assert str(NUMERO) not in exported


@pytest.mark.parametrize("number", [1, 3])
def test_the_lists_ask_as_many_queries_for_many(
    dossiers: Scene, client_of: Any, django_assert_num_queries: Any, number: int
) -> None:
    for _ in range(number):
        opened(dossiers)
    gestin, garban = client_of("gestin"), client_of("garban")
    gestin.get(QUEUE), garban.get(MINE)

    with django_assert_num_queries(7):
        gestin.get(QUEUE)
    with django_assert_num_queries(4):
        garban.get(MINE)


@pytest.mark.parametrize("cafs", [1, 2])
def test_a_convention_with_several_cafs_asks_no_more(
    dossiers: Scene, client_of: Any, django_assert_num_queries: Any, cafs: int
) -> None:
    """Nor does who has two profiles in it."""
    dossiers.cast.conventions["farandole"].cafs.set([dossiers.caf, dossiers.other][:cafs])
    garban, thread = client_of("garban"), url(opened(dossiers))
    asked = {
        reverse("cdap:consultation_create"): 6,
        reverse("cdap:consultation_search"): 6,
        f"{MINE}?qui=collegues": 7,
        thread: 8,
    }
    for address, queries in asked.items():
        garban.get(address)
        with django_assert_num_queries(queries):
            garban.get(address)


def test_a_caf_makes_the_subjects_its_own(dossiers: Scene, client_of: Any) -> None:
    marchand = client_of("marchand")
    assert SUJETS[0] in marchand.get(reverse("cdap:sujet_list")).content.decode()

    marchand.post(reverse("cdap:sujet_create"), {"libelle": "Médiation"})
    marchand.post(reverse("cdap:sujet_create"), {"libelle": "Médiation"})

    today = dossiers.cast.acteur("marchand").on
    assert sorted(sujets_of(dossiers.caf, today)) == sorted([*SUJETS, "Médiation"])
    sujet = SujetDialogue.objects.get(libelle="Médiation")
    marchand.post(reverse("cdap:sujet_end", args=[sujet.pk]))
    assert "Médiation" not in sujets_of(dossiers.caf, today)
    assert sujets_of(dossiers.other, today) == list(SUJETS)
    kinds = JournalEntry.objects.filter(kind__startswith="cdap.sujet").values_list("kind", flat=True)
    assert set(kinds) == {"cdap.sujets.adopted", "cdap.sujet.added", "cdap.sujet.ended"}
    consultation = read_by(dossiers)
    with pytest.raises(Refused, match="plus proposé"):
        actions.open_dialogue(
            by=dossiers.cast.acteur("garban"), consultation=consultation, sujet="Médiation", text="Bonjour"
        )


def test_a_caf_fixes_its_delay(dossiers: Scene, client_of: Any) -> None:
    client_of("marchand").post(reverse("cdap:delai_edit"), {"jours": "12"})

    assert "12\u00a0jours" in client_of("gestin").get(QUEUE).content.decode()
    assert JournalEntry.objects.filter(kind="cdap.delai.changed").count() == 1
    with pytest.raises(Refused, match="administrateur de la Caf"):
        sujets.set_delai(by=dossiers.cast.acteur("gestin"), jours=3)
