"""The last hour before a due date, in a minute: fifty people save, ten sign, and nothing acknowledged is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench import clients, data
from bench.afas.base import NOW, RUSH, SIZE
from bench.afas.lists import some
from bench.figures import Measured, load_average, percentile
from bench.servers import helper, web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

SAVERS, SIGNERS, SECONDS = 50, 10, 60.0
# Two people on each sheet, each with his own group of fields.
GROUPS = (("ouverture", ("capacite", "jours_ouverture", "enfants")), ("heures", ("heures_realisees_p6",)))

_MAY = """
JOIN conventions_rattachement r ON r.id = p.rattachement_id
JOIN habilitations_habilitation h ON h.utilisateur_id = r.utilisateur_id
 AND h.convention_id = r.convention_id AND h.role = 'afas.declarer' AND h.period @> current_date
"""
_TO_TYPE = f"""
SELECT v.id, array_agg(DISTINCT r.utilisateur_id), v.valeurs FROM afas_volet v
JOIN afas_declaration d ON d.id = v.declaration_id JOIN afas_echeance e ON e.id = d.echeance_id
JOIN afas_profil p ON p.activite_id = d.activite_id AND p.role = 'activite' {_MAY}
WHERE v.kind = 'activite' AND d.etat = 'en_cours' AND e.exercice = %s AND e.phase = %s
GROUP BY v.id HAVING count(DISTINCT r.utilisateur_id) = 2 ORDER BY v.id LIMIT %s
"""
_TO_SIGN = f"""
SELECT r.utilisateur_id, array_agg(d.id ORDER BY d.id) FROM afas_declaration d
JOIN afas_echeance e ON e.id = d.echeance_id
JOIN afas_profil p ON p.activite_id = d.activite_id AND p.role = 'approbateur' {_MAY}
WHERE d.etat = 'a_approuver' AND e.exercice = %s AND e.phase = %s
GROUP BY r.utilisateur_id ORDER BY 1 LIMIT %s
"""


def measure(place: Place) -> Iterator[Measured]:
    """Sixty clients through the product's server; then what they were told is compared with what the base holds."""
    database = data.app_address(place.url, SIZE)
    typing = some(place, _TO_TYPE, NOW, RUSH, SAVERS // len(GROUPS))
    signing = some(place, _TO_SIGN, NOW, RUSH, SIGNERS)
    with helper(place, "bench.afas.inside", database) as inside:
        job = {"seconds": SECONDS, "savers": _savers(inside, typing), "signers": _signers(inside, signing)}
        with web(place, "web-rush", database, ready="/connexion/") as port:
            seen = clients.run(port=port, password=data.PASSWORD, **job)
        held = inside.ask(do="sheets", pks=[volet for volet, _, _ in typing])["valeurs"]
        states = inside.ask(do="states", pks=[pk for _, pks in signing for pk in pks])["states"]
    yield from _figures(job, seen, held, states)


def _savers(inside: Any, typing: list[Any]) -> list[dict[str, Any]]:
    made = []
    for volet, people, valeurs in typing:
        cookies = inside.ask(do="cookies", people=people)["cookies"]
        for (groupe, fields), cookie in zip(GROUPS, cookies, strict=True):
            held = {field: valeurs[field] for field in fields}
            made.append({"volet": volet, "groupe": groupe, "held": held, "cookie": cookie})
    return made


def _signers(inside: Any, signing: list[Any]) -> list[dict[str, Any]]:
    cookies = inside.ask(do="cookies", people=[person for person, _ in signing])["cookies"]
    return [{"declarations": pks, "cookie": cookie} for (_, pks), cookie in zip(signing, cookies, strict=True)]


def lost(ledger: dict[str, dict[str, str]], held: dict[str, dict[str, str]]) -> list[str]:
    """The fields of which the base does not hold the last value that was acknowledged."""
    return [
        f"{volet}.{field}: told {value}, holds {held.get(volet, {}).get(field)}"
        for volet, fields in ledger.items()
        for field, value in fields.items()
        if held.get(volet, {}).get(field) != value
    ]


def _figures(job: Any, seen: dict[str, Any], held: Any, states: dict[str, str]) -> Iterator[Measured]:
    missing = lost(seen["ledger"], held)
    unsigned = [pk for pk in seen["signed"] if states.get(str(pk)) != "transmise"]
    saves, signatures = seen["milliseconds"]["save"], seen["milliseconds"]["sign"]
    detail = {"saves": len(saves), "signatures": len(seen["signed"]), "wrong": seen["wrong"][:5], "lost": missing[:5]}
    detail |= {
        f"{name}_p95_ms": round(percentile(each, 0.95), 1) for name, each in (("save", saves), ("sign", signatures))
    }
    detail |= {"savers": len(job["savers"]), "signers": len(job["signers"]), "load": load_average()}
    is_whole = len(job["savers"]) == SAVERS and len(job["signers"]) == SIGNERS and saves and seen["signed"]
    spoiled = "" if is_whole else "too few clients, or nothing was done"
    yield Measured("rush_errors", len(seen["wrong"]), "answers", "== 0", detail, spoiled)
    yield Measured("rush_lost", len(missing) + len(unsigned), "fields", "== 0", detail, spoiled)
