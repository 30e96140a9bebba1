"""Who stands in for whom, who is to come after whom, and the incidents of the story."""

from datetime import timedelta

from django.utils import timezone

from portail.comptes.models import Utilisateur
from portail.conventions.models import Rattachement
from portail.demo import queries
from portail.demo.actions.common import Play, Said
from portail.habilitations import actions
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.actions.successions import Proposal
from portail.incidents import actions as incidents
from portail.incidents.models import Incident


def play_suivis(play: Play) -> None:
    for said in play.story["suppleance"]:
        _stand_in(play, said)
    for said in play.story["succession"]:
        _propose(play, said)
    for said in play.story["incident"]:
        _report(play, said)


def _acteur(play: Play, identifiant: str) -> Acteur:
    return acteur_for(Utilisateur.objects.get(identifiant=identifiant), on=play.today)


def _place(identifiant: str, convention: int | None = None) -> Rattachement:
    rows = Rattachement.objects.select_related("utilisateur", "convention__organisme", "convention__caf_pivot")
    rows = rows.filter(utilisateur__identifiant=identifiant)
    return rows.get(convention=convention) if convention else rows.order_by("pk")[0]


def _stand_in(play: Play, said: Said) -> None:
    titulaire = _place(said["titulaire"])
    actions.name_suppleant(
        by=_acteur(play, said["titulaire"]),
        titulaire=titulaire,
        suppleant=_place(said["suppleant"], titulaire.convention_id),
        opens_on=play.day(said["opens"]),
        closes_on=play.day(said["closes"]),
        motif=said["motif"],
    )


def _propose(play: Play, said: Said) -> None:
    proposal = Proposal(
        effective_on=play.day(said["effective"]),
        motif=said["motif"],
        nom=said["nom"],
        prenom=said["prenom"],
        courriel=queries.courriel_of(said["prenom"], said["nom"]),
    )
    titulaire = _place(said["titulaire"])
    actions.propose_successor(by=_acteur(play, said["titulaire"]), titulaire=titulaire, proposal=proposal)


def _report(play: Play, said: Said) -> None:
    """Reported some hours ago; what has a note is in charge, what has a conclusion is closed."""
    at = timezone.now() - timedelta(hours=said["hours"])
    told = incidents.Signalement(said["nature"], timezone.localdate(at), said["recit"], said["objet"])
    incident = incidents.report(by=_acteur(play, said["declarant"]), signalement=told)
    Incident.objects.filter(pk=incident.pk).update(declared_at=at)
    caf = _acteur(play, "CAF00132AA")
    if "note" in said or "conclusion" in said:
        incidents.take(by=caf, incident=incident)
    if "note" in said:
        incidents.note(by=caf, incident=incident, text=said["note"])
    if "conclusion" in said:
        incidents.close(
            by=caf, incident=incident, conclusion=said["conclusion"], mesures=said["mesures"], is_breach=False
        )
