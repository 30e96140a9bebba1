"""Proofs: a role that asks for one acts on the days it covers; who gives, checks, withdraws, opens it; what is kept."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portail.accueil.queries import tiles_for
from portail.conventions.models import Administrateur, RoleBulletin
from portail.conventions.roles import asks_proof
from portail.habilitations import actions
from portail.habilitations.actions import justificatifs
from portail.habilitations.models import Justificatif, RoleGroupe, Terme
from portail.habilitations.queries.conditions import stops_for
from portail.habilitations.queries.explanation import explain
from portail.habilitations.queries.justificatifs import justificatifs_for
from portail.habilitations.rules import justificatifs as rules
from tests.cast import Cast
from tests.habilitations.facts import (
    confirmation_of,
    in_days,
    mails_of,
    may_use,
    refusal_of,
    sentences_of,
    today,
    told,
)
from tests.habilitations.proofs import PNG, T1, checked, deposit
from tests.permissions.world import PDF


def test_t1_asks_for_a_diploma_and_t5_does_not() -> None:
    assert (asks_proof(T1), asks_proof("cdap.t5")) == (True, False)


def test_without_a_proof_the_role_does_not_act_and_the_others_do(asked: Cast) -> None:
    assert asked.acteur("garban").roles_of("cdap") == {"cdap.t5"}
    assert may_use(asked, "garban", T1, in_days(-1)) is may_use(asked, "garban", "cdap.t5", in_days(-1))


def test_a_checked_proof_opens_the_role_between_its_days(asked: Cast) -> None:
    checked(asked, closes_on=in_days(30))

    found = [may_use(asked, "garban", T1, in_days(days)) for days in (0, 30, 31)]
    assert found == [True, True, False]


def test_a_proof_that_waits_or_was_refused_opens_nothing(asked: Cast) -> None:
    given = deposit(asked)
    assert not may_use(asked, "garban", T1)

    justificatifs.refuse_justificatif(by=asked.acteur("bruet"), justificatif=given, refusal="Illisible.")

    assert not may_use(asked, "garban", T1)


def test_the_whole_story_is_journalled_and_mailed(asked: Cast) -> None:
    sent: list[Any] = []

    def story() -> None:
        given = deposit(asked)
        justificatifs.check(by=asked.acteur("bruet"), justificatif=given, opens_on=today(), closes_on=in_days(9))
        justificatifs.recontrol(by=asked.acteur("marchand"), justificatif=given)
        justificatifs.open_file(by=asked.acteur("bruet"), justificatif=given)
        justificatifs.withdraw_justificatif(
            by=asked.acteur("marchand"), justificatif=given, closes_on=in_days(-1), motif="Diplôme d'un autre"
        )
        other = deposit(asked)
        justificatifs.refuse_justificatif(by=asked.acteur("bruet"), justificatif=other, refusal="Illisible.")

    said = sentences_of(lambda: sent.extend(mails_of(story)))

    of = "Gilles Garban (Diplôme de travail social)"
    assert said == [
        "Gilles Garban a déposé un justificatif pour Gilles Garban : Diplôme de travail social.",
        f"Stéphane Bruet a vérifié le justificatif de {of}, du {told(today())} au {told(in_days(9))}.",
        f"Marc Marchand a contrôlé de nouveau le justificatif de {of}.",
        f"Stéphane Bruet a ouvert le fichier du justificatif de {of}.",
        f"Marc Marchand a retiré le justificatif de {of} au {told(in_days(-1))} : Diplôme d'un autre",
        "Gilles Garban a déposé un justificatif pour Gilles Garban : Diplôme de travail social.",
        f"Stéphane Bruet a refusé le justificatif de {of} : Illisible.",
    ]
    assert [kind for kind, _ in sent] == [
        "justificatif_a_verifier",
        "justificatif_verifie",
        "justificatif_retire",
        "justificatif_a_verifier",
        "justificatif_refuse",
    ]
    assert not may_use(asked, "garban", T1)


def test_nobody_checks_or_withdraws_his_own(asked: Cast) -> None:
    actions.add_to_groupe(
        by=asked.acteur("bruet"),
        groupe=asked.groupe("ACCUEIL"),
        rattachement=asked.rattachement("bruet"),
        opens_on=today(),
        closes_on=None,
    )
    own = deposit(asked, "bruet")
    bruet = asked.acteur("bruet")

    refusal = refusal_of(lambda: justificatifs.check(by=bruet, justificatif=own, opens_on=today(), closes_on=None))

    assert refusal.startswith("Personne ne vérifie ni ne retire son propre justificatif")


def test_an_only_administrateur_s_proof_is_told_to_the_caf(asked: Cast) -> None:
    assert mails_of(lambda: deposit(asked, "bruet")) == [("justificatif_a_verifier", "caf132@example.fr")]


@pytest.mark.parametrize("name", ["auditeau", "gestin", "horsain", "lointain", "robine"])
def test_others_do_not_check(asked: Cast, name: str) -> None:
    given = deposit(asked)

    refusal_of(lambda: justificatifs.check(by=asked.acteur(name), justificatif=given, opens_on=today(), closes_on=None))


def test_a_responsable_checks_the_proofs_of_his_people(asked: Cast) -> None:
    given = deposit(asked, "double")

    justificatifs.check(by=asked.acteur("garban"), justificatif=given, opens_on=today(), closes_on=None)

    given.refresh_from_db()
    assert given.situation(today()) == "verifie"


def test_who_administers_elsewhere_does_not_see_it(asked: Cast) -> None:
    """Voisine asks for no proof: what Double shows for Farandole is none of its business."""
    given = deposit(asked, "double")

    assert not justificatifs_for(asked.acteur("voisin")).exists()
    assert given in justificatifs_for(asked.acteur("bruet"))


def test_it_is_decided_once(asked: Cast) -> None:
    given = checked(asked)

    bruet = asked.acteur("bruet")
    refusal = refusal_of(lambda: justificatifs.refuse_justificatif(by=bruet, justificatif=given, refusal="Non"))

    assert refusal == "Ce justificatif a déjà été traité."


def test_a_proof_opens_nothing_in_the_past(asked: Cast) -> None:
    given, bruet = deposit(asked), asked.acteur("bruet")

    refusal = refusal_of(
        lambda: justificatifs.check(by=bruet, justificatif=given, opens_on=in_days(-1), closes_on=None)
    )

    assert refusal.startswith("Un justificatif ne vaut pas avant d'être vérifié")


def test_a_quota_is_kept_when_a_proof_opens_a_right(asked: Cast) -> None:
    RoleGroupe.objects.filter(role="cdap.t5").update(closes_on=in_days(-1))
    asked.conventions["farandole"].bulletins.filter(service="cdap").update(max_utilisateurs=0)
    given, bruet = deposit(asked), asked.acteur("bruet")

    refusal = refusal_of(lambda: justificatifs.check(by=bruet, justificatif=given, opens_on=today(), closes_on=None))

    assert refusal.startswith("Le bulletin d'adhésion limite")


def test_a_new_deposit_takes_the_place_of_the_one_that_waits(asked: Cast) -> None:
    first, second = deposit(asked), deposit(asked)

    first.refresh_from_db()
    assert (first.etat, first.refusal, second.etat) == ("refuse", "Remplacé par un nouveau dépôt.", "depose")


def test_a_role_that_asks_for_nothing_takes_no_proof(cast: Cast) -> None:
    assert refusal_of(lambda: deposit(cast)) == "Ce rôle ne demande pas de justificatif à cette personne."


# What everybody sees


def _explained(cast: Cast) -> Any:
    return next(e for e in explain(cast.rattachement("garban"), today()) if e.role.code == T1)


def test_the_explanation_says_what_is_missing_and_who_checks(asked: Cast) -> None:
    missing = _explained(asked)
    deposit(asked)
    waiting = _explained(asked)

    assert [link.reason for link in missing.links if not link.is_ok] == ["Le justificatif manque."]
    assert missing.remedy.startswith("La personne le dépose dans « Mes justificatifs ». Un administrateur")
    assert [link.reason for link in waiting.links if not link.is_ok] == [
        "Le justificatif est déposé, mais personne ne l'a encore vérifié."
    ]


def test_the_explanation_says_when_it_lapsed_or_was_withdrawn(asked: Cast) -> None:
    given = checked(asked)
    assert _explained(asked).is_held
    Justificatif.objects.update(opens_on=in_days(-9), closes_on=in_days(-2))

    lapsed = [link.reason for link in _explained(asked).links if not link.is_ok]
    Justificatif.objects.update(closes_on=None)
    justificatifs.withdraw_justificatif(
        by=asked.acteur("bruet"), justificatif=given, closes_on=in_days(-1), motif="Faux"
    )
    withdrawn = [link.reason for link in _explained(asked).links if not link.is_ok]

    assert lapsed == [f"Le justificatif a expiré le {told(in_days(-2))}."]
    assert withdrawn == [f"Le justificatif a été retiré le {told(today())} : Faux"]


def test_home_asks_for_it_and_the_tile_says_why(asked: Cast, client_of: Any) -> None:
    RoleGroupe.objects.filter(role="cdap.t5").update(closes_on=in_days(-1))
    garban = asked.acteur("garban")

    tile = next(t for t in tiles_for(garban, stops_for(garban)) if t.service.code == "cdap")
    page = client_of("garban").get("/").content.decode()

    assert (
        tile.reason == "Votre justificatif manque (Diplôme de travail social) : déposez-le dans « Mes justificatifs »."
    )
    assert "Sans lui, ce rôle ne vous est pas ouvert." in page
    assert reverse("habilitations:justificatif_mine") in page


def test_home_warns_of_a_proof_that_will_be_asked(cast: Cast, client_of: Any) -> None:
    RoleBulletin.objects.filter(role=T1).update(justificatif_since=in_days(20))

    page = client_of("garban").get("/").content.decode()

    assert f"Sans lui, ce rôle s'arrête le {told(in_days(20))}" in page
    assert may_use(cast, "garban", T1)


def test_the_end_of_a_proof_is_on_the_horizon_and_told_beforehand(asked: Cast) -> None:
    checked(asked, closes_on=in_days(20))

    terme = Terme.objects.get(nature="justificatif")
    sent = mails_of(actions.tell_ends)

    assert (terme.closes_on, terme.what) == (in_days(20), "Gilles Garban (ENF01302XA), Diplôme de travail social")
    assert not terme.is_renewable
    assert sorted(sent) == [("fin_de_votre_acces", "garban@example.fr"), ("fins_prochaines", "bruet@example.fr")]


def test_a_proof_that_another_one_follows_does_not_end(asked: Cast) -> None:
    checked(asked, closes_on=in_days(20))
    checked(asked)

    assert not Terme.objects.filter(nature="justificatif").exists()


def test_the_horizon_says_which_right_stops(asked: Cast, client_of: Any) -> None:
    checked(asked, closes_on=in_days(20))

    page = client_of("bruet").get(reverse("habilitations:horizon_list"), {"nature": "justificatif"}).content.decode()

    assert "Consulter un dossier – T1 – Travailleur social" in page
    assert "Déposer un nouveau justificatif" in page


# The screens, from the deposit to the withdrawal


def test_from_deposit_to_withdrawal(asked: Cast, client_of: Any) -> None:
    garban, bruet = client_of("garban"), client_of("bruet")
    done = garban.post(
        reverse("habilitations:justificatif_create", args=[T1]), {"fichier": SimpleUploadedFile("d.pdf", PDF)}
    )
    assert done["Location"] == reverse("habilitations:justificatif_mine")
    given = Justificatif.objects.get()
    url = reverse("habilitations:justificatif_check", args=[given.pk])

    preview = bruet.post(url, {"decision": "verifier", "opens_on": today().isoformat()})
    assert "Gilles Garban (ENF01302XA)" in preview.content.decode()
    assert "T1 – Travailleur social" in preview.content.decode()
    assert not may_use(asked, "garban", T1)
    assert bruet.post(url, confirmation_of(preview)).status_code == 302
    assert may_use(asked, "garban", T1)

    url = reverse("habilitations:justificatif_withdraw", args=[given.pk])
    preview = bruet.post(url, {"when": "tout_de_suite", "motif": "Diplôme d'un autre"})
    assert "perd" in preview.content.decode().lower()
    assert bruet.post(url, confirmation_of(preview)).status_code == 302
    assert not may_use(asked, "garban", T1)
    assert "Retiré" in garban.get(reverse("habilitations:justificatif_mine")).content.decode()


def test_a_file_that_is_none_of_these_is_refused_in_the_form(asked: Cast, client_of: Any) -> None:
    url = reverse("habilitations:justificatif_create", args=[T1])

    response = client_of("garban").post(url, {"fichier": SimpleUploadedFile("diplome.pdf", b"MZ\x90")})

    assert response.status_code == 422
    assert "n&#x27;est pas un PDF" in response.content.decode() or "n'est pas un PDF" in response.content.decode()


def test_who_manages_the_person_gives_it_for_him_and_checks_it(asked: Cast, client_of: Any) -> None:
    bruet, garban = client_of("bruet"), asked.rattachements["garban"]
    url = reverse("habilitations:justificatif_add", args=[garban.convention_id, garban.pk])

    assert bruet.post(url, {"fichier": SimpleUploadedFile("d.png", PNG)}).status_code == 302

    given = Justificatif.objects.get()
    assert (given.deposited_by, given.utilisateur) == (asked.people["bruet"], asked.people["garban"])
    assert rules.refuse_checking(asked.acteur("bruet"), given) is None


def test_the_list_filters_sorts_exports_in_as_many_queries_for_many(
    asked: Cast, client_of: Any, django_assert_max_num_queries: Any
) -> None:
    checked(asked)
    deposit(asked)
    deposit(asked, "double")
    bruet, url = client_of("bruet"), reverse("habilitations:justificatif_list")

    for filters, count in (({}, 3), ({"etat": "depose"}, 2), ({"etat": "verifie"}, 1), ({"nom": "double"}, 1)):
        assert bruet.get(url, filters).context["table"].total == count, filters
    for sort in ("personne", "-role", "deposited_at", "closes_on"):
        assert bruet.get(url, {"sort": sort}).status_code == 200
    lines = bruet.get(reverse("habilitations:justificatif_export", args=["csv"])).content.decode("utf-8-sig")
    assert lines.splitlines()[0].startswith("Personne;Identifiant;Justificatif;Pour le rôle;Déposé le;État")
    marchand = asked.acteur("marchand")
    with django_assert_max_num_queries(1):
        assert {each.utilisateur.nom for each in justificatifs_for(marchand)} == {"Garban", "Double"}


def test_an_administrateur_of_another_convention_never_sees_the_list_line(asked: Cast, client_of: Any) -> None:
    deposit(asked)
    assert Administrateur.objects.filter(rattachement__utilisateur=asked.people["voisin"]).exists()

    assert "Garban" not in client_of("voisin").get(reverse("habilitations:justificatif_list")).content.decode()
