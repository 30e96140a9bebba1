"""The queue of the Caf, the complements asked, the rights found otherwise."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from portail.afas.models import Declaration, DemandeComplement, EcartRecalcul, RecalculDroits
from portail.afas.queries.droits import amount
from portail.afas.queries.traitement import days_late, percent_in_words
from portail.ui.tables import DayColumn, LinkedColumn, StatutColumn, Table, TickColumn
from portail.ui.templatetags.ui import component, counted, day, in_words, instant

LOT = "lot"


class VariationColumn(tables.Column):
    """« +12,5 % » of last year's réel."""

    def __init__(self, verbose_name: str, **kwargs: Any) -> None:
        super().__init__(verbose_name, attrs={"td": {"class": "cell-number"}}, **kwargs)

    def render(self, value: Any) -> str:
        return percent_in_words(value)

    def value(self, value: Any) -> str:
        return percent_in_words(value)


def traitement_url(declaration: Declaration) -> str:
    return reverse("afas:traitement_view", args=[declaration.pk])


class TraitementTable(Table):
    """« Déclarations à traiter »: who declares what, since when, who works on it, where to look first."""

    noun = "déclaration,déclarations"
    row_header = "activite"
    empty_title = "Aucune déclaration"
    empty_advice = "Rien n'attend la Caf avec ces critères : modifiez-les, ou réinitialisez-les."

    choix = TickColumn(form=LOT, row_name="activite__libelle")
    activite = LinkedColumn("Activité", url=traitement_url, order_by=("activite__sort_key", "pk"))
    echeance = tables.Column("Déclaration", order_by=("echeance__exercice", "echeance__phase", "pk"))
    transmitted_at = DayColumn(verbose_name="Transmise le", order_by=("transmitted_at", "pk"))
    etat = StatutColumn(verbose_name="État", order_by=("etat", "pk"))
    traitant = tables.Column(
        "Suivie par", accessor="traitant__nom_complet", default="Personne", order_by=("traitant__sort_key", "pk")
    )
    variation_charges = VariationColumn("Charges / N-1", order_by=("variation_charges", "pk"))
    variation_activite = VariationColumn("Activité / N-1", order_by=("variation_activite", "pk"))
    signaux = tables.Column("Signaux", accessor="alertes", order_by=("alertes", "pk"))

    class Meta:
        model = Declaration
        fields = (
            "choix",
            "activite",
            "echeance",
            "transmitted_at",
            "etat",
            "traitant",
            "variation_charges",
            "variation_activite",
            "signaux",
        )

    def __init__(self, *args: Any, is_working: bool, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if is_working else ("choix",), **kwargs)

    def render_activite(self, record: Declaration) -> str:
        activite = record.activite
        note = f"{activite.organisme.raison_sociale} · {activite.nature_label}"
        url = traitement_url(record)
        return format_html('<a href="{}">{}</a> <span class="note fw-normal">{}</span>', url, activite.libelle, note)

    def value_activite(self, record: Declaration) -> str:
        return f"{record.activite.libelle} ({record.activite.organisme.raison_sociale})"

    def render_etat(self, record: Declaration) -> str:
        return component("ui/components/status.html", value=record.etat, label=record.get_etat_display())

    def value_etat(self, record: Declaration) -> str:
        return record.get_etat_display()

    def render_signaux(self, record: Declaration) -> str:
        return ", ".join(signals_of(record)) or "–"

    def value_signaux(self, record: Declaration) -> str:
        return ", ".join(signals_of(record))


def signals_of(declaration: Declaration) -> list[str]:
    """Where to look first, in words."""
    late = days_late(declaration)
    told = [
        counted(declaration.alertes, "alerte justifiée,alertes justifiées") if declaration.alertes else "",
        f"{counted(late, 'jour')} de retard" if late else "",
        "première déclaration" if declaration.is_first else "",
        f"version {declaration.version}" if declaration.version > 1 else "",
    ]
    return [each for each in told if each]


