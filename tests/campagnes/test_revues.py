"""Answers: by whoever is nearest, corrected until the end, handed on when one does not know; reminders, levels up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portail.campagnes import actions, tasks
from portail.campagnes.enums import EtatCampagne
from portail.campagnes.models import LigneCampagne, ReponseCampagne
from portail.campagnes.queries.revues import given_to, revues_for, seen
from portail.conventions.models import Administrateur
from portail.courriels.models import Courriel
from portail.habilitations.models import Responsable
from portail.ui.rules import Refused, Stale
from tests.campagnes import answered, closed, fresh, launched, ligne, prepared, sentences


def _lines_of(cast, who, *, given=False):
    acteur = cast.acteur(who)
    rows = given_to(acteur, revues_for(acteur)) if given else revues_for(acteur)
    return {(row.utilisateur.nom, row.groupe.code) for row in rows}


def test_everybody_sees_what_he_may_answer_never_himself(cast):
    launched(cast)

    assert _lines_of(cast, "garban") == {("Double", "GUICHET")}
    assert _lines_of(cast, "bruet") == {("Robine", "AFAS-DEC"), ("Garban", "ACCUEIL"), ("Double", "GUICHET")}
    assert _lines_of(cast, "bruet", given=True) == {("Robine", "AFAS-DEC"), ("Garban", "ACCUEIL")}
    assert _lines_of(cast, "voisin") == {("Double", "VOISINS")}
    for other in ("robine", "double", "lointain", "marchand", "horsain", "auditeau"):
        assert _lines_of(cast, other) == set()


def test_nothing_is_to_be_answered_before_the_launch_nor_after_the_end(cast):
    campagne = prepared(cast)
    assert _lines_of(cast, "bruet") == set()
    actions.launch(by=cast.acteur("marchand"), campagne=campagne)
    line = ligne(cast, campagne, "robine", "AFAS-DEC")
    closed(cast, fresh(campagne))

    with pytest.raises(Refused, match="n'attend plus de réponse"):
        answered(cast, "bruet", line, "garder")


def test_an_answer_may_be_corrected_and_both_stay(cast):
    campagne = launched(cast)
    answered(cast, "bruet", ligne(cast, campagne, "robine", "AFAS-DEC"), "retirer", motif="A quitté le service")

    answered(cast, "bruet", ligne(cast, campagne, "robine", "AFAS-DEC"), "garder")

    line = ligne(cast, campagne, "robine", "AFAS-DEC")
    assert (line.reponse, line.edition, line.motif) == ("garder", 2, "")
    given = ReponseCampagne.objects.filter(ligne=line).values_list("reponse", "motif")
    assert list(given) == [("retirer", "A quitté le service"), ("garder", "")]
    assert sentences("campagnes.revue.answered") == [
        f"Stéphane Bruet a répondu « {word} » pour 1\u00a0ligne de la campagne n° {campagne.pk} « Revue annuelle »."
        for word in ("Retirer", "Garder")
    ]


def test_who_was_overtaken_is_told(cast):
    campagne = launched(cast)
    before = ligne(cast, campagne, "double", "GUICHET")
    answered(cast, "garban", before, "garder")

    with pytest.raises(Stale):
        answered(cast, "bruet", before, "retirer")

    assert ligne(cast, campagne, "double", "GUICHET").reponse == "garder"


def test_a_limit_in_the_past_is_refused(cast):
    campagne = launched(cast)
    yesterday = timezone.localdate() - timedelta(days=1)

    with pytest.raises(Refused, match="La date limite est passée"):
        answered(cast, "bruet", ligne(cast, campagne, "robine", "AFAS-DEC"), "limiter", limite_on=yesterday)


@pytest.mark.parametrize("who", ["garban", "lointain", "robine"])
def test_a_line_of_others_is_not_answered(cast, who):
    line = ligne(cast, launched(cast), "robine", "AFAS-DEC")

    with pytest.raises(Refused):
        answered(cast, who, line, "garder")


def test_not_knowing_asks_the_administrateur_then_the_caf(cast):
    campagne = launched(cast)
    answered(cast, "garban", ligne(cast, campagne, "double", "GUICHET"), "ne_sait_pas")
    line = ligne(cast, campagne, "double", "GUICHET")
    assert (line.niveau, line.relecteur) == ("administrateur", cast.people["bruet"])
    assert ("Double", "GUICHET") in _lines_of(cast, "bruet", given=True)

    answered(cast, "bruet", line, "ne_sait_pas")

    line = ligne(cast, campagne, "double", "GUICHET")
    assert (line.niveau, line.relecteur) == ("caf", None)
    assert _lines_of(cast, "marchand") == {("Double", "GUICHET")}
    answered(cast, "marchand", line, "garder")
    assert ligne(cast, campagne, "double", "GUICHET").answered_by == cast.people["marchand"]


def test_an_administrateur_who_does_not_know_in_place_of_a_responsable_is_not_asked_again(cast):
    campagne = launched(cast)

    answered(cast, "bruet", ligne(cast, campagne, "double", "GUICHET"), "ne_sait_pas")

    assert ligne(cast, campagne, "double", "GUICHET").niveau == "caf"


def test_many_lines_are_answered_at_once_or_none(cast):
    campagne = launched(cast)
    lines = list(campagne.lignes.filter(relecteur=cast.people["bruet"]))

    actions.answer(by=cast.acteur("bruet"), lignes=lines, reponse="garder", expected=seen(lines))

    assert campagne.lignes.filter(reponse="garder").count() == 2
    everything = list(campagne.lignes.all())
    with pytest.raises(Refused, match="ne vous est plus confiée"):
        actions.answer(by=cast.acteur("bruet"), lignes=everything, reponse="retirer", expected=seen(everything))
    assert not campagne.lignes.filter(reponse="retirer").exists()


def _reminded(campagne, days):
    Courriel.objects.all().delete()
    actions.remind(campagne.ends_on - timedelta(days=days))
    return sorted(Courriel.objects.filter(kind="campagne_rappel").values_list("to", "facts__lines"))


def test_reminders_go_to_who_has_not_answered_once_each(cast):
    campagne = launched(cast)
    answered(cast, "garban", ligne(cast, campagne, "double", "GUICHET"), "garder")

    assert _reminded(campagne, 15) == []
    assert _reminded(campagne, 14) == [("bruet@example.fr", 2), ("voisin@example.fr", 1)]
    assert _reminded(campagne, 14) == []
    assert _reminded(campagne, 13) == []


def test_what_stays_without_answer_goes_up(cast):
    campagne = launched(cast)

    assert _reminded(campagne, 7) == [("bruet@example.fr", 3), ("voisin@example.fr", 1)]
    assert _reminded(campagne, 1) == [("marchand@example.fr", 4)]

    assert set(campagne.lignes.values_list("niveau", flat=True)) == {"caf"}
    assert sentences("campagnes.revue.escalated") == [
        f"Le système a transmis {lines} sans réponse de la campagne n° {campagne.pk} « Revue annuelle » "
        "au niveau suivant."
        for lines in ("1\u00a0ligne", "4\u00a0lignes")
    ]


def test_after_days_without_a_worker_no_line_jumps_a_level(cast):
    campagne = launched(cast)

    assert _reminded(campagne, 1) == [("bruet@example.fr", 1), ("marchand@example.fr", 3)]


def test_who_answers_no_more_for_the_group_is_asked_no_more(cast):
    campagne = launched(cast)
    Responsable.objects.all().update(closes_on=timezone.localdate() - timedelta(days=1))

    actions.remind(timezone.localdate())

    assert ligne(cast, campagne, "double", "GUICHET").relecteur == cast.people["bruet"]
    assert _lines_of(cast, "garban") == set()


def test_an_administrateur_who_left_leaves_his_lines_to_the_caf(cast):
    campagne = launched(cast)
    Administrateur.objects.filter(rattachement=cast.rattachements["bruet"]).update(
        closes_on=timezone.localdate() - timedelta(days=1)
    )

    actions.remind(timezone.localdate())

    assert ligne(cast, campagne, "robine", "AFAS-DEC").niveau == "caf"


def test_the_deadline_closes_the_answers_and_tells_who_launched_it(cast):
    campagne = launched(cast, days=1)

    assert actions.close_ended(campagne.ends_on) == 0
    assert actions.close_ended(campagne.ends_on + timedelta(days=1)) == 1
    assert actions.close_ended(campagne.ends_on + timedelta(days=1)) == 0

    assert fresh(campagne).etat == EtatCampagne.A_APPLIQUER
    assert Courriel.objects.filter(kind="campagne_a_appliquer", to="marchand@example.fr").count() == 1
    assert sentences("campagnes.campagne.closed") == [
        f"Le système a clos les réponses de la campagne n° {campagne.pk} « Revue annuelle »."
    ]


def test_the_daily_job_does_both(cast):
    campagne = launched(cast, days=14)

    tasks.remind(timestamp=0)

    assert fresh(campagne).rappel == 14
    assert not Courriel.objects.filter(kind="campagne_rappel").exists()  # the launch has told the same day


def test_nobody_is_given_his_own_line_by_the_base(cast):
    line = ligne(cast, launched(cast), "robine", "AFAS-DEC")

    with pytest.raises(Exception, match="never_by_himself"):
        LigneCampagne.objects.filter(pk=line.pk).update(relecteur=cast.people["robine"])
