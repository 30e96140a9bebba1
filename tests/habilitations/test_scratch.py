from datetime import date, timedelta
import pytest
from django.utils import timezone
from portail.conventions.models import *
from portail.habilitations import actions, queries
from portail.habilitations.actions.utilisateurs import Fiche
from portail.habilitations.models import *
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused

def second(cast):
    r = cast.rattachement("guy")
    actions.name_administrateur(by=cast.acteur("marchand"), rattachement=r, opens_on=timezone.localdate())
    return r
def fiche(r, **k):
    u=r.utilisateur
    d=dict(nom=u.nom,prenom=u.prenom,courriel=u.courriel,telephone=u.telephone,poste=u.poste,opens_on=r.opens_on,closes_on=r.closes_on); d.update(k); return Fiche(**d)
today=timezone.localdate()
def test_b1(cast):
    r=cast.rattachement("bruet")
    with pytest.raises(Refused): actions.edit_utilisateur(by=cast.acteur("bruet"), rattachement=r, fiche=fiche(r, opens_on=today+timedelta(days=5)), edition=r.utilisateur.edition)
def test_b2(cast):
    g=second(cast); m=cast.acteur("marchand")
    actions.close_utilisateur(by=m, rattachement=g, closes_on=today+timedelta(days=5), motif="x")
    with pytest.raises(Refused): actions.close_utilisateur(by=m, rattachement=cast.rattachement("bruet"), closes_on=today-timedelta(days=1), motif="x")
def test_b2b(cast):
    g=second(cast); m=cast.acteur("marchand"); b=cast.rattachement("bruet")
    actions.edit_utilisateur(by=m, rattachement=g, fiche=fiche(g, closes_on=today+timedelta(days=5)), edition=g.utilisateur.edition)
    with pytest.raises(Refused): actions.edit_utilisateur(by=m, rattachement=b, fiche=fiche(b, closes_on=today+timedelta(days=5)), edition=b.utilisateur.edition)
def test_b3(cast):
    b=cast.acteur("bruet"); g=cast.rattachement("guy")
    actions.close_utilisateur(by=b, rattachement=g, closes_on=today+timedelta(days=5), motif="x")
    v=cast.acteur("voisin")
    assert actions.create_utilisateur(by=v, convention=cast.conventions["voisine"], fiche=Fiche("Guy","V","guy@example.fr",opens_on=today)) is None
    actions.decide_demande(by=cast.acteur("marchand"), demande=DemandeRattachement.objects.get(), is_granted=True)
    g.utilisateur.refresh_from_db()
    assert g.utilisateur.closes_on is None
def test_b4(cast):
    r=cast.rattachement("rocu"); b=cast.acteur("bruet")
    actions.edit_utilisateur(by=b, rattachement=r, fiche=fiche(r, closes_on=None), edition=r.utilisateur.edition)
    r.utilisateur.refresh_from_db(); assert r.utilisateur.is_active
def test_b5(cast):
    b=cast.acteur("bruet")
    BulletinAdhesion.objects.filter(service="afas").update(max_utilisateurs=1)
    r=cast.rattachement("robine")
    actions.edit_utilisateur(by=b, rattachement=r, fiche=fiche(r, closes_on=today-timedelta(days=1)), edition=r.utilisateur.edition)
    actions.add_to_groupe(by=b, groupe=cast.groupe("AFAS-DEC"), rattachement=cast.rattachement("guy"), opens_on=today, closes_on=None)
    r=cast.rattachement("robine")
    with pytest.raises(Refused): actions.edit_utilisateur(by=b, rattachement=r, fiche=fiche(r, closes_on=None), edition=r.utilisateur.edition)
def test_b6(cast):
    r=cast.rattachement("rocu")
    actions.conventions.attach_administrateur(by=cast.acteur("marchand"), convention=cast.conventions["voisine"], fiche=Fiche("Rocu","B","rocu@example.fr",opens_on=today)) if hasattr(actions,"conventions") else None
    r.utilisateur.refresh_from_db(); assert r.utilisateur.is_active
def test_b7(cast):
    b=cast.acteur("bruet"); a=Appartenance.objects.get(rattachement=cast.rattachements["robine"])
    for _ in range(2):
        actions.close_appartenance(by=b, appartenance=Appartenance.objects.select_related("groupe__convention","rattachement__utilisateur").get(pk=a.pk), closes_on=today-timedelta(days=1), motif="x")
    assert JournalEntry.objects.filter(kind="habilitations.appartenance.closed").count()==1
def test_b8(cast, client_of):
    c=client_of("bruet")
    assert c.get("/brouillons/?path=%00").status_code<500
def test_b8b(cast, client_of):
    c=client_of("bruet")
    assert c.post("/brouillons/?path=/x", '{"data": {"a": "\\u0000"}}', content_type="application/json").status_code<500
def test_b8c(cast, client_of):
    c=client_of("bruet")
    assert c.post("/brouillons/?path=/x", '{"data": {"a": "\\ud800"}}', content_type="application/json").status_code<500
def test_b10(cast, client_of):
    c=client_of("bruet")
    for q in ("nom=%00","niveau=1e400","niveau=NaN","page=999999999999999999999","page=%00","sort=%00","sort=-nope","statut=zz","groupe=99999999999999999999","niveau=9999999999999999999999"):
        for u in ("utilisateurs","groupes"):
            assert c.get(f"/conventions/{cast.conventions['farandole'].pk}/{u}/?{q}").status_code<500, q
    c=client_of("marchand")
    for q in ("since=0001-01-01","since=9999-12-31","by=%00","until=9999-12-31","page=0"):
        assert c.get(f"/supervision/journal/?{q}").status_code<500, q
