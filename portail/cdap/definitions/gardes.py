"""What is watched of the consultations, as data: quotas, detectors, levels, the monthly sample.

No figure is published for « atypical »: the values below are ours, and each Caf sets its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from portail.cdap.enums import Niveau


@dataclass(frozen=True)
class Reglage:
    """A whole number that each Caf may choose, between `least` and `most`; `valeur` until it does."""

    code: str
    libelle: str
    valeur: int
    unite: str
    least: int = 1
    most: int = 1_000_000


@dataclass(frozen=True)
class Detecteur:
    """A manner of consulting that deserves a look: `phrase` tells it of somebody, with {nombre}.

    What is measured within `window` raises an alert from `seuil` on.
    """

    code: str
    libelle: str
    phrase: str
    window: timedelta
    seuil: int
    unite: str
    niveau: Niveau
    least: int = 1


# A quota holds at least what one search by name may find.
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PERSONNE_HEURE = Reglage(
    "quota_personne_heure", "Consultations d'une personne en une heure", 40, "consultations", least=3
)
PERSONNE_JOUR = Reglage(
    "quota_personne_jour", "Consultations d'une personne en 24 heures", 150, "consultations", least=3
)
ORGANISME_HEURE = Reglage(
    "quota_organisme_heure", "Consultations d'un organisme en une heure", 600, "consultations", least=3
)
ORGANISME_JOUR = Reglage(
    "quota_organisme_jour", "Consultations d'un organisme en 24 heures", 3_000, "consultations", least=3
)
QUOTAS = (PERSONNE_HEURE, PERSONNE_JOUR, ORGANISME_HEURE, ORGANISME_JOUR)
FACTEUR = Reglage(
    "facteur_volume", "Bien plus que d'habitude : combien de fois la médiane des 30 derniers jours", 3, "fois"
)
TAILLE = Reglage(
    "echantillon_taille", "Consultations tirées au sort chaque mois", 20, "consultations", least=0, most=500
)
DELAI = Reglage("echantillon_delai", "Délai pour justifier une consultation", 15, "jours", most=90)
RAPPEL = timedelta(days=3)  # before the day by which a consultation must be justified

DETECTEURS = {
    each.code: each
    for each in (
        Detecteur(
            "suite",
            "Numéros qui se suivent",
            "{nombre} numéros qui se suivent ont été demandés en 24 heures.",
            DAY,
            6,
            "numéros",
            Niveau.JUSTIFIER,
            least=3,
        ),
        Detecteur(
            "inconnus",
            "Beaucoup de numéros inconnus",
            "{nombre} numéros inconnus ont été demandés en 10 minutes.",
            timedelta(minutes=10),
            6,
            "numéros",
            Niveau.JUSTIFIER,
        ),
        Detecteur(
            "nuit",
            "La nuit ou le dimanche",
            "{nombre} dossiers ont été demandés la nuit (de 22 h à 6 h) ou un dimanche.",
            DAY,
            5,
            "consultations",
            Niveau.AVERTIR,
        ),
        Detecteur(
            "famille",
            "Même nom de famille",
            "Dossiers demandés qui portent le nom de famille de la personne : {nombre}.",
            DAY,
            1,
            "dossiers",
            Niveau.JUSTIFIER,
        ),
        Detecteur(
            "adresses",
            "Deux endroits à la fois",
            "Le compte est passé {nombre} fois d'une adresse à une autre en 10 minutes.",
            timedelta(minutes=10),
            2,
            "changements",
            Niveau.JUSTIFIER,
        ),
        Detecteur(
            "volume",
            "Bien plus que d'habitude",
            "{nombre} dossiers ont été demandés en 24 heures, bien plus que d'habitude.",
            DAY,
            50,
            "consultations",
            Niveau.AVERTIR,
        ),
        Detecteur(
            "partage",
            "Même dossier lu par beaucoup",
            "{nombre} personnes ont lu en une semaine un dossier que celle-ci a demandé.",
            timedelta(days=7),
            6,
            "personnes",
            Niveau.AVERTIR,
            least=2,
        ),
        Detecteur(
            "reprise",
            "Reprise après une longue absence",
            "Le service a été repris après {nombre} jours sans aucune consultation.",
            DAY,
            90,
            "jours",
            Niveau.AVERTIR,
        ),
        Detecteur(
            "quota",
            "Limite atteinte",
            "{nombre} dossiers ont été demandés en une heure : la limite est atteinte.",
            HOUR,
            PERSONNE_HEURE.valeur,
            "consultations",
            Niveau.JUSTIFIER,
        ),
    )
}
# Raised by a decision of the Caf, not by a measure.
REFUSEE = Detecteur(
    "justification",
    "Justification refusée",
    "La justification d'une consultation tirée au sort a été refusée par la Caf.",
    DAY,
    1,
    "consultation",
    Niveau.JUSTIFIER,
)
TOUS = DETECTEURS | {REFUSEE.code: REFUSEE}


def _seuils() -> Iterator[Reglage]:
    for each in DETECTEURS.values():
        if each.code != "quota":  # its threshold is the quota itself
            libelle = f"{each.libelle} : à partir de combien de {each.unite}"
            yield Reglage(f"seuil_{each.code}", libelle, each.seuil, each.unite, least=each.least)


def _niveaux() -> Iterator[Reglage]:
    for each in TOUS.values():
        yield Reglage(
            f"niveau_{each.code}", f"{each.libelle} : ce qui se passe", each.niveau, "", most=Niveau.SUSPENDRE
        )


THEMES = {
    "Combien de consultations": QUOTAS,
    "À partir de quand une alerte est levée": (*_seuils(), FACTEUR),
    "Ce qui se passe à une alerte": tuple(_niveaux()),
    "Consultations à justifier chaque mois": (TAILLE, DELAI),
}
REGLAGES = {each.code: each for reglages in THEMES.values() for each in reglages}


def seuil_code(detecteur: str) -> str:
    """Which setting says from how many on this detector speaks."""
    return PERSONNE_HEURE.code if detecteur == "quota" else f"seuil_{detecteur}"


def phrase(detecteur: str, nombre: int) -> str:
    """« 7 numéros qui se suivent ont été demandés en 24 heures. »"""
    return TOUS[detecteur].phrase.format(nombre=nombre)
