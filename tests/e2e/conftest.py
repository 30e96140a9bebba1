"""A real Chromium on a real server: journeys of the sources, axe on every state."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portail.courriels.actions import send_due
from tests.cast import PASSWORD, Cast, build_cast

AXE = Path(__file__).parent / "axe.min.js"
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def cast(transactional_db) -> Cast:
    return build_cast()


class Visitor:
    """Somebody at a browser of his own."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context, self.base = context, base
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.problems: list[str] = []
        self.page.on("console", lambda m: self.problems.append(m.text) if m.type == "error" else None)
        self.page.on(
            "response", lambda r: self.problems.append(r.url) if r.status == 404 and "/static/" in r.url else None
        )

    def goto(self, path: str) -> None:
        self.page.goto(self.base + path)

    def sign_in(self, identifiant: str, password: str = PASSWORD) -> None:
        self.goto("/connexion/")
        self.fill(login=identifiant, password=password)
        self.page.get_by_role("button", name="Connexion").click()
        self.page.wait_for_load_state()

    def click(self, name: str, role: str = "link") -> None:
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state()

    def follow(self, name: str) -> None:
        """A link of the page itself, whatever the menu offers."""
        self.page.locator("main").get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        self.accessible()

    def send(self, name: str, told: str) -> None:
        """The button, then what the page answers."""
        self.page.locator("main").get_by_role("button", name=name, exact=True).click()
        self.page.locator("main").get_by_text(told).first.wait_for()
        self.accessible()

    def fill(self, **fields: str) -> None:
        """Types into the fields of those names."""
        for name, value in fields.items():
            self.page.locator(f"main [name={name}]").fill(value)

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def text(self) -> str:
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())

    def accessible(self) -> None:
        """No axe violation in this state, nothing wider than the window, no error in the console."""
        if self.page.evaluate("!window.axe"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("options => axe.run(options).then(result => result.violations)", OPTIONS)
        told = [f"{v['id']}: {v['help']} {[n['html'][:120] for n in v['nodes'][:3]]}" for v in found]
        assert told == [], f"{self.page.url}"
        wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{self.page.url} déborde"
        assert [p for p in self.problems if "Failed to load resource" not in p] == []


@pytest.fixture
def visit(browser, live_server) -> Iterator[object]:
    """`visit()` opens a browser of its own; `visit(width=320)` a narrow one."""
    contexts: list[BrowserContext] = []

    def open_one(width: int = 1280, height: int = 900, scheme: str = "light") -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="fr-FR")
        contexts.append(context)
        return Visitor(context, live_server.url)

    yield open_one
    for context in contexts:
        context.close()


def signed_in(visit: Callable[..., Visitor], identifiant: str, path: str = "", **more: Any) -> Visitor:
    """That person at a browser of his own, at that page when one is given."""
    visitor = visit(**more)
    visitor.sign_in(identifiant)
    if path:
        visitor.goto(path)
        visitor.accessible()
    return visitor


@pytest.fixture
def letters():
    """`letters(address)`: the mails received there, after the worker has sent all that is due."""

    def received(address: str) -> list[mail.EmailMultiAlternatives]:
        send_due()
        return [m for m in mail.outbox if address in m.to[0]]

    return received


def provisional_in(letter: mail.EmailMultiAlternatives) -> str:
    """The provisional password a mail carries."""
    found = re.search(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b", letter.body)
    assert found is not None, letter.body
    return found[0]
