"""The people of the tests: fictitious, named, one per part played.

Farandole: Bruet administers, Garban answers for the group ACCUEIL and below, Robine declares, Guy is in no group,
Bollie has not signed in yet, Rocu has left. Voisin administers another organisation of the same Caf, Lointain one of
another Caf. Double serves two organisations. Agents: Marchand (administrateur), Gestin (gestionnaire),
Auditeau (auditeur) of Caf 132; Horsain (administrateur) of Caf 061.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

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


AGENTS = (
    ("marchand", "Marchand", "Marc", "CAF00132AA", "132", "administrateur"),
    ("gestin", "Gestin", "Gaëlle", "CAF00132AB", "132", "gestionnaire"),
    ("auditeau", "Auditeau", "Anne", "CAF00132AC", "132", "auditeur"),
    ("horsain", "Horsain", "Hugo", "CAF00061AA", "061", "administrateur"),
)
ADMINISTRATEURS = (
    ("bruet", "Bruet", "Stéphane", "ENF01302SM", "farandole"),
    ("voisin", "Voisin", "Victor", "ENF01303AA", "voisine"),
    ("lointain", "Lointain", "Lise", "ENF00601AA", "lointaine"),
)
MEMBERS = (
    ("garban", "Garban", "Gilles", "ENF01302XA"),
    ("robine", "Robine", "Olivia", "ENF01302XB"),
    ("guy", "Guy", "Valérie", "ENF01302XC"),
    ("double", "Double", "Denise", "ENF01302XD"),
    ("rocu", "Rocu", "Blandine", "ENF01302XE"),
)
CONVENTIONS = (
    ("farandole", 1302, "12345678900011", "132", ("afas.habiliter", "afas.declarer", "cdap.t1", "cdap.t5"), 481),
    ("voisine", 1303, "12345678900029", "132", ("cdap.t5",), 1),
    ("lointaine", 601, "12345678900037", "061", ("cdap.t5",), 1),
)


def build_cast() -> Cast:
    """First rows written here, all the rest through the product's own actions."""
    return _Building().cast


