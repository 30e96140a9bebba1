"""How far a proof is seen and told, and what is never said of it."""

import pytest

from portail.conventions.models import Rattachement, RoleBulletin
from portail.habilitations.actions import add_to_groupe, create_groupe, justificatifs, set_roles
from portail.habilitations.actions import batch as batches
from portail.habilitations.models import Appartenance, Justificatif, Responsable
from portail.habilitations.queries import people_counted, rattachements_for
from portail.habilitations.queries.justificatifs import justificatifs_for
from portail.journal.models import JournalEntry
from portail.journal.queries import entries_about
from portail.ui.rules import Refused
from tests.habilitations.facts import in_days, refusal_of, today
from tests.habilitations.proofs import T1, checked, deposit


@pytest.fixture(autouse=True)
def asked(cast):
    """Farandole asks for the diploma, Voisine does not open T1."""
    RoleBulletin.objects.filter(role=T1).update(justificatif_since=in_days(-10))


def test_a_file_that_is_not_there_is_not_said_sound(cast, settings):
    given = deposit(cast)
    Justificatif.objects.filter(pk=given.pk).update(analyse="en_cours", stored_as="0" * 32)
    settings.ANTIVIRUS = "unix:/nulle/part"

    with pytest.raises(OSError, match="n'a pas été analysé"):
        justificatifs.scan(given.pk)

    given.refresh_from_db()
    assert given.analyse == "en_cours"


def test_those_the_person_has_left_see_no_later_proof(cast):
    given = deposit(cast, "garban")
    assert justificatifs_for(cast.acteur("bruet")).filter(pk=given.pk).exists()

    Rattachement.objects.filter(pk=cast.rattachements["garban"].pk).update(closes_on=in_days(-1))

    assert not justificatifs_for(cast.acteur("bruet")).filter(pk=given.pk).exists()
    assert justificatifs_for(cast.acteur("marchand")).filter(pk=given.pk).exists()


def test_another_organisation_that_asks_for_nothing_learns_nothing(cast):
    deposit(cast, "double", by="bruet")

    assert not entries_about(cast.conventions["voisine"]).filter(kind__contains="justificatif").exists()
    assert entries_about(cast.conventions["farandole"]).filter(kind__contains="justificatif").exists()


def test_a_withdrawal_after_the_end_is_refused_and_tells_nothing(cast):
    given = checked(cast, closes_on=in_days(5))
    last = JournalEntry.objects.order_by("-pk").first()

    said = refusal_of(
        lambda: justificatifs.withdraw_justificatif(
            by=cast.acteur("bruet"), justificatif=given, closes_on=in_days(30), motif="Essai"
        )
    )

    assert said.startswith("C'est déjà clôturé au")
    assert JournalEntry.objects.order_by("-pk").first() == last


def test_a_batch_counts_who_has_a_proof_for_himself(cast):
    """Two people of the same dates in the same group: one acts, and counts; the other lacks the diploma."""
    by = cast.acteur("bruet")
    groupe = create_groupe(
        by=by, convention=cast.groupe("GUICHET").convention, code="T1", libelle="T1", opens_on=today()
    )
    set_roles(by=by, groupe=groupe, wanted={T1})
    bulletin = groupe.convention.bulletins.get(service="cdap")
    Appartenance.objects.filter(rattachement=cast.rattachements["double"]).delete()
    justificatifs.check(by=by, justificatif=deposit(cast, "guy"), opens_on=today(), closes_on=None)
    bulletin.max_utilisateurs = people_counted(bulletin, today()).count()
    bulletin.save()

    refused = []
    with batches.batch(by, groupe.convention, is_trial=False) as one:
        people = rattachements_for(by, groupe.convention).filter(
            utilisateur__in=[cast.people["double"], cast.people["guy"]]
        )
        people = sorted(people, key=lambda each: each.utilisateur.nom)
        for each in people:
            each.convention = groupe.convention
        one.load(people, [])
        for each in people:
            try:
                with one.line(touches=False):
                    added = add_to_groupe(by=by, groupe=groupe, rattachement=each, opens_on=today(), closes_on=None)
                    one.keep_quota(each, [added])
            except Refused:
                refused.append(each.utilisateur.nom)

    assert refused == ["Guy"]


def test_the_convention_is_a_link_for_who_may_open_it_only(cast, client_of):
    given = deposit(cast, "garban")
    page = f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/{cast.rattachements['garban'].pk}/"

    def links(name):
        return f'href="{page}"' in client_of(name).get(f"/justificatifs/{given.pk}/").content.decode()

    assert links("bruet")
    assert client_of("bruet").get(page).status_code == 200
    Responsable.objects.filter(rattachement=cast.rattachements["garban"]).update(closes_on=in_days(-1))
    assert not links("garban")
    assert client_of("garban").get(page).status_code in (403, 404)
