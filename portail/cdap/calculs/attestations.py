"""What an attestation says of a file: only what the profile opens, frozen as it is printed."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from portail.cdap.calculs.lecture import address, adults, cents, full_name, month, quotient
from portail.cdap.definitions import label
from portail.cdap.definitions.contenu import Famille, NomPartie, Personne
from portail.cdap.enums import KindAttestation
from portail.ui.templatetags.ui import day

# Without these an attestation would say nothing: a profile that does not open them makes none.
REQUIRED = {
    KindAttestation.QF: frozenset({"synthese.identite", "qf.mois", "qf.valeur"}),
    KindAttestation.PAIEMENT: frozenset({"synthese.identite", "paiement.mois", "paiement.prestation", "paiement.net"}),
}
_SUBJECT = {KindAttestation.QF: NomPartie.RESSOURCES, KindAttestation.PAIEMENT: NomPartie.PAIEMENTS}
_CHILDREN = frozenset({"famille.role", "famille.nom", "famille.prenoms"})


class Contenu(msgspec.Struct, frozen=True):
    """All that the paper says: `personnes`, `enfants` one a line; `valeur` the quotient familial or the total paid;
    `lignes` the benefits paid with their amount. What the profile does not open is empty.
    """

    caf: str
    numero: str
    organisme: str
    le: date
    mois: date
    personnes: str
    adresse: str
    enfants: str
    valeur: str
    lignes: list[tuple[str, str]]


def encoded(contenu: Contenu) -> bytes:
    return msgspec.json.encode(contenu)


def decoded(kept: bytes) -> Contenu:
    """:raises msgspec.ValidationError: when it is not the content of an attestation"""
    return msgspec.json.decode(kept, type=Contenu)


def digest(kept: bytes, code: str) -> str:
    """SHA-256 of what is attested and of its code, without which nobody tries contents on it."""
    return hashlib.sha256(code.encode() + kept).hexdigest()


def needed_for(kind: KindAttestation, opened: frozenset[str]) -> list[NomPartie]:
    """The parts to fetch, none for what the profile does not open."""
    return [NomPartie.FAMILLE, _SUBJECT[kind], *([NomPartie.IDENTITE] if _opens_address(opened) else [])]


def _opens_address(opened: frozenset[str]) -> bool:
    return bool({"synthese.adresse", "resume.adresse"} & opened)


def mois_of(kind: KindAttestation, parties: Mapping[NomPartie, Any], asked: date) -> date:
    """The month it is about: the last of which the quotient familial was worked out, or the month asked."""
    if kind == KindAttestation.PAIEMENT:
        return asked
    return max((known.mois for known in parties[NomPartie.RESSOURCES].quotients), default=asked)


def attested(kind: KindAttestation, parties: Mapping[NomPartie, Any], mois: date) -> tuple[str, list[tuple[str, str]]]:
    """The value and its lines; an empty value when the file does not know it: nothing is attested of it."""
    if kind == KindAttestation.QF:
        known = next((each for each in parties[NomPartie.RESSOURCES].quotients if each.mois == mois), None)
        return (quotient(known) if known is not None and known.valeur is not None else ""), []
    paid = [ligne for ligne in parties[NomPartie.PAIEMENTS].lignes if ligne.mois == mois]
    lignes = sorted((label("prestation", ligne.prestation), cents(ligne.net)) for ligne in paid)
    return (cents(sum(ligne.net for ligne in paid)) if paid else ""), lignes


def personnes(parties: Mapping[NomPartie, Any]) -> str:
    return _lines(full_name(each) for each in adults(parties[NomPartie.FAMILLE]))


def adresse(parties: Mapping[NomPartie, Any], opened: frozenset[str]) -> str:
    return address(parties[NomPartie.IDENTITE]) if _opens_address(opened) else ""


def enfants(famille: Famille, opened: frozenset[str]) -> str:
    """The children, with their birth date if it is opened."""
    if not opened >= _CHILDREN:
        return ""
    has_dates = "famille.naissance" in opened
    return _lines(_child(each, has_date=has_dates) for each in famille.personnes if each.role == "ENF")


def _child(personne: Personne, *, has_date: bool) -> str:
    born = f", {day(personne.ne_le)}" if has_date else ""
    return f"{full_name(personne)}{born}"


def recipient(famille: Famille, lines: str) -> str:
    """The name and the address of the allocataire, as on an envelope."""
    named = next((full_name(each) for each in famille.personnes if each.role == "DEM"), "")
    return _lines([named, lines])


def subject_in_words(kind: KindAttestation, mois: date) -> str:
    """« Quotient familial, novembre 2026 »."""
    words = {KindAttestation.QF: "Quotient familial", KindAttestation.PAIEMENT: "Total des paiements"}
    return f"{words[kind]}, {month(mois)}"


def _lines(told: Iterable[str]) -> str:
    return "\n".join(told)
