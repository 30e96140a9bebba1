"""What kinds of facts the journal holds, each with its French sentence."""

import re
from contextvars import ContextVar
from dataclasses import dataclass

from portail.ui.templatetags.ui import elided


@dataclass(frozen=True)
class RequestInfo:
    """Which request is being served: its number and where it comes from."""

    request_id: str = ""
    address: str = ""


NO_REQUEST = RequestInfo()
CURRENT: ContextVar[RequestInfo] = ContextVar("portail_request", default=NO_REQUEST)
KINDS: dict[str, "Kind"] = {}
_OF = re.compile(r"\bde \{(\w+)\}")
_TWO_STOPS = re.compile(r"([.!?])\.$")  # a motif that ends as a sentence already does
FRAME = "cadre"  # the fact that names what a whole set of acts was part of


@dataclass(frozen=True)
class Kind:
    """`code` is `app.noun.past`; `sentence` is filled with the entry's facts and `{by}`."""

    code: str
    sentence: str


def declare(code: str, sentence: str) -> Kind:
    """Registers a kind of fact; a code is declared once."""
    if code in KINDS:
        raise ValueError(f"{code} est déclaré deux fois")
    KINDS[code] = Kind(code, sentence)
    return KINDS[code]


ACT_REFUSED = declare("journal.act.refused", "{by} n'a pas pu agir sur la page « {page} » : {motif}")
VERIFIED = declare(
    "journal.chain.verified",
    "{by} a vérifié le journal : {entries} lignes intactes, {outside} sceaux gardés hors de la base.",
)
BROKEN = declare("journal.chain.broken", "{by} a vérifié le journal, qui a été altéré : {sentence}.")
RESUMED = declare(
    "journal.chain.resumed", "{by} a noté que la base a été remise à la ligne {last_entry} du journal : {motif}"
)


class _Facts(dict):
    def __missing__(self, name: str) -> str:
        return elided(self[name.removeprefix("de ")]) if name.startswith("de ") else "…"


def sentence(kind: str, by: str, facts: dict) -> str:
    """The fact in French; an unknown kind (from a later version) is shown by its code."""
    if kind not in KINDS:
        return kind
    told = _OF.sub(r"{de \1}", KINDS[kind].sentence).format_map(_Facts(facts, by=by))
    told = _TWO_STOPS.sub(r"\1", told)
    return f"{told.removesuffix('.')} ({facts[FRAME]})." if FRAME in facts else told
