"""What is shown of a person stays within the convention one looks from."""

from portail.comptes import actions as comptes
from portail.comptes.models import Utilisateur
from portail.habilitations.actions import close_utilisateur
from portail.habilitations.actions.usages import watch_usages
from tests.habilitations.facts import in_days, today


def test_fiche_tells_nothing_of_another_organisation(cast, client_of):
    """Double serves Farandole and Voisine: Farandole's administrateur learns nothing of the other."""
    comptes.resend_identifiant(
        by=cast.acteur("voisin"), utilisateur=cast.people["double"], about=[cast.conventions["voisine"]]
    )
    farandole, double = cast.conventions["farandole"].pk, cast.rattachements["double"].pk

    page = client_of("bruet").get(f"/conventions/{farandole}/utilisateurs/{double}/").content.decode()

    assert [word for word in ("Voisin", "Voisine", "Votre identifiant") if word in page] == []
    assert "Stéphane Bruet a ajouté Denise Double au groupe Guichet" in page


def test_fiche_tells_what_was_done_here(cast, client_of):
    farandole, robine = cast.conventions["farandole"].pk, cast.rattachements["robine"].pk
    bruet = client_of("bruet")

    bruet.post(f"/conventions/{farandole}/utilisateurs/{robine}/renvoyer-identifiant/")

    page = bruet.get(f"/conventions/{farandole}/utilisateurs/{robine}/").content.decode()
    assert "Stéphane Bruet a fait renvoyer son identifiant à Olivia Robine." in page
    assert "À envoyer" in page


def test_the_page_of_a_closed_person_says_nothing_that_only_an_open_one_may_do(cast, client_of):
    robine = cast.rattachements["robine"]
    url = f"/conventions/{robine.convention_id}/utilisateurs/{robine.pk}/"
    watch_usages(today())
    bruet = client_of("bruet")
    assert [row.get_cell("due_on") for row in bruet.get(url).context["usages"].rows] != ["–"]

    close_utilisateur(by=cast.acteur("bruet"), rattachement=robine, closes_on=in_days(-1), motif="Départ")
    shown = bruet.get(url)
    page = shown.content.decode()

    assert "cette personne est clôturé : elle n'ouvre plus aucun service" in page
    assert [word for word in ("peut se connecter", "peut l&#x27;ajouter", "Ajoutez-la") if word in page] == []
    assert [row.get_cell("due_on") for row in shown.context["usages"].rows] == ["–"]


def test_a_french_telephone_is_shown_by_pairs(cast, client_of):
    robine = cast.rattachements["robine"]
    Utilisateur.objects.filter(pk=robine.utilisateur_id).update(telephone="0491000012")
    people = f"/conventions/{robine.convention_id}/utilisateurs/"
    bruet = client_of("bruet")

    told = "04\xa091\xa000\xa000\xa012"
    assert told in bruet.get(f"{people}{robine.pk}/").content.decode()
    assert told in bruet.get(people).content.decode()
    assert told in client_of("robine").get("/mon-profil/").content.decode()
    assert "0491000012" in bruet.get(f"{people}export/csv/").content.decode()
