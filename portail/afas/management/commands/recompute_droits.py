from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portail.afas.actions import recalculs
from portail.afas.queries.droits import amount
from portail.afas.queries.recalculs import ecarts_of
from portail.conventions.models import Caf
from portail.ui.rules import Refused


class Command(BaseCommand):
    help = """Recalcule tous les droits d'une Caf pour un exercice et liste ceux qui diffèrent du droit enregistré.

Rien n'est remplacé. Un recalcul arrêté reprend là où il en était."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--caf", required=True, help="code à trois chiffres de la Caf")
        parser.add_argument("--exercice", required=True, type=int, help="année de l'exercice")

    def handle(self, *args: object, **options: Any) -> None:
        caf = Caf.objects.filter(code=options["caf"]).first()
        if caf is None:
            raise CommandError(f"Aucune Caf ne porte le code {options['caf']}.")
        try:
            recalcul = recalculs.start_recalcul(caf=caf, exercice=options["exercice"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        recalculs.carry_on(recalcul.pk)
        recalcul.refresh_from_db()
        ecarts = list(ecarts_of(recalcul))
        self.stdout.write(f"Droits recalculés : {recalcul.done} ; différents : {len(ecarts)}.")
        for ecart in ecarts:
            now = f"manque {ecart.manque}" if ecart.montant is None else amount(ecart.montant)
            self.stdout.write(f"  {ecart.droit.declaration} : {amount(ecart.droit.montant)} → {now}")
