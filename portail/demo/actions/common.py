"""What has been played of the story, and who acts in it."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from portail.comptes.models import Utilisateur
from portail.conventions.enums import Fonction
from portail.conventions.models import Caf, Convention, Rattachement
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.models import Groupe

Said = dict[str, Any]


@dataclass
class Play:
    """What has been played so far: who is there, and how each person's access stands."""

    today: date
    story: Said
    chance: random.Random
    cafs: dict[str, Caf] = field(default_factory=dict)
    caf_acteurs: dict[str, Utilisateur] = field(default_factory=dict)
    people: dict[str, Utilisateur] = field(default_factory=dict)
    accesses: dict[str, Said] = field(default_factory=dict)

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def end(self, said: Said) -> date | None:
        return self.day(said["closes"]) if "closes" in said else None


@dataclass
class Scene:
    """A convention being filled: its administrateur acts on whichever day the story says."""

    play: Play
    said: Said
    convention: Convention
    groupes: dict[str, Groupe] = field(default_factory=dict)
    rattachements: dict[str, Rattachement] = field(default_factory=dict)

    def caf(self, on: date) -> Acteur:
        code = self.said["caf"]
        return Acteur(self.play.caf_acteurs[code], on, caf=self.play.cafs[code], fonction=Fonction.ADMINISTRATEUR.value)

    def administrateur(self, on: date) -> Acteur:
        named = next(person for person in self.said["people"] if person.get("administrateur"))
        utilisateur = self.play.people[name_of(named)]
        return acteur_for(utilisateur, on=min(on, self.play.today), organisme=self.convention.organisme_id)


def name_of(person: Said) -> str:
    return f"{person['prenom']} {person['nom']}"
