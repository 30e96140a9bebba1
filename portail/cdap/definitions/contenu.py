"""The parts of a dossier: each is written, encrypted and read by itself, so that a tab opens only what it shows.

Kept as arrays (no names): a field is only ever added, at the end and with a default. Amounts are whole euro cents,
months the first day of the month, codes those of `codes.toml`.
"""

from datetime import date
from enum import StrEnum
from typing import Any

import msgspec


class Partie(msgspec.Struct, array_like=True, kw_only=True):
    """Base of what is kept."""


class Personne(Partie):
    """One of the household; `rang` is what the other parts name the person by."""

    rang: int
    role: str  # DEM, CJT, ENF, AUT
    civilite: str
    nom_naissance: str
    prenoms: str
    ne_le: date
    sexe: int
    nom_usage: str = ""
    nationalite: str = ""
    a_charge: bool = False
    garde_alternee: bool = False
    scolarite: str = ""
    situation_pro: str = ""


class Identite(Partie):
    """Who the allocataire is, where, and what his dossier is."""

    etat: str  # actif, suspendu, radie
    affilie_le: date
    regime: str
    sitfam: str
    sitfam_depuis: date
    adresse: str
    code_postal: str
    commune: str
    complement: str = ""
    telephone: str = ""
    courriel: str = ""
    arrive_de: str = ""
    parti_vers: str = ""


class Famille(Partie):
    personnes: list[Personne]


class Paiement(Partie):
    mois: date
    paye_le: date
    prestation: str
    brut: int
    retenue: int
    destinataire: str  # allocataire, tiers
    mode: str  # virement, cheque

    @property
    def net(self) -> int:
        return self.brut - self.retenue


class Paiements(Partie):
    lignes: list[Paiement]


class DroitOuvert(Partie):
    prestation: str
    depuis: date
    etat: str  # ouvert, suspendu, clos
    montant: int
    jusqu_au: date | None = None
    motif: str = ""


class Droits(Partie):
    lignes: list[DroitOuvert]


class Ressource(Partie):
    """What one person declared: of a year (N-2), or of a month of a quarterly declaration."""

    rang: int
    nature: str
    montant: int
    annee: int
    mois: int = 0  # 0: the whole year
    abattement: str = ""  # A, N or nothing


class QuotientFamilial(Partie):
    """`valeur` in euros, None when the resources are not known: « non connu », never 0."""

    mois: date
    valeur: int | None
    parts: int  # in halves
    calcule_le: date


class Ressources(Partie):
    lignes: list[Ressource]
    quotients: list[QuotientFamilial]


class Rsa(Partie):
    """All empty when nobody of the household ever asked for it."""

    numero_demande: str = ""
    demande_le: date | None = None
    etat: str = ""
    droits_devoirs: bool = False
    majore: bool = False
    suspension: str = ""
    derniere_declaration: date | None = None
    referent: str = ""


class Courrier(Partie):
    le: date
    sens: str  # recu, envoye, attendu
    type: str
    objet: str
    etat: str


class Courriers(Partie):
    lignes: list[Courrier]


class Logement(Partie):
    """`numero_bailleur` and `bailleur` are empty for an owner or a person housed free of charge."""

    occupation: str
    nature: str = ""
    entree_le: date | None = None
    bailleur: str = ""
    loyer: int = 0
    charges: int = 0
    aide: str = ""  # APL, ALF, ALS
    tiers_payant: bool = False
    conventionne: bool = False
    impaye: bool = False


class Creance(Partie):
    nature: str
    debut: date
    fin: date
    initial: int
    solde: int
    retenue: int
    recours: str = ""
    transferee: bool = False


class Creances(Partie):
    lignes: list[Creance]


class NomPartie(StrEnum):
    IDENTITE = "identite"
    FAMILLE = "famille"
    PAIEMENTS = "paiements"
    DROITS = "droits"
    RESSOURCES = "ressources"
    RSA = "rsa"
    COURRIERS = "courriers"
    LOGEMENT = "logement"
    CREANCES = "creances"


PARTIES: dict[NomPartie, type[Partie]] = {
    NomPartie.IDENTITE: Identite,
    NomPartie.FAMILLE: Famille,
    NomPartie.PAIEMENTS: Paiements,
    NomPartie.DROITS: Droits,
    NomPartie.RESSOURCES: Ressources,
    NomPartie.RSA: Rsa,
    NomPartie.COURRIERS: Courriers,
    NomPartie.LOGEMENT: Logement,
    NomPartie.CREANCES: Creances,
}
_ENCODER = msgspec.msgpack.Encoder()
_DECODERS = {name: msgspec.msgpack.Decoder(shape) for name, shape in PARTIES.items()}


def encoded(partie: Partie) -> bytes:
    return _ENCODER.encode(partie)


def decoded(name: NomPartie, content: bytes) -> Any:
    """:raises msgspec.ValidationError: when it has not the shape of this part"""
    return _DECODERS[name].decode(content)
