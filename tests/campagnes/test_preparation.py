"""Who is asked about whom: the nearest who knows, never the person himself; nothing leaves before the launch."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portail.campagnes import actions, queries
from portail.campagnes.enums import EtatCampagne, Niveau, RegleFin
from portail.campagnes.models import Campagne, LigneCampagne
from portail.conventions.models import Administrateur
from portail.courriels.models import Courriel
from portail.habilitations import actions as habilitations
from portail.habilitations.models import Responsable
from portail.ui.rules import Refused
from tests.campagnes import fresh, launched, ligne, prepared, sentences


def _asked(campagne: Campagne) -> dict[tuple[str, str], tuple[str, str]]:
    rows = campagne.lignes.select_related("utilisateur", "groupe", "relecteur")
    return {
        (row.utilisateur.nom, row.groupe.code): (row.niveau, row.relecteur.nom if row.relecteur else "") for row in rows
    }


def test_each_line_goes_to_the_nearest_who_knows(cast):
    campagne = prepared(cast)

    assert campagne.etat == EtatCampagne.A_LANCER
    assert _asked(campagne) == {
        ("Robine", "AFAS-DEC"): ("administrateur", "Bruet"),
        ("Garban", "ACCUEIL"): ("administrateur", "Bruet"),  # its responsable, but himself
        ("Double", "GUICHET"): ("responsable", "Garban"),
        ("Double", "VOISINS"): ("administrateur", "Voisin"),
    }
    assert sentences("campagnes.campagne.prepared") == [
        f"Marc Marchand a préparé la campagne n° {campagne.pk} « Revue annuelle » : 4\u00a0lignes."
    ]
    line = ligne(cast, campagne, "double", "GUICHET")
    assert line.roles == ["cdap.t5"]
    assert line.last_login is not None


def test_what_only_the_caf_can_answer_goes_to_the_caf(cast):
    habilitations.add_to_groupe(
        by=cast.acteur("bruet"),
        groupe=cast.groupe("AFAS-DEC"),
        rattachement=cast.rattachement("bruet"),
        opens_on=timezone.localdate(),
        closes_on=None,
    )

    campagne = prepared(cast, by="bruet")

    assert _asked(campagne)["Bruet", "AFAS-DEC"] == ("caf", "")
    assert queries.at_caf(campagne) == 1


def test_the_responsable_above_is_asked_when_the_nearest_is_the_person(cast):
    Responsable.objects.create(
        groupe=cast.groupes["GUICHET"], rattachement=cast.rattachements["double"], opens_on=timezone.localdate()
    )

    assert _asked(prepared(cast))["Double", "GUICHET"] == ("responsable", "Garban")


@pytest.mark.parametrize(
    ("perimetre", "people"),
    [
        ({"service": "cdap"}, {"Garban", "Double"}),
        ({"role": "cdap.t1"}, {"Garban"}),
        ({"groupe": "guichet"}, {"Double"}),
        ({"groupe": "AFAS-DEC"}, {"Robine"}),
        ({"organisme": "voisine"}, {"Double"}),
        ({"convention": "1303"}, {"Double"}),
        ({"sans_usage": "12"}, {"Robine"}),
    ],
)
def test_the_scope_narrows_it(cast, perimetre, people):
    cast.people["robine"].last_login = timezone.now() - timedelta(days=500)
    cast.people["robine"].save(update_fields=["last_login"])

    campagne = prepared(cast, perimetre=perimetre)

    assert {person for person, _ in _asked(campagne)} == people


def test_a_partner_s_campaign_is_of_his_own_convention(cast):
    campagne = prepared(cast, by="bruet")

    assert {row.convention_id for row in campagne.lignes.all()} == {cast.conventions["farandole"].pk}
    assert campagne.convention == cast.conventions["farandole"]
    with pytest.raises(Refused, match="Aucune convention"):
        prepared(cast, by="bruet", perimetre={"convention": "1303"})


@pytest.mark.parametrize("who", ["garban", "robine", "auditeau", "gestin"])
def test_others_prepare_none(cast, who):
    with pytest.raises(Refused, match="Seuls les administrateurs"):
        prepared(cast, by=who, perimetre={"convention": "1"})


def test_the_deadline_leaves_time(cast):
    with pytest.raises(Refused, match="un jour à venir"):
        prepared(cast, days=0)
    with pytest.raises(Refused, match="ne peut précéder l'échéance"):
        prepared(cast, regle=RegleFin.LIMITE, regle_on=timezone.localdate())


def test_a_worker_that_was_stopped_goes_on_from_the_last_conventions(cast, monkeypatch):
    monkeypatch.setattr("portail.campagnes.actions.preparation.CONVENTIONS_AT_ONCE", 1)
    campagne = prepared(cast)
    assert campagne.total == 4
    Campagne.objects.filter(pk=campagne.pk).update(etat=EtatCampagne.PREPARATION, done=1)
    LigneCampagne.objects.exclude(convention=campagne.conventions[0]).delete()

    actions.carry_on_all()

    assert fresh(campagne).total == 4
    assert fresh(campagne).etat == EtatCampagne.A_LANCER


def test_a_preparation_by_somebody_who_left_stops_with_the_reason(cast):
    campagne = prepared(cast, by="bruet")
    Campagne.objects.filter(pk=campagne.pk).update(etat=EtatCampagne.PREPARATION)
    Administrateur.objects.filter(rattachement=cast.rattachements["bruet"]).update(
        closes_on=timezone.localdate() - timedelta(days=1)
    )

    actions.carry_on(campagne.pk)

    assert fresh(campagne).etat == EtatCampagne.ECHEC
    assert "n'administre plus" in fresh(campagne).sentence


def test_launching_sends_one_mail_to_each_reviewer(cast):
    campagne = launched(cast)

    mails = Courriel.objects.filter(kind="campagne_ouverte")
    assert sorted((m.to, m.facts["lines"]) for m in mails) == [
        ("bruet@example.fr", 2),
        ("garban@example.fr", 1),
        ("voisin@example.fr", 1),
    ]
    assert sentences("campagnes.campagne.launched")[0].endswith(f"à revoir avant le {campagne.ends_on:%d/%m/%Y}.")
    with pytest.raises(Refused, match="Revue en cours"):
        actions.launch(by=cast.acteur("marchand"), campagne=campagne)


def test_a_campaign_without_line_is_not_launched(cast):
    campagne = prepared(cast, perimetre={"service": "dgfip"})

    with pytest.raises(Refused, match="aucune ligne"):
        actions.launch(by=cast.acteur("marchand"), campagne=campagne)


def test_a_campaign_given_up_applies_nothing(cast):
    campagne = launched(cast)

    actions.drop(by=cast.acteur("marchand"), campagne=campagne)

    assert fresh(campagne).etat == EtatCampagne.ABANDONNEE
    assert sentences("campagnes.campagne.dropped") == [
        f"Marc Marchand a abandonné la campagne n° {campagne.pk} « Revue annuelle »."
    ]
    with pytest.raises(Refused, match="Abandonnée"):
        actions.close_answers(by=cast.acteur("marchand"), campagne=fresh(campagne))


@pytest.mark.parametrize("who", ["horsain", "auditeau", "bruet"])
def test_nobody_else_decides_of_it(cast, who):
    campagne = prepared(cast)

    with pytest.raises(Refused, match="la Caf qui l'a préparée"):
        actions.launch(by=cast.acteur(who), campagne=campagne)


def test_every_line_has_a_level(cast):
    assert set(prepared(cast).lignes.values_list("niveau", flat=True)) <= set(Niveau.values)
