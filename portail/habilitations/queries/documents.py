"""What was signed of each convention."""

from django.db.models import Max, Q, QuerySet

from portail.conventions.models import Convention


def with_rang_in_force(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    """Adds `rang_in_force`: the rank of the last version that both sides signed, None when there is none."""
    return conventions.annotate(rang_in_force=Max("versions__rang", filter=Q(versions__etat="validee")))
