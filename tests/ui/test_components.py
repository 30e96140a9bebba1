"""Components render what they promise, without a database."""

import datetime
import hashlib
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import django_filters
import django_tables2
import pytest
import time_machine
from django import forms
from django.core.paginator import Paginator
from django.forms.renderers import DjangoTemplates
from django.template.loader import render_to_string
from pytest_django.asserts import assertHTMLEqual

import portail.ui
from portail.ui.forms import DateField, FilterForm, Form, FormRenderer
from portail.ui.tables import ActionsColumn, DayColumn, RowAction, StatutColumn, Table
from portail.ui.templatetags import ui

ROOT = Path(__file__).parents[2]
UI = Path(next(iter(portail.ui.__path__)))
COMPONENTS = "ui/components"
# Rows of a list come from a database; here they are given.
NO_QUERYSET = SimpleNamespace(model=None)


def in_one_line(html):
    return re.sub(r"\s+", " ", html)


def words(html):
    return in_one_line(re.sub(r"<[^>]+>", " ", html)).strip()


class SampleForm(Form):
    nom = forms.CharField(label="Nom", help_text="Nom d'usage.")
    ouverture_on = DateField(label="Date d'ouverture", required=False)
    cloture_on = forms.DateField(label="Date de clôture", required=False)
    poste = forms.ChoiceField(label="Poste", widget=forms.RadioSelect, choices=[("fixe", "Sédentaire")])
    stale = forms.CharField(widget=forms.HiddenInput, required=False)


class SampleFilter(django_filters.FilterSet):
    nom = django_filters.CharFilter(label="Nom")
    groupe = django_filters.ChoiceFilter(label="Groupe", choices=[("dec", "AFAS-DECLARER")])

    class Meta:
        form = FilterForm


def _actions(record, table):
    yield RowAction("Détail", f"#{record['identifiant']}")
    yield RowAction("Renvoi de l'identifiant", "#renvoi", posts=True)


class SampleTable(Table):
    nom = django_tables2.Column(verbose_name="Nom")
    closed_on = DayColumn(verbose_name="Date de clôture")
    statut = StatutColumn(verbose_name="Statut")
    actions = ActionsColumn(_actions, row_name="nom")

    noun = "utilisateur,utilisateurs"
    row_header = "nom"


def table_of(count, request):
    rows = [{"nom": f"Bruet {n}", "closed_on": None, "statut": "suspendu", "identifiant": n} for n in range(count)]
    table = SampleTable(rows)
    django_tables2.RequestConfig(request).configure(table)
    return table


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-15", "aujourd'hui"),
        ("2026-03-16", "demain"),
        ("2026-03-14", "hier"),
        ("2026-03-27", "dans 12 jours"),
        ("2025-12-15", "il y a 3 mois"),
        ("2026-04-14", "dans 30 jours"),
        ("2026-04-15", "dans 1 mois"),
        ("2029-03-15", "dans 3 ans"),
    ],
)
def test_days_are_said_relative_to_today(day, expected):
    with time_machine.travel("2026-03-15T12:00:00+00:00", tick=False):
        assert ui.in_words(datetime.date.fromisoformat(day)) == expected


def test_instants_are_shown_in_paris_time():
    at = datetime.datetime(2026, 3, 15, 7, 8, tzinfo=datetime.UTC)
    assert ui.instant(at) == "15/03/2026 à 08h08"
    assert ui.day(datetime.datetime(2026, 3, 15, 23, 30, tzinfo=datetime.UTC)) == "16/03/2026"
    assert ui.day(None) == ""


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 utilisateur"), (1, "1 utilisateur"), (2, "2 utilisateurs"), (1232, "1 232 utilisateurs")],
)
def test_totals_are_said_in_french(number, expected):
    assert re.sub(r"\s", " ", ui.counted(number, "utilisateur,utilisateurs")) == expected


def test_a_statut_is_an_icon_and_a_word():
    html = render_to_string(f"{COMPONENTS}/status.html", {"value": "en_attente"})
    assert "#hourglass-split" in html
    assert words(html) == "En attente de validation"
    assert words(render_to_string(f"{COMPONENTS}/status.html", {"value": "x", "label": "Autre"})) == "Autre"


def test_an_icon_stays_small_without_style_sheet():
    assert '<svg class="icon" width="16" height="16" ' in ui.icon("search")


