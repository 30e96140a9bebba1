import re
import pytest
def test_pages(cast, client_of, anonymous):
    c = cast.conventions["farandole"].pk
    r = {k: v.pk for k, v in cast.rattachements.items()}
    g = {k: v.pk for k, v in cast.groupes.items()}
    urls = ["/", "/mon-profil/", "/regles-usage/", "/mon-profil/mot-de-passe/", "/mon-profil/adresse-mail/", "/conventions/", f"/conventions/{c}/",
     f"/conventions/{c}/historique/", f"/conventions/{c}/courriels/", f"/conventions/{c}/utilisateurs/", f"/conventions/{c}/utilisateurs/?nom=bru&statut=ouvert&sort=-nom",
     f"/conventions/{c}/utilisateurs/export/csv/", f"/conventions/{c}/utilisateurs/export/xlsx/", f"/conventions/export/csv/",
     f"/conventions/{c}/utilisateurs/creer/", f"/conventions/{c}/utilisateurs/{r['robine']}/", f"/conventions/{c}/utilisateurs/{r['rocu']}/", f"/conventions/{c}/utilisateurs/{r['guy']}/modifier/",
     f"/conventions/{c}/utilisateurs/{r['guy']}/cloturer/", f"/conventions/{c}/utilisateurs/{r['guy']}/ajouter-a-un-groupe/", f"/conventions/{c}/utilisateurs/{r['robine']}/appartenances/",
     f"/conventions/{c}/groupes/", f"/conventions/{c}/groupes/?vue=arbre", f"/conventions/{c}/groupes/creer/", f"/conventions/{c}/groupes/{g['ACCUEIL']}/", f"/conventions/{c}/groupes/{g['GUICHET']}/",
     f"/conventions/{c}/groupes/{g['ACCUEIL']}/modifier/", f"/conventions/{c}/groupes/{g['ACCUEIL']}/cloturer/", f"/conventions/{c}/groupes/{g['ACCUEIL']}/roles/", f"/conventions/{c}/groupes/{g['ACCUEIL']}/sous-groupe/",
     f"/conventions/{c}/groupes/{g['ACCUEIL']}/membres/ajouter/", f"/conventions/{c}/groupes/{g['ACCUEIL']}/membres/", f"/conventions/{c}/groupes/{g['ACCUEIL']}/responsables/", "/composants/"]
    errors = []
    def get(client, url, ok=(200,)):
        try:
            resp = client.get(url)
        except BaseException as e:
            import traceback
            errors.append((url, type(e).__name__, str(e)[:300], traceback.format_exc().splitlines()[-6:])); return
        if resp.status_code not in ok: errors.append((url, resp.status_code, re.sub(r"\s+"," ",re.sub("<[^>]+>"," ",resp.content.decode()))[-300:]))
    b = client_of("bruet")
    for u in urls: get(b, u)
    m = client_of("marchand")
    for u in ["/", "/mon-profil/", "/comptes-a-verifier/", "/supervision/journal/", "/supervision/etat/", "/conventions/"]: get(m, u)
    get(client_of("robine"), "/aides-financieres/"); get(client_of("robine"), "/"); get(client_of("garban"), "/consulter-dossier/")
    get(client_of("robine"), "/consulter-dossier/", (403,)); get(b, "/conventions/999999/", (404,))
    for u in ["/connexion/", "/mot-de-passe-oublie/", "/probleme-de-connexion/", "/adresse-mail/confirmer/x/"]: get(anonymous, u)
    get(anonymous, "/", (302,))
    for e in errors: print(e)
    assert not errors
