"""AFAS from the first role given to the money received (issue: AFAS), each step at a browser."""

import pytest
from django.utils import timezone

from portail.afas import tasks
from portail.afas.enums import EtatDeclaration, Phase, RoleProfil, VoletKind
from portail.afas.models import Activite, LotPaiement, Profil, RegleAcompte, Volet
from portail.habilitations import actions as habilitations
from tests.afas.processing import again, declared, transmit
from tests.afas.scene import Scene, build_scene
from tests.afas.versements import BIC, CAF_IBAN, IBAN, build_tresor, pain002
from tests.cast import PASSWORD
from tests.e2e.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "/aides-financieres/"
BRUET, GARBAN, ROBINE, GUY = "ENF01302SM", "ENF01302XA", "ENF01302XB", "ENF01302XC"
GESTIN, COMPTAT = "CAF00132AB", "CAF00132AZ"
SHEET = {"capacite": "40", "jours_ouverture": "100", "amplitude": "10", "enfants": "60", "heures_realisees_p6": "25000"}


@pytest.fixture
def scene(cast) -> Scene:
    return build_scene(cast)


def _sign(visitor, name: str, told: str) -> None:
    """The box, the password again, the button."""
    visitor.page.locator("main [name=is_read]").check()
    visitor.fill(password=PASSWORD)
    visitor.send(name, told)


def _type(visitor, **fields: str) -> None:
    """Types in a sheet, which saves by itself."""
    visitor.fill(**fields)
    for name, value in fields.items():
        visitor.page.locator(f"#dit-{name}[data-portail-kept='{value}']").wait_for(state="attached")
    visitor.accessible()


def _plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def _submit(visitor, told: str) -> None:
    visitor.follow("Soumettre le volet")
    visitor.send("Soumettre le volet", told)


# Profiles


def _without_profils(scene: Scene) -> None:
    """Double may declare too; nobody has any role yet."""
    cast, today = scene.cast, timezone.localdate()
    habilitations.add_to_groupe(
        by=cast.acteur("bruet"),
        groupe=cast.groupes["AFAS-DEC"],
        rattachement=cast.rattachements["double"],
        opens_on=today,
        closes_on=None,
    )
    Profil.objects.all().delete()


def _give(bruet, person: str, role: str, *, lieu: str = "", submit: str = "Enregistrer") -> None:
    """The three steps of S0: the person, the role, the activité or the lieu."""
    bruet.page.locator("main [name=rattachement]").select_option(person)
    bruet.page.get_by_label(role).check()
    if lieu:
        bruet.page.get_by_label("des lieux d'implantation").check()
        bruet.click("Afficher la liste", "button")
        bruet.page.get_by_label(lieu, exact=True).check()
    else:
        bruet.page.get_by_label("Sélectionner toutes les activités").check()
    bruet.accessible()
    bruet.send(submit, "Les habilitations ont été créées avec succès")


def test_profiles_are_given_and_the_approbateur_is_validated(scene, visit, letters):
    _without_profils(scene)
    bruet = signed_in(visit, BRUET, HOME)
    assert "Activités sans approbateur validé" in bruet.text()
    bruet.follow("Administration des profils")
    assert "1 activité ne peut pas être déclarée en entier" in bruet.text()
    bruet.follow("Affecter un rôle à un utilisateur habilité")
    _give(bruet, ROBINE, RoleProfil.FINANCES.label)
    _give(bruet, GUY, RoleProfil.ACTIVITE.label, lieu="ESC Farandole Istres")
    _give(bruet, "ENF01302XD", RoleProfil.ACTIVITE.label, lieu="ESC L'éclair")
    _give(bruet, GARBAN, RoleProfil.APPROBATEUR.label, submit="Enregistrer et quitter")
    assert "L'approbateur agira une fois validé par votre Caf" in bruet.text()
    assert "(*) En attente de validation par votre Caf." in bruet.text()
    waiting = bruet.page.get_by_role("row").filter(has_text="Gilles Garban")
    assert waiting.get_by_title("En attente de validation par votre Caf").inner_text() == "*"
    for name in ("Olivia Robine", "Valérie Guy", "Denise Double"):
        assert "Actif" in bruet.page.get_by_role("row").filter(has_text=name).inner_text()

    gestin = signed_in(visit, GESTIN)
    gestin.click("Approbateurs à valider")
    gestin.accessible()
    gestin.follow("Gilles Garban")
    assert "L'appel d'échéance est envoyé à l'approbateur et aux fournisseurs" in gestin.text()
    gestin.send("Valider cet approbateur", "Gilles Garban est validé")

    for name in ("garban", "robine", "guy", "double"):
        assert "Déclaration à rendre" in "".join(letter.subject for letter in letters(f"{name}@example.fr"))
    bruet.page.reload()
    assert "Actif" in bruet.page.get_by_role("row").filter(has_text="Gilles Garban").inner_text()
    assert "En attente de validation" not in bruet.text()
    bruet.accessible()


# A declaration


