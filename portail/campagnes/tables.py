"""Lists of campaigns, of their lines and reviewers, of what one has to answer, and of audit packs."""

from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from portail.campagnes.enums import EtatCampagne, EtatDossier, Niveau
from portail.campagnes.models import Campagne, DossierAudit, LigneCampagne
from portail.habilitations.tables import LOT
from portail.ui.tables import DayColumn, InstantColumn, LinkedColumn, StatutColumn, Table, TickColumn
from portail.ui.templatetags.ui import NOTHING, day, in_words

LATE = 7  # days before the end: the reminder after which a reviewer is late


class DeadlineColumn(tables.Column):
    """A day to come, in words too."""

    def render(self, value: Any) -> str:
        return format_html('{} <span class="note">{}</span>', day(value), in_words(value))

    def value(self, value: Any) -> Any:
        return value


def campagne_url(campagne: Campagne) -> str:
    return reverse("campagnes:campagne_view", args=[campagne.pk])


class CampagneTable(Table):
    noun = "campagne,campagnes"
    row_header = "libelle"
    empty_title = "Aucune campagne"
    empty_advice = "Une campagne fait confirmer les habilitations par ceux qui connaissent les personnes."

    numero = tables.Column("N°", accessor="pk", order_by="pk")
    libelle = LinkedColumn("Intitulé", url=campagne_url)
    ends_on = DeadlineColumn(verbose_name="Échéance")
    total = tables.Column("Lignes")
    asked_by = tables.Column("Préparée par", accessor="asked_by__nom_complet", order_by=("asked_by__sort_key", "pk"))
    etat = StatutColumn(verbose_name="État", accessor="etat")

    class Meta:
        model = Campagne
        fields = ("numero", "libelle", "ends_on", "total", "asked_by", "etat")

    def render_etat(self, record: Campagne) -> Any:
        return StatutColumn().render(EtatCampagne(record.etat))

    def value_etat(self, record: Campagne) -> str:
        return record.get_etat_display()


