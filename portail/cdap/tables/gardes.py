"""Lists of the watch."""

import django_tables2 as tables
from django.urls import reverse

from portail.cdap.models import Alerte, Consultation, DemandeJustification
from portail.ui.tables import DayColumn, InstantColumn, LinkedColumn, StatutColumn, Table
from portail.ui.templatetags.ui import component, instant

# How the statuts of this service look: the look of one that the portal already has.
LOOKS = {
    "ouverte": "a_venir",
    "demandee": "a_valider",
    "repondue": "a_verifier",
    "justifiee": "fait",
    "sans_suite": "cloture",
    "suspension": "suspendu",
    "acceptee": "fait",
    "refusee": "refusee",
}


def etat_of(row: Alerte | DemandeJustification) -> str:
    """The statut, icon and word."""
    return component("ui/components/status.html", value=LOOKS[row.etat], label=row.get_etat_display())


class EtatColumn(StatutColumn):
    """A statut of this service."""

    def render(self, record):  # type: ignore[no-untyped-def]
        return etat_of(record)

    def value(self, record):  # type: ignore[no-untyped-def]
        return record.get_etat_display()


class AlerteTable(Table):
    noun = "alerte,alertes"
    row_header = "libelle"
    empty_title = "Aucune alerte"
    empty_advice = "Une manière inhabituelle de consulter apparaît ici dans la minute."

    libelle = LinkedColumn(
        "Ce qui a été vu",
        order_by=("detecteur", "-pk"),
        url=lambda alerte: reverse("cdap:alerte_view", args=[alerte.pk]),
    )
    nombre = tables.Column("Nombre", order_by=("nombre", "-pk"))
    personne = tables.Column("Personne", accessor="utilisateur__nom_complet", order_by=("utilisateur__sort_key", "-pk"))
    organisme = tables.Column(
        "Organisme", accessor="organisme__raison_sociale", order_by=("organisme__sort_key", "-pk")
    )
    detected_at = InstantColumn(verbose_name="Vue le", order_by=("detected_at", "pk"))
    niveau = tables.Column("Niveau", accessor="get_niveau_display", order_by=("niveau", "-pk"))
    etat = EtatColumn(verbose_name="État", order_by=("etat", "-pk"))

    class Meta:
        model = Alerte
        fields = ("libelle", "nombre", "personne", "organisme", "detected_at", "niveau", "etat")


class ReglageTable(Table):
    noun = "réglage,réglages"
    row_header = "libelle"

    libelle = LinkedColumn(
        "Réglage", url=lambda reglage: reverse("cdap:reglage_view", args=[reglage.code]), orderable=False
    )
    valeur = tables.Column("Valeur", accessor="valeur_written", orderable=False)
    portail = tables.Column("Valeur du portail", accessor="portail_written", orderable=False)
    origine = tables.Column("Choisie par", orderable=False)

    def __init__(self, *args: object, caption: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.caption = caption or self.caption


class JustificationTable(Table):
    noun = "consultation à justifier,consultations à justifier"
    caption = "Consultations tirées au sort"
    row_header = "consulted_at"
    empty_title = "Rien à justifier"
    empty_advice = "Les consultations que la Caf tire au sort chaque mois apparaissent ici."

    consulted_at = LinkedColumn(
        "Consultation du",
        order_by=("consulted_at", "pk"),
        url=lambda demande: reverse("cdap:justification_view", args=[demande.pk]),
    )
    personne = tables.Column("Personne", accessor="utilisateur__nom_complet", order_by=("utilisateur__sort_key", "pk"))
    organisme = tables.Column("Organisme", accessor="organisme__raison_sociale", order_by=("organisme__sort_key", "pk"))
    caf = tables.Column("Caf", accessor="echantillon__caf__nom", orderable=False)
    due_on = DayColumn(verbose_name="À justifier avant le", order_by=("due_on", "pk"))
    etat = EtatColumn(verbose_name="État", order_by=("etat", "pk"))

    class Meta:
        model = DemandeJustification
        fields = ("consulted_at", "personne", "organisme", "caf", "due_on", "etat")

    def __init__(self, *args: object, is_own: bool, **kwargs: object) -> None:
        super().__init__(*args, exclude=("personne", "organisme") if is_own else ("caf",), **kwargs)

    def render_consulted_at(self, record: DemandeJustification, column: LinkedColumn) -> str:
        return column.render(instant(record.consulted_at), record)


class ActiviteTable(Table):
    noun = "organisme,organismes"
    caption = "Consultations par organisme"
    row_header = "organisme"
    empty_title = "Aucune consultation"
    empty_advice = "Choisissez une autre période."

    organisme = tables.Column("Organisme")
    consultations = tables.Column("Consultations")
    personnes = tables.Column("Personnes")
    ouverts = tables.Column("Dossiers ouverts")
    inconnus = tables.Column("Numéros inconnus")
    autres = tables.Column("Autres refus")
    alertes = tables.Column("Alertes")


class TraceTable(Table):
    """Who consulted a file, as the person who asks may read it."""

    noun = "consultation,consultations"
    caption = "Qui a consulté ce dossier"
    row_header = "at"
    empty_title = "Aucune consultation"
    empty_advice = "Personne n'a demandé ce numéro dans ce service."

    at = InstantColumn(verbose_name="Date", orderable=False)
    personne = tables.Column("Personne", orderable=False)
    organisme = tables.Column("Organisme", orderable=False)
    profil = tables.Column("Profil", orderable=False)
    finalite = tables.Column("Finalité", orderable=False)
    motif = tables.Column("Motif", orderable=False)
    issue = tables.Column("Résultat", orderable=False)
    onglets = tables.Column("Onglets lus", orderable=False, default="–")


class ConsultationTable(Table):
    """What was consulted while an alert was made; the numbers of its own files only, for a Caf."""

    noun = "consultation,consultations"
    caption = "Ce qui a été consulté"
    row_header = "at"

    at = InstantColumn(verbose_name="Date", orderable=False)
    numero = tables.Column("Dossier", orderable=False, empty_values=())
    issue = tables.Column("Résultat", accessor="get_issue_display", orderable=False)
    finalite = tables.Column("Finalité", orderable=False)
    motif = tables.Column("Motif", orderable=False)
    address = tables.Column("Adresse réseau", orderable=False)

    def __init__(self, *args: object, caf: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.caf = caf

    def render_numero(self, record: Consultation) -> str:
        if record.caf_id != self.caf:
            return f"Dossier de la {record.caf.nom}"
        return str(record) if record.numero else "Recherche par nom sans résultat"
