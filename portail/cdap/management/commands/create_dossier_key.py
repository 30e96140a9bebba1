from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portail.cdap.gateway.coffre import create_key


class Command(BaseCommand):
    help = """Crée une clé de chiffrement des dossiers d'allocataires, dans PORTAIL_CDAP_KEYS_DIR.

La plus récente chiffre, toutes déchiffrent. Après en avoir créé une de plus : redémarrez le portail, puis lancez
rekey_dossiers."""

    def handle(self, *args: object, **options: object) -> None:
        folder = Path(settings.CDAP_KEYS_DIR)
        try:
            path = create_key(folder)
        except OSError as error:
            raise CommandError(f"La clé ne peut être écrite dans {folder} : {error.strerror}.") from error
        self.stdout.write(
            f"Clé créée : {path}. Gardez-en une copie ailleurs que la base et ses sauvegardes : sans elle, les "
            "dossiers ne se lisent plus."
        )
