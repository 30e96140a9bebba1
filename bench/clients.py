"""People at work in a process of their own: some save a group of fields again and again, some read and sign.

`run` asks for a job from outside; `python -m bench.clients` carries it out. A client notes in its ledger what the
server has acknowledged, and nothing else.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import uuid
from html import unescape
from typing import Any

from bench.load import Client, Watch, get, post

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
SAVED = (302,)
PAUSE = 0.2  # seconds between two saves of a person who types fast


def run(**job: Any) -> dict[str, Any]:
    """What the clients saw: `wrong` answers, milliseconds of each kind, the ledger, what was signed."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.clients"],
        input=json.dumps(job),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


class Seen:
    """What all clients note together."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.milliseconds: dict[str, list[float]] = {"save": [], "sign": []}
        self.ledger: dict[str, dict[str, str]] = {}
        self.signed: list[int] = []


def token_of(cookie: str) -> str:
    """The protection token: that of the cookie."""
    held = dict(part.split("=", 1) for part in cookie.split("; "))
    return next(value for name, value in held.items() if name.endswith("csrf"))


def hidden_of(page: bytes) -> dict[str, str]:
    """The hidden fields of a page's forms, as the browser sends them back."""
    found = [dict(ATTRIBUTE.findall(tag)) for tag in HIDDEN.findall(page.decode())]
    return {each["name"]: unescape(each.get("value", "")) for each in found if "name" in each}


async def save(watch: Watch, seen: Seen, port: int, saver: dict[str, Any]) -> None:
    """Counts every field of the group up by one at each save; the next one starts from what was acknowledged."""
    client, held = Client(port), dict(saver["held"])
    volet, groupe, cookie = saver["volet"], saver["groupe"], saver["cookie"]
    while watch.runs():
        typed = {field: str(int(value) % 9000 + 1) for field, value in held.items()}
        fields = {"csrfmiddlewaretoken": token_of(cookie), "cle": str(uuid.uuid4()), "groupe": groupe}
        fields |= typed | {f"vu-{field}": value for field, value in held.items()}
        status, _, _ = await watch.ask(client, post(f"/aides-financieres/volets/{volet}/enregistrer/", cookie, fields))
        seen.milliseconds["save"].append(watch.seen[-1][1])
        if status in SAVED:
            held = typed
            seen.ledger.setdefault(str(volet), {}).update(typed)
        else:
            seen.wrong.append(f"save {volet} {groupe}: {status}")
        await asyncio.sleep(PAUSE)


async def sign(watch: Watch, seen: Seen, port: int, signer: dict[str, Any], password: str) -> None:
    """Reads each declaration and signs it, spread over the whole time."""
    declarations, cookie = signer["declarations"], signer["cookie"]
    client, pause = Client(port), (watch.deadline - watch.began) / (len(declarations) + 1)
    for declaration in declarations:
        if not watch.runs():
            return
        path = f"/aides-financieres/declarations/{declaration}/approuver/"
        status, _, page = await watch.ask(client, get(path, cookie))
        fields = hidden_of(page) | {"csrfmiddlewaretoken": token_of(cookie), "is_read": "on", "password": password}
        status, _, _ = await watch.ask(client, post(path, cookie, fields)) if status == 200 else (status, b"", b"")
        seen.milliseconds["sign"].append(watch.seen[-1][1])
        if status == 302:
            seen.signed.append(declaration)
        else:
            seen.wrong.append(f"sign {declaration}: {status}")
        await asyncio.sleep(pause / 2)


async def carry_out(job: dict[str, Any]) -> dict[str, Any]:
    """Run all clients of the job together."""
    watch, seen, port = Watch(job["seconds"]), Seen(), job["port"]
    runs = [save(watch, seen, port, saver) for saver in job["savers"]]
    runs += [sign(watch, seen, port, signer, job["password"]) for signer in job["signers"]]
    await asyncio.gather(*runs)
    return {"wrong": seen.wrong, "milliseconds": seen.milliseconds, "ledger": seen.ledger, "signed": seen.signed}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(carry_out(json.load(sys.stdin)))))
