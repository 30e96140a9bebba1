import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portail.comptes.actions import publish_regle
from portail.comptes.queries import regle_in_force


class Command(BaseCommand):
    help = (
        "Publie une version des règles d'usage, que chacun devra accepter à sa prochaine connexion. Le fichier TOML "
        "est une suite de [[section]], chacune avec title (texte), paragraphs et points (listes de textes, l'une des "
        "deux au moins). Un fichier identique à la version en vigueur ne publie rien."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="fichier TOML des règles d'usage")

    def handle(self, *args: object, **options: Any) -> None:
        sections = sections_of(options["file"])
        if regle_in_force().sections == sections:
            self.stdout.write("Ces règles d'usage sont déjà en vigueur : rien à publier.")
            return
        regle = publish_regle(sections=sections)
        self.stdout.write(f"Règles d'usage publiées : version {regle.version}, {len(sections)} sections.")


def sections_of(file: Path) -> list[dict[str, Any]]:
    """The sections that the file tells.

    :raises CommandError: when it cannot be read or has another shape, with all that is wrong
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"Le fichier {file} ne peut être lu : {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"Le fichier {file} n'est pas en UTF-8 : enregistrez-le ainsi.") from error
    except tomllib.TOMLDecodeError as error:
        raise CommandError(f"Le fichier {file} n'est pas du TOML : {error}.") from error
    sections = content.get("section")
    if not isinstance(sections, list) or not sections:
        raise CommandError(f"Le fichier {file} ne contient aucune section : écrivez au moins un [[section]].")
    if refusals := [refusal for rank, section in enumerate(sections, 1) for refusal in refusals_of(rank, section)]:
        raise CommandError("\n".join(refusals))
    return [
        {"title": s["title"].strip(), "paragraphs": s.get("paragraphs", []), "points": s.get("points", [])}
        for s in sections
    ]


def refusals_of(rank: int, section: Any) -> list[str]:
    """What is wrong in a section, the first being 1."""
    if not isinstance(section, dict):
        return [f"Section {rank} : écrivez [[section]], entre doubles crochets."]
    title, refusals = section.get("title"), []
    if not isinstance(title, str) or not title.strip():
        refusals.append(f"Section {rank} : title manque, ou n'est pas un texte.")
    for name in ("paragraphs", "points"):
        texts = section.get(name, [])
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            refusals.append(f"Section {rank} : {name} doit être une liste de textes non vides.")
    if not section.get("paragraphs") and not section.get("points"):
        refusals.append(f"Section {rank} : elle ne dit rien, donnez paragraphs ou points.")
    if unknown := sorted(set(section) - {"title", "paragraphs", "points"}):
        refusals.append(f"Section {rank} : {', '.join(unknown)} inconnu ; seuls title, paragraphs et points sont lus.")
    return refusals
