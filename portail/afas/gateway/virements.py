"""The payment file that the bank reads (SEPA credit transfer, pain.001.001.09), checked against its schema."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sepaxml import SepaTransfer
from sepaxml.validation import ValidationError

SCHEMA = "pain.001.001.09"
LONGEST_NAME = 70
LONGEST_TEXT = 140
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "&": " et ", "’": "'", "–": "-"})
_UNSAFE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")


class Invalid(ValueError):
    """The file would not be valid against its schema: nothing may be sent."""


@dataclass(frozen=True)
class Compte:
    titulaire: str
    iban: str
    bic: str


@dataclass(frozen=True)
class Virement:
    """One payment; `reference` comes back in the bank's answer."""

    reference: str
    compte: Compte
    montant: Decimal
    libelle: str


def payment_file(reference: str, debiteur: Compte, virements: Iterable[Virement], execution_on: date) -> str:
    """The file of these payments, all executed that day from that account.

    :raises Invalid: when it breaks the schema
    """
    config = {
        "name": sepa_text(debiteur.titulaire, LONGEST_NAME),
        "IBAN": debiteur.iban,
        "BIC": debiteur.bic,
        "batch": True,
        "currency": "EUR",
    }
    transfer = _Named(config, reference)
    for each in virements:
        transfer.add_payment(_payment(each, execution_on))
    try:
        return transfer.export(validate=True).decode()
    except ValidationError as error:
        raise Invalid(str(error.__cause__)) from error


class _Named(SepaTransfer):
    """A transfer whose message bears our reference: the bank answers by it, and refuses it a second time."""

    def __init__(self, config: dict[str, object], reference: str) -> None:
        self.reference = reference
        super().__init__(config, schema=SCHEMA, clean=False)

    def _create_header(self) -> None:
        self.msg_id = self.reference
        super()._create_header()


def _payment(virement: Virement, execution_on: date) -> dict[str, object]:
    bic = {"BIC": virement.compte.bic} if virement.compte.bic else {}
    return bic | {
        "name": sepa_text(virement.compte.titulaire, LONGEST_NAME),
        "IBAN": virement.compte.iban,
        "amount": int(virement.montant * 100),
        "execution_date": execution_on,
        "description": sepa_text(virement.libelle, LONGEST_TEXT),
        "endtoend_id": virement.reference,
    }


def sepa_text(text: str, longest: int) -> str:
    """Letters without accents, figures and the few signs that every bank accepts, cut to the length allowed.

    « Non renseigné » stands for a text of which nothing is left: the schema refuses an empty one.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    kept = _UNSAFE.sub(" ", "".join(each for each in plain if not unicodedata.combining(each)))
    words = re.sub(r"/{2,}", "/", " ".join(kept.split())).strip("/ ")
    return words[:longest].strip("/ ") or "Non renseigne"
