"""The fields of a dossier as a person may read them: what the matrix of rights is about.

Ten tabs (S2), each made of blocks: a summary (one value a field) or a table (one column a field). `acts` are what a
profile may do beside reading; they stand in the same matrix.
"""

from dataclasses import dataclass
from functools import cache

from portail.cdap.definitions.contenu import NomPartie as P


@dataclass(frozen=True)
class Champ:
    """`code` is « famille.nom »: the block, then the field."""

    code: str
    libelle: str
    bloc: str

    @property
    def onglet(self) -> str:
        return BLOCS[self.bloc].onglet

    @property
    def parties(self) -> tuple[P, ...]:
        """The parts of the dossier that it is read from."""
        return _PARTIES.get(self.code, BLOCS[self.bloc].parties)

    @property
    def is_number(self) -> bool:
        """Read down its column: an amount, or a count."""
        return self.code in NUMBERS


@dataclass(frozen=True)
class Bloc:
    """`parties` are the parts of the dossier that its fields are read from, all together."""

    code: str
    titre: str
    onglet: str
    parties: tuple[P, ...]
    is_table: bool = False


@dataclass(frozen=True)
class Onglet:
    code: str
    libelle: str


ONGLETS = {
    code: Onglet(code, libelle)
    for code, libelle in (
        ("synthese", "Synthèse"),
        ("resume", "Résumé du dossier"),
        ("paiements", "Paiements"),
        ("droits", "Droits"),
        ("famille", "Composition de la famille"),
        ("ressources", "Ressources"),
        ("rsa", "RSA"),
        ("courriers", "Courriers"),
        ("logement", "Informations logement"),
        ("creances", "Créances"),
    )
}
_BLOCS = (
    Bloc("synthese", "L'essentiel", "synthese", (P.IDENTITE, P.FAMILLE, P.RESSOURCES, P.PAIEMENTS, P.COURRIERS)),
    Bloc("resume", "Le dossier", "resume", (P.IDENTITE,)),
    Bloc("adultes", "Allocataire et conjoint", "resume", (P.FAMILLE,), is_table=True),
    Bloc("paiement", "Paiements", "paiements", (P.PAIEMENTS,), is_table=True),
    Bloc("droit", "Droits", "droits", (P.DROITS,), is_table=True),
    Bloc("foyer", "Le foyer", "famille", (P.FAMILLE,)),
    Bloc("famille", "Personnes", "famille", (P.FAMILLE,), is_table=True),
    Bloc("qf", "Quotient familial", "ressources", (P.RESSOURCES,), is_table=True),
    Bloc("ressource", "Ressources déclarées", "ressources", (P.RESSOURCES, P.FAMILLE), is_table=True),
    Bloc("rsa", "Demande et droit", "rsa", (P.RSA,)),
    Bloc("courrier", "Courriers et pièces", "courriers", (P.COURRIERS,), is_table=True),
    Bloc("logement", "Le logement", "logement", (P.LOGEMENT,)),
    Bloc("creance", "Créances", "creances", (P.CREANCES,), is_table=True),
)
BLOCS = {bloc.code: bloc for bloc in _BLOCS}