def test_every_icon_used_is_in_the_sprite():
    sprite = (UI / "static" / ui.SPRITE).read_text()
    known = set(re.findall(r'id="([^"]+)"', sprite))
    used = {look.icon for look in ui.LOOKS.values()}
    for template in (ROOT / "portail").rglob("templates/**/*.html"):
        used.update(re.findall(r'{% icon "([^"]+)" %}', template.read_text()))
    assert used <= known


def test_vendored_files_are_those_of_the_manifest():
    manifest = tomllib.loads((UI / "static/vendor/vendor.toml").read_text())
    for file in manifest["file"]:
        assert hashlib.sha256((ROOT / file["path"]).read_bytes()).hexdigest() == file["sha256"], file["path"]
    listed = {file["path"] for file in manifest["file"]}
    present = {str(path.relative_to(ROOT)) for path in (UI / "static/vendor").rglob("*") if path.is_file()}
    assert present - {str((UI / "static/vendor/vendor.toml").relative_to(ROOT))} <= listed


def test_a_form_ties_label_help_and_error_to_the_control():
    html = in_one_line(str(SampleForm(data={"nom": "", "poste": ""})))
    control = re.search(r"<input[^>]*id=\"id_nom\"[^>]*>", html).group()
    assert 'aria-invalid="true"' in control
    assert 'aria-describedby="id_nom_helptext id_nom_error"' in control
    assert 'class="form-control is-invalid"' in control
    assert 'id="id_nom_helptext"' in html
    assert 'id="id_nom_error"' in html
    assert "obligatoire" in words(html)


def test_what_a_help_quotes_is_text():
    form = SampleForm()
    form.fields["nom"].help_text = "Au titre de « <i hx-get=/> »."

    assert "« &lt;i hx-get=/&gt; »" in str(form["nom"].as_field_group())


def test_the_error_summary_links_to_each_field_even_in_a_group():
    html = str(SampleForm(data={"nom": "", "poste": ""}))
    assert "Corrigez les points suivants" in html
    targets = re.findall(r'<a href="#([^"]+)"', html)
    assert targets == ["id_nom", "id_poste_0"]
    assert ">Saisissez le nom.</a>" in html
    assert all(f'id="{target}"' in html for target in targets)


def test_the_error_summary_names_the_field_that_an_error_does_not():
    html = in_one_line(str(SampleForm(data={"nom": "Bruet", "poste": "x"})))
    assert re.search(r'<a href="#id_poste_0">Poste : Sélectionnez un choix valide[^<]*</a>', html)


def test_a_form_without_error_has_no_summary_and_keeps_its_hidden_fields():
    html = str(SampleForm(initial={"stale": "42"}))
    assert "Corrigez" not in html
    assert html.count('name="stale"') == 1
    assert '<fieldset class="field">' in html


@pytest.mark.parametrize("typed", ["2026-03-15", "15/03/2026"])
def test_a_day_is_read_in_both_formats_and_shown_again(typed):
    form = SampleForm(data={"nom": "Bruet", "poste": "fixe", "ouverture_on": typed, "cloture_on": typed})
    assert form.is_valid()
    assert form.cleaned_data["ouverture_on"] == form.cleaned_data["cloture_on"] == datetime.date(2026, 3, 15)
    for name in ("ouverture_on", "cloture_on"):
        control = str(form[name])
        assert 'type="date"' in control
        assert 'value="2026-03-15"' in control


def test_a_choice_is_drawn_as_django_draws_it():
    choices = [("", "Tous"), ("Caf", [("1", "Caf <1>"), ("2", "Caf & 2")]), (3, "autre")]
    widget = forms.Select(attrs={"class": "form-select", "disabled": True, "hidden": False}, choices=choices)

    ours, theirs = (widget.render("caf", "2", renderer=renderer()) for renderer in (FormRenderer, DjangoTemplates))

    assertHTMLEqual(ours, theirs)


def test_a_list_says_its_order_its_total_and_its_pages(rf):
    request = rf.get("/", {"nom": "Bruet", "sort": "-nom", "page": "2"})
    table = table_of(132, request)
    html = in_one_line(table.as_html(request))
    assert ui.counted(132, "utilisateur,utilisateurs") == table.total_in_words
    assert html.count("<tr") == 26
    assert '<th scope="col" class="sortable" aria-sort="descending">' in html
    assert '<nav aria-label="Pagination"' in html
    assert 'aria-current="page"' in html
    assert "nom=Bruet&amp;sort=-nom&amp;page=3" in html
    assert "Suspendu" in html
    assert "non renseigné" in html


