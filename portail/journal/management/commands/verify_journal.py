from django.core.management.base import BaseCommand, CommandError

from portail.journal.models import JournalEntry
from portail.journal.queries import first_broken_entry


class Command(BaseCommand):
    help = "Vérifie que rien n'a été changé ni retiré dans le journal."

    def handle(self, *args: object, **options: object) -> None:
        broken = first_broken_entry()
        if broken is not None:
            raise CommandError(f"Le journal a été altéré : première ligne fautive {broken}.")
        self.stdout.write(f"Journal intact : {JournalEntry.objects.count()} lignes vérifiées.")
