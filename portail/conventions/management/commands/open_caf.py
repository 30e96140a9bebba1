from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portail.conventions.actions import found
from portail.ui.rules import Refused


class Command(BaseCommand):
    help = (
        "Enregistre une Caf et son premier administrateur, à qui partent deux courriels ; enregistre aussi les types "
        "d'organismes livrés, s'ils manquent. Ensuite : publish_regles, puis import_conventions."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="trois chiffres, par exemple 132")
        parser.add_argument("nom", help="par exemple « Caf des Bouches-du-Rhône »")
        parser.add_argument("courriel", help="adresse mail de la Caf, que ses partenaires verront")
        parser.add_argument("--telephone", default="")
        parser.add_argument(
            "--administrateur", nargs=3, required=True, metavar=("PRENOM", "NOM", "COURRIEL"), help="son premier agent"
        )

    def handle(self, *args: object, **options: Any) -> None:
        prenom, nom, courriel = options["administrateur"]
        caf = {name: options[name] for name in ("code", "nom", "courriel", "telephone")}
        try:
            agent, types = found(caf=caf, administrateur={"prenom": prenom, "nom": nom, "courriel": courriel})
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{caf['nom']} est enregistrée ; {types} types d'organismes ajoutés.")
        self.stdout.write(f"{agent.nom_complet} reçoit ses deux courriels ; son identifiant est {agent.identifiant}.")
