"""The life of an import: vérification, confirmation, application, annulation; whole or not at all."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from portail.comptes.models import Utilisateur
from portail.conventions.models import Rattachement
from portail.courriels.models import Courriel
from portail.habilitations import tasks
from portail.habilitations.actions import imports
from portail.habilitations.actions.repetition import Line
from portail.habilitations.models import Appartenance, ImportUtilisateurs, LigneImport
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.cast import Cast, build_cast
from tests.habilitations.facts import in_days, may_use, sentences_of, today


def given(cast: Cast, *lines: dict[str, Any], by: str = "bruet") -> ImportUtilisateurs:
    """An import already rehearsed by the worker."""
    work = imports.start_import(
        by=cast.acteur(by),
        convention=cast.conventions["farandole"],
        file_name="equipe.csv",
        digest="0" * 64,
        lines=[Line(rang, values) for rang, values in enumerate(lines, 2)],
    )
    tasks.carry_on_import(work.pk)
    work.refresh_from_db()
    return work


def confirmed(cast: Cast, work: ImportUtilisateurs) -> ImportUtilisateurs:
    imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition)
    tasks.carry_on_import(work.pk)
    work.refresh_from_db()
    return work


def undone(cast: Cast, work: ImportUtilisateurs) -> ImportUtilisateurs:
    imports.undo_import(by=cast.acteur("bruet"), work=work)
    tasks.carry_on_import(work.pk)
    work.refresh_from_db()
    return work


def nora(**other: Any) -> dict[str, Any]:
    return {"nom": "Neuf", "prenom": "Nora", "courriel": "nora@example.fr", "groupes": ["GUICHET"]} | other


GUY = {"courriel": "guy@example.fr", "telephone": "0491000000", "groupes": ["AFAS-DEC"]}


def verdicts(work: ImportUtilisateurs) -> list[str]:
    return list(work.lignes.order_by("rang").values_list("verdict", flat=True))


def test_an_import_is_rehearsed_then_applied_as_shown_and_journalled(cast: Cast) -> None:
    work = given(cast, nora(), GUY, nora(courriel="perdu"), {"courriel": "robine@example.fr"})
    assert (work.etat, verdicts(work)) == ("a_confirmer", ["cree", "modifie", "cree", "inchange"])
    assert not Utilisateur.objects.filter(courriel="nora@example.fr").exists()

    told = sentences_of(lambda: confirmed(cast, work))

    work.refresh_from_db()
    assert (work.etat, verdicts(work)) == ("applique", ["cree", "modifie", "cree", "inchange"])
    assert told[-1] == "Stéphane Bruet a importé « equipe.csv » : 2 créés, 1 modifié, 1 inchangé."
    cast.people["nora"] = Utilisateur.objects.get(courriel="nora@example.fr")
    assert may_use(cast, "nora", "cdap.t5")
    assert may_use(cast, "guy", "afas.declarer")
    assert Courriel.objects.filter(to="nora@example.fr").count() == 2
    rehearsed = JournalEntry.objects.get(kind="habilitations.import.rehearsed")
    assert rehearsed.facts["bilan"] == "2 créés, 1 modifié, 1 inchangé"


def test_a_base_that_moved_is_refused_with_the_lines_and_rehearsed_anew(cast: Cast) -> None:
    work = given(cast, nora(), GUY)
    Utilisateur.objects.filter(pk=cast.people["guy"].pk).update(telephone="0600000000")

    confirmed(cast, work)

    assert work.etat == "a_confirmer"
    assert work.sentence.startswith("La situation a changé depuis la vérification (ligne 3) : rien n'a été enregistré.")
    assert not Utilisateur.objects.filter(courriel="nora@example.fr").exists()
    told = work.lignes.get(rang=3).reasons[0].replace("\u00a0", " ")
    assert told == "Téléphone : 06 00 00 00 00 → 04 91 00 00 00"
    assert confirmed(cast, work).etat == "applique"


def test_a_rehearsal_made_anew_is_not_confirmed_unread(cast: Cast) -> None:
    work = given(cast, nora())

    with pytest.raises(Refused, match="relisez-la avant de confirmer"):
        imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition - 1)


def test_one_import_at_a_time(cast: Cast) -> None:
    given(cast, nora())

    with pytest.raises(Refused, match="Un autre import est en cours"):
        given(cast, nora())


def test_one_confirms_once_and_a_job_played_twice_does_one_thing(cast: Cast) -> None:
    work = confirmed(cast, given(cast, nora()))

    with pytest.raises(Refused, match="n'attend plus de confirmation"):
        imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition)
    tasks.carry_on_import(work.pk)
    tasks.carry_on_imports(0)

    assert Utilisateur.objects.filter(courriel="nora@example.fr").count() == 1


def test_a_worker_killed_leaves_nothing_and_another_carries_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    work = given(cast, nora())
    imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition)

    def killed(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(imports, "_keep", killed)
        with pytest.raises(KeyboardInterrupt):
            imports.carry_on(work.pk)
    assert not Utilisateur.objects.filter(courriel="nora@example.fr").exists()

    tasks.carry_on_imports(0)

    work.refresh_from_db()
    assert work.etat == "applique"


def test_what_breaks_is_said_and_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    work = given(cast, nora())
    imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition)
    monkeypatch.setattr(imports, "_keep", lambda *args: 1 / 0)

    imports.carry_on(work.pk)

    work.refresh_from_db()
    assert (work.etat, work.sentence.split(" :")[0]) == ("echec", "L'import n'a pas pu aboutir")
    assert not Utilisateur.objects.filter(courriel="nora@example.fr").exists()


def test_who_no_longer_administers_has_nothing_applied(cast: Cast) -> None:
    work = given(cast, nora())
    imports.confirm_import(by=cast.acteur("bruet"), work=work, edition=work.edition)
    administers = cast.rattachements["bruet"].administrations.get()
    administers.closes_on = in_days(-1)
    administers.save()

    imports.carry_on(work.pk)

    work.refresh_from_db()
    assert work.etat == "echec"
    assert "n'administre plus la convention" in work.sentence


def test_an_import_is_undone_while_nothing_used_it(cast: Cast) -> None:
    work = confirmed(cast, given(cast, nora(), GUY))

    told = sentences_of(lambda: undone(cast, work))

    work.refresh_from_db()
    assert work.etat == "annule"
    assert told[-1] == "Stéphane Bruet a annulé l'import « equipe.csv »."
    created = Rattachement.objects.get(utilisateur__courriel="nora@example.fr")
    assert created.statut(today()) != "ouvert"
    assert not may_use(cast, "guy", "afas.declarer")
    cast.people["guy"].refresh_from_db()
    assert cast.people["guy"].telephone == ""


def test_what_was_used_prevents_the_undoing_of_everything(cast: Cast) -> None:
    work = confirmed(cast, given(cast, nora(), GUY))
    Utilisateur.objects.filter(courriel="nora@example.fr").update(last_login=timezone.now())
    Utilisateur.objects.filter(pk=cast.people["guy"].pk).update(telephone="0600000000")

    undone(cast, work)

    assert work.etat == "applique"
    assert "Ligne 2 : Nora Neuf s'est déjà connecté" in work.sentence
    assert "Ligne 3 : La fiche de Valérie Guy a été modifiée depuis" in work.sentence
    assert may_use(cast, "guy", "afas.declarer")


def test_old_lines_are_forgotten_and_what_nobody_confirmed_is_dropped(cast: Cast) -> None:
    work = given(cast, nora())
    ImportUtilisateurs.objects.update(asked_at=timezone.now() - timedelta(days=31))

    tasks.purge_imports(0)

    work.refresh_from_db()
    assert (work.etat, work.purged_at is not None) == ("abandonne", True)
    assert not LigneImport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_confirms_one_wins() -> None:
    cast = build_cast()
    work = given(cast, nora())
    acteurs = [cast.acteur("bruet"), cast.acteur("marchand")] * 4
    barrier, answers = threading.Barrier(len(acteurs)), []

    def confirm(acteur: Any) -> None:
        try:
            barrier.wait()
            imports.confirm_import(by=acteur, work=work, edition=work.edition)
            imports.carry_on(work.pk)
            answers.append("fait")
        except Refused:
            answers.append("refusé")
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=(acteur,)) for acteur in acteurs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["fait"] + ["refusé"] * (len(acteurs) - 1)
    assert Appartenance.objects.filter(rattachement__utilisateur__courriel="nora@example.fr").count() == 1
