"""Reads of what waits for an approbateur, and of what was transmitted."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from portail.afas.enums import EtatDeclaration, RoleProfil, VoletKind
from portail.afas.models import Activite, Declaration, EtapeDeclaration, Profil, VersionDeclaration, Volet
from portail.afas.queries.versions import Contenu
from portail.comptes.models import Utilisateur
from portail.habilitations.acteur import Acteur

_WITH = ("activite__organisme", "echeance", "caf")


def declaration_to_sign(acteur: Acteur, pk: int) -> Declaration:
    """One that he sees, or of an activité whose approbateur he was named: he is told what keeps him from it."""
    named = Profil.objects.open_on(acteur.on).filter(
        role=RoleProfil.APPROBATEUR, rattachement__utilisateur=acteur.utilisateur
    )
    seen = Declaration.objects.visible_to(acteur).order_by().values("pk")
    rows = Declaration.objects.filter(Q(pk__in=seen) | Q(activite__in=named.order_by().values("activite")))
    return rows.select_related(*_WITH).get(pk=pk)


def to_approve(acteur: Acteur) -> QuerySet[Declaration]:
    """What waits for this very person's signature, the first due on top."""
    waiting = Declaration.objects.filter(
        etat=EtatDeclaration.A_APPROUVER, activite__in=held_as_approbateur(acteur).order_by().values("activite")
    )
    return waiting.select_related(*_WITH).order_by("echeance__due_on", "activite__sort_key", "pk")


def held_as_approbateur(acteur: Acteur) -> QuerySet[Profil]:
    """The profiles by which he approves; none when he acts for somebody else, a profile is personal."""
    held: QuerySet[Profil] = Profil.objects.of(acteur).filter(role=RoleProfil.APPROBATEUR)
    return held.none() if acteur.suppleant else held


def own_profil(acteur: Acteur, activite: Activite) -> Profil | None:
    """The last profile of approbateur that he was given there and is not over, whatever the Caf said of it."""
    mine = Profil.objects.open_on(acteur.on).filter(activite=activite, role=RoleProfil.APPROBATEUR)
    mine = mine.filter(rattachement__utilisateur=acteur.utilisateur).select_related("rattachement__convention")
    return mine.order_by("-pk").first()


def approbateur_of(activite: Activite, acteur: Acteur) -> Utilisateur | None:
    """Who approves there that day."""
    profils = Profil.objects.signing(acteur.on).filter(activite=activite)
    return Utilisateur.objects.filter(rattachements__profils__in=profils).first()


def fournisseurs_of(
    declaration: Declaration, acteur: Acteur, volets: Iterable[Volet] | None = None
) -> QuerySet[Utilisateur]:
    """Who supplies what the declaration says, that day; only these sheets of it when `volets` names some."""
    profils = Profil.objects.open_on(acteur.on).filter(activite=declaration.activite_id)
    profils = profils.exclude(role=RoleProfil.APPROBATEUR)
    if volets is not None:
        profils = profils.filter(_supplying(volets))
    return Utilisateur.objects.filter(rattachements__profils__in=profils).distinct().order_by("pk")


def volets_of(declaration: Declaration) -> QuerySet[Volet]:
    return Volet.objects.filter(declaration=declaration).select_related("lieu", "submitted_by")


def _supplying(volets: Iterable[Volet]) -> Q:
    """The profiles by which these sheets are typed; a supplier of the whole activité has every lieu."""
    wanted = Q(pk__in=[])
    for volet in volets:
        if volet.kind == VoletKind.FINANCIER:
            wanted |= Q(role=RoleProfil.FINANCES)
        else:
            wanted |= Q(Q(lieu=None) | Q(lieu=volet.lieu_id), role=RoleProfil.ACTIVITE)
    return wanted


# Versions


def versions_of(declaration: Declaration) -> QuerySet[VersionDeclaration]:
    """The last transmitted first."""
    return declaration.versions.select_related("approved_by").order_by("-numero")


def version_seen_by(acteur: Acteur, pk: int) -> VersionDeclaration:
    rows = VersionDeclaration.objects.filter(declaration__in=Declaration.objects.visible_to(acteur).values("pk"))
    with_all = rows.select_related("approved_by", *(f"declaration__{name}" for name in _WITH))
    return with_all.get(pk=pk)


def version_before(declaration: Declaration, numero: int) -> VersionDeclaration | None:
    """The version that one replaced or would replace."""
    return declaration.versions.filter(numero__lt=numero).order_by("-numero").first()


def content_before(declaration: Declaration) -> Contenu | None:
    """What the version being corrected said."""
    before = version_before(declaration, declaration.version)
    return before.contenu if before else None


def motif_of_correction(declaration: Declaration) -> str:
    """Why the version being written was opened; nothing for the first."""
    if declaration.version == 1:
        return ""
    opened = EtapeDeclaration.objects.filter(declaration=declaration, code__in=("corriger", "completer"))
    last = opened.order_by("-pk").first()
    return last.motif if last else ""
