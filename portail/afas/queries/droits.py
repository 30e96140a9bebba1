"""The right that a transmitted version opens: worked out, compared with the one kept, told line by line."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portail.afas.calculs import Calcul, LigneCalculee, Retenu, Terme, calculated, ecriture
from portail.afas.definitions import definition_of
from portail.afas.definitions.expressions import rounded
from portail.afas.enums import EtatDeclaration, Phase
from portail.afas.models import Declaration, Droit, NotificationDroit, VersionDeclaration
from portail.afas.queries.anterieures import valeurs_of
from portail.afas.queries.baremes import figures_for

_CENTS = Decimal(2)
NOTIFIED = (EtatDeclaration.NOTIFIEE, EtatDeclaration.PAYEE)


@dataclass(frozen=True)
class Calculation:
    """A calculation as it would be kept: `lignes` as `Droit.lignes`, `montant` in cents, None when something misses."""

    lignes: list[dict[str, Any]]
    montant: Decimal | None
    empreinte: str
    missing_figures: tuple[Retenu, ...]
    missing_fields: tuple[Terme, ...]

    @property
    def missing(self) -> str:
        """« Prix plafond, Heures réalisées »; an empty string when all is there."""
        figures, fields = self.missing_figures, self.missing_fields
        return ", ".join([*(figure.libelle for figure in figures), *(field.libelle for field in fields)])


def last_version(declaration: Declaration) -> VersionDeclaration | None:
    """What was last transmitted; a version being corrected is not."""
    return declaration.versions.select_related("approved_by").order_by("-numero").first()


def current_droit(declaration: Declaration) -> Droit | None:
    """The newest calculation of the last version transmitted; an older version's no longer counts."""
    version = last_version(declaration)
    return version.droits.select_related("calculated_by", "version").order_by("-pk").first() if version else None


def previous_droit(droit: Droit) -> Droit | None:
    """The calculation before this one, when it was another."""
    before = Droit.objects.filter(declaration=droit.declaration_id, pk__lt=droit.pk)
    return before.exclude(empreinte=droit.empreinte).select_related("version").order_by("-pk").first()


def calculation_of(
    version: VersionDeclaration, declaration: Declaration, figures: Mapping[str, Retenu] | None = None
) -> Calculation:
    """The right by the formula it was declared by and the figures of its exercice, as they are today.

    `figures` when the caller has them already (many declarations of one type, nature and exercice).
    """
    contenu = version.contenu
    activite, exercice = contenu["activite"], contenu["echeance"]["exercice"]
    if figures is None:
        figures = figures_for(declaration.caf, activite["type"], activite["nature"], exercice)
    valeurs = valeurs_of(contenu)
    worked = calculated(definition_of(contenu["definition"]), activite["nature"], valeurs, figures)
    return _told(worked, contenu["definition"])


def _told(worked: Calcul, definition: str) -> Calculation:
    montant = None if worked.montant is None else rounded(worked.montant, _CENTS)
    lignes = [_ligne(ligne) for ligne in worked.lignes]
    return Calculation(
        lignes, montant, _digest(definition, lignes, montant), worked.missing_figures, worked.missing_fields
    )


def _digest(definition: str, lignes: list[dict[str, Any]], montant: Decimal | None) -> str:
    """SHA-256 of the one canonical writing: the same inputs give the same, whoever asks and whenever."""
    whole = {"definition": definition, "lignes": lignes, "montant": _exact(montant)}
    told = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def _ligne(worked: LigneCalculee) -> dict[str, Any]:
    ligne = worked.ligne
    return {
        "code": ligne.code,
        "libelle": ligne.libelle,
        "mots": ligne.mots,
        "expression": ligne.expression.text,
        "valeur": _exact(worked.valeur),
        "unite": ligne.unite,
        "source": ligne.source,
        "termes": [_terme(terme) for terme in worked.termes],
    }


def _terme(terme: Terme) -> dict[str, Any]:
    told = {"code": terme.code, "libelle": terme.libelle, "valeur": _exact(terme.valeur)}
    return told | {"unite": terme.unite, "source": terme.source}


