"""Lists of the profiles (for the exports), of the approbateurs to validate and of the feed."""

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone

from portail.afas.models import Profil
from portail.afas.queries.attributions import Attribution
from portail.journal import events
from portail.journal.models import JournalEntry
from portail.ui.tables import DayColumn, LinkedColumn, StatutColumn, Table, TickColumn
from portail.ui.templatetags.ui import component, day


class AttributionTable(Table):
    """The lines of « Habilitations d'action sociale », one under another."""

    noun = "habilitation,habilitations"

    organisme = tables.Column("Partenaire", accessor="activite__organisme__raison_sociale")
    activite = tables.Column("Activité", accessor="activite__libelle")
    type = tables.Column("Type d'activité", accessor="activite__type_label")
    nature = tables.Column("Nature d'activité", accessor="activite__nature_label")
    dossier = tables.Column("N° de dossier", accessor="activite__numero_dossier")
    lieu = tables.Column("Lieu d'implantation", accessor="lieu", default="")
    role = tables.Column("Rôle", accessor="role_label")
    utilisateur = tables.Column("Utilisateur", accessor="profil__rattachement__utilisateur__nom_complet", default="")
    identifiant = tables.Column("Identifiant", accessor="profil__rattachement__utilisateur__identifiant", default="")
    opens_on = tables.Column("Début d'habilitation", accessor="profil__opens_on", default="")
    closes_on = tables.Column("Fin d'habilitation", accessor="profil__ended_on", default="")
    etat = tables.Column("État", accessor="etat_label")
    why = tables.Column("Précision")

    def value_opens_on(self, record: Attribution) -> str:
        return day(record.profil.opens_on) if record.profil else ""

    def value_closes_on(self, record: Attribution) -> str:
        return day(record.profil.ended_on) if record.profil else ""


def _name(profil: Profil) -> str:
    return profil.rattachement.utilisateur.nom_complet


class ApprobateurTable(Table):
    noun = "approbateur,approbateurs"
    row_header = "utilisateur"
    empty_title = "Aucun approbateur n'attend votre réponse"
    empty_advice = (
        "Ceux que les organismes proposent apparaissent ici ; choisissez une autre réponse pour voir les vôtres."
    )

    choix = TickColumn(form="lot", row_name="rattachement__utilisateur__nom_complet")
    utilisateur = LinkedColumn(
        "Approbateur proposé",
        accessor="rattachement__utilisateur__nom_complet",
        order_by=("rattachement__utilisateur__sort_key", "pk"),
        url=lambda profil: reverse("afas:approbateur_decide", args=[profil.pk]),
    )
    organisme = tables.Column(
        "Organisme", accessor="activite__organisme__raison_sociale", order_by=("activite__organisme__sort_key", "pk")
    )
    activite = tables.Column("Activité", accessor="activite__libelle", order_by=("activite__sort_key", "pk"))
    remplace = tables.Column(
        "À la place de", accessor="remplace__rattachement__utilisateur__nom_complet", orderable=False
    )
    opens_on = DayColumn(verbose_name="À partir du")
    opened_at = DayColumn(verbose_name="Proposé le")
    validation = StatutColumn(verbose_name="Réponse", orderable=False)

    class Meta:
        model = Profil
        fields = ("choix", "utilisateur", "organisme", "activite", "remplace", "opens_on", "opened_at", "validation")

    def render_validation(self, record: Profil) -> str:
        return component("ui/components/status.html", value=record.validation)

    def value_validation(self, record: Profil) -> str:
        return record.get_validation_display()


class ChangementTable(Table):
    noun = "changement,changements"
    row_header = "recorded_at"
    empty_title = "Aucun changement de profil"
    empty_advice = "Ce que les organismes changent dans les rôles de leurs activités apparaît ici."

    recorded_at = tables.Column("Date et heure", order_by=("pk",))
    organisme = tables.Column("Organisme", accessor="facts__organisme", orderable=False)
    portee = tables.Column("Activité ou lieu", accessor="facts__portee", orderable=False)
    utilisateur = tables.Column("Personne", accessor="facts__utilisateur", orderable=False)
    sentence = tables.Column("Ce qui a changé", accessor="kind", orderable=False)

    class Meta:
        model = JournalEntry
        fields = ("recorded_at", "organisme", "portee", "utilisateur", "sentence")

    def render_recorded_at(self, record: JournalEntry) -> str:
        return f"{timezone.localtime(record.recorded_at):%d/%m/%Y %H:%M}"

    def render_sentence(self, record: JournalEntry) -> str:
        return events.sentence(record.kind, record.by_label, record.facts)

    def value_sentence(self, record: JournalEntry) -> str:
        return self.render_sentence(record)
