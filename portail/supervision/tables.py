"""The journal as a file; the search of rights, the same columns whether a membership gives a right or none."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from portail.conventions.models import Convention
from portail.habilitations import roles
from portail.habilitations.models import Groupe
from portail.journal import events
from portail.journal.models import JournalEntry
from portail.supervision.queries.habilitations import COUNTED, Search
from portail.ui.tables import DayColumn, Table
from portail.ui.templatetags.ui import elided


def _service(code: str) -> str:
    return roles.SERVICES[code].libelle if code in roles.SERVICES else code


class HabilitationTable(Table):
    noun = "habilitation,habilitations"
    row_header = "personne"
    empty_title = "Aucune habilitation"
    empty_advice = "Personne n'a ce droit ce jour-là. Changez le jour, l'état ou un autre critère."

    personne = tables.Column("Personne", accessor="utilisateur", order_by=("utilisateur__sort_key", "utilisateur_id"))
    identifiant = tables.Column("Identifiant", accessor="utilisateur__identifiant", order_by="utilisateur__identifiant")
    organisme = tables.Column("Organisme", accessor="convention__organisme__raison_sociale", orderable=False)
    convention = tables.Column("Convention", accessor="convention", orderable=False)
    service = tables.Column("Service", orderable=False)
    role = tables.Column("Rôle", orderable=False)
    groupe = tables.Column("Groupe", accessor="groupe", orderable=False)
    opens_on = DayColumn(verbose_name="Du", accessor="period__lower", orderable=False)
    closes_on = DayColumn(verbose_name="Au", accessor="period__upper", orderable=False)
    why = tables.Column("Pourquoi", accessor="rattachement_id", orderable=False, exclude_from_export=True)

    def __init__(self, lines: list[Any], *, asked: Search, limit: int = COUNTED) -> None:
        super().__init__(lines[:limit])
        self.asked, self.is_cut = asked, len(lines) > limit

    @property
    def total_in_words(self) -> str:
        """« Plus de 1 000 habilitations » when nobody counted further."""
        total = super().total_in_words
        return f"Plus de {total}" if self.is_cut else total

    def render_personne(self, value: Any) -> str:
        return f"{value.nom} {value.prenom}"

    value_personne = render_personne

    def render_convention(self, value: Convention) -> str:
        url = reverse("habilitations:convention_view", args=[value.pk])
        return format_html('<a href="{}">{}</a>', url, value.libelle)

    def value_convention(self, value: Convention) -> str:
        return value.libelle

    def render_service(self, value: str) -> str:
        return _service(value)

    def render_role(self, value: str) -> str:
        return roles.role(value).libelle

    def render_groupe(self, value: Groupe) -> str:
        url = reverse("habilitations:groupe_view", args=[value.convention_id, value.pk])
        return format_html('<a href="{}">{}</a>', url, value.libelle)

    def value_groupe(self, value: Groupe) -> str:
        return value.libelle

    def render_closes_on(self, value: date) -> str:
        return f"{value - timedelta(days=1):%d/%m/%Y}"

    def value_closes_on(self, value: date | None) -> str:
        return self.render_closes_on(value) if value else ""

    def render_why(self, value: int, record: Any) -> str:
        person = tables.A(self.columns["personne"].accessor).resolve(record)
        return format_html(
            '<a href="{}">Expliquer<span class="visually-hidden"> les droits {}</span></a>',
            explain_url(value, self.asked),
            elided(person.nom_complet),
        )


class SansEffetTable(HabilitationTable):
    """Memberships that open nothing: no service, no role; the dates are those of the membership."""

    noun = "appartenance sans effet,appartenances sans effet"
    empty_title = "Aucune appartenance sans effet"
    empty_advice = "Chaque appartenance ouvre, a ouvert ou ouvrira un droit."

    personne = tables.Column(
        "Personne", accessor="rattachement__utilisateur", order_by=("rattachement__utilisateur__sort_key", "pk")
    )
    identifiant = tables.Column(
        "Identifiant",
        accessor="rattachement__utilisateur__identifiant",
        order_by="rattachement__utilisateur__identifiant",
    )
    organisme = tables.Column(
        "Organisme", accessor="rattachement__convention__organisme__raison_sociale", orderable=False
    )
    convention = tables.Column("Convention", accessor="rattachement__convention", orderable=False)
    service = None
    role = None
    opens_on = DayColumn(verbose_name="Du", accessor="opens_on", orderable=False)
    closes_on = DayColumn(verbose_name="Au", accessor="closes_on", orderable=False)

    def render_closes_on(self, value: date) -> str:
        return f"{value:%d/%m/%Y}"


def explain_url(rattachement: int, asked: Search) -> str:
    """The page that says why, for the day and the knowledge asked about."""
    query = {"jour": asked.jour.isoformat()}
    if asked.connu_le:
        query["connu_le"] = timezone.localtime(asked.connu_le).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{reverse('supervision:habilitation_view', args=[rattachement])}?{urlencode(query)}"


class CaseTable(Table):
    """The cases of an anomaly; the convention and the name sort them."""

    noun = "cas,cas"
    row_header = "what"
    empty_title = "Aucun cas"
    empty_advice = "Rien à signaler : c'est ce qu'on souhaite."

    what = tables.Column("Qui ou quoi")
    detail = tables.Column("Constat")
    convention = tables.Column("Convention")
    url = tables.Column("Remède", orderable=False, exclude_from_export=True)

    def __init__(self, cases: list[Any], *, limit: int) -> None:
        super().__init__(cases[:limit])
        self.is_cut = len(cases) > limit

    @property
    def total_in_words(self) -> str:
        return f"Plus de {super().total_in_words}" if self.is_cut else super().total_in_words

    def render_url(self, value: str, record: Any) -> str:
        return format_html('<a href="{}">Y remédier<span class="visually-hidden"> : {}</span></a>', value, record.what)


class OrganismeUsageTable(Table):
    """The figures of a month, organisation by organisation."""

    noun = "organisme,organismes"
    row_header = "raison_sociale"
    empty_title = "Aucun chiffre ce mois-là"
    empty_advice = "Les chiffres se calculent chaque nuit ; ceux d'aujourd'hui seront là demain."

    raison_sociale = tables.Column("Organisme", order_by=("sort_key", "pk"))
    connexions = tables.Column("Connexions")
    connectes = tables.Column("Personnes connectées")
    habilites = tables.Column("Personnes habilitées")
    ouvertes = tables.Column("Habilitations ouvertes")
    terminees = tables.Column("Habilitations terminées")


class JournalTable(Table):
    noun = "acte,actes"

    recorded_at = tables.Column("Date et heure")
    by = tables.Column("Auteur")
    organisation = tables.Column("Organisation")
    sentence = tables.Column("Acte", accessor="kind")
    result = tables.Column("Résultat", accessor="get_result_display")
    address = tables.Column("Adresse IP")

    class Meta:
        model = JournalEntry
        fields = ("recorded_at", "by", "organisation", "sentence", "result", "address")

    def value_recorded_at(self, record: JournalEntry) -> str:
        return f"{timezone.localtime(record.recorded_at):%d/%m/%Y %H:%M:%S}"

    def value_by(self, record: JournalEntry) -> str:
        return f"{record.by_label} ({record.by})"

    def value_sentence(self, record: JournalEntry) -> str:
        return events.sentence(record.kind, record.by_label, record.facts)
