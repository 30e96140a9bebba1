import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portail.demo.queries import Person, dossiers_in_words, people


class Command(BaseCommand):
    help = "Dit qui sont les personnes fictives de la démonstration, et comment se connecter à leur place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="en JSON, pour un programme")

    def handle(self, *args: object, **options: object) -> None:
        known = people()
        if not known:
            raise CommandError("La base ne contient pas la démonstration : lancez « manage.py load_demo ».")
        if options["json"]:
            self.stdout.write(json.dumps([asdict(person) for person in known], ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(lines_of(known)))
            self.stdout.write(f"\n  {dossiers_in_words()}")


def lines_of(known: list[Person]) -> list[str]:
    """A block per person, readable in a terminal of 100 columns."""
    shared = max({p.password for p in known}, key=[p.password for p in known].count)
    lines = [f"  Mot de passe de tous, sauf mention contraire : {shared}", ""]
    for person in known:
        lines.append(f"  {person.identifiant}  {person.name}, {person.role} – {person.organisation}")
        if not person.password:
            lines.append(f"              mot de passe provisoire : /demo/courriels/?pour={person.courriel}")
        elif person.password != shared:
            lines.append(f"              mot de passe provisoire : {person.password}")
        lines.append(f"              {person.note}")
    return lines
