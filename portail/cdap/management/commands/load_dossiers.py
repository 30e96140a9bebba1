import csv
import os
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from portail.cdap.actions.chargements import LINES, Workers, load, working
from portail.cdap.gateway.fichiers import Fichier, WrongFileError, files_of
from portail.cdap.models import ChargementDossiers
from portail.cdap.queries.chargements import counts_of, refusals_of
from portail.ui.rules import Refused

HELP = """Charge des dossiers d'allocataires, d'un fichier ou de tous ceux d'un dossier (.parquet, .csv).

Une ligne par dossier ; les colonnes sont décrites dans docs/exploitation/dossiers.md. Un dossier déjà là est remplacé.
Se lance avec le rôle propriétaire de la base (DATABASE_OWNER_URL). Arrêtée à n'importe quel moment et relancée, la
commande reprend où elle en était : aucune ligne perdue, aucune chargée deux fois. Les lignes refusées sont dans un
fichier à part, avec la raison, sans rien de ce qu'elles contiennent."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="fichier ou dossier")
        parser.add_argument("--processes", type=int, default=min(4, os.cpu_count() or 1), help="processus à la fois")
        parser.add_argument("--lines", type=int, default=LINES, help="lignes par transaction")
        parser.add_argument("--again", action="store_true", help="recharge aussi ce qui l'a déjà été en entier")
        parser.add_argument("--report", type=Path, help="où écrire les refus ; à défaut, à côté du fichier")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            with working(options["processes"]) as workers:
                for fichier in files_of(options["path"]):
                    self.load_one(fichier, workers, options)
        except (Refused, WrongFileError, ImproperlyConfigured) as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"{error.filename} ne peut être lu : {error.strerror}.") from error

    def load_one(self, fichier: Fichier, workers: Workers | None, options: dict[str, Any]) -> None:
        total, how, began = fichier.total(), {"lines": options["lines"], "again": options["again"]}, timezone.now()
        with tqdm(total=total, unit=" lignes", desc=fichier.nom, disable=options["verbosity"] == 0) as bar:
            chargement = load(fichier, workers=workers, advance=bar.update, **how)
        counts = counts_of(chargement)
        if chargement.ended_at and chargement.ended_at < began:
            self.stdout.write(f"{fichier.nom} : déjà chargé, rien à faire (--again le recharge). Pour mémoire :")
        self.stdout.write(
            f"{fichier.nom} : {counts['lues']} lignes lues, {counts['chargees']} chargées, "
            f"{counts['remplacees']} remplacées, {counts['refusees']} refusées."
        )
        if counts["refusees"]:
            report = options["report"] or fichier.path.with_name(f"{fichier.nom}.refus.csv")
            write_report(report, chargement)
            self.stdout.write(f"Lignes refusées et raisons : {report}")


def write_report(path: Path, chargement: ChargementDossiers) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["ligne", "caf", "raison"])
        writer.writerows(refusals_of(chargement))
