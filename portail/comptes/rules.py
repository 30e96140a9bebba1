"""Which passwords are good enough, and who may do what with an account."""

import gzip
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation

from portail.comptes.models import Session, Utilisateur

_IN_NAMES = " \u00a0\u202f'’-‐‑."
LONGEST = 256
PASSPHRASE = 20
# The browser ticks the same four as one types: ui/static/ui/password.js.
CLASSES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("une minuscule", lambda c: unicodedata.category(c) == "Ll"),
    ("une majuscule", lambda c: unicodedata.category(c) == "Lu"),
    ("un chiffre", lambda c: c in "0123456789"),
    ("un caractère spécial", lambda c: not (c.isspace() or c in "0123456789" or unicodedata.category(c)[0] == "L")),
)
_OFTEN_CHOSEN = (
    "caf",
    "partenaire",
    "moncompte",
    "allocation",
    "motdepasse",
    "password",
    "azerty",
    "qwerty",
    "bonjour",
)
_DRESS = "0123456789!@#$%&*?.,;:-_+= "
_LOOKALIKES = str.maketrans("@4301$5!7", "aaeoissit")


def refuse_nom(nom: str) -> str | None:
    """A name or a first name: letters of any script, spaces, apostrophes, hyphens and dots."""
    kinds = {unicodedata.category(c)[0] for c in nom if c not in _IN_NAMES}
    if "L" in kinds and kinds <= {"L", "M"}:
        return None
    return "Écrivez ce nom en lettres : seuls espaces, apostrophes, traits d'union et points s'y ajoutent."


def shortest(utilisateur: Utilisateur) -> int:
    """How many characters a password of this person needs at least."""
    return settings.PORTAIL["PASSWORD_LENGTH_CAF" if utilisateur.is_agent else "PASSWORD_LENGTH"]


def refuse_password(password: str, utilisateur: Utilisateur, words: Iterable[str] = ()) -> str | None:
    """S0: at least 8 characters with the four classes; 20 characters and more need no classes.

    `words` are further words one would guess for this person: his organisation.
    """
    if len(password) < shortest(utilisateur):
        return f"Le mot de passe doit compter au moins {shortest(utilisateur)} caractères."
    if len(password) > LONGEST:
        return f"Le mot de passe doit compter au plus {LONGEST} caractères."
    missing = [label for label, belongs in CLASSES if not any(map(belongs, password))]
    if missing and len(password) < PASSPHRASE:
        return (
            f"Il manque à ce mot de passe : {', '.join(missing)}. Ou choisissez une phrase de {PASSPHRASE} caractères."
        )
    if word := _context_word(password, utilisateur, words):
        return f"Ce mot de passe contient « {word} », qu'on devinerait : choisissez autre chose."
    if _is_common(password):
        return "Ce mot de passe est trop courant : il figure parmi ceux que les pirates essaient d'abord."
    if len(set(password)) < 5:
        return "Ce mot de passe répète trop peu de caractères différents."
    return None


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _context_word(password: str, utilisateur: Utilisateur, words: Iterable[str]) -> str | None:
    """The person's own words, or those of the place, when they make up most of the password."""
    plain = _plain(password)
    readable = plain.translate(_LOOKALIKES)
    own = [utilisateur.nom, utilisateur.prenom, utilisateur.identifiant, utilisateur.courriel.partition("@")[0], *words]
    parts = [part for word in own for part in re.split(r"[\W_]+", word) if len(part) >= 4]
    for word in [*own, *parts, *_OFTEN_CHOSEN]:
        short = _plain(word)
        if len(short) >= 3 and (short in plain or short in readable) and len(password) - len(short) < 10:
            return word
    return None


def _is_common(password: str) -> bool:
    """A common password, bare or dressed up: figures and signs around it, look-alikes inside."""
    plain = password.casefold()
    bodies = {plain, plain.strip(_DRESS)}
    for end in range(max(4, len(plain.rstrip(_DRESS)), len(plain) - 6), len(plain)):
        bodies |= {plain[:end], plain[:end].lstrip(_DRESS)}
    candidates = bodies | {body.translate(_LOOKALIKES) for body in bodies}
    return any(candidate in _common_passwords() for candidate in candidates if len(candidate) >= 4)


@cache
def _common_passwords() -> frozenset[str]:
    """The 20,000 passwords most often found in leaks, as shipped with Django."""
    path = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)


def refuse_ending_session(acteur: Any, session: Session) -> str | None:
    """Everybody ends his own sessions, nobody another's."""
    if session.utilisateur_id != acteur.utilisateur.pk:
        return "Cette session n'est pas la vôtre."
    return None
