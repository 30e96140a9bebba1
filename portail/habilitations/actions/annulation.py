"""« Annuler l'import »: what its lines did is taken back by the same actions, all of it or nothing."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from portail.conventions.models import Rattachement
from portail.habilitations import rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.appartenances import close_appartenance
from portail.habilitations.actions.common import allow, lock
from portail.habilitations.actions.repetition import FIELDS
from portail.habilitations.actions.travaux import Tell
from portail.habilitations.actions.utilisateurs import Fiche, close_utilisateur, edit_utilisateur
from portail.habilitations.models import Appartenance, ImportUtilisateurs, LigneImport
from portail.ui.rules import Refused, Stale
from portail.ui.templatetags.ui import elided

_SHOWN = 5


@transaction.atomic
def undo_lines(*, by: Acteur, work: ImportUtilisateurs, tell: Tell) -> None:
    """Closes who was created and the memberships given, puts back what was changed.

    :raises Refused: with what prevents it, line by line, when something has been used or changed since
    """
    lock(work.convention)
    allow(rules.refuse_importing(by, work.convention))
    lines = list(work.lignes.exclude(trace={}).order_by("-rang"))
    problems: list[tuple[int, str]] = []
    undoing = _Undoing(by, work, lines)
    for done, line in enumerate(lines, 1):
        try:
            undoing.undo(line)
        except Stale as stale:
            problems.append((line.rang, str(stale)))
        except Refused as refusal:
            problems.append((line.rang, str(refusal)))
        tell(done)
    if problems:
        problems.sort()
        told = [f"Ligne {rang} : {sentence}" for rang, sentence in problems[:_SHOWN]]
        rest = [f"Et {len(problems) - _SHOWN} autres lignes."] if len(problems) > _SHOWN else []
        raise Refused("\n".join([*told, *rest]))


class _Undoing:
    def __init__(self, by: Acteur, work: ImportUtilisateurs, lines: list[LigneImport]) -> None:
        self.by, self.work = by, work
        self.motif = f"Annulation de l'import « {work.file_name} »"
        self.yesterday = by.on - timedelta(days=1)
        rows = Rattachement.objects.select_related("utilisateur").in_bulk([x.trace["rattachement"] for x in lines])
        self.people = {}
        for pk, row in rows.items():
            row.convention = work.convention
            self.people[pk] = row
        self.given: dict[int, list[Appartenance]] = {}
        members = Appartenance.objects.filter(rattachement__in=rows).select_related("groupe__parent")
        for appartenance in members:
            appartenance.groupe.convention = work.convention
            appartenance.rattachement = self.people[appartenance.rattachement_id]
            self.given.setdefault(appartenance.rattachement_id, []).append(appartenance)

    def undo(self, line: LigneImport) -> None:
        rattachement = self.people[line.trace["rattachement"]]
        if line.trace.get("created"):
            self._close(rattachement, set(line.trace["appartenances"]))
            return
        if "before" in line.trace:
            self._put_back(rattachement, line.trace)
        for appartenance in self.given.get(rattachement.pk, []):
            is_over = rules.refuse_ending(appartenance, self.yesterday)
            if appartenance.pk in line.trace["appartenances"] and not is_over:
                close_appartenance(by=self.by, appartenance=appartenance, closes_on=self.yesterday, motif=self.motif)

    def _close(self, rattachement: Rattachement, given: set[int]) -> None:
        utilisateur = rattachement.utilisateur
        others = {appartenance.pk for appartenance in self.given.get(rattachement.pk, [])} - given
        if utilisateur.last_login is not None:
            raise Refused(f"{utilisateur.nom_complet} s'est déjà connecté : clôturez son accès depuis sa fiche.")
        if utilisateur.edition > 1 or others:
            raise Refused(f"{utilisateur.nom_complet} a été modifié depuis : clôturez son accès depuis sa fiche.")
        close_utilisateur(by=self.by, rattachement=rattachement, closes_on=self.yesterday, motif=self.motif)

    def _put_back(self, rattachement: Rattachement, trace: dict[str, Any]) -> None:
        utilisateur = rattachement.utilisateur
        present = {name: getattr(rattachement if name.endswith("_on") else utilisateur, name) for name in FIELDS}
        if present != _read(trace["after"]):
            raise Refused(f"La fiche {elided(utilisateur.nom_complet)} a été modifiée depuis : corrigez-la à la main.")
        edit_utilisateur(
            by=self.by,
            rattachement=rattachement,
            fiche=Fiche(**_read(trace["before"])),
            edition=utilisateur.edition,
        )


def _read(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name.endswith("_on") and value else value for name, value in values.items()
    }
