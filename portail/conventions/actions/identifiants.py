"""Identifiants: three letters, five digits, then letters that count; unique for ever (S0)."""

from collections.abc import Iterator
from itertools import count

from django.db.models import F

from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf, Convention


def next_identifiant(convention: Convention) -> str:
    """Three letters of the type of organisme, the convention's five digits, two letters or more; never given twice.

    The caller holds the lock of the convention.
    """
    Convention.objects.filter(pk=convention.pk).update(next_suffix=F("next_suffix") + 1)
    convention.refresh_from_db(fields=["next_suffix"])
    return _identifiant(convention, convention.next_suffix - 1)


def identifiants_from(convention: Convention) -> Iterator[str]:
    """The next ones, without end; who gives some of them raises the rank, under the lock of the convention."""
    convention.refresh_from_db(fields=["next_suffix"])
    return (_identifiant(convention, rank) for rank in count(convention.next_suffix))


def _identifiant(convention: Convention, rank: int) -> str:
    return f"{convention.organisme.type.prefixe}{convention.numero:05d}{suffix(rank)}"


def suffix(rank: int) -> str:
    """AA, AB, … ZZ, then AAA: base 26, two letters at least."""
    width, first = 2, 0
    while rank - first >= 26**width:
        first += 26**width
        width += 1
    rank -= first
    return "".join(chr(ord("A") + rank // 26**place % 26) for place in reversed(range(width)))


def next_agent_identifiant(caf: Caf) -> str:
    """The same shape for an agent: CAF, the code of his Caf, letters. The caller holds the lock of the Caf."""
    start = f"CAF{int(caf.code):05d}"
    return start + suffix(Utilisateur.objects.filter(identifiant__startswith=start).count())
