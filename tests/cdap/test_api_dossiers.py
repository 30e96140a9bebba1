"""docs/exploitation/api-dossiers.yaml is what the gateway asks and reads, to the field."""

from pathlib import Path
from typing import Any

import msgspec
import yaml

from portail.cdap.definitions import contrat
from portail.cdap.definitions.contenu import PARTIES, NomPartie
from tests.cdap.scene import parties

FILE = Path(__file__).parents[2] / "docs" / "exploitation" / "api-dossiers.yaml"
TEMPLATE = "#/components/schemas/{name}"


def contract() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text("utf-8"))


def _without_words(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {name: _without_words(value) for name, value in schema.items() if name not in ("title", "description")}
    return [_without_words(each) for each in schema] if isinstance(schema, list) else schema


def test_the_shapes_are_those_that_are_read() -> None:
    shapes: list[Any] = [contrat.told(shape) for shape in PARTIES.values()]
    shapes += [contrat.FicheDite, contrat.Recherche, contrat.Trouves, contrat.Probleme]
    _, ours = msgspec.json.schema_components(shapes, ref_template=TEMPLATE)

    written = contract()["components"]["schemas"]

    written_parts = written.pop("PartiesDites")["properties"]["parties"]
    assert _without_words(written) == _without_words(ours)
    assert written_parts["properties"] == {
        name: {"$ref": TEMPLATE.format(name=shape.__name__)} for name, shape in PARTIES.items()
    }
    assert not written_parts["additionalProperties"]


def test_the_questions_are_those_that_are_asked() -> None:
    paths = contract()["paths"]

    assert {path: list(verbs) for path, verbs in paths.items()} == {
        "/dossiers/{numero}": ["get"],
        "/dossiers/{numero}/parties": ["get"],
        "/dossiers/recherche": ["post"],
    }
    names = paths["/dossiers/{numero}/parties"]["get"]["parameters"][-1]["schema"]["items"]["enum"]
    assert names == list(NomPartie)
    unknown = contract()["components"]["responses"]["Inconnu"]["content"]["application/problem+json"]["schema"]
    assert unknown["allOf"][1]["properties"]["type"]["const"] == contrat.UNKNOWN_FILE


def test_a_part_comes_back_as_it_was() -> None:
    for name, partie in parties().items():
        assert contrat.read_partie(name, contrat.written_partie(name, partie)) == partie
