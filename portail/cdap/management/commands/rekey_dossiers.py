from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from portail.cdap.actions.cles import count_old, rekey
from portail.conventions.models import Caf


class Command(BaseCommand):
    help = """Chiffre à nouveau, avec la clé la plus récente, les dossiers que d'autres clés ont chiffrés.

Le service reste ouvert. Arrêtée et relancée, la commande continue avec ce qui reste. Quand elle dit que plus aucun
dossier n'attend, les anciennes clés peuvent être retirées de PORTAIL_CDAP_KEYS_DIR."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--caf", nargs="+", metavar="CODE", help="à défaut, toutes les Caf")

    def handle(self, *args: object, **options: Any) -> None:
        cafs = Caf.objects.filter(code__in=options["caf"]) if options["caf"] else Caf.objects.all()
        try:
            total = sum(count_old(caf) for caf in cafs)
            with tqdm(total=total, unit=" dossiers", disable=options["verbosity"] == 0) as bar:
                told = [rekey(caf, bar.update) for caf in cafs]
        except ImproperlyConfigured as missing:
            raise CommandError(str(missing)) from missing
        done, closed = (sum(counts) for counts in zip(*told, strict=True)) if told else (0, 0)
        self.stdout.write(f"Dossiers chiffrés à nouveau : {done}.")
        if closed:
            raise CommandError(
                f"{closed} dossiers ne s'ouvrent pas et sont restés comme ils étaient : une clé manque dans "
                "PORTAIL_CDAP_KEYS_DIR, ou ils ont été altérés. Ne retirez aucune clé ; rechargez ces dossiers."
            )
        self.stdout.write("Plus aucun dossier n'attend : les anciennes clés peuvent être retirées.")
