from django.core.management.base import BaseCommand, CommandError

from portail.journal import actions


class Command(BaseCommand):
    help = "Scelle maintenant les nouvelles lignes du journal et garde leurs sceaux hors de la base."

    def handle(self, *args: object, **options: object) -> None:
        try:
            kept = actions.seal_and_keep()
        except actions.SealsDivergeError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Sceaux ajoutés hors de la base : {kept}.")
