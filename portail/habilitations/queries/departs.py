"""What a person leaves behind: where he serves, what ends with him, which groups nobody would answer for."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from portail.conventions.models import Administrateur, Rattachement
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Appartenance, Groupe, Responsable
from portail.ui.templatetags.ui import elided


def leavable_for(acteur: Acteur, rattachement: Rattachement) -> QuerySet[Rattachement]:
    """Where the person serves, among the conventions this one administers; the one he came from first."""
    theirs = Rattachement.objects.not_ended_on(acteur.on).filter(utilisateur=rattachement.utilisateur)
    if acteur.caf is not None:
        administered = theirs.filter(convention__caf_pivot=acteur.caf)
    else:
        administered = theirs.filter(convention__in=acteur.administered)
    rows = administered | theirs.filter(pk=rattachement.pk)
    return rows.select_related("utilisateur", "convention__organisme", "convention__caf_pivot").order_by("pk")


def what_ends(rattachement: Rattachement, closes_on: date) -> list[str]:
    """Each membership and charge that lasts longer than that day, in words, then the access itself."""
    beyond = {"rattachement": rattachement}
    members = Appartenance.objects.not_ended_on(closes_on).filter(**beyond).exclude(closes_on=closes_on)
    charges = Responsable.objects.not_ended_on(closes_on).filter(**beyond).exclude(closes_on=closes_on)
    told = [f"membre {elided(name)}" for name in _names(members)]
    told += [f"responsable {elided(name)}" for name in _names(charges)]
    if Administrateur.objects.not_ended_on(closes_on).filter(**beyond).exists():
        told.append("administrateur de la convention")
    return [*told, "accès au titre de la convention"]


def _names(rows: QuerySet) -> list[str]:
    return sorted(set(rows.values_list("groupe__libelle", flat=True)))


def left_alone(rattachement: Rattachement, on: date) -> list[Groupe]:
    """The open groups whose only responsable he is."""
    his = Responsable.objects.not_ended_on(on).filter(rattachement=rattachement)
    others = Responsable.objects.not_ended_on(on).filter(groupe=OuterRef("pk")).exclude(rattachement=rattachement)
    groupes = Groupe.objects.not_ended_on(on).filter(pk__in=his.values("groupe"))
    return list(groupes.exclude(Exists(others)).select_related("convention").order_by("code"))
