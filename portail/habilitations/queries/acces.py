"""Accesses asked for from a grey tile: who decides, what he may give, where it stands."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from portail.comptes.models import Utilisateur
from portail.conventions.models import Administrateur, Rattachement
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur, Place
from portail.habilitations.models import DemandeAcces, Groupe, Responsable, RoleGroupe


def service_for(acteur: Acteur, service: str) -> roles.Service:
    """A service that stands behind the portal.

    :raises DemandeAcces.DoesNotExist: for another code
    """
    if service not in roles.SERVICES:
        raise DemandeAcces.DoesNotExist
    return roles.SERVICES[service]


def place_opening(acteur: Acteur, service: str) -> Place | None:
    """Where he serves under a bulletin of that service."""
    return next((place for place in acteur.places if service in place.services), None)


# Written out in SQL: it runs for many home pages, and composing it would cost more than running it.
_DEMANDES_OF = "SELECT * FROM habilitations_demandeacces WHERE rattachement_id = ANY(%s) ORDER BY asked_at, id"


def demandes_of(acteur: Acteur) -> dict[str, DemandeAcces]:
    """His last request for each service, where he acts."""
    rows = DemandeAcces.objects.raw(_DEMANDES_OF, [[place.rattachement for place in acteur.places]])
    return {demande.service: demande for demande in rows}


def _holding(service: object, on: object) -> QuerySet[RoleGroupe]:
    """The roles of that service held that day."""
    return RoleGroupe.objects.open_on(on).filter(role__startswith=Concat(service, Value(".")))  # type: ignore[arg-type]


def acces_for(acteur: Acteur) -> QuerySet[DemandeAcces]:
    """The requests of others that he may decide: all where he administers, else those his groups could give."""
    could_give = _holding(OuterRef("service"), acteur.on).filter(
        groupe__in=acteur.managed_groupes, groupe__convention=OuterRef("rattachement__convention")
    )
    where = Q(rattachement__convention__in=acteur.administered) | Exists(could_give)
    not_of = [acteur.utilisateur.pk, *([acteur.suppleant.titulaire] if acteur.suppleant else [])]
    rows = DemandeAcces.objects.filter(where).exclude(rattachement__utilisateur__in=not_of)
    rows = rows.select_related("rattachement__utilisateur", "rattachement__convention__organisme", "decided_by")
    return rows.order_by("asked_at", "pk")


def acces_by(acteur: Acteur, pk: int) -> DemandeAcces:
    return acces_for(acteur).get(pk=pk)


def groupes_giving(acteur: Acteur, demande: DemandeAcces) -> QuerySet[Groupe]:
    """The groups he manages that hold a role of the service asked for."""
    convention = demande.rattachement.convention
    groupes = Groupe.objects.visible_to(acteur).open_on(acteur.on).filter(convention=convention)
    if convention.pk not in acteur.administered:
        groupes = groupes.filter(pk__in=acteur.managed_groupes)
    holding = _holding(Value(demande.service), acteur.on).filter(groupe=OuterRef("pk"))
    return groupes.filter(Exists(holding)).select_related("parent", "convention").order_by("code")


def deciders_of(demande: DemandeAcces, on: object) -> list[Utilisateur]:
    """Who is told: the responsables of the groups that could give it, or of those above; else the administrateurs."""
    person = demande.rattachement
    holding = _holding(Value(demande.service), on).filter(groupe__convention=person.convention_id)
    open_ones = {"period__contains": on, "rattachement__period__contains": on}
    named = Responsable.objects.filter(groupe__descendants__groupe__in=holding.values("groupe"), **open_ones)
    others = named.exclude(rattachement__utilisateur=person.utilisateur_id)
    if not others.exists():
        others = Administrateur.objects.filter(rattachement__convention=person.convention_id, **open_ones).exclude(  # type: ignore[assignment]
            rattachement__utilisateur=person.utilisateur_id
        )
    served = Rattachement.objects.filter(pk__in=others.values("rattachement"))
    return list(Utilisateur.objects.filter(pk__in=served.values("utilisateur")).order_by("sort_key", "pk"))
