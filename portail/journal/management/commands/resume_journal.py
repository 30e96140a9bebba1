from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from portail.journal import actions
from portail.ui.rules import Refused


class Command(BaseCommand):
    help = "Note qu'on a remis exprès une base plus ancienne : les sceaux d'après restent gardés, comme perdus."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reason", required=True, help="pourquoi, en une phrase")

    def handle(self, *args: object, **options: str) -> None:
        try:
            reprise = actions.resume(by=actions.SYSTEM, reason=options["reason"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Reprise notée : le journal continue après la ligne {reprise.last_entry}.")
