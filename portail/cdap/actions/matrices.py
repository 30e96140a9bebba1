"""The matrix of a Caf: proposed by one, put in force by another."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from portail.cdap import events
from portail.cdap.enums import EtatMatrice
from portail.cdap.models import VersionMatrice
from portail.cdap.queries.matrices import in_force, matrice_of
from portail.cdap.rules import matrices as rules
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Refused


@transaction.atomic
def propose(*, by: Acteur, contenu: Mapping[str, frozenset[str]], motif: str, seen: int) -> VersionMatrice:
    """The whole matrix, which changes nothing until another person validates it.

    :param seen: number of the version in force that was shown, 0 for the one shipped
    :raises Refused: when a rule forbids it, or another came in force meanwhile
    """
    allow(rules.refuse_proposing(by))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    _lock(by.caf)
    if in_force(by.caf.pk) != seen:
        raise Refused("La matrice a changé entre-temps : rouvrez la page, puis refaites vos changements.")
    allow(rules.refuse_proposing(by) or rules.refuse_same(matrice_of(by.caf.pk), contenu))
    made = VersionMatrice.objects.create(
        caf=by.caf,
        contenu={profil: sorted(codes) for profil, codes in contenu.items()},
        motif=motif,
        proposed_by=by.utilisateur,
    )
    journal.record(events.MATRICE_PROPOSED, by=by, about=[made], motif=motif)
    return made


@transaction.atomic
def validate(*, by: Acteur, version: VersionMatrice) -> None:
    """In force at once: the next page that anybody opens obeys it.

    :raises Refused: when a rule forbids it, or somebody else has decided meanwhile
    """
    _lock(version.caf)
    version = VersionMatrice.objects.get(pk=version.pk)
    allow(rules.refuse_deciding(by, version))
    VersionMatrice.objects.filter(caf=version.caf_id, etat=EtatMatrice.EN_VIGUEUR).update(etat=EtatMatrice.REMPLACEE)
    _decide(by, version, EtatMatrice.EN_VIGUEUR)
    journal.record(events.MATRICE_VALIDATED, by=by, about=[version], motif=version.motif)


@transaction.atomic
def refuse(*, by: Acteur, version: VersionMatrice, motif: str) -> None:
    """The one in force stays.

    :raises Refused: when a rule forbids it, or somebody else has decided meanwhile
    """
    _lock(version.caf)
    version = VersionMatrice.objects.get(pk=version.pk)
    allow(rules.refuse_deciding(by, version))
    version.refusal = motif
    _decide(by, version, EtatMatrice.REFUSEE)
    journal.record(events.MATRICE_REFUSED, by=by, about=[version], motif=motif)


def _decide(by: Acteur, version: VersionMatrice, etat: EtatMatrice) -> None:
    version.etat, version.decided_by, version.decided_at = etat, by.utilisateur, timezone.now()
    version.save(update_fields=["etat", "decided_by", "decided_at", "refusal"])


def _lock(caf: Caf) -> None:
    """Who proposes and who decides for a Caf wait for each other."""
    Caf.objects.select_for_update(no_key=True).get(pk=caf.pk)
