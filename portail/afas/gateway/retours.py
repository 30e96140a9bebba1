"""The bank's answer to a payment file (SEPA pain.002): what became of each payment, with the reason in words."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from xmlschema import XMLResource
from xmlschema.exceptions import XMLSchemaException

from portail.afas.gateway.virements import LONGEST_NAME

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001."
PAID = {"ACSC", "ACCC"}  # settled on the debtor's, or on the creditor's account
REJECTED = {"RJCT", "CANC"}
WAITING = {"ACCP", "ACTC", "ACSP", "ACWC", "ACWP", "RCVD", "PDNG", "PATC", "PRES", "PART"}
REASONS = {
    "AC01": "numéro de compte incorrect",
    "AC04": "compte clôturé",
    "AC06": "compte bloqué",
    "AG01": "opération interdite sur ce type de compte",
    "AG02": "code d'opération incorrect",
    "AM02": "montant non autorisé",
    "AM04": "provision insuffisante sur le compte de la Caf",
    "AM05": "opération en double",
    "BE04": "adresse du bénéficiaire manquante",
    "BE05": "émetteur inconnu de la banque",
    "CNOR": "banque du bénéficiaire inconnue",
    "DUPL": "fichier déjà reçu",
    "FF01": "format du fichier incorrect",
    "MD07": "bénéficiaire décédé",
    "MS02": "refus du bénéficiaire, sans raison donnée",
    "MS03": "raison non précisée par la banque",
    "RC01": "BIC incorrect",
    "RR01": "identification du donneur d'ordre manquante",
    "RR03": "nom ou adresse du bénéficiaire manquant",
    "RR04": "raison réglementaire",
    "TM01": "fichier reçu trop tard",
}


class Unreadable(ValueError):
    """Not an answer of a bank; its text is the French sentence that says why."""


@dataclass(frozen=True)
class Statut:
    """What the bank says of one payment, or of the whole file when `reference` is empty."""

    reference: str
    code: str
    reason: str
    montant: Decimal | None


@dataclass(frozen=True)
class Retour:
    """An answer: its own number, that of the file it answers, and what it says."""

    message: str
    origine: str
    statuts: tuple[Statut, ...]

    @property
    def of_all(self) -> Statut | None:
        """What it says of every payment that it does not name."""
        return next((each for each in self.statuts if not each.reference), None)


def read_answer(content: bytes) -> Retour:
    """The answer; no entity, no outside address of the document is ever followed.

    :raises Unreadable: when it is not a pain.002
    """
    try:
        root: Any = XMLResource(io.BytesIO(content), defuse="always", allow="none").root
    except (XMLSchemaException, SyntaxError, ValueError, LookupError):
        raise Unreadable("Ce fichier n'est pas du XML lisible : envoyez le fichier reçu de la banque, tel quel.")
    namespace = root.tag[1:].partition("}")[0]
    if not root.tag.startswith("{") or not namespace.startswith(_NAMESPACE):
        raise Unreadable("Ce fichier n'est pas un retour de virements (pain.002) : vérifiez le fichier choisi.")
    reader = _Reader(namespace)
    retour = Retour(
        message=reader.text(root, ".//GrpHdr/MsgId")[:35],
        origine=reader.text(root, ".//OrgnlGrpInfAndSts/OrgnlMsgId"),
        statuts=tuple(reader.statuts(root)),
    )
    if not retour.message or not retour.origine:
        raise Unreadable("Ce retour ne dit pas à quel fichier il répond : demandez-le à nouveau à la banque.")
    if unknown := sorted({each.code for each in retour.statuts} - PAID - REJECTED - WAITING):
        raise Unreadable(f"Ce retour contient un statut inconnu ({unknown[0][:10]}) : rien n'a été changé.")
    return retour


@dataclass(frozen=True)
class _Reader:
    namespace: str

    def find(self, node: Any, path: str) -> list[Any]:
        """Every element at that path, whose steps bear no namespace."""
        steps = [f"{{{self.namespace}}}{step}" if step not in (".", "") else step for step in path.split("/")]
        return node.findall("/".join(steps))

    def text(self, node: Any, path: str) -> str:
        found = self.find(node, path)
        return (found[0].text or "").strip() if found else ""

    def statuts(self, root: Any) -> Iterator[Statut]:
        """Of each payment named, then of each group; the whole file last."""
        for transaction in self.find(root, ".//TxInfAndSts"):
            reference = self.text(transaction, "OrgnlEndToEndId")
            code = self.text(transaction, "TxSts")
            if reference and code:
                yield Statut(reference, code, self.reason(transaction), self.amount(transaction))
        groups = [(".//OrgnlPmtInfAndSts", "PmtInfSts"), (".//OrgnlGrpInfAndSts", "GrpSts")]
        for path, name in groups:
            for group in self.find(root, path):
                if code := self.text(group, name):
                    yield Statut("", code, self.reason(group), None)

    def reason(self, node: Any) -> str:
        """« AC04 : compte clôturé »; the bank's own words for a code that we do not know."""
        code = self.text(node, "StsRsnInf/Rsn/Cd") or self.text(node, "StsRsnInf/Rsn/Prtry")
        words = REASONS.get(code) or self.text(node, "StsRsnInf/AddtlInf") or "raison inconnue"
        return f"{code} : {words}"[: LONGEST_NAME * 2] if code else words[: LONGEST_NAME * 2]

    def amount(self, node: Any) -> Decimal | None:
        try:
            return Decimal(self.text(node, "OrgnlTxRef/Amt/InstdAmt"))
        except InvalidOperation:
            return None
