"""The look and the manners of every form; a form of an app only states its fields."""

import datetime
import re
from typing import ClassVar

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import pretty_name

from portail.ui.rules import refuse_impossible_day

_YEARS = "Saisissez une date entre 1900 et 2199"
_MAIL = "Saisissez une adresse mail complète, par exemple prenom.nom@example.fr."
_GENERIC = forms.Field.default_error_messages["required"]
BROKEN = "Ce formulaire n'est plus valable : rechargez la page et recommencez."
# The nouns that begin our labels; French gives no way to guess the article of another.
_MASCULINE = ("code", "groupe", "libellé", "motif", "nom", "numéro", "prénom", "rôle", "service", "siret", "type")
_FEMININE = ("commune", "convention", "date", "fonction", "nouvelle", "période", "qualité", "raison", "voie")
_ELIDED = ("adresse", "identifiant", "organisme", "utilisateur")
_ARTICLES = dict.fromkeys(_MASCULINE, "le ") | dict.fromkeys(_FEMININE, "la ") | dict.fromkeys(_ELIDED, "l'")
ISO = "%Y-%m-%d"
FRENCH = "%d/%m/%Y"


class BoundField(DjangoBoundField):
    """Gives each widget its Bootstrap class, without the forms having to."""

    def css_class(self, widget):
        if isinstance(widget, (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return "form-check-input"
        if isinstance(widget, forms.Select):
            return "form-select"
        return "form-control"

    def build_widget_attrs(self, attrs, widget=None):
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if not widget.is_hidden:
            classes = [widget.attrs.get("class"), self.css_class(widget), "is-invalid" if self.errors else None]
            attrs["class"] = " ".join(filter(None, classes))
        return attrs

    @property
    def is_single_checkbox(self):
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_password(self):
        return isinstance(self.field.widget, forms.PasswordInput)

    @property
    def is_missing(self):
        """Left empty: the error names the field by itself."""
        return list(self.errors) == [str(self.field.error_messages["required"])]

    @property
    def target_id(self):
        """Id of the control an error link leads to: the first choice of a group."""
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label


class FormRenderer(TemplatesSetting):
    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = BoundField


class DateInput(forms.DateInput):
    """The browser's own date picker; a day typed dd/mm/yyyy comes back as the same day."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format=ISO)

    def get_context(self, name, value, attrs):
        """What is no day (« 31/02/2026 ») comes back as it was typed: a date picker would show nothing."""
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", shown):
            context["widget"]["type"] = "text"
        return context

    def format_value(self, value):
        if isinstance(value, str):
            try:
                value = datetime.datetime.strptime(value, FRENCH).date()
            except ValueError:
                return value
        return super().format_value(value)


class DateField(forms.DateField):
    widget = DateInput
    input_formats = (ISO, FRENCH)
    default_error_messages: ClassVar = {"invalid": "Saisissez une date au format jj/mm/aaaa, par exemple 31/12/2026."}

    def __init__(self, **kwargs):
        kwargs.setdefault("input_formats", self.input_formats)
        super().__init__(**kwargs)
        said = f"{_YEARS}." if self.required else f"{_YEARS} ; laissez vide ce qui n'a pas de fin."
        # PostgreSQL's day after 31/12/9999 cannot be read back.
        self.validators += (
            MinValueValidator(datetime.date(1900, 1, 1), said),
            MaxValueValidator(datetime.date(2199, 12, 31), said),
        )

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError:
            if refusal := refuse_impossible_day(str(value).strip()):
                raise forms.ValidationError(refusal)
            raise


def _ours(field):
    """The date of a filter, asked for and answered as every other."""
    return DateField(
        label=field.label,
        required=field.required,
        initial=field.initial,
        help_text=field.help_text,
        widget=DateInput(field.widget.attrs),
    )


def required_message(field, label):
    """« Saisissez le nom. », « Choisissez le groupe. »; without article for a label that begins with another word."""
    if field.widget.is_hidden:
        return BROKEN
    if isinstance(field, forms.BooleanField):
        return f"Cochez « {label} »."
    verb = "Choisissez" if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField)) else "Saisissez"
    first, _, _ = label.partition(" ")
    noun = first.lower()
    if noun == "confirmer":
        return f"Confirmez{label[len(noun) :]}."
    if noun in _ARTICLES:
        said = label if first.isupper() else label[0].lower() + label[1:]
        return f"{verb} {_ARTICLES[noun]}{said}."
    return f"{verb} une valeur pour « {label} »."


class Form(forms.Form):
    """Base of every form.

    `error_summary = False` leaves the summary out, for a form of one field beside others;
    `is_sent_once = False` leaves out the key by which a POST is carried out once.
    """

    error_css_class = "field-error"
    required_css_class = "field-required"
    error_summary = True
    is_sent_once = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if type(field) is forms.DateField and type(field.widget) is forms.DateInput:
                field = self.fields[name] = _ours(field)
            if isinstance(field, forms.EmailField):
                field.error_messages.setdefault("invalid", _MAIL)
            if field.error_messages["required"] is _GENERIC:
                field.error_messages["required"] = required_message(field, str(field.label or pretty_name(name)))

    @property
    def has_required_fields(self):
        return any(field.field.required for field in self.visible_fields())


class FilterForm(Form):
    """Base of the forms of filters: `class Meta: form = FilterForm` in a FilterSet."""

    use_required_attribute = False
    error_summary = False
    is_sent_once = False


class FilterSet(django_filters.FilterSet):
    """Base of the filters of lists: where a criterion is not valid nothing is found, and the form says why."""

    @property
    def qs(self):
        return super().qs if not self.is_bound or self.form.is_valid() else self.queryset.none()
