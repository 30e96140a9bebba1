"""What was loaded."""

import django_tables2 as tables

from portail.cdap.models import ChargementDossiers
from portail.ui.tables import InstantColumn, StatutColumn, Table


class ChargementTable(Table):
    noun = "chargement,chargements"
    row_header = "fichier"
    empty_title = "Aucun chargement"
    empty_advice = "Les fichiers de dossiers que l'exploitant charge pour votre Caf apparaissent ici."

    fichier = tables.Column("Fichier", order_by=("fichier", "-pk"))
    started_at = InstantColumn(verbose_name="Commencé le", order_by=("pk",))
    ended_at = InstantColumn(verbose_name="Terminé le", order_by=("ended_at", "pk"))
    etat = StatutColumn(verbose_name="État", accessor="etat", orderable=False)
    lues = tables.Column("Lignes lues", order_by=("lues", "pk"))
    chargees = tables.Column("Chargées", order_by=("chargees", "pk"))
    remplacees = tables.Column("Remplacées", order_by=("remplacees", "pk"))
    refusees = tables.Column("Refusées", order_by=("refusees", "pk"))

    class Meta:
        model = ChargementDossiers
        fields = ("fichier", "started_at", "ended_at", "etat", "lues", "chargees", "remplacees", "refusees")
