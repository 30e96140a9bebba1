"""Files of allocataires for the demo: synthetic, the same every time, under a key of this machine."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from portail.cdap.actions import chargements
from portail.cdap.gateway.coffre import create_key, masters
from portail.cdap.gateway.fictions import Fictions
from portail.cdap.models import Dossier
from portail.demo.queries import story


def load_dossiers(count: int) -> bool:
    """So many, shared out among the Cafs of the story; False when there are files already.

    :raises Refused: when another loading runs
    """
    _have_a_key()
    if Dossier.objects.exists():
        return False
    cafs = sorted(caf["code"] for caf in story()["caf"])
    chargements.load([Fictions(count, cafs, story()["seed"], timezone.localdate())])
    return True


def _have_a_key() -> None:
    try:
        masters(settings.CDAP_KEYS_DIR)
    except ImproperlyConfigured:
        create_key(Path(settings.CDAP_KEYS_DIR))
