from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from portail.journal import actions


class Command(BaseCommand):
    help = "Scelle maintenant les nouvelles lignes du journal et garde leurs sceaux hors de la base."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--first", action="store_true", help="le dossier des sceaux n'en a jamais eu")

    def handle(self, *args: object, **options: bool) -> None:
        try:
            kept = actions.seal_and_keep(is_first=options["first"])
        except actions.SealsDivergeError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Sceaux ajoutés hors de la base : {kept}.")