_LIBELLES = {
    "synthese": {
        "identite": "Allocataire et conjoint",
        "adresse": "Adresse",
        "etat": "État du dossier",
        "qf": "Quotient familial du mois",
        "dernier_paiement": "Dernier paiement",
        "enfants": "Enfants à charge",
        "alertes": "À savoir",
    },
    "resume": {
        "etat": "État du dossier",
        "affiliation": "Affilié depuis le",
        "regime": "Régime",
        "sitfam": "Situation familiale",
        "sitfam_depuis": "Depuis le",
        "adresse": "Adresse",
        "telephone": "Téléphone",
        "courriel": "Adresse mail",
        "mutation": "Changement de Caf",
    },
    "adultes": {
        "role": "Rôle",
        "civilite": "Civilité",
        "nom": "Nom de naissance",
        "nom_usage": "Nom d'usage",
        "prenoms": "Prénoms",
        "naissance": "Né(e) le",
        "nationalite": "Nationalité",
        "situation_pro": "Situation professionnelle",
    },
    "paiement": {
        "mois": "Mois du droit",
        "paye_le": "Payé le",
        "prestation": "Prestation",
        "brut": "Montant",
        "retenue": "Retenue",
        "net": "Net payé",
        "destinataire": "Destinataire",
        "mode": "Mode",
    },
    "droit": {
        "prestation": "Prestation",
        "depuis": "Depuis le",
        "jusqu_au": "Jusqu'au",
        "montant": "Montant mensuel",
        "etat": "État",
        "motif": "Motif",
    },
    "foyer": {"personnes": "Personnes au foyer", "enfants": "Enfants à charge"},
    "famille": {
        "role": "Rôle",
        "nom": "Nom",
        "prenoms": "Prénoms",
        "naissance": "Né(e) le",
        "sexe": "Sexe",
        "a_charge": "À charge",
        "garde_alternee": "Garde alternée",
        "scolarite": "Scolarité",
    },
    "qf": {"mois": "Mois", "valeur": "Quotient familial", "parts": "Parts", "calcule_le": "Calculé le"},
    "ressource": {
        "personne": "Personne",
        "periode": "Période",
        "nature": "Nature",
        "montant": "Montant",
        "abattement": "Abattement ou neutralisation",
    },
    "rsa": {
        "numero_demande": "Numéro de demande",
        "demande_le": "Demandé le",
        "etat": "État",
        "droits_devoirs": "Soumis aux droits et devoirs",
        "majore": "Majoré",
        "suspension": "Motif de suspension",
        "derniere_declaration": "Dernière déclaration trimestrielle",
        "referent": "Référent",
    },
    "courrier": {"le": "Date", "sens": "Sens", "type": "Type", "objet": "Objet", "etat": "État"},
    "logement": {
        "occupation": "Occupation",
        "nature": "Nature",
        "entree_le": "Entré le",
        "bailleur": "Bailleur",
        "loyer": "Loyer",
        "charges": "Charges",
        "aide": "Aide au logement",
        "tiers_payant": "Versée au bailleur",
        "conventionne": "Logement conventionné",
        "impaye": "Impayé signalé",
    },
    "creance": {
        "nature": "Nature",
        "periode": "Période",
        "initial": "Montant initial",
        "solde": "Solde",
        "retenue": "Retenue mensuelle",
        "recours": "Recours ou remise",
        "transferee": "Transférée au département",
    },
}
CHAMPS = {
    f"{bloc}.{name}": Champ(f"{bloc}.{name}", libelle, bloc)
    for bloc, fields in _LIBELLES.items()
    for name, libelle in fields.items()
}

# Those that need less than their whole block.
_PARTIES: dict[str, tuple[P, ...]] = {
    "synthese.identite": (P.FAMILLE,),
    "synthese.adresse": (P.IDENTITE,),
    "synthese.etat": (P.IDENTITE,),
    "synthese.qf": (P.RESSOURCES,),
    "synthese.dernier_paiement": (P.PAIEMENTS,),
    "synthese.enfants": (P.FAMILLE,),
    "synthese.alertes": (P.IDENTITE, P.COURRIERS),
    **{f"ressource.{name}": (P.RESSOURCES,) for name in ("periode", "nature", "montant", "abattement")},
}

NUMBERS = {
    *("paiement.brut", "paiement.retenue", "paiement.net", "droit.montant", "qf.valeur", "qf.parts"),
    *("ressource.montant", "creance.initial", "creance.solde", "creance.retenue"),
}

SEARCH, DIALOGUE = "recherche_identite", "dialogue"
ATTESTATION_QF, ATTESTATION_PAIEMENT = "attestation_qf", "attestation_paiement"
ACTES = {
    SEARCH: "Chercher par nom et date de naissance",
    DIALOGUE: "Écrire à la Caf depuis le dossier",
    ATTESTATION_QF: "Attestation de quotient familial",
    ATTESTATION_PAIEMENT: "Attestation de paiement",
}


@cache
def champs_of(onglet: str) -> list[tuple[Bloc, list[Champ]]]:
    """The blocks of a tab in the order of the page, with their fields."""
    return [
        (bloc, [champ for champ in CHAMPS.values() if champ.bloc == bloc.code])
        for bloc in BLOCS.values()
        if bloc.onglet == onglet
    ]


@cache
def everything() -> frozenset[str]:
    """Every code that a matrix may open."""
    return frozenset(CHAMPS) | frozenset(ACTES)
