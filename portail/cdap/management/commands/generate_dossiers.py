import os
from argparse import RawDescriptionHelpFormatter
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from portail.cdap.actions.chargements import load, working
from portail.cdap.gateway.fictions import MOST, Fictions, write_document
from portail.conventions.models import Caf
from portail.ui.rules import Refused

PER_DOCUMENT = 20_000
HELP = f"""Fabrique des dossiers d'allocataires fictifs, cohérents et vraisemblables.

Numéros de 9000000 à 9999999 seulement ; noms, rues et communes inventés. La même graine, au même jour, donne les mêmes
dossiers. Avec --out, ils sont écrits dans des fichiers que load_dossiers charge ({PER_DOCUMENT} par fichier) ; sinon,
ils vont droit dans la base, avec le rôle propriétaire (DATABASE_OWNER_URL)."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, required=True, help="combien de dossiers, toutes Caf ensemble")
        parser.add_argument("--caf", nargs="+", metavar="CODE", help="à défaut, toutes les Caf enregistrées")
        parser.add_argument("--seed", type=int, default=1, help="graine du tirage")
        parser.add_argument("--on", type=date.fromisoformat, help="jour des dossiers, aaaa-mm-jj ; à défaut ce jour")
        parser.add_argument("--out", type=Path, help="dossier où écrire, vide ou à créer")
        parser.add_argument("--format", choices=("parquet", "csv"), default="parquet")
        parser.add_argument("--processes", type=int, default=min(4, os.cpu_count() or 1), help="processus à la fois")

    def handle(self, *args: object, **options: Any) -> None:
        cafs = options["caf"] or list(Caf.objects.order_by("code").values_list("code", flat=True))
        if not cafs:
            raise CommandError("Aucune Caf n'est enregistrée : donnez des codes par --caf, ou lancez open_caf.")
        if not 1 <= options["count"] <= MOST * len(cafs):
            raise CommandError(f"--count : de 1 à {MOST * len(cafs)} dossiers, un million au plus par Caf.")
        fictions = Fictions(options["count"], cafs, options["seed"], options["on"] or timezone.localdate())
        with tqdm(total=fictions.total(), unit=" dossiers", disable=options["verbosity"] == 0) as bar:
            if options["out"]:
                self.write(fictions, options, bar)
            else:
                self.load(fictions, options, bar)

    def load(self, fictions: Fictions, options: dict[str, Any], bar: Any) -> None:
        if unknown := set(fictions.cafs) - set(Caf.objects.values_list("code", flat=True)):
            raise CommandError(f"Caf non enregistrée : {', '.join(sorted(unknown))}.")
        try:
            with working(options["processes"]) as workers:
                load([fictions], workers=workers, advance=bar.update)
        except (Refused, ImproperlyConfigured) as refusal:
            raise CommandError(str(refusal)) from refusal

    def write(self, fictions: Fictions, options: dict[str, Any], bar: Any) -> None:
        folder: Path = options["out"]
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CommandError(f"{folder} n'est pas vide : choisissez un autre dossier.")
        write = partial(write_document, folder, extension=options["format"])
        with ProcessPoolExecutor(options["processes"], get_context("spawn"), initializer=django.setup) as pool:
            for count in pool.map(write, fictions.tranches(PER_DOCUMENT)):
                bar.update(count)
