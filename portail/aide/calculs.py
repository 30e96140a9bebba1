"""From words typed to the fiches that answer, the best first. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from portail.aide.definitions import Fiche

_SMALL_WORDS = (
    "a au aux ce ces comment d dans de des du en est et il j je l la le les ma me mes mon n ne on ou par pas pour "
    "pourquoi qu que qui s sa se ses si son sur un une"
)
_SMALL = frozenset(_SMALL_WORDS.split())
_TITLE, _KEYWORD, _SUMMARY, _STEP_TITLE, _STEP = 10, 8, 4, 3, 1


def found(fiches: Iterable[Fiche], asked: str) -> list[Fiche]:
    """Those in which every word typed is found, at least by its beginning; the best first, equals in their order.

    Accents, capitals, plurals and small words do not count. Without any word, all of them.
    """
    wanted = list(_words(asked))
    ranked = [(_rank(fiche, wanted), fiche) for fiche in fiches]
    return [fiche for rank, fiche in sorted(ranked, key=lambda each: -each[0]) if rank or not wanted]


def _rank(fiche: Fiche, wanted: list[str]) -> int:
    """0 as soon as one word is found nowhere; a whole word counts twice what its beginning does."""
    weights = _weighted(fiche).items()
    total = 0
    for word in wanted:
        best = max((weight * (2 if own == word else 1) for own, weight in weights if own.startswith(word)), default=0)
        if not best:
            return 0
        total += best
    return total


@cache
def _weighted(fiche: Fiche) -> dict[str, int]:
    """Each word of the fiche with the weight of the best place where it stands."""
    places = [(fiche.titre, _TITLE), *((each, _KEYWORD) for each in fiche.mots), (fiche.resume, _SUMMARY)]
    for etape in fiche.etapes:
        places.append((etape.title, _STEP_TITLE))
        places += [(each, _STEP) for each in (*etape.paragraphs, *etape.points)]
    weights: dict[str, int] = {}
    for text, weight in places:
        for word in _words(text):
            weights[word] = max(weight, weights.get(word, 0))
    return weights


def _words(text: str) -> Iterable[str]:
    """« Les numéros refusés » → numero, refuse."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return (_singular(word) for word in re.findall(r"[a-z0-9]+", plain) if word not in _SMALL)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word
