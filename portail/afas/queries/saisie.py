"""A sheet as it is typed: its fields, what they held before, who typed them last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from portail.afas.calculs import Valeurs
from portail.afas.calculs.nombres import in_french
from portail.afas.definitions import Champ, Definition, Groupe, definition_of
from portail.afas.enums import SourceSaisie
from portail.afas.models import Declaration, SaisieVolet, Volet
from portail.afas.queries.anterieures import Avant
from portail.afas.queries.comparaisons import Contexte
from portail.afas.queries.declarations import portee_of, reads_all
from portail.habilitations.acteur import Acteur


def volet_for(acteur: Acteur, pk: int) -> Volet:
    """A sheet that he reads (`declarations.reads_all`, or one of his lieux)."""
    rows = Volet.objects.filter(declaration__in=Declaration.objects.visible_to(acteur).order_by().values("pk"))
    rows = rows.select_related("declaration__activite", "declaration__echeance", "lieu", "submitted_by")
    volet = rows.get(pk=pk)
    if not (reads_all(acteur, volet.declaration) or volet.lieu_id in portee_of(acteur).lieux):
        raise Volet.DoesNotExist
    return volet


def volet_export_for(acteur: Acteur, pk: int, extension: str) -> tuple[Volet, str]:
    return volet_for(acteur, pk), extension


def definition_for(volet: Volet) -> Definition:
    return definition_of(volet.declaration.definition)


def groupes_of(volet: Volet) -> list[Groupe]:
    return definition_for(volet).groupes(volet.kind, volet.declaration.activite.nature)


def champs_of(volet: Volet) -> dict[str, Champ]:
    return definition_for(volet).champs(volet.kind, volet.declaration.activite.nature)


def entered_champs(volet: Volet) -> dict[str, Champ]:
    """The fields that somebody fills in."""
    return {code: champ for code, champ in champs_of(volet).items() if champ.calcul is None}


def valeurs_of(volet: Volet) -> Valeurs:
    """What this sheet alone holds, its totals included."""
    return Valeurs(champs_of(volet), volet.valeurs)


def missing_champs(volet: Volet) -> list[Champ]:
    """The compulsory fields that are empty, in the order of the sheet."""
    return [c for code, c in entered_champs(volet).items() if c.obligatoire and volet.valeurs.get(code, "") == ""]


def label_of(volet: Volet) -> str:
    """« Volet activité – ESC L'éclair », « Volet financier »."""
    return f"{volet.get_kind_display()} – {volet.lieu}" if volet.lieu else volet.get_kind_display()


# Who typed what


@dataclass(frozen=True)
class Derniere:
    """The last time that a field was typed."""

    by: int
    by_label: str
    at: datetime
    source: str


_LAST = """
SELECT DISTINCT ON (champ) champ, u.id, u.prenom || ' ' || u.nom, s.at, s.source
FROM afas_saisievolet s
CROSS JOIN LATERAL jsonb_object_keys(s.changes) champ
JOIN comptes_utilisateur u ON u.id = s.by_id
WHERE s.volet_id = %s
ORDER BY champ, s.id DESC
"""


def last_saisies(volet: Volet) -> dict[str, Derniere]:
    """Who typed each field last; a field that nobody typed is not there."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [volet.pk])
        return {champ: Derniere(*rest) for champ, *rest in cursor.fetchall()}


def saisies_of(volet: Volet, champ: str = "") -> QuerySet[SaisieVolet]:
    """Every save of the sheet, or of one of its fields, the last first."""
    rows = SaisieVolet.objects.filter(volet=volet).select_related("by").order_by("-pk")
    return rows.filter(changes__has_key=champ) if champ else rows


def told_saisies(volet: Volet, rows: Any, champ: str = "") -> list[dict[str, Any]]:
    """These saves as the timeline tells them, with one line for each field."""
    champs = champs_of(volet)
    return [
        {
            "at": saisie.at,
            "title": "Valeurs vérifiées" if _is_check(saisie) else SourceSaisie(saisie.source).label,
            "by": saisie.by.nom_complet,
            "lines": [
                _change(champs, code, *values) for code, values in saisie.changes.items() if not champ or code == champ
            ],
        }
        for saisie in rows
    ]


def _is_check(saisie: SaisieVolet) -> bool:
    return all(before == after for before, after in saisie.changes.values())


def _change(champs: Mapping[str, Champ], code: str, before: str, after: str) -> dict[str, str]:
    if code not in champs:
        return {"label": code, "before": before, "after": after}
    champ = champs[code]
    return {"label": full_label(champ), "before": in_french(champ, before), "after": in_french(champ, after)}


def full_label(champ: Champ) -> str:
    return f"{champ.libelle} ({champ.tranche})" if champ.tranche else champ.libelle


# The sheet


@dataclass(frozen=True)
class Case:
    """A field of the sheet: what it holds and held, as one reads it; `kept` as the base holds it."""

    champ: Champ
    kept: str
    shown: str
    n1: str
    precedent: str
    derniere: Derniere | None

    @property
    def is_copied(self) -> bool:
        """Taken from last year, and not looked at since?"""
        return self.derniere is not None and self.derniere.source == SourceSaisie.COPIE and bool(self.kept)


def cases_of(
    volet: Volet, contexte: Contexte, champs: Iterable[Champ], dernieres: Mapping[str, Derniere] | None = None
) -> list[Case]:
    """These fields, with what the same sheet held before, and who typed them last when `dernieres` tells it."""
    valeurs = valeurs_of(volet)
    n1, precedent = (_before(avant, volet) for avant in (contexte.n1, contexte.precedent))
    return [
        Case(
            champ=champ,
            kept=volet.valeurs.get(champ.code, ""),
            shown=_shown(champ, valeurs),
            n1=_shown(champ, n1),
            precedent=_shown(champ, precedent),
            derniere=(dernieres or {}).get(champ.code),
        )
        for champ in champs
    ]


def totals_of(volet: Volet, contexte: Contexte) -> list[Case]:
    """The computed fields of the sheet."""
    return cases_of(volet, contexte, [champ for champ in champs_of(volet).values() if champ.calcul is not None])


def _before(avant: Avant | None, volet: Volet) -> Valeurs | None:
    sheet = avant.sheet_like(volet) if avant is not None else None
    return Valeurs(champs_of(volet), sheet) if sheet is not None else None


def _shown(champ: Champ, valeurs: Valeurs | None) -> str:
    if valeurs is None:
        return ""
    return in_french(champ, valeurs.entered.get(champ.code) if champ.calcul is None else valeurs.get(champ.code))


def copied_codes(volet: Volet, groupe: Groupe) -> set[str]:
    """The fields of this group that still hold what was taken from last year, not looked at since."""
    codes = {champ.code for champ in groupe.champs if volet.valeurs.get(champ.code, "") != ""}
    found = last_saisies(volet).items()
    return {code for code, last in found if code in codes and last.source == SourceSaisie.COPIE}


def to_copy(volet: Volet, contexte: Contexte) -> list[tuple[Groupe, dict[str, str]]]:
    """What last year's sheet would fill in: by group, the empty fields with the value of that year."""
    sheet = contexte.n1.sheet_like(volet) if contexte.n1 is not None else None
    if sheet is None:
        return []
    found = []
    for groupe in groupes_of(volet):
        values = {
            champ.code: sheet[champ.code]
            for champ in groupe.champs
            if champ.calcul is None and volet.valeurs.get(champ.code, "") == "" and sheet.get(champ.code)
        }
        if values:
            found.append((groupe, values))
    return found
