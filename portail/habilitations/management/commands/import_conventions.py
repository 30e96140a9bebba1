from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portail.conventions.actions import Report, import_conventions, lines_of
from portail.habilitations.actions.conventions import complete_convention
from portail.habilitations.roles import SERVICES
from portail.ui.rules import Refused

HELP = """Enregistre les conventions d'un fichier CSV : toutes, ou aucune si une ligne est fausse.

Fichier UTF-8 (avec ou sans BOM), séparé par « ; » ou « , » ; la première ligne nomme les colonnes, dans n'importe
quel ordre. Les cases à plusieurs valeurs les séparent par « | ». Dates : aaaa-mm-jj ou jj/mm/aaaa.

Obligatoires
  numero          1 à 5 chiffres, celui des identifiants (ENF01302SM : 01302) ; jamais déjà pris
  libelle         nom de la convention
  siret           14 chiffres à la clé juste ; un SIRET connu rattache la convention à l'organisme connu
  raison_sociale  nom de l'organisme
  type            code d'un type d'organisme enregistré (centre-social, commune, ccas…)
  adresse, code_postal, commune
  caf_pivot       code à 3 chiffres d'une Caf enregistrée
  opens_on        date d'ouverture
  roles           rôles que l'organisme pourra donner (afas.habiliter|afas.declarer|cdap.t5) ; un bulletin d'adhésion
                  est ouvert par service nommé, aux dates de la convention
Facultatives
  cafs            codes des Caf couvertes, la pivot comprise ; vide : la pivot seule
  closes_on       date de clôture, comprise
  validated_on    date de validation ; vide : la convention est « proposée » et n'ouvre rien
  finalites       ce pour quoi l'organisme pourra consulter
  administrateur_nom, administrateur_prenom, administrateur_courriel
                  premier administrateur du partenaire, obligatoire si la convention est validée ; ses deux courriels
                  (identifiant, mot de passe provisoire de 24 heures) partent dès l'import

Une convention validée reçoit les groupes de ses services (AFAS-HABILITER et AFAS-DECLARER pour AFAS)."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="fichier CSV")
        parser.add_argument("--check", action="store_true", help="vérifie tout, n'écrit rien")

    def handle(self, *args: object, **options: Any) -> None:
        report = self.report(options["file"], options["check"])
        if report.mistakes:
            told = "\n".join(f"  {mistake}" for mistake in report.mistakes)
            raise CommandError(f"Rien n'a été importé. Erreurs : {len(report.mistakes)}.\n{told}")
        done = "Rien n'est écrit (--check) ; seraient importés" if options["check"] else "Importés"
        self.stdout.write(f"{done} : conventions {len(report.conventions)}, organismes nouveaux {report.organismes}.")
        for convention in report.conventions:
            self.stdout.write(f"  {convention.numero:05d} {convention.libelle} ({convention.get_etat_display()})")

    def report(self, file: Path, only_check: bool) -> Report:
        """What the import did.

        :raises CommandError: when the file cannot be read
        """
        roles = [role.code for service in SERVICES.values() for role in service.roles]
        try:
            return import_conventions(
                lines_of(file.read_bytes()),
                roles=roles,
                complete=complete_convention,
                only_check=only_check,
            )
        except OSError as error:
            raise CommandError(f"Le fichier {file} ne peut être lu : {error.strerror}.") from error
        except Refused as refusal:
            raise CommandError(f"Rien n'a été importé. {refusal}") from refusal
