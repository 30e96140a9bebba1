"""The look and the manners of every list."""

import inspect
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, NamedTuple

import django_tables2 as tables
from django.core.paginator import Page, Paginator
from django.middleware.csrf import get_token
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from portail.ui.templatetags.ui import (
    NOTHING,
    closing,
    component,
    counted,
    day,
    icon,
    instant,
    phone,
    status_look,
    submit_key,
)


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

    @property
    def holding_numbers(self):
        """For each column of a file, whether it holds numbers, which the page shows on the right."""
        exported = (each.column for each in self.columns.iterall() if not each.column.exclude_from_export)
        return ["cell-number" in column.attrs.get("td", {}).get("class", "") for column in exported]

    @cached_property
    def csrf_token(self):
        return get_token(self.request)

    def drawn_rows(self):
        """The rows of the page. Drawn here: a template that asks for each part of each cell costs five times more."""
        cells = [_Cell(self, column) for column in self.columns]
        for row in self.paginated_rows:
            yield SafeString(f"<tr>{''.join([cell.drawn(row.record) for cell in cells])}</tr>")


class _Cell:
    """How the cells of one column are drawn: as BoundRow does, but what it takes is asked of the column once.

    `data-label` names the cell where the list becomes cards.
    """

    def __init__(self, table, column):
        self.accessor, self.default, self.empty_values = column.accessor, column.default, column.column.empty_values
        known = {"column": column.column, "bound_column": column, "table": table}
        names = inspect.signature(column.render).parameters
        self.render = partial(column.render, **{name: known[name] for name in names if name in known})
        self.names = [name for name in names if name not in known]
        is_header = column.name == table.row_header
        tag, attrs = ("th", SafeString('scope="row"')) if is_header else ("td", column.attrs["td"].as_html())
        self.before = format_html('<{} data-label="{}" {}>', tag, column.header, attrs)
        self.after = f"</{tag}>"

    def drawn(self, record):
        value = self.accessor.resolve(record, quiet=True)
        content = self.default if value in self.empty_values else self._content(value, record)
        shown = content if isinstance(content, SafeString) else conditional_escape(content)
        return f"{self.before}{shown}{self.after}"

    def _content(self, value, record):
        given = {"value": value, "record": record}
        return self.render(**{name: given[name] for name in self.names})


FOUND = "rows_found"


class TablePaginator(Paginator):
    """Pages of a table. Rows that say how many were found (`FOUND`) spare the first page a count of its own."""

    def get_page(self, number):
        if number not in (None, "", "1"):
            return super().get_page(number)
        rows: Any = self.object_list[: self.per_page]
        rows.data = list(rows.data)
        if not rows.data:
            self.count = 0
        elif hasattr(rows.data[0], FOUND):
            self.count = getattr(rows.data[0], FOUND)
        return Page(rows, 1, self)


class KeyPage:
    """A page of a list told newest first, cut by the key of a row: nothing is counted, whatever the size.

    `wanted` comes from the links: "avant-12" is what is older than row 12, "apres-12" newer; anything else, the newest.
    `read(key, newer, limit)` gives the rows on one side of the key, the nearest first; without a key, the newest.
    """

    def __init__(self, read: Callable[[int | None, bool, int], list[Any]], wanted: str | None, per_page: int):
        way, _, key = (wanted or "").partition("-")
        is_cut = way in ("avant", "apres") and len(key) < 19 and key.isascii() and key.isdigit()
        rows = read(int(key), way == "apres", per_page + 1) if is_cut else []
        if not rows or (way == "apres" and len(rows) <= per_page):
            is_cut, way, rows = False, "", read(None, False, per_page + 1)
        self.rows = rows[:per_page][::-1] if way == "apres" else rows[:per_page]
        self.newer = f"apres-{self.rows[0].pk}" if is_cut else None
        self.older = f"avant-{self.rows[-1].pk}" if way == "apres" or len(rows) > per_page else None


class DayColumn(tables.Column):
    """A day, dd/mm/yyyy; a date in a file."""

    def render(self, value):
        return day(value)

    def value(self, value):
        return value


class InstantColumn(tables.Column):
    """A day and its hour."""

    def render(self, value):
        return instant(value)


class ClosingColumn(tables.Column):
    """The end of a dated row, told as the details tell it."""

    def __init__(self, verbose_name="Date de clôture", **kwargs):
        super().__init__(verbose_name, **kwargs)

    def render(self, record):
        return closing(record)

    def value(self, record):
        return closing(record) if record.is_withdrawn else record.ended_on


class PhoneColumn(tables.Column):
    def render(self, value):
        return phone(value)

    def value(self, value):
        return value


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


class StatutColumn(tables.Column):
    """A statut: icon and word. An enum member with a label gives its own word."""

    def render(self, value):
        label = getattr(value, "label", None)
        return component("ui/components/status.html", value=getattr(value, "value", value), label=label)

    def value(self, value):
        return getattr(value, "label", None) or status_look(value).word


class LinkedColumn(tables.Column):
    """A column that leads to the page of its row: `url(record)` gives the address."""

    def __init__(self, verbose_name, *, url, **kwargs):
        super().__init__(verbose_name, **kwargs)
        self.url = url

    def render(self, value, record):
        return format_html('<a href="{}">{}</a>', self.url(record), value)

    def value(self, value):
        return value


class TickColumn(tables.Column):
    """A box to tick the row, sent with the form of that id; `row_name` names the row for those who hear the page."""

    def __init__(self, *, form, row_name, name="choix", **kwargs):
        kwargs.setdefault("attrs", {"td": {"class": "cell-tick"}})
        super().__init__("Choisir", accessor="pk", orderable=False, exclude_from_export=True, **kwargs)
        self.form, self.name, self.row_name = form, name, tables.A(row_name)

    def render(self, value, record):
        return format_html(
            '<input class="form-check-input" type="checkbox" name="{}" value="{}" form="{}" aria-label="Choisir : {}">',
            self.name,
            value,
            self.form,
            self.row_name.resolve(record, quiet=True),
        )


class RowAction(NamedTuple):
    """One thing to do with a row: a link, or with `posts` a button that acts at once."""

    label: str
    url: str
    posts: bool = False


class ActionsColumn(tables.Column):
    """The menu « Autres actions » of a row.

    `actions(record, table)` gives its RowActions; the menu is left out when there is none.
    `row_name` is the attribute (or callable) that names the row for those who hear the page.
    """

    def __init__(self, actions, row_name=str, **kwargs):
        kwargs.setdefault("verbose_name", "Autres actions")
        kwargs.setdefault("attrs", {"td": {"class": "cell-actions"}})
        super().__init__(orderable=False, exclude_from_export=True, empty_values=(), **kwargs)
        self.actions, self.row_name = actions, row_name

    def render(self, record, table):
        items = [self._item(action, table) for action in self.actions(record, table)]
        if not items:
            return ""
        name = self.row_name(record) if callable(self.row_name) else tables.A(self.row_name).resolve(record)
        return format_html(
            '<details class="menu-button" data-portail-menu><summary class="btn btn-sm btn-outline-primary">'
            'Autres actions<span class="visually-hidden"> pour {}</span> {}</summary><ul>{}</ul></details>',
            name,
            icon("chevron-down"),
            SafeString("".join(items)),
        )

    def _item(self, action, table):
        if not action.posts:
            return f'<li><a href="{escape(action.url)}">{escape(action.label)}</a></li>'
        return format_html(
            '<li><form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}'
            '<button type="submit">{}</button></form></li>',
            action.url,
            table.csrf_token,
            submit_key(),
            action.label,
        )
