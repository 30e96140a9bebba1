"""« Supervision métier »: what was consulted of the files of a Caf, by whom and how; who consulted one file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from portail.cdap.enums import Issue
from portail.cdap.models import Alerte, Consultation
from portail.cdap.roles import SERVICE
from portail.comptes.models import midnight
from portail.conventions.models import Organisme
from portail.habilitations.acteur import Acteur
from portail.habilitations.roles import role
from portail.journal.models import JournalEntry
from portail.ui.templatetags.ui_charts import Chart, Serie

TRACED = 2_000  # consultations told of one file
PURPOSES = 8  # told in the chart, the most frequent first

# One read of the period for all the charts.
_GROUPED = """
SELECT grouping(heure, profil, finalite, issue), heure, profil, finalite, issue, count(*)
FROM (SELECT extract(hour FROM at AT TIME ZONE 'Europe/Paris')::int AS heure, profil, finalite, issue
      FROM cdap_consultation WHERE caf_id = %(caf)s AND at >= %(first)s AND at < %(end)s
        AND (%(profil)s = '' OR profil = %(profil)s)) told
GROUP BY GROUPING SETS ((heure), (profil), (finalite), (issue))
"""
_BY_ORGANISME = """
SELECT organisme_id, count(*), count(DISTINCT utilisateur_id), count(*) FILTER (WHERE issue = 'ouvert'),
       count(*) FILTER (WHERE issue = 'inconnu'), count(*) FILTER (WHERE issue NOT IN ('ouvert', 'inconnu'))
FROM cdap_consultation WHERE caf_id = %(caf)s AND at >= %(first)s AND at < %(end)s
  AND (%(profil)s = '' OR profil = %(profil)s)
GROUP BY organisme_id ORDER BY 2 DESC, 1
"""
_HEURE, _PROFIL, _FINALITE, _ISSUE = 0b0111, 0b1011, 0b1101, 0b1110


@dataclass(frozen=True)
class Activite:
    """What an organisation consulted in the period."""

    organisme: str
    alertes: int
    consultations: int
    personnes: int
    ouverts: int
    inconnus: int
    autres: int


@dataclass(frozen=True)
class Supervision:
    """The consultations of the files of a Caf from `first` to `last`, of one profile or of all."""

    acteur: Acteur
    first: date
    last: date
    profil: str = ""

    @property
    def _values(self) -> dict[str, Any]:
        assert self.acteur.caf is not None  # noqa: S101 -- the page's rule has said so
        return {
            "caf": self.acteur.caf.pk,
            "first": midnight(self.first),
            "end": midnight(self.last + timedelta(days=1)),
            "profil": self.profil,
        }

    def organismes(self) -> list[Activite]:
        """The most active first."""
        with connection.cursor() as cursor:
            cursor.execute(_BY_ORGANISME, self._values)
            rows = cursor.fetchall()
        names = dict(Organisme.objects.filter(pk__in=[row[0] for row in rows]).values_list("pk", "raison_sociale"))
        raised = Alerte.objects.visible_to(self.acteur).filter(jour__range=(self.first, self.last)).order_by()
        alertes = dict(raised.values_list("organisme").annotate(Count("pk")))
        return [Activite(names.get(pk, "–"), alertes.get(pk, 0), *counts) for pk, *counts in rows]

    def charts(self) -> dict[str, Chart]:
        """By hour, profile, purpose and outcome."""
        with connection.cursor() as cursor:
            cursor.execute(_GROUPED, self._values)
            rows = cursor.fetchall()
        hours = {row[1]: row[5] for row in rows if row[0] == _HEURE}
        return {
            "heures": _chart(
                "Consultations par heure", "Heure", {f"{hour} h": hours.get(hour, 0) for hour in range(24)}
            ),
            "profils": _chart("Consultations par profil", "Profil", _told(rows, _PROFIL, 2, _profil_label)),
            "finalites": _chart("Consultations par finalité", "Finalité", _told(rows, _FINALITE, 3, str)),
            "issues": _chart("Consultations par résultat", "Résultat", _told(rows, _ISSUE, 4, _issue_label)),
        }


def _told(rows: list[tuple], kind: int, column: int, label: Callable[[str], str]) -> dict[str, int]:
    """Label → count, the most frequent first, no more than a chart tells."""
    counts = sorted(((row[5], row[column]) for row in rows if row[0] == kind), key=lambda each: (-each[0], each[1]))
    return {label(code): count for count, code in counts[:PURPOSES]}


def _chart(title: str, first: str, counts: dict[str, int]) -> Chart:
    values = list(counts.values()) if any(counts.values()) else [None] * len(counts)
    return Chart(title, list(counts), [Serie("Consultations", values)], first=first)


def _profil_label(code: str) -> str:
    return role(code).libelle if code in {each.code for each in SERVICE.roles} else code


def _issue_label(code: str) -> str:
    return Issue(code).label


@dataclass(frozen=True)
class Trace:
    """Who consulted a file, and which tabs the journal says that he read."""

    consultation: Consultation
    onglets: str

    @property
    def at(self) -> datetime:
        return self.consultation.at

    @property
    def personne(self) -> str:
        return f"{self.consultation.utilisateur.nom_complet} ({self.consultation.utilisateur.identifiant})"

    @property
    def organisme(self) -> str:
        return self.consultation.organisme.raison_sociale

    @property
    def profil(self) -> str:
        return _profil_label(self.consultation.profil)

    @property
    def finalite(self) -> str:
        return self.consultation.finalite

    @property
    def motif(self) -> str:
        return self.consultation.motif

    @property
    def issue(self) -> str:
        return self.consultation.get_issue_display()


def traces_of(acteur: Acteur, numero: int) -> list[Trace]:
    """Who asked for the file of this number of his Caf, the newest first: at most `TRACED`."""
    rows: QuerySet[Consultation] = Consultation.objects.filter(caf=acteur.caf, numero=numero)
    found = list(rows.select_related("utilisateur", "organisme").order_by("-at", "-id")[:TRACED])
    read = _onglets([each for each in found if each.issue == Issue.OUVERT])
    return [Trace(each, ", ".join(read.get(str(each.id), {}))) for each in found]


def _onglets(consultations: list[Consultation]) -> dict[str, dict[str, None]]:
    """Consultation → the tabs read, in their order, each once."""
    subjects = [f"consultation:{each.id}" for each in consultations]
    rows = JournalEntry.objects.filter(kind="cdap.onglet.read", subjects__overlap=subjects).order_by("pk")
    read: dict[str, dict[str, None]] = {}
    for told, facts in rows.values_list("subjects", "facts"):
        consultation = next(each for each in told if each.startswith("consultation:")).partition(":")[2]
        read.setdefault(consultation, {})[facts["onglet"]] = None
    return read
