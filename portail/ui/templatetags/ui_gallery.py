"""Invented contents for the gallery page, so that every component shows in all its states."""

import datetime
from types import SimpleNamespace as Sample

import django_filters
import django_tables2
from django import forms, template
from django.utils import timezone

from portail.ui.forms import DateField, FilterForm, Form
from portail.ui.tables import ActionsColumn, DayColumn, MailColumn, RowAction, StatutColumn, Table
from portail.ui.templatetags.ui import LOOKS
from portail.ui.templatetags.ui_charts import Chart, Serie

register = template.Library()

GROUPES = [("hab", "AFAS-HABILITER"), ("dec", "AFAS-DECLARER")]
PEOPLE = [("Bruet", "Stéphane"), ("Robine", "Olivia"), ("Rocu", "Blandine"), ("Bollie", "Nadine"), ("Guy", "Valérie")]
STATUTS = ["ouvert", "en_attente", "suspendu", "cloture", "a_venir"]


class SampleForm(Form):
    nom = forms.CharField(label="Nom", max_length=50)
    mail = forms.EmailField(
        label="Adresse mail",
        help_text="Une adresse professionnelle, qui ne sert qu'à une personne.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    groupe = forms.ChoiceField(label="Groupe", choices=[("", "Choisir un groupe"), *GROUPES])
    ouverture_on = DateField(label="Date d'ouverture", help_text="Le premier jour compris.")
    poste = forms.ChoiceField(
        label="Poste",
        widget=forms.RadioSelect,
        choices=[("fixe", "Sédentaire (possède un poste fixe)"), ("variable", "Itinérant (poste de travail variable)")],
    )
    roles = forms.MultipleChoiceField(
        label="Rôles",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Les rôles ouverts par le bulletin d'adhésion.",
        choices=[
            ("a", "Approbateur"),
            ("b", "Fournisseur de données d'activité"),
            ("c", "Fournisseur de données financières"),
        ],
    )
    informe = forms.BooleanField(label="La personne est informée de la création de son compte")
    motif = forms.CharField(label="Motif", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    password = forms.CharField(
        label="Mot de passe", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), required=False
    )


class SampleFilter(django_filters.FilterSet):
    identifiant = django_filters.CharFilter(label="Identifiant")
    nom = django_filters.CharFilter(label="Nom")
    groupe = django_filters.ChoiceFilter(label="Groupe", choices=GROUPES, empty_label="Tous")
    ouverture_on = django_filters.DateFilter(label="Ouvert le")

    class Meta:
        form = FilterForm


def _actions(record, table):
    yield RowAction("Détail de l'utilisateur", f"#{record['identifiant']}")
    yield RowAction("Ajouter à un groupe", f"#{record['identifiant']}")
    yield RowAction("Renvoi de l'identifiant par mail", "", posts=True)


class SampleTable(Table):
    identifiant = django_tables2.Column(verbose_name="Identifiant")
    nom_complet = django_tables2.Column(verbose_name="Nom et prénom")
    mail = MailColumn(verbose_name="Adresse mail")
    opened_on = DayColumn(verbose_name="Date d'ouverture")
    closed_on = DayColumn(verbose_name="Date de clôture")
    statut = StatutColumn(verbose_name="Statut")
    actions = ActionsColumn(_actions, row_name="nom_complet")

    noun = "utilisateur,utilisateurs"
    caption = "Liste des utilisateurs"
    row_header = "nom_complet"
    empty_title = "Aucun utilisateur ne correspond à votre recherche"


def _people(count):
    today = timezone.localdate()
    for number in range(count):
        nom, prenom = PEOPLE[number % len(PEOPLE)]
        statut = STATUTS[number % len(STATUTS)]
        yield {
            "identifiant": f"ENF0{1300 + number}SM",
            "nom_complet": f"{nom} {prenom}",
            "mail": f"{prenom.lower()}.{nom.lower()}@exemple.invalid",
            "opened_on": today - datetime.timedelta(days=7 * number),
            "closed_on": today if statut == "cloture" else None,
            "statut": statut,
        }


def _charts(today):
    days = [f"{today - datetime.timedelta(days=left):%d/%m}" for left in range(20, -1, -1)]
    years = ["2023", "2024", "2025"]
    return [
        Chart(
            "Montants par exercice",
            years,
            [
                Serie("Prévisionnel", [30500, 31200, 33000]),
                Serie("Actualisé juin", [30100, 32000, 32400]),
                Serie("Actualisé septembre", [29800, 32600, None]),
                Serie("Réel", [29950, 33100, None]),
            ],
            unit="€",
            first="Exercice",
        ),
        Chart("Résultat", years, [Serie("Résultat", [1200, -3400, 800])], unit="€", first="Exercice"),
        Chart(
            "Déclarations reçues",
            days,
            [
                Serie("Transmises", [number * number // 4 for number in range(21)]),
                Serie("Traitées", [None, None, *(number * number // 9 for number in range(19))]),
            ],
            kind="lines",
            first="Jour",
        ),
        Chart("Rien encore", years, [Serie("Réel", [None, None, None])]),
    ]


def _sample_table(request, count):
    table = SampleTable(list(_people(count)))
    django_tables2.RequestConfig(request).configure(table)
    return table


_WRONG = {"mail": "x", "ouverture_on": "31/02/2026", "poste": "?", "roles": ["z"]}


@register.simple_tag(takes_context=True)
def gallery_samples(context):
    """Everything ui/gallery.html shows; only the request is needed."""
    request = context["request"]
    now = timezone.now()
    today = timezone.localdate()
    later = today + datetime.timedelta(days=12)
    change = {"person": "Olivia Robine", "role": "Fournisseur de données d'activité", "on": later}
    return Sample(
        typed=[("ouverture_on", "2026-03-15")],
        now=now,
        days=[today + datetime.timedelta(days=days) for days in (-800, -90, -1, 0, 1, 12, 400)],
        statuts=list(LOOKS),
        form=SampleForm(initial={"ouverture_on": today}, prefix="vide"),
        form_with_errors=SampleForm(_WRONG, auto_id="erreurs_%s"),
        filter=SampleFilter(request.GET, queryset=Sample(model=None)),
        table=_sample_table(request, 132),
        empty_table=_sample_table(request, 0),
        export_urls=[("Tableur (XLSX)", "?format=xlsx"), ("Texte (CSV)", "?format=csv")],
        charts=_charts(today),
        rows=[
            {"label": "Identifiant", "value": "ENF01302SM"},
            {"label": "Organisme partenaire", "value": "Centre Social La Farandole Istres", "url": "#"},
            {"label": "Date d'ouverture", "value": today, "note": "aujourd'hui"},
            {"label": "Date de clôture", "value": None},
            {"label": "Statut", "statut": "ouvert"},
            {
                "label": "Adresse mail",
                "value": "stephane.bruet@exemple.invalid",
                "action_label": "Modifier",
                "action_url": "#",
            },
        ],
        key_page=Sample(newer="apres-30", older="avant-6"),
        entries=[
            {"at": now, "title": "Rôle « Approbateur » validé", "by": "Caf 132", "icon": "check-lg"},
            {
                "at": now - datetime.timedelta(days=3),
                "title": "Compte suspendu",
                "by": "Caf 132",
                "tone": "warning",
                "text": "Diplôme à justifier.",
            },
            {"at": now - datetime.timedelta(days=40), "title": "Envoi de l'identifiant en échec", "tone": "danger"},
        ],
        tasks=[
            {"label": "Volet activité – ESC Farandole Istres", "url": "#", "statut": "termine"},
            {"label": "Volet activité – ESC L'éclair", "url": "#", "hint": "3 rubriques sur 5", "statut": "en_cours"},
            {
                "label": "Volet financier",
                "url": None,
                "hint": "S'ouvre quand les volets activité sont terminés",
                "statut": "a_venir",
            },
        ],
        nodes=[
            {
                "label": "Direction",
                "url": "#",
                "statut": "ouvert",
                "detail": "3 utilisateurs",
                "children": [
                    {"label": "AFAS-HABILITER", "url": "#", "children": []},
                    {
                        "label": "AFAS-DECLARER",
                        "url": "#",
                        "detail": "5 utilisateurs",
                        "children": [{"label": "Site d'Istres", "statut": "cloture"}],
                    },
                ],
            },
            {"label": "Accueil", "url": "#", "detail": "aucun utilisateur", "children": []},
        ],
        losses=[change] * 152,
        gains=[
            {
                "person": "Gilles Garban",
                "role": "Approbateur",
                "on": today,
                "detail": "en attente de validation par votre Caf",
            }
        ],
        links=[
            {"label": "Compte de Stéphane Bruet", "is_ok": True, "starts_on": today, "by": "Caf 132"},
            {
                "label": "Convention Centre Social La Farandole Istres",
                "url": "#",
                "is_ok": True,
                "starts_on": today,
                "ends_on": later,
            },
            {
                "label": "Groupe AFAS-DECLARER",
                "is_ok": False,
                "reason": "L'appartenance au groupe est terminée.",
                "detail": "Un administrateur peut l'ajouter de nouveau.",
            },
        ],
    )