def test_the_menu_of_a_row_names_the_row(rf):
    request = rf.get("/")
    html = table_of(1, request).as_html(request)
    summary = re.search(r"<summary.*?</summary>", html, re.DOTALL).group()
    assert words(summary) == "Autres actions pour Bruet 0"


def test_an_empty_list_says_what_to_do(rf):
    request = rf.get("/")
    html = table_of(0, request).as_html(request)
    assert "<table" not in html
    assert "réinitialisez" in html


def test_filters_that_are_on_can_be_taken_away_one_by_one(rf):
    request = rf.get("/", {"nom": "Bruet", "groupe": "dec", "page": "3", "sort": "nom"})
    filter = SampleFilter(request.GET, queryset=NO_QUERYSET)
    state = ui.filter_state({"request": request}, filter)
    assert [(re.sub(r"\s", " ", chip.label), chip.url) for chip in state.chips] == [
        ("Nom : Bruet", "?groupe=dec&sort=nom"),
        ("Groupe : AFAS-DECLARER", "?nom=Bruet&sort=nom"),
    ]
    assert state.hidden == [("sort", "nom")]
    assert state.reset_url == "?sort=nom"
    context = {"filter": filter, "noun": "utilisateur,utilisateurs", "count": 1, "export_urls": [("CSV", "?f=csv")]}
    html = words(render_to_string(f"{COMPONENTS}/filter_bar.html", context, request))
    assert "1 utilisateur avec les filtres actifs" in html
    assert "Réinitialiser" in html
    assert "Exporter" in html


@pytest.mark.parametrize(("query", "is_folded"), [({}, True), ({"page": "2"}, True), ({"nom": "Bruet"}, False)])
def test_filters_are_open_without_script_and_folded_only_when_none_is_on(rf, query, is_folded):
    request = rf.get("/", query)
    filter = SampleFilter(request.GET, queryset=NO_QUERYSET)
    context = {"filter": filter, "noun": "utilisateur,utilisateurs", "count": 1}
    html = render_to_string(f"{COMPONENTS}/filter_bar.html", context, request)
    fold = re.search(r'<details class="filter-fold"([^>]*)>', html).group(1)
    assert " open" in fold
    assert (" data-portail-fold" in fold) == is_folded


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (forms.CharField(label="Prénom"), "Saisissez le prénom."),
        (forms.CharField(label="Adresse mail"), "Saisissez l'adresse mail."),
        (DateField(label="Date de clôture"), "Saisissez la date de clôture."),
        (forms.ChoiceField(label="Groupe"), "Choisissez le groupe."),
        (forms.EmailField(label="Confirmer l'adresse mail"), "Confirmez l'adresse mail."),
        (forms.CharField(label="SIRET"), "Saisissez le SIRET."),
        (forms.BooleanField(label="J'ai lu les règles"), "Cochez « J'ai lu les règles »."),
        (forms.CharField(label="Cote"), "Saisissez une valeur pour « Cote »."),
        (forms.CharField(), "Saisissez une valeur pour « Sample »."),
        (forms.CharField(label="Nom", error_messages={"required": "Votre nom ?"}), "Votre nom ?"),
        (
            forms.IntegerField(widget=forms.HiddenInput),
            "Ce formulaire n'est plus valable : rechargez la page et recommencez.",
        ),
    ],
)
def test_a_field_left_empty_is_named(field, expected):
    form = type("OneFieldForm", (Form,), {"sample": field})(data={})
    assert form.errors["sample"] == [expected]


