from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portail.comptes.queries import regle_in_force
from portail.demo.actions import load_demo
from portail.demo.queries import is_loaded, story
from portail.ui.rules import Refused


class Command(BaseCommand):
    help = "Charge les données fictives de la démonstration ; ne fait rien si elles y sont déjà."

    def handle(self, *args: object, **options: object) -> None:
        if is_loaded():
            self.stdout.write("Les données fictives sont déjà là : rien à faire.")
            return
        try:
            with transaction.atomic():
                if not regle_in_force().version:
                    call_command("publish_regles", regles_file(), stdout=self.stderr)
                load_demo()
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Données fictives chargées : {len(story()['convention'])} conventions.")


def regles_file() -> Path:
    """The règles d'usage that come with the portal."""
    return Path(apps.get_app_config("comptes").path) / "regles" / "regles-usage.toml"
