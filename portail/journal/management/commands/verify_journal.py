from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime

from portail.journal import gateway
from portail.journal.queries.verification import verification


class Command(BaseCommand):
    help = "Vérifie que rien n'a été changé, retiré ni déplacé dans le journal, jusqu'au dernier sceau gardé ailleurs."

    def handle(self, *args: object, **options: object) -> None:
        found = verification()
        for reprise in found.resumed:
            self.stdout.write(
                f"Reprise notée le {localtime(reprise.noted_at):%d/%m/%Y à %H:%M} : la base a été remise à la ligne "
                f"{reprise.last_entry}. Motif : {reprise.reason}"
            )
        if found.fault:
            raise CommandError(
                f"Le journal a été altéré : première ligne fautive {found.fault.entry} ({found.fault.sentence})."
            )
        if found.is_unproved:
            raise CommandError(
                f"Aucun sceau n'est gardé dans {gateway.folder()} : le journal n'est pas prouvé. "
                "Vérifiez PORTAIL_SEALS_DIR, ou lancez seal_journal --first s'il n'y en a jamais eu."
            )
        self.stdout.write(
            f"Journal intact : {found.entries} lignes vérifiées, dont {found.unsealed} pas encore scellées ; "
            f"{found.outside} sceaux gardés dans {gateway.folder()}."
        )
