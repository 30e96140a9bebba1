"""What time, other people and suppléances must not turn against the people reviewed."""

from contextlib import contextmanager

import pytest

from portail.campagnes import actions
from portail.campagnes.actions import application
from portail.campagnes.actions import campagnes as life
from portail.campagnes.actions.pieces import _campagnes
from portail.campagnes.models import LigneCampagne
from portail.campagnes.queries.revues import revues_for
from portail.habilitations import actions as habilitations
from portail.habilitations.acteur import acteur_for
from portail.habilitations.models import Appartenance
from portail.ui.rules import Refused
from tests.campagnes import answered, applied, closed, fresh, launched, ligne, prepared, undone
from tests.habilitations.facts import in_days, today


def _membership(line: LigneCampagne, **dates) -> None:
    Appartenance.objects.filter(pk=line.appartenance_id).update(**dates)


def test_who_stands_in_for_somebody_does_not_review_him(cast):
    line = ligne(cast, launched(cast), "garban", "ACCUEIL")
    lent = habilitations.name_suppleant(
        by=cast.acteur("garban"),
        titulaire=cast.rattachement("garban"),
        suppleant=cast.rattachement("guy"),
        opens_on=today(),
        closes_on=in_days(10),
        motif="Congés",
    )

    guy = acteur_for(cast.people["guy"], on=today(), suppleance=lent.pk)

    assert not revues_for(guy).filter(pk=line.pk).exists()


def test_a_campaign_applied_late_limits_nothing_in_the_past(cast):
    campagne = launched(cast)
    line = ligne(cast, campagne, "garban", "ACCUEIL")
    _membership(line, opens_on=in_days(-60))
    answered(cast, "bruet", line, "limiter", limite_on=today())
    LigneCampagne.objects.filter(pk=line.pk).update(limite_on=in_days(-20))  # twenty days have gone by

    applied(cast, fresh(campagne))

    assert Appartenance.objects.get(pk=line.appartenance_id).closes_on == in_days(-1)


def test_undoing_brings_back_what_somebody_had_set_while_it_was_being_applied(cast, monkeypatch):
    campagne = launched(cast)
    line = ligne(cast, campagne, "garban", "ACCUEIL")
    _membership(line, opens_on=in_days(-60), closes_on=in_days(90))
    answered(cast, "bruet", line, "retirer")
    real = application.together

    @contextmanager
    def after_another(*arguments):
        _membership(line, closes_on=in_days(30))
        with real(*arguments):
            yield

    with monkeypatch.context() as patched:
        patched.setattr(application, "together", after_another)
        campagne = applied(cast, fresh(campagne))
    undone(cast, campagne)

    assert Appartenance.objects.get(pk=line.appartenance_id).closes_on == in_days(30)


def test_what_has_taken_accesses_away_is_not_given_up(cast, monkeypatch):
    campagne = launched(cast)
    for who, groupe in (("garban", "ACCUEIL"), ("robine", "AFAS-DEC")):
        answered(cast, "bruet", ligne(cast, campagne, who, groupe), "retirer")
    monkeypatch.setattr(application, "LINES_AT_ONCE", 1)
    campagne = closed(cast, fresh(campagne))
    actions.apply_campagne(by=cast.acteur("marchand"), campagne=campagne)
    life._carry_on_once(campagne.pk)
    life._stop(campagne.pk, "Panne")

    with pytest.raises(Refused, match="appliquez-la jusqu'au bout"):
        actions.drop(by=cast.acteur("marchand"), campagne=fresh(campagne))


def test_the_pack_of_a_partner_tells_no_campaign_of_the_caf(cast):
    prepared(cast)
    convention = cast.conventions["farandole"]
    days = {"since": in_days(-5), "until": today()}

    theirs = actions.ask_dossier(by=cast.acteur("bruet"), convention=convention, **days)
    of_the_caf = actions.ask_dossier(by=cast.acteur("marchand"), convention=convention, **days)

    assert "Revue annuelle" not in _campagnes([convention.pk], theirs).decode()
    assert "Revue annuelle" in _campagnes([convention.pk], of_the_caf).decode()
