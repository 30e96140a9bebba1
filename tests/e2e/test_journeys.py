"""The stories of the sources, lived in a browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portail.comptes.actions import send_reset
from portail.comptes.models import MotDePasseProvisoire, Session
from portail.habilitations import actions
from portail.habilitations.actions.imports import carry_on_all
from portail.habilitations.actions.utilisateurs import Fiche
from tests.cast import PASSWORD
from tests.e2e.conftest import provisional_in, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
OWN = "Colibri+Dore84"


def first_sign_in(visitor, identifiant, provisional, password=OWN):
    """Règles d'usage, own password, home (S3)."""
    visitor.sign_in(identifiant, provisional)
    assert visitor.heading == "Règles d'usage"
    visitor.accessible()
    visitor.click("Accepter", "button")
    assert visitor.heading == "Choisir votre mot de passe"
    visitor.fill(password=password, confirmation=password)
    visitor.accessible()
    visitor.click("Valider", "button")


def test_administrateur_opens_colleagues_accesses(cast, visit, letters):
    """S0 whole: sign in, find the convention, create colleagues, put each in a group; one signs in and sees AFAS."""
    bruet = visit()
    bruet.goto("/connexion/")
    bruet.accessible()
    bruet.sign_in("ENF01302SM")
    assert bruet.heading == "Bienvenue Stéphane Bruet"
    assert "Dernière connexion le" in bruet.text()
    bruet.accessible()
    bruet.click("Consulter les conventions")
    bruet.accessible()
    bruet.page.get_by_text("Autres actions", exact=False).last.click()
    bruet.accessible()
    bruet.click("Utilisateurs")
    assert bruet.heading == "Liste des utilisateurs"
    bruet.accessible()

    for nom, prenom in (("Rossi", "Carla"), ("Émery", "Luc"), ("Ndiaye", "Awa"), ("Le Goff", "Yann"), ("Bui", "Minh")):
        bruet.goto(f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/")
        bruet.click("Créer un utilisateur")
        address = f"{prenom.lower()}@example.fr"
        bruet.fill(nom=nom, prenom=prenom, courriel=address, courriel_confirmation=address)
        bruet.click("Valider", "button")
        assert f"Compte créé pour {prenom} {nom} (identifiant ENF01302" in bruet.text()
        bruet.click("Ajouter à un groupe")
        bruet.page.locator("[name=groupe]").select_option(label="AFAS-DEC - AFAS-DECLARER")
        bruet.click("Ajouter au groupe", "button")
        assert "AFAS-Déclarer" in bruet.text()
    bruet.accessible()

    identifiant_mail, provisional_mail = letters("carla@example.fr")
    identifiant = re.search(r"ENF01302[A-Z]{2}", identifiant_mail.body)[0]
    carla = visit()
    first_sign_in(carla, identifiant, provisional_in(provisional_mail))
    assert carla.heading == "Bienvenue Carla Rossi"
    carla.click("Aides financières d'action sociale")
    assert "AFAS-Déclarer" in carla.text()
    carla.accessible()

    bruet.goto(f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/?nom=rossi")
    bruet.click("ENF01302")
    bruet.click("Clôturer l'accès")
    bruet.fill(motif="Départ de la structure")
    bruet.click("Voir les conséquences", "button")
    assert "1 droit perdu" in bruet.text()
    bruet.accessible()
    bruet.click("Clôturer l'accès", "button")
    assert "L'accès de Carla Rossi est clôturé." in bruet.text()
    carla.page.reload()
    assert carla.heading == "Connexion"


def test_expired_provisional_password_then_forgotten(cast, visit, letters):
    _, provisional_mail = letters("bollie@example.fr")
    MotDePasseProvisoire.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    bollie = visit(width=360, height=740)
    identifiant = cast.people["bollie"].identifiant
    bollie.sign_in(identifiant, provisional_in(provisional_mail))
    assert "Connexion impossible" in bollie.text()
    bollie.accessible()

    bollie.click("Mot de passe oublié ?")
    bollie.fill(identifiant=identifiant)
    bollie.accessible()
    bollie.click("Envoyer un mot de passe provisoire", "button")
    assert "Votre demande est prise en compte" in bollie.text()
    bollie.accessible()
    send_reset(identifiant)  # what the worker does with the job the page left
    first_sign_in(bollie, identifiant, provisional_in(letters("bollie@example.fr")[-1]))
    assert bollie.heading == "Bienvenue Nadine Bollie"
    assert "Aucun de vos groupes ne donne de rôle dans ce service" in bollie.text()
    bollie.accessible()


def test_responsable_sees_only_his_groups(cast, visit):
    farandole = cast.conventions["farandole"].pk
    garban = visit()
    garban.sign_in(cast.people["garban"].identifiant)
    garban.click("Consulter les conventions")
    garban.goto(f"/conventions/{farandole}/groupes/")
    assert "AFAS-DECLARER" not in garban.text()
    assert "Guichet" in garban.text()
    garban.accessible()
    garban.goto(f"/conventions/{farandole}/groupes/?vue=arbre")
    garban.accessible()

    garban.goto(f"/conventions/{farandole}/utilisateurs/")
    assert "Robine" not in garban.text()
    assert "Double" in garban.text()
    garban.goto(f"/conventions/{farandole}/groupes/{cast.groupes['AFAS-DEC'].pk}/")
    assert garban.page.title() == "Page introuvable – Mon Compte Partenaire"
    garban.goto(f"/conventions/{farandole}/groupes/{cast.groupes['ACCUEIL'].pk}/cloturer/")
    assert "Seul l'administrateur de la convention" in garban.text()
    garban.accessible()


def test_sous_groupe_is_refused_a_role_its_parent_lacks(cast, visit):
    farandole = cast.conventions["farandole"].pk
    bruet = visit()
    bruet.sign_in("ENF01302SM")
    bruet.goto(f"/conventions/{farandole}/groupes/{cast.groupes['GUICHET'].pk}/roles/")
    assert bruet.page.get_by_label("T1 – Travailleur social").count() == 1
    assert bruet.page.get_by_label("AFAS-Déclarer").count() == 0
    bruet.accessible()

    box = bruet.page.get_by_label("T5 – Tarification au quotient familial")
    box.evaluate("box => { box.name = 'cdap'; box.value = 'afas.declarer'; box.checked = true }")
    bruet.click("Enregistrer", "button")
    assert "Corrigez les points suivants" in bruet.text()
    bruet.accessible()


def test_closing_ends_rights_in_another_open_browser(cast, visit):
    farandole = cast.conventions["farandole"].pk
    robine, bruet = visit(scheme="dark"), visit()
    robine.sign_in(cast.people["robine"].identifiant)
    robine.click("Aides financières d'action sociale")
    robine.accessible()
    bruet.sign_in("ENF01302SM")
    bruet.goto(f"/conventions/{farandole}/groupes/{cast.groupes['AFAS-DEC'].pk}/roles/")
    bruet.page.get_by_label("AFAS-Déclarer").uncheck()
    bruet.click("Enregistrer", "button")
    assert "1 droit perdu" in bruet.text()
    assert "Olivia Robine" in bruet.text()
    bruet.accessible()
    bruet.click("Enregistrer les rôles", "button")

    robine.page.reload()

    assert "Vous n'avez aujourd'hui aucun rôle qui ouvre" in robine.text()
    robine.accessible()
    robine.goto("/")
    assert robine.page.locator(".tile-closed", has_text="Aides financières").count() == 1


def test_story_by_keyboard_alone(cast, visit):
    """Sign in, reach the users, open the form and send it: no pointer."""
    page = (someone := visit(width=320, height=700)).page
    someone.goto("/connexion/")

    def tab_to(predicate: str, limit: int = 80) -> None:
        for _ in range(limit):
            page.keyboard.press("Tab")
            if page.evaluate(f"(() => {{ const e = document.activeElement; return {predicate} }})()"):
                return
        raise AssertionError(f"jamais atteint au clavier : {predicate}")

    tab_to("e.name === 'login'")
    page.keyboard.type("ENF01302SM")
    tab_to("e.name === 'password'")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    assert someone.heading == "Bienvenue Stéphane Bruet"
    tab_to("e.textContent.trim() === 'Gestion des habilitations'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/conventions/")
    tab_to("e.tagName === 'SUMMARY' && e.textContent.includes('Autres actions')")
    page.keyboard.press("Enter")
    tab_to("e.textContent.trim() === 'Utilisateurs'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/utilisateurs/")
    tab_to("e.textContent.trim() === 'Créer un utilisateur'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/creer/")
    someone.accessible()
    for name, typed in (
        ("nom", "Sand"),
        ("prenom", "Aurore"),
        ("courriel", "aurore@example.fr"),
        ("courriel_confirmation", "aurore@example.fr"),
    ):
        tab_to(f"e.name === '{name}'")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_load_state()

    assert "Compte créé pour Aurore Sand (identifiant ENF01302" in someone.text()
    someone.accessible()


def test_filters_leave_the_first_narrow_screen_to_the_list(cast, visit):
    """Folded until one opens them, by keyboard too; open as soon as a filter is on, and on wide screens."""
    url = f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/"
    bruet = visit(width=360, height=740)
    page = bruet.page
    bruet.sign_in("ENF01302SM")
    bruet.goto(url)
    name = page.locator(".filter-bar [name=nom]")
    assert not name.is_visible()
    bruet.accessible()

    page.get_by_text("Filtrer la liste").focus()
    page.keyboard.press("Enter")
    name.fill("robine")
    bruet.accessible()
    page.keyboard.press("Enter")
    page.wait_for_url("**nom=robine**")
    assert name.is_visible()
    assert page.get_by_text("1 utilisateur", exact=False).count() >= 1
    bruet.accessible()

    bruet.goto(url)
    page.set_viewport_size({"width": 1280, "height": 900})
    name.wait_for(state="visible")
    assert not page.get_by_text("Filtrer la liste").is_visible()
    bruet.accessible()


def test_two_people_editing_the_same_person_do_not_overwrite(cast, visit):
    farandole, guy = cast.conventions["farandole"].pk, cast.rattachements["guy"]
    bruet = visit()
    bruet.sign_in("ENF01302SM")
    bruet.goto(f"/conventions/{farandole}/utilisateurs/{guy.pk}/modifier/")
    fiche = Fiche(nom="Guy", prenom="Valérie", courriel="guy@example.fr", opens_on=guy.opens_on, telephone="0491000000")
    actions.edit_utilisateur(by=cast.acteur("marchand"), rattachement=cast.rattachement("guy"), fiche=fiche, edition=1)
    bruet.fill(prenom="Valériane")
    bruet.click("Enregistrer", "button")

    assert "Cette fiche a été modifiée depuis que vous l'avez ouverte." in bruet.text()
    assert bruet.page.locator("[name=prenom]").input_value() == "Valériane"
    bruet.accessible()


def test_a_day_that_is_none_is_told_before_it_is_sent(cast, visit):
    """The browser alone knows what was typed: it would send the field empty."""
    farandole, guy = cast.conventions["farandole"].pk, cast.rattachements["guy"]
    bruet = signed_in(visit, "ENF01302SM", f"/conventions/{farandole}/utilisateurs/{guy.pk}/modifier/")
    bruet.fill(prenom="Valériane")
    bruet.page.locator("[name=closes_on]").press_sequentially("02")  # as « 31/02 », no whole day
    bruet.click("Enregistrer", "button")

    assert "Cette date n'existe pas" in bruet.text()
    assert bruet.page.evaluate("document.activeElement.name") == "closes_on"
    assert bruet.page.locator("[name=prenom]").input_value() == "Valériane"
    bruet.accessible()

    bruet.fill(closes_on="")
    bruet.click("Enregistrer", "button")
    assert "Les modifications sont enregistrées." in bruet.text()


def test_session_warns_can_be_kept_and_ends_without_losing_what_was_typed(cast, visit):
    farandole = cast.conventions["farandole"].pk
    bruet = visit()
    page = bruet.page
    page.clock.install()
    bruet.sign_in("ENF01302SM")
    bruet.goto(f"/conventions/{farandole}/utilisateurs/creer/")
    page.clock.fast_forward("28:05")
    assert page.get_by_role("dialog").get_by_role("heading").inner_text() == "Votre session se termine bientôt"
    bruet.accessible()
    with page.expect_response(lambda r: r.url.endswith("/session/prolonger/")) as kept:
        page.get_by_role("button", name="Rester connecté").click()
    assert kept.value.status == 204
    assert page.get_by_role("dialog").count() == 0

    with page.expect_response(lambda r: "/brouillons/" in r.url and r.request.method == "POST"):
        bruet.fill(nom="Interrompue", prenom="Léa")
        page.clock.fast_forward("00:20")
    Session.objects.update(last_seen_at=timezone.now() - timedelta(minutes=31))
    page.clock.fast_forward("31:00")
    page.wait_for_url("**/connexion/?fin=1")
    assert "Votre session est terminée" in bruet.text()
    bruet.accessible()

    bruet.sign_in("ENF01302SM")
    bruet.goto(f"/conventions/{farandole}/utilisateurs/creer/")
    page.get_by_role("button", name="Reprendre").click()
    assert [page.locator(f"[name={name}]").input_value() for name in ("nom", "prenom")] == ["Interrompue", "Léa"]
    bruet.accessible()


def test_import_with_three_kinds_of_mistakes(cast, visit, letters):
    """A file with a wrong mail, a double and an unknown group: told, put aside, the rest applied, then taken back."""
    farandole = cast.conventions["farandole"].pk
    bruet = visit()
    bruet.sign_in("ENF01302SM")
    bruet.goto(f"/conventions/{farandole}/utilisateurs/")
    bruet.click("Importer des utilisateurs")
    bruet.accessible()
    bruet.click("Importer un fichier")
    bruet.accessible()
    rows = (
        "Nom;Prénom;Adresse mail;Groupes\nRossi;Carla;carla@example.fr;AFAS-DEC\nBui;Minh;minh;\n"
        "Rossi;Carla;carla@example.fr;\nNdiaye;Awa;awa@example.fr;PERDU\n;;guy@example.fr;GUICHET\n"
    )
    file = {"name": "equipe.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    bruet.page.locator("[name=fichier]").set_input_files(file)
    bruet.click("Vérifier le fichier", "button")
    assert bruet.page.get_by_text("Vérification des lignes").count() == 1
    bruet.accessible()
    carry_on_all()  # what the worker does with the job the page left
    bruet.page.get_by_role("button", name="Confirmer l'import").wait_for()  # the progress found it done by itself
    for sentence in ("Saisissez une adresse mail complète", "figure déjà à la ligne 2", "n'a le code « PERDU »"):
        assert sentence in bruet.text()
    bruet.accessible()

    bruet.click("Confirmer l'import", "button")
    carry_on_all()
    bruet.page.get_by_role("link", name="Annuler l'import").wait_for()
    assert "Appliqué" in bruet.text()
    bruet.accessible()
    identifiant_mail, provisional_mail = letters("carla@example.fr")
    identifiant = re.search(r"ENF01302[A-Z]{2}", identifiant_mail.body)[0]

    bruet.click("Annuler l'import")
    bruet.accessible()
    bruet.click("Annuler l'import", "button")
    carry_on_all()
    bruet.page.get_by_text("Annulé", exact=True).first.wait_for()
    carla = visit(width=360)
    carla.sign_in(identifiant, provisional_in(provisional_mail))
    assert "Connexion impossible" in carla.text()
