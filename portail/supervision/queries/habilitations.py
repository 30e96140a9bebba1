"""Who has, had or will have what: lines of the one view of rights, in the perimeter of who asks."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from portail.comptes.models import DatedQuerySet, Utilisateur
from portail.conventions.models import Convention, Rattachement
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Appartenance, Habilitation
from portail.supervision.models import HabilitationConnue

ETATS = [
    ("effective", "Effective ce jour-là"),
    ("a_venir", "À venir"),
    ("terminee", "Terminée"),
    ("toutes", "Toutes, passées et à venir comprises"),
    ("jamais", "Jamais effective"),
]
NEVER = "jamais"
COUNTED = 1_000  # lines are counted up to there: counting all those of a Caf would read every right of it
_FEW = 500


@dataclass(frozen=True)
class Search:
    """What is asked; everything optional but the day."""

    jour: date
    etat: str = "effective"
    connu_le: datetime | None = None
    personne: str = ""
    organisme: str = ""
    convention: str = ""
    service: str = ""
    role: str = ""


def supervised(acteur: Acteur) -> QuerySet[Convention]:
    """The conventions whose rights he looks over: those of his Caf, or those he administers for the partner."""
    if acteur.caf is not None:
        return Convention.objects.visible_to(acteur)
    return Convention.objects.filter(pk__in=acteur.administered)


def rattachement_for(acteur: Acteur, pk: int) -> Rattachement:
    rows = Rattachement.objects.filter(convention__in=supervised(acteur))
    return rows.select_related("utilisateur", "convention__organisme", "opened_by").get(pk=pk)


def habilitations_for(acteur: Acteur, asked: Search) -> DatedQuerySet:
    """The lines asked for, by name. With `connu_le`, to be read within `connu.known_at`."""
    model = HabilitationConnue if asked.connu_le else Habilitation
    rows = model.objects.filter(convention__in=_conventions(acteur, asked))
    rows = rows.select_related("utilisateur", "convention__organisme", "groupe")
    rows = rows.filter(_person(acteur, asked.personne, "utilisateur"))
    if asked.service:
        rows = rows.filter(service=asked.service)
    if asked.role:
        rows = rows.filter(role=asked.role)
    if asked.etat == "effective":
        rows = rows.open_on(asked.jour)
    elif asked.etat == "a_venir":
        rows = rows.filter(period__startswith__gt=asked.jour)
    elif asked.etat == "terminee":
        rows = rows.filter(period__endswith__lte=asked.jour)
    return rows.order_by("utilisateur__sort_key", "utilisateur_id", "appartenance_id", "role", "period")


def never_effective_for(acteur: Acteur, asked: Search) -> DatedQuerySet:
    """Memberships that give no right on any day: a convention not validated, a group without role, dates apart."""
    effective = Habilitation.objects.filter(
        appartenance=OuterRef("pk"),
        rattachement=OuterRef("rattachement"),
        utilisateur=OuterRef("rattachement__utilisateur"),
    )
    rows = Appartenance.objects.filter(rattachement__convention__in=_conventions(acteur, asked))
    rows = rows.filter(_person(acteur, asked.personne, "rattachement__utilisateur"))
    rows = rows.select_related("rattachement__utilisateur", "rattachement__convention__organisme", "groupe")
    return rows.filter(~Exists(effective)).order_by("rattachement__utilisateur__sort_key", "pk")


def _conventions(acteur: Acteur, asked: Search) -> list[int]:
    """Found first and given by number: rights are then worked out for their people only."""
    rows = supervised(acteur)
    if asked.organisme:
        siret = "".join(asked.organisme.split())
        rows = rows.filter(Q(organisme__sort_key__holds=asked.organisme) | Q(organisme__siret=siret))
    if asked.convention:
        named = Q(sort_key__holds=asked.convention)
        if asked.convention.isdecimal() and len(asked.convention) <= 5:
            named |= Q(numero=int(asked.convention))
        rows = rows.filter(named)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _person(acteur: Acteur, typed: str, path: str) -> Q:
    """A part of the name, of the identifiant or of the mail; a few people are found first and given by number."""
    if not typed:
        return Q()
    before = f"{path}__" if path else ""
    named = {"sort_key__holds": typed, "identifiant__icontains": typed, "courriel__icontains": typed}
    found = Q()
    for lookup, value in named.items():
        found |= Q(**{lookup: value})
    few = list(Utilisateur.objects.filter(found).order_by("pk").values_list("pk", flat=True)[: _FEW + 1])
    if len(few) <= _FEW:
        return Q(**{f"{before}pk__in": few})
    found = Q()
    for lookup, value in named.items():
        found |= Q(**{before + lookup: value})
    return found


def service_choices() -> list[tuple[str, str]]:
    return [(s.code, s.libelle) for s in roles.SERVICES.values()]


def role_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The roles, under the name of their service."""
    return [(s.libelle, [(r.code, r.libelle) for r in s.roles]) for s in roles.SERVICES.values()]


def in_words(asked: Search) -> str:
    """The question, as a sentence above its answer."""
    day = f"le {asked.jour:%d/%m/%Y}"
    told = {
        "effective": f"Qui avait quoi {day}" if asked.jour < timezone.localdate() else f"Qui a quoi {day}",
        "a_venir": f"Habilitations qui commencent après {day}",
        "terminee": f"Habilitations terminées {day}",
        "toutes": "Habilitations de tous les jours, passés et à venir",
        "jamais": "Appartenances qui n'ouvrent aucun droit, à aucune date",
    }[asked.etat]
    if asked.connu_le is None:
        return f"{told}, d'après ce que le portail sait aujourd'hui."
    local = timezone.localtime(asked.connu_le)
    return f"{told}, tel qu'on le savait le {local:%d/%m/%Y} à {local:%Hh%M}."
