"""What changed in the profiles of a Caf's activités, read from the journal."""

from django.db.models import QuerySet

from portail.afas.events import PROFIL_KINDS
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur
from portail.journal.models import JournalEntry

_KINDS = [kind.code for kind in PROFIL_KINDS]


def changements_of(caf: Caf) -> QuerySet[JournalEntry]:
    """Every change, the last first."""
    return JournalEntry.objects.filter(kind__in=_KINDS, subjects__contains=[f"caf:{caf.pk}"]).order_by("-pk")


def changements_for(acteur: Acteur) -> QuerySet[JournalEntry]:
    """Those of his Caf; none for a partner."""
    return changements_of(acteur.caf) if acteur.caf is not None else JournalEntry.objects.none()
