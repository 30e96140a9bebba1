"""The daily word to each Caf about the profiles that changed; nothing on a day without change."""

from datetime import date

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from portail.afas import events
from portail.afas.models import Profil, SyntheseProfils
from portail.afas.queries.changements import changements_of
from portail.comptes.models import midnight
from portail.conventions.models import Caf
from portail.courriels import actions as courriels
from portail.ui.templatetags.ui import counted

_NOUNS = {
    events.PROFIL_GIVEN.code: "rôle donné,rôles donnés",
    events.PROFIL_ENDED.code: "rôle terminé,rôles terminés",
    events.APPROBATEUR_PROPOSED.code: "approbateur proposé,approbateurs proposés",
    events.APPROBATEUR_VALIDATED.code: "approbateur validé,approbateurs validés",
    events.APPROBATEUR_REFUSED.code: "approbateur refusé,approbateurs refusés",
}


def tell_changes(on: date) -> int:
    """Tells each Caf what changed before this day and was not told yet; how many mails. Safe to run twice."""
    return sum(_tell(caf, on) for caf in Caf.objects.order_by("code"))


@transaction.atomic
def _tell(caf: Caf, on: date) -> bool:
    synthese, _ = SyntheseProfils.objects.select_for_update().get_or_create(caf=caf)
    rows = changements_of(caf).filter(pk__gt=synthese.last_entry, recorded_at__lt=midnight(on))
    counts = dict(rows.order_by().values_list("kind").annotate(Count("pk")))
    last = rows.values_list("pk", flat=True).first()
    if last is None:
        return False
    synthese.last_entry, synthese.told_at = last, timezone.now()
    synthese.save(update_fields=["last_entry", "told_at"])
    courriels.enqueue(
        events.PROFILS_CHANGED,
        to=caf.courriel,
        to_label=caf.nom,
        about=[caf],
        facts={
            "changements": sum(counts.values()),
            "bilan": [counted(counts[kind], nouns) for kind, nouns in _NOUNS.items() if kind in counts],
            "waiting": Profil.objects.waiting(on).filter(activite__caf=caf).count(),
        },
    )
    return True
