"""Proofs: those of the people one manages, and one's own."""

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone

from portail.habilitations import roles
from portail.habilitations.models import Justificatif
from portail.ui.tables import DayColumn, LinkedColumn, Table
from portail.ui.templatetags.ui import component

# How each situation looks: (look, word)
SITUATIONS = {
    "depose": ("en_attente", "À vérifier"),
    "refuse": ("echec", "Refusé"),
    "verifie": ("ouvert", "Vérifié"),
    "a_venir": ("a_venir", "Vérifié, à venir"),
    "echu": ("cloture", "Échu"),
    "retire": ("cloture", "Retiré"),
}


def justificatif_url(justificatif: Justificatif) -> str:
    return reverse("habilitations:justificatif_view", args=[justificatif.pk])


class JustificatifTable(Table):
    noun = "justificatif,justificatifs"
    row_header = "personne"
    empty_title = "Aucun justificatif"
    empty_advice = "Les justificatifs déposés par les personnes que vous gérez, ou pour elles, apparaissent ici."

    personne = LinkedColumn(
        "Personne",
        accessor="utilisateur__nom_complet",
        order_by=("utilisateur__sort_key", "pk"),
        url=justificatif_url,
    )
    identifiant = tables.Column("Identifiant", accessor="utilisateur__identifiant", orderable=False)
    label = tables.Column("Justificatif", orderable=False)
    role = tables.Column("Pour le rôle")
    deposited_at = DayColumn(verbose_name="Déposé le")
    situation = tables.Column("État", accessor="pk", orderable=False)
    opened_by = tables.Column("Décidé par", accessor="opened_by__nom_complet", orderable=False)
    closes_on = DayColumn(verbose_name="Valable jusqu'au")

    class Meta:
        model = Justificatif
        fields = (
            "personne",
            "identifiant",
            "label",
            "role",
            "deposited_at",
            "situation",
            "opened_by",
            "closes_on",
        )

    def render_role(self, value: str) -> str:
        return roles.label(value)

    def render_situation(self, record: Justificatif) -> str:
        value, word = SITUATIONS[record.situation(timezone.localdate())]
        return component("ui/components/status.html", value=value, label=word)

    def value_situation(self, record: Justificatif) -> str:
        return SITUATIONS[record.situation(timezone.localdate())][1]


class OwnJustificatifTable(JustificatifTable):
    """What the person has given."""

    row_header = "label"
    empty_advice = "Vous n'avez déposé aucun justificatif."

    label = LinkedColumn("Justificatif", orderable=False, url=justificatif_url)

    class Meta:
        exclude = ("personne", "identifiant")
