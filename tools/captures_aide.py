"""Takes the pictures of « Aide en ligne » (portail/aide/static/aide/*.webp) from a running demo.

Called by captures.py; each picture that a fiche names is taken by a function of PICTURES, in the browser of one person
of the demo.
"""

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "portail" / "aide" / "static" / "aide"
WIDTH, HEIGHT, QUALITY = 1280, 720, 60
MARGIN = 12
# Some pictures stop above a field of dates: Chromium writes it in the language of the machine, not of the page.
MOTIF = "Demande d'aide pour la cantine, rendez-vous de ce jour"
NOBODY = 9999998


def shoot(page: Page, name: str, part: Locator | None = None, height: int = HEIGHT) -> None:
    """The content of the page, or a part of it, no higher than `height`, as WebP."""
    page.wait_for_load_state("networkidle")
    box = (part or page.locator("main")).first.bounding_box()
    assert box, name  # noqa: S101
    top = max(0, box["y"] + page.evaluate("window.scrollY") - MARGIN)
    clip = {
        "x": max(0, box["x"] - MARGIN),
        "y": top,
        "width": min(box["width"] + 2 * MARGIN, WIDTH),
        "height": min(box["height"] + 2 * MARGIN, height),
        "scale": 1,
    }
    asked = {"format": "webp", "quality": QUALITY, "captureBeyondViewport": True, "clip": clip}
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    (FOLDER / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
    sys.stdout.write(f"portail/aide/static/aide/{name}.webp\n")


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()
    page.wait_for_load_state("networkidle")


# Each person's pictures: from page to page, as he would go.


def visitor(page: Page, base: str) -> None:
    page.goto(f"{base}/connexion/")
    shoot(page, "connexion")


def social_worker(page: Page, base: str) -> None:
    page.goto(f"{base}/")
    shoot(page, "accueil")
    page.goto(f"{base}/mon-profil/")
    shoot(page, "mon-profil", page.locator("main section").filter(has_text="Mes droits"))
    page.goto(f"{base}/incidents/signaler/")
    shoot(page, "incident", height=355)
    page.goto(f"{base}/consulter-dossier/")
    shoot(page, "cdap-accueil", height=520)
    ask_pages(page, base)


def ask_pages(page: Page, base: str) -> None:
    """The form filled in, incomplete and refused; the search; then the file itself."""
    numero = kept_file()
    ask, send = f"{base}/consulter-dossier/demander/", "main form button[type=submit]"
    fill(page, ask, numero=numero, motif=MOTIF)
    shoot(page, "demande", height=900)
    fill(page, ask, numero=numero, motif="")
    page.locator(send).first.click()
    shoot(page, "demande-incomplete", height=900)
    fill(page, ask, numero=str(NOBODY), motif=MOTIF)
    page.locator(send).first.click()
    shoot(page, "demande-refusee", height=560)
    page.goto(f"{base}/consulter-dossier/chercher/")
    shoot(page, "recherche", height=470)
    fill(page, ask, numero=numero, motif=MOTIF)
    page.locator(send).first.click()
    shoot(page, "onglet-synthese")
    for name, label in (("onglet-famille", "Composition de la famille"), ("onglet-ressources", "Ressources")):
        page.goto(base + str(page.locator("main").get_by_role("link", name=label).first.get_attribute("href")))
        shoot(page, name, height=900)
    exchanges(page)


def exchanges(page: Page) -> None:
    """From the open file: what is written to the Caf, then an attestation."""
    follow(page, "Dialogue")
    shoot(page, "dialogue", height=640)
    page.go_back()
    follow(page, "Attestation")
    page.get_by_role("button", name="Établir l'attestation").click()
    shoot(page, "attestation", height=620)


def fill(page: Page, ask: str, *, numero: str, motif: str) -> None:
    """The first profile and the first purpose that are offered."""
    page.goto(ask)
    for name in ("titre", "finalite"):
        field = page.locator(f"main select[name={name}]")
        if field.count():
            field.select_option(index=1)
    page.locator("[name=numero]").fill(numero)
    page.locator("[name=motif]").fill(motif)
    page.locator("[name=is_informed]").check()


def manager(page: Page, base: str) -> None:
    page.goto(f"{base}/conventions/")
    page.locator("tbody th a").first.click()
    page.wait_for_load_state("networkidle")
    follow(page, "Groupes")
    follow(page, "Arbre")
    shoot(page, "groupes")
    follow(page, "Accompagnement des familles")
    shoot(page, "groupe")
    page.goto(f"{base}/conventions/")
    page.locator("tbody th a").first.click()
    follow(page, "Utilisateurs")
    page.get_by_role("row").filter(has_text="Lacombe").get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("details.explanation summary").first.click()
    shoot(page, "utilisateur", page.locator("main section").filter(has=page.locator("details.explanation")))


def caf(page: Page, base: str) -> None:
    page.goto(f"{base}/supervision/journal/")
    shoot(page, "journal", page.locator("main .timeline"), height=480)
    page.goto(f"{base}/supervision/etat/")
    shoot(page, "etat-du-portail")
    page.goto(f"{base}/consulter-dossier/")
    shoot(page, "cdap-caf", height=1300)
    page.goto(f"{base}/consulter-dossier/profils/")
    shoot(page, "matrice")


# The person of the demo by his last name, or none; then what is taken in his browser, and the pictures it makes.
STORIES: list[tuple[str, Callable[[Page, str], None], tuple[str, ...]]] = [
    ("", visitor, ("connexion",)),
    (
        "Lacombe",
        social_worker,
        (
            *("accueil", "mon-profil", "incident", "cdap-accueil", "demande", "demande-incomplete"),
            *("demande-refusee", "recherche", "onglet-synthese", "onglet-famille", "onglet-ressources"),
            *("dialogue", "attestation"),
        ),
    ),
    ("Montel", manager, ("groupes", "groupe", "utilisateur")),
    ("Marquand", caf, ("journal", "etat-du-portail", "cdap-caf", "matrice")),
]
PICTURES = {name for _, _, names in STORIES for name in names}


def kept_file() -> str:
    """The number of the invented file, put in the demo when it is not there."""
    words = [sys.executable, str(ROOT / "tools" / "exemple.py"), "132"]
    return subprocess.check_output(words, text=True, env=os.environ).strip()


def take_all(browser: Browser, base: str, people: list[dict[str, str]], sign_in: Callable[..., Any]) -> None:
    """Every picture of the fiches, each person in a browser of his own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, story, _ in STORIES:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, locale="fr-FR", reduced_motion="reduce", color_scheme="light"
        )
        page = context.new_page()
        if name:
            sign_in(page, base, next(person for person in people if person["name"].endswith(name)))
        story(page, base)
        context.close()