class ComplementTable(Table):
    noun = "demande,demandes"
    row_header = "objet"
    empty_title = "Aucune demande de complément"
    empty_advice = "Ce que la Caf demande sur une déclaration transmise apparaît ici, jusqu'à la réponse."

    objet = LinkedColumn(
        "Objet", url=lambda demande: reverse("afas:complement_view", args=[demande.pk]), order_by=("objet", "pk")
    )
    activite = tables.Column(
        "Activité", accessor="declaration__activite", order_by=("declaration__activite__sort_key", "pk")
    )
    echeance = tables.Column("Déclaration", accessor="declaration__echeance", orderable=False)
    asked_at = DayColumn(verbose_name="Demandé le")
    due_on = DayColumn(verbose_name="Réponse attendue le")
    suivi = tables.Column("Suivi", accessor="due_on", orderable=False)

    class Meta:
        model = DemandeComplement
        fields = ("objet", "activite", "echeance", "asked_at", "due_on", "suivi")

    def render_suivi(self, record: DemandeComplement) -> str:
        value, label = suivi_of(record)
        return component("ui/components/status.html", value=value, label=label)

    def value_suivi(self, record: DemandeComplement) -> str:
        return suivi_of(record)[1]


def suivi_of(demande: DemandeComplement) -> tuple[str, str]:
    """The look and the words: closed, late, or awaited."""
    if demande.closed_at is not None:
        return "clos", f"Close le {day(demande.closed_at)}"
    if demande.due_on < timezone.localdate():
        return "echec", f"En retard : {in_words(demande.due_on)}"
    return "a_completer", f"Attendue {in_words(demande.due_on)}"


class RecalculTable(Table):
    noun = "recalcul,recalculs"
    row_header = "exercice"
    empty_title = "Aucun recalcul"
    empty_advice = "Choisissez un exercice : chaque droit enregistré est recalculé et comparé. Rien n'est remplacé."

    exercice = LinkedColumn(
        "Exercice", url=lambda recalcul: reverse("afas:recalcul_view", args=[recalcul.pk]), order_by=("exercice", "pk")
    )
    asked_at = tables.Column("Demandé le")
    asked_by = tables.Column("Demandé par", accessor="asked_by__nom_complet", orderable=False, default="L'exploitation")
    done = tables.Column("Droits recalculés", attrs={"td": {"class": "cell-number"}})
    ecarts = tables.Column("Différents", accessor="ecarts__count", orderable=False)
    finished_at = tables.Column("Terminé le", default="En cours")

    class Meta:
        model = RecalculDroits
        fields = ("exercice", "asked_at", "asked_by", "done", "ecarts", "finished_at")

    def render_exercice(self, record: RecalculDroits) -> str:
        url = reverse("afas:recalcul_view", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, str(record.exercice))

    def render_asked_at(self, value: Any) -> str:
        return instant(value)

    def render_finished_at(self, value: Any) -> str:
        return instant(value)


class EcartTable(Table):
    noun = "droit différent,droits différents"
    row_header = "activite"
    empty_title = "Aucun écart"
    empty_advice = "Chaque droit recalculé est égal, au centime et ligne par ligne, au droit enregistré."

    activite = LinkedColumn(
        "Activité",
        accessor="droit__declaration__activite",
        url=lambda ecart: traitement_url(ecart.droit.declaration),
        order_by=("droit__declaration__activite__sort_key", "pk"),
    )
    echeance = tables.Column("Déclaration", accessor="droit__declaration__echeance", orderable=False)
    etat = tables.Column("État", accessor="droit__declaration__get_etat_display", orderable=False)
    kept = tables.Column("Droit enregistré", accessor="droit__montant", attrs={"td": {"class": "cell-number"}})
    montant = tables.Column("Droit recalculé", empty_values=(), attrs={"td": {"class": "cell-number"}})

    class Meta:
        model = EcartRecalcul
        fields = ("activite", "echeance", "etat", "kept", "montant")

    def render_kept(self, value: Any) -> str:
        return amount(value)

    def value_kept(self, value: Any) -> Any:
        return value

    def render_montant(self, record: EcartRecalcul) -> str:
        return f"Il manque : {record.manque}" if record.montant is None else amount(record.montant)

    def value_montant(self, record: EcartRecalcul) -> Any:
        return self.render_montant(record) if record.montant is None else record.montant
