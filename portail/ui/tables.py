"""The look and the manners of every list."""

import functools

import django_tables2 as tables
from django.template.loader import get_template
from django.utils.html import format_html

from portail.ui.templatetags.ui import NOTHING, counted, day, status_look


class Table(tables.Table):
    """Base of every list: 25 rows a page, sortable, the total in words, cards when narrow.

    `noun` is "singular,plural"; `row_header` names the column that names the row;
    `empty_title` and `empty_text` say what an empty list means and what to do.
    """

    noun = "ligne,lignes"
    caption: str | None = None
    row_header: str | None = None
    empty_title = "Aucun résultat"
    empty_advice = "Modifiez ou réinitialisez vos critères de recherche."

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("template_name", "ui/tables/table.html")
        kwargs.setdefault("default", NOTHING)
        super().__init__(*args, **kwargs)

    @property
    def total(self):
        return self.paginator.count if getattr(self, "page", None) else len(self.rows)

    @property
    def total_in_words(self):
        return counted(self.total, self.noun)

    @property
    def caption_in_words(self):
        return self.caption or f"Liste : {self.noun.split(',')[-1]}"


class DayColumn(tables.Column):
    """A day, dd/mm/yyyy."""

    def render(self, value):
        return day(value)


class MailColumn(tables.Column):
    """A mail address, the only kind of cell whose long words may break, at the @ if possible."""

    def __init__(self, **kwargs):
        kwargs.setdefault("attrs", {"td": {"class": "cell-mail"}})
        super().__init__(**kwargs)

    def render(self, value):
        name, at, domain = value.partition("@")
        return format_html("{}<wbr>{}{}", name, at, domain)

    def value(self, value):
        return value


@functools.cache
def _status(value, label):
    """The component, made once for each statut there is."""
    return get_template("ui/components/status.html").render({"value": value, "label": label})


class StatutColumn(tables.Column):
    """A statut: icon and word. An enum member with a label gives its own word."""

    def render(self, value):
        return _status(getattr(value, "value", value), getattr(value, "label", None))

    def value(self, value):
        return getattr(value, "label", None) or status_look(value).word


class ActionsColumn(tables.TemplateColumn):
    """The menu « Autres actions » of a row.

    `template_name` renders its `<li>` items from `record`; the menu is left out when it renders none.
    `row_name` is the attribute (or callable) that names the row for those who hear the page.
    """

    def __init__(self, template_name, row_name=str, **kwargs):
        kwargs.setdefault("verbose_name", "Autres actions")
        kwargs.setdefault("attrs", {"td": {"class": "cell-actions"}})
        super().__init__(template_name=template_name, orderable=False, exclude_from_export=True, **kwargs)
        self.row_name = row_name

    def render(self, record, **kwargs):
        items = super().render(record=record, **kwargs)
        if not items.strip():
            return ""
        name = self.row_name(record) if callable(self.row_name) else tables.A(self.row_name).resolve(record)
        return get_template("ui/components/menu_button.html").render(
            {"label": "Autres actions", "for_what": name, "items": items}
        )