class RelecteurTable(Table):
    """Who is asked, and what is left to answer; late once the reminder of the last week has left."""

    noun = "relecteur,relecteurs"
    row_header = "relecteur"
    empty_title = "Aucun relecteur"
    empty_advice = "Cette campagne n'a aucune ligne."

    relecteur = tables.Column("Relecteur", empty_values=(), order_by=("relecteur__nom", "relecteur"))
    niveau = tables.Column("À quel titre", orderable=False)
    lines = tables.Column("Lignes")
    left = tables.Column("Sans réponse")
    last = InstantColumn(verbose_name="Dernière réponse")

    def __init__(self, *args: Any, campagne: Campagne, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campagne = campagne

    def render_relecteur(self, record: dict[str, Any]) -> str:
        url = reverse("campagnes:ligne_list", args=[self.campagne.pk])
        if record["relecteur"] is None:
            return format_html('<a href="{}?niveau=caf">Administrateurs de la Caf</a>', url)
        query = urlencode({"relecteur": f"{record['relecteur__nom']} {record['relecteur__prenom']}"})
        return format_html('<a href="{}?{}">{}</a>', url, query, _named(record))

    def render_niveau(self, value: str) -> str:
        return Niveau(value).label

    def render_left(self, value: int) -> str:
        if not value:
            return "0"
        is_open = self.campagne.etat == EtatCampagne.OUVERTE
        is_late = is_open and self.campagne.rappel is not None and self.campagne.rappel <= LATE
        return format_html('<strong>{}</strong> <span class="note">{}</span>', value, "en retard" if is_late else "")


def _named(record: dict[str, Any]) -> str:
    return f"{record['relecteur__prenom']} {record['relecteur__nom']}"


def explain_url(ligne: LigneCampagne) -> str:
    """The page that says why the person has each right."""
    return reverse("habilitations:utilisateur_view", args=[ligne.convention_id, ligne.rattachement_id])


class _LignesTable(Table):
    """How the lists of lines tell the group, what it gives and the answer."""

    def render_groupe(self, record: LigneCampagne) -> str:
        return format_html('{} <span class="note">{}</span>', record.groupe.libelle, record.convention.libelle)

    def value_groupe(self, record: LigneCampagne) -> str:
        return f"{record.groupe.libelle} ({record.convention.libelle})"

    def render_roles(self, record: LigneCampagne) -> str:
        told = record.roles_in_words.split(", ")
        return format_html_join("", "<span class='d-block'>{}</span>", ((each,) for each in told)) or NOTHING

    def value_roles(self, record: LigneCampagne) -> str:
        return record.roles_in_words

    def render_reponse(self, value: str, record: LigneCampagne) -> str:
        by = f"par {record.answered_by.nom_complet}" if record.answered_by else ""
        return format_html('{} <span class="note">{}</span>', value, by)

    def value_reponse(self, value: str, record: LigneCampagne) -> str:
        return f"{value}, par {record.answered_by.nom_complet}" if record.answered_by else value


class LigneTable(_LignesTable):
    """Every line of a campaign, with what was answered and what came of it."""

    noun = "ligne,lignes"
    row_header = "personne"
    empty_title = "Aucune ligne"

    personne = tables.Column("Personne", accessor="utilisateur", order_by=("utilisateur__sort_key", "pk"))
    groupe = tables.Column("Groupe", accessor="groupe__libelle", order_by=("groupe__libelle", "pk"))
    roles = tables.Column("Ce que cela donne", accessor="roles", orderable=False)
    last_login = InstantColumn(verbose_name="Dernière connexion", default="Jamais connecté")
    relecteur = tables.Column("Demandé à", accessor="relecteur_in_words", orderable=False)
    reponse = tables.Column("Réponse", accessor="reponse_in_words", order_by=("reponse", "pk"))
    effet = tables.Column("Effet", empty_values=("",), order_by=("effet", "pk"))

    class Meta:
        model = LigneCampagne
        fields = ("personne", "groupe", "roles", "last_login", "relecteur", "reponse", "effet")

    def render_personne(self, value: Any) -> str:
        return format_html('{} {} <span class="note">{}</span>', value.nom, value.prenom, value.identifiant)

    def value_personne(self, value: Any) -> str:
        return f"{value.nom} {value.prenom} ({value.identifiant})"

    def render_effet(self, record: LigneCampagne) -> str:
        return format_html('{} <span class="note">{}</span>', record.get_effet_display(), record.sentence)

    def value_effet(self, record: LigneCampagne) -> str:
        return f"{record.get_effet_display()} {record.sentence}".strip()


def revue_url(ligne: LigneCampagne) -> str:
    return reverse("campagnes:revue_view", args=[ligne.pk])


class RevueTable(_LignesTable):
    """« Mes revues »: who has what through which group, for how long, used when; what one answered."""

    noun = "accès à revoir,accès à revoir"
    row_header = "personne"
    empty_title = "Rien à revoir"
    empty_advice = "Aucun accès n'attend votre réponse avec ces critères. Un courriel vous préviendra."

    choix = TickColumn(form=LOT, row_name="utilisateur__nom_complet")
    groupe = tables.Column(
        "Groupe", accessor="groupe__libelle", order_by=("convention__sort_key", "groupe__code", "utilisateur__sort_key")
    )
    personne = LinkedColumn(
        "Personne", accessor="utilisateur__nom_complet", url=revue_url, order_by=("utilisateur__sort_key", "pk")
    )
    roles = tables.Column("Ce que cela donne", accessor="roles", orderable=False)
    opens_on = DayColumn(verbose_name="Depuis le")
    last_login = InstantColumn(verbose_name="Dernière connexion", default="Jamais connecté")
    ends_on = DeadlineColumn(verbose_name="Avant le", accessor="campagne__ends_on")
    reponse = tables.Column("Réponse", accessor="reponse_in_words", order_by=("reponse", "pk"))

    class Meta:
        model = LigneCampagne
        fields = ("choix", "groupe", "personne", "roles", "opens_on", "last_login", "ends_on", "reponse")


def dossier_url(dossier: DossierAudit) -> str:
    return reverse("campagnes:dossier_view", args=[dossier.pk])


class DossierTable(Table):
    noun = "dossier,dossiers"
    row_header = "perimetre"
    empty_title = "Aucun dossier d'audit"
    empty_advice = "Demandez-en un : choisissez un périmètre et une période, le portail rassemble les preuves."

    perimetre = LinkedColumn("Périmètre", accessor="perimetre_in_words", url=dossier_url, orderable=False)
    since = DayColumn(verbose_name="Du")
    until = DayColumn(verbose_name="Au")
    asked_at = InstantColumn(verbose_name="Demandé le")
    etat = StatutColumn(verbose_name="État", accessor="etat")

    class Meta:
        model = DossierAudit
        fields = ("perimetre", "since", "until", "asked_at", "etat")

    def render_etat(self, record: DossierAudit) -> Any:
        return StatutColumn().render(EtatDossier(record.etat))

    def value_etat(self, record: DossierAudit) -> str:
        return record.get_etat_display()