def _adolescents(scene: Scene) -> None:
    """Of the nature whose price nobody has published; Guy supplies both lieux, Robine the finances."""
    Activite.objects.filter(pk=scene.activite.pk).update(nature="adolescents")
    guy = scene.cast.rattachements["guy"]
    Profil.objects.filter(role=RoleProfil.ACTIVITE).update(rattachement=guy)
    scene.activite.refresh_from_db()


def test_a_reel_is_typed_justified_refused_then_signed(scene, visit, letters):
    _adolescents(scene)
    guy = signed_in(visit, GUY, HOME, width=360, height=740)
    guy.follow("Voir ce qui m'attend")
    guy.follow("ESC Farandole Istres")
    for lieu in ("ESC Farandole Istres", "ESC L'éclair"):
        guy.follow(f"Volet activité – {lieu}")
        _type(guy, **SHEET)
        _submit(guy, f"Volet activité – {lieu} : le volet est soumis.")

    robine = signed_in(visit, ROBINE, HOME)
    robine.follow("Voir ce qui m'attend")
    robine.follow("ESC Farandole Istres")
    robine.follow("Volet financier")
    _type(robine, taux_rg="100")
    _type(robine, c60="4000", c64="42000")
    _type(robine, p744="20000")
    assert "1 contrôle à justifier" in robine.text()
    _submit(robine, "Avant l'approbation, il reste : 1 contrôle à justifier.")
    robine.page.get_by_label("Justification").fill("La subvention de la commune arrive l'an prochain.")
    robine.send("Enregistrer la justification", "La déclaration attend maintenant l'approbation")

    assert "approbation" in letters("garban@example.fr")[-1].subject
    garban = signed_in(visit, GARBAN, HOME)
    garban.click("Déclarations à approuver")
    garban.follow("ESC Farandole Istres")
    assert "La subvention de la commune arrive l'an prochain." in garban.text()
    garban.follow("Renvoyer aux fournisseurs")
    garban.page.get_by_label("Volet financier").check()
    garban.fill(motif="La facture du minibus manque.")
    garban.send("Renvoyer aux fournisseurs", "La déclaration est renvoyée à ses fournisseurs")

    assert "a renvoyé la déclaration" in letters("robine@example.fr")[-1].body
    robine.goto(HOME)
    robine.follow("Voir ce qui m'attend")
    robine.follow("ESC Farandole Istres")
    assert "La facture du minibus manque." in robine.text()
    robine.follow("Volet financier")
    _type(robine, c60="5500")
    _submit(robine, "La déclaration attend maintenant l'approbation")

    garban.page.reload()
    garban.follow("ESC Farandole Istres")
    assert "5 500" in _plain(garban.text())
    _sign(garban, "Signer et transmettre à la Caf", "La déclaration est signée et transmise à la Caf (version 1)")
    assert again(scene.declaration).etat == EtatDeclaration.TRANSMISE


# At the Caf


def _transmitted(scene: Scene) -> None:
    """Typed and signed a first time."""
    declaration = declared(scene)
    Volet.objects.filter(declaration=declaration, kind=VoletKind.ACTIVITE).update(valeurs=SHEET)
    transmit(scene, declaration)


def test_the_caf_asks_a_complement_then_decides(scene, visit, letters):
    _adolescents(scene)
    _transmitted(scene)
    gestin = signed_in(visit, GESTIN)
    gestin.click("Déclarations à traiter")
    gestin.accessible()
    gestin.follow("ESC Farandole Istres")
    gestin.send("Prendre en traitement", "Vous traitez cette déclaration")
    gestin.follow("Demander un complément")
    gestin.fill(objet="Compte 60", message="Le compte 60 ne correspond pas au bilan.")
    gestin.page.get_by_label("Volet financier").check()
    gestin.send("Envoyer la demande", "La demande est envoyée")

    assert "complément" in letters("robine@example.fr")[-1].subject
    robine = signed_in(visit, ROBINE, HOME)
    robine.click("Demandes de complément")
    robine.follow("Compte 60")
    robine.fill(text="Une facture avait été oubliée : nous corrigeons.")
    robine.send("Envoyer", "Votre message est envoyé")
    robine.follow("Corriger la déclaration")
    robine.follow("Volet financier")
    _type(robine, c60="5500")
    _submit(robine, "La déclaration attend maintenant l'approbation")

    garban = signed_in(visit, GARBAN, HOME)
    garban.click("Déclarations à approuver")
    garban.follow("ESC Farandole Istres")
    assert "Ce qui change depuis la dernière version transmise" in garban.text()
    _sign(garban, "Signer et transmettre à la Caf", "(version 2)")

    gestin.goto("/")
    gestin.click("Déclarations à traiter")
    gestin.follow("ESC Farandole Istres")
    assert "Ce qui change depuis la version précédente" in gestin.text()
    gestin.send("Prendre en traitement", "Vous traitez cette déclaration")
    gestin.send("Calculer le droit", "Le droit ne se calcule pas encore")
    assert "Prix plafond" in gestin.text()
    gestin.follow("Ouvrir les barèmes")
    gestin.page.get_by_role("row").filter(has_text="adolescents").get_by_role("link", name="Prix plafond").click()
    gestin.follow("Saisir une valeur")
    gestin.fill(valeur="2,07", source="Courrier de la Cnaf du 15 janvier")
    gestin.send("Continuer", "Relisez, puis confirmez")
    gestin.send("Enregistrer", "Le chiffre est enregistré")
    gestin.goto(f"/aides-financieres/traitement/{scene.declaration.pk}/")
    gestin.send("Calculer le droit", "Droit calculé : 14 250,03 €")
    gestin.goto(f"/aides-financieres/traitement/{scene.declaration.pk}/")
    gestin.follow("Traiter")
    gestin.page.locator("main [name=is_read]").check()
    gestin.send("Traiter", "Le droit est décidé")
    gestin.follow("Notifier le droit")
    gestin.send("Notifier", "Le droit est notifié")

    assert "14 250,03" not in letters("garban@example.fr")[-1].body
    garban.goto(f"/aides-financieres/declarations/{scene.declaration.pk}/")
    assert "14 250,03 €" in _plain(garban.text())
    garban.accessible()


