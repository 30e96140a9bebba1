"""Who used which service when, and what is suspended for want of use."""

from django.conf import settings
from django.db.models import DateField, F, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from portail.conventions.models import Convention, Rattachement
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import SuspensionUsage, UsageService
from portail.habilitations.queries import rattachements_for


def usages_due() -> QuerySet[UsageService]:
    """Adds `due_on`: the first day of the suspension if the service is not opened before."""
    months = Func(Value(0), Value(settings.PORTAIL["UNUSED_MONTHS"]), function="make_interval")
    return UsageService.objects.annotate(due_on=Cast(F("reference") + months, DateField()))


def usages_for(acteur: Acteur, convention: Convention) -> QuerySet[UsageService]:
    """The services that the people of a convention whom he sees may use, or used to before their suspension.

    Each with `due_on` and `suspended_on`; as the job of the morning found them, first those that end first.
    """
    people = rattachements_for(acteur, convention).order_by()
    return _told(acteur).filter(rattachement__in=people.values("pk")).order_by("reference", "pk")


def usages_of(acteur: Acteur, rattachement: Rattachement) -> QuerySet[UsageService]:
    """Those of one person."""
    return _told(acteur).filter(rattachement=rattachement).order_by("service")


def _told(acteur: Acteur) -> QuerySet[UsageService]:
    suspended = SuspensionUsage.objects.open_on(acteur.on).filter(
        rattachement=OuterRef("rattachement"), service=OuterRef("service")
    )
    rows = usages_due().filter(is_held=True).annotate(suspended_on=Subquery(suspended.values("opens_on")[:1]))
    return rows.select_related("rattachement__utilisateur")