def _exact(value: Decimal | None) -> str | None:
    """An exact number as a text with a point, written one way only: 2.50 and 2.5 are the same."""
    if value is None:
        return None
    plain = f"{Decimal(value):f}"
    return (plain.rstrip("0").rstrip(".") or "0") if "." in plain else plain


# As people read it


def in_words(valeur: Any, unite: str = "") -> str:
    """« 12 500,50 € », « 2,0001 €/h »; a dash for what has no value. `valeur`: a decimal, or its text with a point."""
    if valeur is None or valeur == "":
        return "–"
    return ecriture.in_french(Decimal(str(valeur)), unite, ecriture.CALCULATED)


def amount(montant: Decimal | None) -> str:
    return in_words(montant, "€")


@dataclass(frozen=True)
class LigneLue:
    """A line as a page shows it: `before` is what the calculation before found, when that was something else."""

    ligne: dict[str, Any]
    valeur: str
    termes: list[dict[str, str]]
    before: str = ""

    @property
    def has_moved(self) -> bool:
        """Had one of its terms another value before?"""
        return any(terme["before"] for terme in self.termes)


def read_lines(lignes: list[dict[str, Any]], before: list[dict[str, Any]] | None = None) -> list[LigneLue]:
    """Every line with its terms in French; beside it what it was, when it was something else."""
    old = {ligne["code"]: ligne for ligne in before or []}
    return [_read(ligne, old.get(ligne["code"])) for ligne in lignes]


def _read(ligne: dict[str, Any], before: dict[str, Any] | None) -> LigneLue:
    valeur = in_words(ligne["valeur"], ligne["unite"])
    was = in_words(before["valeur"], before["unite"]) if before else ""
    old = {terme["code"]: terme["valeur"] for terme in before["termes"]} if before else {}
    termes = [
        {
            "libelle": terme["libelle"],
            "valeur": in_words(terme["valeur"], terme["unite"]),
            "source": terme["source"],
            "before": in_words(old[terme["code"]], terme["unite"])
            if old.get(terme["code"], terme["valeur"]) != terme["valeur"]
            else "",
        }
        for terme in ligne["termes"]
    ]
    return LigneLue(ligne, valeur, termes, was if was != valeur else "")


@dataclass(frozen=True)
class DroitLu:
    """What is known of the right of a declaration today.

    `montant` is None when nothing was worked out yet, or something misses (`manque` names it); `statut` says in words
    how sure the amount is.
    """

    montant: Decimal | None
    lignes: list[dict[str, Any]]
    statut: str
    droit: Droit | None
    manque: str = ""

    @property
    def montant_in_words(self) -> str:
        return amount(self.montant)


_ESTIMATE = "Estimation : le droit définitif sera calculé sur le réel."
_NOT_TOLD = "Montant provisoire : il sera définitif quand la Caf l'aura notifié."


def droit_of(declaration: Declaration, version: VersionDeclaration | None = None) -> DroitLu | None:
    """The right notified, else the one the Caf worked out, else an estimate of the moment; None before transmission.

    The estimate of the moment is not kept: it follows the barème until somebody of the Caf works it out.
    """
    is_final = declaration.echeance.phase == Phase.REEL
    notified = NotificationDroit.objects.filter(declaration=declaration).select_related("droit__calculated_by").first()
    if notified is not None:
        told = f"Notifié le {timezone.localtime(notified.notified_at):%d/%m/%Y}." + (
            "" if is_final else f" {_ESTIMATE}"
        )
        return DroitLu(notified.droit.montant, notified.droit.lignes, told, notified.droit)
    version = version or last_version(declaration)
    if version is None:
        return None
    statut = _NOT_TOLD if is_final else _ESTIMATE
    kept = version.droits.select_related("calculated_by").order_by("-pk").first()
    if kept is not None:
        return DroitLu(kept.montant, kept.lignes, statut, kept)
    now = calculation_of(version, declaration)
    return DroitLu(now.montant, now.lignes, statut, None, now.missing)
