"""« Ce n'est pas moi » and « Signaler un incident »: what it closes at once, who is told, followed to its end."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portail.comptes.actions import reset_address
from portail.comptes.models import ChangementCourriel, MotDePasseProvisoire, Session, Utilisateur
from portail.conventions.enums import Partie, Qualite
from portail.conventions.models import ContratService, Interlocuteur
from portail.incidents import actions
from portail.incidents.actions import Signalement
from portail.incidents.models import Incident, NoteIncident
from portail.incidents.queries import delay_in_words, incidents_for
from portail.journal.models import JournalEntry
from tests.cast import PASSWORD, Cast, build_cast
from tests.habilitations.facts import confirmation_of, in_days, mails_of, refusal_of, sentences_of, today
from tests.habilitations.test_races import THREADS, at_once

CONNEXION = Signalement("connexion", today(), "Ce n'est pas moi")
HABILITATION = Signalement("habilitation", today(), "Trop de droits", "le groupe Accueil")


def report(cast: Cast, by: str = "robine", told: Signalement = CONNEXION, about: str | None = None) -> Incident:
    person = cast.rattachement(about) if about else None
    return actions.report(by=cast.acteur(by), signalement=told, about=person)


def person(cast: Cast, name: str) -> Utilisateur:
    return Utilisateur.objects.get(pk=cast.people[name].pk)


def follow(cast: Cast, incident: Incident) -> None:
    actions.take(by=cast.acteur("marchand"), incident=incident)


def close(cast: Cast, incident: Incident, **other: Any) -> None:
    typed = {"conclusion": "Mot de passe deviné", "mesures": "Formation", "is_breach": False} | other
    actions.close(by=cast.acteur("marchand"), incident=incident, **typed)


# What it closes at once


def test_ones_own_sessions_end_and_the_password_serves_no_more(cast: Cast, client_of) -> None:
    robine, other = client_of("robine"), client_of("robine")
    assert (robine.get("/").status_code, other.get("/").status_code) == (200, 200)

    report(cast)

    assert (robine.get("/").status_code, other.get("/").status_code) == (302, 302)
    assert Session.objects.filter(utilisateur=cast.people["robine"]).count() == 0
    assert person(cast, "robine").has_usable_password() is False


def test_a_provisional_password_and_a_change_of_mail_under_way_are_no_more(cast: Cast) -> None:
    robine, now = cast.people["robine"], timezone.now()
    MotDePasseProvisoire.objects.create(utilisateur=robine, digest=b"x", issued_at=now, expires_at=now)
    ChangementCourriel.objects.create(utilisateur=robine, courriel="voleur@example.fr", asked_at=now, expires_at=now)

    report(cast)

    assert not MotDePasseProvisoire.objects.filter(utilisateur=robine).exists()
    assert not ChangementCourriel.objects.filter(utilisateur=robine).exists()


def test_the_way_back_does_not_go_to_a_mail_changed_the_day_before(cast: Cast) -> None:
    Utilisateur.objects.filter(pk=cast.people["robine"].pk).update(
        previous_courriel="robine@example.fr",
        courriel="voleur@example.fr",
        courriel_changed_at=timezone.now(),
        password_changed_at=timezone.now() - timedelta(days=90),
    )

    mails = mails_of(lambda: report(cast))

    assert ("incident_acces_coupe", "robine@example.fr") in mails
    assert reset_address(person(cast, "robine")) == "robine@example.fr"


@pytest.mark.parametrize("nature", ["acces", "habilitation", "autre"])
def test_what_endangers_no_access_of_ones_own_cuts_none(cast: Cast, nature: str) -> None:
    incident = report(cast, told=Signalement(nature, today(), "À voir"))

    assert (incident.cut_at, incident.concerne) == (None, None)
    assert person(cast, "robine").has_usable_password()


def test_somebody_else_is_cut_by_who_manages_him(cast: Cast) -> None:
    incident = report(cast, "garban", Signalement("acces", today(), "Consultations la nuit"), about="double")

    assert incident.concerne == cast.people["double"]
    assert person(cast, "double").has_usable_password() is False
    assert person(cast, "garban").has_usable_password()


@pytest.mark.parametrize(("by", "about"), [("garban", "robine"), ("robine", "garban"), ("voisin", "robine")])
def test_nobody_is_cut_by_who_does_not_manage_him(cast: Cast, by: str, about: str) -> None:
    assert refusal_of(lambda: report(cast, by, about=about))


# Who is told


def test_administrateurs_safety_and_caf_are_told_once_without_a_name(cast: Cast) -> None:
    contrat = ContratService.objects.create(convention=cast.conventions["farandole"])
    for partie, courriel in ((Partie.PARTENAIRE, "surete@example.fr"), (Partie.CAF, "CAF132@example.fr")):
        Interlocuteur.objects.create(
            contrat_service=contrat,
            partie=partie,
            qualite=Qualite.RESPONSABLE_SECURITE,
            nom="Sûreté",
            courriel=courriel,
        )

    mails = mails_of(lambda: report(cast))

    assert sorted(mails) == [
        ("incident_acces_coupe", "robine@example.fr"),
        ("incident_signale", "CAF132@example.fr"),
        ("incident_signale", "bruet@example.fr"),
        ("incident_signale", "surete@example.fr"),
    ]


def test_who_administers_another_convention_of_the_person_is_told_and_does_not_read_it(cast: Cast) -> None:
    mails = mails_of(lambda: report(cast, "garban", HABILITATION, about="double"))

    assert ("incident_signale", "voisin@example.fr") in mails
    assert list(incidents_for(cast.acteur("voisin"))) == []


def test_the_journal_tells_the_fact_and_not_the_story(cast: Cast) -> None:
    said = sentences_of(lambda: report(cast))

    incident = Incident.objects.get()
    assert said == [
        f"Olivia Robine a signalé l'incident {incident.reference} : Connexion inconnue.",
        f"Olivia Robine a coupé l'accès d'Olivia Robine : {incident.reference}.",
    ]
    assert "Ce n'est pas moi" not in str(list(JournalEntry.objects.values_list("facts", flat=True)))


def test_an_agent_s_incident_is_followed_by_his_caf(cast: Cast) -> None:
    incident = report(cast, "gestin")

    assert list(incident.cafs.all()) == [cast.cafs["132"]]
    assert list(incidents_for(cast.acteur("marchand"))) == [incident]


# Who reads


def test_it_is_read_by_whom_it_concerns_only(cast: Cast) -> None:
    incident = report(cast, "garban", HABILITATION, about="double")

    readers = {name for name in cast.people if incident in incidents_for(cast.acteur(name))}

    assert readers == {"garban", "bruet", "marchand", "auditeau"}


def test_an_administrateur_does_not_read_what_is_said_about_him(cast: Cast) -> None:
    incident = report(cast, "marchand", HABILITATION, about="bruet")

    assert incident not in incidents_for(cast.acteur("bruet"))


def test_notes_kept_by_the_caf_are_not_shown_to_the_declarant(cast: Cast, client_of) -> None:
    incident = report(cast, told=HABILITATION)
    actions.note(by=cast.acteur("marchand"), incident=incident, text="Vérifier le groupe", is_internal=True)
    actions.note(by=cast.acteur("robine"), incident=incident, text="C'était mardi", is_internal=True)
    url = f"/incidents/{incident.pk}/"

    theirs, cafs = (client_of(name).get(url).content.decode() for name in ("robine", "marchand"))

    assert ("Vérifier le groupe" in theirs, "C&#x27;était mardi" in theirs) == (False, True)
    assert ("Vérifier le groupe" in cafs, "C&#x27;était mardi" in cafs) == (True, True)


# To its end


def test_it_is_followed_from_report_to_conclusion(cast: Cast) -> None:
    incident, marchand = report(cast, told=HABILITATION), cast.acteur("marchand")

    said = sentences_of(lambda: follow(cast, incident))
    said += sentences_of(
        lambda: actions.analyse(by=marchand, incident=incident, is_breach=True, aware_at=None, notified_on=None)
    )
    said += sentences_of(lambda: actions.note(by=marchand, incident=incident, text="Vu"))
    mails = mails_of(lambda: close(cast, incident, is_breach=True, notified_on=today()))

    incident.refresh_from_db()
    name = f"l'incident {incident.reference}"
    assert said == [
        f"Marc Marchand a pris en charge {name}.",
        f"Marc Marchand analyse {name} : violation de données personnelles.",
        f"Marc Marchand a ajouté une note à {name}.",
    ]
    assert mails == [("incident_clos", "robine@example.fr")]
    assert (incident.etat, incident.closed_by) == ("clos", cast.people["marchand"])
    assert JournalEntry.objects.filter(kind="incidents.incident.closed").count() == 1


def test_states_follow_each_other(cast: Cast) -> None:
    incident = report(cast, told=HABILITATION)

    assert refusal_of(lambda: close(cast, incident)) == "Prenez d'abord cet incident en charge."
    follow(cast, incident)
    assert refusal_of(lambda: follow(cast, incident)) == "Cet incident est déjà pris en charge : rechargez la page."
    close(cast, incident)
    assert refusal_of(lambda: close(cast, incident)).startswith("Cet incident est clos")
    assert refusal_of(lambda: actions.note(by=cast.acteur("robine"), incident=incident, text="Encore")).startswith(
        "Cet incident est clos"
    )


@pytest.mark.parametrize("wrong", [{"etat": "clos"}, {"etat": "pris_en_charge"}, {"is_breach": True}])
def test_the_base_keeps_the_states(cast: Cast, wrong: dict[str, Any]) -> None:
    incident = report(cast, told=HABILITATION)

    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(**wrong)


def test_an_access_not_cut_at_first_is_cut_in_one_act(cast: Cast) -> None:
    incident = report(cast, "garban", HABILITATION, about="double")

    said = sentences_of(lambda: actions.cut(by=cast.acteur("marchand"), incident=incident))

    assert said == [f"Marc Marchand a coupé l'accès de Denise Double : {incident.reference}."]
    assert person(cast, "double").has_usable_password() is False
    assert refusal_of(lambda: actions.cut(by=cast.acteur("marchand"), incident=incident)) == (
        "L'accès de cette personne est déjà coupé."
    )


def test_the_time_left_is_told_first_to_take_it_then_to_tell_the_cnil(cast: Cast) -> None:
    incident, now = report(cast, told=HABILITATION), timezone.now()
    incident.declared_at = now - timedelta(hours=1, minutes=1)
    waiting = delay_in_words(incident)
    incident.declared_at = now - timedelta(hours=6, minutes=1)
    late = delay_in_words(incident)
    incident.etat, incident.is_breach, incident.aware_at = "en_analyse", True, now - timedelta(hours=20, minutes=1)
    breach = delay_in_words(incident)
    incident.aware_at = now - timedelta(hours=75, minutes=1)
    untold = delay_in_words(incident)
    incident.notified_on = today()

    assert waiting == "À prendre en charge : il reste 2 h"
    assert late == "À prendre en charge : délai dépassé de 2 h"
    assert breach == "Cnil à notifier (article 33 du RGPD) : il reste 51 h"
    assert untold == "Cnil à notifier (article 33 du RGPD) : délai dépassé de 3 h"
    assert delay_in_words(incident) == ""


def test_what_nobody_takes_is_recalled_to_the_caf_once(cast: Cast) -> None:
    incident, other = report(cast, told=HABILITATION), report(cast, "guy", HABILITATION)
    Incident.objects.filter(pk=incident.pk).update(declared_at=timezone.now() - timedelta(hours=5))

    first, second = mails_of(actions.remind), mails_of(actions.remind)

    assert (first, second) == ([("incident_en_attente", "caf132@example.fr")], [])
    assert list(Incident.objects.late()) == [incident]
    assert Incident.objects.get(pk=other.pk).reminded_at is None
    assert JournalEntry.objects.filter(kind="incidents.incident.reminded").count() == 1


# Screens


def test_ce_n_est_pas_moi_from_the_profile_to_the_sign_in_page(cast: Cast, client_of, anonymous) -> None:
    robine = client_of("robine")
    anonymous.post("/connexion/", {"login": "ENF01302XB", "password": PASSWORD})
    sign_in = JournalEntry.objects.filter(kind="comptes.session.opened").latest("pk")
    profile = robine.get("/mon-profil/").content.decode()
    assert f"/incidents/signaler/?connexion={sign_in.pk}" in profile

    form = robine.get(f"/incidents/signaler/?connexion={sign_in.pk}").content.decode()
    typed = {"nature": "connexion", "noticed_on": today().isoformat(), "recit": "Pas moi"}
    shown = robine.post("/incidents/signaler/", typed)
    assert Incident.objects.count() == 0
    done = robine.post("/incidents/signaler/", confirmation_of(shown), follow=True)

    assert "depuis l&#x27;adresse 127.0.0.1" in form
    assert "Toutes vos sessions sont fermées, celle-ci comprise" in shown.content.decode()
    assert done.redirect_chain[-1][0] == "/connexion/"
    assert "demandez un mot de passe provisoire par « Mot de passe oublié ? »" in done.content.decode()


def test_the_sign_in_of_somebody_else_is_not_told(cast: Cast, client_of, anonymous) -> None:
    anonymous.post("/connexion/", {"login": "ENF01302SM", "password": PASSWORD})
    theirs = JournalEntry.objects.filter(kind="comptes.session.opened").latest("pk")

    page = client_of("robine").get(f"/incidents/signaler/?connexion={theirs.pk}").content.decode()

    assert "127.0.0.1" not in page


@pytest.mark.parametrize("url", ["/", "/mon-profil/", "/conventions/"])
def test_every_page_leads_to_the_report(cast: Cast, client_of, url: str) -> None:
    assert client_of("bruet").get(url).content.decode().count('href="/incidents/signaler/"') == 1


def test_who_cannot_sign_in_reads_how_to(anonymous, db) -> None:
    page = anonymous.get("/probleme-de-connexion/").content.decode()

    assert "qui peut le signaler à votre place" in page


def test_a_day_to_come_is_refused_and_nothing_typed_is_lost(cast: Cast, client_of) -> None:
    typed = {"nature": "autre", "noticed_on": in_days(1).isoformat(), "recit": "Un message étrange"}

    response = client_of("guy").post("/incidents/signaler/", typed)

    assert response.status_code == 422
    assert "Un message étrange" in response.content.decode()


def test_a_breach_must_be_decided_before_closing(cast: Cast, client_of) -> None:
    incident = report(cast, told=HABILITATION)
    follow(cast, incident)

    response = client_of("marchand").post(f"/incidents/{incident.pk}/clore/", {"conclusion": "Vu", "mesures": "Aucune"})

    assert response.status_code == 422
    assert Incident.objects.get().etat == "pris_en_charge"


def test_a_breach_is_told_to_the_cnil_or_said_harmless_before_closing(cast: Cast, client_of) -> None:
    incident = report(cast, told=HABILITATION)
    follow(cast, incident)
    typed, marchand = {"conclusion": "Vu", "mesures": "Aucune", "is_breach": "oui"}, client_of("marchand")

    refused = marchand.post(f"/incidents/{incident.pk}/clore/", typed)
    marchand.post(f"/incidents/{incident.pk}/clore/", typed | {"is_harmless": "on"})

    assert refused.status_code == 422
    closed = Incident.objects.get()
    assert (closed.etat, closed.is_breach, closed.aware_at, delay_in_words(closed)) == (
        "clos",
        True,
        closed.declared_at,
        "",
    )


@pytest.mark.parametrize(
    ("query", "found"), [("suivi=ouverts", 2), ("suivi=retard", 1), ("nature=autre", 0), ("organisme=faran", 2)]
)
def test_the_list_is_filtered(cast: Cast, client_of, query: str, found: int) -> None:
    first = report(cast, told=HABILITATION)
    report(cast, "guy", HABILITATION)
    Incident.objects.filter(pk=first.pk).update(declared_at=timezone.now() - timedelta(hours=9))

    page = client_of("marchand").get(f"/incidents/?{query}").content.decode()

    assert page.count("/incidents/0") == 0
    assert page.count("INC-") == found


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_as_for_many(cast: Cast, client_of, number: int) -> None:
    for _ in range(number):
        report(cast, told=HABILITATION)
    marchand = client_of("marchand")
    marchand.get("/incidents/")

    with CaptureQueriesContext(connection) as asked:
        marchand.get("/incidents/")

    assert len(asked) == 7


# At once


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    return build_cast()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_it_at_once_one_does(committed: Cast) -> None:
    incident, marchand = report(committed, told=HABILITATION), committed.acteur("marchand")

    told = at_once(*[lambda: actions.take(by=marchand, incident=incident)] * THREADS)

    assert len([each for each in told if each is None]) == 1


def test_nothing_is_said_without_words(cast: Cast) -> None:
    incident = report(cast, told=HABILITATION)

    with pytest.raises(IntegrityError), transaction.atomic():
        NoteIncident.objects.create(incident=incident, author=cast.people["guy"], text="")
