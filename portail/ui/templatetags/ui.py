"""Icons, dates in French, and the little a component has to compute."""

import datetime
import functools
import re
import unicodedata
import uuid
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django import template
from django.template import defaulttags
from django.template.loader import get_template
from django.templatetags.static import StaticNode, static
from django.utils import timezone
from django.utils.html import format_html

register = template.Library()

SPRITE = "vendor/bootstrap-icons-1.13.2/icons.svg"
PARIS = ZoneInfo("Europe/Paris")
_ELIDED = re.compile("h?[aeiouœæ]|hy|y[^aeiou]", re.IGNORECASE)
NOTHING = format_html('<span aria-hidden="true">–</span><span class="visually-hidden">{}</span>', "non renseigné")


@functools.cache
def icon(name):
    """An icon of the sprite, silent for screen readers: the word beside it speaks."""
    return format_html(
        '<svg class="icon" width="16" height="16" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static(SPRITE),
        name,
    )


@functools.lru_cache(maxsize=2048)
def _drawn(name, arguments):
    return get_template(name).render({key: value for key, _, value in arguments})


@register.simple_tag
def component(name, **arguments):
    """A component that depends on these arguments alone, drawn once for each set of them.

    Their types count: a text marked safe is not the same argument as a text to be escaped.
    """
    return _drawn(name, tuple((key, type(value), value) for key, value in arguments.items()))


@register.simple_tag
def submit_key():
    """The key by which the server carries out a form once; for forms written by hand, a Form brings its own."""
    return format_html('<input type="hidden" name="cle" value="{}">', uuid.uuid4())


class Constant(template.Node):
    """What a tag without variables gives: always the same, so asked for once."""

    def __init__(self, node, name):
        self.node, self.name, self.value = node, name, None

    def render(self, context):
        if self.value is None:
            self.value = self.node.render(context)
        if self.name:
            context[self.name] = self.value
            return ""
        return self.value


class Icon(template.Node):
    def __init__(self, name):
        self.name = name

    def render(self, context):
        return icon(self.name.resolve(context))


@register.tag("icon")
def icon_tag(parser, token):
    _, name = token.split_contents()
    node = Icon(parser.compile_filter(name))
    return node if node.name.is_var else Constant(node, None)


@register.tag
def url(parser, token):
    """Django's tag: the address of a page without argument never changes, and each page writes twenty."""
    node = defaulttags.url(parser, token)
    if node.args or node.kwargs or not isinstance(node.view_name.var, str):
        return node
    name, node.asvar = node.asvar, None
    return Constant(node, name)


@register.tag("static")
def static_file(parser, token):
    """Django's tag: the address of a file of ours never changes while the server runs."""
    node = StaticNode.handle_token(parser, token)
    return node if node.varname or not isinstance(node.path.var, str) else Constant(node, None)


# Days and instants ---------------------------------------------------------------------------------------------------


def _local(value):
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return value.astimezone(PARIS)
    return value


@register.filter
def day(value):
    """15/03/2026; an empty string for nothing."""
    return f"{_local(value):%d/%m/%Y}" if value else ""


@register.filter
def instant(value):
    """15/03/2026 à 08h08, Paris time; an empty string for nothing."""
    return f"{_local(value):%d/%m/%Y à %Hh%M}" if value else ""


def _whole_months(start, end):
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


@register.filter
def in_words(value):
    """A day relative to today: « aujourd'hui », « dans 12 jours », « il y a 3 mois »."""
    if not value:
        return ""
    value = _local(value)
    if isinstance(value, datetime.datetime):
        value = value.date()
    today = timezone.localdate(timezone=PARIS)
    days = (value - today).days
    if days in (-1, 0, 1):
        return {-1: "hier", 0: "aujourd'hui", 1: "demain"}[days]
    months = _whole_months(min(today, value), max(today, value))
    if months < 1:
        span = f"{abs(days)} jours"
    elif months < 24:
        span = f"{months} mois"
    else:
        span = f"{months // 12} ans"
    return f"dans {span}" if days > 0 else f"il y a {span}"


@register.filter
def closing(fact):
    """The end of a dated fact: its last day; « retrait le 21/11/2026 » when it covered none; empty without end."""
    return f"retrait le {day(fact.ended_on)}" if fact.is_withdrawn else day(fact.ended_on)


@register.filter
def closing_in_words(fact):
    """« 21/11/2026 (dans 12 jours) », « retrait le 21/11/2026 (hier) » or « sans fin prévue »."""
    return f"{closing(fact)} ({in_words(fact.ended_on)})" if fact.ended_on else "sans fin prévue"


# Words ---------------------------------------------------------------------------------------------------------------


