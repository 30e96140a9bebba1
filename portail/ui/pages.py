"""Every page states who may see it; every POST is carried out once.

`page` and `public_page` are the only doors to a view: a view that went through neither fails the build.
"""

import io
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, OperationalError, transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import is_valid_path, reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from portail.ui.forms import BROKEN
from portail.ui.gateway import harmless, made_csv
from portail.ui.models import SubmittedForm
from portail.ui.rules import Refused, Stale, constraint_sentence
from portail.ui.tables import Table

SUBMIT_KEY = "cle"
_KEPT = "Votre saisie est gardée ci-dessous : voyez ce qui a changé, puis enregistrez à nouveau si elle vaut toujours."
# What a page never sends back, even to who typed it.
_SECRETS = {"password", "current", "confirmation"}
_NOT_PART_OF_THE_BODY = (SUBMIT_KEY, "csrfmiddlewaretoken")
_RACE = (
    "Une autre personne vient de modifier la même chose : rien n'a été enregistré. Rechargez la page et recommencez."
)

View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """A request as our views get it: `acteur` is who acts (portail.habilitations.acteur), None for a stranger."""

    acteur: Any
    refusals: list[str]


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb; no `url` for the page itself."""

    label: str
    url: str | None = None


@cache
def page_url(name: str) -> str:
    """The address of a page without arguments: it never changes, and every page asks for a dozen."""
    return reverse(name)


def crumbs(*steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil » and these steps (label, URL or None)."""
    return [Crumb("Accueil", page_url("accueil:home")), *(Crumb(label, url) for label, url in steps)]


def page(
    *,
    refuse: Callable[..., str | None],
    find: Callable[..., Any] | None = None,
    methods: Sequence[str] = ("GET", "HEAD"),
    once: bool = True,
) -> Callable[[View], View]:
    """A page for signed-in people.

    `find(acteur, **url_arguments)` gives the object in the person's perimeter; outside it, the answer is that of a
    missing object. `refuse(acteur, object)` (or `refuse(acteur)` without `find`) is the rule of the page; its
    sentence is shown with a 403. With `once`, a POST sent twice with the same key is carried out once.
    """
    methods = _with_head(methods)

    def decorate(view: View) -> View:
        @never_cache
        @_only(methods)
        @wraps(view)
        def wrapped(request: Request, **arguments: Any) -> HttpResponseBase:
            acteur = request.acteur
            found = _found(find, acteur, arguments)
            if refusal := refuse(acteur, *found):
                raise Refused(refusal)
            if request.method == "POST" and once:
                return _carried_out_once(request, lambda: view(request, *found, **({} if find else arguments)))
            return view(request, *found, **({} if find else arguments))

        wrapped.rule, wrapped.find, wrapped.methods = refuse, find, methods  # type: ignore[attr-defined]
        return wrapped

    return decorate


def public_page(*, why: str, methods: Sequence[str] = ("GET", "HEAD")) -> Callable[[View], View]:
    """A page for everybody, signed in or not; `why` says for what reason it may be."""
    methods = _with_head(methods)

    def decorate(view: View) -> View:
        @login_not_required
        @never_cache
        @_only(methods)
        @wraps(view)
        def wrapped(request: Request, **arguments: Any) -> HttpResponseBase:
            return view(request, **arguments)

        wrapped.rule, wrapped.find, wrapped.methods = why, None, methods  # type: ignore[attr-defined]
        return wrapped

    return decorate


def _only(methods: Sequence[str]) -> Callable[[View], View]:
    """Another method gets a page that says where to go: an address of a button, opened or reloaded by itself."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods:
                return view(request, *args, **kwargs)
            response = render(request, "405.html", status=405)
            response["Allow"] = ", ".join(methods)
            return response

        return checked

    return decorate


def _with_head(methods: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*methods, *(["HEAD"] if "GET" in methods else [])]))


def _found(find: Callable[..., Any] | None, acteur: Any, arguments: dict[str, Any]) -> tuple[Any, ...]:
    if find is None:
        return ()
    try:
        return (find(acteur, **arguments),)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _carried_out_once(request: Request, run: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Runs the view unless this key was already carried out; a second one waits for the first and gets its answer."""
    try:
        key = uuid.UUID(request.POST.get(SUBMIT_KEY, ""))
    except ValueError:
        return conflict(request, BROKEN)
    owner = request.acteur.utilisateur.pk
    body = _body_digest(request)
    try:
        with transaction.atomic():
            submitted, is_new = SubmittedForm.objects.get_or_create(owner=owner, key=key, defaults={"body": body})
            if not is_new:
                return _answer_again(request, submitted, body)
            response = run()
            if response.status_code == 302:
                SubmittedForm.objects.filter(pk=submitted.pk).update(location=response["Location"])
            else:
                submitted.delete()
            return response
    except IntegrityError as error:
        return conflict(request, constraint_sentence(error) or _RACE)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") in ("55P03", "40P01"):  # lock not available, deadlock
            return conflict(request, _RACE)
        raise


def _body_digest(request: Request) -> bytes:
    fields = [(name, request.POST.getlist(name)) for name in sorted(request.POST) if name not in _NOT_PART_OF_THE_BODY]
    # With a key: a password may be among the fields, and who reads the base must not be able to try guesses on it.
    return salted_hmac("portail.ui.submitted_form", repr((request.path, fields)), algorithm="sha256").digest()


