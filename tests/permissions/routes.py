"""Every address of the resolver, as the tests of the rights see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One address: its full name, its path as written in `urls.py`, the names of its arguments, its view."""

    name: str
    path: str
    arguments: tuple[str, ...]
    view: Any

    @property
    def methods(self) -> tuple[str, ...]:
        """What the view answers to; HEAD goes wherever GET goes."""
        return tuple(method for method in self.view.methods if method != "HEAD")


def routes() -> list[Route]:
    return list(_walk(get_resolver(), namespace="", path="/"))


def _walk(resolver: URLResolver, *, namespace: str, path: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        here = path + str(each.pattern)
        if isinstance(each, URLResolver):
            below = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _walk(each, namespace=below, path=here)
        else:
            yield Route(f"{namespace}{each.name}", here, _arguments(here), each.callback)


def _arguments(path: str) -> tuple[str, ...]:
    return tuple(part.split(">")[0].partition(":")[2] for part in path.split("<")[1:])
