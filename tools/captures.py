"""Retakes the screenshots of README and docs, then the pictures of « Aide en ligne », from a running demo
(PORTAIL_PUBLIC_URL); `captures.py aide` takes the latter only."""

import json
import os
import subprocess
import sys
from pathlib import Path

import captures_aide
from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "captures"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


def people() -> list[dict[str, str]]:
    """The demo people, as `manage.py demo_people --json` tells them."""
    out = subprocess.check_output([sys.executable, ROOT / "manage.py", "demo_people", "--json"], text=True)
    return json.loads(out)


def sign_in(page: Page, base: str, person: dict[str, str]) -> None:
    page.goto(f"{base}/connexion/")
    page.locator("[name=login]").fill(person["identifiant"])
    page.locator("[name=password]").fill(person["password"])
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state("networkidle")


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    sys.stdout.write(f"docs/captures/{name}.png\n")


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    page.wait_for_load_state("networkidle")


def story(page: Page, base: str, person: dict[str, str]) -> None:
    """From the sign-in page to the reasons of a right."""
    page.goto(f"{base}/connexion/")
    take(page, "connexion")
    sign_in(page, base, person)
    take(page, "accueil")
    follow(page, "Consulter les conventions")
    take(page, "conventions")
    page.locator("tbody th a").first.click()
    follow(page, "Utilisateurs")
    take(page, "utilisateurs")
    page.get_by_role("row").filter(has_text="Robine").get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("details.explanation summary").first.click()
    take(page, "utilisateur")


def main(only: str = "") -> int:
    base = os.environ["PORTAIL_PUBLIC_URL"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = people()
    bruet = next(p for p in known if p["name"].endswith("Bruet"))
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        if only != "aide":
            wide: ViewportSize = {"width": 1280, "height": 800}
            context = browser.new_context(viewport=wide, locale="fr-FR", reduced_motion="reduce")
            story(context.new_page(), base, bruet)
        captures_aide.take_all(browser, base, known, sign_in)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
