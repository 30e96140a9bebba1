"""A file in which every field has a value of its own, its neighbours, and how it is asked for."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portail.cdap.actions import consultations as actions
from portail.cdap.definitions.contenu import (
    Courrier,
    Courriers,
    Creance,
    Creances,
    DroitOuvert,
    Droits,
    Famille,
    Identite,
    Logement,
    NomPartie,
    Paiement,
    Paiements,
    Partie,
    Personne,
    QuotientFamilial,
    Ressource,
    Ressources,
    Rsa,
    encoded,
)
from portail.cdap.gateway.coffre import coffre_of
from portail.cdap.gateway.lignes import INDEX, index_of
from portail.cdap.models import Consultation, Dossier, Opposition
from portail.cdap.queries.titres import titres_of
from portail.conventions.models import Caf
from portail.habilitations import actions as groupes
from tests.cast import Cast

NUMERO, CLOSED, OPPOSED, ELSEWHERE, UNKNOWN = 9012345, 9012346, 9012347, 9012348, 9099999
NOM, NE_LE = "Canarès", date(1987, 3, 14)


def parties() -> dict[NomPartie, Partie]:
    """A household of two adults and two children, fictitious; every field says something that no other says."""
    return {
        NomPartie.IDENTITE: Identite(
            etat="suspendu",
            affilie_le=date(2011, 2, 3),
            regime="GEN",
            sitfam="VIM",
            sitfam_depuis=date(2015, 6, 7),
            adresse="17 allée des Canaris",
            code_postal="13997",
            commune="Volièreville",
            complement="Bâtiment Serin",
            telephone="01 99 00 12 34",
            courriel="famille.canari@example.fr",
            arrive_de="Caf 061",
            parti_vers="Caf 598",
        ),
        NomPartie.FAMILLE: Famille(
            personnes=[
                Personne(
                    rang=1,
                    role="DEM",
                    civilite="MME",
                    nom_naissance="CANARES",
                    prenoms="Ottiline",
                    ne_le=NE_LE,
                    sexe=2,
                    nom_usage="Perruche",
                    nationalite="F",
                    situation_pro="SAL",
                ),
                Personne(
                    rang=2,
                    role="CJT",
                    civilite="MR",
                    nom_naissance="PERRUCHE",
                    prenoms="Théobald",
                    ne_le=date(1985, 11, 2),
                    sexe=1,
                    nationalite="C",
                    situation_pro="CHO",
                ),
                Personne(
                    rang=3,
                    role="ENF",
                    civilite="",
                    nom_naissance="PERRUCHE",
                    prenoms="Zéphyrine",
                    ne_le=date(2016, 4, 5),
                    sexe=2,
                    a_charge=True,
                    scolarite="ELE",
                ),
                Personne(
                    rang=4,
                    role="ENF",
                    civilite="",
                    nom_naissance="PERRUCHE",
                    prenoms="Barnabé",
                    ne_le=date(2019, 8, 9),
                    sexe=1,
                    a_charge=True,
                    garde_alternee=True,
                    scolarite="MAT",
                ),
            ]
        ),
        NomPartie.PAIEMENTS: Paiements(
            lignes=[
                Paiement(
                    mois=date(2026, 10, 1),
                    paye_le=date(2026, 11, 5),
                    prestation="ALF",
                    brut=31_357,
                    retenue=4_811,
                    destinataire="tiers",
                    mode="cheque",
                )
            ]
        ),
        NomPartie.DROITS: Droits(
            lignes=[
                DroitOuvert(
                    prestation="CF",
                    depuis=date(2022, 5, 1),
                    etat="suspendu",
                    montant=19_663,
                    jusqu_au=date(2027, 4, 30),
                    motif="DA",
                )
            ]
        ),
        NomPartie.RESSOURCES: Ressources(
            lignes=[Ressource(rang=2, nature="010", montant=1_234_567, annee=2024, abattement="N")],
            quotients=[
                QuotientFamilial(mois=date(2026, 11, 1), valeur=787, parts=6, calcule_le=date(2026, 11, 2)),
                QuotientFamilial(mois=date(2026, 10, 1), valeur=None, parts=6, calcule_le=date(2026, 10, 3)),
            ],
        ),
        NomPartie.RSA: Rsa(
            numero_demande="RSA0013579",
            demande_le=date(2023, 1, 9),
            etat="3",
            droits_devoirs=True,
            majore=True,
            suspension="31",
            derniere_declaration=date(2026, 7, 1),
            referent="Maison des solidarités du Bosquet",
        ),
        NomPartie.COURRIERS: Courriers(
            lignes=[
                Courrier(
                    le=date(2026, 9, 21), sens="attendu", type="PIECE", objet="Contrat de location", etat="attente"
                )
            ]
        ),
        NomPartie.LOGEMENT: Logement(
            occupation="LOC",
            nature="0901",
            entree_le=date(2020, 12, 13),
            bailleur="Habitat des Oiseaux",
            loyer=64_219,
            charges=7_733,
            aide="ALF",
            tiers_payant=True,
            conventionne=True,
            impaye=True,
        ),
        NomPartie.CREANCES: Creances(
            lignes=[
                Creance(
                    nature="INK",
                    debut=date(2025, 2, 1),
                    fin=date(2025, 5, 1),
                    initial=98_765,
                    solde=54_321,
                    retenue=4_897,
                    recours="CRA",
                    transferee=True,
                )
            ]
        ),
    }


def keep(caf: Caf, numero: int, *, closed_on: date | None = None, whole: dict[NomPartie, Partie] | None = None) -> None:
    """A file of this Caf, closed in the vault."""
    coffre, whole = coffre_of(caf.code), whole or parties()
    index = index_of(coffre, numero, whole[NomPartie.FAMILLE].personnes)  # type: ignore[attr-defined]
    Dossier.objects.create(
        caf=caf,
        numero=numero,
        closed_on=closed_on,
        **dict(zip(INDEX, index, strict=True)),
        **{name: coffre.close(encoded(partie), numero, name) for name, partie in whole.items()},
    )


@dataclass
class Scene:
    """The cast, with files at the Caf of Farandole and at another."""

    cast: Cast
    caf: Caf
    other: Caf
    made: dict[str, Any] = field(default_factory=dict)

    def demande(self, name: str, caf: Caf | None = None, profil: str = "") -> actions.Demande:
        titres = titres_of(self.cast.acteur(name))
        titre = next(titre for titre in titres if titre.role == profil or not profil)
        return actions.Demande(titre, caf or self.caf, titre.finalites[0], "Demande d'aide pour la cantine")

    def consult(self, name: str, numero: int = NUMERO, profil: str = "") -> Consultation | None:
        demande = self.demande(name, profil=profil)
        return actions.consult(by=self.cast.acteur(name), demande=demande, numero=numero)


def asked(scene: Scene, name: str, profil: str) -> dict[str, str]:
    """What the form of a request is sent with, but for whose file it is."""
    demande = scene.demande(name, profil=profil)
    return {
        "titre": demande.titre.code,
        "caf": str(demande.caf.pk),
        "finalite": demande.finalite,
        "motif": demande.motif,
        "is_informed": "on",
    }


def build_dossiers(cast: Cast) -> Scene:
    """Files at two Cafs; Garban has T1 and T5 at Farandole, Double T5."""
    scene = Scene(cast, cast.cafs["132"], cast.cafs["061"])
    keep(scene.caf, NUMERO)
    keep(scene.caf, CLOSED, closed_on=date(2020, 1, 1))
    keep(scene.caf, OPPOSED)
    keep(scene.other, ELSEWHERE)
    since = cast.conventions["farandole"].opens_on
    scene.made["opposition"] = Opposition.objects.create(
        caf=scene.caf, numero=OPPOSED, opens_on=since, source="Courrier", entered_by=cast.people["gestin"]
    )
    return scene


def build_scene(cast: Cast) -> Scene:
    """The same, where Farandole may hand out the four profiles: Robine has T2, Guy T18."""
    convention, since = cast.conventions["farandole"], cast.conventions["farandole"].opens_on
    bulletin = convention.bulletins.get(service="cdap")
    for role in ("cdap.t2", "cdap.t18"):
        bulletin.roles.create(role=role, opens_on=since)
    bruet = cast.acteur("bruet")
    for code, role, name in (("INSTRUCTION", "cdap.t2", "robine"), ("SERVICE", "cdap.t18", "guy")):
        groupe = groupes.create_groupe(by=bruet, convention=convention, code=code, libelle=code, opens_on=since)
        groupes.set_roles(by=bruet, groupe=groupe, wanted={role})
        groupes.add_to_groupe(
            by=bruet, groupe=groupe, rattachement=cast.rattachements[name], opens_on=bruet.on, closes_on=None
        )
    return build_dossiers(cast)
