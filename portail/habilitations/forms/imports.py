"""« Importer des utilisateurs »: the file, and the shape of each of its lines, which is that of the form."""

import unicodedata
from datetime import date
from typing import Any

from django import forms

from portail.habilitations.actions.feuilles import Rows
from portail.habilitations.actions.repetition import Line
from portail.habilitations.forms import UtilisateurForm
from portail.ui.forms import Form
from portail.ui.rules import Refused

COLUMNS = {
    "identifiant": "Identifiant",
    "nom": "Nom",
    "prenom": "Prénom",
    "courriel": "Adresse mail",
    "telephone": "Téléphone",
    "poste": "Poste",
    "opens_on": "Date d'ouverture",
    "closes_on": "Date de clôture",
    "groupes": "Groupes",
}
# Columns of our own exports and results, so that a file corrected there may be given back as it is.
IGNORED = ("Ligne", "Résultat", "Explications", "Statut")
EXAMPLE = {
    "nom": "Martin",
    "prenom": "Camille",
    "courriel": "camille.martin@example.fr",
    "telephone": "04 91 00 00 00",
    "poste": "sédentaire",
    "groupes": "CODE1 | CODE2",
}
SEPARATOR = "|"


class ImportForm(Form):
    fichier = forms.FileField(
        label="Fichier des utilisateurs",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text="Au format CSV ou Excel (.xlsx), d'après le modèle. Rien n'est enregistré avant votre confirmation.",
        error_messages={"empty": "Ce fichier est vide.", "required": "Choisissez un fichier CSV ou Excel (.xlsx)."},
    )


class LigneForm(UtilisateurForm):
    """One line: the fields of « Créer un utilisateur partenaire », each may be empty; read one after another."""

    courriel_confirmation = None  # type: ignore[assignment]
    telephone_confirmation = None  # type: ignore[assignment]
    identifiant = forms.CharField(required=False, max_length=16)
    groupes = forms.CharField(required=False, max_length=2000)

    def __init__(self) -> None:
        super().__init__({})
        self.fields["poste"].error_messages["invalid_choice"] = "écrivez « sédentaire » ou « itinérant »."
        for field in self.fields.values():
            field.required = False

    def clean_identifiant(self) -> str:
        return self.cleaned_data["identifiant"].upper()

    def clean_groupes(self) -> list[str]:
        codes = [code.strip() for code in self.cleaned_data["groupes"].split(SEPARATOR)]
        return list(dict.fromkeys(filter(None, codes)))

    def line(self, rang: int, typed: dict[str, str]) -> Line:
        """The line with its values ready to be kept, and what is wrong in them."""
        self.data = typed | {"poste": _plain(typed.get("poste", "")).partition(" ")[0]}
        self._errors = None
        self.full_clean()
        mistakes = [f"{COLUMNS[name]} : {error}" for name, errors in self.errors.items() for error in errors]
        values: dict[str, Any] = {}
        for name in COLUMNS:
            value = self.cleaned_data.get(name, typed.get(name, ""))
            values[name] = value.isoformat() if isinstance(value, date) else value or ""
        return Line(rang, values, mistakes)


def lines_from(rows: Rows) -> list[Line]:
    """The lines under the header.

    :raises Refused: when the header is not that of the template
    """
    (_, header), *others = rows
    names = _names(header)
    form = LigneForm()
    return [form.line(rang, _named(names, cells)) for rang, cells in others]


def _named(names: list[str | None], cells: list[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(names, cells, strict=False) if name}


def _names(header: list[str]) -> list[str | None]:
    known = {_plain(label): name for name, label in COLUMNS.items()}
    ignored = {_plain(label) for label in IGNORED}
    unknown = [cell for cell in header if cell and _plain(cell) not in known and _plain(cell) not in ignored]
    names = [known.get(_plain(cell)) for cell in header]
    problems = []
    if unknown:
        problems.append(f"Colonnes inconnues : {', '.join(f'« {cell[:40]} »' for cell in unknown[:5])}.")
    if "courriel" not in names and "identifiant" not in names:
        problems.append("Il manque la colonne « Adresse mail » ou « Identifiant ».")
    given = [name for name in names if name]
    if twice := {name for name in given if given.count(name) > 1}:
        problems.append(f"Colonnes en double : {', '.join(COLUMNS[name] for name in sorted(twice))}.")
    if problems:
        raise Refused(f"{' '.join(problems)} La première ligne doit porter les titres du modèle.")
    return names


def _plain(text: str) -> str:
    """Without accents, case, nor the asterisk of a required column."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("*", ""))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().strip()
