from collections import Counter
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from portail.cdap.actions.cles import count_old, in_words, rekey
from portail.conventions.models import Caf


class Command(BaseCommand):
    help = """Chiffre à nouveau, avec la clé la plus récente, ce que d'autres clés ont chiffré : dossiers, messages des
dialogues, attestations, courriers.

Le service reste ouvert. Arrêtée et relancée, la commande continue avec ce qui reste. Quand elle dit que plus rien
n'attend, dans aucune Caf, les anciennes clés peuvent être retirées de PORTAIL_CDAP_KEYS_DIR."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--caf", nargs="+", metavar="CODE", help="à défaut, toutes les Caf")

    def handle(self, *args: object, **options: Any) -> None:
        cafs = Caf.objects.filter(code__in=options["caf"]) if options["caf"] else Caf.objects.all()
        try:
            total = sum(count_old(caf) for caf in cafs)
            with tqdm(total=total, unit=" contenus", disable=options["verbosity"] == 0) as bar:
                told = [rekey(caf, bar.update) for caf in cafs]
            left = sum(count_old(caf) for caf in Caf.objects.all())
        except ImproperlyConfigured as missing:
            raise CommandError(str(missing)) from missing
        done, closed = sum((each for each, _ in told), Counter[str]()), sum(each for _, each in told)
        self.stdout.write(f"Chiffrés à nouveau : {in_words(done)}.")
        self._conclude(closed, left, partial=bool(options["caf"]))

    def _conclude(self, closed: int, left: int, *, partial: bool) -> None:
        """Says that the older keys may go only when nothing at all needs them."""
        if closed:
            raise CommandError(
                f"{closed} contenus ne s'ouvrent pas et sont restés comme ils étaient : une clé manque dans "
                "PORTAIL_CDAP_KEYS_DIR, ou ils ont été altérés. Ne retirez aucune clé ; rechargez les dossiers altérés."
            )
        if left and partial:
            self.stdout.write(f"Dans les autres Caf, contenus qui attendent : {left}. Ne retirez aucune clé.")
        elif left:
            raise CommandError(
                f"Contenus écrits entre-temps avec une ancienne clé : {left}. Redémarrez le portail et ses tâches sur "
                "toutes les machines, puis relancez la commande. Ne retirez aucune clé."
            )
        else:
            self.stdout.write("Plus rien n'attend : les anciennes clés peuvent être retirées.")
