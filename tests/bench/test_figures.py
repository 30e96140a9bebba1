"""What the bench says of its figures, and how it reads them."""

import json

import pytest

from bench import __main__ as command
from bench import figures
from bench.figures import Measured, Place, holds, measured, percentile


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [
        (0.5, ">= 0.5", True),
        (0.49, ">= 0.5", False),
        (1.3, "<= 1.3", True),
        (8.0, "<= 8", True),
        (9.0, "<= 8", False),
        (None, "<= 8", False),
    ],
)
def test_a_target_is_compared_as_written(value, target, expected):
    assert holds(value, target) is expected


def test_a_line_has_the_seven_fields_of_the_agreement():
    line = Measured("decision", 0.75891234, "ratio", ">= 0.5", {"rounds": 7}).of("front-door").line()
    assert json.loads(line) == {
        "group": "front-door",
        "figure": "decision",
        "value": 0.7589,
        "unit": "ratio",
        "target": ">= 0.5",
        "holds": True,
        "detail": {"rounds": 7},
    }


def test_what_is_spoiled_does_not_hold_and_says_why():
    found = Measured("home", 0.9, "ratio", ">= 0.5", spoiled="answers other than 200").of("front-door")
    assert not found.holds
    assert found.detail["spoiled"] == "answers other than 200"


def test_what_could_not_be_expected_here_is_excused_and_says_why():
    found = Measured("oso", None, "ratio", ">= 10", excused="no wheel").of("front-door")
    assert found.holds
    assert found.detail == {"excused": "no wheel"}


def test_a_step_that_fails_is_a_figure_that_does_not_hold_and_the_next_one_runs(tmp_path):
    def broken(place):
        raise RuntimeError("nobody answers")
        yield

    def fine(place):
        yield Measured("start", 1.0, "s", "<= 5")

    seen = list(measured("front-door", [("list", broken), ("start", fine)], Place("", tmp_path, {})))
    assert [(f.figure, f.holds) for f in seen] == [("list", False), ("start", True)]
    assert seen[0].detail["error"] == "nobody answers"


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10), (0.95, 19), (1.0, 20), (0.01, 1)])
def test_a_percentile_is_one_of_the_values(share, expected):
    assert percentile(list(range(1, 21)), share) == expected


def test_the_exit_code_says_whether_all_hold(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(command, "place", lambda: Place("", tmp_path, {}))
    good, bad = (figures.Figure("g", name, 1.0, "s", "<= 5", name == "good") for name in ("good", "bad"))
    monkeypatch.setattr(command, "GROUPS", {"one": lambda place: iter([good]), "two": lambda place: iter([bad])})
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)
    assert command.main(["one"]) == 0
    assert command.main([]) == 1
    assert command.main(["three"]) == 2
    assert len(capsys.readouterr().out.splitlines()) == 3
