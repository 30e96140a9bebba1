"""Lists of conventions, people, groups, memberships; columns as on the screens of S0 and S2."""

import functools
from collections.abc import Iterator

import django_tables2 as tables
from django.urls import reverse

from portail.conventions.models import Convention, Rattachement
from portail.habilitations.models import Appartenance, Groupe
from portail.ui.tables import (
    ActionsColumn,
    ClosingColumn,
    DayColumn,
    LinkedColumn,
    MailColumn,
    PhoneColumn,
    RowAction,
    StatutColumn,
    Table,
    TickColumn,
)
from portail.ui.templatetags.ui import component

LOT = "lot"  # the id of the form that a list's boxes are sent with


def convention_url(convention: Convention) -> str:
    return reverse("habilitations:convention_view", args=[convention.pk])


def convention_actions(convention: Convention, table: Table) -> Iterator[RowAction]:
    """« Autres actions » of a convention (S0)."""
    yield RowAction("Groupes", reverse("habilitations:groupe_list", args=[convention.pk]))
    yield RowAction("Utilisateurs", reverse("habilitations:utilisateur_list", args=[convention.pk]))
    yield RowAction("Détail de la convention", convention_url(convention))
    rang, acteur = getattr(convention, "rang_in_force", None), table.request.acteur
    if rang and (acteur.caf or convention.pk in acteur.administered):
        yield RowAction("Télécharger PDF", reverse("conventionnement:version_pdf", args=[convention.pk, rang]))


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
    closes_on = ClosingColumn()
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


@functools.lru_cache(maxsize=1024)
def _utilisateurs_url(convention: int) -> str:
    """It never changes, and a list asks for it twice for each row; the pages of its people stand below it."""
    return reverse("habilitations:utilisateur_list", args=[convention])


def utilisateur_url(rattachement: Rattachement) -> str:
    return f"{_utilisateurs_url(rattachement.convention_id)}{rattachement.pk}/"


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
    telephone = PhoneColumn("Téléphone", accessor="utilisateur__telephone", orderable=False)
    opens_on = DayColumn(verbose_name="Date d'ouverture")
    closes_on = ClosingColumn()
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    actions = ActionsColumn(utilisateur_actions, row_name="utilisateur__nom_complet")

    class Meta:
        model = Rattachement
        fields = ("choix", "identifiant", "nom", "prenom", "courriel", "telephone", "opens_on", "closes_on", "statut")

    def __init__(self, *args: object, may_manage: bool = False, **kwargs: object) -> None:
        super().__init__(*args, exclude=() if may_manage else ("choix",), **kwargs)
        self.may_manage = may_manage


class _ManagedTable(Table):
    """A list whose rows offer their acts to who manages them: the rule is asked once for the page."""

    def __init__(self, *args: object, may_manage: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.may_manage = may_manage


def groupe_url(groupe: Groupe) -> str:
    return reverse("habilitations:groupe_view", args=[groupe.convention_id, groupe.pk])


def groupe_actions(groupe: Groupe, table: "GroupeTable") -> Iterator[RowAction]:
    """« Autres actions » of a group (S2). One address is asked for; the others stand below it."""
    fiche, is_managed = groupe_url(groupe), table.may_manage and groupe.statut_today != "cloture"
    if is_managed:
        yield RowAction("Habilitations du groupe", f"{fiche}roles/")
        yield RowAction("Ajouter un utilisateur au groupe", f"{fiche}membres/ajouter/")
    yield RowAction("Gérer l'appartenance" if table.may_manage else "Voir les membres", f"{fiche}membres/")
    if is_managed:
        yield RowAction("Créer un sous-groupe", f"{fiche}sous-groupe/")
        yield RowAction("Modifier", f"{fiche}modifier/")
        yield RowAction("Clôturer", f"{fiche}cloturer/")


class GroupeTable(_ManagedTable):
    noun = "groupe,groupes"
    row_header = "libelle"
    empty_title = "Aucun groupe"
    empty_advice = "Modifiez vos critères de recherche, ou créez un groupe."

    code = tables.Column("Code")
    libelle = LinkedColumn("Libellé", url=groupe_url)
    niveau = tables.Column("Niveau")
    parent = tables.Column("Sous-groupe de", accessor="parent__libelle", orderable=False)
    opens_on = DayColumn(verbose_name="Date d'ouverture")
    closes_on = ClosingColumn()
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    actions = ActionsColumn(groupe_actions, row_name="libelle")

    class Meta:
        model = Groupe
        fields = ("code", "libelle", "niveau", "parent", "opens_on", "closes_on", "statut")


def appartenance_actions(appartenance: Appartenance, table: _ManagedTable) -> Iterator[RowAction]:
    if table.may_manage and appartenance.statut_today != "cloture":
        place = [appartenance.groupe.convention_id, appartenance.pk]
        yield RowAction("Modifier les dates", reverse("habilitations:appartenance_edit", args=place))
        yield RowAction("Retirer du groupe", reverse("habilitations:appartenance_close", args=place))


class MembreTable(_ManagedTable):
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
    closes_on = ClosingColumn()
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    actions = ActionsColumn(appartenance_actions, row_name="rattachement__utilisateur__nom_complet")

    class Meta:
        model = Appartenance
        fields = ("identifiant", "nom", "prenom", "opens_on", "closes_on", "statut")


class AppartenanceTable(_ManagedTable):
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
    closes_on = ClosingColumn()
    statut = StatutColumn(verbose_name="Statut", accessor="statut_today", orderable=False)
    opened_by = tables.Column("Donnée par", accessor="opened_by__nom_complet", orderable=False)
    actions = ActionsColumn(appartenance_actions, row_name="groupe__libelle")

    class Meta:
        model = Appartenance
        fields = ("groupe", "opens_on", "closes_on", "statut", "opened_by")