# Money


def _enter_account(gestin, comptat, path: str, titulaire: str, iban: str) -> None:
    """Typed by one, validated by the other."""
    gestin.goto(path)
    gestin.follow("Saisir un compte")
    gestin.fill(titulaire=titulaire, iban=iban, bic=BIC, source="RIB remis au guichet")
    gestin.send("Saisir ce compte", "un autre gestionnaire doit maintenant le valider")
    comptat.goto(path)
    comptat.follow("Décider")
    comptat.page.get_by_label("Valider : les paiements iront à ce compte").check()
    comptat.page.locator("main [name=is_checked]").check()
    comptat.send("Enregistrer la décision", "Votre décision est enregistrée")


def _pay(gestin, comptat, told: str) -> None:
    """A lot prepared by one, validated by the other with his password, sent to the bank, which says that it is paid."""
    gestin.goto("/")
    gestin.click("Lots de paiement")
    gestin.follow("Préparer un lot")
    assert told in _plain(gestin.text())
    gestin.send("Préparer ce lot", "Le lot est préparé")
    lot = LotPaiement.objects.latest("pk")
    comptat.goto("/")
    comptat.click("Lots de paiement")
    comptat.follow(lot.reference)
    comptat.follow("Relire et valider")
    _sign(comptat, "Valider ce lot", "Le lot est validé")
    gestin.page.reload()
    with gestin.page.expect_download() as waiting:
        gestin.click("Télécharger le fichier de virement", "button")
    assert "pain.001.001.09" in waiting.value.path().read_text()
    gestin.page.reload()
    assert "Fichier déjà téléchargé" in gestin.text()
    gestin.follow("Lire le retour de la banque")
    given = {"name": "retour.xml", "mimeType": "application/xml", "buffer": pain002(lot, group="ACSC")}
    gestin.page.locator("main [name=fichier]").set_input_files(given)
    gestin.send("Lire ce retour", "Retour lu.")
    tasks.settle_lot(lot.pk)


def test_what_is_due_is_paid_by_two_people(scene, visit, letters):
    tresor = build_tresor(scene)
    tresor.droit(Phase.PREVISIONNEL, "10000")
    gestin, comptat = signed_in(visit, GESTIN), signed_in(visit, COMPTAT)
    gestin.click("Règles d'acompte")
    gestin.accessible()
    gestin.follow("Saisir une règle")
    days = {"due_1": f"{tresor.exercice}-03-01", "due_2": f"{tresor.exercice}-10-02"}
    gestin.fill(exercice=f"{tresor.exercice}", source="Règlement intérieur", **days)
    gestin.send("Continuer", "Rien n'est encore enregistré")
    gestin.send("Mettre en vigueur", "La règle est en vigueur")
    tasks.apply_regle(RegleAcompte.objects.get().pk)

    _enter_account(gestin, comptat, "/aides-financieres/comptes-bancaires/caf/", "Caf des Bouches-du-Rhône", CAF_IBAN)
    organisme = f"/aides-financieres/comptes-bancaires/{scene.activite.organisme_id}/"
    _enter_account(gestin, comptat, organisme, "Organisme Farandole", IBAN)
    assert IBAN not in comptat.page.content()
    assert "compte" in letters("bruet@example.fr")[-1].subject.lower()

    _pay(gestin, comptat, "2 versements, 7 000,00 €")
    tresor.due(Phase.REEL, "9000")
    _pay(gestin, comptat, "1 versement, 2 000,00 €")

    assert again(scene.declaration).etat == EtatDeclaration.PAYEE
    bruet = signed_in(visit, BRUET, HOME)
    bruet.click("Aides versées")
    bruet.accessible()
    rows = _plain(bruet.page.locator("tbody").last.inner_text())
    assert (rows.count("3 500,00 €"), rows.count("2 000,00 €"), rows.count("Payé")) == (2, 1, 3), rows
    bruet.follow("Solde")
    assert "Il est payé." in bruet.text()
