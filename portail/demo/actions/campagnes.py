"""A revalidation campaign under way, one that was applied, and an audit pack."""

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
    """Of the first Caf: last spring's is applied, this autumn's waits for answers."""
    caf = acteur_for(play.caf_acteurs[_CAF], on=play.today)
    done = _launched(play, caf, "Revue des accès CDAP au printemps", {"service": "cdap"}, days=5)
    _answer(play, done, left_open=0)
    actions.close_answers(by=caf, campagne=done)
    done.refresh_from_db()
    actions.apply_campagne(by=caf, campagne=done)
    actions.carry_on(done.pk)
    _answer(play, _launched(play, caf, "Revue annuelle des habilitations", {}, days=12), left_open=_LEFT_OPEN)
    dossier = actions.ask_dossier(by=caf, since=play.day(-365), until=play.today)
    actions.make(dossier.pk)


def _launched(play: Play, caf: Acteur, libelle: str, perimetre: dict[str, str], *, days: int) -> Campagne:
    campagne = actions.create_campagne(
        by=caf, libelle=libelle, perimetre=perimetre, ends_on=play.day(days), regle=RegleFin.INCHANGE, regle_on=None
    )
    actions.carry_on(campagne.pk)
    campagne.refresh_from_db()
    actions.launch(by=caf, campagne=campagne)
    campagne.refresh_from_db()
    return campagne


def _answer(play: Play, campagne: Campagne, *, left_open: int) -> None:
    """Each reviewer keeps all his lines but the first ones."""
    for pk in campagne.lignes.order_by("relecteur").values_list("relecteur", flat=True).distinct():
        reviewer = Utilisateur.objects.filter(pk=pk).first()
        if reviewer is None:
            continue
        acteur = acteur_for(reviewer, on=play.today)
        rows = revues_for(acteur).filter(campagne=campagne, relecteur=reviewer)
        _give(acteur, list(rows[left_open:]))


def _give(acteur: Acteur, lignes: list[LigneCampagne]) -> None:
    if lignes:
        actions.answer(by=acteur, lignes=lignes, reponse=Reponse.GARDER, expected=seen(lignes))