@register.filter
def nom_complet(person):
    """Prénom then nom, as people are addressed."""
    return getattr(person, "nom_complet", None) or f"{person.prenom} {person.nom}".strip()


@register.filter
def elided(name):
    """« de Noé », « d'Irène », « d'Hélène », « d'Yves », « de Yasmine »: a name after the preposition."""
    return f"d'{name}" if _ELIDED.match(unicodedata.normalize("NFD", str(name))) else f"de {name}"


@register.filter
def counted(number, nouns):
    """« 1 232 utilisateurs » from a number and "singular,plural"; zero is singular in French."""
    singular, _, plural = nouns.partition(",")
    noun = singular if abs(number) < 2 else (plural or f"{singular}s")
    return f"{number:,}".replace(",", "\u202f") + f"\u00a0{noun}"


@register.filter
def phone(number):
    """« 04 91 00 00 12 »: a French number by pairs; another one, or none, as it is."""
    return "\u00a0".join(re.findall("..", number)) if re.fullmatch("0[1-9][0-9]{8}", number) else number


@register.filter
def euros(amount):
    """« 1 232,50 € », to the cent; an empty string for nothing."""
    return "" if amount is None else f"{amount:,.2f}\u00a0€".replace(",", "\u202f").replace(".", ",")


@register.filter
def shown(value):
    """A value as a reader expects it: days, instants and yes/no in French, a dash for nothing."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if isinstance(value, datetime.datetime):
        return instant(value)
    if isinstance(value, datetime.date):
        return day(value)
    return value


@register.filter
def beyond(items, limit):
    """How many of `items` come after the first `limit`."""
    return max(0, len(items) - limit)


# Statuts -------------------------------------------------------------------------------------------------------------


class Look(NamedTuple):
    word: str
    icon: str
    tone: str


LOOKS = {
    "ouvert": Look("Ouvert", "check-circle", "success"),
    "actif": Look("Actif", "check-circle", "success"),
    "valide": Look("Validé", "check-circle", "success"),
    "validee": Look("Validée", "check-circle", "success"),
    "signee": Look("Signée", "check-circle", "success"),
    "termine": Look("Terminé", "check-circle", "success"),
    "traite": Look("Traité", "check-circle", "success"),
    "traitee": Look("Traitée", "check-circle", "success"),
    "notifiee": Look("Notifiée", "envelope", "success"),
    "payee": Look("Payée", "cash-coin", "success"),
    "cree": Look("Créé", "plus-lg", "success"),
    "envoye": Look("Envoyé", "send", "success"),
    "acceptee": Look("Acceptée", "check-circle", "success"),
    "soumis": Look("Soumis", "check-circle", "success"),
    "clos": Look("Clos", "lock", "neutral"),
    "retiree": Look("Retirée", "dash-circle", "neutral"),
    "signale": Look("Signalé", "exclamation-triangle", "danger"),
    "pris_en_charge": Look("Pris en charge", "person-check", "info"),
    "en_analyse": Look("En cours d'analyse", "search", "info"),
    "proposee": Look("Proposée", "send", "info"),
    "transmise": Look("Transmise", "send", "info"),
    "modifie": Look("Modifié", "pencil", "info"),
    "a_venir": Look("À venir", "calendar-event", "info"),
    "en_cours": Look("En cours", "arrow-repeat", "info"),
    "en_traitement": Look("En traitement", "arrow-repeat", "info"),
    "a_faire": Look("À faire", "circle", "info"),
    "a_saisir": Look("À saisir", "circle", "info"),
    "a_approuver": Look("À approuver", "hourglass-split", "warning"),
    "a_valider": Look("À valider", "hourglass-split", "warning"),
    "repetition": Look("Vérification en cours", "arrow-repeat", "info"),
    "calcul": Look("Calcul en cours", "arrow-repeat", "info"),
    "calculee": Look("Calculée", "search", "info"),
    "appliquee": Look("Appliquée", "check-circle", "success"),
    "application": Look("Application en cours", "arrow-repeat", "info"),
    "annulation": Look("Annulation en cours", "arrow-repeat", "info"),
    "applique": Look("Appliqué", "check-circle", "success"),
    "annule": Look("Annulé", "x-circle", "neutral"),
    "abandonne": Look("Abandonné", "x-circle", "neutral"),
    "preparation": Look("Préparation en cours", "arrow-repeat", "info"),
    "a_lancer": Look("À lancer", "hourglass-split", "warning"),
    "revue": Look("Revue en cours", "send", "info"),
    "a_appliquer": Look("À appliquer", "hourglass-split", "warning"),
    "annulee": Look("Annulée", "x-circle", "neutral"),
    "garde": Look("Gardé", "check-circle", "success"),
    "limite": Look("Limité", "clock", "warning"),
    "retire": Look("Retiré", "x-circle", "danger"),
    "restaure": Look("Rétabli", "arrow-repeat", "info"),
    "pret": Look("Prêt", "check-circle", "success"),
    "efface": Look("Effacé", "dash-circle", "neutral"),
    "a_confirmer": Look("À confirmer", "hourglass-split", "warning"),
    "a_verifier": Look("À vérifier par la Caf", "hourglass-split", "warning"),
    "en_attente": Look("En attente de validation", "hourglass-split", "warning"),
    "a_completer": Look("À compléter", "pencil", "warning"),
    "suspendu": Look("Suspendu", "pause-circle", "warning"),
    "expire_bientot": Look("Expire bientôt", "clock", "warning"),
    "vide": Look("À saisir", "pencil", "neutral"),
    "brouillon": Look("Brouillon", "pencil", "neutral"),
    "cloture": Look("Clôturé", "lock", "neutral"),
    "cloturee": Look("Clôturée", "lock", "neutral"),
    "abandonnee": Look("Abandonnée", "dash-circle", "neutral"),
    "inactif": Look("Inactif", "dash-circle", "neutral"),
    "historique": Look("Historique", "clock-history", "neutral"),
    "inchange": Look("Inchangé", "dash-circle", "neutral"),
    "non_attribue": Look("Non attribué", "dash-circle", "neutral"),
    "expire": Look("Expiré", "x-circle", "danger"),
    "refuse": Look("Refusé", "x-circle", "danger"),
    "refusee": Look("Refusée", "x-circle", "danger"),
    "revoque": Look("Révoqué", "x-circle", "danger"),
    "a_payer": Look("À payer", "hourglass-split", "warning"),
    "en_lot": Look("En lot", "arrow-repeat", "info"),
    "paye": Look("Payé", "cash-coin", "success"),
    "rejete": Look("Rejeté", "x-circle", "danger"),
    "a_recuperer": Look("À récupérer", "exclamation-triangle", "warning"),
    "recupere": Look("Récupéré", "check-circle", "success"),
    "fait": Look("Fait", "check-circle", "success"),
    "prepare": Look("À valider", "hourglass-split", "warning"),
    "remplace": Look("Remplacé", "clock-history", "neutral"),
    "echec": Look("Échec", "exclamation-triangle", "danger"),
}


@register.simple_tag
def status_look(value):
    """Word, icon and tone of a statut; an unknown one keeps its own word and a neutral look."""
    key = str(value).lower().replace("-", "_")
    return LOOKS.get(key) or Look(str(value), "circle", "neutral")


# Filters and pages ---------------------------------------------------------------------------------------------------


class Chip(NamedTuple):
    label: str
    url: str


class FilterState(NamedTuple):
    chips: list
    hidden: list
    reset_url: str


def _choice_labels(field):
    labels = {}
    for value, label in getattr(field, "choices", ()):
        if isinstance(label, (list, tuple)):
            labels.update({str(v): text for v, text in label})
        else:
            labels[str(value)] = label
    return labels


def _value_in_words(field, value):
    labels = _choice_labels(field)
    if value in labels:
        return labels[value]
    try:
        parsed = datetime.datetime.fromisoformat(value)
    except ValueError:
        return value
    return instant(parsed) if "T" in value else day(parsed)


@register.simple_tag(takes_context=True)
def filter_state(context, filter):
    """What a filter bar shows beyond its fields: filters that are on, parameters to keep, the address without any."""
    query = context["request"].GET
    form = filter.form
    names = {form.add_prefix(name) for name in form.fields}
    chips = []
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        values = query.getlist(key)
        for value in values:
            if not value:
                continue
            rest = query.copy()
            rest.pop("page", None)
            rest.setlist(key, [other for other in values if other != value])
            label = f"{field.label or name}\u00a0: {_value_in_words(field, value)}"
            chips.append(Chip(label, f"?{rest.urlencode()}"))
    kept = query.copy()
    for key in [*names, "page"]:
        kept.pop(key, None)
    hidden = [(key, value) for key, values in kept.lists() for value in values]
    return FilterState(chips, hidden, f"?{kept.urlencode()}")


@register.simple_tag(takes_context=True)
def page_in_title(context):
    """« – page 2 sur 6 », for the title of a list beyond its first page; an empty string otherwise."""
    if (by_key := context.get("key_page")) is not None:
        return " – plus anciens" if by_key.newer else ""
    page = context.get("page_obj") or getattr(context.get("table"), "page", None)
    if page is None or page.number == 1:
        return ""
    return f" – page {page.number} sur {page.paginator.num_pages}"


@register.simple_tag
def page_numbers(page):
    """Page numbers around `page`; None stands for those left out."""
    paginator = page.paginator
    numbers = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [None if number == paginator.ELLIPSIS else number for number in numbers]
