"""Lists of payments, of lots, of the bank accounts of organisations."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse

from portail.afas.models import LotPaiement, Versement
from portail.afas.models.versements import masked
from portail.conventions.models import Organisme
from portail.ui.tables import DayColumn, LinkedColumn, Table
from portail.ui.templatetags.ui import NOTHING, component, euros


class EurosColumn(tables.Column):
    """An amount to the cent; nothing for zero, on the page as in a file."""

    def __init__(self, verbose_name: str, **kwargs: Any) -> None:
        super().__init__(verbose_name, attrs={"td": {"class": "cell-number"}}, **kwargs)

    def render(self, value: Any) -> str:
        return euros(value) if value else NOTHING

    def value(self, value: Any) -> Any:
        return value or None


class EtatColumn(tables.Column):
    """A state in its own words, whatever other things are said with the same code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("État", **kwargs)

    def render(self, value: str, record: Any) -> str:
        return component("ui/components/status.html", value=value, label=record.get_etat_display())

    def value(self, record: Any) -> str:
        return record.get_etat_display()


def versement_url(versement: Versement) -> str:
    return reverse("afas:versement_view", args=[versement.pk])


def lot_url(lot: LotPaiement) -> str:
    return reverse("afas:lot_view", args=[lot.pk])


class VersementTable(Table):
    noun = "versement,versements"
    row_header = "libelle"
    empty_title = "Aucun versement"
    empty_advice = "Un versement apparaît ici quand une déclaration est notifiée."

    libelle = LinkedColumn("Versement", url=versement_url, order_by=("exercice", "nature", "rang", "pk"))
    organisme = tables.Column("Organisme", accessor="organisme__raison_sociale", order_by=("organisme__sort_key", "pk"))
    activite = tables.Column("Activité", accessor="activite__libelle", order_by=("activite__sort_key", "pk"))
    montant = EurosColumn("Montant", order_by=("montant", "pk"))
    compense = EurosColumn("Retenu", order_by=("compense", "pk"))
    due_on = DayColumn(verbose_name="Payable le", order_by=("due_on", "pk"))
    etat = EtatColumn(order_by=("etat", "pk"))
    paid_on = DayColumn(verbose_name="Payé le", order_by=("paid_on", "pk"))
    lot = tables.Column("Lot", accessor="lot__reference", orderable=False, attrs={"td": {"class": "text-nowrap"}})

    class Meta:
        model = Versement
        fields = ("libelle", "organisme", "activite", "montant", "compense", "due_on", "etat", "paid_on", "lot")


class AideTable(VersementTable):
    """What a partner's person reads of it."""

    class Meta(VersementTable.Meta):
        exclude = ("organisme", "lot")


class ContenuTable(VersementTable):
    """What a lot holds, or would hold."""

    empty_title = "Rien à payer ce jour-là"
    empty_advice = "Choisissez un autre jour, ou levez ce qui retient les versements."

    compte = tables.Column(
        "Compte crédité", accessor="compte__masked", orderable=False, attrs={"td": {"class": "text-nowrap"}}
    )
    net = EurosColumn("Montant net", orderable=False)

    class Meta(VersementTable.Meta):
        exclude = ("due_on", "paid_on", "lot", "montant", "compense")
        sequence = ("libelle", "organisme", "activite", "compte", "net", "etat")


class LotTable(Table):
    noun = "lot,lots"
    row_header = "reference"
    empty_title = "Aucun lot de paiement"
    empty_advice = "Préparez un lot : l'aperçu montre ce qui peut être payé, et ce qui est retenu."

    reference = LinkedColumn("Référence", url=lot_url, order_by=("annee", "numero"))
    execution_on = DayColumn(verbose_name="À exécuter le")
    nombre = tables.Column("Versements", attrs={"td": {"class": "cell-number"}})
    total = EurosColumn("Total")
    etat = EtatColumn()
    prepared_by = tables.Column("Préparé par", accessor="prepared_by__nom_complet", orderable=False)
    validated_by = tables.Column("Validé par", accessor="validated_by__nom_complet", orderable=False)

    class Meta:
        model = LotPaiement
        fields = ("reference", "execution_on", "nombre", "total", "etat", "prepared_by", "validated_by")


class CompteTable(Table):
    """One line by organisation: its account, masked."""

    noun = "organisme,organismes"
    row_header = "raison_sociale"
    empty_title = "Aucun organisme"
    empty_advice = "Un organisme apparaît ici dès qu'il a une activité financée."

    raison_sociale = LinkedColumn(
        "Organisme",
        url=lambda organisme: reverse("afas:compte_view", args=[organisme.pk]),
        order_by=("sort_key", "pk"),
    )
    siret = tables.Column("SIRET")
    valid_account = tables.Column("Compte validé", orderable=False)
    has_waiting = tables.Column("État", orderable=False)

    class Meta:
        model = Organisme
        fields = ("raison_sociale", "siret", "valid_account", "has_waiting")

    def render_valid_account(self, value: str) -> str:
        return masked(value)

    def value_valid_account(self, value: str) -> str:
        return masked(value)

    def render_has_waiting(self, record: Any) -> str:
        code, word = _account_state(record)
        return component("ui/components/status.html", value=code, label=word)

    def value_has_waiting(self, record: Any) -> str:
        return _account_state(record)[1]


def _account_state(record: Any) -> tuple[str, str]:
    if record.has_waiting:
        return "en_attente", "Changement à valider : paiements retenus"
    return ("valide", "Validé") if record.valid_account else ("non_attribue", "Aucun compte")
