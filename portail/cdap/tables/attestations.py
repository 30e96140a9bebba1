"""« Mes attestations » of a partner; letters and lots of the Caf. None of them tells a number or a figure."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse

from portail.cdap.calculs.lecture import month
from portail.cdap.enums import EtatEnvoi, EtatLotPostal
from portail.cdap.models import Attestation, EnvoiPostal, LotPostal
from portail.cdap.models.dossiers import NUMERO_DIGITS
from portail.ui.tables import ActionsColumn, DayColumn, LinkedColumn, RowAction, StatutColumn, Table
from portail.ui.templatetags.ui import component, day, instant

ENVOI_LOOKS = {
    EtatEnvoi.A_ENVOYER: "a_faire",
    EtatEnvoi.EN_LOT: "en_cours",
    EtatEnvoi.POSTE: "envoye",
    EtatEnvoi.REVENU: "echec",
}
LOT_LOOKS = {
    EtatLotPostal.PREPARATION: "preparation",
    EtatLotPostal.PRET: "a_faire",
    EtatLotPostal.POSTE: "envoye",
}


def etat_of(envoi: EnvoiPostal) -> str:
    """« Posté le 21/11/2026 »."""
    on = envoi.returned_on or envoi.posted_on
    return f"{envoi.get_etat_display()} le {day(on)}" if on else envoi.get_etat_display()


def attestation_url(attestation: Attestation) -> str:
    return reverse("cdap:attestation_view", args=[attestation.pk])


def lot_postal_url(lot: LotPostal) -> str:
    return reverse("cdap:lot_postal_view", args=[lot.pk])


class AttestationTable(Table):
    noun = "attestation,attestations"
    row_header = "kind"
    empty_title = "Aucune attestation"
    empty_advice = "Pour en établir une, demandez un dossier, puis choisissez « Attestation »."

    kind = LinkedColumn("Attestation", accessor="get_kind_display", url=attestation_url, order_by=("kind", "pk"))
    numero = tables.Column("Dossier", order_by=("numero", "pk"), exclude_from_export=True)
    mois = tables.Column("Mois", order_by=("mois", "pk"))
    caf = tables.Column("Caf", accessor="caf__nom", order_by=("caf__code", "pk"))
    issued_at = tables.Column("Établie le", order_by=("issued_at", "pk"))
    code = tables.Column("Code de vérification", orderable=False)
    envoi = tables.Column("Courrier à l'allocataire", accessor="envoi", orderable=False, default="Non demandé")

    class Meta:
        model = Attestation
        fields = ("kind", "numero", "mois", "caf", "issued_at", "code", "envoi")

    def render_numero(self, value: int) -> str:
        return f"{value:0{NUMERO_DIGITS}d}"

    def render_mois(self, record: Attestation) -> str:
        return month(record.mois)

    def value_mois(self, record: Attestation) -> str:
        return month(record.mois)

    def render_issued_at(self, record: Attestation) -> str:
        return instant(record.issued_at)

    def value_issued_at(self, record: Attestation) -> str:
        return instant(record.issued_at)

    def render_envoi(self, record: Attestation) -> str:
        return component(
            "ui/components/status.html", value=ENVOI_LOOKS[EtatEnvoi(record.envoi.etat)], label=etat_of(record.envoi)
        )

    def value_envoi(self, record: Attestation) -> str:
        return etat_of(record.envoi)


def _envoi_actions(envoi: EnvoiPostal, table: "EnvoiTable") -> list[RowAction]:
    if not table.is_working or envoi.etat != EtatEnvoi.POSTE:
        return []
    return [RowAction("Revenu non distribué", reverse("cdap:envoi_return", args=[envoi.pk]))]


class EnvoiTable(Table):
    """« Courriers à l'allocataire »: what was asked, by whom, where it stands."""

    noun = "courrier,courriers"
    row_header = "courrier"
    empty_title = "Aucun courrier"
    empty_advice = "Rien n'est à envoyer avec ces critères : modifiez-les, ou réinitialisez-les."

    courrier = tables.Column("Courrier", accessor="pk", order_by=("pk",))
    kind = tables.Column("Attestation", accessor="get_kind_display", order_by=("kind", "pk"))
    mois = tables.Column("Mois", order_by=("mois", "pk"))
    organisme = tables.Column(
        "Demandé par",
        accessor="attestation__organisme__raison_sociale",
        order_by=("attestation__organisme__sort_key", "pk"),
    )
    asked_at = DayColumn(verbose_name="Demandé le", order_by=("asked_at", "pk"))
    etat = StatutColumn(verbose_name="État", order_by=("etat", "pk"))
    lot = LinkedColumn("Lot", accessor="lot__pk", url=lambda envoi: lot_postal_url(envoi.lot), order_by=("lot", "pk"))
    actions = ActionsColumn(_envoi_actions)

    class Meta:
        model = EnvoiPostal
        fields = ("courrier", "kind", "mois", "organisme", "asked_at", "etat", "lot", "actions")

    def __init__(self, *args: Any, is_working: bool, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if is_working else ("actions",), **kwargs)
        self.is_working = is_working

    def render_courrier(self, record: EnvoiPostal) -> str:
        return str(record)

    def value_courrier(self, record: EnvoiPostal) -> str:
        return str(record)

    def render_mois(self, record: EnvoiPostal) -> str:
        return month(record.mois)

    def value_mois(self, record: EnvoiPostal) -> str:
        return month(record.mois)

    def render_etat(self, record: EnvoiPostal) -> str:
        return component("ui/components/status.html", value=ENVOI_LOOKS[EtatEnvoi(record.etat)], label=etat_of(record))

    def value_etat(self, record: EnvoiPostal) -> str:
        return etat_of(record)


class LotPostalTable(Table):
    noun = "lot,lots"
    row_header = "lot"
    empty_title = "Aucun lot"
    empty_advice = "Préparez un lot depuis « Courriers à l'allocataire » : les courriers s'impriment ensemble."

    lot = LinkedColumn("Lot", accessor="pk", url=lot_postal_url, order_by=("pk",))
    nombre = tables.Column("Courriers", attrs={"td": {"class": "cell-number"}}, order_by=("nombre", "pk"))
    etat = StatutColumn(verbose_name="État", order_by=("etat", "pk"))
    made_by = tables.Column("Préparé par", accessor="made_by__nom_complet", order_by=("made_by__sort_key", "pk"))
    made_at = DayColumn(verbose_name="Préparé le", order_by=("made_at", "pk"))
    posted_on = DayColumn(verbose_name="Posté le", order_by=("posted_on", "pk"))

    class Meta:
        model = LotPostal
        fields = ("lot", "nombre", "etat", "made_by", "made_at", "posted_on")

    def render_etat(self, record: LotPostal) -> str:
        return component(
            "ui/components/status.html", value=LOT_LOOKS[EtatLotPostal(record.etat)], label=record.get_etat_display()
        )

    def value_etat(self, record: LotPostal) -> str:
        return record.get_etat_display()
