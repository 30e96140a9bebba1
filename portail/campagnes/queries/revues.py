"""« Mes revues »: the lines a person may answer, himself never among them."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from portail.campagnes.enums import OPEN, EtatCampagne, Niveau
from portail.campagnes.models import LigneCampagne
from portail.habilitations.acteur import Acteur


def revues_for(acteur: Acteur) -> QuerySet[LigneCampagne]:
    """The lines of open campaigns that he may answer, by convention, group and name.

    Of the partner: those of the groups he answers for and of the conventions he administers, be they given to him or
    to another. Of the Caf: those that nobody else can answer, in the conventions it leads.
    """
    if acteur.caf is not None:
        mine = Q(niveau=Niveau.CAF, convention__caf_pivot=acteur.caf.pk) if acteur.is_caf_administrateur else Q(pk=None)
    else:
        mine = Q(convention__in=acteur.administered) | Q(groupe__in=acteur.managed_groupes)
    rows = LigneCampagne.objects.filter(mine, campagne__etat=EtatCampagne.OUVERTE)
    rows = rows.exclude(utilisateur__in=acteur.not_for).select_related(
        "campagne", "utilisateur", "groupe", "convention", "relecteur", "answered_by"
    )
    return rows.order_by("convention__sort_key", "convention_id", "groupe__code", "utilisateur__sort_key", "pk")


def given_to(acteur: Acteur, rows: QuerySet[LigneCampagne]) -> QuerySet[LigneCampagne]:
    """Those he is asked about by name; for the Caf, all it may answer."""
    return rows if acteur.caf is not None else rows.filter(relecteur=acteur.utilisateur.pk)


def left_for(acteur: Acteur) -> tuple[int, str, str]:
    """What he is asked about and has not answered, as home tells it."""
    left = given_to(acteur, revues_for(acteur)).filter(reponse__in=OPEN).order_by().count()
    return left, "accès attend votre réponse,accès attendent votre réponse", "campagnes:revue_list"


def revue_for(acteur: Acteur, pk: int) -> LigneCampagne:
    return revues_for(acteur).get(pk=pk)


def seen(lignes: Iterable[LigneCampagne]) -> str:
    """A digest of these lines as they stand: one answers what one saw."""
    told = sorted((ligne.pk, ligne.edition) for ligne in lignes)
    return salted_hmac("portail.campagnes.seen", repr(told), algorithm="sha256").hexdigest()
