"""Typed reading of environment variables; a missing or wrong one stops the start with its name and remedy."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable, or the default.

    :raises ImproperlyConfigured: when it is absent and has no default
    """
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(
            f"La variable {name} est absente : renseignez-la dans l'environnement (voir .env.example)."
        )
    return value


def integer(name: str, default: int, *, at_least: int = 0) -> int:
    """The variable as a whole number no smaller than `at_least`."""
    raw = text(name, str(default))
    if not raw.isdecimal() or int(raw) < at_least:
        raise ImproperlyConfigured(f"La variable {name} vaut « {raw} » : donnez un nombre entier, {at_least} ou plus.")
    return int(raw)


def choice(name: str, choices: tuple[str, ...], default: str) -> str:
    """The variable, one of `choices`."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"La variable {name} vaut « {value} » : choisissez parmi {', '.join(choices)}.")
    return value


def secret(name: str) -> str:
    """The variable itself, or the content of the file named by `<name>_FILE`."""
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return text(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"Le fichier désigné par {name}_FILE ne peut être lu ({error.strerror}) : vérifiez son chemin."
        ) from error


def database(name: str) -> dict[str, Any]:
    """Django's database settings from `postgresql://user:password@host:port/name?host=/socket/folder`."""
    raw = text(name)
    parts = urlsplit(raw)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured(f"La variable {name} doit commencer par postgresql://.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }


def smtp(name: str) -> dict[str, object]:
    """Django's mail settings from `smtp://user:password@host:port` (STARTTLS: `smtp+tls`, TLS: `smtps`)."""
    parts = urlsplit(text(name))
    if parts.scheme not in ("smtp", "smtp+tls", "smtps") or not parts.hostname:
        raise ImproperlyConfigured(
            f"La variable {name} doit s'écrire smtp://, smtp+tls:// ou smtps://, suivi du serveur."
        )
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }
