"""What the Caf reads to process declarations: its queue, one of them, who works on it, whom to tell."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from portail.afas.calculs import Valeurs
from portail.afas.definitions import definition_of
from portail.afas.enums import EtatDeclaration, RoleProfil, VoletKind
from portail.afas.models import Activite, Declaration, Profil, VersionDeclaration
from portail.afas.queries.anterieures import earlier, valeurs_of
from portail.afas.queries.droits import in_words, last_version
from portail.afas.queries.versions import differences
from portail.comptes.models import Utilisateur
from portail.conventions.enums import Fonction
from portail.conventions.models import Administrateur, AgentCaf, Caf
from portail.habilitations.acteur import Acteur
from portail.ui.rules import Difference

TO_PROCESS = (EtatDeclaration.TRANSMISE, EtatDeclaration.EN_TRAITEMENT)
# What a type counts its activity by, the first that it has.
ACTIVITY = (
    *("heures_realisees", "actes_ouvrant_droit", "heures_facturees", "heures_fonctionnement", "heures"),
    *("heures_ouverture", "etp", "etp_finances", "collectifs", "usagers"),
)


def traitements_for(acteur: Acteur) -> QuerySet[Declaration]:
    """Those that were transmitted to his Caf at least once, the oldest first; none for a partner."""
    if acteur.caf is None:
        return Declaration.objects.none()
    rows = Declaration.objects.filter(caf=acteur.caf, transmitted_at__isnull=False)
    return rows.select_related("activite__organisme", "echeance", "caf", "traitant").order_by("transmitted_at", "pk")


def to_process_for(acteur: Acteur) -> QuerySet[Declaration]:
    """Those that wait for somebody, or for him."""
    own = Q(traitant=None) | Q(traitant=acteur.utilisateur)
    return traitements_for(acteur).filter(own, etat__in=TO_PROCESS)


def transmitted_for(acteur: Acteur, pk: int) -> Declaration:
    """A declaration of his perimeter that was transmitted at least once."""
    rows = Declaration.objects.visible_to(acteur).filter(transmitted_at__isnull=False)
    return rows.select_related("activite__organisme", "echeance", "caf", "traitant").get(pk=pk)


def gestionnaires_of(caf: Caf, on: date) -> QuerySet[Utilisateur]:
    """Who processes declarations there that day."""
    agents = AgentCaf.objects.open_on(on).filter(caf=caf, fonction=Fonction.GESTIONNAIRE)
    return Utilisateur.objects.filter(agents__in=agents).order_by("sort_key")


def people_of(activite: Activite, on: date) -> list[Utilisateur]:
    """Who declares and approves for it that day."""
    profils = Profil.objects.open_on(on).acting().filter(activite=activite, rattachement__period__contains=on)
    return list(Utilisateur.objects.filter(rattachements__profils__in=profils).distinct().order_by("sort_key"))


def told_of_droit(activite: Activite, on: date) -> list[Utilisateur]:
    """The approbateur of the activité, and who administers the conventions it is under."""
    profils = Profil.objects.open_on(on).acting().filter(activite=activite, role=RoleProfil.APPROBATEUR)
    named = Administrateur.objects.open_on(on).filter(
        rattachement__convention__organisme=activite.organisme_id,
        rattachement__convention__cafs=activite.caf_id,
        rattachement__period__contains=on,
    )
    people = Utilisateur.objects.filter(
        Q(rattachements__profils__in=profils) | Q(rattachements__administrations__in=named)
    )
    return list(people.distinct().order_by("sort_key"))


# One declaration


def version_before(version: VersionDeclaration) -> VersionDeclaration | None:
    rows = VersionDeclaration.objects.filter(declaration=version.declaration_id, numero__lt=version.numero)
    return rows.order_by("-numero").first()


def changes_of(version: VersionDeclaration) -> list[Difference]:
    """What this version says otherwise than the one transmitted before it."""
    before = version_before(version)
    return differences(before.contenu, version.contenu) if before else []


@dataclass(frozen=True)
class Compared:
    """A field of the whole declaration beside last year's réel; `percent` is the variation in words."""

    libelle: str
    valeur: str
    n1: str
    percent: str
    is_total: bool


@dataclass(frozen=True)
class GroupeCompare:
    libelle: str
    rows: list[Compared]


def comparison(version: VersionDeclaration, n1: Valeurs | None) -> list[GroupeCompare]:
    """Every field that has a value, group by group, the lieux added up."""
    contenu = version.contenu
    definition, nature = definition_of(contenu["definition"]), contenu["activite"]["nature"]
    valeurs = valeurs_of(contenu)
    groups = [groupe for kind in VoletKind.values for groupe in definition.groupes(kind, nature)]
    made = [
        GroupeCompare(g.libelle, [_compared(champ, valeurs, n1) for champ in g.champs if _has(champ, valeurs, n1)])
        for g in groups
    ]
    return [groupe for groupe in made if groupe.rows]


def _has(champ: Any, valeurs: Valeurs, n1: Valeurs | None) -> bool:
    return valeurs.get(champ.code) is not None or (n1 is not None and n1.get(champ.code) is not None)


def _compared(champ: Any, valeurs: Valeurs, n1: Valeurs | None) -> Compared:
    now, before = valeurs.get(champ.code), n1.get(champ.code) if n1 else None
    libelle = f"{champ.libelle} ({champ.tranche})" if champ.tranche else champ.libelle
    return Compared(
        libelle,
        in_words(now, champ.unite),
        in_words(before, champ.unite) if n1 else "",
        percent_in_words(variation(now, before)),
        champ.calcul is not None,
    )


def variation(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """In %, one decimal; None when there is nothing to compare with."""
    if now is None or not before:
        return None
    found = ((now - before) / abs(before) * 100).quantize(Decimal("0.1"))
    return max(min(found, Decimal("999999.9")), Decimal("-999999.9"))


def percent_in_words(value: Decimal | None) -> str:
    """« +12,5 % », « 0 % »; an empty string for nothing."""
    if value is None:
        return ""
    return f"{value:+.1f} %".replace(".", ",").replace(" ", "\u00a0") if value else "0\u00a0%"


@dataclass(frozen=True)
class Alerte:
    """A check that does not hold, and why that is right all the same."""

    libelle: str
    mots: str
    termes: list[tuple[str, str]]
    justification: str
    by: str


def alertes_of(version: VersionDeclaration) -> list[Alerte]:
    """The checks that did not hold when the version was signed, as they were signed."""
    return [_alerte(each) for each in version.contenu["constats"] if each["tient"] is False]


def _alerte(constat: dict[str, Any]) -> Alerte:
    said = constat["justification"] or {"texte": "", "par": ""}
    termes = [(_named(terme), in_words(terme["valeur"], terme["unite"])) for terme in constat["termes"]]
    return Alerte(constat["libelle"], constat["mots"], termes, said["texte"], said["par"])


def _named(terme: dict[str, Any]) -> str:
    """« Total des charges (réel de l'année précédente) »: where it comes from, unless it is this declaration."""
    is_here = terme["source"] in ("", "déclaré", "calculé")
    return terme["libelle"] if is_here else f"{terme['libelle']} ({terme['source']})"


# Hints


@dataclass(frozen=True)
class Hints:
    """What tells the Caf where to look first; the variations are in % of last year's réel."""

    alertes: int
    variation_charges: Decimal | None
    variation_activite: Decimal | None
    is_first: bool


def hints_of(declaration: Declaration) -> Hints:
    """Of the last version transmitted."""
    version = last_version(declaration)
    if version is None:
        return Hints(0, None, None, is_first=False)
    now, n1 = valeurs_of(version.contenu), earlier(declaration).n1
    before = n1.valeurs if n1 else None
    return Hints(
        alertes=sum(constat["tient"] is False for constat in version.contenu["constats"]),
        variation_charges=_variation(now, before, ("total_charges",)),
        variation_activite=_variation(now, before, ACTIVITY),
        is_first=not VersionDeclaration.objects.filter(declaration__activite=declaration.activite_id)
        .exclude(declaration=declaration)
        .exists(),
    )


def _variation(now: Valeurs | None, before: Valeurs | None, codes: tuple[str, ...]) -> Decimal | None:
    if now is None or before is None:
        return None
    code = next((code for code in codes if now.get(code) is not None), "")
    return variation(now.get(code), before.get(code))


def days_late(declaration: Declaration) -> int:
    """Days between the end of the échéance and the last transmission; 0 in time."""
    if declaration.transmitted_at is None:
        return 0
    return max(0, (timezone.localdate(declaration.transmitted_at) - declaration.echeance.due_on).days)
