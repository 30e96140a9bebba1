"""Filling in a sheet from a file, or from last year's: the shape of what is given."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from portail.afas.calculs.nombres import in_french, is_same
from portail.afas.definitions import Champ
from portail.afas.forms.saisie import field_of
from portail.habilitations.actions.feuilles import Rows
from portail.ui.forms import Form
from portail.ui.rules import Refused

CODE, VALUE = "Code", "Valeur"


class ImportForm(Form):
    fichier = forms.FileField(
        label="Fichier du volet",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text="Au format CSV ou Excel (.xlsx), d'après le modèle. Rien n'est enregistré avant votre confirmation.",
        error_messages={"empty": "Ce fichier est vide.", "required": "Choisissez un fichier CSV ou Excel (.xlsx)."},
    )


class CopyForm(Form):
    """Which groups of last year's sheet to take."""

    groupes = forms.MultipleChoiceField(
        label="Groupes à reprendre",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un groupe."},
    )

    def __init__(self, choices: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["groupes"].choices = choices  # type: ignore[attr-defined]
        self.fields["groupes"].initial = [code for code, _ in choices]


@dataclass(frozen=True)
class LigneImport:
    """A line of the file: what it would put in which field, or why it is refused; neither when it changes nothing."""

    rang: int
    code: str
    label: str
    before: str = ""
    after: str = ""
    kept: str = ""
    refusal: str = ""

    @property
    def changes(self) -> bool:
        return bool(self.after) and not self.refusal


def lignes_from(rows: Rows, champs: Mapping[str, Champ], valeurs: Mapping[str, str]) -> list[LigneImport]:
    """The lines under the header, against what the sheet now holds. An empty cell changes nothing.

    :raises Refused: when the header lacks the columns of the template
    """
    (_, header), *others = rows
    places = {_plain(cell): number for number, cell in enumerate(header)}
    missing = [title for title in (CODE, VALUE) if _plain(title) not in places]
    if missing:
        told = " et ".join(f"« {title} »" for title in missing)
        noun = "la colonne" if len(missing) == 1 else "les colonnes"
        raise Refused(f"Il manque {noun} {told} : la première ligne doit porter les titres du modèle.")
    code_at, value_at = places[_plain(CODE)], places[_plain(VALUE)]
    seen: set[str] = set()
    lines = []
    for rang, cells in others:
        code, value = _cell(cells, code_at), _cell(cells, value_at)
        lines.append(_ligne(rang, code, value, champs.get(code), valeurs.get(code, ""), is_twice=code in seen))
        seen.add(code)
    return lines


def _cell(cells: list[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _ligne(rang: int, code: str, value: str, champ: Champ | None, now: str, *, is_twice: bool) -> LigneImport:
    if champ is None:
        return LigneImport(rang, code, code, refusal="Aucun champ de ce volet ne porte ce code.")
    label = f"{champ.libelle} ({champ.tranche})" if champ.tranche else champ.libelle
    if champ.calcul is not None:
        return LigneImport(rang, code, label)
    if is_twice:
        return LigneImport(rang, code, label, refusal="Ce code figure déjà plus haut dans le fichier.")
    before = in_french(champ, now)
    try:
        kept = field_of(champ).clean(value.lower() if champ.format == "oui_non" else value)
    except forms.ValidationError as wrong:
        return LigneImport(rang, code, label, before, value, refusal=" ".join(wrong.messages))
    if not kept or is_same(champ, kept, now):
        return LigneImport(rang, code, label, before)
    return LigneImport(rang, code, label, before, in_french(champ, kept), kept)


def _plain(text: str) -> str:
    """Without accents nor case."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().strip()
