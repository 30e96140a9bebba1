"""Reads of the bank accounts: whose, where they stand, who is told of a change."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from portail.afas.enums import EtatCompte
from portail.afas.models import Activite, CompteBancaire
from portail.afas.models.versements import overseen
from portail.comptes.models import Utilisateur
from portail.conventions.models import Administrateur, Caf, Convention, Organisme
from portail.habilitations.acteur import Acteur

_ORGANISME = Q(organisme=OuterRef("organisme"))


def organismes_for(acteur: Acteur) -> QuerySet[Organisme]:
    """The organisations that the Caf finances, or that the partner's person oversees, with their accounts' states."""
    if acteur.caf is not None:
        financed = Activite.objects.filter(caf=acteur.caf).order_by().values("organisme")
        rows = Organisme.objects.filter(pk__in=financed)
    else:
        theirs = Convention.objects.filter(pk__in=overseen(acteur)).order_by().values("organisme")
        rows = Organisme.objects.filter(pk__in=theirs)
    accounts = CompteBancaire.objects.visible_to(acteur).filter(organisme=OuterRef("pk")).order_by("-pk")
    return rows.annotate(
        valid_account=Subquery(accounts.filter(etat=EtatCompte.VALIDE).values("iban")[:1]),
        has_waiting=Exists(accounts.filter(etat=EtatCompte.EN_ATTENTE)),
    ).order_by("sort_key", "pk")


def organisme_for(acteur: Acteur, pk: int) -> Organisme:
    return organismes_for(acteur).get(pk=pk)


def comptes_for(acteur: Acteur, organisme: Organisme | None) -> list[CompteBancaire]:
    """Every account entered for it, the newest first."""
    rows = CompteBancaire.objects.visible_to(acteur).filter(organisme=organisme)
    return list(rows.select_related("caf", "entered_by", "decided_by").order_by("-pk"))


def compte_for(acteur: Acteur, pk: int) -> CompteBancaire:
    """One that the Caf keeps: only there are accounts decided."""
    rows = CompteBancaire.objects.filter(caf=acteur.caf) if acteur.caf else CompteBancaire.objects.none()
    return rows.select_related("organisme", "entered_by", "decided_by", "caf").get(pk=pk)


def debtor_of(caf: Caf) -> CompteBancaire | None:
    """The account from which the Caf pays."""
    return CompteBancaire.objects.filter(caf=caf, organisme=None, etat=EtatCompte.VALIDE).first()


def is_changing(caf: Caf, organisme: Organisme | None) -> bool:
    """Does an account of it wait for its validation?"""
    return CompteBancaire.objects.filter(caf=caf, organisme=organisme, etat=EtatCompte.EN_ATTENTE).exists()


def told_of(organisme: Organisme, caf: Caf, on: object) -> list[Utilisateur]:
    """Who administers the organisation's conventions with this Caf that day."""
    duties = Administrateur.objects.open_on(on).filter(  # type: ignore[arg-type]
        rattachement__period__contains=on,
        rattachement__convention__organisme=organisme,
        rattachement__convention__cafs=caf,
    )
    return list(Utilisateur.objects.filter(rattachements__administrations__in=duties).distinct().order_by("pk"))
