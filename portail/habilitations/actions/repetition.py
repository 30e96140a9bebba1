"""What each line of an import does: found by the very actions of the forms, taken back or kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from portail.conventions.models import Convention, Rattachement
from portail.habilitations import rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.appartenances import add_to_groupe
from portail.habilitations.actions.batch import Batch, batch
from portail.habilitations.actions.common import allow, lock, shown
from portail.habilitations.actions.travaux import Tell, untold
from portail.habilitations.actions.utilisateurs import (
    TO_BE_CHECKED,
    Fiche,
    create_utilisateur,
    differences,
    edit_utilisateur,
)
from portail.habilitations.enums import Verdict
from portail.habilitations.models import Appartenance, Groupe
from portail.ui.rules import Refused

FIELDS = ("nom", "prenom", "courriel", "telephone", "poste", "opens_on", "closes_on")
_NEEDED = (("nom", "le nom"), ("prenom", "le prénom"), ("courriel", "l'adresse mail"))
_STRANGER = "Personne, dans cette convention, n'a l'identifiant {} : laissez la cellule vide pour créer un compte."
_NO_GROUPE = "Aucun groupe ouvert de la convention n'a le code « {} »."


@dataclass(frozen=True)
class Line:
    """A line as read: its number in the file, its values (empty: nothing said), what is wrong in the cells."""

    rang: int
    values: dict[str, Any]
    mistakes: Sequence[str] = ()

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name) or ""

    def day(self, name: str) -> date | None:
        return date.fromisoformat(self[name]) if self[name] else None


@dataclass(frozen=True)
class Outcome:
    """What comes of a line, and why; `trace` is what it takes to undo it."""

    verdict: str
    reasons: list[str] = field(default_factory=list)
    trace: dict[str, Any] = field(default_factory=dict)

    def tells_the_same(self, other: "Outcome") -> bool:
        return (self.verdict, self.reasons) == (other.verdict, other.reasons)


class _TakenBack(Exception):
    pass


def rehearse(by: Acteur, convention: Convention, lines: Sequence[Line], tell: Tell = untold) -> list[Outcome]:
    """What each line would do, by doing it and taking it back: nothing is written, nobody is held up.

    :raises Refused: when this person may not import here
    """
    outcomes: list[Outcome] = []
    try:
        with transaction.atomic():
            allow(rules.refuse_importing(by, convention))
            outcomes = _Work(by, convention, lines, tell).outcomes(is_trial=True)
            raise _TakenBack
    except _TakenBack:
        return outcomes


@transaction.atomic
def apply_lines(*, by: Acteur, convention: Convention, lines: Sequence[Line], tell: Tell = untold) -> list[Outcome]:
    """Does what the lines say, but for those refused.

    :raises Refused: when this person may not import here
    """
    lock(convention)
    allow(rules.refuse_importing(by, convention))
    return _Work(by, convention, lines, tell).outcomes(is_trial=False)


class _Work:
    """The lines of one file, people of the convention first: whom one may add depends on what they become."""

    def __init__(self, by: Acteur, convention: Convention, lines: Sequence[Line], tell: Tell) -> None:
        self.by, self.convention, self.lines, self.tell = by, convention, lines, tell
        self.groupes = self._groupes()
        self.by_identifiant, self.by_mail = self._people()
        self.doubles = self._doubles()

    def _groupes(self) -> dict[str, Groupe]:
        groupes = Groupe.objects.not_ended_on(self.by.on).filter(convention=self.convention).select_related("parent")
        for groupe in groupes:
            groupe.convention = self.convention
        return {groupe.code.casefold(): groupe for groupe in groupes}

    def _people(self) -> tuple[dict[str, Rattachement], dict[str, Rattachement]]:
        """Who, in the convention, has the identifiants and the mail addresses of the file."""
        identifiants = {line["identifiant"] for line in self.lines if line["identifiant"]}
        mails = {line["courriel"].lower() for line in self.lines if line["courriel"]}
        rows = (
            Rattachement.objects.not_ended_on(self.by.on)
            .filter(convention=self.convention)
            .alias(mail=Lower("utilisateur__courriel"))
            .filter(Q(utilisateur__identifiant__in=identifiants) | Q(mail__in=mails))
            .select_related("utilisateur")
            .order_by("-opens_on", "pk")
        )
        one_each = {row.utilisateur_id: row for row in rows}.values()
        for row in one_each:
            row.convention = self.convention
        return (
            {row.utilisateur.identifiant: row for row in one_each},
            {row.utilisateur.courriel.lower(): row for row in one_each},
        )

    def _doubles(self) -> dict[int, str]:
        """What is said of a line whose person stands on a line before."""
        found: dict[int, str] = {}
        first: dict[tuple[str, str], int] = {}
        people: dict[int, int] = {}
        for line in self.lines:
            for name, label in (("identifiant", "Cet identifiant"), ("courriel", "Cette adresse mail")):
                if line[name]:
                    rang = first.setdefault((name, line[name].casefold()), line.rang)
                    if rang != line.rang:
                        found.setdefault(line.rang, f"{label} figure déjà à la ligne {rang}.")
            person = self._match(line)
            rang = people.setdefault(person.pk, line.rang) if person else line.rang
            if rang != line.rang:
                found.setdefault(line.rang, f"Cette personne figure déjà à la ligne {rang}.")
        return found

    def _match(self, line: Line) -> Rattachement | None:
        if line["identifiant"]:
            return self.by_identifiant.get(line["identifiant"])
        return self.by_mail.get(line["courriel"].lower())

    def outcomes(self, *, is_trial: bool) -> list[Outcome]:
        found: dict[int, Outcome] = {}
        matched = [line for line in self.lines if self._match(line)]
        with batch(self.by, self.convention, is_trial=is_trial) as one:
            people = {row.pk: row for line in matched if (row := self._match(line))}.values()
            one.load(people, [line["courriel"] for line in self.lines if line["courriel"]])
            in_order = [*matched, *(line for line in self.lines if self._match(line) is None)]
            for line in in_order:
                found[line.rang] = self._outcome(one, line)
                self.tell(len(found))
        return [found[line.rang] for line in self.lines]

    def _outcome(self, one: Batch, line: Line) -> Outcome:
        reasons = [*line.mistakes, *self._refusals(line)]
        if reasons:
            return Outcome(Verdict.REFUSE, reasons)
        try:
            rattachement = self._match(line)
            return self._change(one, line, rattachement) if rattachement else self._create(one, line)
        except Refused as refusal:
            return Outcome(Verdict.REFUSE, str(refusal).split("\n"))

    def _refusals(self, line: Line) -> list[str]:
        """What the line itself has wrong, before anything is tried."""
        found = [self.doubles[line.rang]] if line.rang in self.doubles else []
        found += [_NO_GROUPE.format(code) for code in line["groupes"] or [] if code.casefold() not in self.groupes]
        if self._match(line) is not None:
            return found
        if line["identifiant"]:
            return [*found, _STRANGER.format(line["identifiant"])]
        is_wrong = {mistake.partition(" :")[0] for mistake in line.mistakes}
        missing = [label for name, label in _NEEDED if not line[name] and _LABELS[name] not in is_wrong]
        return [*found, *(["Pour créer un compte, indiquez " + _listed(missing) + "."] if missing else [])]

    def _create(self, one: Batch, line: Line) -> Outcome:
        opens_on = line.day("opens_on") or self.by.on
        typed = {name: line[name] for name in FIELDS if not name.endswith("_on")}
        fiche = Fiche(**typed, opens_on=opens_on, closes_on=line.day("closes_on"))
        is_known = fiche.courriel.lower() in one.known
        with one.line(touches=is_known):
            rattachement = create_utilisateur(by=self.by, convention=self.convention, fiche=fiche)
            if rattachement is None:
                return Outcome(Verdict.A_VERIFIER, [TO_BE_CHECKED])
            added = self._add(one, line, rattachement, opens_on)
        trace = {
            "rattachement": rattachement.pk,
            "created": True,
            "identifiant": rattachement.utilisateur.identifiant,
            "appartenances": [a.pk for a in added],
        }
        return Outcome(Verdict.CREE, _told(added), trace)

    def _change(self, one: Batch, line: Line, rattachement: Rattachement) -> Outcome:
        utilisateur = rattachement.utilisateur
        before = {name: _held(rattachement, name) for name in FIELDS}
        said: dict[str, Any] = {name: line.day(name) if name.endswith("_on") else line[name] for name in FIELDS}
        fiche = Fiche(**{name: said[name] or before[name] for name in FIELDS})
        if fiche.courriel.lower() == utilisateur.courriel.lower():
            fiche = Fiche(**{name: getattr(fiche, name) for name in FIELDS} | {"courriel": utilisateur.courriel})
        changes = differences(utilisateur, rattachement, fiche)
        if not changes and not self._missing(one, line, rattachement):
            return Outcome(Verdict.INCHANGE)
        is_redated = (fiche.opens_on, fiche.closes_on) != (before["opens_on"], before["closes_on"])
        with one.line(touches=is_redated):
            if changes:
                self._refuse_taken_mail(one, fiche, rattachement)
                edit_utilisateur(by=self.by, rattachement=rattachement, fiche=fiche, edition=utilisateur.edition)
                # Whether an administrateur may go depends on those who went before him.
                one.is_kept = is_redated
            added = self._add(one, line, rattachement, self.by.on)
        told = [f"{c.label} : {c.before} → {c.after}" for c in changes]
        trace = {"rattachement": rattachement.pk, "appartenances": [a.pk for a in added]}
        if changes:
            trace |= {"before": _kept(before), "after": _kept({name: getattr(fiche, name) for name in FIELDS})}
        return Outcome(Verdict.MODIFIE, [*told, *_told(added)], trace)

    def _refuse_taken_mail(self, one: Batch, fiche: Fiche, rattachement: Rattachement) -> None:
        known = one.known.get(fiche.courriel.lower())
        if known is not None and known.pk != rattachement.utilisateur_id:
            raise Refused("Cette adresse mail ne peut pas être utilisée.")

    def _missing(self, one: Batch, line: Line, rattachement: Rattachement) -> list[Groupe]:
        """The groups of the line in which the person is not yet, and will not be."""
        wanted = dict.fromkeys(self.groupes[code.casefold()] for code in line["groupes"] or [])
        return [groupe for groupe in wanted if not one.is_in(rattachement, groupe.pk)]

    def _add(self, one: Batch, line: Line, rattachement: Rattachement, opens_on: date) -> list[Appartenance]:
        """Adds the person to the groups of the line; all refusals are told together."""
        added, refusals = [], []
        for groupe in self._missing(one, line, rattachement):
            day = max(opens_on, rattachement.opens_on, groupe.opens_on)
            try:
                added.append(
                    add_to_groupe(
                        by=self.by,
                        groupe=groupe,
                        rattachement=rattachement,
                        opens_on=day,
                        closes_on=line.day("closes_on"),
                    )
                )
            except Refused as refusal:
                refusals.append(f"{groupe.code} : {refusal}")
        if not refusals:
            try:
                one.keep_quota(rattachement, added)
            except Refused as refusal:
                refusals.append(str(refusal))
        if refusals:
            raise Refused("\n".join(refusals))
        return added


_LABELS = {"nom": "Nom", "prenom": "Prénom", "courriel": "Adresse mail"}


def _held(rattachement: Rattachement, name: str) -> Any:
    return getattr(rattachement if name.endswith("_on") else rattachement.utilisateur, name)


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    """As the trace keeps them: days as AAAA-MM-JJ."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _told(added: list[Appartenance]) -> list[str]:
    return [f"Ajouté à {a.groupe.code}, à partir du {shown(a.opens_on)}" for a in added]


def _listed(words: list[str]) -> str:
    return " et ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
