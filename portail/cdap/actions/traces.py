"""The allocataire's own right: who consulted his file, read for him by his Caf."""

from django.db import transaction

from portail.cdap import events
from portail.cdap.queries.supervision import Trace, traces_of
from portail.cdap.rules import gardes as rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal


@transaction.atomic
def trace(*, by: Acteur, numero: int, motif: str, is_export: bool = False) -> list[Trace]:
    """Who asked for this file, when, why, which tabs; the journal says first that it was read.

    :raises Refused: when a rule forbids it
    """
    allow(rules.refuse_tracing(by))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    kind = events.DOSSIER_TRACE_EXPORTED if is_export else events.DOSSIER_TRACED
    journal.record(kind, by=by, about=[by.caf], caf=by.caf.nom, motif=motif)
    return traces_of(by, numero)
