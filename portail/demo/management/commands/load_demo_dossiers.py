from django.core.management.base import BaseCommand, CommandError, CommandParser

from portail.demo.actions.dossiers import load_dossiers
from portail.ui.rules import Refused


class Command(BaseCommand):
    help = "Charge des dossiers fictifs d'allocataires et crée leur clé ; ne fait rien s'il y en a déjà."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=3000, help="combien, toutes Caf ensemble")

    def handle(self, *args: object, **options: int) -> None:
        try:
            is_done = load_dossiers(options["count"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Dossiers fictifs chargés." if is_done else "Des dossiers sont déjà là : rien à faire.")
