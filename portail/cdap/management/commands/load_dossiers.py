import csv
import os
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from portail.cdap.actions.chargements import LINES, load, working
from portail.cdap.gateway.fichiers import REFUS, Fichier, WrongFileError, files_of
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
        parser.add_argument("--report", type=Path, help="où écrire tous les refus ; à défaut, à côté de chaque fichier")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            self.load(files_of(options["path"]), options)
        except (Refused, WrongFileError, ImproperlyConfigured) as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"{error.filename} ne peut être lu : {error.strerror}.") from error

    def load(self, fichiers: list[Fichier], options: dict[str, Any]) -> None:
        report, totals = options["report"], [each.total() for each in fichiers]
        if report and report.resolve() in {each.path.resolve() for each in fichiers}:
            raise CommandError(f"{report} est un fichier à charger : donnez un autre nom à --report.")
        self.reports: set[Path] = set()
        with (
            tqdm(total=_sum(totals), unit=" lignes", disable=options["verbosity"] == 0) as bar,
            working(options["processes"]) as workers,
        ):

            def ended(fichier: Fichier, chargement: ChargementDossiers, was_before: bool) -> None:
                with bar.external_write_mode():
                    self.tell(fichier, chargement, report, was_before=was_before)

            how = {"lines": options["lines"], "again": options["again"]}
            load(fichiers, workers=workers, advance=bar.update, ended=ended, **how)

    def tell(self, fichier: Fichier, chargement: ChargementDossiers, report: Path | None, *, was_before: bool) -> None:
        counts = counts_of(chargement)
        if was_before:
            self.stdout.write(f"{fichier.nom} : déjà chargé, rien à faire (--again le recharge). Pour mémoire :")
        self.stdout.write(
            f"{fichier.nom} : {counts['lues']} lignes lues, {counts['chargees']} chargées, "
            f"{counts['remplacees']} remplacées, {counts['refusees']} refusées."
        )
        if counts["refusees"]:
            path = report or fichier.path.with_name(f"{fichier.nom}{REFUS}")
            self.write_report(path, chargement)
            self.stdout.write(f"Lignes refusées et raisons : {path}")

    def write_report(self, path: Path, chargement: ChargementDossiers) -> None:
        """Anew the first time, then below what is there."""
        is_new = path not in self.reports
        self.reports.add(path)
        with path.open("w" if is_new else "a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            if is_new:
                writer.writerow(["fichier", "ligne", "caf", "raison"])
            writer.writerows([chargement.fichier, *refusal] for refusal in refusals_of(chargement))


def _sum(totals: list[int | None]) -> int | None:
    """None when one of them is not known."""
    known = [each for each in totals if each is not None]
    return sum(known) if len(known) == len(totals) else None
