from django.core.management.base import BaseCommand

from portail.comptes.actions import revoke_all_sessions


class Command(BaseCommand):
    help = "Ferme les sessions de tout le monde : chacun devra se reconnecter. À faire après un incident."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"Sessions fermées : {revoke_all_sessions()}.")
