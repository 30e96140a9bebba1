"""What a Caf and a partner sign: the versions of a convention, who signs them, their signatures."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from portail.comptes.models import Utilisateur
from portail.conventionnement.enums import OPEN, SEALED, EtatVersion
from portail.conventions.enums import Partie
from portail.conventions.models import Convention


@dataclass(frozen=True)
class Element:
    """One line of a list of the contents; each field is a text, or a list of texts, as JSON keeps them.

    Two lines of a list never have the same `key`.
    """

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        return cls(**{f.name: told[f.name] for f in fields(cls) if f.name in told})


@dataclass(frozen=True)
class Interlocuteur(Element):
    """Somebody to turn to, of either side (S3); `partie` and `qualite` are codes."""

    partie: str
    qualite: str
    nom: str
    courriel: str
    telephone: str = ""

    @property
    def key(self) -> str:
        return f"{self.partie} {self.qualite}"


@dataclass(frozen=True)
class Bulletin(Element):
    """A service opened; days are written aaaa-mm-jj, empty for no end; `max_utilisateurs` empty for no limit."""

    service: str
    roles: list[str] = field(default_factory=list)
    opens_on: str = ""
    closes_on: str = ""
    max_utilisateurs: str = ""
    finalite: str = ""

    @property
    def key(self) -> str:
        return self.service


@dataclass(frozen=True)
class Personne(Element):
    """Somebody of the partner, named to administer or to sign."""

    nom: str
    prenom: str
    courriel: str
    telephone: str = ""
    qualite: str = ""

    @property
    def key(self) -> str:
        return self.courriel.casefold()


@dataclass(frozen=True)
class Contenu:
    """All that a version of a convention says; what is signed is exactly this."""

    libelle: str
    cafs: list[str]
    opens_on: str
    closes_on: str = ""
    finalites: list[str] = field(default_factory=list)
    gestion_habilitations: str = ""
    procedure_incident: str = ""
    interlocuteurs: list[Interlocuteur] = field(default_factory=list)
    bulletins: list[Bulletin] = field(default_factory=list)
    administrateurs: list[Personne] = field(default_factory=list)
    signataire: Personne | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Contenu":
        known = {f.name: told[f.name] for f in fields(cls) if f.name in told}
        known["interlocuteurs"] = [Interlocuteur.read(each) for each in told.get("interlocuteurs", [])]
        known["bulletins"] = [Bulletin.read(each) for each in told.get("bulletins", [])]
        known["administrateurs"] = [Personne.read(each) for each in told.get("administrateurs", [])]
        known["signataire"] = Personne.read(told["signataire"]) if told.get("signataire") else None
        return cls(**known)

    def told(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


def label_of(rang: int) -> str:
    """« Convention » for the first version, « Avenant n° 2 » for the third."""
    return f"Avenant n° {rang - 1}" if rang > 1 else "Convention"


class VersionConvention(models.Model):
    """A convention as it was drafted, proposed, signed by both sides: rank 1 founds it, the others are avenants."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="versions")
    rang = models.PositiveIntegerField()
    etat = models.CharField("état", max_length=12, choices=EtatVersion, default=EtatVersion.BROUILLON)
    contenu: Any = models.JSONField()
    base: Any = models.JSONField(null=True, help_text="what an avenant starts from")
    motif = models.CharField("objet de l'avenant", max_length=300, blank=True)
    edition = models.PositiveIntegerField(default=0)
    code = models.CharField("code de vérification", max_length=19, unique=True, null=True)
    empreinte = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what is signed")
    created_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(db_default=Now())
    proposed_at = models.DateTimeField(null=True, blank=True)
    signataire = models.ForeignKey(Utilisateur, models.PROTECT, related_name="versions_a_signer", null=True, blank=True)

    class Meta:
        ordering = ["convention", "-rang"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "rang"], name="version_convention_rang"),
            models.UniqueConstraint(
                fields=["convention"],
                condition=Q(etat__in=OPEN),
                name="version_convention_one_open",
                violation_error_message="Une version de la convention est déjà en préparation : terminez-la d'abord.",
            ),
            models.CheckConstraint(
                condition=~Q(etat__in=SEALED)
                | Q(code__isnull=False, proposed_at__isnull=False, signataire__isnull=False) & ~Q(empreinte=""),
                name="version_convention_sealed",
            ),
        ]

    # What the trigger of the base says: no constraint can count the lines of a JSON list.
    triggered: ClassVar = {
        "version_convention_lines_once": "Cette ligne figure déjà dans la version : rechargez la page pour la voir."
    }

    def __str__(self) -> str:
        return f"{self.convention} v{self.rang}"

    @property
    def is_avenant(self) -> bool:
        return self.rang > 1

    @property
    def libelle(self) -> str:
        return label_of(self.rang)

    @property
    def told(self) -> Contenu:
        return Contenu.read(self.contenu)

    def digest(self) -> str:
        """SHA-256 of what the two sides sign: the contents, whose convention, which rank."""
        signed = {"convention": self.convention.numero, "rang": self.rang, "contenu": self.contenu}
        text = json.dumps(signed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class Signature(models.Model):
    """One side's signature: who, as what, when, of which text (its digest)."""

    version = models.ForeignKey(VersionConvention, models.PROTECT, related_name="signatures")
    partie = models.CharField(max_length=12, choices=Partie)
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    nom = models.CharField(max_length=160)
    qualite = models.CharField("qualité", max_length=120)
    empreinte = models.CharField(max_length=64)
    signed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = [F("signed_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "partie"],
                name="signature_once",
                violation_error_message="Cette partie a déjà signé.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.nom} {self.signed_at}"
