"""Bruet's campaigns and audit pack, that the pages of « campagnes » are about; what their forms are sent with."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portail.campagnes import actions
from portail.campagnes.models import Campagne, DossierAudit, LigneCampagne
from portail.campagnes.queries.revues import seen
from tests.campagnes import answered, applied, closed, launched, ligne, prepared
from tests.cast import Cast

# The step of the campaign that each page is about; the others are about one whose lines wait for answers.
_STEP = {
    "campagne_launch": "prepared",
    "campagne_apply": "closed",
    "campagne_undo": "applied",
    "preuve_download": "applied",
}


@dataclass
class Reviewing:
    """Bruet's campaigns, one at each step, and an audit pack of his."""

    cast: Cast
    campagnes: dict[str, Campagne]
    dossier: DossierAudit

    @property
    def line(self) -> LigneCampagne:
        """Double in the group GUICHET, that Garban answers for."""
        return ligne(self.cast, self.campagnes["launched"], "double", "GUICHET")

    def pk(self, page: str) -> int:
        """What the page is about."""
        if page.startswith("dossier_"):
            return self.dossier.pk
        return self.line.pk if page == "revue_view" else self.campagnes[_STEP.get(page, "launched")].pk

    def form(self, page: str) -> dict[str, Any]:
        """What the form of the page is sent with."""
        today, line = timezone.localdate(), self.line
        answer = {"lot-reponse": "garder", "lot-empreinte": seen([line])}
        deadline = (today + timedelta(days=30)).isoformat()
        forms = {
            "campagne_create": {"libelle": "Revue", "convention": "1302", "ends_on": deadline, "regle": "inchange"},
            "revue_view": answer,
            "revue_lot": answer | {"choix": str(line.pk), "a_qui": "toutes"},
            "dossier_create": {"numero": "1302", "since": f"{today}", "until": f"{today}"},
        }
        return forms.get(page, {"confirm": "1"})


def _limited(cast: Cast) -> Campagne:
    """One that will limit Robine's access."""
    campagne = launched(cast, "bruet")
    end = timezone.localdate() + timedelta(days=300)
    answered(cast, "bruet", ligne(cast, campagne, "robine", "AFAS-DEC"), "limiter", limite_on=end)
    return campagne


def build_reviewing(cast: Cast) -> Reviewing:
    campagnes = {
        "prepared": prepared(cast, "bruet"),
        "launched": launched(cast, "bruet"),
        "closed": closed(cast, launched(cast, "bruet"), "bruet"),
        "applied": applied(cast, _limited(cast), "bruet"),
    }
    today = timezone.localdate()
    dossier = actions.ask_dossier(
        by=cast.acteur("bruet"), since=today, until=today, convention=cast.conventions["farandole"]
    )
    actions.make(dossier.pk)
    return Reviewing(cast, campagnes, dossier)