@pytest.mark.parametrize(
    ("field", "typed", "expected"),
    [
        (DateField(), "31/02/2027", "Le 31/02/2027 n'existe pas : vérifiez le jour et le mois."),
        (DateField(), "2027-02-31", "Le 31/02/2027 n'existe pas : vérifiez le jour et le mois."),
        (forms.DateField(), "31/02/2027", "Le 31/02/2027 n'existe pas : vérifiez le jour et le mois."),
        (DateField(), "demain", "Saisissez une date au format jj/mm/aaaa, par exemple 31/12/2026."),
        (forms.DateField(), "demain", "Saisissez une date au format jj/mm/aaaa, par exemple 31/12/2026."),
        (DateField(), "01/01/3026", "Saisissez une date entre 1900 et 2199."),
        (
            forms.DateField(required=False),
            "01/01/3026",
            "Saisissez une date entre 1900 et 2199 ; laissez vide ce qui n'a pas de fin.",
        ),
        (
            forms.EmailField(label="Confirmer l'adresse mail"),
            "paul",
            "Saisissez une adresse mail complète, par exemple prenom.nom@example.fr.",
        ),
    ],
)
def test_what_is_wrong_in_a_value_is_told(field, typed, expected):
    form = type("OneFieldForm", (Form,), {"sample": field})(data={"sample": typed})
    assert form.errors["sample"] == [expected]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Noé Aulnay", "de Noé Aulnay"),
        ("Irène Delmas", "d'Irène Delmas"),
        ("Élodie Marquand", "d'Élodie Marquand"),
        ("Hélène Roy", "d'Hélène Roy"),
        ("Yves Roy", "d'Yves Roy"),
        ("Yasmine Roy", "de Yasmine Roy"),
        ("Œuvre des Ricochets", "d'Œuvre des Ricochets"),
        ("", "de "),
    ],
)
def test_a_name_is_elided_after_its_preposition(name, expected):
    assert ui.elided(name) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("0491000012", "04\xa091\xa000\xa000\xa012"),
        ("+33491000012", "+33491000012"),
        ("04 91 00 00 12", "04 91 00 00 12"),
        ("", ""),
    ],
)
def test_a_french_telephone_is_told_by_pairs(number, expected):
    assert ui.phone(number) == expected


def test_page_links_leave_out_far_pages(rf):
    page = Paginator(range(1000), 25).page(20)
    assert ui.page_numbers(page) == [1, None, 19, 20, 21, None, 40]
    html = render_to_string(f"{COMPONENTS}/pagination.html", {"page": page}, rf.get("/", {"q": "é"}))
    assert "?q=%C3%A9&amp;page=21" in html


def test_a_closed_tile_says_why_and_has_no_link():
    html = render_to_string(
        f"{COMPONENTS}/tile.html", {"label": "Adonis", "icon": "file-text", "url": None, "reason": "Aucun rôle."}
    )
    assert "Aucun rôle." in html
    assert "<a " not in html


def test_consequences_count_what_they_do_not_list():
    change = {"person": "Olivia Robine", "role": "Approbateur", "on": datetime.date(2026, 3, 15)}
    html = render_to_string(f"{COMPONENTS}/consequences.html", {"losses": [change] * 152, "gains": []})
    assert html.count("Olivia Robine") == 20
    assert "et 132 autres" in html
    assert re.sub(r"\s", " ", words(html)).startswith("152 droits perdus")


def test_a_chain_says_in_words_which_link_is_missing():
    links = [
        {"label": "Compte", "is_ok": True, "by": "Caf 132"},
        {"label": "Groupe", "is_ok": False, "reason": "L'appartenance est terminée."},
    ]
    html = words(render_to_string(f"{COMPONENTS}/chain.html", {"links": links}))
    assert "Compte Condition remplie" in html
    assert "Groupe Condition non remplie" in html
    assert "L&#x27;appartenance est terminée." in html


def test_numbers_in_attributes_stay_numbers(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    html = render_to_string(
        f"{COMPONENTS}/progress.html", {"id": "import", "label": "Import", "value": 1200, "maximum": 4000}
    )
    assert 'value="1200" max="4000"' in html


def test_a_form_brings_the_key_that_makes_it_run_once():
    keys = {re.search(r'name="cle" value="([0-9a-f-]{36})"', str(SampleForm())).group(1) for _ in range(2)}
    assert len(keys) == 2
    assert 'name="cle"' not in str(SampleFilter({}, queryset=NO_QUERYSET).form)


@pytest.mark.parametrize("code", [400, 500, 503])
def test_pages_of_last_resort_need_no_context(code):
    assert "Que faire ?" in render_to_string(f"{code}.html")


def test_nothing_is_inline():
    for template in UI.rglob("templates/**/*.html"):
        html = template.read_text()
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", html), template
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)", html), template
