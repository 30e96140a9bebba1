"""Declarations as each person sees them, and what was declared, gathered for the checks and the totals."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from portail.afas.enums import OPEN_TO_ENTRY, EtatDeclaration, EtatVolet, Phase, RoleProfil, VoletKind
from portail.afas.models import Activite, Declaration, Profil, Volet
from portail.afas.roles import HABILITER
from portail.habilitations.acteur import Acteur

_PHASES = list(Phase.values)


@dataclass(frozen=True)
class Portee:
    """What a person may do himself, by his profiles of the day: numbers of activités and of lieux.

    `activites` and `lieux`: sheets of activity he types; `finances`: finances he types; `approbation`: what he signs;
    `reach`: every activité where he has one of these.
    """

    activites: frozenset[int] = frozenset()
    lieux: frozenset[int] = frozenset()
    finances: frozenset[int] = frozenset()
    approbation: frozenset[int] = frozenset()
    reach: frozenset[int] = frozenset()

    @property
    def whole(self) -> frozenset[int]:
        """The activités on which he has a profile that is not of one lieu: he reads all that is declared of them."""
        return self.activites | self.finances | self.approbation

    def types(self, volet: Volet, activite: int) -> bool:
        """Is it for him to fill in this sheet?"""
        if volet.kind == VoletKind.FINANCIER:
            return activite in self.finances
        return activite in self.activites or volet.lieu_id in self.lieux


def portee_of(acteur: Acteur) -> Portee:
    """By his own profiles. Nothing while he acts for somebody else: a profile is personal (S0)."""
    if acteur.suppleant is not None:
        return Portee()
    held = list(Profil.objects.of(acteur).order_by().values_list("role", "activite", "lieu"))
    on_activites = {role: frozenset(a for r, a, lieu in held if r == role and lieu is None) for role in RoleProfil}
    return Portee(
        activites=on_activites[RoleProfil.ACTIVITE],
        lieux=frozenset(lieu for *_, lieu in held if lieu is not None),
        finances=on_activites[RoleProfil.FINANCES],
        approbation=on_activites[RoleProfil.APPROBATEUR],
        reach=frozenset(activite for _, activite, _ in held),
    )


def declarations_for(acteur: Acteur) -> QuerySet[Declaration]:
    """Those of his Caf; for a partner, those of the activités on which he has a profile, or gives them."""
    return Declaration.objects.visible_to(acteur).select_related("activite__organisme", "echeance", "caf")


def declaration_for(acteur: Acteur, pk: int) -> Declaration:
    return declarations_for(acteur).get(pk=pk)


def listed_for(acteur: Acteur) -> QuerySet[Declaration]:
    """The same for the list, each with its sheets but for their values: a partner's last due first.

    A Caf has too many to sort them all for one page: the last opened come first.
    """
    order = ("-pk",) if acteur.caf is not None else ("-echeance__due_on", "activite__sort_key", "-pk")
    sheets = Volet.objects.only("declaration", "kind", "etat", "lieu").order_by("pk")
    rows = declarations_for(acteur).prefetch_related(Prefetch("volets", queryset=sheets))
    return rows.order_by(*order)


def reads_all(acteur: Acteur, declaration: Declaration) -> bool:
    """Does he read every sheet, the totals and the checks?

    The Caf, who gives the profiles, the approbateur, a financial supplier and a supplier of the whole activité do.
    Who supplies the activity of some lieux reads and types their sheets, nothing else.
    """
    if acteur.caf is not None or declaration.activite_id in portee_of(acteur).whole:
        return True
    return gives_profiles_on(acteur, declaration.activite)


def gives_profiles_on(acteur: Acteur, activite: Activite) -> bool:
    """Does he administer the profiles of this activité (AFAS-Habiliter under a convention that covers it)?"""
    conventions = {right.convention for right in acteur.rights if right.role == HABILITER.code}
    return activite.organisme.conventions.filter(pk__in=conventions, cafs=activite.caf_id).exists()


def volets_for(acteur: Acteur, declaration: Declaration) -> list[Volet]:
    """The sheets he reads (see `reads_all`), those of the lieux first."""
    volets = list(declaration.volets.select_related("lieu", "submitted_by"))
    if reads_all(acteur, declaration):
        return volets
    return [volet for volet in volets if volet.lieu_id in portee_of(acteur).lieux]


def roles_expected(declaration: Declaration) -> list[RoleProfil]:
    """Whose turn it is, of the partner's people; nobody's once it was transmitted."""
    if declaration.etat == EtatDeclaration.A_APPROUVER:
        return [RoleProfil.APPROBATEUR]
    if declaration.etat not in OPEN_TO_ENTRY:
        return []
    left = {volet.kind for volet in declaration.volets.all() if volet.etat != EtatVolet.SOUMIS}
    turns = {VoletKind.ACTIVITE: RoleProfil.ACTIVITE, VoletKind.FINANCIER: RoleProfil.FINANCES}
    return [role for kind, role in turns.items() if kind in left]


def is_awaiting(declaration: Declaration, portee: Portee) -> bool:
    """What `awaiting` says, of one declaration."""
    activite = declaration.activite_id
    if declaration.etat == EtatDeclaration.A_APPROUVER:
        return activite in portee.approbation
    left = [volet for volet in declaration.volets.all() if volet.etat != EtatVolet.SOUMIS]
    return declaration.etat in OPEN_TO_ENTRY and any(portee.types(volet, activite) for volet in left)


def awaiting(portee: Portee) -> Q:
    """Of the declarations: those in which something is for the person to do today (type, submit, sign)."""
    to_type = Volet.objects.exclude(etat=EtatVolet.SOUMIS).filter(
        Q(declaration__activite__in=portee.reach),
        Q(kind=VoletKind.FINANCIER, declaration__activite__in=portee.finances)
        | Q(kind=VoletKind.ACTIVITE, declaration__activite__in=portee.activites)
        | Q(lieu__in=portee.lieux),
    )
    is_mine = Q(activite__in=portee.reach)  # implied by the rest: it lets the base begin there
    to_sign = Q(etat=EtatDeclaration.A_APPROUVER, activite__in=portee.approbation)
    return is_mine & (Q(etat__in=OPEN_TO_ENTRY, pk__in=to_type.order_by().values("declaration")) | to_sign)
