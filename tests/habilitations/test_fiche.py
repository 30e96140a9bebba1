"""What is shown of a person stays within the convention one looks from."""

from portail.comptes import actions as comptes


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
