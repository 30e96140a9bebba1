"""A convention formalised on line: drafted, proposed, signed by both sides; then changed by an avenant."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pikepdf
import pytest
from django.db import connection
from django.utils import timezone

from portail.conventionnement import actions, queries, rules
from portail.conventionnement.enums import EtatVersion
from portail.conventionnement.models import Bulletin, Personne, Signature, VersionConvention
from portail.conventionnement.queries.reading import differences
from portail.conventions.models import Administrateur, BulletinAdhesion, Convention, RoleBulletin
from portail.courriels.models import Courriel
from portail.habilitations.acteur import acteur_for
from portail.habilitations.actions import add_to_groupe, preview
from portail.habilitations.models import Groupe
from portail.habilitations.queries import may_use
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused, Stale
from tests.cast import PASSWORD
from tests.conventionnement import contenu, drafted, fresh, proposed, signatory, signed, validated

pytestmark = pytest.mark.django_db


def test_a_draft_opens_nothing_and_shows_what_it_lacks(cast):
    version = drafted(cast, bulletins=[], administrateurs=[])

    assert version.convention.validated_on is None
    assert set(rules.lacks(version)) == {"bulletins", "administrateurs"}
    with pytest.raises(Refused, match="Ajoutez au moins un bulletin"):
        actions.propose(by=cast.acteur("marchand"), version=version)


def test_a_part_written_by_another_meanwhile_is_not_lost(cast):
    version, marchand = drafted(cast), cast.acteur("marchand")
    seen = actions.part_digest(version, "contrat")
    mine = {"gestion_habilitations": "Un.", "procedure_incident": "Deux."}
    actions.set_part(by=marchand, version=version, part="contrat", values=mine, seen=seen)

    with pytest.raises(Stale):
        actions.set_part(by=marchand, version=version, part="contrat", values={"procedure_incident": "X"}, seen=seen)

    assert fresh(version).told.procedure_incident == "Deux."


def test_elements_are_added_changed_and_removed(cast):
    version, marchand = drafted(cast), cast.acteur("marchand")

    def write(act, **more):
        part = "administrateurs"
        act(by=marchand, version=fresh(version), part=part, seen=actions.part_digest(fresh(version), part), **more)

    write(actions.set_element, rang=None, values=Personne("Neuf", "Nora", "neuf@example.fr"))
    write(actions.set_element, rang=0, values=Personne("Tissot", "Théodore", "tissot@example.fr"))
    assert [p.prenom for p in fresh(version).told.administrateurs] == ["Théodore", "Nora"]
    write(actions.remove_element, rang=0)
    assert [p.nom for p in fresh(version).told.administrateurs] == ["Neuf"]


def test_the_signatory_gets_his_own_access_and_reads_only_his_version(cast):
    version = proposed(cast)
    other = drafted(cast, libelle="Autre")

    prevost = signatory(version)
    kinds = set(Courriel.objects.filter(to="prevost@example.fr").values_list("kind", flat=True))

    assert kinds == {"identifiant", "mot_de_passe_provisoire", "version_a_signer"}
    assert list(queries.versions_for(prevost)) == [version]
    assert [(v.convention, v.rang) for v in queries.versions_to_sign(prevost)] == [
        (version.convention_id, version.rang)
    ]
    assert other not in queries.versions_for(prevost)


def test_nothing_is_signed_but_the_text_that_was_seen(cast):
    version = proposed(cast)

    with pytest.raises(Refused, match="relisez-le"):
        actions.sign(by=signatory(version), version=version, empreinte="0" * 64)
    VersionConvention.objects.filter(pk=version.pk).update(contenu=contenu(libelle="Autre").told())
    with pytest.raises(Refused, match="relisez-le"):
        actions.sign(by=signatory(version), version=version, empreinte=version.empreinte)

    assert not Signature.objects.exists()


def test_both_sign_then_the_convention_acts(cast):
    version = signed(cast)
    assert version.etat == EtatVersion.SIGNEE

    actions.validate(by=cast.acteur("marchand"), version=version, empreinte=version.empreinte)

    convention = Convention.objects.get(pk=version.convention_id)
    assert (convention.etat, convention.validated_on) == ("validee", timezone.localdate())
    assert {b.service for b in convention.bulletins.all()} == {"afas", "cdap"}
    assert {g.code for g in Groupe.objects.filter(convention=convention)} == {"AFAS-HAB", "AFAS-DEC"}
    assert [u.nom for u in queries.administrateurs_of(convention)] == ["Tissot"]
    assert [s.partie for s in version.signatures.order_by("signed_at")] == ["partenaire", "caf"]
    told = Courriel.objects.filter(kind="version_validee").values_list("to", flat=True)
    assert set(told) == {"prevost@example.fr", "tissot@example.fr"}


def test_the_caf_does_not_sign_before_the_partner(cast):
    version = proposed(cast)

    with pytest.raises(Refused, match="après le partenaire"):
        actions.validate(by=cast.acteur("marchand"), version=version, empreinte=version.empreinte)


def test_not_signing_gives_the_draft_back_with_the_reason(cast):
    version = proposed(cast)

    actions.refuse_to_sign(by=signatory(version), version=version, motif="Le quota est trop bas.")

    assert fresh(version).etat == EtatVersion.BROUILLON
    [told] = Courriel.objects.filter(kind="version_refusee")
    assert told.facts["motif"] == "Le quota est trop bas."


def test_withdrawn_after_signing_its_signature_is_void(cast):
    version = signed(cast)

    actions.withdraw(by=cast.acteur("marchand"), version=version, motif="Une erreur de date")

    version = fresh(version)
    assert (version.etat, version.code, version.empreinte) == (EtatVersion.BROUILLON, None, "")
    assert not version.signatures.exists()
    assert JournalEntry.objects.filter(kind="conventionnement.version.signed").exists()


def test_a_known_person_is_attached_under_his_identifiant_and_an_agent_refused(cast):
    known = cast.people["voisin"]
    version = validated(cast, administrateurs=[Personne(known.nom, known.prenom, known.courriel.upper())])

    assert [u.identifiant for u in queries.administrateurs_of(version.convention)] == [known.identifiant]
    agent = cast.people["gestin"]
    with pytest.raises(Refused, match="agent de la Caf"):
        proposed(cast, signataire=Personne("Gestin", "Gaëlle", agent.courriel, qualite="X"))


def _avenant(cast, version, **more):
    marchand = cast.acteur("marchand")
    avenant = actions.draft_avenant(by=marchand, convention=version.convention, motif="Retirer AFAS-Déclarer")
    actions.set_part(
        by=marchand, version=avenant, part="bulletins", values=more, seen=actions.part_digest(avenant, "bulletins")
    )
    return fresh(avenant)


def _without_declarer(version):
    today = timezone.localdate()
    return [Bulletin("afas", ["afas.habiliter"], f"{today}", version.told.closes_on), version.told.bulletins[1]]


def _sign_both(cast, version):
    actions.propose(by=cast.acteur("marchand"), version=version)
    version = fresh(version)
    actions.sign(by=signatory(version), version=version, empreinte=version.empreinte)
    actions.validate(by=cast.acteur("marchand"), version=fresh(version), empreinte=version.empreinte)


def test_an_avenant_shows_who_loses_what_and_takes_it_once_signed_by_both(cast):
    version = validated(cast)
    tissot = queries.administrateurs_of(version.convention)[0]
    by = acteur_for(tissot, on=timezone.localdate())
    groupe = Groupe.objects.select_related("convention__organisme", "parent").get(
        convention=version.convention, code="AFAS-DEC"
    )
    add_to_groupe(
        by=by, groupe=groupe, rattachement=tissot.rattachements.get(), opens_on=timezone.localdate(), closes_on=None
    )
    avenant = _avenant(cast, version, bulletins=_without_declarer(version))
    marchand = cast.acteur("marchand")

    change = preview(
        version.convention, marchand.on, lambda: actions.apply_version(by=marchand, version=fresh(avenant))
    )

    assert [(r.utilisateur, r.role) for r in change.losses] == [(tissot, "afas.declarer")]
    [difference] = differences(avenant)
    assert "AFAS-Déclarer" in difference.before
    assert "AFAS-Déclarer" not in difference.after
    assert may_use(tissot.pk, "afas.declarer", version.convention_id, marchand.on)
    _sign_both(cast, avenant)
    assert not may_use(tissot.pk, "afas.declarer", version.convention_id, marchand.on)
    assert RoleBulletin.objects.filter(role="afas.declarer", bulletin__convention=version.convention).exists()


def test_an_avenant_may_not_take_the_last_administrateur(cast):
    version = validated(cast)
    marchand = cast.acteur("marchand")
    avenant = actions.draft_avenant(by=marchand, convention=version.convention, motif="Changer d'administrateur")
    actions.set_part(
        by=marchand,
        version=avenant,
        part="administrateurs",
        values={"administrateurs": [Personne("Neuf", "Nora", "neuf@example.fr")]},
        seen=actions.part_digest(avenant, "administrateurs"),
    )
    _sign_both(cast, fresh(avenant))

    assert [u.nom for u in queries.administrateurs_of(version.convention)] == ["Neuf"]
    assert Administrateur.objects.filter(rattachement__convention=version.convention).count() == 2


def test_an_avenant_starts_from_a_convention_signed_on_paper(cast):
    marchand = cast.acteur("marchand")

    avenant = actions.draft_avenant(by=marchand, convention=cast.conventions["farandole"], motif="Ajouter un service")

    told = avenant.told
    assert avenant.rang == 2
    assert {b.service for b in told.bulletins} == {"afas", "cdap"}
    assert [p.nom for p in told.administrateurs] == ["Bruet"]


@pytest.mark.django_db(transaction=True)
def test_two_avenants_at_once_leave_one(cast):
    version, marchand = validated(cast), cast.acteur("marchand")
    barrier = Barrier(8)

    def draft(number):
        barrier.wait()
        try:
            actions.draft_avenant(by=marchand, convention=version.convention, motif=f"n° {number}")
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(draft, range(8)))

    assert sum(done) == 1


def test_a_suspension_takes_every_right_and_gives_them_back(cast):
    marchand, convention, today = cast.acteur("marchand"), cast.conventions["farandole"], timezone.localdate()
    robine = cast.people["robine"]
    assert may_use(robine.pk, "afas.declarer", convention.pk, today)

    actions.suspend_convention(by=marchand, convention=convention, opens_on=today, closes_on=None, motif="Contrôle")
    assert not may_use(robine.pk, "afas.declarer", convention.pk, today)
    with pytest.raises(Refused, match="déjà enregistrée"):
        actions.suspend_convention(by=marchand, convention=convention, opens_on=today, closes_on=None, motif="Encore")


def test_resuming_acts_at_once(cast):
    marchand, convention, today = cast.acteur("marchand"), cast.conventions["farandole"], timezone.localdate()
    robine = cast.people["robine"]
    actions.suspend_convention(by=marchand, convention=convention, opens_on=today, closes_on=None, motif="Contrôle")

    actions.resume_convention(by=marchand, convention=convention, motif="Contrôle fini")

    assert may_use(robine.pk, "afas.declarer", convention.pk, today)


def test_a_closing_acts_after_its_last_day(cast):
    marchand, convention, today = cast.acteur("marchand"), cast.conventions["farandole"], timezone.localdate()
    robine = cast.people["robine"]

    with pytest.raises(Refused, match="dans le passé"):
        actions.close_convention(
            by=marchand, convention=convention, closes_on=today - timedelta(days=9), motif="Trop tard"
        )
    actions.close_convention(by=marchand, convention=convention, closes_on=today, motif="Fin de l'accord")

    assert may_use(robine.pk, "afas.declarer", convention.pk, today)
    assert not may_use(robine.pk, "afas.declarer", convention.pk, today + timedelta(days=1))


def test_a_closed_bulletin_keeps_its_history(cast):
    version = validated(cast)

    _sign_both(cast, _avenant(cast, version, bulletins=version.told.bulletins[:1]))

    closed = BulletinAdhesion.objects.get(convention=version.convention, service="cdap")
    assert closed.closes_on == timezone.localdate() - timedelta(days=1)


# On the screens


def test_the_story_on_the_screens(cast, client_of):
    marchand, today = client_of("marchand"), timezone.localdate()
    organisme = cast.conventions["farandole"].organisme
    begun = marchand.post(
        f"/organismes/{organisme.pk}/formaliser/",
        {"libelle": "Convention du port", "cafs": "132", "opens_on": f"{today}", "finalites": "Tarifs\nAides"},
    )
    page = marchand.get(begun["Location"]).content.decode()

    assert "Convention du port" in page
    assert "Il reste à compléter" in page
    version = VersionConvention.objects.get(convention__libelle="Convention du port")
    assert version.told.finalites == ["Tarifs", "Aides"]


def test_signing_asks_the_password_again(cast, client_of):
    bruet = cast.people["bruet"]
    version = proposed(cast, signataire=Personne(bruet.nom, bruet.prenom, bruet.courriel, qualite="Directeur"))
    url = f"/conventions/{version.convention_id}/versions/1/signer/"
    typed = {"is_read": "on", "empreinte": version.empreinte}

    wrong = client_of("bruet").post(url, typed | {"password": "Autre*Chose7"})
    assert wrong.status_code == 422
    assert fresh(version).etat == EtatVersion.PROPOSEE
    assert client_of("bruet").post(url, typed | {"password": PASSWORD}).status_code == 302
    assert fresh(version).etat == EtatVersion.SIGNEE


def test_the_pdf_is_tagged_french_and_says_the_code(cast, client_of):
    version = validated(cast)

    response = client_of("marchand").get(f"/conventions/{version.convention_id}/versions/1/pdf/")

    with pikepdf.open(io.BytesIO(response.content)) as document:
        assert str(document.Root.Lang) == "fr-FR"
        assert bool(document.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in document.Root
        metadata = document.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Convention – Convention Mouettes"


def test_anybody_checks_a_code_and_learns_little(cast, anonymous):
    version = validated(cast)

    page = anonymous.get("/verifier/", {"code": version.code.lower().replace("-", " ")}).content.decode()
    unknown = anonymous.get("/verifier/", {"code": "ABCD-EFGH-JKLM-NPQR"}).content.decode()

    assert version.empreinte in page
    assert "signé des deux parties" in page
    assert "prevost@example.fr" not in page
    assert "Prévost" not in page
    assert "Aucun document signé" in unknown


def test_the_list_offers_the_pdf_of_what_both_sides_signed(cast, client_of):
    version = validated(cast)
    drafted(cast, libelle="Encore en projet")

    page = client_of("marchand").get("/conventions/").content.decode()

    assert page.count("Télécharger PDF") == 1
    assert f"/conventions/{version.convention_id}/versions/1/pdf/" in page
