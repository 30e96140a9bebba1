"""What a declaration is compared with, what its checks say, and what is left before it may be approved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portail.afas.calculs import Constat, Valeurs, constats, gathered
from portail.afas.definitions import Controle, Definition, definition_of
from portail.afas.enums import EtatVolet
from portail.afas.models import Declaration, Justification, Profil, SeuilControle, Volet
from portail.afas.queries.anterieures import Avant, earlier
from portail.comptes.models import Utilisateur

_BEFORE = ("n1_", "precedent_")


@dataclass(frozen=True)
class Contexte:
    """By what a declaration is read: its form, its sheets added up, and what it is compared with."""

    declaration: Declaration
    definition: Definition
    nature: str
    volets: tuple[Volet, ...]
    valeurs: Valeurs
    n1: Avant | None
    precedent: Avant | None
    seuils: Mapping[str, Decimal]


def context_of(declaration: Declaration) -> Contexte:
    """All that the checks need, as the base now holds it."""
    volets = tuple(declaration.volets.order_by("kind", "lieu__libelle", "pk").select_related("lieu", "submitted_by"))
    before = earlier(declaration)
    rows = SeuilControle.objects.filter(caf=declaration.caf_id, type=declaration.activite.type).order_by("pk")
    return Contexte(
        declaration=declaration,
        definition=definition_of(declaration.definition),
        nature=declaration.activite.nature,
        volets=volets,
        valeurs=_added_up(declaration, volets),
        n1=before.n1,
        precedent=before.precedent,
        seuils=dict(rows.values_list("code", "valeur")),
    )


def _added_up(declaration: Declaration, volets: Iterable[Volet]) -> Valeurs:
    definition, nature = definition_of(declaration.definition), declaration.activite.nature
    return gathered(definition, nature, [(volet.kind, volet.valeurs) for volet in volets])


def constats_of(contexte: Contexte) -> list[Constat]:
    """Every check of the declaration, by the thresholds of its Caf."""
    return constats(
        contexte.definition,
        contexte.nature,
        contexte.declaration.echeance.phase,
        contexte.valeurs,
        n1=contexte.n1.valeurs if contexte.n1 else None,
        precedent=contexte.precedent.valeurs if contexte.precedent else None,
        seuils=contexte.seuils,
    )


def blocking_of(contexte: Contexte, volet: Volet) -> list[Constat]:
    """What forbids to submit this sheet: the blocking checks that it alone decides, and that do not hold."""
    return [each for each in _decided_alone(contexte, volet) if each.is_blocking]


def _decided_alone(contexte: Contexte, volet: Volet) -> list[Constat]:
    """The checks of the blocking level that need nothing but this sheet, told of it alone."""
    champs = contexte.definition.champs(volet.kind, contexte.nature)
    found = constats(
        contexte.definition,
        contexte.nature,
        contexte.declaration.echeance.phase,
        Valeurs(champs, volet.valeurs),
        seuils=contexte.seuils,
    )
    return [each for each in found if each.controle.is_blocking and _is_about(contexte, each.controle, set(champs))]


def _is_about(contexte: Contexte, controle: Controle, codes: set[str]) -> bool:
    """Does it need nothing but these fields?"""
    return set(_own_terms(contexte, controle)) <= codes and not any(
        term.startswith(_BEFORE) for term in controle.expression.terms
    )


def _own_terms(contexte: Contexte, controle: Controle) -> list[str]:
    seuils = contexte.definition.seuils
    return [term for term in controle.expression.terms if term not in seuils and not term.startswith(_BEFORE)]


# What the panel shows


@dataclass(frozen=True)
class Point:
    """A check as the panel tells it; `is_alone` when it is told of one sheet alone, the one of `lieu`."""

    constat: Constat
    justification: Justification | None = None
    lieu: str = ""
    is_alone: bool = False

    @property
    def code(self) -> str:
        return self.constat.controle.code

    @property
    def is_blocking(self) -> bool:
        return self.constat.is_blocking

    @property
    def awaits(self) -> bool:
        """Is it for somebody to justify?"""
        return self.constat.asks_justification and self.justification is None

    @property
    def is_justified(self) -> bool:
        return self.constat.asks_justification and self.justification is not None

    @property
    def missing(self) -> list[str]:
        """The terms that have no value yet."""
        return [terme.libelle for terme in self.constat.termes if terme.valeur is None]


@dataclass(frozen=True)
class Panneau:
    """The checks in the order they are read: what blocks, what to justify, what is justified, the rest."""

    blocking: list[Point]
    awaiting: list[Point]
    justified: list[Point]
    held: list[Point]
    unknown: list[Point]

    @property
    def has_any(self) -> bool:
        return bool(self.blocking or self.awaiting or self.justified or self.held or self.unknown)


def panneau_of(contexte: Contexte) -> Panneau:
    """The checks of the whole declaration."""
    given = justifications_of(contexte.declaration)
    return _sorted([Point(each, given.get(each.controle.code)) for each in constats_of(contexte)])


def panneau_of_volet(contexte: Contexte, volet: Volet, *, alone: bool = False) -> Panneau:
    """The checks that look at this sheet; those that it alone decides are told of it alone.

    With `alone`, only these: the others tell figures of other sheets.
    """
    champs = contexte.definition.champs(volet.kind, contexte.nature)
    decided = {each.controle.code: each for each in _decided_alone(contexte, volet)}
    given = justifications_of(contexte.declaration)
    lieu = str(volet.lieu) if volet.lieu else ""
    points = []
    for each in constats_of(contexte):
        code = each.controle.code
        if code in decided:
            points.append(Point(decided[code], lieu=lieu, is_alone=True))
        elif not alone and set(_own_terms(contexte, each.controle)) & set(champs):
            points.append(Point(each, given.get(code)))
    return _sorted(points)


def _sorted(points: list[Point]) -> Panneau:
    return Panneau(
        blocking=[point for point in points if point.is_blocking],
        awaiting=[point for point in points if point.awaits],
        justified=[point for point in points if point.is_justified],
        held=[point for point in points if point.constat.holds],
        unknown=[point for point in points if point.constat.holds is None],
    )


def justifications_of(declaration: Declaration) -> dict[str, Justification]:
    """The one that counts for each check, in the version being written."""
    rows = Justification.objects.filter(declaration=declaration, version=declaration.version).select_related("by")
    return {row.controle: row for row in rows.order_by("pk")}


# What is left


@dataclass(frozen=True)
class Reste:
    """What a declaration still needs before it goes to the approbateur."""

    volets: list[Volet]
    blocking: list[Point]
    awaiting: list[Point]

    @property
    def is_nothing(self) -> bool:
        return not (self.volets or self.blocking or self.awaiting)


def rest_of(contexte: Contexte) -> Reste:
    panneau = panneau_of(contexte)
    return Reste(
        volets=[volet for volet in contexte.volets if volet.etat != EtatVolet.SOUMIS],
        blocking=panneau.blocking,
        awaiting=panneau.awaiting,
    )


def approbateurs_of(declaration: Declaration, on: date) -> list[Utilisateur]:
    """Who may sign it that day: one at most, validated by the Caf, who may still declare."""
    profils = Profil.objects.signing(on).filter(activite=declaration.activite_id)
    return [profil.rattachement.utilisateur for profil in profils.select_related("rattachement__utilisateur")]


def to_justify(contexte: Contexte, code: str) -> Point | None:
    """The check of this code, when it asks for a justification."""
    panneau = panneau_of(contexte)
    return next((point for point in [*panneau.awaiting, *panneau.justified] if point.code == code), None)
