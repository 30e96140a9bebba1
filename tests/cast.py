"""The people of the tests: fictitious, named, one per part played.

Farandole: Bruet administers, Garban answers for the group ACCUEIL and below, Robine declares, Guy is in no group,
Bollie has not signed in yet, Rocu has left. Voisin administers another organisation of the same Caf, Lointain one of
another Caf. Double serves two organisations. Agents: Marchand (administrateur), Gestin (gestionnaire),
Auditeau (auditeur) of Caf 132; Horsain (administrateur) of Caf 061.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from portail.comptes.models import AcceptationRegle, RegleUsage, Utilisateur
from portail.conventions.models import (
    Administrateur,
    AgentCaf,
    BulletinAdhesion,
    Caf,
    Convention,
    Organisme,
    Rattachement,
    RoleBulletin,
    TypeOrganisme,
)
from portail.habilitations import actions
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.actions.utilisateurs import Fiche
from portail.habilitations.models import Groupe

PASSWORD = "Ruche*Violette7"
SINCE = timedelta(days=400)


@dataclass
class Cast:
    """Everybody by name; `acteur("bruet")` acts today."""

    people: dict[str, Utilisateur]
    rattachements: dict[str, Rattachement]
    groupes: dict[str, Groupe]
    conventions: dict[str, Convention]
    cafs: dict[str, Caf]

    def acteur(self, name: str, on: date | None = None) -> Acteur:
        utilisateur = Utilisateur.objects.get(pk=self.people[name].pk)
        return acteur_for(utilisateur, on=on or timezone.localdate())

    def groupe(self, code: str) -> Groupe:
        return Groupe.objects.select_related("convention__organisme", "parent").get(pk=self.groupes[code].pk)

    def rattachement(self, name: str) -> Rattachement:
        rows = Rattachement.objects.select_related("utilisateur", "convention__organisme", "convention__caf_pivot")
        return rows.get(pk=self.rattachements[name].pk)


def build_cast() -> Cast:
    """First rows written here, all the rest through the product's own actions."""
    today = timezone.localdate()
    password = make_password(PASSWORD)
    regle = RegleUsage.objects.create(
        version=1, published_at=timezone.now() - SINCE, sections=[{"title": "Objet", "paragraphs": ["Texte."], "points": []}]
    )
    cafs = {code: Caf.objects.create(code=code, nom=f"Caf {code}", courriel=f"caf{code}@example.fr") for code in ("132", "061")}
    kind = TypeOrganisme.objects.create(code="centre-social", libelle="Centre social", prefixe="ENF")
    people: dict[str, Utilisateur] = {}
    rattachements: dict[str, Rattachement] = {}

    def person(name: str, nom: str, prenom: str, identifiant: str, *, is_agent: bool = False) -> Utilisateur:
        utilisateur = Utilisateur.objects.create(
            identifiant=identifiant,
            password=password,
            nom=nom,
            prenom=prenom,
            courriel=f"{name}@example.fr",
            is_agent=is_agent,
            opens_on=today - SINCE,
            last_login=timezone.now() - timedelta(days=2),
        )
        AcceptationRegle.objects.create(utilisateur=utilisateur, regle=regle)
        people[name] = utilisateur
        return utilisateur

    def convention(name: str, numero: int, siret: str, caf: Caf, services: dict[str, list[str]]) -> Convention:
        organisme = Organisme.objects.create(
            raison_sociale=f"Organisme {name}", siret=siret, type=kind, adresse="1 rue des Lices", code_postal="13000", commune="Istres"
        )
        made = Convention.objects.create(
            numero=numero,
            libelle=f"Convention {name}",
            organisme=organisme,
            caf_pivot=caf,
            etat="validee",
            validated_on=today - SINCE,
            opens_on=today - SINCE,
            finalites=["Accompagnement social"],
        )
        made.cafs.add(caf)
        for service, roles in services.items():
            bulletin = BulletinAdhesion.objects.create(convention=made, service=service, opens_on=today - SINCE)
            for role in roles:
                RoleBulletin.objects.create(bulletin=bulletin, role=role, opens_on=today - SINCE)
        return made

    conventions = {
        "farandole": convention(
            "Farandole",
            1302,
            "12345678900011",
            cafs["132"],
            {"afas": ["afas.habiliter", "afas.declarer"], "cdap": ["cdap.t1", "cdap.t5"]},
        ),
        "voisine": convention("Voisine", 1303, "12345678900029", cafs["132"], {"cdap": ["cdap.t5"]}),
        "lointaine": convention("Lointaine", 601, "12345678900037", cafs["061"], {"cdap": ["cdap.t5"]}),
    }
    for name, nom, prenom, identifiant, caf, fonction in (
        ("marchand", "Marchand", "Marc", "CAF00132AA", "132", "administrateur"),
        ("gestin", "Gestin", "Gaëlle", "CAF00132AB", "132", "gestionnaire"),
        ("auditeau", "Auditeau", "Anne", "CAF00132AC", "132", "auditeur"),
        ("horsain", "Horsain", "Hugo", "CAF00061AA", "061", "administrateur"),
    ):
        agent = person(name, nom, prenom, identifiant, is_agent=True)
        AgentCaf.objects.create(utilisateur=agent, caf=cafs[caf], fonction=fonction, opens_on=today - SINCE)

    def administrateur(name: str, nom: str, prenom: str, identifiant: str, where: str) -> None:
        rattachement = Rattachement.objects.create(
            utilisateur=person(name, nom, prenom, identifiant), convention=conventions[where], opens_on=today - SINCE
        )
        Administrateur.objects.create(rattachement=rattachement, opens_on=today - SINCE)
        rattachements[name] = rattachement

    administrateur("bruet", "Bruet", "Stéphane", "ENF01302SM", "farandole")
    administrateur("voisin", "Voisin", "Victor", "ENF01303AA", "voisine")
    administrateur("lointain", "Lointain", "Lise", "ENF00601AA", "lointaine")
    Convention.objects.filter(pk=conventions["farandole"].pk).update(next_suffix=481)
    Convention.objects.filter(pk__in=[conventions["voisine"].pk, conventions["lointaine"].pk]).update(next_suffix=1)

    def member(name: str, nom: str, prenom: str, identifiant: str, where: str = "farandole") -> Rattachement:
        rattachement = Rattachement.objects.create(
            utilisateur=people.get(name) or person(name, nom, prenom, identifiant),
            convention=conventions[where],
            opens_on=today - SINCE,
            opened_by=people["bruet"],
        )
        rattachements.setdefault(name, rattachement)
        return rattachement

    for suffix, (name, nom, prenom) in zip(
        ("XA", "XB", "XC", "XD", "XE"),
        (
            ("garban", "Garban", "Gilles"),
            ("robine", "Robine", "Olivia"),
            ("guy", "Guy", "Valérie"),
            ("double", "Double", "Denise"),
            ("rocu", "Rocu", "Blandine"),
        ),
        strict=True,
    ):
        member(name, nom, prenom, f"ENF01302{suffix}")
    elsewhere = member("double", "", "", "", "voisine")
    bruet = acteur_for(people["bruet"], on=today)
    farandole = conventions["farandole"]
    groupes = {
        "AFAS-DEC": _groupe(bruet, farandole, "AFAS-DEC", "AFAS-DECLARER", {"afas.declarer"}),
        "ACCUEIL": _groupe(bruet, farandole, "ACCUEIL", "Accueil", {"cdap.t1", "cdap.t5"}, responsable=rattachements["garban"]),
    }
    groupes["GUICHET"] = _groupe(bruet, farandole, "GUICHET", "Guichet", {"cdap.t5"}, parent=groupes["ACCUEIL"])
    voisin = acteur_for(people["voisin"], on=today)
    groupes["VOISINS"] = _groupe(voisin, conventions["voisine"], "VOISINS", "Voisins", {"cdap.t5"})
    for name, code in (("robine", "AFAS-DEC"), ("garban", "ACCUEIL"), ("double", "GUICHET"), ("rocu", "GUICHET")):
        _add(bruet, groupes[code], rattachements[name], today)
    _add(voisin, groupes["VOISINS"], elsewhere, today)
    actions.close_utilisateur(
        by=bruet, rattachement=rattachements["rocu"], closes_on=today - timedelta(days=1), motif="Départ"
    )
    bollie = actions.create_utilisateur(
        by=bruet,
        convention=farandole,
        fiche=Fiche(nom="Bollie", prenom="Nadine", courriel="bollie@example.fr", opens_on=today),
    )
    assert bollie is not None
    people["bollie"], rattachements["bollie"] = bollie.utilisateur, bollie
    return Cast(people, rattachements, groupes, conventions, cafs)


def _groupe(by, convention, code, libelle, roles, *, parent=None, responsable=None) -> Groupe:
    groupe = actions.create_groupe(
        by=by,
        convention=convention,
        code=code,
        libelle=libelle,
        opens_on=convention.opens_on,
        parent=parent,
        responsable=responsable,
    )
    actions.set_roles(by=by, groupe=groupe, wanted=roles)
    return groupe


def _add(by, groupe, rattachement, today) -> None:
    actions.add_to_groupe(by=by, groupe=groupe, rattachement=rattachement, opens_on=today, closes_on=None)
