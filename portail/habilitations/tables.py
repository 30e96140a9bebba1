"""Lists of conventions, people, groups, memberships; columns as on the screens of S0 and S2."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from portail.conventions.models import Convention, Rattachement
from portail.habilitations import roles
from portail.habilitations.enums import Nature
from portail.habilitations.models import Appartenance, DemandeAcces, Groupe, Terme
from portail.ui.tables import (
    ActionsColumn,
    DayColumn,
    LinkedColumn,
    MailColumn,
    RowAction,
    StatutColumn,
    Table,
    TickColumn,
)
from portail.ui.templatetags.ui import component, day, in_words

LOT = "lot"  # the id of the form that a list's boxes are sent with


def convention_url(convention: Convention) -> str:
    return reverse("habilitations:convention_view", args=[convention.pk])


def convention_actions(convention: Convention, table: Table) -> Iterator[RowAction]:
    """« Autres actions » of a convention (S0)."""
    yield RowAction("Groupes", reverse("habilitations:groupe_list", args=[convention.pk]))
    yield RowAction("Utilisateurs", reverse("habilitations:utilisateur_list", args=[convention.pk]))
    yield RowAction("Détail de la convention", convention_url(convention))


class ConventionTable(Table):
    noun = "convention,conventions"
    row_header = "libelle"
    empty_title = "Aucune convention"
    empty_advice = "Modifiez ou réinitialisez vos critères de recherche."

    libelle = LinkedColumn("Libellé", order_by=("sort_key", "pk"), url=convention_url)
    caf_pivot = tables.Column("CAF pivot", order_by=("caf_pivot__code", "pk"))
    partenaire = tables.Column(
        "Partenaire", accessor="organisme__raison_sociale", order_by=("organisme__sort_key", "pk")
    )
    opens_on = DayColumn(verbose_name="Date d'ouverture")
    closes_on = DayColumn(verbose_name="Date de clôture")
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    etat = tables.Column("État")
    actions = ActionsColumn(convention_actions, row_name="libelle")

    class Meta:
        model = Convention
        fields = ("libelle", "caf_pivot", "partenaire", "opens_on", "closes_on", "statut", "etat")

    def render_etat(self, record: Convention) -> str:
        words = etat_in_words(record)
        statut = "suspendu" if getattr(record, "is_suspended", False) else "" if record.validated_on else record.etat
        return component("ui/components/status.html", value=statut, label=words) if statut else words

    def value_etat(self, record: Convention) -> str:
        return etat_in_words(record)


def etat_in_words(convention: Convention) -> str:
    """« Validée le 30/08/2018 », « Suspendue », « Brouillon »…"""
    if getattr(convention, "is_suspended", False):
        return "Suspendue"
    if convention.validated_on:
        return f"Validée le {convention.validated_on:%d/%m/%Y}"
    return convention.get_etat_display()


def utilisateur_url(rattachement: Rattachement) -> str:
    return reverse("habilitations:utilisateur_view", args=[rattachement.convention_id, rattachement.pk])


def utilisateur_actions(rattachement: Rattachement, table: "UtilisateurTable") -> Iterator[RowAction]:
    """« Autres actions » of a person (S0). One address is asked for; the others stand below it."""
    fiche = utilisateur_url(rattachement)
    may_change = table.may_manage and rattachement.statut_today != "cloture"
    yield RowAction("Détail de l'utilisateur", fiche)
    if may_change:
        yield RowAction("Modifier", f"{fiche}modifier/")
        yield RowAction("Ajouter à un groupe", f"{fiche}ajouter-a-un-groupe/")
    yield RowAction("Gérer l'appartenance de l'utilisateur", f"{fiche}appartenances/")
    if may_change:
        yield RowAction("Renvoi de l'identifiant par mail", f"{fiche}renvoyer-identifiant/", posts=True)
        yield RowAction("Clôturer l'accès", f"{fiche}cloturer/")


class UtilisateurTable(Table):
    noun = "utilisateur,utilisateurs"
    row_header = "identifiant"
    empty_title = "Aucun utilisateur"
    empty_advice = "Modifiez vos critères de recherche, ou créez un utilisateur."

    choix = TickColumn(form=LOT, row_name="utilisateur__nom_complet")
    identifiant = LinkedColumn("Identifiant", accessor="utilisateur__identifiant", url=utilisateur_url)
    nom = tables.Column("Nom", accessor="utilisateur__nom", order_by=("utilisateur__sort_key", "pk"))
    prenom = tables.Column("Prénom", accessor="utilisateur__prenom", orderable=False)
    courriel = MailColumn(verbose_name="Adresse mail", accessor="utilisateur__courriel", orderable=False)
    telephone = tables.Column("Téléphone", accessor="utilisateur__telephone", orderable=False)
    opens_on = DayColumn(verbose_name="Date d'ouverture")
    closes_on = DayColumn(verbose_name="Date de clôture")
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    actions = ActionsColumn(utilisateur_actions, row_name="utilisateur__nom_complet")

    class Meta:
        model = Rattachement
        fields = ("choix", "identifiant", "nom", "prenom", "courriel", "telephone", "opens_on", "closes_on", "statut")

    def __init__(self, *args: object, may_manage: bool = False, **kwargs: object) -> None:
        super().__init__(*args, exclude=() if may_manage else ("choix",), **kwargs)
        self.may_manage = may_manage


def groupe_url(groupe: Groupe) -> str:
    return reverse("habilitations:groupe_view", args=[groupe.convention_id, groupe.pk])


def groupe_actions(groupe: Groupe, table: Table) -> Iterator[RowAction]:
    """« Autres actions » of a group (S2). One address is asked for; the others stand below it."""
    fiche, is_closed = groupe_url(groupe), groupe.statut_today == "cloture"
    if not is_closed:
        yield RowAction("Habilitations du groupe", f"{fiche}roles/")
        yield RowAction("Ajouter un utilisateur au groupe", f"{fiche}membres/ajouter/")
    yield RowAction("Gérer l'appartenance", f"{fiche}membres/")
    if not is_closed:
        yield RowAction("Créer un sous-groupe", f"{fiche}sous-groupe/")
        yield RowAction("Modifier", f"{fiche}modifier/")
        yield RowAction("Clôturer", f"{fiche}cloturer/")


class GroupeTable(Table):
    noun = "groupe,groupes"
    row_header = "libelle"
    empty_title = "Aucun groupe"
    empty_advice = "Modifiez vos critères de recherche, ou créez un groupe."

    code = tables.Column("Code")
    libelle = LinkedColumn("Libellé", url=groupe_url)
    niveau = tables.Column("Niveau")
    parent = tables.Column("Sous-groupe de", accessor="parent__libelle", orderable=False)
    opens_on = DayColumn(verbose_name="Date d'ouverture")
    closes_on = DayColumn(verbose_name="Date de clôture")
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    actions = ActionsColumn(groupe_actions, row_name="libelle")

    class Meta:
        model = Groupe
        fields = ("code", "libelle", "niveau", "parent", "opens_on", "closes_on", "statut")


def appartenance_actions(appartenance: Appartenance, table: Table) -> Iterator[RowAction]:
    if appartenance.statut_today != "cloture":
        place = [appartenance.groupe.convention_id, appartenance.pk]
        yield RowAction("Modifier les dates", reverse("habilitations:appartenance_edit", args=place))
        yield RowAction("Retirer du groupe", reverse("habilitations:appartenance_close", args=place))


class MembreTable(Table):
    noun = "appartenance,appartenances"
    row_header = "nom"
    empty_title = "Aucun membre"
    empty_advice = "Ajoutez un utilisateur au groupe : il aura les rôles du groupe."

    identifiant = LinkedColumn(
        "Identifiant",
        accessor="rattachement__utilisateur__identifiant",
        url=lambda appartenance: utilisateur_url(appartenance.rattachement),
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
    actions = ActionsColumn(appartenance_actions, row_name="rattachement__utilisateur__nom_complet")

    class Meta:
        model = Appartenance
        fields = ("identifiant", "nom", "prenom", "opens_on", "closes_on", "statut")


class AppartenanceTable(Table):
    noun = "appartenance,appartenances"
    row_header = "groupe"
    empty_title = "Aucun groupe"
    empty_advice = "Cette personne n'appartient à aucun groupe : elle ne voit aucun service."

    groupe = LinkedColumn(
        "Groupe",
        accessor="groupe__libelle",
        orderable=False,
        url=lambda appartenance: groupe_url(appartenance.groupe),
    )
    opens_on = DayColumn(verbose_name="Date d'ouverture")
    closes_on = DayColumn(verbose_name="Date de clôture")
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    opened_by = tables.Column("Donnée par", accessor="opened_by__nom_complet", orderable=False)
    actions = ActionsColumn(appartenance_actions, row_name="groupe__libelle")

    class Meta:
        model = Appartenance
        fields = ("groupe", "opens_on", "closes_on", "statut", "opened_by")


def terme_url(terme: Terme) -> str:
    """Where one sees what ends: the person, the group or the convention."""
    if terme.rattachement is not None:
        return reverse("habilitations:utilisateur_view", args=[terme.convention_id, terme.rattachement_id])
    if terme.groupe_id is not None:
        return reverse("habilitations:groupe_view", args=[terme.convention_id, terme.groupe_id])
    return reverse("habilitations:convention_view", args=[terme.convention_id])


class TermeTable(Table):
    """« Horizon »: what ends, when, which rights stop with it, what one can do."""

    noun = "échéance,échéances"
    row_header = "what"
    empty_title = "Rien ne se termine"
    empty_advice = "Aucun accès, aucun groupe, aucun rôle ne se termine dans la période et avec les filtres choisis."

    choix = TickColumn(form=LOT, row_name="what")
    nature = tables.Column("Nature", accessor="get_nature_display", orderable=False)
    what = LinkedColumn("Qui ou quoi", order_by=("sort_key", "pk"), url=terme_url)
    convention = tables.Column("Convention", accessor="convention__libelle", orderable=False)
    closes_on = tables.Column("Dernier jour", order_by=("closes_on", "sort_key", "pk"))
    lost = tables.Column("Ce qui s'arrête", empty_values=(), orderable=False)
    remedy = tables.Column("Que faire", empty_values=(), orderable=False)

    class Meta:
        model = Terme
        fields = ("choix", "nature", "what", "convention", "closes_on", "lost", "remedy")

    def __init__(self, *args: object, lost: Callable[[list[Terme]], dict[str, str]], renew_url: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.rights_lost, self.renew_url = lost, renew_url

    @cached_property
    def lost_by_line(self) -> dict[str, str]:
        return self.rights_lost([row.record for row in self.paginated_rows])

    def render_closes_on(self, value: date) -> str:
        return format_html('{} <span class="note">{}</span>', day(value), in_words(value))

    def value_closes_on(self, value: date) -> date:
        return value

    def render_lost(self, record: Terme) -> str:
        if record.nature == Nature.ADMINISTRATEUR:
            return "L'administration de la convention"
        if record.nature == Nature.RESPONSABLE:
            return "La gestion du groupe"
        return self.lost_by_line.get(record.pk, "Aucun droit en cours")

    def value_lost(self, record: Terme) -> str:
        return self.render_lost(record)

    def render_remedy(self, record: Terme) -> str:
        if record.is_decided:
            return f"Fin décidée : {record.closing_reason}" if record.closing_reason else "Fin décidée"
        if not record.is_renewable:
            return "Seule la Caf prolonge"
        if not self.renew_url:
            return ""
        return format_html(
            '<a href="{}?choix={}">Renouveler<span class="visually-hidden"> : {}</span></a>',
            self.renew_url,
            record.pk,
            record.what,
        )

    def value_remedy(self, record: Terme) -> str:
        return "Renouveler" if record.is_renewable else self.render_remedy(record)


class DemandeAccesTable(Table):
    noun = "demande en attente,demandes en attente"
    row_header = "personne"
    empty_title = "Aucune demande en attente"
    empty_advice = "Les demandes d'accès de vos collaborateurs apparaîtront ici."

    personne = LinkedColumn(
        "Personne",
        accessor="rattachement__utilisateur__nom_complet",
        order_by=("rattachement__utilisateur__sort_key", "pk"),
        url=lambda demande: reverse("habilitations:acces_decide", args=[demande.pk]),
    )
    convention = tables.Column("Convention", accessor="rattachement__convention__libelle", orderable=False)
    service = tables.Column("Service")
    motif = tables.Column("Motif", orderable=False)
    wished_until = DayColumn(verbose_name="Jusqu'au")
    asked_at = DayColumn(verbose_name="Demandé le")

    class Meta:
        model = DemandeAcces
        fields = ("personne", "convention", "service", "motif", "wished_until", "asked_at")

    def render_service(self, value: str) -> str:
        return roles.SERVICES[value].libelle if value in roles.SERVICES else value
