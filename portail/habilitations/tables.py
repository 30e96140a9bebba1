"""Lists of conventions, people, groups, memberships; columns as on the screens of S0 and S2."""

import django_tables2 as tables
from django.urls import reverse

from portail.conventions.models import Convention, Rattachement
from portail.habilitations.models import Appartenance, Groupe
from portail.ui.tables import ActionsColumn, DayColumn, MailColumn, StatutColumn, Table


class ConventionTable(Table):
    noun = "convention,conventions"
    row_header = "libelle"
    empty_title = "Aucune convention"
    empty_advice = "Modifiez ou réinitialisez vos critères de recherche."

    libelle = tables.Column(
        "Libellé",
        order_by=("sort_key", "pk"),
        linkify=lambda record: reverse("habilitations:convention_view", args=[record.pk]),
    )
    caf_pivot = tables.Column("CAF pivot", order_by=("caf_pivot__code", "pk"))
    partenaire = tables.Column(
        "Partenaire", accessor="organisme__raison_sociale", order_by=("organisme__sort_key", "pk")
    )
    opens_on = DayColumn(verbose_name="Date d'ouverture")
    closes_on = DayColumn(verbose_name="Date de clôture")
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    etat = tables.TemplateColumn(template_name="habilitations/convention_etat.html", verbose_name="État")
    actions = ActionsColumn("habilitations/convention_actions.html", row_name="libelle", empty_values=())

    class Meta:
        model = Convention
        fields = ("libelle", "caf_pivot", "partenaire", "opens_on", "closes_on", "statut", "etat")

    def value_etat(self, record: Convention) -> str:
        return etat_in_words(record)


def etat_in_words(convention: Convention) -> str:
    """« Validée le 30/08/2018 », « Suspendue », « Brouillon »…"""
    if getattr(convention, "is_suspended", False):
        return "Suspendue"
    if convention.validated_on:
        return f"Validée le {convention.validated_on:%d/%m/%Y}"
    return convention.get_etat_display()


class UtilisateurTable(Table):
    noun = "utilisateur,utilisateurs"
    row_header = "identifiant"
    empty_title = "Aucun utilisateur"
    empty_advice = "Modifiez vos critères de recherche, ou créez un utilisateur."

    identifiant = tables.Column(
        "Identifiant",
        accessor="utilisateur__identifiant",
        linkify=lambda record: reverse("habilitations:utilisateur_view", args=[record.convention_id, record.pk]),
    )
    nom = tables.Column("Nom", accessor="utilisateur__nom", order_by=("utilisateur__sort_key", "pk"))
    prenom = tables.Column("Prénom", accessor="utilisateur__prenom", orderable=False)
    courriel = MailColumn(verbose_name="Adresse mail", accessor="utilisateur__courriel", orderable=False)
    telephone = tables.Column("Téléphone", accessor="utilisateur__telephone", orderable=False)
    opens_on = DayColumn(verbose_name="Date d'ouverture")
    closes_on = DayColumn(verbose_name="Date de clôture")
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    actions = ActionsColumn(
        "habilitations/utilisateur_actions.html", row_name="utilisateur__nom_complet", empty_values=()
    )

    class Meta:
        model = Rattachement
        fields = ("identifiant", "nom", "prenom", "courriel", "telephone", "opens_on", "closes_on", "statut")

    def __init__(self, *args: object, may_manage: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.may_manage = may_manage


class GroupeTable(Table):
    noun = "groupe,groupes"
    row_header = "libelle"
    empty_title = "Aucun groupe"
    empty_advice = "Modifiez vos critères de recherche, ou créez un groupe."

    code = tables.Column("Code")
    libelle = tables.Column(
        "Libellé", linkify=lambda record: reverse("habilitations:groupe_view", args=[record.convention_id, record.pk])
    )
    niveau = tables.Column("Niveau")
    parent = tables.Column("Sous-groupe de", accessor="parent__libelle", orderable=False)
    opens_on = DayColumn(verbose_name="Date d'ouverture")
    closes_on = DayColumn(verbose_name="Date de clôture")
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    actions = ActionsColumn("habilitations/groupe_actions.html", row_name="libelle", empty_values=())

    class Meta:
        model = Groupe
        fields = ("code", "libelle", "niveau", "parent", "opens_on", "closes_on", "statut")


class MembreTable(Table):
    noun = "appartenance,appartenances"
    row_header = "nom"
    empty_title = "Aucun membre"
    empty_advice = "Ajoutez un utilisateur au groupe : il aura les rôles du groupe."

    identifiant = tables.Column(
        "Identifiant",
        accessor="rattachement__utilisateur__identifiant",
        linkify=lambda record: reverse(
            "habilitations:utilisateur_view", args=[record.rattachement.convention_id, record.rattachement_id]
        ),
    )
    nom = tables.Column(
        "Nom",
        accessor="rattachement__utilisateur__nom",
        order_by=("rattachement__utilisateur__sort_key", "pk"),
    )
    prenom = tables.Column("Prénom", accessor="rattachement__utilisateur__prenom", orderable=False)
    opens_on = DayColumn(verbose_name="Date d'ouverture")
    closes_on = DayColumn(verbose_name="Date de clôture")
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    actions = ActionsColumn(
        "habilitations/appartenance_actions.html", row_name="rattachement__utilisateur__nom_complet", empty_values=()
    )

    class Meta:
        model = Appartenance
        fields = ("identifiant", "nom", "prenom", "opens_on", "closes_on", "statut")


class AppartenanceTable(Table):
    noun = "appartenance,appartenances"
    row_header = "groupe"
    empty_title = "Aucun groupe"
    empty_advice = "Cette personne n'appartient à aucun groupe : elle ne voit aucun service."

    groupe = tables.Column(
        "Groupe",
        accessor="groupe__libelle",
        orderable=False,
        linkify=lambda record: reverse(
            "habilitations:groupe_view", args=[record.groupe.convention_id, record.groupe_id]
        ),
    )
    opens_on = DayColumn(verbose_name="Date d'ouverture")
    closes_on = DayColumn(verbose_name="Date de clôture")
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    opened_by = tables.Column("Donnée par", accessor="opened_by__nom_complet", orderable=False)
    actions = ActionsColumn("habilitations/appartenance_actions.html", row_name="groupe__libelle", empty_values=())

    class Meta:
        model = Appartenance
        fields = ("groupe", "opens_on", "closes_on", "statut", "opened_by")