class _Building:
    """Builds the cast in the order of the story."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self.since = self.today - SINCE
        self.password = make_password(PASSWORD)
        sections = [{"title": "Objet", "paragraphs": ["Texte."], "points": []}]
        self.regle = RegleUsage.objects.create(version=1, published_at=timezone.now() - SINCE, sections=sections)
        self.cast = Cast({}, {}, {}, {}, {})
        self.conventions()
        self.people()
        self.groupes()
        self.later()

    def conventions(self) -> None:
        kind = TypeOrganisme.objects.create(code="centre-social", libelle="Centre social", prefixe="ENF")
        for code in ("132", "061"):
            self.cast.cafs[code] = Caf.objects.create(code=code, nom=f"Caf {code}", courriel=f"caf{code}@example.fr")
        for name, numero, siret, caf, roles, next_suffix in CONVENTIONS:
            organisme = Organisme.objects.create(
                raison_sociale=f"Organisme {name.capitalize()}",
                siret=siret,
                type=kind,
                adresse="1 rue des Lices",
                code_postal="13000",
                commune="Istres",
            )
            convention = Convention.objects.create(
                numero=numero,
                libelle=f"Convention {name.capitalize()}",
                organisme=organisme,
                caf_pivot=self.cast.cafs[caf],
                etat="validee",
                validated_on=self.since,
                opens_on=self.since,
                finalites=["Accompagnement social"],
                next_suffix=next_suffix,
            )
            convention.cafs.add(self.cast.cafs[caf])
            self.cast.conventions[name] = convention
            self.bulletins(convention, roles)

    def bulletins(self, convention: Convention, roles: tuple[str, ...]) -> None:
        for service in sorted({role.partition(".")[0] for role in roles}):
            bulletin = BulletinAdhesion.objects.create(convention=convention, service=service, opens_on=self.since)
            for role in roles:
                if role.startswith(f"{service}."):
                    RoleBulletin.objects.create(bulletin=bulletin, role=role, opens_on=self.since)

    def person(self, name: str, nom: str, prenom: str, identifiant: str, *, is_agent: bool = False) -> Utilisateur:
        utilisateur = Utilisateur.objects.create(
            identifiant=identifiant,
            password=self.password,
            nom=nom,
            prenom=prenom,
            courriel=f"{name}@example.fr",
            is_agent=is_agent,
            opens_on=self.since,
            last_login=timezone.now() - timedelta(days=2),
        )
        AcceptationRegle.objects.create(utilisateur=utilisateur, regle=self.regle)
        self.cast.people[name] = utilisateur
        return utilisateur

    def attach(self, name: str, where: str) -> Rattachement:
        rattachement = Rattachement.objects.create(
            utilisateur=self.cast.people[name],
            convention=self.cast.conventions[where],
            opens_on=self.since,
            opened_by=self.cast.people["bruet"],
        )
        self.cast.rattachements.setdefault(name, rattachement)
        return rattachement

    def people(self) -> None:
        for name, nom, prenom, identifiant, caf, fonction in AGENTS:
            agent = self.person(name, nom, prenom, identifiant, is_agent=True)
            AgentCaf.objects.create(utilisateur=agent, caf=self.cast.cafs[caf], fonction=fonction, opens_on=self.since)
        for name, nom, prenom, identifiant, where in ADMINISTRATEURS:
            self.person(name, nom, prenom, identifiant)
            Administrateur.objects.create(rattachement=self.attach(name, where), opens_on=self.since)
        for name, nom, prenom, identifiant in MEMBERS:
            self.person(name, nom, prenom, identifiant)
            self.attach(name, "farandole")

    def groupe(self, by: str, where: str, code: str, libelle: str, roles: set[str], **more: Any) -> None:
        convention = self.cast.conventions[where]
        acteur = self.cast.acteur(by)
        self.cast.groupes[code] = actions.create_groupe(
            by=acteur, convention=convention, code=code, libelle=libelle, opens_on=convention.opens_on, **more
        )
        actions.set_roles(by=acteur, groupe=self.cast.groupes[code], wanted=roles)

    def add(self, by: str, code: str, rattachement: Rattachement) -> None:
        actions.add_to_groupe(
            by=self.cast.acteur(by),
            groupe=self.cast.groupes[code],
            rattachement=rattachement,
            opens_on=self.today,
            closes_on=None,
        )

    def groupes(self) -> None:
        rattachements = self.cast.rattachements
        self.groupe("bruet", "farandole", "AFAS-DEC", "AFAS-DECLARER", {"afas.declarer"})
        self.groupe(
            "bruet", "farandole", "ACCUEIL", "Accueil", {"cdap.t1", "cdap.t5"}, responsable=rattachements["garban"]
        )
        self.groupe("bruet", "farandole", "GUICHET", "Guichet", {"cdap.t5"}, parent=self.cast.groupes["ACCUEIL"])
        self.groupe("voisin", "voisine", "VOISINS", "Voisins", {"cdap.t5"})
        for name, code in (("robine", "AFAS-DEC"), ("garban", "ACCUEIL"), ("double", "GUICHET"), ("rocu", "GUICHET")):
            self.add("bruet", code, rattachements[name])
        self.add("voisin", "VOISINS", self.attach("double", "voisine"))

    def later(self) -> None:
        """Rocu leaves; Bollie is created and has not signed in yet."""
        bruet = self.cast.acteur("bruet")
        yesterday = self.today - timedelta(days=1)
        actions.close_utilisateur(
            by=bruet, rattachement=self.cast.rattachements["rocu"], closes_on=yesterday, motif="Départ"
        )
        fiche = Fiche(nom="Bollie", prenom="Nadine", courriel="bollie@example.fr", opens_on=self.today)
        bollie = actions.create_utilisateur(by=bruet, convention=self.cast.conventions["farandole"], fiche=fiche)
        assert bollie is not None
        self.cast.people["bollie"], self.cast.rattachements["bollie"] = bollie.utilisateur, bollie
