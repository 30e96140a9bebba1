"""Lists of imports and of their lines."""

from datetime import date, datetime

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html_join

from portail.habilitations.models import ImportUtilisateurs, LigneImport
from portail.ui.tables import LinkedColumn, MailColumn, StatutColumn, Table
from portail.ui.templatetags.ui import instant


def import_url(work: ImportUtilisateurs) -> str:
    return reverse("habilitations:import_view", args=[work.convention_id, work.pk])


class ImportTable(Table):
    noun = "import,imports"
    row_header = "file_name"
    empty_title = "Aucun import"
    empty_advice = "Téléchargez le modèle, remplissez une ligne par personne, puis importez le fichier."

    file_name = LinkedColumn("Fichier", url=import_url)
    asked_at = tables.Column("Déposé le")
    asked_by = tables.Column("Déposé par", accessor="asked_by__nom_complet", order_by=("asked_by__sort_key", "pk"))
    total = tables.Column("Lignes")
    etat = StatutColumn(verbose_name="État")

    class Meta:
        model = ImportUtilisateurs
        fields = ("file_name", "asked_at", "asked_by", "total", "etat")

    def render_asked_at(self, value: datetime) -> str:
        return instant(value)


class LigneImportTable(Table):
    noun = "ligne,lignes"
    row_header = "rang"
    empty_title = "Aucune ligne"
    empty_advice = "Modifiez ou réinitialisez vos critères de recherche."

    rang = tables.Column("Ligne")
    nom = tables.Column("Nom", accessor="values__nom", order_by=("values__nom", "rang"))
    prenom = tables.Column("Prénom", accessor="values__prenom", orderable=False)
    courriel = MailColumn(verbose_name="Adresse mail", accessor="values__courriel", orderable=False)
    groupes = tables.Column("Groupes", accessor="values__groupes", orderable=False)
    verdict = StatutColumn(verbose_name="Résultat")
    reasons = tables.Column("Explications", orderable=False)

    class Meta:
        model = LigneImport
        fields = ("rang", "nom", "prenom", "courriel", "groupes", "verdict", "reasons")

    def render_groupes(self, value: list[str]) -> str:
        return ", ".join(value)

    def value_groupes(self, value: list[str]) -> str:
        return " | ".join(value or [])

    def render_reasons(self, value: list[str]) -> str:
        return format_html_join("", "<span class='d-block'>{}</span>", ((reason,) for reason in value))

    def value_reasons(self, value: list[str]) -> str:
        return " ".join(value)


def _day_read(value: str) -> str:
    """A day kept as AAAA-MM-JJ, as people write it; what was typed otherwise stays."""
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return value


class ResultatImportTable(LigneImportTable):
    """The result file: the columns of the template, so that what was refused may be corrected and given back."""

    identifiant = tables.Column("Identifiant", accessor="values__identifiant", empty_values=())
    telephone = tables.Column("Téléphone", accessor="values__telephone")
    poste = tables.Column("Poste", accessor="values__poste")
    opens_on = tables.Column("Date d'ouverture", accessor="values__opens_on")
    closes_on = tables.Column("Date de clôture", accessor="values__closes_on")

    class Meta:
        model = LigneImport
        fields = ("rang", "nom", "prenom", "courriel", "groupes", "verdict", "reasons")
        sequence = (
            *("rang", "identifiant", "nom", "prenom", "courriel", "telephone", "poste"),
            *("opens_on", "closes_on", "groupes", "verdict", "reasons"),
        )

    def value_identifiant(self, record: LigneImport) -> str:
        return record.values.get("identifiant") or record.trace.get("identifiant", "")

    def value_opens_on(self, value: str) -> str:
        return _day_read(value)

    def value_closes_on(self, value: str) -> str:
        return _day_read(value)


class ModeleImportTable(Table):
    """The template to fill in, with one line as an example."""

    class Meta:
        attrs: dict[str, str] = {}
