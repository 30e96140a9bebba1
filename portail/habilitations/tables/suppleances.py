"""Lists of suppléances and successions."""

from collections.abc import Iterator

import django_tables2 as tables
from django.urls import reverse

from portail.conventions.models import Succession
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Suppleance
from portail.ui.tables import (
    ActionsColumn,
    ClosingColumn,
    DayColumn,
    LinkedColumn,
    RowAction,
    StatutColumn,
    Table,
)
from portail.ui.templatetags.ui import component, status_look

_LENDS_NOTHING = "Sans effet : rien à prêter"


def suppleance_actions(suppleance: Suppleance, table: "SuppleanceTable") -> Iterator[RowAction]:
    is_his = suppleance.titulaire.utilisateur_id == table.acteur.utilisateur.pk and table.acteur.suppleant is None
    if suppleance.statut_today != "cloture" and (is_his or table.acteur.is_caf_administrateur):
        place = [suppleance.titulaire.convention_id, suppleance.pk]
        yield RowAction("Mettre fin", reverse("habilitations:suppleance_end", args=place))


class SuppleanceTable(Table):
    noun = "suppléance,suppléances"
    row_header = "titulaire"
    empty_title = "Aucune suppléance"
    empty_advice = "Un administrateur ou un responsable peut en nommer une pour la durée d'une absence."

    titulaire = tables.Column(
        "Personne suppléée",
        accessor="titulaire__utilisateur__nom_complet",
        order_by=("titulaire__utilisateur__sort_key", "pk"),
    )
    suppleant = tables.Column(
        "Suppléant",
        accessor="suppleant__utilisateur__nom_complet",
        order_by=("suppleant__utilisateur__sort_key", "pk"),
    )
    opens_on = DayColumn(verbose_name="Du")
    closes_on = ClosingColumn("Au")
    motif = tables.Column("Motif", orderable=False)
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    actions = ActionsColumn(suppleance_actions, row_name="suppleant__utilisateur__nom_complet")

    class Meta:
        model = Suppleance
        fields = ("titulaire", "suppleant", "opens_on", "closes_on", "motif", "statut")

    def __init__(self, *args: object, acteur: Acteur, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.acteur = acteur

    def render_statut(self, value: str, record: Suppleance) -> str:
        if value == "ouvert" and not record.lends:  # type: ignore[attr-defined]
            return component("ui/components/status.html", value="inactif", label=_LENDS_NOTHING)
        return component("ui/components/status.html", value=value)

    def value_statut(self, value: str, record: Suppleance) -> str:
        is_idle = value == "ouvert" and not record.lends  # type: ignore[attr-defined]
        return _LENDS_NOTHING if is_idle else status_look(value).word


class SuccessionTable(Table):
    noun = "succession,successions"
    row_header = "titulaire"
    empty_title = "Aucune succession"
    empty_advice = "Les successeurs que proposent les administrateurs partenaires apparaîtront ici."

    titulaire = LinkedColumn(
        "Administrateur",
        accessor="titulaire__utilisateur__nom_complet",
        order_by=("titulaire__utilisateur__sort_key", "pk"),
        url=lambda succession: reverse("habilitations:succession_decide", args=[succession.pk]),
    )
    convention = tables.Column(
        "Convention",
        accessor="titulaire__convention__libelle",
        order_by=("titulaire__convention__sort_key", "pk"),
    )
    successeur = tables.Column("Successeur proposé", accessor="nom_propose", orderable=False)
    effective_on = DayColumn(verbose_name="À partir du")
    proposed_at = DayColumn(verbose_name="Proposée le")
    etat = StatutColumn(verbose_name="État", orderable=False)

    class Meta:
        model = Succession
        fields = ("titulaire", "convention", "successeur", "effective_on", "proposed_at", "etat")