def _answer_again(request: Request, submitted: SubmittedForm, body: bytes) -> HttpResponseBase:
    if bytes(submitted.body) != body:
        return conflict(request, "Ce formulaire a déjà été envoyé avec d'autres valeurs : rechargez la page.")
    response = HttpResponse(status=302)
    response["Location"] = submitted.location
    return response


def conflict(request: Request, message: str, differences: Sequence[Any] = ()) -> HttpResponse:
    """409: what was asked no longer fits what is there; what was typed may be sent again as it is."""
    context = {"message": message, "differences": differences, "typed": _typed(request), "retry_url": request.path}
    return render(request, "409.html", context, status=409)


def settled(request: Request, message: str) -> HttpResponse:
    """409: the person has the right, but the thing as it stands does not allow the act."""
    context = {"message": message, "typed": _typed(request), "back_url": _above(request.path)}
    return render(request, "409_etat.html", context, status=409)


def _above(path: str) -> str:
    """The page above this address: `/conventions/3/` for `/conventions/3/suspendre/`; home when there is none."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    return above if is_valid_path(above) else "/"


def _typed(request: Request) -> list[tuple[str, str]]:
    """What was sent, but for the marks of the form itself; nothing when a secret or a file is among it."""
    if request.FILES or _SECRETS & set(request.POST):
        return []
    names = [name for name in request.POST if name not in _NOT_PART_OF_THE_BODY]
    return [(name, str(value)) for name in names for value in request.POST.getlist(name)]


def render_page(
    request: HttpRequest, template: str, *, fragment: str | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    """The page, or for htmx its named part."""
    htmx: Any = getattr(request, "htmx", False)
    is_part = fragment and htmx and not htmx.history_restore_request  # « Précédent » wants the whole page
    name = f"{template}#{fragment}" if is_part else template
    response = render(request, name, context, status=status)
    response["Vary"] = "HX-Request, Cookie"
    return response


def attempt(request: Request, form: Any, act: Callable[[], Any]) -> bool:
    """Carries out `act`; a refusal becomes the form's own error and is journalled, a stale form says what changed."""
    try:
        with transaction.atomic():
            act()
    except Refused as refusal:
        note_refusal(request, str(refusal))
        form.add_error(None, str(refusal))
    except Stale as stale:
        form.add_error(None, f"{stale} {_KEPT}")
        form.differences = stale.differences
        _bring_up_to_date(form)
    except IntegrityError as error:
        form.add_error(None, constraint_sentence(error) or _RACE)
        form.differences = []
    else:
        return True
    return False


def _bring_up_to_date(form: Any) -> None:
    """What was typed stays; what the form had seen becomes what is there now, so that it may be sent again."""
    typed = form.data.copy()
    for field in form.hidden_fields():
        if field.name in form.initial:
            shown = field.field.widget.format_value(field.field.prepare_value(form.initial[field.name]))
            typed[field.html_name] = "" if shown is None else shown
    form.data = typed


def form_status(form: Form) -> int:
    """200 for a form not sent yet, 409 when the base moved under it, 422 when it must be corrected."""
    if hasattr(form, "differences"):
        return 409
    return 422 if form.is_bound and form.errors else 200


def note_refusal(request: Request, sentence: str) -> None:
    """Has the refusal written to the journal once the answer is made."""
    request.refusals = [*getattr(request, "refusals", []), sentence]


# Exports

WIDEST_COLUMN = 60
_BOLD = Font(bold=True)
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export(table: Table, *, extension: str, name: str) -> HttpResponse:
    """The whole list as a CSV or XLSX file; no cell is read as a formula by a spreadsheet.

    :raises Http404: for another extension
    :raises Refused: when the list is longer than an export may be
    """
    if extension not in _TYPES:
        raise Http404
    limit = settings.PORTAIL["EXPORT_ROWS"]
    if len(table.rows) > limit:
        raise Refused(f"Cette liste dépasse {limit} lignes : filtrez-la avant de l'exporter.")
    content = made_csv(table.as_values()) if extension == "csv" else _xlsx(table)
    response = HttpResponse(content, content_type=_TYPES[extension])
    response["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    return response


def _xlsx(table: Table) -> bytes:
    rows = list(table.as_values())
    counts = table.holding_numbers
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Liste")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(zip(*rows, strict=True), 1):
        longest = max(len(harmless(value)) for value in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 3, WIDEST_COLUMN)
    for number, row in enumerate(rows):
        cells = zip(row, counts, strict=True)
        sheet.append([_cell(sheet, value, is_bold=number == 0, is_count=count) for value, count in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_FORMATS = {date: "dd/mm/yyyy", Decimal: "0.00", int: "0"}


def _cell(sheet: Any, value: Any, *, is_bold: bool, is_count: bool) -> WriteOnlyCell:
    """A day, a sum or a count as such, to sort and add up; anything else is text, which nothing runs.

    A whole number of a column that counts nothing is the number of something: text.
    """
    shape = _FORMATS.get(type(value))
    if shape and (is_count or not isinstance(value, int)):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = shape
        return cell
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", harmless(value)))
    cell.data_type = "s"
    if is_bold:
        cell.font = _BOLD
    return cell
