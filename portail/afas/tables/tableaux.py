"""Lists of the dashboards and of the campaign."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from portail.afas.enums import Phase, RoleProfil
from portail.afas.models import Activite, Declaration, Echeance, Profil
from portail.afas.queries.campagne import GROUPS
from portail.ui.tables import DayColumn, LinkedColumn, Table
from portail.ui.templatetags.ui import component, counted, phone
from portail.ui.templatetags.ui_charts import amount, euros_or_dash

_NUMBER = {"td": {"class": "cell-number"}}


class AmountColumn(tables.Column):
    """An amount in euros; exported as a number."""

    def __init__(self, verbose_name: str, **kwargs: Any) -> None:
        super().__init__(verbose_name, attrs=_NUMBER, **kwargs)

    def render(self, value: Decimal) -> str:
        return euros_or_dash(value)

    def value(self, value: Decimal) -> Decimal:
        return value


class CountColumn(tables.Column):
    """A number of things."""

    def __init__(self, verbose_name: str, **kwargs: Any) -> None:
        super().__init__(verbose_name, attrs=_NUMBER, **kwargs)

    def render(self, value: int) -> str:
        return amount(value)

    def value(self, value: int) -> int:
        return value


class TableauTable(Table):
    noun = "activité,activités"
    row_header = "libelle"
    empty_title = "Aucune activité"
    empty_advice = "Changez les filtres. Une activité apparaît ici quand votre Caf l'a enregistrée."

    libelle = LinkedColumn(
        "Activité",
        order_by=("sort_key", "pk"),
        url=lambda activite: reverse("afas:tableau_view", args=[activite.pk]),
    )
    organisme = tables.Column("Organisme", accessor="organisme__raison_sociale", order_by=("organisme__sort_key", "pk"))
    type = tables.Column("Type", accessor="type_label", order_by=("type", "nature", "pk"))
    nature = tables.Column("Nature", accessor="nature_label", order_by=("nature", "pk"))
    previsionnel = AmountColumn(Phase.PREVISIONNEL.label)
    actualise_juin = AmountColumn(Phase.ACTUALISE_JUIN.label)
    actualise_septembre = AmountColumn(Phase.ACTUALISE_SEPTEMBRE.label)
    reel = AmountColumn(Phase.REEL.label)

    class Meta:
        model = Activite
        fields = ("libelle", "organisme", "type", "nature", *Phase.values)


class CampagneTable(Table):
    noun = "échéance,échéances"
    row_header = "libelle"
    empty_title = "Aucune échéance"
    empty_advice = "Changez les filtres, ou ajoutez des échéances au calendrier de votre Caf."

    libelle = tables.Column("Échéance", accessor="pk", order_by=("exercice", "opens_on", "pk"))
    type = tables.Column("Type", accessor="type_label", order_by=("type", "-exercice", "pk"))
    due_on = DayColumn(verbose_name="À rendre le", order_by=("due_on", "pk"))
    ouvertes = CountColumn("Ouvertes")
    a_saisir = CountColumn("À saisir")
    en_cours = CountColumn("En cours")
    a_approuver = CountColumn("À approuver")
    transmises = CountColumn("Transmises")
    traitees = CountColumn("Traitées")
    retards = CountColumn("En retard")

    class Meta:
        model = Echeance
        fields = ("libelle", "type", "due_on", "ouvertes", *GROUPS, "retards")

    def render_libelle(self, record: Echeance) -> str:
        return str(record)

    def value_libelle(self, record: Echeance) -> str:
        return str(record)

    def render_retards(self, value: int, record: Echeance) -> str:
        """A way to those that are late."""
        if not value:
            return "0"
        query = f"?exercice={record.exercice}&phase={record.phase}&type={record.type}"
        return format_html('<a href="{}{}">{}</a>', reverse("afas:retard_list"), query, amount(value))

    def value_retards(self, value: int) -> int:
        return value


_CALLED = (RoleProfil.APPROBATEUR, RoleProfil.ACTIVITE, RoleProfil.FINANCES)


class RetardTable(Table):
    noun = "déclaration en retard,déclarations en retard"
    row_header = "activite"
    empty_title = "Aucune déclaration en retard"
    empty_advice = "Tout ce qui devait être transmis l'est, ou les filtres écartent le reste."

    activite = tables.Column("Activité", accessor="activite__libelle", order_by=("activite__sort_key", "pk"))
    organisme = tables.Column(
        "Organisme",
        accessor="activite__organisme__raison_sociale",
        order_by=("activite__organisme__sort_key", "activite__sort_key", "pk"),
    )
    echeance = tables.Column("Échéance", accessor="echeance", order_by=("echeance__exercice", "echeance__due_on", "pk"))
    type = tables.Column("Type", accessor="activite__type_label", order_by=("echeance__type", "echeance__due_on", "pk"))
    due_on = DayColumn(verbose_name="À rendre le", order_by=("echeance__due_on", "pk"))
    retard = tables.Column("Retard", accessor="due_on", orderable=False)
    etat = tables.Column("État", order_by=("etat", "echeance__due_on", "pk"))
    contacts = tables.Column("Qui appeler", accessor="activite", orderable=False)

    class Meta:
        model = Declaration
        fields = ("activite", "organisme", "echeance", "type", "due_on", "retard", "etat", "contacts")

    def __init__(self, *args: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def render_etat(self, record: Declaration) -> str:
        return component("ui/components/status.html", value=record.etat, label=record.get_etat_display())

    def value_etat(self, record: Declaration) -> str:
        return record.get_etat_display()

    def render_retard(self, value: Any) -> str:
        return counted((self.on - value).days, "jour,jours")

    def value_retard(self, value: Any) -> int:
        return (self.on - value).days

    def render_contacts(self, record: Declaration) -> str:
        people = called(record)
        if not people:
            return "Personne n'a de profil : appelez l'administrateur de l'organisme."
        return format_html_join("", "<div>{}</div>", ((told,) for told in people))

    def value_contacts(self, record: Declaration) -> str:
        return " ; ".join(called(record))


def called(declaration: Declaration) -> list[str]:
    """Who may hurry it, once each, the approbateur first: « Gilles Garban (Approbateur), 04 00 00 00 00 »."""
    acting: list[Profil] = getattr(declaration.activite, "acting", [])
    told: dict[int, str] = {}
    for profil in sorted(acting, key=lambda each: (_CALLED.index(RoleProfil(each.role)), each.pk)):
        person = profil.rattachement.utilisateur
        where = phone(person.telephone) or person.courriel
        told.setdefault(person.pk, f"{person.nom_complet} ({profil.get_role_display()}), {where}")
    return list(told.values())
