"""A revalidation campaign that was applied, one that waits for answers, and an audit pack."""

from datetime import date

from portail.campagnes import actions
from portail.campagnes.enums import RegleFin, Reponse
from portail.campagnes.models import Campagne, LigneCampagne
from portail.campagnes.queries.revues import revues_for, seen
from portail.comptes.models import Utilisateur
from portail.demo.actions.common import Play
from portail.habilitations.acteur import Acteur, acteur_for

_CAF = "132"
_LEFT_OPEN = 4  # each reviewer still has these many lines to look at


def play_campagnes(play: Play) -> None:
    """Of the first Caf: what nobody confirmed of Adonis is limited to next year, the rest is being reviewed."""
    caf = acteur_for(play.caf_acteurs[_CAF], on=play.today)
    end = play.day(400)
    done = _launched(caf, "Revue des accès Adonis", {"service": "adonis"}, ends_on=play.day(5), regle_on=end)
    _answer(play, done, left_open=1)
    actions.close_answers(by=caf, campagne=done)
    actions.apply_campagne(by=caf, campagne=done)
    actions.carry_on(done.pk)
    _answer(play, _launched(caf, "Revue annuelle des habilitations", {}, ends_on=play.day(12)), left_open=_LEFT_OPEN)
    dossier = actions.ask_dossier(by=caf, since=play.day(-365), until=play.today)
    actions.make(dossier.pk)


def _launched(
    caf: Acteur, libelle: str, perimetre: dict[str, str], *, ends_on: date, regle_on: date | None = None
) -> Campagne:
    regle = RegleFin.LIMITE if regle_on else RegleFin.INCHANGE
    campagne = actions.create_campagne(
        by=caf, libelle=libelle, perimetre=perimetre, ends_on=ends_on, regle=regle, regle_on=regle_on
    )
    actions.carry_on(campagne.pk)
    actions.launch(by=caf, campagne=campagne)
    return campagne


def _answer(play: Play, campagne: Campagne, *, left_open: int) -> None:
    """Each reviewer keeps all his lines but the first ones."""
    asked = campagne.lignes.exclude(relecteur=None).order_by("relecteur")
    for reviewer in Utilisateur.objects.filter(pk__in=asked.values("relecteur")).order_by("pk"):
        acteur = acteur_for(reviewer, on=play.today)
        rows = revues_for(acteur).filter(campagne=campagne, relecteur=reviewer)
        _keep(acteur, list(rows[left_open:]))


def _keep(acteur: Acteur, lignes: list[LigneCampagne]) -> None:
    if lignes:
        actions.answer(by=acteur, lignes=lignes, reponse=Reponse.GARDER, expected=seen(lignes))
