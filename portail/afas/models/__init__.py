"""AFAS: what is declared about, by whom, when; what was declared; the right it opened."""

from portail.afas.models.activites import Activite, LieuImplantation, Profil
from portail.afas.models.bareme import ChiffreBareme, SeuilControle
from portail.afas.models.declarations import (
    Declaration,
    EtapeDeclaration,
    Justification,
    MessageDeclaration,
    PieceDeclaration,
    SaisieVolet,
    VersionDeclaration,
    Volet,
)
from portail.afas.models.droits import DemandeComplement, Droit
from portail.afas.models.echeances import AvisEcheance, Echeance
from portail.afas.models.profils import ImportActivites, SyntheseProfils
from portail.afas.models.traitement import EcartRecalcul, NotificationDroit, RecalculDroits
from portail.afas.models.versements import (
    CompteBancaire,
    LotPaiement,
    RangAcompte,
    RegleAcompte,
    RetourBanque,
    Versement,
)

__all__ = [
    "Activite",
    "AvisEcheance",
    "ChiffreBareme",
    "CompteBancaire",
    "Declaration",
    "DemandeComplement",
    "Droit",
    "EcartRecalcul",
    "Echeance",
    "EtapeDeclaration",
    "ImportActivites",
    "Justification",
    "LieuImplantation",
    "LotPaiement",
    "MessageDeclaration",
    "NotificationDroit",
    "PieceDeclaration",
    "Profil",
    "RangAcompte",
    "RecalculDroits",
    "RegleAcompte",
    "RetourBanque",
    "SaisieVolet",
    "SeuilControle",
    "SyntheseProfils",
    "Versement",
    "VersionDeclaration",
    "Volet",
]
